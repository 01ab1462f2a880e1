//! What is kept of that which was not taken: so much of each device and no more, and until an operator clears it.
use crate::office::registry;
use crate::store::db::{Db, DbResult, Sql, SqlRow, args};
use crate::store::place::{NO_CHANGE, columns, place};
use crate::store::{self, Accepted};
use crate::sync::{feed, found};
use domain::roles::{Caller, Right, Role};
use domain::sync::MAX_CHANGE;
use domain::{Code, DeviceId, Failure, Hash, RecordId, Timestamp};
use records::Incoming;
use serde::Serialize;
use uuid::Uuid;

/// Bytes that are no change of ours are kept to be looked at, so many of a device and so large together. Nobody can let them in.
const JUNK: i64 = 50;
const JUNK_BYTES: i64 = 1 << 20;
/// So many bytes of changes are kept of a device; of further ones reason and name alone, so that the answer stays the same.
const BYTES: i64 = 10 << 20;
/// Beyond so many entries of a device nothing is kept of it.
const ENTRIES: i64 = 20_000;

/// Settled in a way of its own: there was no room for its bytes.
const NAME_ONLY: &str = "unkept";
/// Settled in a way of its own: it only builds on something else here.
const BLOCKED: &str = "blocked";

/// What a device has here.
#[derive(Clone, Copy, Default)]
struct Held {
    entries: i64,
    bytes: i64,
    junk: i64,
    junk_bytes: i64,
}

fn held(db: &Db<'_>, device: &[u8; 16]) -> DbResult<Held> {
    let read = |r: &mut SqlRow| Ok(Held { entries: r.int(0)?, bytes: r.int(1)?, junk: r.int(2)?, junk_bytes: r.int(3)? });
    let known = db.one("SELECT entries, bytes, junk, junk_bytes FROM quarantine_held WHERE device = ?1", args![device], read)?;
    if let Some(known) = known {
        return Ok(known);
    }
    let count = "SELECT count(*), coalesce(sum(length(bytes)), 0), coalesce(sum(CASE WHEN settled = 'junk' THEN 1 ELSE 0 END), 0),
        coalesce(sum(CASE WHEN settled = 'junk' THEN length(bytes) ELSE 0 END), 0) FROM quarantine WHERE device = ?1 AND settled <> 'accepted'";
    Ok(db.one(count, args![device], read)?.unwrap_or_default())
}

/// The device's entries are counted anew when that is next needed.
pub(super) fn forget_count(db: &Db<'_>, device: &[u8; 16]) -> DbResult<()> {
    db.run("DELETE FROM quarantine_held WHERE device = ?1", args![device]).map(drop)
}

/// Keeps bytes that were not accepted, as far as there is room for the device. `blocked` is what only builds on such: its author's device
/// writes it anew, so nobody need decide on it.
///
/// # Errors
/// The database's.
pub fn keep(db: &Db<'_>, record: &RecordId, change: &Accepted<'_>, reason: &Failure, blocked: bool) -> anyhow::Result<()> {
    if !may_ever_write(db, change.staff)? {
        return Ok(());
    }
    let Accepted { hash, bytes, device, staff, received } = change;
    let (mut here, size) = (held(db, device)?, i64::try_from(bytes.len())?);
    let incoming = if bytes.len() > MAX_CHANGE { None } else { Incoming::parse(bytes).ok() };
    let (settled, bytes): (&str, &[u8]) = match &incoming {
        _ if here.entries >= ENTRIES => return Ok(()),
        None if here.junk >= JUNK || here.junk_bytes + size > JUNK_BYTES => return Ok(()),
        None => (NO_CHANGE, bytes),
        Some(_) if here.bytes - here.junk_bytes + size > BYTES => (NAME_ONLY, &[]),
        Some(_) if blocked => (BLOCKED, bytes),
        Some(_) => ("", bytes),
    };
    let place = if settled.is_empty() { incoming.map(|change| place(db, record, change)).transpose()?.flatten() } else { None };
    let (person, area, programmes) = columns(place);
    let new = db.run(
        "INSERT INTO quarantine (hash, record, device, staff, bytes, reason, received, settled, person, area, programmes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (hash) DO UPDATE SET record = ?2, device = ?3, staff = ?4, bytes = ?5, reason = ?6, received = ?7, settled = ?8,
           person = ?9, area = ?10, programmes = ?11, found = NULL
         WHERE quarantine.found IS NOT NULL",
        args![&hash.0, record.bytes(), device, *staff, bytes, serde_json::to_string(reason)?, received.0, settled, person, area, programmes],
    )?;
    if new > 0 {
        let size = i64::try_from(bytes.len())?;
        here.entries += 1;
        here.bytes += size;
        if settled == NO_CHANGE {
            here.junk += 1;
            here.junk_bytes += size;
        }
        let sql = "INSERT INTO quarantine_held (device, entries, bytes, junk, junk_bytes) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (device) DO UPDATE SET entries = ?2, bytes = ?3, junk = ?4, junk_bytes = ?5";
        db.run(sql, args![device, here.entries, here.bytes, here.junk, here.junk_bytes])?;
    }
    Ok(())
}

