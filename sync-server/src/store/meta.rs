//! Settings that the database itself keeps, its epoch among them.
use crate::store::db::{Db, DbResult, args};
use domain::Timestamp;

/// When the database was last put in another's place, milliseconds, in `meta`.
pub const RESTORED: &str = "restored";

/// A setting that the database itself keeps.
pub fn meta(db: &Db<'_>, key: &str) -> DbResult<Option<String>> {
    db.one("SELECT value FROM meta WHERE key = ?1", args![key], |r| r.text(0))
}

/// Sets it.
pub fn set_meta(db: &Db<'_>, key: &str, value: &str) -> anyhow::Result<()> {
    db.run("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", args![key, value])?;
    Ok(())
}

/// The server's epoch: it changes when the server is restored from a backup.
pub fn epoch(db: &Db<'_>) -> DbResult<u64> {
    Ok(meta(db, "epoch")?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The database was put in another's place: devices are to bring back what it lacks.
pub fn set_restored(db: &Db<'_>, new_epoch: u64, now: Timestamp) -> anyhow::Result<()> {
    set_meta(db, "epoch", &new_epoch.to_string())?;
    set_meta(db, RESTORED, &now.0.to_string())
}
