//! All persons in memory: the narrow part of the index that every list and search goes through.
//!
//! 20,000 persons take some 8 MB. Going through them in order is a matter of a millisecond or two, where the same search in SQL
//! decrypts and decodes the whole table; the rows that are shown are then read from the index, one page of them. What is
//! searched lies in one piece, because going from one small allocation to the next takes longer than comparing.
use super::id_at;
use crate::Result;
use crate::names::search::Keys;
use crate::names::spelling;
use crate::names::spelling::{BETWEEN, Sounds, Syllable, fold, sort_key, syllables};
use chrono::NaiveDate;
use domain::{AreaCode, Category, RecordId, Risk};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// More changes than this at once, and a good part of all, and the roster is read anew.
const MANY: usize = 200;
/// More new lines than this are put in order together.
const FEW: usize = 8;
/// Persons put in one by one leave their old text behind; beyond so many bytes of it the roster is read anew.
const WASTE: usize = 1 << 20;

/// A person as lists and search see her.
pub struct CachedPerson {
    /// The record.
    pub id: RecordId,
    /// The village.
    pub area: AreaCode,
    /// Risk.
    pub risk: Option<Risk>,
    /// Whether the file is open.
    pub open: bool,
    /// When the next visit is due.
    pub due: Option<NaiveDate>,
    /// Day of birth, where known.
    pub birth: Option<NaiveDate>,
    categories: u64,
    name: Range<u32>,
    id_number: Range<u32>,
    phones: Range<u32>,
    address: Range<u32>,
    /// Syllables of the relatives' names, with [`BETWEEN`] after each.
    relatives: Range<u32>,
    order: String,
}

impl CachedPerson {
    /// Whether this category is in force today.
    pub fn is_in(&self, category: Category) -> bool {
        self.categories & bit(category) != 0
    }
    fn place(&self) -> (&str, RecordId) {
        (&self.order, self.id)
    }
}

/// Categories as a set, a bit each; only in memory.
fn bit(category: Category) -> u64 {
    const { assert!(Category::ALL.len() <= 64, "each category needs a bit of its own") };
    Category::ALL.iter().position(|c| *c == category).map_or(0, |n| 1 << n)
}

/// All persons, in the order of their names' sound.
#[derive(Default)]
pub struct PersonCache {
    lines: Vec<CachedPerson>,
    sounds: Sounds,
    text: String,
    names: Vec<Syllable>,
    waste: usize,
}

const COLUMNS: &str = "SELECT id, name, id_number, phones, address, area, categories, risk, open, due, birth, relatives FROM persons";

impl PersonCache {
    /// Reads everybody.
    pub fn load(db: &Connection) -> Result<PersonCache> {
        let mut roster = PersonCache::default();
        let mut statement = db.prepare(COLUMNS)?;
        let mut rows = statement.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(roster.line(row)?);
        }
        lines.sort_by(|a, b| a.place().cmp(&b.place()));
        roster.lines = lines;
        Ok(roster)
    }

    /// Reads those persons again; they may be new or gone.
    pub fn refresh(&mut self, db: &Connection, persons: &BTreeSet<RecordId>) -> Result<()> {
        if persons.is_empty() {
            return Ok(());
        }
        let many = persons.len() > MANY && persons.len() > self.lines.len() / 4;
        if many || self.waste > WASTE {
            *self = PersonCache::load(db)?;
            return Ok(());
        }
        let (lines, text) = (self.lines.len(), self.text.len());
        self.lines.retain(|l| !persons.contains(&l.id));
        let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        let mut fresh = Vec::new();
        for id in persons {
            fresh.extend(statement.query_row([id.bytes()], |row| self.line(row)).optional()?);
        }
        // Who is only added leaves no old text behind.
        self.waste += if self.lines.len() < lines { self.text.len() - text } else { 0 };
        if fresh.len() > FEW {
            self.lines.extend(fresh);
            self.lines.sort_by(|a, b| a.place().cmp(&b.place()));
            return Ok(());
        }
        for line in fresh {
            let at = self.lines.partition_point(|other| other.place() < line.place());
            self.lines.insert(at, line);
        }
        Ok(())
    }

    /// When the next visits are due.
    pub fn set_dues(&mut self, dues: &BTreeMap<RecordId, Option<NaiveDate>>) {
        if dues.is_empty() {
            return;
        }
        for line in &mut self.lines {
            if let Some(due) = dues.get(&line.id) {
                line.due = *due;
            }
        }
    }

    /// Everybody, in order.
    pub fn lines(&self) -> &[CachedPerson] {
        &self.lines
    }
    /// The readings that occur in names.
    pub fn sounds(&self) -> &Sounds {
        &self.sounds
    }
    /// What a person can be found by.
    pub fn keys(&self, line: &CachedPerson) -> Keys<'_> {
        Keys {
            syllables: self.names.get(span(&line.name)).unwrap_or_default(),
            id_number: self.text.get(span(&line.id_number)).unwrap_or_default(),
            phones: self.text.get(span(&line.phones)).unwrap_or_default(),
            address: self.text.get(span(&line.address)).unwrap_or_default(),
            relatives: self.names.get(span(&line.relatives)).unwrap_or_default(),
        }
    }

    fn line(&mut self, row: &Row<'_>) -> rusqlite::Result<CachedPerson> {
        let text = |i: usize| row.get_ref(i)?.as_str().map_err(rusqlite::Error::from);
        let syllables = syllables(text(1)?, &mut self.sounds);
        let name = self.names.len();
        self.names.extend_from_slice(&syllables);
        let own = narrow(name..self.names.len());
        let first = self.names.len();
        for relative in text(11)?.lines() {
            let theirs = spelling::syllables(relative, &mut self.sounds);
            self.names.extend(theirs.into_iter().chain([BETWEEN]));
        }
        let due: Option<String> = row.get(9)?;
        Ok(CachedPerson {
            id: id_at(row, 0)?,
            order: sort_key(&syllables, &self.sounds) + text(1)?,
            name: own,
            relatives: narrow(first..self.names.len()),
            id_number: self.keep(&text(2)?.to_lowercase()),
            phones: self.keep(text(3)?),
            address: self.keep(&fold(text(4)?)),
            area: text(5)?.parse().map_err(|_| rusqlite::Error::InvalidQuery)?,
            categories: text(6)?.split(',').filter_map(|c| c.parse().ok()).map(bit).fold(0, |all, one| all | one),
            risk: Risk::read(text(7)?),
            open: row.get(8)?,
            due: due.and_then(|d| d.parse().ok()),
            birth: text(10)?.parse().ok(),
        })
    }

    fn keep(&mut self, text: &str) -> Range<u32> {
        let start = self.text.len();
        self.text.push_str(text);
        narrow(start..self.text.len())
    }
}

/// Half as wide: 4 GB of names will do.
fn narrow(range: Range<usize>) -> Range<u32> {
    let half = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    half(range.start)..half(range.end)
}
fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
