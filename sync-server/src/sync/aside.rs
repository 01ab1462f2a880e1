//! Records that grew so large that devices cannot take them in, from before the server had a limit: an operator finds them, lays them
//! aside with all that belongs to them, and may put them back. Nothing is deleted.
use crate::audit::{self, Entry, Who};
use crate::store::db::{Db, DbResult, SqlRow, args};
use crate::store::{self, facts, record_at};
use domain::audit::Act;
use domain::roles::Kind;
use domain::{AreaCode, RecordId, Timestamp};
use records::Record;
use serde::Serialize;

const COLUMNS: &str = "id, rank, kind, person, target, area, programmes, document, row, at, by, state, open";
/// From this size on a document is listed, bytes: a quarter of what the server takes.
const LARGE: i64 = records::MAX_DOCUMENT as i64 / 4;
/// So many are listed.
const MOST: usize = 200;

/// A record as an operator sees it: nothing of what it says.
#[derive(Serialize, Debug)]
pub struct Found {
    /// Its id.
    pub id: RecordId,
    /// A file, a visit, a review.
    pub kind: Kind,
    /// Whose.
    pub person: RecordId,
    /// Where.
    pub area: AreaCode,
    /// Bytes of its document.
    pub bytes: u64,
    /// Whether the server would take it today, and so every device takes it in.
    pub fits: bool,
}

fn found(r: &mut SqlRow) -> DbResult<Found> {
    let document = r.blob(4)?;
    Ok(Found {
        id: record_at(r, 0)?,
        kind: r.parse(1)?,
        person: record_at(r, 2)?,
        area: r.parse(3)?,
        bytes: document.len() as u64,
        fits: Record::check_size(&document).is_ok(),
    })
}

/// The largest records, the largest first; or those laid aside.
pub fn list(db: &Db<'_>, laid_aside: bool) -> anyhow::Result<Vec<Found>> {
    let (table, least) = if laid_aside { ("aside", 0) } else { ("records", LARGE) };
    let sql =
        format!("SELECT id, kind, person, area, document FROM {table} WHERE length(document) >= ?1 ORDER BY length(document) DESC, id LIMIT {MOST}");
    Ok(db.rows(&sql, args![least], found)?)
}

/// Whether it was laid aside.
pub fn is_aside(db: &Db<'_>, id: &RecordId) -> DbResult<bool> {
    Ok(db.one("SELECT 1 FROM aside WHERE id = ?1", args![id.bytes()], |_| Ok(()))?.is_some())
}

/// Lays a record aside, a person's file with all that belongs to it: devices drop the file, and nobody gets the record any more. How many
/// records there were.
pub fn lay(db: &Db<'_>, id: &RecordId, now: Timestamp) -> anyhow::Result<u64> {
    let Some((area, programmes)) = store::scope_of_record(db, id)? else { return Ok(0) };
    let person = db.one("SELECT person FROM records WHERE id = ?1", args![id.bytes()], |r| record_at(r, 0))?.unwrap_or(*id);
    let copied = format!("INSERT INTO aside ({COLUMNS}, laid) SELECT {COLUMNS}, ?2 FROM records WHERE id = ?1 OR person = ?1");
    let count = db.run(&copied, args![id.bytes(), now.0])?;
    db.run("DELETE FROM facts WHERE record IN (SELECT id FROM records WHERE id = ?1 OR person = ?1)", args![id.bytes()])?;
    db.run("DELETE FROM records WHERE id = ?1 OR person = ?1", args![id.bytes()])?;
    db.run("UPDATE packs SET replaced = ?2 WHERE area = ?1 AND replaced = 0", args![area.as_str(), now.0])?;
    if person == *id {
        store::tell_of(db, false, id, &area, &programmes, now)?;
    }
    audit::append(db, now, &by_operator(Act::RecordAside, &person, id, &area, count))?;
    Ok(count)
}

fn by_operator(act: Act, person: &RecordId, id: &RecordId, area: &AreaCode, count: u64) -> Entry {
    Entry::new(Who::Operator, act).about(person, id).at(area).number(count)
}

/// Puts it back: its file enters the areas it belongs to, whole. How many records there were.
pub fn put_back(db: &Db<'_>, id: &RecordId, now: Timestamp) -> anyhow::Result<u64> {
    let rows = db.rows("SELECT person, row FROM aside WHERE id = ?1 OR person = ?1 ORDER BY rank", args![id.bytes()], |r| {
        Ok((record_at(r, 0)?, r.blob(1)?))
    })?;
    let Some((person, _)) = rows.first() else { return Ok(0) };
    let copied = format!("INSERT INTO records ({COLUMNS}) SELECT {COLUMNS} FROM aside WHERE id = ?1 OR person = ?1");
    let count = db.run(&copied, args![id.bytes()])?;
    db.run("DELETE FROM aside WHERE id = ?1 OR person = ?1", args![id.bytes()])?;
    let Some((area, programmes)) = store::scope_of_record(db, person)? else { anyhow::bail!("its person's file is laid aside: put that back first") };
    // What belongs to a file lies where the file lies today.
    db.run("UPDATE records SET area = ?2 WHERE person = ?1", args![person.bytes(), area.as_str()])?;
    for (_, row) in &rows {
        facts::put(db, &rmp_serde::from_slice(row)?, true)?;
    }
    store::tell_of(db, true, person, &area, &programmes, now)?;
    audit::append(db, now, &by_operator(Act::RecordBack, person, id, &area, count))?;
    Ok(count)
}
