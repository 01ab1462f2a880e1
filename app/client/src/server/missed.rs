//! Records that the server sends in a form this device cannot take in. All else goes on without them; they are named, and remembered
//! until they come whole.
use crate::Result;
use crate::store::{Tx, View, index, meta};
use domain::api::UnreadableItem;
use domain::sync::FeedItem;
use domain::{PersonRow, RecordId, Timestamp};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Those records, as they are kept under [`meta::MISSED`].
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Missed {
    pub records: BTreeSet<RecordId>,
    /// When everything was read anew for their sake.
    pub anew: Option<Timestamp>,
    /// What the server said they are.
    #[serde(default)]
    about: Vec<About>,
}

/// Whose record it is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct About {
    record: RecordId,
    person: RecordId,
    /// As in the row that came with it; empty when it was no person's.
    name: String,
}

/// Whose record an item brings, as far as it says so.
pub(crate) struct Whose(Option<About>);

impl Whose {
    /// Reads it off a whole record's row.
    pub fn of(item: &FeedItem) -> Whose {
        let FeedItem::Enter { record, row, .. } = item else { return Whose(None) };
        let name = PersonRow::of(row).map(|person| person.name).unwrap_or_default();
        Whose(Some(About { record: *record, person: row.person, name }))
    }
}

impl Missed {
    /// None, now that everything is read anew.
    pub fn looked_for(now: Timestamp) -> Missed {
        Missed { anew: Some(now), ..Missed::default() }
    }
    /// Those of this device.
    pub fn read(db: &Connection) -> Result<Missed> {
        Ok(meta::get(db, meta::MISSED)?.unwrap_or_default())
    }
    /// Keeps them.
    pub fn keep(&self, db: &Connection) -> Result<()> {
        meta::put(db, meta::MISSED, self)
    }
    /// One more.
    pub fn insert(&mut self, record: RecordId, whose: Whose) {
        self.records.insert(record);
        if let Some(about) = whose.0 {
            self.about.retain(|about| about.record != record);
            self.about.push(about);
        }
    }
    /// It came whole.
    pub fn remove(&mut self, record: &RecordId) {
        self.records.remove(record);
        self.about.retain(|about| about.record != *record);
    }
}

/// These records are none of ours as they are.
pub(crate) fn miss(tx: &mut Tx<'_>, records: Vec<RecordId>) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let mut missed = Missed::read(tx.db)?;
    records.into_iter().for_each(|record| missed.insert(record, Whose(None)));
    missed.keep(tx.db)
}

/// Those records with the names of the persons they belong to, as far as they are known here.
pub(crate) fn unreadable(view: &View<'_>) -> Result<Vec<UnreadableItem>> {
    let missed = Missed::read(view.db)?;
    let item = |record: &RecordId| {
        let about = missed.about.iter().find(|about| about.record == *record);
        let person = match index::row(view.db, *record)? {
            Some(row) => Some(row.person),
            None => about.map(|about| about.person),
        };
        let here = person.map(|id| index::row(view.db, id)).transpose()?.flatten();
        let name = match here.as_ref().and_then(PersonRow::of) {
            Some(person) => person.name,
            None => about.map(|about| about.name.clone()).unwrap_or_default(),
        };
        Ok(UnreadableItem { record: *record, person, name })
    };
    missed.records.iter().map(item).collect()
}
