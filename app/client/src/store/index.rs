//! The index tables, derived from index rows: what lists, due dates and review queues read.
use super::{ReferenceData, blobs, id_at, meta};
use crate::Result;
use chrono::NaiveDate;
use domain::api::LastVisit;
use domain::due::{Past, due};
use domain::person::FileStatus;
use domain::roles::Kind;
use domain::visit::visit_state;
use domain::{Code, PersonRow, RecordId, ReviewRow, Row, Timestamp, VisitRow};
use records::RecordError;
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};
use std::collections::BTreeSet;

/// The index row of a record; none when the record is not here.
pub fn row(db: &Connection, id: RecordId) -> Result<Option<Row>> {
    let sql = "SELECT row FROM records WHERE id = ?1";
    let bytes: Option<Vec<u8>> = db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0)).optional()?;
    Ok(bytes.map(|b| rmp_serde::from_slice(&b)).transpose()?)
}

/// The index row of a person's file.
pub fn person(db: &Connection, id: RecordId) -> Result<PersonRow> {
    row(db, id)?.as_ref().and_then(PersonRow::of).ok_or(Code::NotFound.into())
}

/// The index row of a visit.
pub fn visit(db: &Connection, id: RecordId) -> Result<VisitRow> {
    row(db, id)?.as_ref().and_then(VisitRow::of).ok_or(Code::NotFound.into())
}

/// The reviews of a visit, newest first.
pub fn reviews_of(db: &Connection, visit: RecordId) -> Result<Vec<ReviewRow>> {
    let sql = "SELECT r.row FROM reviews v JOIN records r ON r.id = v.id WHERE v.target = ?1 ORDER BY v.at DESC, v.id DESC";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([visit.bytes()], |r| r.get::<_, Vec<u8>>(0))?;
    let mut found = Vec::new();
    for bytes in rows {
        found.extend(ReviewRow::of(&rmp_serde::from_slice(&bytes?)?));
    }
    Ok(found)
}

/// Puts a row in its table: a file's in `persons`, any other in `items`; and what it says in `facts`.
pub fn put(db: &Connection, row: &Row) -> Result<()> {
    match row.kind {
        Kind::Person => put_person(db, &PersonRow::of(row).ok_or(RecordError::Newer("row"))?)?,
        _ if row.is_whole() => put_item(db, row)?,
        // It says something of its kind in a way that this program does not know.
        _ => return Err(RecordError::Newer("row").into()),
    }
    put_facts(db, row)
}

fn put_facts(db: &Connection, row: &Row) -> Result<()> {
    let (now, known, id) = (row.indexed(), facts(db, row.id)?, row.id.bytes());
    for (name, value) in known.difference(&now) {
        db.prepare_cached("DELETE FROM facts WHERE record = ?1 AND name = ?2 AND value = ?3")?.execute(params![id, name, value])?;
    }
    let new: Vec<_> = now.difference(&known).collect();
    // A file's nine in one statement: a first download brings thousands.
    for some in new.chunks(9) {
        let places: Vec<String> = (0..some.len()).map(|n| format!("(?1, ?{}, ?{})", 2 * n + 2, 2 * n + 3)).collect();
        let sql = format!("INSERT INTO facts (record, name, value) VALUES {}", places.join(", "));
        let values = some.iter().flat_map(|(name, value)| [name as &dyn ToSql, value]);
        db.prepare_cached(&sql)?.execute(params_from_iter(std::iter::once(&id as &dyn ToSql).chain(values)))?;
    }
    Ok(())
}

