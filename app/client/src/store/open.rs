//! Opening a database, in four steps: key, settings, tables, a look whether all is well.
use crate::Result;
use crate::device::key::Secret;
use crate::store::schema;
use domain::Code;
use rusqlite::Connection;
use std::fmt::Write;
use zeroize::Zeroizing;

/// How much of the file stays decrypted in memory, KiB.
const CACHE: i64 = 16 << 10;

/// Opens the file and makes it where it is missing. With `thorough` every page is read.
///
/// # Errors
/// `Trouble::is_damage` tells a database that cannot be used any more; `DatabaseNewer` one that this program must not touch.
pub fn open(file: &str, secret: &Secret, thorough: bool) -> Result<Connection> {
    let mut db = open_with_key(file, secret)?;
    configure(&db)?;
    schema::migrate(&mut db)?;
    verify(&db, thorough)?;
    Ok(db)
}

/// Opens the file with its key. A wrong key or a damaged first page shows at the first query.
pub fn open_with_key(file: &str, secret: &Secret) -> Result<Connection> {
    let db = Connection::open(file)?;
    let mut key = Zeroizing::new(String::from("PRAGMA key = \"x'"));
    for byte in secret.database.iter() {
        write!(key, "{byte:02x}").map_err(|_| crate::Trouble::from(Code::Internal))?;
    }
    key.push_str("'\"");
    // SQLCipher would tell standard error about every damaged page; the core tells the worker once.
    db.execute_batch("PRAGMA cipher_log_level = NONE")?;
    db.execute_batch(&key)?;
    // One connection at a time, as the home's own lock says, so that the write-ahead log needs no shared memory: a browser's file system has
    // none, and a full disk has no room for the file. To be said before the first look into the database.
    db.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    Ok(db)
}

fn configure(db: &Connection) -> Result<()> {
    // Sorting must not leave plain text in temporary files.
    db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000")?;
    db.pragma_update(None, "cache_size", -CACHE)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn verify(db: &Connection, thorough: bool) -> Result<()> {
    if !thorough {
        return Ok(());
    }
    let answer: String = db.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if answer == "ok" { Ok(()) } else { Err(Code::DatabaseDamaged.into()) }
}
