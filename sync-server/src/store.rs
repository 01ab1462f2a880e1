//! The server's store: one SQLite file. Documents with their index rows, the changes that made them, and the feed:
//! the order in which a county's devices hear of them.
use crate::registry;
use anyhow::{Context, bail};
use domain::roles::Kind;
use domain::{AreaCode, DeviceId, Hash, Programme, RecordId, Row, Timestamp};
use records::{Record, RecordError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The database's file in the data folder.
pub const DATABASE: &str = "nuanfang.db";
/// Version of the tables, in `user_version`.
pub const SCHEMA_VERSION: i64 = 2;

/// Meaning never changes; a later version adds tables and columns.
const SCHEMA: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- The order of a county's feed. The row stays locked until the transaction that counted commits: a bare sequence
-- hands out numbers that become visible in another order, and a reader's cursor would skip the late ones.
CREATE TABLE counties (code TEXT PRIMARY KEY, seq INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE records (
  id BLOB PRIMARY KEY,
  rank INTEGER NOT NULL,           -- order of the first download: files, visits, reviews
  kind TEXT NOT NULL,
  person BLOB NOT NULL,
  target BLOB,                     -- of a review: the visit
  area TEXT NOT NULL,              -- of the person's file, also for what belongs to it
  programmes INTEGER NOT NULL,     -- bits, see programme_bits
  document BLOB NOT NULL,          -- Automerge, uncompressed
  row BLOB NOT NULL                -- domain::Row, MessagePack
) STRICT;
CREATE INDEX records_first ON records (rank, id DESC);
CREATE INDEX records_person ON records (person);
-- By what an office list finds a file again.
CREATE TABLE lookup (
  person BLOB PRIMARY KEY,
  id_number TEXT NOT NULL DEFAULT '',
  area TEXT NOT NULL,
  name TEXT NOT NULL,
  birth TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX lookup_id_number ON lookup (id_number);
CREATE INDEX lookup_name ON lookup (area, name);
CREATE TABLE changes (
  hash BLOB PRIMARY KEY,
  record BLOB NOT NULL,
  bytes BLOB NOT NULL,
  device BLOB NOT NULL,            -- sixteen zero bytes: made on the server by an import
  staff TEXT NOT NULL,
  received INTEGER NOT NULL        -- milliseconds, the server's clock
) STRICT;
CREATE TABLE feed (
  county TEXT NOT NULL,
  seq INTEGER NOT NULL,
  what TEXT NOT NULL,              -- change, enter, leave
  record BLOB NOT NULL,            -- of enter and leave: the person
  area TEXT NOT NULL,              -- whom it concerns, at that moment
  programmes INTEGER NOT NULL,
  hash BLOB,
  PRIMARY KEY (county, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_area ON feed (area, seq);
-- An actor belongs to the device that used it first.
CREATE TABLE actors (record BLOB NOT NULL, actor BLOB NOT NULL, device BLOB NOT NULL, PRIMARY KEY (record, actor)) STRICT, WITHOUT ROWID;
-- What was not accepted, byte for byte, with all that builds on it.
CREATE TABLE quarantine (
  hash BLOB PRIMARY KEY,
  record BLOB NOT NULL,
  device BLOB NOT NULL,
  staff TEXT NOT NULL,
  bytes BLOB NOT NULL,
  reason TEXT NOT NULL,            -- domain::Failure, JSON
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_device ON quarantine (device);
";

/// Version 2: where a file went from, without reading the whole feed; and where somebody worked before.
const V2: &str = "CREATE INDEX feed_left ON feed (record) WHERE what = 'leave';";

/// The store; cheap to share, one writer at a time.
pub struct Store {
    conn: Mutex<Connection>,
}

/// A record as stored.
pub struct Stored {
    /// The document.
    pub record: Record,
    /// Area of its file.
    pub area: AreaCode,
    /// Its programmes.
    pub programmes: Vec<Programme>,
}

impl Store {
    /// Opens the store in this folder; makes both when they are not there.
    pub fn open(dir: &Path, new_epoch: u64) -> anyhow::Result<Store> {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make the data folder {}", dir.display()))?;
        Store::open_file(&dir.join(DATABASE), new_epoch)
    }

    /// Opens a database of this server by its file.
    pub fn open_file(path: &Path, new_epoch: u64) -> anyhow::Result<Store> {
        let mut conn = Connection::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000;")?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        if version > SCHEMA_VERSION {
            bail!("{} was written by a newer version of this program (schema {version}); use that one", path.display());
        }
        if version < 1 {
            tx.execute_batch(SCHEMA)?;
            registry::create(&tx)?;
            tx.execute_batch(crate::import::IMPORTED_SQL)?;
            tx.execute("INSERT INTO meta VALUES ('epoch', ?1)", [new_epoch.to_string()])?;
        }
        if version < 2 {
            tx.execute_batch(V2)?;
            tx.execute_batch(registry::PAST_SQL)?;
        }
        if version < SCHEMA_VERSION {
            tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        }
        tx.commit()?;
        Ok(Store { conn: Mutex::new(conn) })
    }

    /// The connection. A panic elsewhere does not lock the store out: SQLite rolled that transaction back.
    pub fn lock(&self) -> MutexGuard<'_, Connection> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction that writes.
    pub fn write<T>(&self, f: impl FnOnce(&Connection) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.lock();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = f(&tx)?;
        tx.commit()?;
        Ok(value)
    }
}

/// The server's epoch: it changes when the server is restored from a backup.
pub fn epoch(conn: &Connection) -> rusqlite::Result<u64> {
    let text: String = conn.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |r| r.get(0))?;
    Ok(text.parse().unwrap_or(0))
}

/// Loads a record.
pub fn load(conn: &Connection, id: &RecordId) -> anyhow::Result<Option<Stored>> {
    let found = conn
        .query_row("SELECT document, area, programmes FROM records WHERE id = ?1", [id.bytes()], |r| {
            Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?))
        })
        .optional()?;
    let Some((document, area, bits)) = found else { return Ok(None) };
    let area = area.parse().map_err(anyhow::Error::msg)?;
    Ok(Some(Stored { record: Record::load_own(&document)?, area, programmes: programmes(bits) }))
}

/// Where a person's file belongs, without loading its document; none for an unknown person.
pub fn place(conn: &Connection, person: &RecordId) -> anyhow::Result<Option<(AreaCode, Vec<Programme>)>> {
    let found = conn
        .prepare_cached("SELECT area, programmes FROM records WHERE id = ?1 AND kind = 'person'")?
        .query_row([person.bytes()], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))
        .optional()?;
    let Some((area, bits)) = found else { return Ok(None) };
    Ok(Some((area.parse().map_err(anyhow::Error::msg)?, programmes(bits))))
}

/// A change to be kept with its record.
pub struct Accepted<'a> {
    /// Its name.
    pub hash: Hash,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The device, its owner; the server's own for imports.
    pub device: [u8; 16],
    /// See `device`.
    pub staff: &'a str,
    /// The server's clock.
    pub received: Timestamp,
}