/// What a device wrote on something that was let in now waits for a supervisor, too, unless the device wrote it anew: then that waits, or was
/// decided on, beside it.
///
/// # Errors
/// The database's.
pub(super) fn unblock(db: &Db<'_>, record: &RecordId, device: &DeviceId, let_in: &Hash) -> anyhow::Result<()> {
    let anew = "SELECT 1 FROM quarantine WHERE record = ?1 AND device = ?2 AND hash <> ?3 AND settled IN ('', 'accepted', 'dismissed') LIMIT 1";
    if db.one(anew, args![record.bytes(), device.bytes(), &let_in.0], |r| r.int(0))?.is_some() {
        return Ok(());
    }
    let blocked = "SELECT hash, bytes FROM quarantine WHERE record = ?1 AND device = ?2 AND settled = ?3";
    for (hash, bytes) in db.rows(blocked, args![record.bytes(), device.bytes(), BLOCKED], |r| Ok((r.blob(0)?, r.blob(1)?)))? {
        let place = Incoming::parse(&bytes).ok().map(|change| place(db, record, change)).transpose()?.flatten();
        let (person, area, programmes) = columns(place);
        let sql = "UPDATE quarantine SET settled = '', person = ?2, area = ?3, programmes = ?4 WHERE hash = ?1";
        db.run(sql, args![hash, person, area, programmes])?;
    }
    Ok(())
}

/// Of volunteers and administrators, who may write nothing, nothing is kept, unless one of them had another duty before: her device may
/// still send what she wrote then.
fn may_ever_write(db: &Db<'_>, staff: &str) -> anyhow::Result<bool> {
    let Ok(id) = staff.parse() else { return Ok(true) };
    let writes = registry::staff(db, &id)?.is_none_or(|who| !who.role.programmes().is_empty());
    // Before version 6 only the areas of before were put down, whatever the role.
    let before = "SELECT 1 FROM staff_past WHERE staff = ?1 UNION ALL SELECT 1 FROM staff_terms WHERE staff = ?1 AND role NOT IN (?2, ?3) LIMIT 1";
    let (volunteer, administrator) = (Role::Volunteer.code(), Role::Administrator.code());
    Ok(writes || db.one(before, args![staff, volunteer, administrator], |_| Ok(()))?.is_some())
}

/// The names of what waits for a supervisor, oldest first: of each device the oldest `of_a_device`, and `most` altogether.
///
/// # Errors
/// The database's.
pub(super) fn waiting(db: &Db<'_>, caller: &Caller, now: Timestamp, of_a_device: i64, most: i64) -> DbResult<Vec<(Hash, DeviceId)>> {
    if !caller.role.has(Right::Review) || caller.areas.is_empty() {
        return Ok(Vec::new());
    }
    let (scope, values) = feed::in_scope(caller, 3);
    // A file that the server has is where it is now. What a restored server lost may still be sent by its author for a while.
    let sql = format!(
        "SELECT hash, device FROM (
           SELECT hash, device, received, row_number() OVER (PARTITION BY device ORDER BY received, hash) AS nth FROM (
             SELECT q.hash AS hash, q.device AS device, q.received AS received, coalesce(r.area, q.area) AS area,
                    coalesce(r.programmes, q.programmes) AS programmes
             FROM quarantine q LEFT JOIN records r ON r.id = q.person AND r.kind = 'person' WHERE q.settled = ''
               AND (q.found IS NULL OR (q.received <= ?3 AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.hash = q.hash)))
           ) AS open WHERE {scope}
         ) AS numbered WHERE nth <= ?1 ORDER BY received, hash LIMIT ?2"
    );
    let args: Vec<Sql> = [of_a_device.into(), most.into(), (now.0 - found::PATIENCE).into()].into_iter().chain(values).collect();
    db.rows(&sql, &args, |r| Ok((Hash(r.bytes(0)?), DeviceId(Uuid::from_bytes(r.bytes(1)?)))))
}

/// One entry, as an operator sees it: nothing of what it says.
#[derive(Serialize)]
pub struct Entry {
    /// Its name.
    pub hash: Hash,
    /// The record it was for.
    pub record: RecordId,
    /// Who sent it.
    pub device: DeviceId,
    /// The device's owner.
    pub staff: String,
    /// Why it was not taken.
    pub reason: Failure,
    /// When.
    pub received: Timestamp,
    /// How many bytes of it are here.
    pub bytes: u64,
    /// What became of it; empty while it waits for a supervisor.
    pub settled: String,
}

/// The oldest entries, of one device or of all.
///
/// # Errors
/// The database's.
pub fn list(db: &Db<'_>, device: Option<&DeviceId>, most: i64) -> DbResult<Vec<Entry>> {
    let sql = "SELECT hash, record, device, staff, reason, received, length(bytes), settled FROM quarantine
         WHERE device = ?1 OR ?1 = ?2 ORDER BY received, hash LIMIT ?3";
    db.rows(sql, args![of(device), of(None), most], |r| {
        Ok(Entry {
            hash: Hash(r.bytes(0)?),
            record: store::record_at(r, 1)?,
            device: DeviceId(Uuid::from_bytes(r.bytes(2)?)),
            staff: r.text(3)?,
            reason: serde_json::from_str(&r.text(4)?).unwrap_or_else(|_| Code::BadChange.into()),
            received: Timestamp(r.int(5)?),
            bytes: r.count(6)?,
            settled: r.text(7)?,
        })
    })
}

/// Drops entries for good, also those that wait: of one device or of all, received before a moment; how many.
///
/// # Errors
/// The database's.
pub fn drop_entries(db: &Db<'_>, device: Option<&DeviceId>, before: Timestamp) -> DbResult<u64> {
    let dropped = db.run("DELETE FROM quarantine WHERE (device = ?1 OR ?1 = ?2) AND received < ?3", args![of(device), of(None), before.0])?;
    db.run("DELETE FROM quarantine_held WHERE device = ?1 OR ?1 = ?2", args![of(device), of(None)])?;
    Ok(dropped)
}

/// Empty for all.
fn of(device: Option<&DeviceId>) -> Vec<u8> {
    device.map(|device| device.bytes().to_vec()).unwrap_or_default()
}
