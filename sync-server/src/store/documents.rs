//! Documents with their index rows, the changes that made them, and the feed: the order in which a county's devices hear of them.
use crate::store::db::{Db, DbError, DbResult, SqlRow, args};
use crate::store::window::window;
use crate::store::{facts, photos};
use anyhow::Context;
use domain::kinds::Keep;
use domain::roles::Kind;
use domain::{AreaCode, DeviceId, Failure, Hash, Programme, RecordId, Row, StaffId, Timestamp};
use records::{Actor, Record, RecordError};
use sha2::{Digest, Sha256};

/// A record as stored.
pub struct Stored {
    /// The document.
    pub record: Record,
    /// Area of its file.
    pub area: AreaCode,
    /// Its programmes.
    pub programmes: Vec<Programme>,
    /// When it happened, milliseconds: a visit or a review; 0 of a file.
    pub at: i64,
    /// Whether something is still to be done.
    pub open: bool,
}

/// How a record was known until now.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// Area of its file.
    pub area: &'a AreaCode,
    /// Its programmes.
    pub programmes: &'a [Programme],
    /// When it happened.
    pub at: i64,
    /// Whether something was still to be done.
    pub open: bool,
}

impl Stored {
    /// As it is, before it is changed.
    pub fn before(&self) -> Before<'_> {
        Before { area: &self.area, programmes: &self.programmes, at: self.at, open: self.open }
    }
}

/// When it happened: of a visit or a review.
pub fn moment(row: &Row) -> i64 {
    row.at.map_or(0, |at| at.0)
}

/// Loads a record.
pub fn load(db: &Db<'_>, id: &RecordId) -> anyhow::Result<Option<Stored>> {
    let sql = format!("SELECT document, area, programmes, at, open FROM records WHERE id = ?1{}", db.for_update());
    let found = db.one(&sql, args![id.bytes()], |r| Ok((r.blob(0)?, r.parse(1)?, programmes(r.int(2)?), r.int(3)?, r.flag(4)?)))?;
    let Some((document, area, programmes, at, open)) = found else { return Ok(None) };
    Ok(Some(Stored { record: Record::load_own(&document)?, area, programmes, at, open }))
}

/// Where a person's file belongs, without loading its document; none for an unknown person.
pub fn scope_of_person(db: &Db<'_>, person: &RecordId) -> anyhow::Result<Option<(AreaCode, Vec<Programme>)>> {
    let sql = format!("SELECT area, programmes FROM records WHERE id = ?1 AND kind = 'person'{}", db.for_share());
    Ok(db.one(&sql, args![person.bytes()], |r| Ok((r.parse(0)?, programmes(r.int(1)?))))?)
}

/// Where any record belongs, without loading its document; none for an unknown one.
pub fn scope_of_record(db: &Db<'_>, record: &RecordId) -> anyhow::Result<Option<(AreaCode, Vec<Programme>)>> {
    let sql = "SELECT area, programmes FROM records WHERE id = ?1";
    Ok(db.one(sql, args![record.bytes()], |r| Ok((r.parse(0)?, programmes(r.int(1)?))))?)
}