/// A record with what is stored of it.
pub struct State {
    /// The record.
    pub record: Record,
    /// Its document, which was read back.
    pub document: Vec<u8>,
    /// Its index row.
    pub row: Row,
}

impl State {
    /// Saves the record and reads it back.
    pub fn of(record: Record) -> Result<State, RecordError> {
        Ok(State { document: record.reread()?, row: record.row()?, record })
    }
}

/// Stores a record's new state, the change that made it, and tells the feed. `before` is where it was known until now.
pub fn commit(
    conn: &Connection,
    state: &State,
    area: &AreaCode,
    before: Option<(&AreaCode, &[Programme])>,
    change: &Accepted<'_>,
) -> anyhow::Result<()> {
    let State { record, row, .. } = state;
    put_record(conn, state, area)?;
    keep_change(conn, &record.id(), change)?;
    let programmes = row.programmes();
    let moved = before.filter(|(old, progs)| record.kind() == Kind::Person && (*old != area || programme_bits(progs) != programme_bits(&programmes)));
    if let Some((old, progs)) = moved {
        conn.execute("UPDATE records SET area = ?1 WHERE person = ?2", params![area.as_str(), record.person().bytes()])?;
        tell(conn, "leave", &record.person(), old, progs, None)?;
        tell(conn, "enter", &record.person(), area, &programmes, None)?;
    }
    tell(conn, "change", &record.id(), area, &programmes, Some(&change.hash))
}

