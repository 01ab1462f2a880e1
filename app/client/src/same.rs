//! Whether two files are of one person. Nobody but people can say so: before a second file is opened they are asked, afterwards told, and
//! their answer is kept. It is never a wall, and never a second file in silence.
use crate::Result;
use crate::spelling::fold;
use crate::store::roster::Line;
use crate::store::{View, Work};
use chrono::{NaiveDate, NaiveTime};
use domain::api::{SameFile, SamePair};
use domain::{AreaCode, PersonRow, RecordId, Timestamp};
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;

/// What is known of somebody beside the name.
#[derive(Clone, Copy)]
struct Known<'a> {
    id_number: &'a str,
    birth: Option<NaiveDate>,
    area: &'a AreaCode,
}

/// Whether two who have one name may be one person: by their ID numbers where both have one, else by their days of birth, else by the village.
fn may_be_one(a: Known<'_>, b: Known<'_>) -> bool {
    match (a.birth, b.birth) {
        _ if !a.id_number.is_empty() && !b.id_number.is_empty() => a.id_number.eq_ignore_ascii_case(b.id_number),
        (Some(a), Some(b)) => a == b,
        _ => a.area == b.area,
    }
}

fn known<'a>(view: &View<'a>, line: &'a Line) -> Known<'a> {
    Known { id_number: view.roster.keys(line).id_number, birth: line.birth, area: &line.area }
}

/// A file here that may be this person's already.
pub fn on_file(view: &View<'_>, name: &str, id_number: &str, birth: Option<NaiveDate>, area: &AreaCode) -> Option<RecordId> {
    let name: Vec<char> = fold(name).chars().collect();
    let found = view.roster.lines().iter().filter(|line| {
        let syllables = view.roster.keys(line).syllables;
        syllables.len() == name.len() && syllables.iter().zip(&name).all(|(syllable, c)| syllable.character == *c)
    });
    found.filter(|line| may_be_one(known(view, line), Known { id_number, birth, area })).map(|line| line.id).next()
}

/// Open files here that may be of one person and were not said to be of two, the later one first.
pub fn pairs(view: &View<'_>) -> Result<Vec<SamePair>> {
    let mut pairs = Vec::new();
    for (a, b) in alike(view) {
        if !are_two(view, a, b)? {
            let (a, b) = (view.person(a)?, view.person(b)?);
            let (later, earlier) = if (a.opened, a.id) >= (b.opened, b.id) { (a, b) } else { (b, a) };
            let number = later.id_number.is_some() && later.id_number == earlier.id_number;
            let at = Timestamp::from_local(later.opened, NaiveTime::MIN);
            pairs.push(SamePair { number, at, file: file(view, later), other: file(view, earlier) });
        }
    }
    Ok(pairs)
}

/// The other files that may be this person's.
pub fn of(view: &View<'_>, row: &PersonRow) -> Result<Vec<SameFile>> {
    let others = pairs(view)?.into_iter().filter_map(|pair| match (pair.file.id == row.id, pair.other.id == row.id) {
        (true, _) => Some(pair.other),
        (_, true) => Some(pair.file),
        _ => None,
    });
    Ok(others.collect())
}

/// Pairs of open files with one ID number, or one name and nothing that tells them apart. One pass in memory, since the number of messages is
/// asked all the time.
fn alike(view: &View<'_>) -> Vec<(RecordId, RecordId)> {
    let mut by_name: HashMap<Vec<char>, Vec<&Line>> = HashMap::new();
    let mut by_number: HashMap<&str, &Line> = HashMap::new();
    let mut pairs = Vec::new();
    for line in view.roster.lines().iter().filter(|line| line.open) {
        let keys = view.roster.keys(line);
        let before = by_name.entry(keys.syllables.iter().map(|s| s.character).collect()).or_default();
        pairs.extend(before.iter().filter(|other| may_be_one(known(view, other), known(view, line))).map(|other| (other.id, line.id)));
        before.push(line);
        if !keys.id_number.is_empty()
            && let Some(other) = by_number.insert(keys.id_number, line)
        {
            pairs.push((other.id, line.id));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn file(view: &View<'_>, row: PersonRow) -> SameFile {
    SameFile { id: row.id, area_name: view.book.area_name(&row.area), name: row.name, birth: row.birth, opened: row.opened }
}

/// Somebody who knows them says that these are two.
pub fn say_two(work: &mut Work<'_>, a: RecordId, b: RecordId) -> Result<()> {
    let sql = "INSERT INTO two_persons (a, b, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    work.db.prepare_cached(sql)?.execute(params![a.min(b).bytes(), a.max(b).bytes(), work.now().0])?;
    work.touch(a);
    work.touch(b);
    Ok(())
}

fn are_two(view: &View<'_>, a: RecordId, b: RecordId) -> Result<bool> {
    let sql = "SELECT 1 FROM two_persons WHERE a = ?1 AND b = ?2";
    Ok(view.db.prepare_cached(sql)?.query_row(params![a.min(b).bytes(), a.max(b).bytes()], |_| Ok(())).optional()?.is_some())
}
