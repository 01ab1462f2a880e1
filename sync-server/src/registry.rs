//! Areas, staff, one-time codes and devices: what the server knows about who may ask for what. Plain functions over one
//! connection, so that they work inside any transaction of the caller's. No clock, no randomness: both are passed in.
use crate::db::{Db, DbError, DbResult, Line, args};
use crate::{county, device_keys, good_faith};
use domain::api::{DeviceLine, OneTimeCode};
use domain::area::{Area, Level};
use domain::roles::{Caller, Role};
use domain::shape;
use domain::staff::Staff;
use domain::sync::EnrolRequest;
use domain::{AreaCode, Code, DeviceId, Failure, Hash, StaffId, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

#[cfg(test)]
mod tests;

/// The tables of this module. Empty text, empty bytes and 0 stand for "not known" or "not yet".
pub const REGISTRY_SQL: &str = "
CREATE TABLE IF NOT EXISTS areas (
  code       TEXT NOT NULL PRIMARY KEY,     -- 2, 4, 6, 9 or 12 digits
  name       TEXT NOT NULL,                 -- as published: 铜都社区居委会
  plain      TEXT NOT NULL DEFAULT '',      -- the name without its kind (铜都): how office files are matched
  parent     TEXT NOT NULL DEFAULT '',      -- the area one level up; empty for a province
  valid_from TEXT NOT NULL DEFAULT '',      -- first day of the code, 2026-11-21; empty: always was
  valid_to   TEXT NOT NULL DEFAULT ''       -- first day the code is no longer given; old codes stay readable for ever
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS areas_plain ON areas (plain);
CREATE TABLE IF NOT EXISTS staff (
  id     TEXT NOT NULL PRIMARY KEY,         -- as the county's staff list names her
  name   TEXT NOT NULL,
  role   TEXT NOT NULL,                     -- a code of domain::Role
  phone  TEXT NOT NULL DEFAULT '',          -- digits
  active INTEGER NOT NULL DEFAULT 1         -- 0: has left; her name stays readable in old records
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staff_areas (
  staff TEXT NOT NULL,
  area  TEXT NOT NULL,                      -- covers everything below it; need not be in areas
  PRIMARY KEY (staff, area)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codes (
  hash    BLOB NOT NULL PRIMARY KEY,        -- SHA-256 of the code; the code itself is shown once and kept nowhere
  staff   TEXT NOT NULL,
  created INTEGER NOT NULL,                 -- milliseconds since 1970
  expires INTEGER NOT NULL,                 -- milliseconds since 1970
  used_by BLOB NOT NULL DEFAULT x'',        -- the device that redeemed it
  used_at INTEGER NOT NULL DEFAULT 0        -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS devices (
  id         BLOB NOT NULL PRIMARY KEY,     -- 16 bytes, chosen by the device
  staff      TEXT NOT NULL,
  label      TEXT NOT NULL DEFAULT '',      -- what the device calls itself
  token_hash BLOB NOT NULL UNIQUE,          -- SHA-256 of its bearer token
  enrolled   INTEGER NOT NULL,              -- milliseconds since 1970
  seen       INTEGER NOT NULL DEFAULT 0,    -- last contact
  revoked    INTEGER NOT NULL DEFAULT 0     -- when it was stopped
) STRICT, WITHOUT ROWID;
";

/// How long a one-time code is good for, milliseconds: 7 days.
pub const CODE_LIFE: i64 = 7 * 24 * 3600 * 1000;
/// Digits and letters that are not taken for one another when read aloud or from paper: no 0 O 1 I L U.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 30⁸ ≈ 6.6 × 10¹¹ possibilities, against a server that slows down guessing.
const CODE_LENGTH: usize = 8;

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
}

/// Creates the tables where they are missing.
pub fn create(db: &Db<'_>) -> DbResult<()> {
    db.batch(REGISTRY_SQL)?;
    db.batch(PAST_SQL)?;
    db.batch(county::COUNTER)?;
    db.batch(good_faith::TERMS)
}

/// Where somebody worked before; since version 2 of the tables, and no longer written: see [`crate::good_faith`].
pub const PAST_SQL: &str =
    "CREATE TABLE IF NOT EXISTS staff_past (staff TEXT NOT NULL, area TEXT NOT NULL, PRIMARY KEY (staff, area)) STRICT, WITHOUT ROWID;";

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
        county::count_change(db)?;
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
    county::count_change(db)?;
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

fn read_area(row: &mut Line) -> DbResult<Area> {
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
        good_faith::put_down(db, &before.staff, &wanted.staff, now)?;
    }
    db.run("DELETE FROM staff_areas WHERE staff = ?1", args![id])?;
    for area in &wanted.staff.areas {
        db.run("INSERT INTO staff_areas (staff, area) VALUES (?1, ?2)", args![id, area.as_str()])?;
    }
    county::count_change(db)?;
    Ok(if before.is_some() { Outcome::Updated } else { Outcome::Added })
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

fn read_staff(row: &mut Line) -> DbResult<StaffEntry> {
    let staff = Staff { id: row.parse(0)?, name: row.text(1)?, role: row.parse::<Role>(2)?, areas: Vec::new() };
    Ok(StaffEntry { staff, phone: row.text(3)?, active: row.flag(4)? })
}

// ---- one-time codes

/// Makes a code for one device of this member of staff. Earlier codes stay good until used or too old: a worker may have two
/// devices, and a code already written down on paper should not stop working. `NotFound` for unknown staff and those who left.
pub fn new_code(db: &Db<'_>, id: &StaffId, now: Timestamp, random: [u8; 16]) -> Result<OneTimeCode, Failure> {
    let entry = staff_entry(db, id).map_err(trouble)?.filter(|e| e.active).ok_or_else(|| Failure::of(Code::NotFound, "staff"))?;
    let plain = spell(random);
    let expires = Timestamp(now.0.saturating_add(CODE_LIFE));
    let sql = "INSERT INTO codes (hash, staff, created, expires) VALUES (?1, ?2, ?3, ?4)";
    db.run(sql, args![code_hash(&plain), id.as_str(), now.0, expires.0]).map_err(trouble)?;
    let (left, right) = plain.split_at(CODE_LENGTH / 2);
    Ok(OneTimeCode { code: format!("{left}-{right}"), staff: entry.staff, expires })
}

/// Lets a device in. Asking again with the same code, device and token gives the same answer, so that a lost reply is
/// repaired by asking again, even when the code has become too old meanwhile.
///
/// Errors: `WrongCode`, `ExpiredCode`, `UsedCode` (by another device), `OthersDevice` (it would replace somebody else's), `NotAllowed` (the member of staff has left, or the device
/// id is taken), `DeviceRevoked`.
pub fn redeem(db: &Db<'_>, request: &EnrolRequest, now: Timestamp) -> Result<Staff, Code> {
    let fail = |_: DbError| Code::ServerTrouble;
    let hash = code_hash(&request.code);
    let sql = format!("SELECT staff, expires, used_by FROM codes WHERE hash = ?1{}", db.for_update());
    let found = db.one(&sql, args![&hash], |r| Ok((r.parse::<StaffId>(0)?, r.int(1)?, r.blob(2)?))).map_err(fail)?;
    let (staff_id, expires, used_by) = found.ok_or(Code::WrongCode)?;
    let known = known_device(db, &request.device).map_err(fail)?;
    let same = |d: &KnownDevice| d.staff == staff_id && d.token_hash == request.token_hash.0;
    let again = used_by == request.device.bytes() && known.as_ref().is_some_and(same);
    if !used_by.is_empty() && !again {
        return Err(Code::UsedCode);
    }
    if !again && now.0 > expires {
        return Err(Code::ExpiredCode);
    }
    let entry = staff_entry(db, &staff_id).map_err(fail)?.filter(|e| e.active).ok_or(Code::NotAllowed)?;
    match known {
        Some(device) if device.revoked => return Err(Code::DeviceRevoked),
        // Else whoever holds a code could take over another's device by its id.
        Some(device) if !same(&device) => return Err(Code::NotAllowed),
        Some(_) => {}
        None => add_device(db, request, &staff_id, now).map_err(|_| Code::NotAllowed)?,
    }
    if let Some(old) = request.replaces.filter(|old| *old != request.device) {
        device_keys::replace(db, &old, &request.device, &staff_id, now)?;
    }
    if !again {
        db.run("UPDATE codes SET used_by = ?2, used_at = ?3 WHERE hash = ?1", args![hash, request.device.bytes(), now.0]).map_err(fail)?;
    }
    Ok(entry.staff)
}

/// The code of a random number. 30⁸ does not divide 2¹²⁸, which favours no code by more than one in 10²⁶.
fn spell(random: [u8; 16]) -> String {
    let mut number = u128::from_be_bytes(random);
    let letters = ALPHABET.len() as u128;
    let mut code = String::with_capacity(CODE_LENGTH);
    for _ in 0..CODE_LENGTH {
        let at = usize::try_from(number % letters).unwrap_or_default();
        code.push(ALPHABET.get(at).copied().map_or('2', char::from));
        number /= letters;
    }
    code
}

/// Hash of a code as typed: full width, lower case, spaces and dashes make no difference.
fn code_hash(typed: &str) -> Vec<u8> {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let plain: String = typed.chars().map(narrow).filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::digest(plain.as_bytes()).to_vec()
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
    Ok(())
}

/// Whose token this is the hash of.
pub fn device_by_token_hash(db: &Db<'_>, token_hash: &Hash) -> DbResult<Option<DeviceAuth>> {
    let sql = "SELECT id, staff, revoked FROM devices WHERE token_hash = ?1";
    let found = db.one(sql, args![&token_hash.0], |r| Ok((device_at(r, 0)?, r.parse::<StaffId>(1)?, moment(r.int(2)?))))?;
    let Some((id, staff_id, revoked)) = found else { return Ok(None) };
    let entry = staff_entry(db, &staff_id)?;
    Ok(entry.map(|e| DeviceAuth { id, caller: Caller { staff: staff_id, role: e.staff.role, areas: e.staff.areas }, revoked, active: e.active }))
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
    Ok(db.one("SELECT 1 FROM devices WHERE id = ?1", args![id.bytes()], |_| Ok(()))?.is_some())
}

fn device_at(row: &mut Line, at: usize) -> DbResult<DeviceId> {
    DeviceId::from_slice(&row.blob(at)?).ok_or(DbError::Column(at))
}

fn moment(millis: i64) -> Option<Timestamp> {
    (millis != 0).then_some(Timestamp(millis))
}

fn trouble(_: DbError) -> Failure {
    Code::ServerTrouble.into()
}
