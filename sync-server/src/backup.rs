//! Backups of the one database: made while the server works, and put back while it does not.
use crate::at_rest::{self, Key};
use crate::private;
use crate::store::{self, Store};
use anyhow::{Context, bail, ensure};
use domain::Timestamp;
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
    let from = data.join(store::DATABASE);
    ensure!(from.is_file(), "没有数据库 / no database: {}", from.display());
    private::data(data)?;
    let conn = at_rest::open(&from, key)?;
    conn.execute_batch("PRAGMA busy_timeout = 10000")?;
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

/// Puts a backup in the place of the database, which is moved aside, and gives it a new epoch: devices then bring back what was
/// uploaded after the backup. Returns where the old database went, if there was one.
///
/// A backup that was not encrypted is encrypted by the key, if there is one.
///
/// # Errors
/// When the folder is being served, or the file is no whole backup, or one of another key: then nothing was changed.
pub fn restore(from: &Path, data: &Path, key: Option<&Key>, new_epoch: u64, now: Timestamp) -> anyhow::Result<Option<PathBuf>> {
    let _lock = serving(data).context("请先停下服务器 / stop the server first")?;
    let (place, next) = (data.join(store::DATABASE), data.join("restoring.db"));
    fs::copy(from, &next).with_context(|| format!("读不到备份 / cannot read the backup {}", from.display()))?;
    private::file(&next)?;
    let checked = check(&next, key, new_epoch, now).with_context(|| format!("{} 不是完整的备份 / is not a whole backup", from.display()));
    if let Err(e) = checked {
        fs::remove_file(&next)?;
        return Err(e);
    }
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
    Ok(aside)
}

fn check(file: &Path, key: Option<&Key>, new_epoch: u64, now: Timestamp) -> anyhow::Result<()> {
    if key.is_some() && at_rest::is_plain(file)? == Some(true) {
        at_rest::rewrite(file, None, key)?;
    }
    let store = Store::open_file(file, key, new_epoch)?;
    store.write(|db| {
        let answer = db.one("PRAGMA quick_check(1)", &[], |r| r.text(0))?.unwrap_or_default();
        ensure!(answer == "ok", "{answer}");
        store::set_restored(db, new_epoch, now)
    })?;
    // Everything into the one file.
    store.read(|db| Ok(db.batch("PRAGMA wal_checkpoint(TRUNCATE)")?))?;
    drop(store);
    File::open(file)?.sync_all()?;
    Ok(())
}