/// Whose file a record belongs to, and where that is.
pub fn person_of(db: &Db<'_>, record: &RecordId) -> DbResult<Option<(RecordId, AreaCode)>> {
    db.one("SELECT person, area FROM records WHERE id = ?1", args![record.bytes()], |r| Ok((record_at(r, 0)?, r.parse(1)?)))
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
pub struct RecordState {
    /// The record.
    pub record: Record,
    /// Its document, which was read back.
    pub document: Vec<u8>,
    /// Its index row.
    pub row: Row,
}

impl RecordState {
    /// Saves the record and reads it back. One that a device could not take in is an error.
    pub fn of(record: Record) -> Result<RecordState, RecordError> {
        let document = record.reread()?;
        Record::check_size(&document)?;
        Ok(RecordState { document, row: record.row()?, record })
    }
}

/// Stores a record's new state, the change that made it, and tells the feed. `before` is where it was known until now.
pub fn commit(db: &Db<'_>, state: &RecordState, area: &AreaCode, before: Option<Before<'_>>, change: &Accepted<'_>) -> anyhow::Result<()> {
    let RecordState { record, row, .. } = state;
    let at = change.received;
    put_record(db, state, area, before.is_none())?;
    keep_change(db, &record.id(), change)?;
    let programmes = &row.programmes;
    let elsewhere = |old: &Before<'_>| old.area != area || programme_bits(old.programmes) != programme_bits(programmes);
    let moved = before.filter(|old| record.kind().stands_alone() && elsewhere(old));
    if let Some(old) = moved {
        db.run("UPDATE records SET area = ?1 WHERE person = ?2", args![area.as_str(), record.person().bytes()])?;
        tell(db, "leave", &record.person(), old.area, old.programmes, None, at)?;
        tell(db, "enter", &record.person(), area, programmes, None, at)?;
    }
    // Of before the months that devices hold, and of another day now, or to be done again: those who hold such from now on may not have it.
    let comes_back = before.is_some_and(|old| old.at < window(at).0 && (old.at != moment(row) || row.open && !old.open));
    let what = if comes_back && record.kind().spec().keep != Keep::Always { "whole" } else { "change" };
    tell(db, what, &record.id(), area, programmes, Some(&change.hash), at)
}

/// Puts a whole record with its history into a county that no device has read yet: nothing is told to the feed.
pub fn insert_without_feed(db: &Db<'_>, record: &Record, area: &AreaCode, staff: &str, received: Timestamp) -> anyhow::Result<()> {
    put_record(db, &RecordState { document: record.save(), row: record.row()?, record: record.clone() }, area, true)?;
    for change in record.changes() {
        keep_change(db, &record.id(), &Accepted { hash: change.hash, bytes: &change.bytes, device: [0; 16], staff, received })?;
    }
    Ok(())
}

fn keep_change(db: &Db<'_>, record: &RecordId, change: &Accepted<'_>) -> anyhow::Result<()> {
    let Accepted { hash, bytes, device, staff, received } = change;
    db.run(
        "INSERT INTO changes (hash, record, bytes, device, staff, received) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        args![&hash.0, record.bytes(), *bytes, device, *staff, received.0],
    )?;
    Ok(())
}

fn put_record(db: &Db<'_>, state: &RecordState, area: &AreaCode, is_new: bool) -> anyhow::Result<()> {
    let RecordState { record, document, row } = state;
    let id = record.id();
    let (programmes, packed) = (programme_bits(&row.programmes), rmp_serde::to_vec_named(row)?);
    if is_new {
        let target = row.about.as_ref().map(RecordId::bytes);
        db.run(
            "INSERT INTO records (id, rank, kind, person, target, area, programmes, document, row, at, by, state, open)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            args![
                id.bytes(),
                record.kind().spec().rank,
                record.kind().code(),
                record.person().bytes(),
                target,
                area.as_str(),
                programmes,
                document,
                packed,
                moment(row),
                by(row),
                &row.state,
                i64::from(row.open)
            ],
        )?;
    } else {
        let sql = "UPDATE records SET area = ?2, programmes = ?3, document = ?4, row = ?5, at = ?6, by = ?7, state = ?8, open = ?9 WHERE id = ?1";
        db.run(sql, args![id.bytes(), area.as_str(), programmes, document, packed, moment(row), by(row), &row.state, i64::from(row.open)])?;
    }
    if row.kind.spec().photos {
        photos::index(db, &id, &row.photos, is_new)?;
    }
    facts::put(db, row, is_new)
}

/// Whose work it is; nothing of a file.
pub(crate) fn by(row: &Row) -> &str {
    row.by.as_ref().map_or("", StaffId::as_str)
}

/// Tells the feed that a person's file enters or leaves an area, apart from any change.
pub fn tell_of(db: &Db<'_>, enters: bool, person: &RecordId, area: &AreaCode, progs: &[Programme], at: Timestamp) -> anyhow::Result<()> {
    tell(db, if enters { "enter" } else { "leave" }, person, area, progs, None, at)
}

/// Appends to the county's feed.
fn tell(db: &Db<'_>, what: &str, record: &RecordId, area: &AreaCode, progs: &[Programme], hash: Option<&Hash>, at: Timestamp) -> anyhow::Result<()> {
    let county = area.county().context("a file belongs to a village, which lies in a county")?;
    let count = "INSERT INTO counties (code, seq) VALUES (?1, 1) ON CONFLICT (code) DO UPDATE SET seq = counties.seq + 1 RETURNING seq";
    let seq = db.number(count, args![county.as_str()])?;
    db.run(
        "INSERT INTO feed (county, seq, what, record, area, programmes, hash, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        args![county.as_str(), seq, what, record.bytes(), area.as_str(), programme_bits(progs), hash.map(|h| &h.0), at.0],
    )?;
    Ok(())
}

/// Whether a change was taken, into whatever record.
pub fn is_taken(db: &Db<'_>, hash: &Hash) -> DbResult<bool> {
    Ok(db.one("SELECT 1 FROM changes WHERE hash = ?1", args![&hash.0], |_| Ok(()))?.is_some())
}

/// The name under which a change is kept aside that is not this device's to send. Under its own it would be refused from its author,
/// too, and anybody could have a colleague's changes refused by sending them first.
pub fn foreign_name(hash: &Hash, device: &[u8; 16]) -> Hash {
    Hash(Sha256::new().chain_update(device).chain_update(hash.0).finalize().into())
}

