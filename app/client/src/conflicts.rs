//! Fields that two people wrote while neither knew of the other: both values stay until a person decides.
use crate::store::intent::Intent;
use crate::store::{View, Work, id_at};
use crate::{Result, person_item, words};
use domain::api::{Conflict, Version};
use domain::fields::Path;
use domain::form;
use domain::lists::{self, List};
use domain::roles::Action;
use domain::{Code, DeviceId, Failure, RecordId, Value};
use records::{FieldConflict, Record, Written};

/// All of them, in files and visits.
pub fn all(view: &View<'_>) -> Result<Vec<Conflict>> {
    let sql = "SELECT id FROM persons WHERE conflicts > 0 UNION ALL SELECT id FROM visits WHERE conflicts > 0";
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
    let name = person_item::name(view, record.person())?;
    let form = record.visit().and_then(|v| form::find(&v.form));
    let shown = |c: &FieldConflict, value: &Value| match (c.path.parse::<Path>(), form, c.path.strip_prefix("answers.")) {
        (_, Some(form), Some(question)) => form.question(question).map_or_else(|| words::raw(value), |q| form.show(q, value, "zh-CN")),
        (Ok(path), ..) => words::show(view, &path, value),
        _ => words::raw(value),
    };
    let said = |c: &FieldConflict, w: &Written| {
        let beside = beside(&conflicts, c, w);
        beside.and_then(|(_, words)| lists::words(w.value.text()?, Some(&words.value))).map_or_else(|| shown(c, &w.value), str::to_owned)
    };
    let version = |c: &FieldConflict, w: &Written| Version {
        value: c.path.parse().map_or_else(|_| w.value.clone(), |path| words::masked(&path, &w.value)),
        shown: said(c, w),
        by: w.by.as_ref().map(|by| view.book.staff_name(by)).unwrap_or_default(),
        device: w.device.clone(),
        at: w.at,
        mine: w.device == mark(&view.book.device) && w.by.as_ref().is_some_and(|by| view.book.is_me(by)),
    };
    let conflict = |c: &FieldConflict| Conflict {
        record: record.id(),
        person: record.person(),
        name: name.clone(),
        path: c.path.clone(),
        values: c.values.iter().map(|w| version(c, w)).collect(),
        may_settle: may_settle(view, record, c).is_ok(),
    };
    let of_a_grade = |c: &&FieldConflict| {
        conflicts.iter().any(|grade| grade.values.iter().any(|w| beside(&conflicts, grade, w).is_some_and(|(words, _)| words == *c)))
    };
    Ok(conflicts.iter().filter(|c| !of_a_grade(c)).map(conflict).collect())
}

/// The county's words that were put beside a grade, where both are in question: they are one thing, and one question. Whose grade it is
/// first, then of that grade.
fn beside<'c>(conflicts: &'c [FieldConflict], grade: &FieldConflict, said: &Written) -> Option<(&'c FieldConflict, &'c Written)> {
    let path: Path = grade.path.parse().ok()?;
    let (_, words) = List::of_grade(&path)?.paths();
    let conflict = conflicts.iter().find(|c| path != words && c.path == words.to_string())?;
    let hers = conflict.values.iter().find(|w| (&w.by, &w.device, w.at) == (&said.by, &said.device, said.at));
    let of_it = || conflict.values.iter().find(|w| lists::words(said.value.text().unwrap_or_default(), Some(&w.value)).is_some());
    hers.or_else(of_it).or(conflict.values.first()).map(|w| (conflict, w))
}

/// Four characters by which people tell devices apart, as [`Written::device`] has them.
fn mark(device: &DeviceId) -> String {
    device.bytes().iter().skip(14).map(|b| format!("{b:02x}")).collect()
}

fn may_settle(view: &View<'_>, record: &Record, conflict: &FieldConflict) -> Result<()> {
    let caller = crate::permission::caller_for(view, &view.person(record.person())?)?;
    if !caller.role.may_settle(conflict.section) {
        return Err(Failure::of(Code::NeedsSupervisor, &conflict.path).into());
    }
    crate::permission::ask(&caller, Action::Amend, record.kind(), conflict.section)
}

/// Chooses one of the values for everyone.
pub fn resolve(work: &mut Work<'_>, id: RecordId, path: &str, take: usize) -> Result<()> {
    let mut record = work.record(id)?;
    let conflicts = record.conflicts();
    let conflict = conflicts.iter().find(|c| c.path == path).ok_or_else(|| Failure::of(Code::NotFound, path))?;
    may_settle(&work.view(), &record, conflict)?;
    let chosen = conflict.values.get(take).ok_or_else(|| Failure::of(Code::BadValue, path))?;
    let words = beside(&conflicts, conflict, chosen);
    let pen = work.pen(id)?;
    let mut settled = Vec::new();
    for (path, value) in [Some((path, &chosen.value)), words.map(|(words, said)| (words.path.as_str(), &said.value))].into_iter().flatten() {
        let change = record.settle(path, value, &pen)?.ok_or(Code::Changed)?;
        settled.push((change, Intent::Settle { path: path.to_owned(), value: value.clone() }));
    }
    let area = record.area().map_or_else(|| work.area_of(id), Ok)?;
    work.keep(&record, &area, &settled, &pen)
}