/// What is written down of a record's facts.
pub fn facts(db: &Connection, id: RecordId) -> Result<BTreeSet<(String, String)>> {
    let mut statement = db.prepare_cached("SELECT name, value FROM facts WHERE record = ?1")?;
    let facts = statement.query_map([id.bytes()], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(facts.collect::<rusqlite::Result<_>>()?)
}

fn put_person(db: &Connection, p: &PersonRow) -> Result<()> {
    let sql = "INSERT INTO persons (id, name, id_number, phones, address, area, risk, open, conflicts, birth, relatives)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET birth = excluded.birth, relatives = excluded.relatives,
               name = excluded.name, id_number = excluded.id_number, phones = excluded.phones, address = excluded.address, area = excluded.area,
               risk = excluded.risk, open = excluded.open, conflicts = excluded.conflicts";
    let phones: String = p.phones.iter().map(|phone| format!(" {}", phone.number)).collect();
    db.prepare_cached(sql)?.execute(params![
        p.id.bytes(),
        p.name,
        p.id_number.as_deref().unwrap_or_default(),
        phones,
        p.address,
        p.area.as_str(),
        p.risk.as_ref().map_or("", |r| r.code()),
        p.status == FileStatus::Open,
        p.conflicts,
        p.birth.map(|day| day.to_string()).unwrap_or_default(),
        p.relatives.join("\n")
    ])?;
    Ok(())
}

fn put_item(db: &Connection, row: &Row) -> Result<()> {
    let (id, person, at) = (row.id.bytes(), row.person.bytes(), row.at.unwrap_or_default().0);
    let before = "SELECT at FROM items WHERE id = ?1";
    let before: Option<i64> = db.prepare_cached(before)?.query_row([id], |r| r.get(0)).optional()?;
    let sql = "INSERT INTO items (id, kind, person, about, at, by, state, sort, conflicts, open) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (id) DO UPDATE SET person = excluded.person, about = excluded.about, at = excluded.at, by = excluded.by,
               state = excluded.state, sort = excluded.sort, conflicts = excluded.conflicts, open = excluded.open";
    let by = row.by.as_ref().map_or("", |by| by.as_str());
    let about = row.about.as_ref().map(RecordId::bytes);
    db.prepare_cached(sql)?.execute(params![id, row.kind.code(), person, about, at, by, row.state, row.sort(), row.conflicts, row.open])?;
    if row.kind == Kind::Visit {
        let sql = "UPDATE items SET differs = NULL, alarm = NULL WHERE person = ?1 AND kind = 'visit' AND at >= ?2 AND differs IS NOT NULL";
        // Also of those between the day that it had and the one it has now.
        db.prepare_cached(sql)?.execute(params![person, before.map_or(at, |before| before.min(at))])?;
    }
    if row.kind.spec().photos { blobs::index(db, row.id, &row.photos) } else { Ok(()) }
}

/// Every person on this device.
pub fn all_persons(db: &Connection) -> Result<BTreeSet<RecordId>> {
    let mut statement = db.prepare_cached("SELECT id FROM persons")?;
    let found = statement.query_map([], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Puts down what the reviews of a visit say about the version that is here; whether it was uploaded is not asked.
pub fn refresh_stage(db: &Connection, id: RecordId) -> Result<()> {
    let reviews = reviews_of(db, id)?;
    let heads = if reviews.is_empty() { None } else { row(db, id)? }.map(|row| row.heads).unwrap_or_default();
    let stage = visit_state(false, false, &heads, &reviews);
    db.prepare_cached("UPDATE items SET stage = ?2 WHERE id = ?1 AND stage <> ?2")?.execute(params![id.bytes(), stage.code()])?;
    Ok(())
}

/// Most visits of one person that due days go back to.
const VISITS: u32 = 200;

/// Puts down what of a person's line depends on the day: the categories in force, when the next visit is due, which it gives, how the last
/// one was.
pub fn refresh_due(db: &Connection, id: RecordId, book: &ReferenceData, today: NaiveDate) -> Result<Option<NaiveDate>> {
    let Some(row) = row(db, id)?.as_ref().and_then(PersonRow::of) else { return Ok(None) };
    let last = last_visit(db, id, today)?;
    let sql = "SELECT at, kind FROM visits WHERE person = ?1 AND met AND coalesce(kind, '') <> '' ORDER BY at DESC LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let visits = statement.query_map(params![id.bytes(), VISITS], |r| Ok((Timestamp(r.get(0)?).day(), r.get(1)?)))?;
    let past = Past { visits: visits.collect::<rusqlite::Result<_>>()?, agreed: last.as_ref().and_then(|v| v.next) };
    let due = due(&book.policy().due, &row, &past, today);
    let categories: Vec<String> = row.in_force(today).map(|c| c.to_string()).collect();
    let last = last.map(|v| {
        let form = book.forms.find(&v.form).map(|form| &**form);
        LastVisit { day: v.at.day(), note: forms::line(form, &v, "zh-CN"), kind: v.kind }
    });
    let sql = "UPDATE persons SET due = ?2, due_info = ?3, last = ?4, categories = ?5, turns = ?6, grown = ?7 WHERE id = ?1";
    let json = |value: Option<serde_json::Result<String>>| value.transpose();
    db.prepare_cached(sql)?.execute(params![
        id.bytes(),
        due.as_ref().map(|d| d.date.to_string()),
        json(due.as_ref().map(serde_json::to_string))?,
        json(last.as_ref().map(serde_json::to_string))?,
        categories.join(","),
        turns(db, &row, today)?.map(|d| d.to_string()),
        row.comes_of_age(today).map(|d| d.to_string())
    ])?;
    Ok(due.map(|d| d.date))
}

/// The first day after `today` that by itself changes something: a category ends, a visit dated ahead counts.
fn turns(db: &Connection, row: &PersonRow, today: NaiveDate) -> Result<Option<NaiveDate>> {
    let sql = "SELECT min(at) FROM visits WHERE person = ?1 AND at >= ?2";
    let ahead: Option<i64> = db.prepare_cached(sql)?.query_row(params![row.id.bytes(), end_of(today).0], |r| r.get(0))?;
    let days = row.ending.iter().map(|(_, until)| *until).chain(ahead.map(|at| Timestamp(at).day())).chain(row.risk_since).chain([row.opened]);
    Ok(days.filter(|day| *day > today).min())
}

/// The persons of whom something changes by the day alone, until today.
pub fn turned(db: &Connection, today: NaiveDate) -> Result<BTreeSet<RecordId>> {
    let mut statement = db.prepare_cached("SELECT id FROM persons WHERE turns <= ?1")?;
    let found = statement.query_map([today.to_string()], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The moment at which a day is over.
pub fn end_of(day: NaiveDate) -> Timestamp {
    Timestamp::of_day(day.succ_opt().unwrap_or(day))
}

/// Brings rows of files of before to what rows say today, such as when a category ends, and what is made from rows to what they all say.
pub fn renew(db: &mut Connection) -> Result<()> {
    let made = meta::get::<u32>(db, meta::ROWS)?.unwrap_or_default();
    if made >= ROWS {
        return Ok(());
    }
    let tx = db.transaction()?;
    let files = if made < 2 { all_persons(&tx)? } else { BTreeSet::new() };
    for id in files {
        // One that cannot be read is told elsewhere.
        let Ok(row) = super::record(&tx, id).and_then(|record| Ok(record.row()?)) else { continue };
        tx.prepare_cached("UPDATE records SET row = ?2 WHERE id = ?1")?.execute(params![id.bytes(), rmp_serde::to_vec_named(&row)?])?;
    }
    let mut last = 0;
    loop {
        let some = {
            let mut statement = tx.prepare_cached("SELECT rowid, row FROM records WHERE rowid > ?1 ORDER BY rowid LIMIT 500")?;
            let rows = statement.query_map([last], |r| Ok((r.get(0)?, r.get::<_, Vec<u8>>(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(i64, _)>>>()?
        };
        let Some((end, _)) = some.last() else { break };
        last = *end;
        for (_, packed) in &some {
            match rmp_serde::from_slice(packed) {
                Ok(row) if made < 3 => put(&tx, &row)?,
                Ok(row) => put_facts(&tx, &row)?,
                // It has no facts then, and is told elsewhere.
                Err(_) if made == 3 => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
    if made < 3 {
        meta::remove(&tx, meta::DUES_DAY)?;
    }
    meta::put(&tx, meta::ROWS, &ROWS)?;
    Ok(tx.commit()?)
}

/// What rows are made by; 1 had no ends of categories and no relatives, 2 no lines in `items`, 3 no `facts`.
const ROWS: u32 = 4;

/// The newest visit to a person until a day, whether or not it took place. What says no kind, an assessment say, is none.
fn last_visit(db: &Connection, person: RecordId, today: NaiveDate) -> Result<Option<VisitRow>> {
    let sql = "SELECT id FROM visits WHERE person = ?1 AND at < ?2 AND coalesce(kind, '') <> '' ORDER BY at DESC, id DESC LIMIT 1";
    let id = db.prepare_cached(sql)?.query_row(params![person.bytes(), end_of(today).0], |r| id_at(r, 0)).optional()?;
    id.map(|id| visit(db, id)).transpose()
}

/// The newest visit to a person that took place by a form of this name (any version), before a moment.
pub fn visit_before(db: &Connection, person: RecordId, form: &str, before: Timestamp, not: Option<RecordId>) -> Result<Option<VisitRow>> {
    let sql = "SELECT v.id FROM visits v JOIN facts f ON f.record = v.id AND f.name = 'form' AND substr(f.value, 1, length(?3)) = ?3
               WHERE v.person = ?1 AND v.met AND v.at <= ?2 AND v.id <> ?4 ORDER BY v.at DESC, v.id DESC LIMIT 1";
    let any_version = format!("{}@", forms::form_id(form));
    let not = not.unwrap_or(RecordId(uuid::Uuid::nil()));
    let id = db.prepare_cached(sql)?.query_row(params![person.bytes(), before.0, any_version, not.bytes()], |r| id_at(r, 0)).optional()?;
    id.map(|id| visit(db, id)).transpose()
}