/// Why a change of this record lies in quarantine, when it does, and whether it was not the device's to send. Under another record's
/// name it says nothing about this one.
pub fn quarantined(db: &Db<'_>, record: &RecordId, hash: &Hash, device: &[u8; 16]) -> anyhow::Result<Option<(Failure, bool)>> {
    let foreign = foreign_name(hash, device);
    let sql = "SELECT reason, hash FROM quarantine WHERE hash IN (?1, ?2) AND record = ?3 AND settled <> 'accepted' AND found IS NULL ORDER BY hash = ?1 DESC";
    let found = db.one(sql, args![&hash.0, &foreign.0, record.bytes()], |r| Ok((r.text(0)?, r.bytes(1)?)))?;
    found.map(|(reason, name)| Ok((serde_json::from_str(&reason)?, name == foreign.0))).transpose()
}

/// How many changes of a record a device had taken since a moment.
pub fn count_changes(db: &Db<'_>, record: &RecordId, device: &DeviceId, since: Timestamp) -> DbResult<u64> {
    let sql = "SELECT count(*) FROM changes WHERE record = ?1 AND device = ?2 AND received > ?3";
    Ok(db.number(sql, args![record.bytes(), device.bytes(), since.0])?.unsigned_abs())
}

/// What somebody wrote in a record, on whatever device.
pub fn changes_by(db: &Db<'_>, record: &RecordId, staff: &str) -> DbResult<Vec<Hash>> {
    db.rows("SELECT hash FROM changes WHERE record = ?1 AND staff = ?2", args![record.bytes(), staff], |r| Ok(Hash(r.bytes(0)?)))
}

/// The decisions of a kind on somebody's work.
pub fn decisions_on(db: &Db<'_>, kind: Kind, work: &Record) -> anyhow::Result<Vec<Row>> {
    let sql = "SELECT row FROM records WHERE person = ?1 AND kind = ?2 AND target = ?3";
    let rows = db.rows(sql, args![work.person().bytes(), kind.code(), work.id().bytes()], |r| r.blob(0))?;
    rows.iter().map(|row| Ok(rmp_serde::from_slice(row)?)).collect()
}

/// Why something of this record that this device sent lies in quarantine, when it does.
pub fn not_taken(db: &Db<'_>, record: &RecordId, device: &DeviceId) -> anyhow::Result<Option<Failure>> {
    let sql =
        "SELECT reason FROM quarantine WHERE device = ?2 AND record = ?1 AND settled <> 'accepted' AND found IS NULL ORDER BY received, hash LIMIT 1";
    let reason = db.one(sql, args![record.bytes(), device.bytes()], |r| r.text(0))?;
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
    /// When, by the server's clock.
    pub at: Timestamp,
}

/// Each time a person's file left an area.
pub fn departures(db: &Db<'_>, person: &RecordId) -> DbResult<Vec<Departure>> {
    let sql = "SELECT seq, area, programmes, at FROM feed WHERE what = 'leave' AND record = ?1";
    let departure = |r: &mut SqlRow| {
        let at = Timestamp(r.int(3)?);
        Ok(Departure { seq: r.count(0)?, area: r.parse(1)?, programmes: programmes(r.int(2)?), at })
    };
    db.rows(sql, args![person.bytes()], departure)
}

/// Those of these changes that are not here.
pub fn unknown(db: &Db<'_>, hashes: &[Hash]) -> DbResult<Vec<Hash>> {
    let mut lost = Vec::new();
    for hash in hashes {
        if !is_taken(db, hash)? {
            lost.push(*hash);
        }
    }
    Ok(lost)
}

/// The device an actor belongs to.
pub fn actor_device(db: &Db<'_>, record: &RecordId, actor: &Actor) -> DbResult<Option<[u8; 16]>> {
    db.one("SELECT device FROM actors WHERE record = ?1 AND actor = ?2", args![record.bytes(), &actor.0], |r| r.bytes(0))
}

/// Gives an actor to a device.
pub fn claim_actor(db: &Db<'_>, record: &RecordId, actor: &Actor, device: &[u8; 16]) -> DbResult<()> {
    db.run("INSERT INTO actors VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", args![record.bytes(), &actor.0, device])?;
    Ok(())
}

/// The record id in this column.
pub fn record_at(line: &mut SqlRow, at: usize) -> DbResult<RecordId> {
    RecordId::from_slice(&line.bytes::<16>(at)?).ok_or(DbError::Column(at))
}

/// Programmes as bits: child 1, elder 2, social 4.
pub fn programme_bits(programmes: &[Programme]) -> i64 {
    programmes.iter().fold(0, |bits, p| {
        bits | match p {
            Programme::Child => 1,
            Programme::Elder => 2,
            Programme::Social => 4,
            Programme::Other(_) => 0,
        }
    })
}

fn programmes(bits: i64) -> Vec<Programme> {
    Programme::ALL.iter().copied().filter(|p| programme_bits(&[*p]) & bits != 0).collect()
}
