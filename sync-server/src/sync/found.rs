//! After a backup was put back: changes that it lost and that whoever holds them gives back, because their author did not. They lie in
//! quarantine until she sends them after all; after a while a supervisor decides on them as on anything that was refused.
use crate::store;
use crate::store::db::{Db, DbResult, SqlRow, args};
use crate::store::place::place_found;
use crate::sync::sender::Sender;
use domain::sync::{MAX_CHANGE, Push};
use domain::{Code, DeviceId, Failure, Hash, RecordId, StaffId, Timestamp};
use records::Incoming;
use std::collections::{BTreeMap, BTreeSet};

/// An author has so long to send again what a restored server lost, and the office to do again what it had done. Milliseconds.
pub const PATIENCE: i64 = 14 * 24 * 3600 * 1000;
/// Devices may give back others' changes so long after a restore. Milliseconds.
const RECOVERY: i64 = 60 * 24 * 3600 * 1000;
/// Most entries that one device may have given back, and most bytes of them.
const MOST: i64 = 10_000;
const MOST_BYTES: i64 = 32 << 20;

/// Whether the database was put in another's place within so many milliseconds.
pub fn restored_within(db: &Db<'_>, now: Timestamp, span: i64) -> DbResult<bool> {
    let at: Option<i64> = store::meta(db, store::RESTORED)?.and_then(|text| text.parse().ok());
    Ok(at.is_some_and(|at| now.0 - at < span))
}

/// Keeps what a device gives back, as far as it concerns files that are or were its owner's business, or that are not known here.
/// Names those that are not here.
pub fn keep(db: &Db<'_>, sender: &Sender, found: &[Push]) -> anyhow::Result<Vec<Hash>> {
    let mut lost = Vec::new();
    if found.is_empty() || !restored_within(db, sender.now, RECOVERY)? {
        return Ok(lost);
    }
    for push in found.iter().filter(|push| push.bytes.len() <= MAX_CHANGE) {
        let Ok(change) = Incoming::parse(&push.bytes) else { continue };
        if store::is_taken(db, &change.hash)? || !concerns(db, sender, &push.record)? {
            continue;
        }
        lost.push(change.hash);
        let sql = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM quarantine WHERE found = ?1";
        let used = db.one(sql, args![sender.device.bytes()], |r| Ok((r.int(0)?, r.int(1)?)))?.unwrap_or_default();
        if used.0 >= MOST || used.1 >= MOST_BYTES {
            break;
        }
        let Some((staff, device)) = author(db, &push.record, &change)? else { continue };
        // What somebody else said to have written anew is hers all the same.
        let sql = "INSERT INTO quarantine (hash, record, device, staff, bytes, reason, received, found) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                   ON CONFLICT (hash) DO UPDATE SET record = ?2, device = ?3, staff = ?4, bytes = ?5, reason = ?6, received = ?7, settled = ''
                   WHERE length(quarantine.found) = 0 AND quarantine.staff <> ?4";
        let reason = serde_json::to_string(&Failure::of(Code::BadChange, "lost"))?;
        let (record, found) = (push.record.bytes(), sender.device.bytes());
        db.run(sql, args![&change.hash.0, record, device.bytes(), staff.as_str(), &push.bytes, reason, sender.now.0, found])?;
        place_found(db, &push.record)?;
    }
    Ok(lost)
}

fn concerns(db: &Db<'_>, sender: &Sender, record: &RecordId) -> anyhow::Result<bool> {
    let Some((area, programmes)) = store::scope_of_record(db, record)? else { return Ok(true) };
    let sees = |area, programmes: &[_]| sender.caller.sees(area, programmes);
    Ok(sees(&area, &programmes) || store::departures(db, record)?.iter().any(|d| sees(&d.area, &d.programmes)))
}

/// Who wrote a change, by its actor's first one, and on which device.
fn author(db: &Db<'_>, record: &RecordId, change: &Incoming) -> anyhow::Result<Option<(StaffId, DeviceId)>> {
    let Some(actor) = change.actor() else { return Ok(None) };
    let owner = store::actor_device(db, record, &actor)?;
    if let Some(device) = owner
        && let Some(staff) = db.one("SELECT staff FROM devices WHERE id = ?1", args![&device], |r| r.parse(0))?
    {
        return Ok(Some((staff, DeviceId(uuid::Uuid::from_bytes(device)))));
    }
    let mut said = change.author();
    if said.is_none() {
        let beside = db.rows("SELECT bytes FROM quarantine WHERE record = ?1 AND length(found) > 0", args![record.bytes()], |r| r.blob(0))?;
        let first = beside.iter().filter_map(|bytes| Incoming::parse(bytes).ok()).find(|c| c.actor() == Some(actor) && c.seq() == 1);
        said = first.and_then(|first| first.author());
    }
    let Some((staff, mark)) = said else { return Ok(None) };
    let devices = db.rows("SELECT id FROM devices WHERE staff = ?1", args![staff.as_str()], |r| r.bytes(0))?;
    let marked = |id: &[u8; 16]| id.get(14..).is_some_and(|end| data_encoding::HEXLOWER.encode(end) == mark);
    let device = owner.or_else(|| devices.into_iter().find(marked)).unwrap_or_default();
    Ok(Some((staff, DeviceId(uuid::Uuid::from_bytes(device)))))
}

