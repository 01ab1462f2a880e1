//! Whose file is spoken of by what lies in quarantine, and where that would be.
use crate::store::db::{Db, args};
use crate::store::documents::{load, programme_bits, record_at};
use domain::{AreaCode, Programme, RecordId};
use records::{Incoming, Record};

/// Settled in a way of its own: it is no change.
pub(crate) const NO_CHANGE: &str = "junk";

/// What an entry is about: the record as it is, or as the change would make it.
pub(crate) struct Subject {
    /// The record.
    pub(crate) record: Record,
    /// The change.
    pub(crate) change: Incoming,
    /// Whether the change begins it.
    pub(crate) is_new: bool,
}

impl Subject {
    /// None where the change neither begins a record nor belongs to one that is here.
    pub(crate) fn of(db: &Db<'_>, record: &RecordId, change: Incoming) -> anyhow::Result<Option<Subject>> {
        Ok(match load(db, record)? {
            Some(stored) => Some(Subject { record: stored.record, change, is_new: false }),
            None => Record::from_first(&change).ok().map(|(record, _)| Subject { record, change, is_new: true }),
        })
    }
}

/// A person, and where her file would be.
type EntryScope = (RecordId, Option<AreaCode>, Vec<Programme>);

/// Whose file a change is about, and where it would be.
pub(crate) fn place(db: &Db<'_>, record: &RecordId, change: Incoming) -> anyhow::Result<Option<EntryScope>> {
    let Some(Subject { record, .. }) = Subject::of(db, record, change)? else { return Ok(None) };
    Ok(Some((record.person(), record.area(), record.programme().into_iter().collect())))
}

/// The same as it is written down.
pub(crate) fn columns(place: Option<EntryScope>) -> (Vec<u8>, String, i64) {
    let Some((person, area, programmes)) = place else { return Default::default() };
    (person.bytes().to_vec(), area.map(String::from).unwrap_or_default(), programme_bits(&programmes))
}

/// Puts down of older entries what newer ones have from the beginning.
///
/// # Errors
/// The database's.
pub fn place_all(db: &Db<'_>) -> anyhow::Result<()> {
    let open = "SELECT hash, record, bytes FROM quarantine WHERE settled = ''";
    for (hash, record, bytes) in db.rows(open, &[], |r| Ok((r.blob(0)?, record_at(r, 1)?, r.blob(2)?)))? {
        let (settled, place) = match Incoming::parse(&bytes) {
            Ok(change) => ("", place(db, &record, change)?),
            Err(_) => (NO_CHANGE, None),
        };
        let (person, area, programmes) = columns(place);
        let sql = "UPDATE quarantine SET settled = ?2, person = ?3, area = ?4, programmes = ?5 WHERE hash = ?1";
        db.run(sql, args![hash, settled, person, area, programmes])?;
    }
    Ok(())
}

/// The same of what was given back of one record after a restore, as far as it can be told by now.
///
/// # Errors
/// The database's.
pub fn place_found(db: &Db<'_>, record: &RecordId) -> anyhow::Result<()> {
    let open = "SELECT hash, bytes FROM quarantine WHERE record = ?1 AND settled = '' AND found IS NOT NULL";
    for (hash, bytes) in db.rows(open, args![record.bytes()], |r| Ok((r.blob(0)?, r.blob(1)?)))? {
        let Ok(change) = Incoming::parse(&bytes) else { continue };
        let (person, area, programmes) = columns(place(db, record, change)?);
        db.run("UPDATE quarantine SET person = ?2, area = ?3, programmes = ?4 WHERE hash = ?1", args![hash, person, area, programmes])?;
    }
    Ok(())
}
