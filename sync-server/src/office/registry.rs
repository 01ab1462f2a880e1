//! Areas, staff, one-time codes and devices: what the server knows about who may ask for what. Plain functions over one
//! connection, so that they work inside any transaction of the caller's. No clock, no randomness: both are passed in.
use crate::store::db::{Db, DbError, DbResult, SqlRow, args};
use crate::sync::tokens::{self, Token};
use domain::api::DeviceLine;
use domain::area::{Area, Level};
use domain::roles::{Caller, Role};
use domain::staff::Staff;
use domain::sync::{EnrolRequest, OwnDevice};
use domain::{AreaCode, Code, DeviceId, Failure, Hash, StaffId, Timestamp, shape};
use std::collections::{BTreeMap, HashSet};

mod codes;
#[cfg(test)]
mod tests;

#[cfg(test)]
use codes::{ALPHABET, CODE_LENGTH, spell};
pub use codes::{CODE_LIFE, code_owner, confirm_code, expire_codes, list_codes, new_code, new_code_by, redeem, redeem_by, withdraw_codes};

/// What a write did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A new row.
    Added,
    /// A row that now says something else.
    Updated,
    /// As before.
    Unchanged,
}

/// An area with the time its code is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AreaEntry {
    /// Its code.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// First day; empty: always was.
    pub valid_from: String,
    /// First day no more; empty: still is.
    pub valid_to: String,
}

/// A member of staff as the county keeps her.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffEntry {
    /// Id, name, role, areas.
    pub staff: Staff,
    /// Digits; empty when not known.
    pub phone: String,
    /// Whether she still works here.
    pub active: bool,
}

/// A device that knows its token, and for whom it speaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceAuth {
    /// Which device.
    pub id: DeviceId,
    /// Its owner with role and areas as they are now.
    pub caller: Caller,
    /// When it was stopped; then it is wiped at its next contact.
    pub revoked: Option<Timestamp>,
    /// Whether its owner still works here; if not nothing is synced, but nothing is wiped either.
    pub active: bool,
    /// The token that was shown.
    pub token: Token,
}

/// To be called with each change of areas, staff or policy: nobody else says that reference data are out of date.
pub fn count_change(db: &Db<'_>) -> DbResult<()> {
    let sql = "INSERT INTO reference_changes (one, n) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET n = reference_changes.n + 1";
    db.run(sql, &[]).map(drop)
}

// ---- areas

/// Writes an area. Days left empty keep what is known.
pub fn upsert_area(db: &Db<'_>, area: &AreaEntry) -> DbResult<Outcome> {
    let plain = plain_name(&area.name);
    let parent = area.code.parent().map(String::from).unwrap_or_default();
    let added = db.run(
        "INSERT INTO areas (code, name, plain, parent, valid_from, valid_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        args![area.code.as_str(), &area.name, &plain, parent, &area.valid_from, &area.valid_to],
    )?;
    if added > 0 {
        count_change(db)?;
        return Ok(Outcome::Added);
    }
    let changed = db.run(
        "UPDATE areas SET name = ?2, plain = ?3, valid_from = CASE WHEN ?4 = '' THEN valid_from ELSE ?4 END,
                valid_to = CASE WHEN ?5 = '' THEN valid_to ELSE ?5 END
         WHERE code = ?1 AND (name <> ?2 OR (?4 <> '' AND valid_from <> ?4) OR (?5 <> '' AND valid_to <> ?5))",
        args![area.code.as_str(), &area.name, plain, &area.valid_from, &area.valid_to],
    )?;
    if changed == 0 {
        return Ok(Outcome::Unchanged);
    }
    count_change(db)?;
    Ok(Outcome::Updated)
}

/// One area.
pub fn area(db: &Db<'_>, code: &AreaCode) -> DbResult<Option<Area>> {
    db.one("SELECT name FROM areas WHERE code = ?1", args![code.as_str()], |r| Ok(Area { code: code.clone(), name: r.text(0)? }))
}

/// The first day on which an area is no more, where one is known.
pub fn abolished(db: &Db<'_>, code: &AreaCode) -> DbResult<Option<String>> {
    let sql = "SELECT valid_to FROM areas WHERE code = ?1 AND valid_to <> ''";
    db.one(sql, args![code.as_str()], |r| r.text(0))
}