/// A device wrote these of its changes anew under other names: nobody need decide on them any more, whoever gives them back.
pub fn written_anew(db: &Db<'_>, sender: &Sender, hashes: &[Hash]) -> anyhow::Result<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    let recovers = restored_within(db, sender.now, RECOVERY)?;
    for hash in hashes {
        let (staff, device) = (sender.caller.staff.as_str(), sender.device.bytes());
        let sql = "UPDATE quarantine SET settled = 'dismissed', settled_by = ?2, settled_at = ?3
                   WHERE hash = ?1 AND settled = '' AND staff = ?2 AND (device = ?4 OR found IS NOT NULL)";
        db.run(sql, args![&hash.0, staff, sender.now.0, device])?;
        if recovers && !store::is_taken(db, hash)? {
            // Its name alone, for those who give it back later.
            let sql = "INSERT INTO quarantine (hash, record, device, staff, bytes, reason, received, settled, settled_by, settled_at, found)
                       VALUES (?1, ?4, ?2, ?3, ?6, '', ?5, 'dismissed', ?3, ?5, ?6) ON CONFLICT DO NOTHING";
            db.run(sql, args![&hash.0, device, staff, &[0u8; 16], sender.now.0, [].as_slice()])?;
        }
    }
    Ok(())
}

/// What is known of a lost change.
struct Fate {
    gone: bool,
    deps: Vec<Hash>,
}

/// Which of these, that are not here, will not come as they are: they were refused or laid aside, their author wrote them anew, another
/// change has their number, they build on such, or a supervisor decides on them by now.
pub fn gone(db: &Db<'_>, now: Timestamp, lost: &[Hash]) -> anyhow::Result<Vec<Hash>> {
    if lost.is_empty() || !restored_within(db, now, RECOVERY)? {
        return Ok(Vec::new());
    }
    let mut fates: BTreeMap<Hash, Fate> = BTreeMap::new();
    let mut open: Vec<Hash> = lost.to_vec();
    while let Some(hash) = open.pop() {
        if fates.contains_key(&hash) {
            continue;
        }
        let fate = fate(db, now, &hash)?;
        open.extend(&fate.deps);
        fates.insert(hash, fate);
    }
    let mut gone: BTreeSet<Hash> = fates.iter().filter(|(_, fate)| fate.gone).map(|(hash, _)| *hash).collect();
    loop {
        let more: Vec<Hash> =
            fates.iter().filter(|(hash, fate)| !gone.contains(hash) && fate.deps.iter().any(|dep| gone.contains(dep))).map(|(h, _)| *h).collect();
        if more.is_empty() {
            return Ok(lost.iter().filter(|hash| gone.contains(hash)).copied().collect());
        }
        gone.extend(more);
    }
}

fn fate(db: &Db<'_>, now: Timestamp, hash: &Hash) -> anyhow::Result<Fate> {
    let sure = |gone| Ok(Fate { gone, deps: Vec::new() });
    let sql = "SELECT record, bytes, settled, received, CASE WHEN found IS NULL THEN 0 ELSE 1 END FROM quarantine WHERE hash = ?1";
    let read = |r: &mut SqlRow| Ok((store::record_at(r, 0)?, r.blob(1)?, r.text(2)?, r.int(3)?, r.flag(4)?));
    let Some((record, bytes, settled, received, found)) = db.one(sql, args![&hash.0], read)? else { return sure(false) };
    if store::is_taken(db, hash)? {
        return sure(false);
    }
    if !found || !settled.is_empty() || now.0 - received >= PATIENCE {
        return sure(true);
    }
    let Ok(change) = Incoming::parse(&bytes) else { return sure(true) };
    let rival = store::load(db, &record)?.is_some_and(|stored| !stored.record.rivals(std::slice::from_ref(&change)).is_empty());
    Ok(Fate { gone: rival, deps: change.deps() })
}
