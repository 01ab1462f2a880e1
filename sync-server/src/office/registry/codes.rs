//! One-time codes: made, confirmed by a second person where they open much, redeemed once, withdrawn.
use super::{Db, DbError, DbResult, KnownDevice, add_device, all_staff, device_by_token_hash, known_device, staff_entry, trouble};
use crate::store::db::{SqlRow, args};
use crate::sync::{device_keys, tokens};
use domain::api::OneTimeCode;
use domain::audit::{CodeLine, CodeState};
use domain::roles::{Caller, Right, Role};
use domain::staff::Staff;
use domain::sync::EnrolRequest;
use domain::{Code, Failure, Hash, StaffId, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How long a one-time code is good for, milliseconds: 7 days.
pub const CODE_LIFE: i64 = 7 * 24 * 3600 * 1000;
/// Digits and letters that are not taken for one another when read aloud or from paper: no 0 O 1 I L U.
pub(super) const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 30⁸ ≈ 6.6 × 10¹¹ possibilities, against a server that slows down guessing.
pub(super) const CODE_LENGTH: usize = 8;
/// Codes in a list, at most.
const MOST_LISTED: usize = 500;

/// Roles that see or decide more than a worker does: a code for one, made by a colleague, needs a second person.
fn needs_two(role: Role) -> bool {
    role.has(Right::Review) || role.has(Right::Office)
}

/// Makes a code for one device of this member of staff, at the server itself. Earlier codes stay good until used or too old: a worker may have
/// two devices, and a code already written down on paper should not stop working. `NotFound` for unknown staff and those who left.
pub fn new_code(db: &Db<'_>, id: &StaffId, now: Timestamp, random: [u8; 16]) -> Result<OneTimeCode, Failure> {
    make(db, id, None, now, random)
}

/// The same for an administrator: for a supervising role the code waits for a second person.
pub fn new_code_by(db: &Db<'_>, id: &StaffId, maker: &StaffId, now: Timestamp, random: [u8; 16]) -> Result<OneTimeCode, Failure> {
    make(db, id, Some(maker), now, random)
}

fn make(db: &Db<'_>, id: &StaffId, maker: Option<&StaffId>, now: Timestamp, random: [u8; 16]) -> Result<OneTimeCode, Failure> {
    let entry = staff_entry(db, id).map_err(trouble)?.filter(|e| e.active).ok_or_else(|| Failure::of(Code::NotFound, "staff"))?;
    let plain = spell(random);
    let expires = Timestamp(now.0.saturating_add(CODE_LIFE));
    let sql = "INSERT INTO codes (hash, staff, created, expires, made_by) VALUES (?1, ?2, ?3, ?4, ?5)";
    let made_by = maker.map(StaffId::as_str).unwrap_or_default();
    db.run(sql, args![code_hash(&plain), id.as_str(), now.0, expires.0, made_by]).map_err(trouble)?;
    let (left, right) = plain.split_at(CODE_LENGTH / 2);
    let pending = maker.is_some() && needs_two(entry.staff.role);
    Ok(OneTimeCode { code: format!("{left}-{right}"), staff: entry.staff, expires, pending })
}

/// For whom a code was made, if it is one.
pub fn code_owner(db: &Db<'_>, typed: &str) -> DbResult<Option<StaffId>> {
    db.one("SELECT staff FROM codes WHERE hash = ?1", args![code_hash(typed)], |r| r.parse(0))
}

/// A code as it is kept.
struct StoredCode {
    staff: StaffId,
    created: Timestamp,
    expires: i64,
    used_by: Vec<u8>,
    made_by: String,
    confirmed: bool,
    withdrawn: bool,
}

const COLUMNS: &str = "staff, created, expires, used_by, made_by, confirmed_by, withdrawn";

fn kept(r: &mut SqlRow) -> DbResult<StoredCode> {
    Ok(StoredCode {
        staff: r.parse(0)?,
        created: Timestamp(r.int(1)?),
        expires: r.int(2)?,
        used_by: r.blob(3)?,
        made_by: r.text(4)?,
        confirmed: !r.text(5)?.is_empty(),
        withdrawn: r.flag(6)?,
    })
}

impl StoredCode {
    /// The role counts as it is now: who was made a supervisor meanwhile is one.
    fn state(&self, role: Role, now: Timestamp) -> CodeState {
        match self {
            kept if !kept.used_by.is_empty() => CodeState::Used,
            kept if kept.withdrawn => CodeState::Withdrawn,
            kept if now.0 > kept.expires => CodeState::Expired,
            kept if needs_two(role) && !kept.made_by.is_empty() && !kept.confirmed => CodeState::Pending,
            _ => CodeState::Open,
        }
    }
}

/// Codes made since a moment, newest first, at most five hundred.
pub fn list_codes(db: &Db<'_>, since: Timestamp, now: Timestamp) -> DbResult<Vec<CodeLine>> {
    let owners: BTreeMap<StaffId, Staff> = all_staff(db)?.into_iter().map(|e| (e.staff.id.clone(), e.staff)).collect();
    let sql = format!("SELECT {COLUMNS} FROM codes WHERE created >= ?1 ORDER BY created DESC, staff LIMIT {MOST_LISTED}");
    let found = db.rows(&sql, args![since.0], kept)?;
    let line = |kept: StoredCode| {
        let staff = owners.get(&kept.staff)?.clone();
        let made_by: Option<StaffId> = kept.made_by.parse().ok();
        let made_by_name = made_by.as_ref().and_then(|id| owners.get(id)).map(|s| s.name.clone()).unwrap_or_default();
        let state = kept.state(staff.role, now);
        Some(CodeLine { staff, made: kept.created, made_by, made_by_name, expires: Timestamp(kept.expires), state })
    };
    Ok(found.into_iter().filter_map(line).collect())
}

/// A second person confirms a code that was made at this moment: another administrator, or the county officer. None: the operator.
///
/// Errors: `NotAllowed` for whoever made it and for other roles, `NotFound` when none waits.
pub fn confirm_code(db: &Db<'_>, staff: &StaffId, made: Timestamp, by: Option<&Caller>, now: Timestamp) -> Result<(), Failure> {
    let entry = staff_entry(db, staff).map_err(trouble)?.ok_or_else(|| Failure::of(Code::NotFound, "staff"))?;
    let sql = format!("SELECT {COLUMNS} FROM codes WHERE staff = ?1 AND created = ?2{}", db.for_update());
    let waiting = db.rows(&sql, args![staff.as_str(), made.0], kept).map_err(trouble)?;
    let waiting: Vec<StoredCode> = waiting.into_iter().filter(|k| k.state(entry.staff.role, now) == CodeState::Pending).collect();
    if waiting.is_empty() {
        return Err(Code::NotFound.into());
    }
    let hers = |caller: &Caller| caller.role.has(Right::Office) || entry.staff.areas.iter().all(|area| caller.covers(area));
    let may = |caller: &Caller| caller.role.has(Right::Confirm) && hers(caller);
    if by.is_some_and(|caller| !may(caller) || waiting.iter().any(|k| k.made_by == caller.staff.as_str())) {
        return Err(Code::NotAllowed.into());
    }
    let who = by.map_or("operator", |caller| caller.staff.as_str());
    let sql = "UPDATE codes SET confirmed_by = ?3 WHERE staff = ?1 AND created = ?2 AND confirmed_by = ''";
    db.run(sql, args![staff.as_str(), made.0, who]).map_err(trouble)?;
    Ok(())
}

/// Takes back the codes of a member of staff that were not used: the one made at this moment, or all. How many.
pub fn withdraw_codes(db: &Db<'_>, staff: &StaffId, made: Option<Timestamp>, now: Timestamp) -> DbResult<u64> {
    let sql =
        "UPDATE codes SET withdrawn = 1 WHERE staff = ?1 AND (created = ?2 OR ?2 < 0) AND length(used_by) = 0 AND withdrawn = 0 AND expires >= ?3";
    db.run(sql, args![staff.as_str(), made.map_or(-1, |at| at.0), now.0])
}

/// Makes every code that was not used too old. How many.
pub fn expire_codes(db: &Db<'_>) -> DbResult<u64> {
    db.run("UPDATE codes SET expires = 0 WHERE length(used_by) = 0 AND expires > 0", &[])
}

/// Lets a device in. Asking again with the same code, device and token gives the same answer, so that a lost reply is
/// repaired by asking again, even when the code has become too old meanwhile.
///
/// Errors: `WrongCode`, `ExpiredCode` (withdrawn, too), `CodePending`, `UsedCode` (by another device), `OthersDevice` (it would replace somebody else's), `NotAllowed` (the member of staff has left, or the device
/// id is taken), `DeviceRevoked`.
pub fn redeem(db: &Db<'_>, request: &EnrolRequest, now: Timestamp) -> Result<Staff, Code> {
    redeem_by(db, request, None, now)
}

/// The same for a device that shows the token it had: it may take another one, and its time begins anew. For one whose token expired.
///
/// # Errors
/// As there.
pub fn redeem_by(db: &Db<'_>, request: &EnrolRequest, shown: Option<&Hash>, now: Timestamp) -> Result<Staff, Code> {
    let fail = |_: DbError| Code::ServerTrouble;
    let hash = code_hash(&request.code);
    let sql = format!("SELECT {COLUMNS} FROM codes WHERE hash = ?1{}", db.for_update());
    let code = db.one(&sql, args![&hash], kept).map_err(fail)?.ok_or(Code::WrongCode)?;
    let (staff_id, used_by) = (code.staff.clone(), &code.used_by);
    let known = known_device(db, &request.device).map_err(fail)?;
    let same = |d: &KnownDevice| d.staff == staff_id && d.token_hash == request.token_hash.0;
    let again = *used_by == request.device.bytes() && known.as_ref().is_some_and(same);
    if !used_by.is_empty() && !again {
        return Err(Code::UsedCode);
    }
    let entry = staff_entry(db, &staff_id).map_err(fail)?.filter(|e| e.active).ok_or(Code::NotAllowed);
    // Who has left is told so after a code that is too old, as before.
    let role = entry.as_ref().map_or(Role::Volunteer, |e| e.staff.role);
    match code.state(role, now) {
        CodeState::Withdrawn | CodeState::Expired => return Err(Code::ExpiredCode),
        CodeState::Pending => return Err(Code::CodePending),
        CodeState::Used | CodeState::Open => {}
    }
    let entry = entry?;
    let shows = |hash: &Hash| Ok(device_by_token_hash(db, hash)?.is_some_and(|d| d.id == request.device && d.caller.staff == staff_id));
    let proven = shown.map(shows).transpose().map_err(fail)?.unwrap_or(false);
    match known {
        Some(device) if device.revoked => return Err(Code::DeviceRevoked),
        // Else whoever holds a code could take over another's device by its id.
        Some(device) if !same(&device) && !proven => return Err(Code::NotAllowed),
        Some(_) if again => {}
        Some(_) => tokens::begin(db, &request.device, &request.token_hash, now).map_err(|_| Code::NotAllowed)?,
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
pub(super) fn spell(random: [u8; 16]) -> String {
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
