//! Single values that the store keeps, as JSON under a name.
use crate::Result;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Areas, staff, policy and who the caller is (`domain::sync::Reference`).
pub const REFERENCE: &str = "reference";
/// How far the server's feed was read (`domain::sync::Cursor`).
pub const CURSOR: &str = "cursor";
/// The server's epoch when the cursor was made (`u64`).
pub const EPOCH: &str = "epoch";
/// While a restored server is asked what it lost: the `n` of the change down to which it was asked (`i64`).
pub const HEALED_TO: &str = "healed_to";
/// Own changes that wait again although their record is not here or does not have them: its file had left (`BTreeSet<Hash>`).
pub const RETURNING: &str = "returning";
/// After everything was read anew, while it is asked which persons are no longer this device's business: the last one asked
/// about (`RecordId`).
pub const ASKED_TO: &str = "asked_to";
/// Persons whose files left the scope while something of theirs waited to be sent (`BTreeSet<RecordId>`).
pub const LEAVING: &str = "leaving";
/// What the server sent and this device could not take in (`sync::Missed`).
pub const MISSED: &str = "missed";
/// Device clock minus server clock at the last sync, seconds, when far apart (`i64`).
pub const CLOCK_OFF: &str = "clock_off";
/// What the first download still has to fetch (`Vec<Pack>`).
pub const PACKS: &str = "packs";
/// What came so far of the first of them, as it is.
pub const PACK: &str = "pack";
/// The pack that the server last had trouble with (`Hash`).
pub const TROUBLE: &str = "pack_trouble";
/// While the documents of the first download are read: the last one that was (`RecordId`).
pub const UNREAD: &str = "unread";
/// Persons whose visits from before the time that is held here were fetched (`BTreeSet<RecordId>`).
pub const OLDER: &str = "older";
/// The key shared with the server (`domain::sync::DeviceKey`).
pub const DEVICE_KEY: &str = "device_key";
/// The day for which due days and categories stand in the index (`NaiveDate`).
pub const DUES_DAY: &str = "dues_day";
/// What made the rows of the index: see `index::renew` (`u32`).
pub const ROWS: &str = "rows";
/// What the server's clock and this device's said at the last reply (`(Timestamp, Timestamp)`).
pub const HEARD: &str = "heard";
/// What of what the server sent waits for a newer program (`newer::Left`).
pub const NEWER: &str = "newer";
/// Moment of the last complete sync (`Timestamp`).
pub const LAST_SYNC: &str = "last_sync";
/// The language that forms are shown in, where they have it.
pub const SPEECH: &str = "speech";

/// The value under a name; none when there is none yet.
pub fn get<T: DeserializeOwned>(db: &Connection, key: &str) -> Result<Option<T>> {
    let bytes = bytes(db, key)?;
    Ok(if bytes.is_empty() { None } else { Some(serde_json::from_slice(&bytes)?) })
}

/// Bytes that are kept as they are; empty when there are none.
pub fn bytes(db: &Connection, key: &str) -> Result<Vec<u8>> {
    let bytes: Option<Vec<u8>> = db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
    Ok(bytes.unwrap_or_default())
}

/// Keeps bytes as they are.
pub fn put_bytes(db: &Connection, key: &str, bytes: &[u8]) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    db.prepare_cached(sql)?.execute(params![key, bytes])?;
    Ok(())
}

/// Takes a value away.
pub fn remove(db: &Connection, key: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// Puts a value under a name.
pub fn put<T: Serialize>(db: &Connection, key: &str, value: &T) -> Result<()> {
    put_bytes(db, key, &serde_json::to_vec(value)?)
}
