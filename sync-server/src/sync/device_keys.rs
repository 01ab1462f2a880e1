//! The key that each device shares with the server. No request shows it, unlike the token: so it proves to a device that this server
//! stopped it, and opens what a device left sealed behind.
use crate::office::registry;
use crate::store::db::{Db, DbResult, args};
use domain::sync::{DeviceKey, MAX_FORMER};
use domain::{Code, DeviceId, Hash, StaffId, Timestamp};

/// The key of a device; `random` becomes it where there is none yet.
pub fn of(db: &Db<'_>, device: &DeviceId, random: [u8; 32]) -> DbResult<DeviceKey> {
    db.run("INSERT INTO device_keys (device, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING", args![device.bytes(), random])?;
    Ok(find(db, device)?.unwrap_or(DeviceKey(Hash(random))))
}

pub(crate) fn find(db: &Db<'_>, device: &DeviceId) -> DbResult<Option<DeviceKey>> {
    db.one("SELECT key FROM device_keys WHERE device = ?1", args![device.bytes()], |r| Ok(DeviceKey(Hash(r.bytes(0)?))))
}

/// A device that joins takes the place of another one of the same person: that one is stopped, and its work is the new one's. One that
/// this server does not know was lost by a restore.
///
/// # Errors
/// `OthersDevice` when it is somebody else's and was not stopped.
pub fn replace(db: &Db<'_>, old: &DeviceId, new: &DeviceId, staff: &StaffId, now: Timestamp) -> Result<(), Code> {
    let fail = |_| Code::ServerTrouble;
    let sql = "SELECT staff, revoked FROM devices WHERE id = ?1";
    let found = db.one(sql, args![old.bytes()], |r| Ok((r.parse::<StaffId>(0)?, r.flag(1)?))).map_err(fail)?;
    match found {
        Some((owner, _)) if owner == *staff => {
            registry::revoke(db, old, now).map_err(fail)?;
            hand_over(db, old, new).map_err(fail)
        }
        Some((_, false)) => Err(Code::OthersDevice),
        Some(_) | None => Ok(()),
    }
}

/// What a device wrote is the other one's from now on: it goes on under the same names.
fn hand_over(db: &Db<'_>, old: &DeviceId, new: &DeviceId) -> DbResult<()> {
    db.run("UPDATE actors SET device = ?2 WHERE device = ?1", args![old.bytes(), new.bytes()])?;
    db.run("UPDATE device_keys SET heir = ?2 WHERE device = ?1 OR heir = ?1", args![old.bytes(), new.bytes()])?;
    Ok(())
}

/// Of these former devices, those whose work this one may bring back: the same person's, stopped, and either replaced by it or released
/// by the office.
pub fn released(db: &Db<'_>, former: &[DeviceId], device: &DeviceId, staff: &StaffId) -> DbResult<Vec<(DeviceId, DeviceKey)>> {
    let mut found = Vec::new();
    for old in former.iter().take(MAX_FORMER) {
        let sql = "SELECT k.key, k.heir FROM device_keys k JOIN devices d ON d.id = k.device
                   WHERE k.device = ?1 AND d.staff = ?2 AND d.revoked <> 0 AND (k.heir = ?3 OR k.released <> 0)";
        let may = db.one(sql, args![old.bytes(), staff.as_str(), device.bytes()], |r| Ok((DeviceKey(Hash(r.bytes(0)?)), r.blob(1)?)))?;
        let Some((key, heir)) = may else { continue };
        if heir != device.bytes() {
            hand_over(db, old, device)?;
        }
        found.push((*old, key));
    }
    Ok(found)
}

/// The office lets the owner of a stopped device bring back on her next one what she had not uploaded.
///
/// # Errors
/// `NotFound` for a device without a key, `NotAllowed` for one that was not stopped.
pub fn release(db: &Db<'_>, id: &DeviceId, now: Timestamp) -> anyhow::Result<()> {
    let sql = "SELECT d.revoked FROM device_keys k JOIN devices d ON d.id = k.device WHERE k.device = ?1";
    match db.one(sql, args![id.bytes()], |r| r.flag(0))? {
        None => Err(domain::Failure::from(Code::NotFound).into()),
        Some(false) => Err(domain::Failure::from(Code::NotAllowed).into()),
        Some(true) => Ok(db.run("UPDATE device_keys SET released = ?2 WHERE device = ?1", args![id.bytes(), now.0.max(1)]).map(drop)?),
    }
}
