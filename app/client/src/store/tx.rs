//! One transaction: what a command, or a batch of sync, writes. It collects what changed and brings the index up to date at its end.
use super::intent::Intent;
use super::{PersonCache, ReferenceData, View, blobs, changes, county_forms, index, meta, record, terms};
use crate::device::env::random;
use crate::{Env, Result};
use chrono::NaiveDate;
use domain::MatterRow;
use domain::roles::Kind;
use domain::sync::Reference;
use domain::{AreaCode, Hash, RecordId, Row, Timestamp};
use records::{Actor, Change, Record, Writer};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// A transaction under way.
pub struct Tx<'a> {
    /// The tables, inside the transaction.
    pub db: &'a Connection,
    /// Clock and randomness.
    pub env: &'a dyn Env,
    now: Timestamp,
    book: &'a ReferenceData,
    person_cache: &'a PersonCache,
    day: Option<NaiveDate>,
    new_book: Option<ReferenceData>,
    changed: BTreeSet<RecordId>,
    persons: BTreeSet<RecordId>,
    files: BTreeSet<RecordId>,
    visits: BTreeSet<RecordId>,
    matters: BTreeSet<RecordId>,
    all_dues: bool,
}

/// What a transaction did.
pub struct Done {
    pub(super) changed: BTreeSet<RecordId>,
    /// Persons whose files are others now, or gone.
    pub(super) files: BTreeSet<RecordId>,
    /// When the next visits are due that were worked out anew.
    pub(super) dues: BTreeMap<RecordId, Option<NaiveDate>>,
    pub(super) book: Option<ReferenceData>,
    pub(super) day: NaiveDate,
}

