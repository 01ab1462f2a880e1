//! Photos of a visit or a matter: of an unfinished one they wait beside its draft, of a finished one they are part of the record.
use crate::Result;
use crate::device::env::new_uuid;
use crate::draft::{fill, row};
use crate::record::permission;
use crate::store::intent::Intent;
use crate::store::{Tx, View, blobs};
use data_encoding::BASE64;
use domain::api::PhotoItem;
use domain::photo::{MOST, Photo, file_name};
use domain::{Code, RecordId};
use picture::Picture;
use records::Record;
use uuid::Uuid;

/// What photos belong to.
#[derive(Clone, Copy)]
enum PhotoOwner {
    Draft(Uuid),
    Record(RecordId),
}

fn place(view: &View<'_>, of: Uuid) -> Result<PhotoOwner> {
    match row::of(view, of)? {
        Some(row::Of::Correction(visit)) => Ok(PhotoOwner::Record(visit)),
        Some(_) => Ok(PhotoOwner::Draft(of)),
        None => view.row(RecordId(of)).map(|row| PhotoOwner::Record(row.id)),
    }
}

fn all(view: &View<'_>, place: PhotoOwner) -> Result<Vec<Photo>> {
    match place {
        PhotoOwner::Draft(draft) => blobs::of_draft(view.db, draft),
        PhotoOwner::Record(visit) => Ok(view.record(visit)?.photos()),
    }
}

/// The photos, and where each of them is.
pub fn list(view: &View<'_>, of: Uuid, whole: Option<Uuid>) -> Result<Vec<PhotoItem>> {
    let shown = |photo: Photo| {
        let here = blobs::find(view.db, &photo.hash, whole == Some(photo.id))?;
        let uploaded = here.as_ref().is_none_or(|(_, uploaded)| *uploaded);
        let jpeg = here.map(|(jpeg, _)| BASE64.encode(&jpeg)).unwrap_or_default();
        Ok(PhotoItem { id: photo.id, name: file_name(&photo.hash), width: photo.width, height: photo.height, size: photo.size, jpeg, uploaded })
    };
    all(view, place(view, of)?)?.into_iter().map(shown).collect()
}

/// The same, when somebody looks at one of them.
pub fn look(tx: &mut Tx<'_>, of: Uuid, whole: Option<Uuid>) -> Result<Vec<PhotoItem>> {
    if let Some(id) = whole {
        let (photo, _) = find(&tx.view(), of, id)?;
        blobs::looked_at(tx.db, &photo.hash, tx.now())?;
    }
    list(&tx.view(), of, whole)
}

/// Those that are not here.
pub fn away(view: &View<'_>, of: Uuid) -> Result<Vec<(Photo, RecordId)>> {
    let place = place(view, of)?;
    let PhotoOwner::Record(visit) = place else { return Ok(Vec::new()) };
    let mut photos = all(view, place)?;
    let mut here = photos.iter().map(|photo| Ok(blobs::find(view.db, &photo.hash, false)?.is_some())).collect::<Result<Vec<_>>>()?.into_iter();
    photos.retain(|_| here.next() == Some(false));
    Ok(photos.into_iter().map(|photo| (photo, visit)).collect())
}

/// One photo, with the visit that names it; a draft's has none.
fn find(view: &View<'_>, of: Uuid, id: Uuid) -> Result<(Photo, Option<RecordId>)> {
    let place = place(view, of)?;
    let photo = all(view, place)?.into_iter().find(|photo| photo.id == id).ok_or(Code::NotFound)?;
    Ok((photo, if let PhotoOwner::Record(visit) = place { Some(visit) } else { None }))
}

/// Adds a photo, or takes one away. The same one again changes nothing.
///
/// # Errors
/// `TooManyPhotos`, `NotAllowed`, `NotFound`.
pub fn edit(tx: &mut Tx<'_>, of: Uuid, add: Option<&Picture>, remove: Option<Uuid>) -> Result<()> {
    add.map_or(Ok(()), |made| self::add(tx, of, made))?;
    remove.map_or(Ok(()), |id| self::remove(tx, of, id))
}

