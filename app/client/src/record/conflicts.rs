//! Fields that two people wrote while neither knew of the other: both values stay until a person decides.
use crate::Result;
use crate::record::{person_item, words};
use crate::store::intent::Intent;
use crate::store::{Tx, View, id_at};
use domain::api::{Conflict, Version};
use domain::fields::Path;
use domain::form::{UNASKED, unasked_words};
use domain::roles::{Action, Kind, Section};
use domain::{Code, DeviceId, Failure, RecordId, Value, lists};
use records::{FieldConflict, Question, Record, Written, questions};

/// All of them, in files and visits.
pub fn all(view: &View<'_>) -> Result<Vec<Conflict>> {
    let sql = "SELECT id FROM persons WHERE conflicts > 0 UNION ALL SELECT id FROM items WHERE conflicts > 0";
    let mut statement = view.db.prepare_cached(sql)?;
    let found = statement.query_map([], |r| id_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut all = Vec::new();
    for id in found {
        all.extend(of_record(view, &view.record(id)?)?);
    }
    Ok(all)
}

/// Those of one record.
pub fn of_record(view: &View<'_>, record: &Record) -> Result<Vec<Conflict>> {
    let conflicts = record.conflicts();
    if conflicts.is_empty() {
        return Ok(Vec::new());
    }
    let name = match record.area().filter(|_| record.kind() != Kind::Person) {
        Some(area) => view.book.area_name(&area),
        None => person_item::name(view, record.person())?,
    };
    let (form, answers) =
        (view.book.form_of(record), record.visit().map(|visit| visit.answers).or_else(|| Some(record.matter()?.answers)).unwrap_or_default());
    let answer = |c: &FieldConflict, value: &Value| {
        let question = c.path.strip_prefix("answers.")?;
        match (form?.question_in(question, &answers), question.strip_prefix(UNASKED)) {
            (Some(question), _) => Some(question.words(value)),
            (None, Some(_)) => Some(value.text().map(unasked_words).unwrap_or_default()),
            (None, None) => None,
        }
    };
    let shown = |c: &FieldConflict, value: &Value| match (answer(c, value), c.path.parse::<Path>()) {
        (Some(words), _) => words.zh,
        (None, Ok(path)) if path.section != Section::Answers => words::show(view, &path, value),
        _ => words::raw(value),
    };
    let version = |c: &FieldConflict, w: &Written, county: Option<&Written>| Version {
        value: c.path.parse().map_or_else(|_| w.value.clone(), |path| words::masked(&path, &w.value)),
        shown: county.and_then(|said| lists::words(w.value.text()?, Some(&said.value))).map_or_else(|| shown(c, &w.value), str::to_owned),
        words: answer(c, &w.value),
        by: w.by.as_ref().map(|by| view.book.staff_name(by)).unwrap_or_default(),
        device: w.device.clone(),
        at: w.at,
        mine: w.device == mark(&view.book.device) && w.by.as_ref().is_some_and(|by| view.book.is_me(by)),
    };
    let conflict = |Question { conflict: c, words }: Question<'_>| Conflict {
        record: record.id(),
        person: record.person(),
        name: name.clone(),
        label: words::question_label(form, &c.path),
        path: c.path.clone(),
        values: (0..).zip(&c.values).map(|(n, w)| version(c, w, county_words(words.as_ref(), n))).collect(),
        may_settle: may_settle(view, record, c).is_ok(),
    };
    Ok(questions(&conflicts).into_iter().map(conflict).collect())
}

fn county_words<'c>(words: Option<&(&FieldConflict, Vec<&'c Written>)>, value: usize) -> Option<&'c Written> {
    words.and_then(|(_, each)| each.get(value)).copied()
}

/// Four characters by which people tell devices apart, as [`Written::device`] has them.
fn mark(device: &DeviceId) -> String {
    device.bytes().iter().skip(14).map(|b| format!("{b:02x}")).collect()
}

fn may_settle(view: &View<'_>, record: &Record, conflict: &FieldConflict) -> Result<()> {
    let caller = crate::record::permission::caller_of(view, record)?;
    if !caller.role.may_settle(conflict.section) {
        return Err(Failure::of(Code::NeedsSupervisor, &conflict.path).into());
    }
    crate::record::permission::ask(&caller, Action::Amend, record.kind(), conflict.section)
}

/// Chooses one of the values for everyone.
pub fn resolve(tx: &mut Tx<'_>, id: RecordId, path: &str, take: usize) -> Result<()> {
    let mut record = tx.record(id)?;
    let conflicts = record.conflicts();
    let asked = questions(&conflicts).into_iter().find(|q| q.conflict.path == path).ok_or_else(|| Failure::of(Code::NotFound, path))?;
    may_settle(&tx.view(), &record, asked.conflict)?;
    let chosen = asked.conflict.values.get(take).ok_or_else(|| Failure::of(Code::BadValue, path))?;
    let words = asked.words.as_ref().and_then(|(c, each)| Some((c.path.as_str(), &each.get(take)?.value)));
    let writer = tx.writer(id)?;
    let mut settled = Vec::new();
    for (path, value) in std::iter::once((path, &chosen.value)).chain(words) {
        let change = record.settle(path, value, &writer)?.ok_or(Code::Changed)?;
        settled.push((change, Intent::Settle { path: path.to_owned(), value: value.clone() }));
    }
    let area = record.area().map_or_else(|| tx.area_of(id), Ok)?;
    tx.keep(&record, &area, &settled, &writer)
}
