//! The tables. The meaning of a column never changes; a new need is a new column and a new `user_version`.
use crate::Result;
use domain::Code;
use rusqlite::Connection;

/// The newest version this program knows.
pub const VERSION: i64 = TABLES.len() as i64;

/// What each version adds; what its tables and columns mean stands there.
const TABLES: [&str; 9] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
];

/// Brings the tables to the newest version, each step in a transaction of its own. A database of a newer program is left as it is.
pub fn migrate(db: &mut Connection) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version > VERSION {
        return Err(Code::DatabaseNewer.into());
    }
    for (step, tables) in (1..).zip(TABLES).filter(|(step, _)| version < *step) {
        let tx = db.transaction()?;
        tx.execute_batch(tables)?;
        tx.pragma_update(None, "user_version", step)?;
        tx.commit()?;
    }
    Ok(())
}
