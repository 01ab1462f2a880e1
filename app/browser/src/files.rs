//! A browser's vault. SQLite files lie in a pool of the origin's private file system, under names that are never used
//! twice; one small plain database in the same pool holds the other files and says which stored file a name means.
//! So a database gets another name without being copied, and its journal stays beside it.
use client::device::vault::Vault;
use client::trouble::Trouble;
use domain::{Code, Failure};
use rusqlite::{Connection, OptionalExtension, params};
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_rs::vfs::VfsFilesManager;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfg, OpfsSAHPoolUtil, install};
use std::cell::RefCell;

/// Name of the small database in the pool.
const BOOK: &str = "files";
/// Stored files that can be made before the worker starts again: databases, their journals, one or two put aside.
const SPARE: usize = 12;

const TABLES: &str = "
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS files (name TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS databases (n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
PRAGMA user_version = 1;
";

// In the worker, not in the vault: they must be let go of while a request may still hold the core.
thread_local! {
    static POOL: RefCell<Option<OpfsSAHPoolUtil>> = const { RefCell::new(None) };
    static OPEN: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Why the files cannot be opened.
pub enum PoolError {
    /// Another tab holds them, or did a moment ago.
    Held,
    /// Something that waiting does not mend.
    Failed(Failure),
}

impl From<Failure> for PoolError {
    fn from(failure: Failure) -> Self {
        PoolError::Failed(failure)
    }
}
impl From<OpfsSAHError> for PoolError {
    fn from(e: OpfsSAHError) -> Self {
        let failed = |code: Code| PoolError::Failed(code.into());
        match &e {
            OpfsSAHError::NotSupported => failed(Code::BrowserUnfit),
            OpfsSAHError::Opfs { value, .. } => match js_sys::Reflect::get(value, &"name".into()).ok().and_then(|n| n.as_string()).as_deref() {
                Some("NoModificationAllowedError") => PoolError::Held,
                // Private windows, and sites that may not keep anything.
                Some("SecurityError" | "NotAllowedError") => failed(Code::StorageDenied),
                Some("QuotaExceededError") => failed(Code::DiskFull),
                _ => failed(Code::StorageDenied),
            },
            _ => failed(Code::Storage),
        }
    }
}

/// The pool of stored files.
pub struct Pool(OpfsSAHPoolUtil);

impl Pool {
    /// The one pool this worker has, held again where it was let go of.
    ///
    /// # Errors
    /// `Held` while another tab has it.
    pub async fn of_this_worker() -> Result<Pool, PoolError> {
        if let Some(pool) = POOL.with_borrow(Clone::clone) {
            pool.resume().await?;
            return Ok(Pool(pool));
        }
        let pool = install::<WasmOsCallback>(&OpfsSAHPoolCfg::default(), true).await?;
        POOL.set(Some(pool.clone()));
        Ok(Pool(pool))
    }
}

/// The vault of this browser.
pub struct Files;

impl Files {
    /// Opens the small database and makes it where it is missing.
    ///
    /// # Errors
    /// `Storage`, `DiskFull`.
    pub async fn open(Pool(pool): Pool) -> Result<Files, PoolError> {
        pool.ensure_capacity(pool.len()? + SPARE).await?;
        let book = Connection::open(BOOK).map_err(said)?;
        book.execute_batch(TABLES).map_err(said)?;
        OPEN.set(Some(book));
        Ok(Files)
    }

    /// Lets go of everything, so that another tab can open it.
    pub fn close() {
        drop(OPEN.take());
        if let Some(pool) = POOL.with_borrow(Clone::clone) {
            // Fails only while a database is open: then the other tab goes on waiting.
            _ = pool.pause();
        }
    }
}

fn said(e: rusqlite::Error) -> Failure {
    Trouble::from(e).into()
}

fn with<T>(f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
    OPEN.with_borrow(|book| match book {
        Some(book) => f(book).map_err(said),
        None => Err(Code::OtherTab.into()),
    })
}

fn stored(n: i64) -> String {
    format!("database-{n}")
}

fn number_of(book: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    book.query_row("SELECT n FROM databases WHERE name = ?1", [name], |r| r.get(0)).optional()
}

/// Removes a stored database and what SQLite keeps beside it.
fn discard(n: i64) -> Result<(), Failure> {
    let pool = POOL.with_borrow(Clone::clone).ok_or(Failure::from(Code::Storage))?;
    for beside in ["-journal", "-wal", ""] {
        pool.remove(&format!("{}{beside}", stored(n))).map_err(|_| Failure::from(Code::Storage))?;
    }
    Ok(())
}

impl Vault for Files {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        with(|book| book.query_row("SELECT bytes FROM files WHERE name = ?1", [name], |r| r.get(0)).optional())
    }
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        with(|book| book.execute("INSERT OR REPLACE INTO files (name, bytes) VALUES (?1, ?2)", params![name, bytes]).map(|_| ()))
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), Failure> {
        with(|book| {
            book.execute("UPDATE OR REPLACE files SET name = ?2 WHERE name = ?1", [from, to])?;
            book.execute("UPDATE databases SET name = ?2 WHERE name = ?1", [from, to]).map(|_| ())
        })
    }
    fn remove(&self, name: &str) -> Result<(), Failure> {
        // The stored file first: a row without a file is an empty database, a file without a row would never go.
        if let Some(n) = with(|book| number_of(book, name))? {
            discard(n)?;
        }
        with(|book| {
            book.execute("DELETE FROM files WHERE name = ?1", [name])?;
            book.execute("DELETE FROM databases WHERE name = ?1", [name]).map(|_| ())
        })
    }
    fn names(&self) -> Result<Vec<String>, Failure> {
        with(|book| {
            let mut statement = book.prepare("SELECT name FROM files UNION SELECT name FROM databases")?;
            let names = statement.query_map([], |r| r.get(0))?;
            names.collect()
        })
    }
    fn database(&self, name: &str) -> String {
        let known = with(|book| match number_of(book, name)? {
            Some(n) => Ok(n),
            None => book.query_row("INSERT INTO databases (name) VALUES (?1) RETURNING n", [name], |r| r.get(0)),
        });
        // Where even this fails, opening the nameless file fails next, and says why.
        known.map(stored).unwrap_or_default()
    }
}
