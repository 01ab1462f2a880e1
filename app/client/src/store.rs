//! The encrypted store of one device: records, what was written here, and an index that lists and searches read.
pub mod blobs;
pub mod changes;
pub mod county_forms;
pub mod damage;
pub mod index;
pub mod intent;
pub mod meta;
mod open;
pub mod person_cache;
pub mod reference_data;
pub mod schema;
pub mod strays;
pub(crate) mod terms;
pub mod tx;

use crate::device::key::Secret;
use crate::{Env, Result};
use chrono::NaiveDate;
use domain::sync::Reference;
use domain::{Code, Failure, Hash, RecordId, Timestamp};
use person_cache::PersonCache;
use reference_data::ReferenceData;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::BTreeSet;
pub use tx::Tx;
use uuid::Uuid;

/// An open store.
pub struct Store {
    db: Connection,
    book: ReferenceData,
    person_cache: PersonCache,
    /// The day for which due days and categories stand in the index.
    day: Option<NaiveDate>,
}

/// What a question may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The tables.
    pub db: &'a Connection,
    /// Names, staff, policy.
    pub book: &'a ReferenceData,
    /// All persons for lists and search.
    pub person_cache: &'a PersonCache,
    /// The moment it was asked.
    pub now: Timestamp,
}

/// How a transaction is committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On the disk when the call returns: everything that a person wrote.
    Full,
    /// On the disk soon: what the server can send again.
    Batch,
}

impl Store {
    /// Opens the database of this name and makes it where it is missing.
    pub fn open(file: &str, secret: &Secret, thorough: bool) -> Result<Store> {
        let mut db = open::open(file, secret, thorough)?;
        index::renew(&mut db)?;
        let reference: Option<Reference> = meta::get(&db, meta::REFERENCE)?;
        let book = ReferenceData::new(secret.device, county_forms::all(&db, reference.as_ref())?, reference);
        let person_cache = PersonCache::load(&db)?;
        let day = meta::get(&db, meta::DUES_DAY)?;
        Ok(Store { db, book, person_cache, day })
    }

    /// Whether the index stands for this day.
    pub fn is_of(&self, today: NaiveDate) -> bool {
        self.day == Some(today)
    }

    /// What questions look at.
    pub fn view(&self, now: Timestamp) -> View<'_> {
        View { db: &self.db, book: &self.book, person_cache: &self.person_cache, now }
    }

    /// One command: one transaction, and the records it changed. Nothing is kept when `f` fails.
    pub fn write<T>(&mut self, env: &dyn Env, durability: Durability, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<(T, BTreeSet<RecordId>)> {
        let mode = if durability == Durability::Full { "FULL" } else { "NORMAL" };
        self.db.pragma_update(None, "synchronous", mode)?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut tx = Tx::new(&transaction, env, &self.book, &self.person_cache, self.day);
        let value = f(&mut tx)?;
        let done = tx.finish()?;
        transaction.commit()?;
        if let Some(book) = done.book {
            self.book = book;
        }
        self.day = Some(done.day);
        self.person_cache.refresh(&self.db, &done.files)?;
        self.person_cache.set_dues(&done.dues);
        Ok((value, done.changed))
    }

    /// Closes the file; whatever SQLite keeps beside it is taken in.
    pub fn close(self) -> Result<()> {
        self.db.close().map_err(|(_, e)| e.into())
    }
}

impl View<'_> {
    /// The day in China.
    pub fn today(&self) -> chrono::NaiveDate {
        self.now.day()
    }
    /// The document of a record.
    pub fn record(&self, id: RecordId) -> Result<records::Record> {
        record(self.db, id)
    }
    /// The index row of a record.
    pub fn row(&self, id: RecordId) -> Result<domain::Row> {
        index::row(self.db, id)?.ok_or(Code::NotFound.into())
    }
    /// The index row of a person.
    pub fn person(&self, id: RecordId) -> Result<domain::PersonRow> {
        index::person(self.db, id)
    }
    /// The index row of a visit.
    pub fn visit(&self, id: RecordId) -> Result<domain::VisitRow> {
        index::visit(self.db, id)
    }
}

/// Loads a document.
pub fn record(db: &Connection, id: RecordId) -> Result<records::Record> {
    let sql = "SELECT document FROM records WHERE id = ?1";
    let bytes: Option<Vec<u8>> = db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0)).optional()?;
    Ok(records::Record::load_own(&bytes.ok_or(Failure::from(Code::NotFound))?)?)
}

/// Brings the tables of a database to the newest version, and reads all of it.
///
/// # Errors
/// As [`Store::open`].
pub(crate) fn migrate_by_key(file: &str, secret: &Secret) -> Result<()> {
    open::open(file, secret, true).map(drop)
}

/// Reads a record's id from a column of 16 bytes.
pub fn id_at(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<RecordId> {
    uuid_at(row, column).map(RecordId)
}
/// Reads a UUID from a column of 16 bytes.
pub fn uuid_at(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}
/// Reads a hash from a column of 32 bytes.
pub fn hash_at(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    row.get(column).map(Hash)
}
