//! A person as lists show her.
use crate::Result;
use crate::store::{View, uuid_at};
use domain::api::{LastVisit, PersonItem};
use domain::due::Due;
use domain::{Code, PersonRow, RecordId};
use rusqlite::OptionalExtension;
use uuid::Uuid;

/// The list's view of one person, from the index alone.
pub fn item(view: &View<'_>, id: RecordId) -> Result<PersonItem> {
    let sql = "SELECT r.row, p.due_info, p.last,
                 EXISTS (SELECT 1 FROM changes c WHERE c.person = p.id AND c.state IN ('pending', 'held')),
                 (SELECT d.id FROM drafts d WHERE d.person = p.id AND d.of = 'visit' AND d.corrects IS NULL LIMIT 1)
               FROM persons p JOIN records r ON r.id = p.id WHERE p.id = ?1";
    type Found = (Vec<u8>, Option<String>, Option<String>, bool, Option<Uuid>);
    let found: Option<Found> = view
        .db
        .prepare_cached(sql)?
        .query_row([id.bytes()], |r| {
            let draft = if r.get_ref(4)? == rusqlite::types::ValueRef::Null { None } else { Some(uuid_at(r, 4)?) };
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, draft))
        })
        .optional()?;
    let (row, due, last, pending, draft) = found.ok_or(crate::Trouble::from(Code::NotFound))?;
    let row = PersonRow::of(&rmp_serde::from_slice(&row)?).ok_or(crate::Trouble::from(Code::NotFound))?;
    let due: Option<Due> = due.map(|d| serde_json::from_str(&d)).transpose()?;
    let last: Option<LastVisit> = last.map(|l| serde_json::from_str(&l)).transpose()?;
    let today = view.today();
    let categories = row.in_force(today).collect();
    Ok(PersonItem {
        id,
        sex: row.sex,
        age: row.birth.map(|b| domain::time::age(b, today)),
        area_name: view.book.area_name(&row.area),
        area: row.area,
        address: row.address,
        categories,
        risk: row.risk,
        due_state: due.as_ref().map(|d| d.state(today, view.book.policy().due.soon_days)),
        due,
        last,
        phone: row.phones.into_iter().next(),
        conflicts: row.conflicts,
        pending,
        draft,
        status: row.status,
        name: row.name,
    })
}

/// A person's name; empty when her file is not here.
pub fn name(view: &View<'_>, id: RecordId) -> Result<String> {
    let sql = "SELECT name FROM persons WHERE id = ?1";
    Ok(view.db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0)).optional()?.unwrap_or_default())
}

pub(crate) fn visit_count(view: &View<'_>, id: RecordId) -> Result<u64> {
    let sql = "SELECT count(*) FROM visits WHERE person = ?1";
    let n: i64 = view.db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0))?;
    Ok(n.unsigned_abs())
}