/// Every area in these areas, the areas themselves, and all above them, by code.
pub fn areas_within(db: &Db<'_>, prefixes: &[AreaCode]) -> DbResult<Vec<Area>> {
    let mut found = BTreeMap::new();
    for prefix in prefixes {
        let below = db.rows("SELECT code, name FROM areas WHERE code >= ?1 AND code < ?1 || ':'", args![prefix.as_str()], read_area)?;
        found.extend(below.into_iter().map(|area| (area.code.clone(), area)));
        let mut up = prefix.parent();
        while let Some(code) = up {
            if let Some(area) = area(db, &code)? {
                found.insert(code.clone(), area);
            }
            up = code.parent();
        }
    }
    Ok(found.into_values().collect())
}

/// Areas of one level with this name, kinds of areas left aside: 桃源村 finds 桃源村村民委员会.
pub fn areas_named(db: &Db<'_>, name: &str, level: Level) -> DbResult<Vec<Area>> {
    let digits: i64 = match level {
        Level::Province => 2,
        Level::City => 4,
        Level::County => 6,
        Level::Town => 9,
        Level::Village => 12,
    };
    let sql = "SELECT code, name FROM areas WHERE plain = ?1 AND length(code) = ?2 ORDER BY code LIMIT 10000";
    db.rows(sql, args![plain_name(name), digits], read_area)
}

/// Counties that members of staff work in.
pub fn counties_at_work(db: &Db<'_>) -> DbResult<Vec<AreaCode>> {
    db.rows("SELECT DISTINCT substr(area, 1, 6) FROM staff_areas WHERE length(area) >= 6 ORDER BY 1", &[], |r| r.parse(0))
}

