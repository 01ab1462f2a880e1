//! Until when matters may stay where they are, and when what ended is due anew: worked out by their types, and put down beside their rows.
use super::{ReferenceData, id_at, index, record};
use crate::Result;
use domain::matter::{Deadline, MatterType, Stage};
use domain::person::FileStatus;
use domain::roles::Kind;
use domain::{AreaCode, MatterRow, RecordId};
use forms::form_id;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// Puts down the day of a matter, and of those of its type that the same person or village has.
pub(crate) fn refresh(db: &Connection, id: RecordId, book: &ReferenceData) -> Result<()> {
    let Some(row) = row(db, id)? else { return Ok(()) };
    let renews = book.forms.find(&row.form).and_then(|form| form.matter.as_ref()).is_some_and(|matter| matter.again.is_some());
    // Of what is done anew the next one stands for those before it.
    for id in if renews { alike(db, &row)? } else { vec![id] } {
        let Some(row) = self::row(db, id)? else { continue };
        let due = deadline(db, &row, book)?;
        let sql = "UPDATE items SET due = ?2, due_at = ?3 WHERE id = ?1";
        db.prepare_cached(sql)?.execute(params![id.bytes(), due.map(|d| d.day.to_string()), due.and_then(|d| d.at).map(|at| at.0)])?;
    }
    Ok(())
}

/// Every matter that is here.
pub(crate) fn all(db: &Connection) -> Result<BTreeSet<RecordId>> {
    let matters: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.is_matter()).collect();
    let mut statement = db.prepare_cached(&format!("SELECT id FROM items WHERE kind IN ({})", Kind::listed(&matters)))?;
    let found = statement.query_map([], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn row(db: &Connection, id: RecordId) -> Result<Option<MatterRow>> {
    Ok(index::row(db, id)?.as_ref().and_then(MatterRow::of))
}

fn deadline(db: &Connection, row: &MatterRow, book: &ReferenceData) -> Result<Option<Deadline>> {
    let Some(matter) = book.forms.find(&row.form).and_then(|form| form.matter.as_ref()) else { return Ok(None) };
    let rules = &book.policy().due;
    // Whoever wrote down what she does not see gets no news of it.
    if !book.me().is_ok_and(|me| me.role.sees(row.kind)) {
        return Ok(None);
    }
    if !row.open {
        let Some(day) = matter.anew(&row.stage, row.since, rules).filter(|_| !row.disputed) else { return Ok(None) };
        // Of a file that was closed nothing is done anew.
        let is_closed = |file: domain::PersonRow| file.status == FileStatus::Closed;
        if !row.kind.stands_alone() && index::person(db, row.person).is_ok_and(is_closed) {
            return Ok(None);
        }
        // Whoever began the next one has seen to it.
        let newest = alike(db, row)?.last() == Some(&row.id);
        return Ok(newest.then_some(Deadline { day, at: None }));
    }
    Ok(matter.deadline(&row.stage, row.since, answered(db, row, matter)?, rules))
}

/// The day that an answer gives the stage. Only where a stage has such a question its document is read.
fn answered(db: &Connection, row: &MatterRow, matter: &MatterType) -> Result<Option<chrono::NaiveDate>> {
    let Some(question) = matter.stage(&row.stage).map(|stage: &Stage| stage.until.as_str()).filter(|until| !until.is_empty()) else {
        return Ok(None);
    };
    let answers = record(db, row.id)?.matter().map(|data| data.answers).unwrap_or_default();
    Ok(answers.get(question).and_then(|value| value.text()?.parse().ok()))
}

/// Matters of a person that are due anew, or may be.
pub(crate) fn ended(db: &Connection, person: RecordId) -> Result<Vec<RecordId>> {
    let mut statement = db.prepare_cached("SELECT id FROM items WHERE person = ?1 AND open = 0 AND sort <> '' AND about IS NULL AND id <> person")?;
    let found = statement.query_map([person.bytes()], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The matters of one type that a person, or a village, has, the oldest first.
pub(crate) fn alike(db: &Connection, row: &MatterRow) -> Result<Vec<RecordId>> {
    let area: Option<String> = db.prepare_cached("SELECT area FROM records WHERE id = ?1")?.query_row([row.id.bytes()], |r| r.get(0)).optional()?;
    let village = row.kind.stands_alone().then(|| area.and_then(|area| area.parse::<AreaCode>().ok())).flatten();
    let sort = form_id(&row.form);
    let found = match village {
        None => {
            let sql = "SELECT id FROM items WHERE sort = ?1 AND person = ?2 ORDER BY at, id";
            let mut statement = db.prepare_cached(sql)?;
            statement.query_map(params![sort, row.person.bytes()], |r| id_at(r, 0))?.collect::<rusqlite::Result<_>>()?
        }
        Some(area) => {
            let sql =
                "SELECT i.id FROM items i JOIN records r ON r.id = i.id WHERE i.sort = ?1 AND i.person = i.id AND r.area = ?2 ORDER BY i.at, i.id";
            let mut statement = db.prepare_cached(sql)?;
            statement.query_map(params![sort, area.as_str()], |r| id_at(r, 0))?.collect::<rusqlite::Result<_>>()?
        }
    };
    Ok(found)
}
