//! Backups of the one database: made while the server works, and put back while it does not.
pub mod carry;

pub use carry::Carried;

use crate::audit::{self, Entry, Who};
use crate::store::at_rest::{self, Key};
use crate::store::db::Db;
use crate::store::{self, Store, private, schema};
use anyhow::{Context, bail, ensure};
use domain::Timestamp;
use domain::audit::Act;
use rusqlite::Connection;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Held by a server while it serves this folder.
const LOCK: &str = "serving.lock";

/// This folder is being served until the value is dropped.
pub struct Serving(#[allow(dead_code, reason = "the lock is held by being open")] File);

/// Marks a data folder as being served.
///
/// # Errors
/// When another server serves it, or the folder cannot be written.
pub fn serving(data: &Path) -> anyhow::Result<Serving> {
    private::data(data)?;
    private::file(&data.join(LOCK))?;
    let file = File::options().write(true).open(data.join(LOCK)).with_context(|| data.display().to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(Serving(file)),
        Err(TryLockError::WouldBlock) => bail!("{} 已有一个服务器在用 / is served by another server", data.display()),
        Err(TryLockError::Error(e)) => Err(e).context(LOCK),
    }
}

/// Writes one consistent copy of the database into a file that is not there yet, encrypted by the same key as the database, if it is.
/// Others go on reading and writing meanwhile.
///
/// # Errors
/// When there is no database, the file is there already, or it cannot be written.
pub fn backup(data: &Path, key: Option<&Key>, to: &Path) -> anyhow::Result<()> {
    ensure!(!to.exists(), "{} 已经有了，请换一个文件名 / is there already, choose another name", to.display());
    private::data(data)?;
    let conn = open_as_it_is(&data.join(store::DATABASE), key)?;
    let unfinished = to.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    private::file(&unfinished)?;
    conn.execute("VACUUM INTO ?1", [unfinished.to_string_lossy()]).with_context(|| to.display().to_string())?;
    File::open(&unfinished)?.sync_all()?;
    // Only a whole backup bears its name.
    fs::rename(&unfinished, to).with_context(|| to.display().to_string())
}

/// Whether the folder's database is of this program's version: one that is older is copied as it is, and not opened otherwise.
///
/// # Errors
/// When there is no database that can be read.
pub fn is_current(data: &Path, key: Option<&Key>) -> anyhow::Result<bool> {
    let version: i64 = open_as_it_is(&data.join(store::DATABASE), key)?.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    Ok(version == schema::VERSION)
}

/// Opens a database without bringing its tables to a newer version.
fn open_as_it_is(file: &Path, key: Option<&Key>) -> anyhow::Result<Connection> {
    ensure!(file.is_file(), "没有数据库 / no database: {}", file.display());
    let conn = at_rest::open(file, key)?;
    conn.execute_batch("PRAGMA busy_timeout = 10000")?;
    Ok(conn)
}

/// What came of a restore.
pub struct Restored {
    /// Where the old database went, if there was one.
    pub aside: Option<PathBuf>,
    /// What was taken over from it.
    pub carried: Carried,
}

/// Puts a backup in the place of the database, which is moved aside, and gives it a new epoch: devices then bring back what was
/// uploaded after the backup. What had been taken back since (devices, codes, members of staff) stays taken back, and the log of acts goes on.
///
/// A backup that was not encrypted is encrypted by the key, if there is one.
///
/// # Errors
/// When the folder is being served, or the file is no whole backup, or one of another key: then nothing was changed.
pub fn restore(from: &Path, data: &Path, key: Option<&Key>, new_epoch: u64, now: Timestamp) -> anyhow::Result<Restored> {
    let _lock = serving(data).context("请先停下服务器 / stop the server first")?;
    let (place, next) = (data.join(store::DATABASE), data.join("restoring.db"));
    fs::copy(from, &next).with_context(|| format!("读不到备份 / cannot read the backup {}", from.display()))?;
    private::file(&next)?;
    let old = place.exists().then_some(place.as_path());
    let checked = check(&next, old, key, new_epoch, now).with_context(|| format!("{} 不是完整的备份 / is not a whole backup", from.display()));
    let carried = match checked {
        Ok(carried) => carried,
        Err(e) => {
            fs::remove_file(&next)?;
            return Err(e);
        }
    };
    let aside = place.exists().then(|| data.join(format!("{}.before-{}", store::DATABASE, now.local().format("%Y%m%d-%H%M%S"))));
    if let Some(aside) = &aside {
        // The log beside it goes first: it must never meet the other database.
        for beside in ["-wal", "-shm", ""] {
            let file = data.join(format!("{}{beside}", store::DATABASE));
            if file.exists() {
                fs::rename(&file, format!("{}{beside}", aside.display()))?;
            }
        }
    }
    fs::rename(&next, &place)?;
    if cfg!(unix) {
        File::open(data)?.sync_all()?;
    }
    Ok(Restored { aside, carried })
}

fn check(file: &Path, old: Option<&Path>, key: Option<&Key>, new_epoch: u64, now: Timestamp) -> anyhow::Result<Carried> {
    if key.is_some() && at_rest::is_plain(file)? == Some(true) {
        at_rest::rewrite(file, None, key)?;
    }
    let store = Store::open_file(file, key, new_epoch)?;
    let old = old.and_then(|old| open_as_it_is(old, key).ok());
    let carried = store.write_exclusive(|db| {
        let answer = db.one("PRAGMA quick_check(1)", &[], |r| r.text(0))?.unwrap_or_default();
        ensure!(answer == "ok", "{answer}");
        store::set_restored(db, new_epoch, now)?;
        let carried = carry::over(old.as_ref().map(Db::Sqlite).as_ref(), db)?;
        audit::append(db, now, &Entry::new(Who::Operator, Act::Restored))?;
        Ok(carried)
    })?;
    if let Some(old) = old {
        old.close().map_err(|(_, e)| e)?;
    }
    // Everything into the one file.
    store.read(|db| Ok(db.batch("PRAGMA wal_checkpoint(TRUNCATE)")?))?;
    drop(store);
    File::open(file)?.sync_all()?;
    Ok(carried)
}
