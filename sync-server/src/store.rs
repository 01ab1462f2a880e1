//! The server's store, in SQLite or PostgreSQL, and its transactions. What lies there is in `documents`.
pub mod at_rest;
pub mod backup;
pub(crate) mod counties;
pub mod db;
mod documents;
pub mod facts;
mod meta;
pub(crate) mod photos;
pub(crate) mod place;
pub mod pool;
pub mod private;
pub mod schema;
pub mod window;

pub use documents::{
    Accepted, Before, Departure, RecordState, Stored, actor_device, changes_by, claim_actor, commit, count_changes, decisions_on, departures,
    foreign_name, insert_without_feed, is_taken, load, moment, not_taken, person_of, programme_bits, quarantined, record_at, scope_of_person,
    scope_of_record, tell_of, unknown,
};
pub use meta::{RESTORED, epoch, meta, set_meta, set_restored};
pub use private::DATABASE;

use crate::store::at_rest::Key;
use crate::store::db::{Db, DbError, DbResult, args};
use crate::store::pool::Manager;
use anyhow::Context;
use domain::roles::Caller;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The store; cheap to share. In SQLite one transaction at a time; in PostgreSQL those of different counties go side by side,
/// also of several servers.
pub struct Store {
    base: Arc<Base>,
    due: Option<Instant>,
    /// Milliseconds of this piece of work that were others'.
    waited: AtomicU64,
}

enum Base {
    Sqlite(Mutex<Connection>),
    Postgres(r2d2::Pool<Manager>),
}

impl Store {
    /// Opens the store in this folder, unencrypted; makes both when they are not there.
    pub fn open(dir: &Path, new_epoch: u64) -> anyhow::Result<Store> {
        Store::open_by(dir, None, new_epoch)
    }

    /// The same by the operator's key, if there is one.
    pub fn open_by(dir: &Path, key: Option<&Key>, new_epoch: u64) -> anyhow::Result<Store> {
        private::data(dir).with_context(|| format!("cannot make the data folder {}", dir.display()))?;
        Store::open_file(&dir.join(DATABASE), key, new_epoch)
    }

    /// Opens a database of this server by its file.
    pub fn open_file(path: &Path, key: Option<&Key>, new_epoch: u64) -> anyhow::Result<Store> {
        let mut conn = at_rest::open(path, key)?;
        conn.set_prepared_statement_cache_capacity(64);
        conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000;")?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        schema::migrate(&Db::Sqlite(&tx), version, new_epoch).with_context(|| path.display().to_string())?;
        if version < schema::VERSION {
            tx.pragma_update(None, "user_version", schema::VERSION)?;
        }
        tx.commit()?;
        Ok(Store::over(Base::Sqlite(Mutex::new(conn))))
    }

    /// Opens the database that this address names, `postgres://…`, with at most so many connections; makes the tables when they
    /// are not there. Not to be called, nor the last of it dropped, inside an async runtime.
    pub fn connect(url: &str, connections: u32, new_epoch: u64) -> anyhow::Result<Store> {
        let pool = pool::open(url, connections)?;
        let store = Store::over(Base::Postgres(pool));
        store.write_exclusive(|db| {
            db.batch(schema::META)?;
            let version = db.one("SELECT value FROM meta WHERE key = 'schema'", &[], |r| r.parse::<i64>(0))?.unwrap_or(0);
            schema::migrate(db, version, new_epoch)?;
            set_meta(db, "schema", &schema::VERSION.to_string())
        })?;
        Ok(store)
    }

    fn over(base: Base) -> Store {
        Store { base: Arc::new(base), due: None, waited: AtomicU64::new(0) }
    }

    /// The same store for one piece of work: what is not done with by then ends, and is undone.
    pub fn until(&self, due: Instant) -> Store {
        Store { base: self.base.clone(), due: Some(due), waited: AtomicU64::new(0) }
    }

    /// How much of this piece of work's time was others': waiting for them, or working for them.
    pub fn waited(&self) -> Duration {
        Duration::from_millis(self.waited.load(Ordering::Relaxed))
    }

