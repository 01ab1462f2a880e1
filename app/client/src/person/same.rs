//! Whether two files are of one person. Nobody but people can say so: before a second file is opened they are asked, afterwards told, and
//! their answer is kept. It is never a wall, and never a second file in silence.
use crate::Result;
use crate::names::spelling::fold;
use crate::record::person_item::visit_count;
use crate::store::person_cache::CachedPerson;
use crate::store::{Tx, View};
use chrono::{NaiveDate, NaiveTime};
use domain::api::{SameFile, SamePair};
use domain::person::FileStatus;
use domain::{AreaCode, PersonRow, RecordId, Timestamp};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

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

fn known<'a>(view: &View<'a>, line: &'a CachedPerson) -> Known<'a> {
    Known { id_number: view.person_cache.keys(line).id_number, birth: line.birth, area: &line.area }
}

/// A file here that may be this person's already.
pub fn on_file(view: &View<'_>, name: &str, id_number: &str, birth: Option<NaiveDate>, area: &AreaCode) -> Option<RecordId> {
    let name: Vec<char> = fold(name).chars().collect();
    let known_of = Known { id_number, birth, area };
    view.person_cache.lines().iter().find(|line| has_name(view, line, &name) && may_be_one(known(view, line), known_of)).map(|line| line.id)
}

fn has_name(view: &View<'_>, line: &CachedPerson, name: &[char]) -> bool {
    let syllables = view.person_cache.keys(line).syllables;
    syllables.len() == name.len() && syllables.iter().zip(name).all(|(syllable, c)| syllable.character == *c)
}

/// Open files here that may be of one person and were not said to be of two, the later one first; [`MOST`] of them.
pub fn pairs(view: &View<'_>) -> Result<Vec<SamePair>> {
    let pair = |(a, b)| {
        let (a, b) = (view.person(a)?, view.person(b)?);
        let (later, earlier) = if (a.opened, a.id) >= (b.opened, b.id) { (a, b) } else { (b, a) };
        let number = later.id_number.is_some() && later.id_number == earlier.id_number;
        let at = Timestamp::from_local(later.opened, NaiveTime::MIN);
        Ok(SamePair { number, at, file: file(view, later)?, other: file(view, earlier)? })
    };
    ids(view)?.into_iter().map(pair).collect()
}

/// The same by their records alone, each pair in one order. Asks the index for no more than [`MOST`]: the number of messages is asked all
/// the time.
pub fn ids(view: &View<'_>) -> Result<Vec<(RecordId, RecordId)>> {
    let mut open = Vec::new();
    for (a, b) in alike(view) {
        if open.len() == MOST {
            break;
        }
        if !are_two(view, a, b)? {
            open.push((a, b));
        }
    }
    Ok(open)
}

/// The other open files that may be this person's.
pub fn of(view: &View<'_>, row: &PersonRow) -> Result<Vec<SameFile>> {
    let name: Vec<char> = fold(&row.name).chars().collect();
    let id_number = row.id_number.as_deref().unwrap_or_default();
    let hers = Known { id_number, birth: row.birth, area: &row.area };
    let same_number = |line: &CachedPerson| !id_number.is_empty() && view.person_cache.keys(line).id_number.eq_ignore_ascii_case(id_number);
    let fits = |line: &&CachedPerson| same_number(line) || (has_name(view, line, &name) && may_be_one(known(view, line), hers));
    let mut found = Vec::new();
    for line in view.person_cache.lines().iter().filter(|line| row.status == FileStatus::Open && line.open && line.id != row.id).filter(fits) {
        if found.len() < SHOWN && !are_two(view, row.id, line.id)? {
            found.push(file(view, view.person(line.id)?)?);
        }
    }
    Ok(found)
}

/// Most pairs that are told at once: a list that names everybody alike has more of them than anybody would go through.
const MOST: usize = 100;
/// Most files shown beside one.
const SHOWN: usize = 5;
/// With so many earlier ones of her name each is compared.
const COMPARED: usize = 50;

/// Pairs of open files with one ID number, or one name and nothing that tells them apart: each with the nearest before it, so that a
/// hundred alike are a hundred pairs.
fn alike(view: &View<'_>) -> BTreeSet<(RecordId, RecordId)> {
    let mut by_name: HashMap<Vec<char>, Vec<&CachedPerson>> = HashMap::new();
    let mut by_number: HashMap<&str, &CachedPerson> = HashMap::new();
    let mut pairs = BTreeSet::new();
    let mut pair = |a: &CachedPerson, b: &CachedPerson| pairs.insert((a.id.min(b.id), a.id.max(b.id)));
    for line in view.person_cache.lines().iter().filter(|line| line.open) {
        let keys = view.person_cache.keys(line);
        let before = by_name.entry(keys.syllables.iter().map(|s| s.character).collect()).or_default();
        if let Some(other) = before.iter().rev().take(COMPARED).find(|other| may_be_one(known(view, other), known(view, line))) {
            pair(other, line);
        }
        before.push(line);
        if !keys.id_number.is_empty()
            && let Some(other) = by_number.insert(keys.id_number, line)
        {
            pair(other, line);
        }
    }
    pairs
}

fn file(view: &View<'_>, row: PersonRow) -> Result<SameFile> {
    let (area_name, visits) = (view.book.area_name(&row.area), visit_count(view, row.id)?);
    Ok(SameFile { id: row.id, area_name, name: row.name, birth: row.birth, address: row.address, opened: row.opened, visits })
}

/// Somebody who knows them says that these are two.
pub fn say_two(tx: &mut Tx<'_>, a: RecordId, b: RecordId) -> Result<()> {
    let sql = "INSERT INTO two_persons (a, b, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    tx.db.prepare_cached(sql)?.execute(params![a.min(b).bytes(), a.max(b).bytes(), tx.now().0])?;
    tx.touch(a);
    tx.touch(b);
    Ok(())
}

fn are_two(view: &View<'_>, a: RecordId, b: RecordId) -> Result<bool> {
    let sql = "SELECT 1 FROM two_persons WHERE a = ?1 AND b = ?2";
    Ok(view.db.prepare_cached(sql)?.query_row(params![a.min(b).bytes(), a.max(b).bytes()], |_| Ok(())).optional()?.is_some())
}
