//! The index tables, derived from index rows: what lists, due dates and review queues read.
use super::{blobs, id_at};
use crate::Result;
use chrono::NaiveDate;
use domain::api::LastVisit;
use domain::due::{DueRules, due};
use domain::person::FileStatus;
use domain::visit::visit_state;
use domain::{Code, PersonRow, RecordId, ReviewRow, Row, Timestamp, VisitRow};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// The index row of a record; none when the record is not here.
pub fn row(db: &Connection, id: RecordId) -> Result<Option<Row>> {
    let sql = "SELECT row FROM records WHERE id = ?1";
    let bytes: Option<Vec<u8>> = db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0)).optional()?;
    Ok(bytes.map(|b| rmp_serde::from_slice(&b)).transpose()?)
}

/// The index row of a person's file.
pub fn person(db: &Connection, id: RecordId) -> Result<PersonRow> {
    match row(db, id)? {
        Some(Row::Person(p)) => Ok(*p),
        _ => Err(Code::NotFound.into()),
    }
}

/// The index row of a visit.
pub fn visit(db: &Connection, id: RecordId) -> Result<VisitRow> {
    match row(db, id)? {
        Some(Row::Visit(v)) => Ok(v),
        _ => Err(Code::NotFound.into()),
    }
}

/// The reviews of a visit, newest first.
pub fn reviews_of(db: &Connection, visit: RecordId) -> Result<Vec<ReviewRow>> {
    let sql = "SELECT r.row FROM reviews v JOIN records r ON r.id = v.id WHERE v.target = ?1 ORDER BY v.at DESC, v.id DESC";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([visit.bytes()], |r| r.get::<_, Vec<u8>>(0))?;
    let mut found = Vec::new();
    for bytes in rows {
        if let Row::Review(review) = rmp_serde::from_slice(&bytes?)? {
            found.push(review);
        }
    }
    Ok(found)
}

/// Puts a row in its table.
pub fn put(db: &Connection, row: &Row) -> Result<()> {
    match row {
        Row::Person(p) => put_person(db, p),
        Row::Visit(v) => put_visit(db, v),
        Row::Review(r) => put_review(db, r),
    }
}

fn put_person(db: &Connection, p: &PersonRow) -> Result<()> {
    let sql = "INSERT INTO persons (id, name, id_number, phones, address, area, categories, risk, open, conflicts, birth)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET birth = excluded.birth,
               name = excluded.name, id_number = excluded.id_number, phones = excluded.phones, address = excluded.address, area = excluded.area,
               categories = excluded.categories, risk = excluded.risk, open = excluded.open, conflicts = excluded.conflicts";
    let phones: String = p.phones.iter().map(|phone| format!(" {}", phone.number)).collect();
    let categories: Vec<&str> = p.categories.iter().map(|c| c.code()).collect();
    db.prepare_cached(sql)?.execute(params![
        p.id.bytes(),
        p.name,
        p.id_number.as_deref().unwrap_or_default(),
        phones,
        p.address,
        p.area.as_str(),
        categories.join(","),
        p.risk.map_or("", |r| r.code()),
        p.status == FileStatus::Open,
        p.conflicts,
        p.birth.map(|day| day.to_string()).unwrap_or_default()
    ])?;
    Ok(())
}

fn put_visit(db: &Connection, v: &VisitRow) -> Result<()> {
    let sql = "INSERT INTO visits (id, person, at, visitor, met, conflicts) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET
               person = excluded.person, at = excluded.at, visitor = excluded.visitor, met = excluded.met, conflicts = excluded.conflicts";
    db.prepare_cached(sql)?.execute(params![v.id.bytes(), v.person.bytes(), v.at.0, v.by.as_str(), v.met, v.conflicts])?;
    let sql = "UPDATE visits SET differs = NULL, alarm = NULL WHERE person = ?1 AND at >= ?2 AND differs IS NOT NULL";
    db.prepare_cached(sql)?.execute(params![v.person.bytes(), v.at.0])?;
    blobs::index(db, v.id, &v.photos)
}

