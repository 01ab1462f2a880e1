//! Changes written on this device, on their way to the server.
use super::{hash_at, id_at};
use crate::Result;
use domain::sync::Push;
use domain::{Failure, Hash, RecordId, Timestamp};
use records::Change;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use std::str::FromStr;

/// Where a change stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeState {
    /// Not sent yet, or sent without a receipt.
    Pending,
    /// The server waits for what it builds on: send again.
    Held,
    /// The server has it, durably.
    Accepted,
    /// The server did not take it. Kept.
    Refused,
}

impl ChangeState {
    fn code(self) -> &'static str {
        match self {
            ChangeState::Pending => "pending",
            ChangeState::Held => "held",
            ChangeState::Accepted => "accepted",
            ChangeState::Refused => "refused",
        }
    }
}
impl FromStr for ChangeState {
    type Err = ();
    fn from_str(s: &str) -> std::result::Result<Self, ()> {
        [ChangeState::Pending, ChangeState::Held, ChangeState::Accepted, ChangeState::Refused].into_iter().find(|state| state.code() == s).ok_or(())
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
///
/// `urgent` are types of matter that go before all else, with the files that they are about.
pub fn waiting(db: &Connection, urgent: &[&str], most: usize, bytes: usize) -> Result<Vec<(Hash, Push)>> {
    let places: Vec<String> = (1..=urgent.len()).map(|n| format!("?{n}")).collect();
    let sql = format!(
        "SELECT hash, record, bytes FROM changes c WHERE state IN ('pending', 'held')
         ORDER BY EXISTS (SELECT 1 FROM items i WHERE i.open AND i.sort IN ({}) AND (i.id = c.record OR i.person = c.record)) DESC, n",
        places.join(", ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(urgent))?;
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

/// Those changes of a record that wait to be sent: the oldest first.
pub fn unsent_of(db: &Connection, record: RecordId) -> Result<Vec<Hash>> {
    let sql = "SELECT hash FROM changes WHERE record = ?1 AND state IN ('pending', 'held') ORDER BY n";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map([record.bytes()], |r| hash_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Whether anything waits to be sent of a person's file and what belongs to it.
pub fn unsent_of_person(db: &Connection, person: RecordId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM changes WHERE person = ?1 AND state IN ('pending', 'held'))";
    Ok(db.prepare_cached(sql)?.query_row([person.bytes()], |r| r.get(0))?)
}

/// Whether a record has something to send, and whether something of it was refused.
pub fn standing(db: &Connection, record: RecordId) -> Result<(bool, bool)> {
    let sql = "SELECT EXISTS (SELECT 1 FROM changes WHERE record = ?1 AND state IN ('pending', 'held')),
                      EXISTS (SELECT 1 FROM changes WHERE record = ?1 AND state = 'refused')";
    Ok(db.prepare_cached(sql)?.query_row([record.bytes()], |r| Ok((r.get(0)?, r.get(1)?)))?)
}

/// The server's word on one change. Returns its record; none when no such change is waiting here.
pub fn receipt(db: &Connection, hash: &Hash, state: ChangeState, reason: Option<&Failure>) -> Result<Option<RecordId>> {
    let reason = reason.map(serde_json::to_string).transpose()?.unwrap_or_default();
    let sql = "UPDATE changes SET state = ?2, reason = ?3, bytes = CASE ?2 WHEN 'accepted' THEN x'' ELSE bytes END
               WHERE hash = ?1 AND state <> 'accepted' RETURNING record";
    let record = db.prepare_cached(sql)?.query_row(params![hash.0, state.code(), reason], |r| id_at(r, 0)).optional()?;
    let intent = match state {
        ChangeState::Accepted => "done",
        ChangeState::Refused => "refused",
        ChangeState::Pending | ChangeState::Held => "open",
    };
    db.prepare_cached("UPDATE intents SET state = ?2 WHERE hash = ?1 AND state <> 'repeated'")?.execute(params![hash.0, intent])?;
    Ok(record)
}

/// Whether it was written here and is neither refused nor written anew.
pub fn stands(db: &Connection, hash: &Hash) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM changes WHERE hash = ?1 AND state <> 'refused'")?.exists([hash.0])?)
}

/// What was written here into this record and refused.
pub fn refused_of(db: &Connection, record: RecordId) -> Result<Vec<Hash>> {
    let mut statement = db.prepare_cached("SELECT hash FROM changes WHERE record = ?1 AND state = 'refused'")?;
    let rows = statement.query_map([record.bytes()], |r| hash_at(r, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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

/// All changes of a record that were written here and not refused, oldest first.
pub fn own_of(db: &Connection, record: RecordId) -> Result<Vec<Hash>> {
    let mut statement = db.prepare_cached("SELECT hash FROM changes WHERE record = ?1 AND state <> 'refused' ORDER BY n")?;
    let found = statement.query_map([record.bytes()], |r| hash_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What these changes were meant to do, in the order they were written.
pub fn intents_of(db: &Connection, hashes: &[Hash]) -> Result<Vec<(Hash, super::intent::Intent)>> {
    let mut statement = db.prepare_cached("SELECT intent FROM intents WHERE hash = ?1")?;
    let mut found = Vec::new();
    for hash in hashes {
        let intent: Option<String> = statement.query_row([hash.0], |r| r.get(0)).optional()?;
        found.extend(intent.map(|text| serde_json::from_str(&text)).transpose()?.map(|intent| (*hash, intent)));
    }
    Ok(found)
}

/// Own changes the server answered, written before the `below`-th: the newest first.
pub fn answered_below(db: &Connection, below: i64, most: usize) -> Result<Vec<(i64, Hash)>> {
    let sql = "SELECT n, hash FROM changes WHERE state IN ('accepted', 'refused') AND n < ?1 ORDER BY n DESC LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![below, i64::try_from(most).unwrap_or(i64::MAX)], |r| Ok((r.get(0)?, hash_at(r, 1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The record of an own change, and its place in the order of writing.
pub fn place_of(db: &Connection, hash: &Hash) -> Result<Option<(RecordId, i64)>> {
    let sql = "SELECT record, n FROM changes WHERE hash = ?1";
    Ok(db.prepare_cached(sql)?.query_row([hash.0], |r| Ok((id_at(r, 0)?, r.get(1)?))).optional()?)
}

/// A change the server had taken, or kept aside for somebody to decide on, and lost: it waits again.
pub fn reopen(db: &Connection, hash: &Hash, bytes: &[u8]) -> Result<()> {
    let sql = "UPDATE changes SET state = 'pending', bytes = ?2 WHERE hash = ?1 AND state IN ('accepted', 'refused')";
    db.prepare_cached(sql)?.execute(params![hash.0, bytes])?;
    db.prepare_cached("UPDATE intents SET state = 'open' WHERE hash = ?1 AND state IN ('done', 'refused')")?.execute([hash.0])?;
    Ok(())
}

/// Keeps the bytes of an accepted change, because its record goes: a restored server may ask for it.
pub fn keep_bytes(db: &Connection, change: &Change) -> Result<()> {
    let sql = "UPDATE changes SET bytes = ?2 WHERE hash = ?1 AND state = 'accepted'";
    db.prepare_cached(sql)?.execute(params![change.hash.0, change.bytes])?;
    Ok(())
}

/// The bytes of an own change, where they are kept.
pub fn bytes_of(db: &Connection, hash: &Hash) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM changes WHERE hash = ?1 AND bytes <> x''";
    Ok(db.prepare_cached(sql)?.query_row([hash.0], |r| r.get(0)).optional()?)
}

/// A change whose meaning is repeated by another one.
pub fn forget(db: &Connection, hash: &Hash) -> Result<()> {
    db.prepare_cached("DELETE FROM changes WHERE hash = ?1")?.execute([hash.0])?;
    db.prepare_cached("INSERT INTO anew (hash) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([hash.0])?;
    db.prepare_cached("UPDATE intents SET state = 'repeated' WHERE hash = ?1")?.execute([hash.0])?;
    Ok(())
}
