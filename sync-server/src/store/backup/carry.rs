//! What a restore must not undo: devices that were stopped, codes that were used or withdrawn, members of staff who left, the
//! keys shared with devices, forms that were published, and the log of acts.
//! All of it is in the database that is moved aside, as far as that can still be read.
use crate::audit;
use crate::office::registry;
use crate::store::db::{Db, DbResult, Sql, SqlRow, args};

/// What was taken over, and what could not be.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Carried {
    /// Devices that are stopped.
    pub devices: u64,
    /// Devices with their tokens as they stand.
    pub tokens: u64,
    /// One-time codes as they stand.
    pub codes: u64,
    /// Members of staff who have left.
    pub left: u64,
    /// Entries of the log that the backup does not have.
    pub entries: u64,
    /// Codes that were made useless, because nobody knows any more which were used.
    pub expired: u64,
    /// What could not be taken over.
    pub lost: Vec<Part>,
}

/// A part of what is taken over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Stopped devices.
    Devices,
    /// Tokens that devices renewed.
    Tokens,
    /// Codes.
    Codes,
    /// Who has left.
    Staff,
    /// The log of acts.
    Audit,
}

/// Takes over what it can. Without an old database, or where it cannot be read, all codes that were not used are made useless.
///
/// # Errors
/// Those of the new database.
pub(super) fn over(old: Option<&Db<'_>>, new: &Db<'_>) -> anyhow::Result<Carried> {
    let mut carried = Carried::default();
    match old.map(stopped) {
        Some(Ok(rows)) => carried.devices = stop(new, rows)?,
        _ => carried.lost.push(Part::Devices),
    }
    match old.map(tokens) {
        Some(Ok(tokens)) => carried.tokens = keep_tokens(new, tokens)?,
        _ => carried.lost.push(Part::Tokens),
    }
    match old.map(codes) {
        Some(Ok(rows)) => carried.codes = keep_codes(new, rows)?,
        _ => {
            carried.expired = registry::expire_codes(new)?;
            carried.lost.push(Part::Codes);
        }
    }
    // Without them nothing that a stopped device left sealed could be opened any more. Databases of before had none.
    let keys = |old: &Db<'_>| old.rows("SELECT device, key, released, heir FROM device_keys", &[], row::<4>);
    for row in old.map(keys).and_then(Result::ok).into_iter().flatten() {
        let sql = "INSERT INTO device_keys (device, key, released, heir) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (device) DO UPDATE SET released = excluded.released, heir = excluded.heir";
        new.run(sql, &row)?;
    }
    // Records name the forms that were published since; databases of before had none.
    let forms = |old: &Db<'_>| {
        old.rows("SELECT name, n, title, hash, body, imported, by FROM forms WHERE name IN (SELECT name FROM forms_published)", &[], row::<7>)
    };
    for row in old.map(forms).and_then(Result::ok).into_iter().flatten() {
        let sql = "INSERT INTO forms (name, n, title, hash, body, imported, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                   ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, body = excluded.body, title = excluded.title";
        new.run(sql, &row)?;
    }
    let published = |old: &Db<'_>| old.rows("SELECT name, area, at, by, withdrawn FROM forms_published", &[], row::<5>);
    for row in old.map(published).and_then(Result::ok).into_iter().flatten() {
        let sql = "INSERT INTO forms_published (name, area, at, by, withdrawn) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (name, area) DO UPDATE SET withdrawn = excluded.withdrawn";
        new.run(sql, &row)?;
    }
    let left = |old: &Db<'_>| old.rows("SELECT id FROM staff WHERE active = 0", &[], |r| r.text(0));
    match old.map(left) {
        Some(Ok(ids)) => {
            for id in ids {
                carried.left += new.run("UPDATE staff SET active = 0 WHERE id = ?1 AND active = 1", args![id])?;
            }
        }
        _ => carried.lost.push(Part::Staff),
    }
    match old.map(|old| audit::newer(old, new)) {
        Some(Ok(Some(log))) => carried.entries = audit::replace(new, log)?,
        _ => carried.lost.push(Part::Audit),
    }
    Ok(carried)
}

/// A whole row as it is.
fn row<const N: usize>(r: &mut SqlRow) -> DbResult<[Sql; N]> {
    r.take()
}

fn stopped(old: &Db<'_>) -> DbResult<Vec<[Sql; 7]>> {
    old.rows("SELECT id, staff, label, token_hash, enrolled, seen, revoked FROM devices WHERE revoked > 0", &[], row)
}

/// Also those that joined after the backup: they are told that they were stopped, and do not join again.
fn stop(new: &Db<'_>, rows: Vec<[Sql; 7]>) -> DbResult<u64> {
    let sql = "INSERT INTO devices (id, staff, label, token_hash, enrolled, seen, revoked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (id) DO UPDATE SET revoked = excluded.revoked WHERE devices.revoked = 0";
    rows.iter().map(|row| new.run(sql, row)).sum()
}

/// Each a device, a token's SHA-256, and since when.
struct Tokens {
    used: Vec<[Sql; 3]>,
    next: Vec<[Sql; 3]>,
}

/// Tokens in use, and those proposed; an older version knows no others than the first.
fn tokens(old: &Db<'_>) -> DbResult<Tokens> {
    let next = old.rows("SELECT device, hash, asked FROM next_tokens", &[], row).unwrap_or_default();
    let used = |made: &str| old.rows(&format!("SELECT id, token_hash, {made} FROM devices"), &[], row);
    Ok(Tokens { used: used("token_made").or_else(|_| used("0"))?, next })
}

/// Only of devices that the backup knows: the others join again with a code.
fn keep_tokens(new: &Db<'_>, Tokens { used, next }: Tokens) -> DbResult<u64> {
    let sql = "UPDATE devices SET token_hash = ?2, token_made = ?3 WHERE id = ?1";
    let kept = used.iter().map(|row| new.run(sql, row)).sum::<DbResult<u64>>()?;
    new.run("DELETE FROM next_tokens", &[])?;
    for row in &next {
        new.run("INSERT INTO next_tokens (device, hash, asked) SELECT id, ?2, ?3 FROM devices WHERE id = ?1", row)?;
    }
    Ok(kept)
}

/// Those of an older version were neither confirmed nor withdrawn.
fn codes(old: &Db<'_>) -> DbResult<Vec<[Sql; 9]>> {
    let read = |more: &str| old.rows(&format!("SELECT hash, staff, created, expires, used_by, used_at, {more} FROM codes"), &[], row);
    read("made_by, confirmed_by, withdrawn").or_else(|_| read("'', '', 0"))
}

fn keep_codes(new: &Db<'_>, rows: Vec<[Sql; 9]>) -> DbResult<u64> {
    let sql = "INSERT INTO codes (hash, staff, created, expires, used_by, used_at, made_by, confirmed_by, withdrawn)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT (hash) DO UPDATE SET used_by = excluded.used_by, used_at = excluded.used_at, confirmed_by = excluded.confirmed_by,
                 withdrawn = excluded.withdrawn, expires = excluded.expires";
    rows.iter().map(|row| new.run(sql, row)).sum()
}
