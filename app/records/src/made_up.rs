//! Records of the made-up kind (`tests/fifth`).
use crate::error::RecordError;
use crate::record::{Record, scalar_text, section};
use crate::write::{child_map, commit, create};
use crate::writer::{Change, Writer};
use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc};
use domain::roles::{Kind, Section};
use domain::{AreaCode, Programme, RecordId, Row, Timestamp, Value};
use uuid::Uuid;

impl Record {
    /// Makes one.
    pub fn new_made_up(id: RecordId, area: &AreaCode, at: Timestamp, title: &str, writer: &Writer) -> Result<(Record, Change), RecordError> {
        create(id, Kind::MadeUp, id, writer, |tx, meta| {
            tx.put(meta, "programme", Programme::Child.code())?;
            tx.put(meta, "area", area.as_str())?;
            let made = tx.put_object(ROOT, Section::Made.code(), ObjType::Map)?;
            tx.put(&made, "at", at.0)?;
            tx.put(&made, "by", writer.staff.as_str())?;
            let points = tx.put_object(ROOT, Section::Points.code(), ObjType::Map)?;
            tx.put(&points, "title", title)?;
            Ok(tx.put(&points, "state", "begun")?)
        })
    }

    /// Says how it stands.
    pub fn put_state(&mut self, state: &str, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let points = section(&self.doc, Section::Points).ok_or(RecordError::Malformed("no points"))?;
        commit(&mut self.doc, writer, |tx| Ok(tx.put(&points, "state", state)?))
    }

    /// Adds a step; the first one makes the section.
    pub fn add_step(&mut self, id: Uuid, done: &str, writer: &Writer) -> Result<Option<Change>, RecordError> {
        commit(&mut self.doc, writer, |tx| {
            let steps = child_map(tx, &ROOT, Section::Steps.code())?;
            let step = tx.put_object(&steps, id.to_string(), ObjType::Map)?;
            Ok(tx.put(&step, "done", done)?)
        })
    }

    pub(crate) fn made_up_row(&self) -> Result<Row, RecordError> {
        let missing = || RecordError::Malformed("incomplete");
        let (made, points) = (section(&self.doc, Section::Made).ok_or_else(missing)?, section(&self.doc, Section::Points).ok_or_else(missing)?);
        let text = |of, key: &str| scalar_text(&self.doc, of, key).ok_or_else(missing);
        let state = text(&points, "state")?;
        let steps = self.entries(Section::Steps).iter().filter_map(|step| step.fields.get("done")?.text().map(str::to_owned)).collect();
        Ok(Row {
            kind: self.kind,
            id: self.id,
            person: self.person,
            about: None,
            programmes: self.programme().into_iter().collect(),
            at: Some(Timestamp(self.doc.get(&made, "at")?.and_then(|(v, _)| v.as_i64()).ok_or_else(missing)?)),
            by: text(&made, "by")?.parse().ok(),
            open: state != "done",
            state,
            heads: self.heads(),
            conflicts: u32::try_from(self.conflicts().len()).unwrap_or(u32::MAX),
            photos: Vec::new(),
            facts: [("title".to_owned(), Value::Text(text(&points, "title")?)), ("steps".to_owned(), Value::Many(steps))].into(),
        })
    }
}
