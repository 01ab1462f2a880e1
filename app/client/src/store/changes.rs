//! Changes written on this device, on their way to the server.
use super::{hash_at, id_at};
use crate::Result;
use domain::sync::Push;
use domain::{Failure, Hash, RecordId, Timestamp};
use records::Change;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::str::FromStr;

/// Where a change stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Not sent yet, or sent without a receipt.
    Pending,
    /// The server waits for what it builds on: send again.
    Held,
    /// The server has it, durably.
    Accepted,
    /// The server did not take it. Kept.
    Refused,
}

impl State {
    fn code(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Held => "held",
            State::Accepted => "accepted",
            State::Refused => "refused",
        }
    }
}
impl FromStr for State {
    type Err = ();
    fn from_str(s: &str) -> std::result::Result<Self, ()> {
        [State::Pending, State::Held, State::Accepted, State::Refused].into_iter().find(|state| state.code() == s).ok_or(())
    }
}

/// A change the server did not take.
pub struct Refused {
    /// The change.
    pub hash: Hash,
    /// The record.
    pub record: RecordId,
    /// Whose.
    pub person: RecordId,
    /// Why.
    pub reason: Option<Failure>,
    /// When it was written.
    pub created: Timestamp,
    /// What it was meant to do, as JSON.
    pub intent: Option<String>,
}

/// Keeps a change to be sent.
pub fn add(db: &Connection, record: RecordId, person: RecordId, change: &Change, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO changes (hash, record, person, bytes, created) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![change.hash.0, record.bytes(), person.bytes(), change.bytes, at.0])?;
    Ok(())
}

/// What waits to be sent, oldest first: at most so many changes and about so many bytes, but at least one.
pub fn waiting(db: &Connection, most: usize, bytes: usize) -> Result<Vec<(Hash, Push)>> {
    let sql = "SELECT hash, record, bytes FROM changes WHERE state IN ('pending', 'held') ORDER BY n";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let (mut found, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let push = Push { record: id_at(row, 1)?, bytes: row.get(2)? };
        size += push.bytes.len();
        if found.len() >= most || (size > bytes && !found.is_empty()) {
            break;
        }
        found.push((hash_at(row, 0)?, push));
    }
    Ok(found)
}

/// How many wait to be sent.
pub fn count_waiting(db: &Connection) -> Result<u64> {
    count(db, "SELECT count(*) FROM changes WHERE state IN ('pending', 'held')")
}

/// How many were never answered: those that are held wait for others' work.
pub fn count_pending(db: &Connection) -> Result<u64> {
    count(db, "SELECT count(*) FROM changes WHERE state = 'pending'")
}

/// How many were refused.
pub fn count_refused(db: &Connection) -> Result<u64> {
    count(db, "SELECT count(*) FROM changes WHERE state = 'refused'")
}

pub(crate) fn count(db: &Connection, sql: &str) -> Result<u64> {
    let n: i64 = db.prepare_cached(sql)?.query_row([], |r| r.get(0))?;
    Ok(n.unsigned_abs())
}

/// Those changes of a record that the server does not have: bytes, oldest first.
pub fn unsent_of(db: &Connection, record: RecordId) -> Result<Vec<(Hash, Vec<u8>)>> {
    let sql = "SELECT hash, bytes FROM changes WHERE record = ?1 AND state IN ('pending', 'held') ORDER BY n";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map([record.bytes()], |r| Ok((hash_at(r, 0)?, r.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Whether a record has something to send, and whether something of it was refused.
pub fn standing(db: &Connection, record: RecordId) -> Result<(bool, bool)> {
    let sql = "SELECT EXISTS (SELECT 1 FROM changes WHERE record = ?1 AND state IN ('pending', 'held')),
                      EXISTS (SELECT 1 FROM changes WHERE record = ?1 AND state = 'refused')";
    Ok(db.prepare_cached(sql)?.query_row([record.bytes()], |r| Ok((r.get(0)?, r.get(1)?)))?)
}

/// The server's word on one change. Returns its record; none when no such change is waiting here.
pub fn receipt(db: &Connection, hash: &Hash, state: State, reason: Option<&Failure>) -> Result<Option<RecordId>> {
    let reason = reason.map(serde_json::to_string).transpose()?.unwrap_or_default();
    let sql = "UPDATE changes SET state = ?2, reason = ?3, bytes = CASE ?2 WHEN 'accepted' THEN x'' ELSE bytes END
               WHERE hash = ?1 AND state <> 'accepted' RETURNING record";
    let record = db.prepare_cached(sql)?.query_row(params![hash.0, state.code(), reason], |r| id_at(r, 0)).optional()?;
    let intent = match state {
        State::Accepted => "done",
        State::Refused => "refused",
        State::Pending | State::Held => "open",
    };
    db.prepare_cached("UPDATE intents SET state = ?2 WHERE hash = ?1 AND state <> 'repeated'")?.execute(params![hash.0, intent])?;
    Ok(record)
}

/// Everything refused, newest first.
pub fn refused(db: &Connection) -> Result<Vec<Refused>> {
    let sql = "SELECT c.hash, c.record, c.person, c.reason, c.created, i.intent FROM changes c LEFT JOIN intents i ON i.hash = c.hash
               WHERE c.state = 'refused' ORDER BY c.n DESC";
    let mut statement = db.prepare_cached(sql)?;
    let read = |r: &Row<'_>| {
        let reason: String = r.get(3)?;
        Ok(Refused {
            hash: hash_at(r, 0)?,
            record: id_at(r, 1)?,
            person: id_at(r, 2)?,
            reason: serde_json::from_str(&reason).ok(),
            created: Timestamp(r.get(4)?),
            intent: r.get(5)?,
        })
    };
    let found = statement.query_map([], read)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Why a record's change was refused, when one was.
pub fn refusal_of(db: &Connection, record: RecordId) -> Result<Option<Failure>> {
    let sql = "SELECT reason FROM changes WHERE record = ?1 AND state = 'refused' ORDER BY n DESC LIMIT 1";
    let reason: Option<String> = db.prepare_cached(sql)?.query_row([record.bytes()], |r| r.get(0)).optional()?;
    Ok(reason.and_then(|r| serde_json::from_str(&r).ok()))
}

/// What was written into a record after this change and is still without a receipt, or went down with it: oldest first.
pub fn intents_after(db: &Connection, record: RecordId, hash: &Hash) -> Result<Vec<(Hash, super::intent::Intent)>> {
    let sql = "SELECT c.hash, i.intent FROM changes c JOIN intents i ON i.hash = c.hash
               WHERE c.record = ?1 AND c.state IN ('pending', 'held') AND c.n > (SELECT n FROM changes WHERE hash = ?2) ORDER BY c.n";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![record.bytes(), hash.0], |r| Ok((hash_at(r, 0)?, r.get::<_, String>(1)?)))?;
    found.map(|row| row.map_err(Into::into).and_then(|(h, intent)| Ok((h, serde_json::from_str(&intent)?)))).collect()
}

/// A change whose meaning is repeated by another one.
pub fn forget(db: &Connection, hash: &Hash) -> Result<()> {
    db.prepare_cached("DELETE FROM changes WHERE hash = ?1")?.execute([hash.0])?;
    db.prepare_cached("UPDATE intents SET state = 'repeated' WHERE hash = ?1")?.execute([hash.0])?;
    Ok(())
}
