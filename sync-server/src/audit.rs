//! The log of acts and of reading: one table to which entries are only added, each with the hash of the one before. Several servers on
//! one database add to one chain, because they lock its head. No names or ID numbers: ids, codes and counts.
mod chain;
mod imports;
mod list;
mod told;

pub use chain::{Broken, Whole, newer, purge, replace, verify};
pub use imports::imported;
pub use list::{Filter, list};
pub use told::take_in;

#[cfg(test)]
mod tests;

use crate::store::db::{Db, DbResult, args};
use domain::audit::Act;
use domain::roles::Caller;
use domain::{AreaCode, DeviceId, RecordId, StaffId, Timestamp};
use sha2::{Digest, Sha256};

/// Milliseconds of a minute, an hour and a day.
pub(crate) const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Who does something.
#[derive(Clone, Copy)]
pub enum Who<'a> {
    /// Whoever may run commands at the server.
    Operator,
    /// Somebody without a token.
    Stranger,
    /// A member of staff, by a device.
    Staff(&'a Caller, DeviceId),
}

/// What is put down. Empty text and bytes and 0 say nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Entry {
    said: i64,
    staff: String,
    role: String,
    device: Vec<u8>,
    told: i64,
    what: String,
    whom: String,
    other: Vec<u8>,
    person: Vec<u8>,
    record: Vec<u8>,
    area: String,
    number: i64,
    reason: String,
}

impl Entry {
    /// Somebody did this.
    pub fn new(who: Who<'_>, what: Act) -> Entry {
        let entry = Entry { what: what.code().to_owned(), ..Entry::default() };
        match who {
            Who::Operator => Entry { role: "operator".to_owned(), ..entry },
            Who::Stranger => entry,
            Who::Staff(caller, device) => Entry {
                staff: caller.staff.to_string(),
                role: caller.role.code().to_owned(),
                device: device.bytes().to_vec(),
                area: caller.areas.first().map(ToString::to_string).unwrap_or_default(),
                ..entry
            },
        }
    }
    /// To this member of staff.
    pub fn to(self, whom: &StaffId) -> Entry {
        Entry { whom: whom.to_string(), ..self }
    }
    /// With another device.
    pub fn with(self, other: &DeviceId) -> Entry {
        Entry { other: other.bytes().to_vec(), ..self }
    }
    /// In this area.
    pub fn at(self, area: &AreaCode) -> Entry {
        Entry { area: area.to_string(), ..self }
    }
    /// In this record of a person's file.
    pub fn about(self, person: &RecordId, record: &RecordId) -> Entry {
        Entry { person: person.bytes().to_vec(), record: record.bytes().to_vec(), ..self }
    }
    /// So many.
    pub fn number(self, number: u64) -> Entry {
        Entry { number: i64::try_from(number).unwrap_or(i64::MAX), ..self }
    }
    /// Why, or how: a code.
    pub fn because(self, reason: impl Into<String>) -> Entry {
        Entry { reason: reason.into(), ..self }
    }

    /// The name of the entry at this place: each column with its length before it, so that no two entries are written alike.
    fn hash(&self, before: &[u8], n: i64, at: i64) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        add(before);
        for number in [n, at, self.said, self.told, self.number] {
            add(&number.to_be_bytes());
        }
        for text in [&self.staff, &self.role, &self.what, &self.whom, &self.area, &self.reason] {
            add(text.as_bytes());
        }
        for bytes in [&self.device, &self.other, &self.person, &self.record] {
            add(bytes);
        }
        hash.finalize().into()
    }
}

/// Adds an entry. The last thing that a transaction does: the head stays locked until it ends.
///
/// # Errors
/// The database's.
pub fn append(db: &Db<'_>, now: Timestamp, entry: &Entry) -> DbResult<()> {
    let head = format!("SELECT n, hash FROM audit_head WHERE one = 1{}", db.for_update());
    let (last, before) = db.one(&head, &[], |r| Ok((r.int(0)?, r.blob(1)?)))?.unwrap_or_default();
    let n = last + 1;
    let hash = entry.hash(&before, n, now.0);
    let sql = "INSERT INTO audit (n, at, said, staff, role, device, told, what, whom, other, person, record, area, number, reason, hash)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    let Entry { said, staff, role, device, told, what, whom, other, person, record, area, number, reason } = entry;
    let rest = args![n, now.0, *said, staff, role, device, *told, what, whom, other, person, record, area, *number, reason, hash];
    db.run(sql, rest)?;
    db.run("UPDATE audit_head SET n = ?1, hash = ?2 WHERE one = 1", args![n, hash])?;
    Ok(())
}

/// Adds an entry unless one of the same device, act, area and person, to the same whom and for the same reason, is younger than this, in
/// milliseconds: what a device may ask without end must not fill the log.
///
/// # Errors
/// The database's.
pub fn append_once(db: &Db<'_>, now: Timestamp, entry: &Entry, within: i64) -> DbResult<()> {
    let sql = "SELECT 1 FROM audit WHERE device = ?1 AND what = ?2 AND at > ?3 AND area = ?4 AND person = ?5 AND whom = ?6 AND reason = ?7 LIMIT 1";
    let Entry { device, what, area, person, whom, reason, .. } = entry;
    let known = db.one(sql, args![device, what, now.0 - within, area, person, whom, reason], |_| Ok(()))?;
    if known.is_some() { Ok(()) } else { append(db, now, entry) }
}

/// A device begins its first download of so many records. Asking again within an hour is the same download.
///
/// # Errors
/// The database's.
pub fn began(db: &Db<'_>, now: Timestamp, caller: &Caller, device: DeviceId, records: u64) -> DbResult<()> {
    if records == 0 {
        return Ok(());
    }
    append_once(db, now, &Entry::new(Who::Staff(caller, device), Act::FirstDownload).number(records), HOUR)
}

/// A device fetched packs of these villages, each with its records: once a day each.
///
/// # Errors
/// The database's.
pub fn fetched(db: &Db<'_>, now: Timestamp, caller: &Caller, device: DeviceId, villages: &[(AreaCode, u64)]) -> DbResult<()> {
    for (village, records) in villages {
        append_once(db, now, &Entry::new(Who::Staff(caller, device), Act::Packs).at(village).number(*records), DAY)?;
    }
    Ok(())
}

/// A device fetched a person's visits of long ago: once a day.
///
/// # Errors
/// The database's.
pub fn fetched_older(db: &Db<'_>, now: Timestamp, caller: &Caller, device: DeviceId, person: &RecordId, records: u64) -> DbResult<()> {
    append_once(db, now, &Entry::new(Who::Staff(caller, device), Act::Older).about(person, person).number(records), DAY)
}
