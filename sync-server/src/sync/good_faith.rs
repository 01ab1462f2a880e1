//! Good faith: a file moves, or somebody is given other areas, while her device is away. What she wrote until she could hear of it is
//! taken. How far a device has heard is judged by what it showed to this server before, and not by what it says today: an old cursor
//! is easily copied.
use crate::store;
use crate::store::db::{Db, DbResult, args};
use crate::sync::feed;
use domain::roles::{Caller, Section};
use domain::sync::Cursor;
use domain::{AreaCode, DeviceId, Programme, RecordId, Timestamp};
use std::collections::BTreeMap;

/// Whoever was away for longer has her supervisor look at what she brings. Milliseconds: 60 days.
pub const PATIENCE: i64 = 60 * 24 * 3600 * 1000;

/// Notes a contact, and what the device shows to have read: a cursor of this server's numbers, made for what its owner may see today.
pub fn note(db: &Db<'_>, device: &DeviceId, caller: &Caller, cursor: &Cursor, now: Timestamp) -> DbResult<()> {
    if cursor.scope != feed::scope(caller) {
        return crate::office::registry::touch_device(db, device, now);
    }
    db.run("UPDATE devices SET seen = ?2, heard = ?2 WHERE id = ?1", args![device.bytes(), now.0])?;
    if cursor.complete {
        let hers = |county: &AreaCode| caller.areas.iter().any(|area| area.contains(county) || county.contains(area));
        for (county, seq) in cursor.seq.iter().filter(|(county, _)| hers(county)) {
            let sql = "INSERT INTO device_reads (device, county, seq) VALUES (?1, ?2, ?3)
                       ON CONFLICT (device, county) DO UPDATE SET seq = excluded.seq WHERE device_reads.seq < excluded.seq";
            db.run(sql, args![device.bytes(), county.as_str(), i64::try_from(*seq).unwrap_or(i64::MAX)])?;
        }
    }
    Ok(())
}

/// The role and areas by which a change of a file that is not the caller's business today is judged: those that she had when her device last
/// read, if the file was her business then. None when the device could know better.
pub fn duty(db: &Db<'_>, caller: &Caller, device: &DeviceId, cursor: &Cursor, person: &RecordId, now: Timestamp) -> anyhow::Result<Option<Caller>> {
    let Some((duties, since)) = duties(db, caller, device, cursor, now)? else { return Ok(None) };
    let place = store::scope_of_record(db, person)?;
    let mut places: Vec<(AreaCode, Vec<Programme>)> = place.into_iter().collect();
    let read = furthest(db, device, cursor)?;
    let unheard = |d: &store::Departure| {
        let read = d.area.county().and_then(|county| read.get(&county).copied());
        read.is_some_and(|read| d.seq > read) && d.at.0 >= since
    };
    places.extend(store::departures(db, person)?.into_iter().filter(unheard).map(|d| (d.area, d.programmes)));
    Ok(duties.into_iter().find(|duty| places.iter().any(|(area, programmes)| duty.sees(area, programmes))))
}

/// The same of what is a village's: by the role and areas that she had when her device last read.
pub fn duty_there(
    db: &Db<'_>,
    caller: &Caller,
    device: &DeviceId,
    cursor: &Cursor,
    (area, programmes): (&AreaCode, &[Programme]),
    now: Timestamp,
) -> anyhow::Result<Option<Caller>> {
    let duties = duties(db, caller, device, cursor, now)?.map(|(duties, _)| duties).unwrap_or_default();
    Ok(duties.into_iter().find(|duty| duty.sees(area, programmes)))
}

/// Her roles and areas, now and since her device last read; and since when that counts. None from whom all files were taken: to her nothing is
/// owed, a supervisor looks at it.
fn duties(db: &Db<'_>, caller: &Caller, device: &DeviceId, cursor: &Cursor, now: Timestamp) -> anyhow::Result<Option<(Vec<Caller>, i64)>> {
    if !cursor.complete || caller.role.programmes().is_empty() {
        return Ok(None);
    }
    let known = "SELECT enrolled, heard FROM devices WHERE id = ?1";
    let Some((enrolled, heard)) = db.one(known, args![device.bytes()], |r| Ok((r.int(0)?, r.int(1)?)))? else { return Ok(None) };
    let since = enrolled.max(now.0.saturating_sub(PATIENCE));
    let mut duties = vec![caller.clone()];
    if cursor.scope != feed::scope(caller) {
        let sql = "SELECT role, area FROM staff_terms WHERE staff = ?1 AND until > ?2 AND until >= ?3 ORDER BY until DESC, area, role";
        let term = |role, area| Caller { role, areas: vec![area], ..caller.clone() };
        duties.extend(db.rows(sql, args![caller.staff.as_str(), heard, since], |r| Ok(term(r.parse(0)?, r.parse(1)?)))?);
    }
    Ok(Some((duties, since)))
}

/// The furthest of what the device says today and what it ever showed.
fn furthest(db: &Db<'_>, device: &DeviceId, cursor: &Cursor) -> DbResult<BTreeMap<AreaCode, u64>> {
    let mut read = cursor.seq.clone();
    for (county, seq) in
        db.rows("SELECT county, seq FROM device_reads WHERE device = ?1", args![device.bytes()], |r| Ok((r.parse(0)?, r.count(1)?)))?
    {
        let furthest = read.entry(county).or_default();
        *furthest = seq.max(*furthest);
    }
    Ok(read)
}

/// What nobody writes in good faith: where a file belongs, and whose and how it is, is decided by those who see it.
pub fn is_decision(section: Section) -> bool {
    matches!(section, Section::Area | Section::Status | Section::Charge)
}