    /// The time since then was others'.
    pub fn has_waited(&self, since: Instant) {
        self.waited.fetch_add(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether other servers may work on the same database.
    pub fn shared(&self) -> bool {
        matches!(*self.base, Base::Postgres(_))
    }

    /// Tells other servers on the same database that something was committed.
    pub fn notify(&self) -> anyhow::Result<()> {
        if let Base::Postgres(pool) = &*self.base {
            pool::notify(pool)?;
        }
        Ok(())
    }

    /// Runs one transaction that only reads.
    pub fn read<T>(&self, f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let asked = Instant::now();
        match &*self.base {
            Base::Sqlite(conn) => {
                let conn = self.lock(conn, asked)?;
                f(&Db::Sqlite(&conn))
            }
            Base::Postgres(pool) => pool::transaction(pool, true, self.due, |db| {
                self.has_waited(asked);
                f(db)
            }),
        }
    }

    /// Runs one transaction that may write anything: nobody else writes meanwhile.
    pub fn write_exclusive<T>(&self, f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let lock = |db: &Db<'_>| {
            // A long list, or a backup, is waited for.
            db.batch("SET LOCAL lock_timeout = 0")?;
            Ok(db.run("SELECT pg_advisory_xact_lock(?1)", args![EVERYTHING])?)
        };
        self.writing(lock, f)
    }

    /// Runs one transaction that writes for a device into files of its scope: one at a time in each county.
    pub fn write_in_counties<T>(&self, caller: &Caller, f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let lock = |db: &Db<'_>| {
            db.run("SELECT pg_advisory_xact_lock_shared(?1)", args![EVERYTHING])?;
            for county in counties::counties(db, caller)? {
                db.run("SELECT pg_advisory_xact_lock(?1, ?2)", args![COUNTY, county.as_str().parse::<i64>().unwrap_or_default()])?;
            }
            Ok(0)
        };
        self.writing(lock, f)
    }

    /// Runs one transaction that writes, but in no file.
    pub fn write_shared<T>(&self, f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.writing(|db| Ok(db.run("SELECT pg_advisory_xact_lock_shared(?1)", args![EVERYTHING])?), f)
    }

    fn writing<T>(&self, lock_first: impl FnOnce(&Db<'_>) -> anyhow::Result<u64>, f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let asked = Instant::now();
        match &*self.base {
            Base::Sqlite(conn) => {
                let mut conn = self.lock(conn, asked)?;
                let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(DbError::from)?;
                let value = f(&Db::Sqlite(&tx))?;
                tx.commit().map_err(DbError::from)?;
                Ok(value)
            }
            Base::Postgres(pool) => pool::transaction(pool, false, self.due, |db| {
                lock_first(db)?;
                self.has_waited(asked);
                f(db)
            }),
        }
    }

    /// The connection. A panic elsewhere does not lock the store out: SQLite rolled that transaction back.
    fn lock<'a>(&self, conn: &'a Mutex<Connection>, asked: Instant) -> DbResult<MutexGuard<'a, Connection>> {
        let mut conn = conn.lock().unwrap_or_else(PoisonError::into_inner);
        self.has_waited(asked);
        let over = self.due.map(|due| move || Instant::now() >= due);
        conn.progress_handler(LOOK_UP, over)?;
        if self.due.is_some_and(|due| Instant::now() >= due) { Err(DbError::Overdue) } else { Ok(conn) }
    }
}

/// After so many steps of a statement SQLite asks whether its time is over: some hundredths of a millisecond.
const LOOK_UP: i32 = 1000;

/// Runs a transaction again when another one was in its way. With everybody waiting for locks in the same order that is rare:
/// writing in good faith in a file that has gone to another county, or one request sent twice at once.
pub fn retry_on_conflict<T>(f: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    for _ in 1..MOST_TRIES {
        match f() {
            Err(e) if e.downcast_ref::<DbError>().is_some_and(DbError::try_again) => {}
            done => return done,
        }
    }
    f()
}

const MOST_TRIES: u32 = 5;
/// Names of advisory locks in PostgreSQL: everything at once, and one county's files (with its code).
const EVERYTHING: i64 = 0x6e75_616e_6661_6e67;
const COUNTY: i64 = 0x6e66;
