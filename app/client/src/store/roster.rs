//! All persons in memory: the narrow part of the index that every list and search goes through.
//!
//! 20,000 persons take some 10 MB. Going through them in order is a matter of a millisecond or two, where the same search in SQL
//! decrypts and decodes the whole table; the rows that are shown are then read from the index, one page of them.
use super::id_at;
use crate::Result;
use crate::name_search::Keys;
use crate::spelling::{Syllable, fold, sort_key, syllables};
use chrono::NaiveDate;
use domain::{AreaCode, Category, RecordId, Risk};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeSet;

/// More changes than this at once, and the roster is read anew.
const MANY: usize = 200;

/// A person as lists and search see her.
#[derive(Debug)]
pub struct Line {
    /// The record.
    pub id: RecordId,
    /// The village.
    pub area: AreaCode,
    /// Categories in force.
    pub categories: Vec<Category>,
    /// Risk.
    pub risk: Option<Risk>,
    /// Whether the file is open.
    pub open: bool,
    /// When the next visit is due.
    pub due: Option<NaiveDate>,
    id_number: String,
    name: String,
    syllables: Vec<Syllable>,
    phones: String,
    address: String,
    order: String,
}

impl Line {
    /// What the person can be found by.
    pub fn keys(&self) -> Keys<'_> {
        Keys { name: &self.name, syllables: &self.syllables, id_number: &self.id_number, phones: &self.phones, address: &self.address }
    }
    fn place(&self) -> (&str, &str, RecordId) { (&self.order, &self.name, self.id) }
}

/// All persons, in the order of their names' sound.
pub struct Roster {
    lines: Vec<Line>,
}

const COLUMNS: &str = "SELECT id, name, id_number, phones, address, area, categories, risk, open, due FROM persons";

impl Roster {
    /// Reads everybody.
    pub fn load(db: &Connection) -> Result<Roster> {
        let mut statement = db.prepare(COLUMNS)?;
        let lines = statement.query_map([], line)?;
        let mut lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
        lines.sort_by(|a, b| a.place().cmp(&b.place()));
        Ok(Roster { lines })
    }

    /// Reads those persons again; they may be new or gone.
    pub fn refresh(&mut self, db: &Connection, persons: &BTreeSet<RecordId>) -> Result<()> {
        if persons.is_empty() { return Ok(()); }
        if persons.len() > MANY {
            *self = Roster::load(db)?;
            return Ok(());
        }
        self.lines.retain(|l| !persons.contains(&l.id));
        let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        for id in persons {
            let Some(line) = statement.query_row([id.bytes()], line).optional()? else { continue };
            let at = self.lines.partition_point(|other| other.place() < line.place());
            self.lines.insert(at, line);
        }
        Ok(())
    }

    /// Everybody, in order.
    pub fn lines(&self) -> &[Line] { &self.lines }
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let text = |i: usize| row.get_ref(i)?.as_str().map_err(rusqlite::Error::from);
    let name = text(1)?;
    let syllables = syllables(name);
    let area = text(5)?.parse().map_err(|_| rusqlite::Error::InvalidQuery)?;
    let due: Option<String> = row.get(9)?;
    Ok(Line {
        id: id_at(row, 0)?,
        order: sort_key(&syllables),
        name: fold(name),
        syllables,
        id_number: text(2)?.to_lowercase(),
        phones: text(3)?.to_owned(),
        address: fold(text(4)?),
        area,
        categories: text(6)?.split(',').filter_map(|c| c.parse().ok()).collect(),
        risk: text(7)?.parse().ok(),
        open: row.get(8)?,
        due: due.and_then(|d| d.parse().ok()),
    })
}
