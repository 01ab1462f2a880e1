//! Records that a restored server may know otherwise, and others' changes that it lost.
use super::{hash_at, id_at};
use crate::Result;
use domain::sync::Push;
use domain::{Hash, RecordId, Timestamp};
use records::Change;
use rusqlite::{Connection, OptionalExtension, params};

/// What was given back is kept here for so long: 60 days, in milliseconds.
const KEPT: i64 = 60 * 24 * 3600 * 1000;

/// Another server stands behind the address, or the same as it was some time ago: every record here is in doubt, and what it was
/// given and told is given and told again.
pub fn doubt_all(db: &Connection) -> Result<()> {
    db.execute_batch(
        "DELETE FROM doubtful; INSERT INTO doubtful (record) SELECT id FROM records; UPDATE strays SET given = 0;
         INSERT OR IGNORE INTO anew (hash) SELECT hash FROM intents WHERE state = 'repeated'",
    )?;
    Ok(())
}

/// Whether this record is in doubt.
pub fn is_doubtful(db: &Connection, record: RecordId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM doubtful WHERE record = ?1)";
    Ok(db.prepare_cached(sql)?.query_row([record.bytes()], |r| r.get(0))?)
}

/// The server has exactly this, or it is gone.
pub fn sure_of(db: &Connection, record: RecordId) -> Result<()> {
    db.prepare_cached("DELETE FROM doubtful WHERE record = ?1")?.execute([record.bytes()])?;
    Ok(())
}

/// Those it is time to ask about, for the first time or after `pause` milliseconds: at most so many.
pub fn doubtful(db: &Connection, now: Timestamp, pause: i64, most: usize) -> Result<Vec<RecordId>> {
    let sql = "SELECT record FROM doubtful WHERE asks = 0 OR abs(?1 - asked) >= ?2 ORDER BY record LIMIT ?3";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![now.0, pause, i64::try_from(most).unwrap_or(i64::MAX)], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// It was asked about. How often before.
pub fn asked(db: &Connection, record: RecordId, now: Timestamp) -> Result<i64> {
    let sql = "UPDATE doubtful SET asks = asks + 1, asked = ?2 WHERE record = ?1 RETURNING asks - 1";
    Ok(db.prepare_cached(sql)?.query_row(params![record.bytes(), now.0], |r| r.get(0)).optional()?.unwrap_or(0))
}

/// Keeps a change of another's to be given back.
pub fn keep(db: &Connection, record: RecordId, change: &Change) -> Result<()> {
    let sql = "INSERT INTO strays (hash, record, bytes) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![change.hash.0, record.bytes(), change.bytes])?;
    Ok(())
}

/// What is to be given back, in the order it was found: about so many bytes, but at least one.
pub fn to_give(db: &Connection, bytes: usize) -> Result<Vec<(Hash, Push)>> {
    let mut statement = db.prepare_cached("SELECT hash, record, bytes FROM strays WHERE given = 0 ORDER BY rowid")?;
    let mut rows = statement.query([])?;
    let (mut found, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let push = Push { record: id_at(row, 1)?, bytes: row.get(2)? };
        size += push.bytes.len();
        if size > bytes && !found.is_empty() {
            break;
        }
        found.push((hash_at(row, 0)?, push));
    }
    Ok(found)
}

/// The server has it now, one way or the other. It is kept here for a while, lest that server be restored, too.
pub fn given(db: &Connection, hash: &Hash, now: Timestamp) -> Result<()> {
    db.prepare_cached("UPDATE strays SET given = ?2 WHERE hash = ?1")?.execute(params![hash.0, now.0])?;
    db.prepare_cached("DELETE FROM strays WHERE given > 0 AND given < ?1")?.execute([now.0 - KEPT])?;
    Ok(())
}

/// Changes of this device that were written anew and of which the server was not told: at most so many.
pub fn anew(db: &Connection, most: usize) -> Result<Vec<Hash>> {
    let mut statement = db.prepare_cached("SELECT hash FROM anew LIMIT ?1")?;
    let found = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |r| hash_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// It was told.
pub fn told(db: &Connection, hashes: &[Hash]) -> Result<()> {
    let mut statement = db.prepare_cached("DELETE FROM anew WHERE hash = ?1")?;
    hashes.iter().try_for_each(|hash| statement.execute([hash.0]).map(|_| ()))?;
    Ok(())
}
