//! Photos that no visit names any more, and uploads that nobody went on with, are removed after a time.
use super::Photos;
use crate::store::db::{Db, DbResult, args};
use crate::store::{self, Store};
use domain::{Hash, Timestamp};
use futures_util::TryStreamExt;
use serde::Serialize;
use tokio::runtime::Handle;

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;
/// An upload is forgotten after so many days without a byte.
const UPLOAD_DAYS: i64 = 7;

/// What was removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Collected {
    /// Photos that no visit names.
    pub photos: u64,
    /// Uploads that were not finished.
    pub uploads: u64,
    /// Photos that remain.
    pub kept: u64,
}

/// Removes what nobody has named for `keep_days`: a photo stored that long ago, in a database not restored since, because devices bring
/// back what a backup did not have. Blocks; needs a runtime for the storage.
///
/// # Errors
/// When the database or the storage cannot be read or written.
pub fn collect(store: &Store, photos: &Photos, keep_days: u32, now: Timestamp, runtime: &Handle) -> anyhow::Result<Collected> {
    let mut done = Collected { uploads: drop_uploads(store, now)?, ..Collected::default() };
    // A server that was killed in the middle left these.
    for hash in store.read(|db| Ok(db.rows("SELECT hash FROM photos_going", &[], |r| Ok(Hash(r.bytes(0)?)))?))? {
        remove(store, photos, &hash, runtime)?;
        done.photos += 1;
    }
    let all: Vec<(Hash, Timestamp)> = runtime.block_on(photos.all().try_collect())?;
    let restored = store.read(|db| Ok(store::meta(db, store::RESTORED)?))?.and_then(|at| at.parse().ok()).unwrap_or(0);
    let oldest = now.0 - i64::from(keep_days) * DAY;
    for (hash, stored) in all {
        let old = stored.0.max(restored) < oldest;
        if old && remove_if_unnamed(store, photos, &hash, runtime)? {
            done.photos += 1;
        } else {
            done.kept += 1;
        }
    }
    Ok(done)
}

/// Whether a photo is on its way out.
///
/// # Errors
/// The database's.
pub fn is_going(db: &Db<'_>, hash: &Hash) -> DbResult<bool> {
    Ok(db.one("SELECT 1 FROM photos_going WHERE hash = ?1", args![&hash.0], |_| Ok(()))?.is_some())
}

fn remove_if_unnamed(store: &Store, photos: &Photos, hash: &Hash, runtime: &Handle) -> anyhow::Result<bool> {
    // Named for a person for whom it came, or being sent: that somebody names another's photo keeps it from nothing.
    let sql = "SELECT 1 FROM photos p JOIN records r ON r.id = p.record JOIN photo_owners o ON o.person = r.person AND o.hash = p.hash
               WHERE p.hash = ?1 UNION ALL SELECT 1 FROM uploads WHERE hash = ?1 AND received < size LIMIT 1";
    let named = |db: &Db<'_>| Ok(db.one(sql, args![&hash.0], |_| Ok(()))?.is_some());
    if store.read(named)? {
        return Ok(false);
    }
    let free = store.write_exclusive(|db| {
        let free = !named(db)?;
        if free {
            db.run("DELETE FROM photo_owners WHERE hash = ?1", args![&hash.0])?;
            db.run("INSERT INTO photos_going (hash) VALUES (?1) ON CONFLICT DO NOTHING", args![&hash.0])?;
        }
        Ok(free)
    })?;
    if free {
        remove(store, photos, hash, runtime)?;
    }
    Ok(free)
}

fn remove(store: &Store, photos: &Photos, hash: &Hash, runtime: &Handle) -> anyhow::Result<()> {
    runtime.block_on(photos.remove(hash))?;
    store.write_shared(|db| Ok(db.run("DELETE FROM photos_going WHERE hash = ?1", args![&hash.0])?)).map(drop)
}

fn drop_uploads(store: &Store, now: Timestamp) -> anyhow::Result<u64> {
    let oldest = now.0 - UPLOAD_DAYS * DAY;
    store.write_exclusive(|db| {
        db.run("DELETE FROM upload_parts WHERE upload IN (SELECT id FROM uploads WHERE touched < ?1)", args![oldest])?;
        let unfinished = db.number("SELECT count(*) FROM uploads WHERE touched < ?1 AND received < size", args![oldest])?;
        db.run("DELETE FROM uploads WHERE touched < ?1", args![oldest])?;
        Ok(unfinished.unsigned_abs())
    })
}
