//! Photos that no visit names any more, and uploads that nobody went on with, are removed after a time.
use super::Photos;
use crate::db::args;
use crate::http::App;
use crate::store::{self, Store};
use domain::{Hash, Timestamp};
use futures_util::TryStreamExt;
use serde::Serialize;
use std::time::Duration;
use tokio::runtime::Handle;

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;
/// An upload is forgotten after so many days without a byte.
const UPLOAD_DAYS: i64 = 7;
/// How often a server looks by itself.
const LOOK: Duration = Duration::from_secs(24 * 3600);

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

/// Nobody writes meanwhile: a visit that names the photo is there before or after, and then its device sends the photo anew.
fn remove_if_unnamed(store: &Store, photos: &Photos, hash: &Hash, runtime: &Handle) -> anyhow::Result<bool> {
    // Named for a person for whom it came, or being sent: that somebody names another's photo keeps it from nothing.
    let sql = "SELECT 1 FROM photos p JOIN records r ON r.id = p.record JOIN photo_owners o ON o.person = r.person AND o.hash = p.hash
               WHERE p.hash = ?1 UNION ALL SELECT 1 FROM uploads WHERE hash = ?1 LIMIT 1";
    let named = |db: &crate::db::Db<'_>| Ok(db.one(sql, args![&hash.0], |_| Ok(()))?.is_some());
    if store.read(named)? {
        return Ok(false);
    }
    store.write(|db| {
        let free = !named(db)?;
        if free {
            db.run("DELETE FROM photo_owners WHERE hash = ?1", args![&hash.0])?;
            runtime.block_on(photos.remove(hash))?;
        }
        Ok(free)
    })
}

fn drop_uploads(store: &Store, now: Timestamp) -> anyhow::Result<u64> {
    let oldest = now.0 - UPLOAD_DAYS * DAY;
    store.write(|db| {
        db.run("DELETE FROM upload_parts WHERE upload IN (SELECT id FROM uploads WHERE touched < ?1)", args![oldest])?;
        let unfinished = db.number("SELECT count(*) FROM uploads WHERE touched < ?1 AND received < size", args![oldest])?;
        db.run("DELETE FROM uploads WHERE touched < ?1", args![oldest])?;
        Ok(unfinished.unsigned_abs())
    })
}

/// Collects every day for as long as the server runs.
pub async fn keep_tidy(app: App) {
    loop {
        let runtime = Handle::current();
        let done = app.run(move |app| Ok(collect(&app.store, &app.photos, app.settings.photos.keep_days, app.env.now(), &runtime)?)).await;
        match done {
            Ok(Collected { photos, uploads, kept }) => tracing::info!(photos, uploads, kept, "photos collected"),
            Err(_) => tracing::warn!("photos could not be collected; tried again in a day"),
        }
        tokio::time::sleep(LOOK).await;
    }
}