impl<'a> Tx<'a> {
    /// `day` is the one for which due days stand in the index.
    pub(super) fn new(
        db: &'a Connection,
        env: &'a dyn Env,
        book: &'a ReferenceData,
        person_cache: &'a PersonCache,
        day: Option<NaiveDate>,
    ) -> Tx<'a> {
        Tx {
            db,
            env,
            now: env.now(),
            book,
            person_cache,
            day,
            new_book: None,
            changed: BTreeSet::new(),
            persons: BTreeSet::new(),
            files: BTreeSet::new(),
            visits: BTreeSet::new(),
            matters: BTreeSet::new(),
            all_dues: false,
        }
    }

    /// The same for reading. The person_cache is as it was before the transaction.
    pub fn view(&self) -> View<'_> {
        View { db: self.db, book: self.book(), person_cache: self.person_cache, now: self.now }
    }
    /// Names, staff, policy.
    pub fn book(&self) -> &ReferenceData {
        self.new_book.as_ref().unwrap_or(self.book)
    }
    /// The moment the transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }
    /// Does it as a whole, or leaves the tables as they were.
    pub fn whole<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.db.execute_batch("SAVEPOINT whole")?;
        let done = f(self);
        self.db.execute_batch(if done.is_ok() { "RELEASE whole" } else { "ROLLBACK TO whole; RELEASE whole" })?;
        done
    }

    /// Loads a document.
    pub fn record(&self, id: RecordId) -> Result<Record> {
        record(self.db, id)
    }

    /// The pen for a record: the actor this installation has in the document, a new one where it has none.
    pub fn writer(&self, id: RecordId) -> Result<Writer> {
        let sql = "SELECT actor FROM records WHERE id = ?1";
        let actor: Option<Option<[u8; 8]>> = self.db.prepare_cached(sql)?.query_row([id.bytes()], |r| r.get(0)).optional()?;
        let actor = Actor(actor.flatten().unwrap_or_else(|| random(self.env)));
        Ok(Writer { staff: self.book().me()?.id.clone(), device: self.book().device, at: self.now, actor })
    }

    /// Keeps what was written here: the record as it is now, each change with what it was meant to do, and the index.
    pub fn keep(&mut self, record: &Record, area: &AreaCode, written: &[(Change, Intent)], writer: &Writer) -> Result<()> {
        self.put(record.id(), area, &record.save(), &record.row()?)?;
        self.db.prepare_cached("UPDATE records SET actor = ?2 WHERE id = ?1")?.execute(params![record.id().bytes(), writer.actor.0])?;
        for (change, intent) in written {
            changes::add(self.db, record.id(), record.person(), change, self.now)?;
            let sql = "INSERT INTO intents (hash, record, intent, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING";
            let intent = serde_json::to_string(intent)?;
            self.db.prepare_cached(sql)?.execute(params![change.hash.0, record.id().bytes(), intent, self.now.0])?;
        }
        self.touch(record.person());
        Ok(())
    }

    /// Takes in a record as the server has it. Whatever the one here has beyond it stays: what was not sent yet, and what a
    /// server restored from a backup lost.
    pub fn take_in(&mut self, theirs: &Record, area: &AreaCode, row: &Row) -> Result<()> {
        let id = theirs.id();
        let area = theirs.area().unwrap_or_else(|| area.clone());
        // Rescued changes of a document that was lost are sent, and come back as part of it.
        if let Ok(mut mine) = self.record(id)
            && mine.changes().iter().any(|change| !theirs.has(&change.hash))
        {
            let changes: Vec<Vec<u8>> = theirs.changes().into_iter().map(|c| c.bytes).collect();
            mine.absorb(&changes)?;
            return self.put(id, &area, &mine.save(), &mine.row()?);
        }
        self.put(id, &area, &theirs.save(), row)?;
        // Whatever this installation wrote in an old document need not be in the new one.
        self.forget_actor(id)
    }

    /// A change of this device that the server took once, or refused and kept, and lost: it is sent again, as it is in the document, or as it was when
    /// its file left. Whether it is in no document here.
    pub fn send_again(&mut self, hash: &Hash) -> Result<bool> {
        let Some((id, _)) = changes::place_of(self.db, hash)? else { return Ok(false) };
        let record = self.record(id).ok();
        let here = record.as_ref().and_then(|r| r.changes().into_iter().find(|change| change.hash == *hash)).map(|change| change.bytes);
        let outside = here.is_none();
        let Some(bytes) = here.map_or_else(|| changes::bytes_of(self.db, hash), |bytes| Ok(Some(bytes)))? else { return Ok(false) };
        changes::reopen(self.db, hash, &bytes)?;
        if let Some(record) = record {
            self.touch(record.person());
        }
        self.mark_changed(id);
        Ok(outside)
    }

    /// Takes others' changes into a record that is here. Returns those that were new.
    pub fn absorb(&mut self, id: RecordId, theirs: &[Vec<u8>]) -> Result<Vec<Hash>> {
        let mut record = self.record(id)?;
        let new = record.absorb(theirs)?;
        if !new.is_empty() {
            let area = record.area().map_or_else(|| self.area_of(id), Ok)?;
            self.put(id, &area, &record.save(), &record.row()?)?;
        }
        Ok(new)
    }

    /// Puts another version of a document in the place of the one here, for writing on under a new actor.
    pub fn replace(&mut self, record: &Record) -> Result<()> {
        let area = record.area().map_or_else(|| self.area_of(record.id()), Ok)?;
        self.put(record.id(), &area, &record.save(), &record.row()?)?;
        self.forget_actor(record.id())
    }

    /// Draws a new actor at the next writing.
    pub fn forget_actor(&self, id: RecordId) -> Result<()> {
        self.db.prepare_cached("UPDATE records SET actor = NULL WHERE id = ?1")?.execute([id.bytes()])?;
        Ok(())
    }

    /// Puts a document and its index row in the store.
    pub fn put(&mut self, id: RecordId, area: &AreaCode, document: &[u8], row: &Row) -> Result<()> {
        let sql = "INSERT INTO records (id, kind, person, area, row, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (id) DO UPDATE SET area = excluded.area, row = excluded.row, document = excluded.document";
        let person = row.person;
        let packed = rmp_serde::to_vec_named(row)?;
        self.db.prepare_cached(sql)?.execute(params![id.bytes(), row.kind.code(), person.bytes(), area.as_str(), packed, document])?;
        index::put(self.db, row)?;
        self.changed.insert(id);
        self.persons.insert(person);
        // What speaks of another changes how that one stands.
        match row.kind {
            Kind::Person => {
                self.files.insert(id);
                self.matters.extend(terms::ended(self.db, id)?);
            }
            kind if kind.is_matter() => _ = self.matters.insert(id),
            _ => _ = self.visits.insert(row.about.unwrap_or(id)),
        }
        Ok(())
    }

    /// Drops a record that left the caller's scope, from the index too. Changes of it that were written here stay, and so do
    /// unfinished visits: they are shown again should the file come back.
    pub fn drop_record(&mut self, id: RecordId) -> Result<()> {
        let Some(row) = index::row(self.db, id)? else { return Ok(()) };
        self.keep_own(id)?;
        if let Some(matter) = MatterRow::of(&row).filter(|_| row.kind.is_matter()) {
            self.matters.extend(terms::alike(self.db, &matter)?);
        }
        match row.about {
            Some(about) => _ = self.visits.insert(about),
            None => _ = self.persons.insert(row.person),
        }
        self.db.prepare_cached("DELETE FROM records WHERE id = ?1")?.execute([id.bytes()])?;
        if !row.photos.is_empty() {
            blobs::drop_unnamed(self.db)?;
        }
        self.files.insert(id);
        self.changed.insert(id);
        Ok(())
    }

    /// A restored server may ask for what was written here and left.
    fn keep_own(&self, id: RecordId) -> Result<()> {
        if changes::own_of(self.db, id)?.is_empty() {
            return Ok(());
        }
        // What cannot be read any more cannot be kept.
        let Ok(record) = self.record(id) else { return Ok(()) };
        record.changes().iter().try_for_each(|change| changes::keep_bytes(self.db, change))
    }

    /// The area a record was filed under.
    pub fn area_of(&self, id: RecordId) -> Result<AreaCode> {
        let area: String = self.db.prepare_cached("SELECT area FROM records WHERE id = ?1")?.query_row([id.bytes()], |r| r.get(0))?;
        area.parse().map_err(|_| crate::Trouble::Unreadable)
    }

    /// Takes in areas, staff and policy.
    pub fn put_reference(&mut self, reference: Reference) -> Result<()> {
        meta::put(self.db, meta::REFERENCE, &reference)?;
        self.all_dues |= reference.policy.due != self.book().policy().due;
        county_forms::forget(self.db, &reference)?;
        self.new_book = Some(ReferenceData::new(self.book.device, county_forms::all(self.db, Some(&reference))?, Some(reference)));
        Ok(())
    }

    /// Shows forms in this language where they have it.
    pub fn speak(&mut self, language: Option<&str>) -> Result<()> {
        match language {
            Some(language) => meta::put(self.db, meta::SPEECH, &language)?,
            None => meta::remove(self.db, meta::SPEECH)?,
        }
        let reference = self.book().reference().cloned();
        self.new_book = Some(ReferenceData::new(self.book.device, county_forms::all(self.db, reference.as_ref())?, reference));
        Ok(())
    }

    /// Keeps a form that the county published.
    pub fn put_form(&mut self, hash: &Hash, body: &str) -> Result<bool> {
        let Some(reference) = self.book().reference().cloned() else { return Ok(false) };
        let kept = county_forms::keep(self.db, &reference, hash, body)?;
        if kept {
            // What was said of visits without their form is said anew.
            self.db.prepare_cached("UPDATE items SET differs = NULL, alarm = NULL WHERE differs IS NOT NULL")?.execute([])?;
            self.all_dues = true;
            self.new_book = Some(ReferenceData::new(self.book.device, county_forms::all(self.db, Some(&reference))?, Some(reference)));
        }
        Ok(kept)
    }

    /// Says that something about a person's file changed that is not in its document: a draft, a receipt.
    pub fn touch(&mut self, person: RecordId) {
        self.changed.insert(person);
        self.persons.insert(person);
    }
    /// Says that a record is shown differently now, for example after a receipt.
    pub fn mark_changed(&mut self, id: RecordId) {
        self.changed.insert(id);
    }

    /// Leaves to a later transaction, and [`Tx::renew`], whose lines are to be worked out.
    pub fn put_off(&mut self) -> BTreeSet<RecordId> {
        std::mem::take(&mut self.persons)
    }
    /// Works out anew all of a person's line that depends on the day and on her visits.
    pub fn renew(&mut self, person: RecordId) {
        self.touch(person);
        self.files.insert(person);
    }

    /// Makes index and document rows anew from the documents.
    pub fn reindex_all(&mut self) -> Result<()> {
        let mut statement = self.db.prepare("SELECT id, area FROM records ORDER BY kind")?;
        let found = statement.query_map([], |r| Ok((super::id_at(r, 0)?, r.get::<_, String>(1)?)))?;
        for (id, area) in found.collect::<rusqlite::Result<Vec<_>>>()? {
            let record = self.record(id)?;
            let area = area.parse().map_err(|_| crate::Trouble::Unreadable)?;
            self.put(id, &area, &record.save(), &record.row()?)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Done> {
        for visit in &self.visits {
            index::refresh_stage(self.db, *visit)?;
        }
        if self.all_dues {
            self.matters = terms::all(self.db)?;
        }
        for matter in &self.matters {
            terms::refresh(self.db, *matter, self.book())?;
        }
        let today = self.now.day();
        // A clock that was put back: whatever was worked out for the days to come does not hold.
        let back = self.day.is_none_or(|day| today < day);
        if self.all_dues || back {
            self.persons = index::all_persons(self.db)?;
        } else if self.day != Some(today) {
            self.persons.extend(index::turned(self.db, today)?);
        }
        if self.day != Some(today) {
            // The day changes categories in force, too.
            self.files.extend(&self.persons);
        }
        if self.day != Some(today) {
            meta::put(self.db, meta::DUES_DAY, &today)?;
        }
        let mut dues = BTreeMap::new();
        for person in &self.persons {
            dues.insert(*person, index::refresh_due(self.db, *person, self.book(), today)?);
        }
        Ok(Done { changed: self.changed, files: self.files, dues, book: self.new_book, day: today })
    }
}