fn put_review(db: &Connection, r: &ReviewRow) -> Result<()> {
    let sql = "INSERT INTO reviews (id, target, at, reviewer) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![r.id.bytes(), r.target.bytes(), r.at.0, r.by.as_str()])?;
    Ok(())
}

/// Puts all persons in their table anew, from their rows: after a column was added.
pub fn refill_persons(db: &Connection) -> Result<()> {
    let mut statement = db.prepare("SELECT row FROM records WHERE kind = 'person'")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        put(db, &rmp_serde::from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?)?;
    }
    Ok(())
}

/// Every person on this device.
pub fn all_persons(db: &Connection) -> Result<BTreeSet<RecordId>> {
    let mut statement = db.prepare_cached("SELECT id FROM persons")?;
    let found = statement.query_map([], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Puts down what the reviews of a visit say about the version that is here; whether it was uploaded is not asked.
pub fn refresh_stage(db: &Connection, id: RecordId) -> Result<()> {
    let Some(Row::Visit(visit)) = row(db, id)? else { return Ok(()) };
    let stage = visit_state(false, false, &visit.heads, &reviews_of(db, id)?);
    db.prepare_cached("UPDATE visits SET stage = ?2 WHERE id = ?1")?.execute(params![id.bytes(), stage.code()])?;
    Ok(())
}

/// Puts down when the next visit is due and how the last one was.
pub fn refresh_due(db: &Connection, id: RecordId, rules: &DueRules, today: NaiveDate) -> Result<()> {
    let Some(Row::Person(row)) = row(db, id)? else { return Ok(()) };
    let last = last_visit(db, id)?;
    let met = "SELECT max(at) FROM visits WHERE person = ?1 AND met";
    let met: Option<i64> = db.prepare_cached(met)?.query_row([id.bytes()], |r| r.get(0))?;
    // A visit dated ahead by a wrong clock must not put the next one off.
    let due = due(rules, &row, met.map(|at| Timestamp(at).day().min(today)), last.as_ref().and_then(|v| v.next));
    let last = last.map(|v| LastVisit { day: v.at.day(), kind: v.kind, note: v.note });
    let sql = "UPDATE persons SET due = ?2, due_info = ?3, last = ?4 WHERE id = ?1";
    let json = |value: Option<serde_json::Result<String>>| value.transpose();
    db.prepare_cached(sql)?.execute(params![
        id.bytes(),
        due.as_ref().map(|d| d.date.to_string()),
        json(due.as_ref().map(serde_json::to_string))?,
        json(last.as_ref().map(serde_json::to_string))?
    ])?;
    Ok(())
}

/// The newest visit to a person, whether or not it took place.
pub fn last_visit(db: &Connection, person: RecordId) -> Result<Option<VisitRow>> {
    let sql = "SELECT id FROM visits WHERE person = ?1 ORDER BY at DESC, id DESC LIMIT 1";
    let id = db.prepare_cached(sql)?.query_row([person.bytes()], |r| id_at(r, 0)).optional()?;
    id.map(|id| visit(db, id)).transpose()
}

/// The newest visit to a person that took place by a form of this name (any version), before a moment.
pub fn visit_before(db: &Connection, person: RecordId, form: &str, before: Timestamp, not: Option<RecordId>) -> Result<Option<VisitRow>> {
    let sql = "SELECT id FROM visits WHERE person = ?1 AND met AND at <= ?2 ORDER BY at DESC, id DESC LIMIT 20";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![person.bytes(), before.0], |r| id_at(r, 0))?;
    let name = |form: &str| form.split('@').next().unwrap_or_default().to_owned();
    for id in found.collect::<rusqlite::Result<Vec<_>>>()? {
        if Some(id) == not {
            continue;
        }
        let row = visit(db, id)?;
        if name(&row.form) == name(form) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
