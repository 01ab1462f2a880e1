//! Photos of a visit: `answers.photos`, a map by UUID that is made when the first one is added. Two people who add the first
//! at once make two such maps; both are read, so neither's photos are lost. Whoever does not know of photos sees nothing in it.
use crate::error::RecordError;
use crate::record::{Record, section};
use crate::write::commit;
use crate::writer::{Change, Writer};
use automerge::transaction::Transactable;
use automerge::{ObjId, ObjType, ReadDoc, ScalarValue};
use domain::Hash;
use domain::form::PHOTOS;
use domain::photo::Photo;
use domain::roles::Section;
use uuid::Uuid;

impl Record {
    /// The photos of a visit, in the order in which they were added; not those taken away.
    pub fn photos(&self) -> Vec<Photo> {
        let mut photos: Vec<Photo> = self.photo_entries().iter().filter_map(|(id, entry)| self.photo(*id, entry)).collect();
        photos.sort_by_key(|photo| photo.id);
        photos
    }

    /// Adds photos to a visit; none of them is there yet. None when there are none to add.
    ///
    /// # Errors
    /// `Malformed` when it is no visit.
    pub fn add_photos(&mut self, photos: &[Photo], writer: &Writer) -> Result<Option<Change>, RecordError> {
        let answers = section(&self.doc, Section::Answers).ok_or(RecordError::Malformed("not a visit"))?;
        commit(&mut self.doc, writer, |tx| {
            let Some(_) = photos.first() else { return Ok(()) };
            let map = match tx.get(&answers, PHOTOS)? {
                Some((automerge::Value::Object(ObjType::Map), map)) => map,
                _ => tx.put_object(&answers, PHOTOS, ObjType::Map)?,
            };
            for photo in photos {
                let entry = tx.put_object(&map, photo.id.to_string(), ObjType::Map)?;
                tx.put(&entry, "hash", ScalarValue::Bytes(photo.hash.0.to_vec()))?;
                for (key, n) in [("width", photo.width), ("height", photo.height), ("size", photo.size)] {
                    tx.put(&entry, key, i64::from(n))?;
                }
            }
            Ok(())
        })
    }

    /// Takes a photo away. None when there is no such photo.
    ///
    /// # Errors
    /// `Malformed` when it cannot be written.
    pub fn remove_photo(&mut self, id: Uuid, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let there = |(entry_id, entry): &&(Uuid, ObjId)| *entry_id == id && self.photo(id, entry).is_some();
        let Some((_, entry)) = self.photo_entries().iter().find(there).cloned() else { return Ok(None) };
        commit(&mut self.doc, writer, |tx| Ok(tx.put(&entry, "gone", true)?))
    }

    fn photo_entries(&self) -> Vec<(Uuid, ObjId)> {
        let maps = section(&self.doc, Section::Answers).and_then(|answers| self.doc.get_all(&answers, PHOTOS).ok()).unwrap_or_default();
        let mut entries = Vec::new();
        for (_, map) in maps.iter().filter(|(value, _)| matches!(value, automerge::Value::Object(ObjType::Map))) {
            let entry = |key: String| {
                let (value, entry) = self.doc.get(map, key.as_str()).ok()??;
                Some((Uuid::parse_str(&key).ok()?, entry)).filter(|_| value.is_object())
            };
            entries.extend(self.doc.keys(map).filter_map(entry));
        }
        entries
    }

    fn photo(&self, id: Uuid, entry: &ObjId) -> Option<Photo> {
        let value = |key: &str| self.doc.get(entry, key).ok().flatten().map(|(value, _)| value);
        let number = |key: &str| value(key).and_then(|v| v.as_i64()).and_then(|n| u32::try_from(n).ok());
        if value("gone").is_some_and(|v| v.as_bool() == Some(true)) {
            return None;
        }
        let hash = value("hash").and_then(|v| v.as_bytes().and_then(Hash::from_slice))?;
        Some(Photo { id, hash, width: number("width")?, height: number("height")?, size: number("size")? })
    }
}