/// Puts a whole record with its history into a county that no device has read yet: nothing is told to the feed.
pub fn found(conn: &Connection, record: &Record, area: &AreaCode, staff: &str, received: Timestamp) -> anyhow::Result<()> {
    put_record(conn, &State { document: record.save(), row: record.row()?, record: record.clone() }, area)?;
    for change in record.changes() {
        keep_change(conn, &record.id(), &Accepted { hash: change.hash, bytes: &change.bytes, device: [0; 16], staff, received })?;
    }
    Ok(())
}

fn keep_change(conn: &Connection, record: &RecordId, change: &Accepted<'_>) -> anyhow::Result<()> {
    conn.prepare_cached("INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        change.hash.0,
        record.bytes(),
        change.bytes,
        change.device,
        change.staff,
        change.received.0
    ])?;
    Ok(())
}

fn put_record(conn: &Connection, state: &State, area: &AreaCode) -> anyhow::Result<()> {
    let State { record, document, row } = state;
    let target = if let Row::Review(r) = row { Some(*r.target.bytes()) } else { None };
    conn.prepare_cached(
        "INSERT INTO records (id, rank, kind, person, target, area, programmes, document, row) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET area = ?6, programmes = ?7, document = ?8, row = ?9",
    )?
    .execute(params![
        record.id().bytes(),
        rank(record.kind()),
        record.kind().code(),
        record.person().bytes(),
        target,
        area.as_str(),
        programme_bits(&row.programmes()),
        document,
        rmp_serde::to_vec_named(row)?
    ])?;
    if let Row::Person(p) = row {
        conn.prepare_cached("INSERT OR REPLACE INTO lookup (person, id_number, area, name, birth) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            p.id.bytes(),
            p.id_number.as_deref().unwrap_or_default(),
            area.as_str(),
            p.name,
            p.birth.map(|d| d.to_string()).unwrap_or_default()
        ])?;
    }
    Ok(())
}

/// Appends to the county's feed.
fn tell(conn: &Connection, what: &str, record: &RecordId, area: &AreaCode, progs: &[Programme], hash: Option<&Hash>) -> anyhow::Result<()> {
    let county = area.county().context("a file belongs to a village, which lies in a county")?;
    let seq: i64 = conn
        .prepare_cached("INSERT INTO counties VALUES (?1, 1) ON CONFLICT (code) DO UPDATE SET seq = seq + 1 RETURNING seq")?
        .query_row([county.as_str()], |r| r.get(0))?;
    conn.prepare_cached("INSERT INTO feed (county, seq, what, record, area, programmes, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![county.as_str(), seq, what, record.bytes(), area.as_str(), programme_bits(progs), hash.map(|h| h.0)])?;
    Ok(())
}

/// Keeps bytes that were not accepted.
pub fn quarantine(conn: &Connection, record: &RecordId, change: &Accepted<'_>, reason: &domain::Failure) -> anyhow::Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO quarantine VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(params![
        change.hash.0,
        record.bytes(),
        change.device,
        change.staff,
        change.bytes,
        serde_json::to_string(reason)?,
        change.received.0
    ])?;
    Ok(())
}