/// The name without spaces and without the words that say what kind of area it is.
pub fn plain_name(name: &str) -> String {
    const BOARDS: &[&str] = &["社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "街道办事处", "人民政府"];
    const KINDS: &[&str] = &["社区", "街道", "镇", "乡", "村", "县", "市", "区"];
    let mut rest: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let mut drop_one = |kinds: &[&'static str]| {
        let kind = kinds.iter().find(|k| rest.ends_with(**k) && rest.len() > k.len()).copied()?;
        rest.truncate(rest.len() - kind.len());
        Some(kind)
    };
    // 桃源村村民委员会 loses both words, 城东区社区居委会 only one.
    if !drop_one(BOARDS).is_some_and(|board| board.starts_with("社区")) {
        drop_one(KINDS);
    }
    rest
}

fn read_area(row: &mut SqlRow) -> DbResult<Area> {
    Ok(Area { code: row.parse(0)?, name: row.text(1)? })
}

// ---- staff

/// Writes a member of staff with all her areas. What is no longer her business is put down with the moment.
pub fn upsert_staff(db: &Db<'_>, entry: &StaffEntry, now: Timestamp) -> DbResult<Outcome> {
    let mut wanted = entry.clone();
    wanted.staff.areas.sort();
    wanted.staff.areas.dedup();
    let before = staff_entry(db, &wanted.staff.id)?;
    if before.as_ref() == Some(&wanted) {
        return Ok(Outcome::Unchanged);
    }
    let id = wanted.staff.id.as_str();
    db.run(
        "INSERT INTO staff (id, name, role, phone, active) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, phone = ?4, active = ?5",
        args![id, &wanted.staff.name, wanted.staff.role.code(), &wanted.phone, wanted.active],
    )?;
    if let Some(before) = &before {
        put_down(db, &before.staff, &wanted.staff, now)?;
    }
    db.run("DELETE FROM staff_areas WHERE staff = ?1", args![id])?;
    for area in &wanted.staff.areas {
        db.run("INSERT INTO staff_areas (staff, area) VALUES (?1, ?2)", args![id, area.as_str()])?;
    }
    count_change(db)?;
    Ok(if before.is_some() { Outcome::Updated } else { Outcome::Added })
}

/// Puts down what is no longer somebody's business: the areas she lost, and all of them when she has another role.
fn put_down(db: &Db<'_>, before: &Staff, now_is: &Staff, now: Timestamp) -> DbResult<()> {
    for area in before.areas.iter().filter(|area| before.role != now_is.role || !now_is.areas.contains(area)) {
        let sql = "INSERT INTO staff_terms (staff, area, role, until) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        db.run(sql, args![before.id.as_str(), area.as_str(), before.role.code(), now.0])?;
    }
    Ok(())
}

/// One member of staff, also one who has left.
pub fn staff(db: &Db<'_>, id: &StaffId) -> DbResult<Option<Staff>> {
    Ok(staff_entry(db, id)?.map(|e| e.staff))
}

/// One member of staff as the county keeps her.
pub fn staff_entry(db: &Db<'_>, id: &StaffId) -> DbResult<Option<StaffEntry>> {
    let found = db.one("SELECT id, name, role, phone, active FROM staff WHERE id = ?1", args![id.as_str()], read_staff)?;
    let Some(mut entry) = found else { return Ok(None) };
    entry.staff.areas = db.rows("SELECT area FROM staff_areas WHERE staff = ?1 ORDER BY area", args![id.as_str()], |r| r.parse(0))?;
    Ok(Some(entry))
}

/// The whole staff list by id, those who have left too.
pub fn all_staff(db: &Db<'_>) -> DbResult<Vec<StaffEntry>> {
    let mut areas: BTreeMap<StaffId, Vec<AreaCode>> = BTreeMap::new();
    let pairs = "SELECT staff, area FROM staff_areas ORDER BY staff, area";
    for (staff, area) in db.rows(pairs, &[], |r| Ok((r.parse::<StaffId>(0)?, r.parse(1)?)))? {
        areas.entry(staff).or_default().push(area);
    }
    let mut list = db.rows("SELECT id, name, role, phone, active FROM staff ORDER BY id", &[], read_staff)?;
    for entry in &mut list {
        entry.staff.areas = areas.remove(&entry.staff.id).unwrap_or_default();
    }
    Ok(list)
}

fn read_staff(row: &mut SqlRow) -> DbResult<StaffEntry> {
    let staff = Staff { id: row.parse(0)?, name: row.text(1)?, role: row.parse::<Role>(2)?, areas: Vec::new() };
    Ok(StaffEntry { staff, phone: row.text(3)?, active: row.flag(4)? })
}

// ---- devices

struct KnownDevice {
    staff: StaffId,
    token_hash: Vec<u8>,
    revoked: bool,
}

fn known_device(db: &Db<'_>, id: &DeviceId) -> DbResult<Option<KnownDevice>> {
    db.one("SELECT staff, token_hash, revoked FROM devices WHERE id = ?1", args![id.bytes()], |r| {
        Ok(KnownDevice { staff: r.parse(0)?, token_hash: r.blob(1)?, revoked: r.flag(2)? })
    })
}

fn add_device(db: &Db<'_>, request: &EnrolRequest, staff: &StaffId, now: Timestamp) -> DbResult<()> {
    let label: String = shape::clean(&request.label).trim().chars().filter(|c| *c != '\n').take(64).collect();
    db.run(
        "INSERT INTO devices (id, staff, label, token_hash, enrolled) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![request.device.bytes(), staff.as_str(), label, &request.token_hash.0, now.0],
    )?;
    count_change(db)
}

/// Whose token this is the hash of, or whose next.
pub fn device_by_token_hash(db: &Db<'_>, token_hash: &Hash) -> DbResult<Option<DeviceAuth>> {
    let sql = format!(
        "SELECT id, staff, revoked, {} FROM
         (SELECT id, staff, revoked, CASE token_made WHEN 0 THEN enrolled ELSE token_made END AS made, 0 AS proposed FROM devices WHERE token_hash = ?1
          UNION ALL SELECT d.id, d.staff, d.revoked, n.asked, 1 FROM next_tokens n JOIN devices d ON d.id = n.device WHERE n.hash = ?1) AS shown",
        tokens::columns()
    );
    let read = |r: &mut SqlRow| Ok((device_at(r, 0)?, r.parse::<StaffId>(1)?, moment(r.int(2)?), Token::read(r, 3)?));
    let Some((id, staff_id, revoked, token)) = db.one(&sql, args![&token_hash.0], read)? else { return Ok(None) };
    let entry = staff_entry(db, &staff_id)?;
    Ok(entry.map(|e| DeviceAuth {
        id,
        caller: Caller { staff: staff_id, role: e.staff.role, areas: e.staff.areas },
        revoked,
        active: e.active,
        token,
    }))
}

/// Whether this device joined, with this token.
pub fn has_token(db: &Db<'_>, id: &DeviceId, token_hash: &Hash) -> DbResult<bool> {
    Ok(known_device(db, id)?.is_some_and(|device| device.token_hash == token_hash.0))
}

/// Whose device this is or was, with her role and areas as they are now.
pub fn owner(db: &Db<'_>, id: &DeviceId) -> DbResult<Option<Caller>> {
    let Some(device) = known_device(db, id)? else { return Ok(None) };
    Ok(staff(db, &device.staff)?.map(|s| Caller { staff: s.id, role: s.role, areas: s.areas }))
}

/// The devices of a member of staff that may sync, in the order they joined.
pub fn devices_of(db: &Db<'_>, staff: &StaffId) -> DbResult<Vec<OwnDevice>> {
    let sql = "SELECT id, label, enrolled FROM devices WHERE staff = ?1 AND revoked = 0 ORDER BY enrolled, id";
    db.rows(sql, args![staff.as_str()], |r| Ok(OwnDevice { device: device_at(r, 0)?, label: r.text(1)?, enrolled: Timestamp(r.int(2)?) }))
}

/// Notes a contact.
pub fn touch_device(db: &Db<'_>, id: &DeviceId, now: Timestamp) -> DbResult<()> {
    db.run("UPDATE devices SET seen = ?2 WHERE id = ?1", args![id.bytes(), now.0])?;
    Ok(())
}

/// Devices that may ask: not stopped, and of people who work here.
pub fn devices_at_work(db: &Db<'_>) -> DbResult<HashSet<DeviceId>> {
    let sql = "SELECT d.id FROM devices d JOIN staff s ON s.id = d.staff WHERE d.revoked = 0 AND s.active = 1";
    Ok(db.rows(sql, &[], |r| device_at(r, 0))?.into_iter().collect())
}

/// Every device, in the order they joined.
pub fn list_devices(db: &Db<'_>) -> DbResult<Vec<DeviceLine>> {
    let owners: BTreeMap<StaffId, Staff> = all_staff(db)?.into_iter().map(|e| (e.staff.id.clone(), e.staff)).collect();
    let sql = "SELECT id, staff, label, enrolled, seen, revoked FROM devices ORDER BY enrolled, id";
    let lines = db.rows(sql, &[], |r| {
        let Some(staff) = owners.get(&r.parse::<StaffId>(1)?).cloned() else { return Ok(None) };
        let (enrolled, seen, revoked) = (Timestamp(r.int(3)?), moment(r.int(4)?), moment(r.int(5)?));
        Ok(Some(DeviceLine { id: device_at(r, 0)?, staff, label: r.text(2)?, enrolled, seen, revoked }))
    })?;
    Ok(lines.into_iter().flatten().collect())
}

/// Stops a device for good. Whether there is such a device; stopping one twice keeps the first moment.
pub fn revoke(db: &Db<'_>, id: &DeviceId, now: Timestamp) -> DbResult<bool> {
    db.run("UPDATE devices SET revoked = ?2 WHERE id = ?1 AND revoked = 0", args![id.bytes(), now.0.max(1)])?;
    count_change(db)?;
    Ok(db.one("SELECT 1 FROM devices WHERE id = ?1", args![id.bytes()], |_| Ok(()))?.is_some())
}

fn device_at(row: &mut SqlRow, at: usize) -> DbResult<DeviceId> {
    DeviceId::from_slice(&row.blob(at)?).ok_or(DbError::Column(at))
}

fn moment(millis: i64) -> Option<Timestamp> {
    (millis != 0).then_some(Timestamp(millis))
}

fn trouble(_: DbError) -> Failure {
    Code::ServerTrouble.into()
}
