//! A draft as it is kept: what drafts and their photos both ask of it.
use crate::store::{Tx, View, id_at, uuid_at};
use crate::{Result, Trouble};
use chrono::NaiveDate;
use domain::form::Answers;
use domain::{Code, RecordId, Timestamp};
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row};
use uuid::Uuid;

/// A draft as it is kept.
pub(super) struct DraftRow {
    pub(super) id: Uuid,
    pub(super) person: RecordId,
    pub(super) form: String,
    pub(super) corrects: Option<RecordId>,
    pub(super) answers: Answers,
    pub(super) last: Answers,
    pub(super) last_day: Option<NaiveDate>,
    pub(super) started: Timestamp,
    /// The day of the visit, once it was said.
    pub(super) day: Option<NaiveDate>,
    /// "As last time" was said.
    pub(super) same: bool,
}

/// How one is read, before a condition.
pub(super) const COLUMNS: &str = "SELECT id, person, form, corrects, answers, last, last_day, started, day, same FROM drafts";

/// Reads one.
pub(super) fn kept(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    let json = |i: usize| -> rusqlite::Result<Answers> {
        let text: String = row.get(i)?;
        serde_json::from_str(&text).map_err(|_| rusqlite::Error::InvalidQuery)
    };
    Ok(DraftRow {
        id: uuid_at(row, 0)?,
        person: id_at(row, 1)?,
        form: row.get(2)?,
        corrects: if row.get_ref(3)? == ValueRef::Null { None } else { Some(id_at(row, 3)?) },
        answers: json(4)?,
        last: json(5)?,
        last_day: row.get::<_, Option<String>>(6)?.and_then(|d| d.parse().ok()),
        started: Timestamp(row.get(7)?),
        day: row.get::<_, Option<String>>(8)?.and_then(|d| d.parse().ok()),
        same: row.get(9)?,
    })
}

/// One by its id.
pub(super) fn find(view: &View<'_>, draft: Uuid) -> Result<DraftRow> {
    let found = view.db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?.query_row([draft.as_bytes()], kept).optional()?;
    found.ok_or(Code::NotFound.into())
}

/// The visit that a draft corrects, if any; none when there is no such draft.
pub fn corrects(view: &View<'_>, draft: Uuid) -> Result<Option<Option<RecordId>>> {
    match find(view, draft) {
        Ok(draft) => Ok(Some(draft.corrects)),
        Err(Trouble::Failure(f)) if f.code == Code::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Says that something of an unfinished visit changed.
pub fn touch(tx: &mut Tx<'_>, draft: Uuid) -> Result<()> {
    let person = find(&tx.view(), draft)?.person;
    tx.touch(person);
    Ok(())
}