fn add(tx: &mut Tx<'_>, of: Uuid, made: &Picture) -> Result<()> {
    let place = place(&tx.view(), of)?;
    let there = all(&tx.view(), place)?;
    if there.iter().any(|photo| photo.hash == made.hash) {
        return Ok(());
    }
    if there.len() >= MOST {
        return Err(Code::TooManyPhotos.into());
    }
    blobs::keep(tx.db, made, tx.now())?;
    let size = u32::try_from(made.bytes.len()).map_err(|_| Code::BadPhoto)?;
    let photo = Photo { id: new_uuid(tx.env), hash: made.hash, width: made.width, height: made.height, size };
    match place {
        PhotoOwner::Draft(draft) => {
            blobs::add_to_draft(tx.db, draft, photo.id, &photo.hash)?;
            row::touch(tx, &row::find(&tx.view(), draft)?);
            Ok(())
        }
        PhotoOwner::Record(visit) => {
            may_change(tx, visit)?;
            let mut record = tx.record(visit)?;
            write(tx, &mut record, Intent::AddPhotos { photos: vec![photo] })
        }
    }
}

/// With its file, where nothing else names it.
fn remove(tx: &mut Tx<'_>, of: Uuid, id: Uuid) -> Result<()> {
    let (photo, visit) = find(&tx.view(), of, id)?;
    match visit {
        None => {
            blobs::drop_from_draft(tx.db, of, Some(id))?;
            row::touch(tx, &row::find(&tx.view(), of)?);
        }
        Some(visit) => {
            may_change(tx, visit)?;
            let mut record = tx.record(visit)?;
            // One that answers a question stays with its answer.
            let name = file_name(&photo.hash);
            let answers = record.visit().map(|visit| visit.answers).or_else(|| Some(record.matter()?.answers)).unwrap_or_default();
            if answers.values().any(|answer| answer.text() == Some(&name)) {
                return Err(Code::NotAllowed.into());
            }
            write(tx, &mut record, Intent::RemovePhoto { photo: id })?;
        }
    }
    if row::of(&tx.view(), of)?.is_some() {
        fill::forget_photo(tx, of, &file_name(&photo.hash))?;
    }
    blobs::drop_if_unnamed(tx.db, &photo.hash)
}

/// The photos of an unfinished visit or matter become part of the record that was just made of it.
pub fn hand_over(tx: &mut Tx<'_>, draft: Uuid, visit: RecordId) -> Result<()> {
    let photos = blobs::of_draft(tx.db, draft)?;
    if photos.is_empty() {
        return Ok(());
    }
    let mut record = tx.record(visit)?;
    write(tx, &mut record, Intent::AddPhotos { photos })
}

/// The photos of an unfinished visit that is thrown away, or has been made a visit.
pub fn forget_draft(tx: &Tx<'_>, draft: Uuid) -> Result<()> {
    let photos = blobs::of_draft(tx.db, draft)?;
    blobs::drop_from_draft(tx.db, draft, None)?;
    photos.iter().try_for_each(|photo| blobs::drop_if_unnamed(tx.db, &photo.hash))
}

fn may_change(tx: &Tx<'_>, id: RecordId) -> Result<()> {
    let view = tx.view();
    let row = view.row(id)?;
    let may = if row.kind.is_matter() {
        permission::may_write(&permission::caller_of(&view, &view.record(id)?)?, row.kind)
    } else {
        let visit = view.visit(id)?;
        permission::may_correct(&permission::caller_for(&view, &view.person(visit.person)?)?, &visit)
    };
    if may { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

fn write(tx: &mut Tx<'_>, record: &mut Record, intent: Intent) -> Result<()> {
    let writer = tx.writer(record.id())?;
    let change = match &intent {
        Intent::RemovePhoto { photo } => record.remove_photo(*photo, &writer)?,
        Intent::AddPhotos { photos } => {
            photos.iter().try_for_each(|photo| blobs::offer(tx.db, &photo.hash))?;
            record.add_photos(photos, &writer)?
        }
        _ => None,
    };
    let area = tx.area_of(record.id())?;
    let written: Vec<_> = change.into_iter().map(|change| (change, intent.clone())).collect();
    tx.keep(record, &area, &written, &writer)
}
