//! Whether the chain is whole, and how old entries leave it.
use super::{DAY, Entry, Who, append};
use crate::store::db::{Db, DbResult, Sql, SqlRow, args};
use domain::Timestamp;
use domain::audit::{Act, KEEP_DAYS};
use serde::Serialize;

/// A chain that is as it was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Whole {
    /// The oldest entry that is kept.
    pub oldest: u64,
    /// The newest; one less than `oldest` when there is none.
    pub newest: u64,
    /// The newest entry's hash, hexadecimal. Who noted it elsewhere can tell later that nothing up to there was written anew.
    pub hash: String,
}

/// The first entry that is not as it was written, or is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Broken {
    /// Its number.
    pub n: u64,
}

pub(super) const COLUMNS: &str = "n, at, said, staff, role, device, told, what, whom, other, person, record, area, number, reason, hash";

/// An entry as it is kept, with its number, moment and hash.
pub(super) struct StoredEntry {
    pub n: i64,
    pub at: i64,
    pub entry: Entry,
    pub hash: Vec<u8>,
}

pub(super) fn kept(r: &mut SqlRow) -> DbResult<StoredEntry> {
    let entry = Entry {
        said: r.int(2)?,
        staff: r.text(3)?,
        role: r.text(4)?,
        device: r.blob(5)?,
        told: r.int(6)?,
        what: r.text(7)?,
        whom: r.text(8)?,
        other: r.blob(9)?,
        person: r.blob(10)?,
        record: r.blob(11)?,
        area: r.text(12)?,
        number: r.int(13)?,
        reason: r.text(14)?,
    };
    Ok(StoredEntry { n: r.int(0)?, at: r.int(1)?, entry, hash: r.blob(15)? })
}

struct Head {
    n: i64,
    hash: Vec<u8>,
    oldest: i64,
    before_oldest: Vec<u8>,
}

fn head(db: &Db<'_>) -> DbResult<Option<Head>> {
    let sql = format!("SELECT n, hash, oldest, before_oldest FROM audit_head WHERE one = 1{}", db.for_update());
    db.one(&sql, &[], |r| Ok(Head { n: r.int(0)?, hash: r.blob(1)?, oldest: r.int(2)?, before_oldest: r.blob(3)? }))
}

/// Reads every entry and compares: each must be the next, and have the hash that it and the one before give.
///
/// # Errors
/// The database's.
pub fn verify(db: &Db<'_>) -> DbResult<Result<Whole, Broken>> {
    let broken = |n: i64| Ok(Err(Broken { n: n.unsigned_abs() }));
    let Some(head) = head(db)? else { return broken(1) };
    let (mut next, mut before, mut fine) = (head.oldest, head.before_oldest, true);
    db.each(&format!("SELECT {COLUMNS} FROM audit ORDER BY n"), &[], |r| {
        // A column of another form is a broken entry, too.
        fine = kept(r).is_ok_and(|kept| {
            let whole = kept.n == next && kept.entry.hash(&before, kept.n, kept.at)[..] == kept.hash[..];
            before = kept.hash;
            whole
        });
        next += i64::from(fine);
        Ok(fine)
    })?;
    if !fine || next != head.n + 1 || before != head.hash {
        // Where only the head differs, the newest entry is not the one that was written.
        return broken(if fine { next.min(head.n).max(1) } else { next });
    }
    Ok(Ok(Whole { oldest: head.oldest.unsigned_abs(), newest: head.n.unsigned_abs(), hash: data_encoding::HEXLOWER.encode(&before) }))
}

/// Removes entries older than so many days, never fewer than the law asks for; the hash before the oldest that stays is kept. How many went.
///
/// # Errors
/// The database's.
pub fn purge(db: &Db<'_>, now: Timestamp, days: u32) -> DbResult<u64> {
    let Some(head) = head(db)? else { return Ok(0) };
    let limit = now.0 - i64::from(days.max(KEEP_DAYS)) * DAY;
    let oldest = db.one("SELECT n FROM audit WHERE at >= ?1 ORDER BY n LIMIT 1", args![limit], |r| r.int(0))?.unwrap_or(head.n + 1);
    if oldest <= head.oldest {
        return Ok(0);
    }
    let before = db.one("SELECT hash FROM audit WHERE n = ?1", args![oldest - 1], |r| r.blob(0))?.unwrap_or_default();
    let gone = db.run("DELETE FROM audit WHERE n < ?1", args![oldest])?;
    db.run("UPDATE audit_head SET oldest = ?1, before_oldest = ?2 WHERE one = 1", args![oldest, before])?;
    append(db, now, &Entry::new(Who::Operator, Act::Purged).number(gone))?;
    Ok(gone)
}

/// The whole log of a database that is moved aside.
pub struct Log {
    head: Head,
    rows: Vec<[Sql; 16]>,
    newer: u64,
}

/// The log of `old`, when it is whole and goes on from where that of `new` ends; none when it does not.
///
/// # Errors
/// Those of the old database: it may be damaged.
pub fn newer(old: &Db<'_>, new: &Db<'_>) -> DbResult<Option<Log>> {
    let (Some(head), Some(known)) = (head(old)?, head(new)?) else { return Ok(None) };
    let same = match known.n {
        0 => Some(known.hash.clone()),
        n if n == head.oldest - 1 => Some(head.before_oldest.clone()),
        n => old.one("SELECT hash FROM audit WHERE n = ?1", args![n], |r| r.blob(0))?,
    };
    if same.as_ref() != Some(&known.hash) || verify(old)?.is_err() {
        return Ok(None);
    }
    let rows = old.rows(&format!("SELECT {COLUMNS} FROM audit ORDER BY n"), &[], SqlRow::take)?;
    Ok(Some(Log { newer: (head.n - known.n).unsigned_abs(), head, rows }))
}

/// Puts such a log in the place of the one that is there. How many entries are new.
///
/// # Errors
/// The database's.
pub fn replace(db: &Db<'_>, log: Log) -> DbResult<u64> {
    db.run("DELETE FROM audit", &[])?;
    let marks: Vec<String> = (1..=16).map(|n| format!("?{n}")).collect();
    let sql = format!("INSERT INTO audit ({COLUMNS}) VALUES ({})", marks.join(", "));
    for row in &log.rows {
        db.run(&sql, row)?;
    }
    let Head { n, hash, oldest, before_oldest } = log.head;
    let sql = "UPDATE audit_head SET n = ?1, hash = ?2, oldest = ?3, before_oldest = ?4 WHERE one = 1";
    db.run(sql, args![n, hash, oldest, before_oldest])?;
    Ok(log.newer)
}