/// Whether a change was taken, into whatever record.
pub fn is_taken(conn: &Connection, hash: &Hash) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM changes WHERE hash = ?1)")?.query_row([hash.0], |r| r.get(0))
}

/// Why a change of this record lies in quarantine, when it does. Under another record's name it says nothing about this one: else
/// anybody could have a colleague's changes refused by sending them wrongly first.
pub fn quarantined(conn: &Connection, record: &RecordId, hash: &Hash) -> anyhow::Result<Option<domain::Failure>> {
    let reason: Option<String> = conn
        .prepare_cached("SELECT reason FROM quarantine WHERE hash = ?1 AND record = ?2")?
        .query_row(params![hash.0, record.bytes()], |r| r.get(0))
        .optional()?;
    Ok(reason.map(|r| serde_json::from_str(&r)).transpose()?)
}

/// Why something of this record that this device sent lies in quarantine, when it does.
pub fn not_taken(conn: &Connection, record: &RecordId, device: &DeviceId) -> anyhow::Result<Option<domain::Failure>> {
    let reason: Option<String> = conn
        .prepare_cached("SELECT reason FROM quarantine WHERE device = ?2 AND record = ?1 ORDER BY received, rowid LIMIT 1")?
        .query_row(params![record.bytes(), device.bytes()], |r| r.get(0))
        .optional()?;
    Ok(reason.map(|r| serde_json::from_str(&r)).transpose()?)
}

/// A person's file left an area.
pub struct Departure {
    /// Its place in the county's feed.
    pub seq: u64,
    /// Where it was.
    pub area: AreaCode,
    /// Its programmes then.
    pub programmes: Vec<Programme>,
}

/// Each time a person's file left an area.
pub fn departures(conn: &Connection, person: &RecordId) -> anyhow::Result<Vec<Departure>> {
    let mut statement = conn.prepare_cached("SELECT seq, area, programmes FROM feed WHERE what = 'leave' AND record = ?1")?;
    let rows = statement.query_map([person.bytes()], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?)))?;
    let mut left = Vec::new();
    for row in rows {
        let (seq, area, bits) = row?;
        left.push(Departure { seq: u64::try_from(seq)?, area: area.parse().map_err(anyhow::Error::msg)?, programmes: programmes(bits) });
    }
    Ok(left)
}

/// Those of these changes that are not here.
pub fn unknown(conn: &Connection, hashes: &[Hash]) -> rusqlite::Result<Vec<Hash>> {
    let mut lost = Vec::new();
    for hash in hashes {
        if !is_taken(conn, hash)? {
            lost.push(*hash);
        }
    }
    Ok(lost)
}

/// The device an actor belongs to.
pub fn actor_device(conn: &Connection, record: &RecordId, actor: &records::Actor) -> anyhow::Result<Option<[u8; 16]>> {
    Ok(conn
        .prepare_cached("SELECT device FROM actors WHERE record = ?1 AND actor = ?2")?
        .query_row(params![record.bytes(), actor.0], |r| r.get(0))
        .optional()?)
}

/// Gives an actor to a device.
pub fn claim_actor(conn: &Connection, record: &RecordId, actor: &records::Actor, device: &[u8; 16]) -> anyhow::Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO actors VALUES (?1, ?2, ?3)")?.execute(params![record.bytes(), actor.0, device])?;
    Ok(())
}

/// Files first, then visits, then reviews.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Person => 0,
        Kind::Visit => 1,
        Kind::Review => 2,
    }
}

/// Programmes as bits: child 1, elder 2, social 4.
pub fn programme_bits(programmes: &[Programme]) -> i64 {
    programmes.iter().fold(0, |bits, p| {
        bits | match p {
            Programme::Child => 1,
            Programme::Elder => 2,
            Programme::Social => 4,
        }
    })
}

fn programmes(bits: i64) -> Vec<Programme> {
    Programme::ALL.iter().copied().filter(|p| programme_bits(&[*p]) & bits != 0).collect()
}
