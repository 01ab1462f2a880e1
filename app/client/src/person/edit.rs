//! Writing a person's file: one change a section, nothing that did not change.
use crate::Result;
use crate::device::env::new_id;
use crate::person::{identity, same};
use crate::record::permission::{ask, caller_for};
use crate::store::intent::Intent;
use crate::store::{Tx, View};
use chrono::NaiveDate;
use domain::api::{Edit, own_programme};
use domain::area::Level;
use domain::fields::{self, FieldKind, Path};
use domain::lists::{self, List};
use domain::roles::{Action, Caller, Kind, Right, Section};
use domain::stays::stays;
use domain::{AreaCode, Category, Code, Failure, Programme, RecordId, Value};
use records::{FileData, Record};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Writes the fields that differ.
pub fn edit(tx: &mut Tx<'_>, id: RecordId, edits: &[Edit]) -> Result<()> {
    let mut record = tx.record(id)?;
    let view = tx.view();
    let caller = caller_for(&view, &view.person(id)?)?;
    for edit in edits {
        ask(&caller, Action::Amend, Kind::Person, edit.path.section)?;
    }
    let file = record.file();
    let mut edits = complete(&view, &file, &of_all_entries(&file, edits))?;
    decides_only_what_is_hers(&caller, &record, &edits)?;
    identity::check(&view, id, &file, &mut edits)?;
    if let Some(area) = new_area(&edits)? {
        covers(&caller, &area)?;
    }
    let mut by_section: BTreeMap<Section, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        by_section.entry(edit.path.section).or_default().push(edit);
    }
    let writer = tx.writer(id)?;
    let mut written = Vec::new();
    for edits in by_section.into_values() {
        for change in record.edit(&edits, &writer)? {
            written.push((change, Intent::Edit { edits: edits.clone() }));
        }
    }
    if written.is_empty() {
        return Ok(());
    }
    let area = record.area().ok_or(Code::Internal)?;
    tx.keep(&record, &area, &written, &writer)
}

/// Opens a file in one of the caller's villages. It belongs to the caller's programme, or to that of its first category. Where one here may
/// be the same person's, the caller has to say that it is `another`.
pub fn open_file(tx: &mut Tx<'_>, area: &AreaCode, edits: &[Edit], another: bool) -> Result<RecordId> {
    let view = tx.view();
    let caller = view.book.caller()?;
    ask(&caller, Action::Create, Kind::Person, Section::Meta)?;
    covers(&caller, area)?;
    let today = view.today();
    let mut edits = complete(&view, &FileData::default(), edits)?;
    set(&mut edits, Path::new(Section::Area, "code"), area.as_str().into());
    let charge = Path::new(Section::Charge, "staff");
    if caller.role.has(Right::Visit) && !edits.iter().any(|e| e.path == charge) {
        set(&mut edits, charge, caller.staff.as_str().into());
    }
    // Without a category no rule says when to visit, and nobody would.
    if !edits.iter().any(|e| e.path.section == Section::Categories && e.path.key == "code" && !e.value.is_empty()) {
        return Err(Failure::of(Code::Required, "categories.code").into());
    }
    let id = new_id(tx.env);
    identity::check(&view, id, &FileData::default(), &mut edits)?;
    let other = same_person(&view, area, &edits);
    if let Some(other) = other.filter(|_| !another) {
        return Err(Failure::of(Code::MaybeSame, other.to_string()).into());
    }
    let programme = programme(&caller, &edits)?;
    let writer = tx.writer(id)?;
    let (record, change) = Record::new_person(id, programme, today, &edits, &writer)?;
    tx.keep(&record, area, &[(change, Intent::NewPerson { programme, edits })], &writer)?;
    if let Some(other) = other {
        same::say_two(tx, id, other)?;
    }
    Ok(id)
}

/// A file here that may be the person's who is described so.
fn same_person(view: &View<'_>, area: &AreaCode, edits: &[Edit]) -> Option<RecordId> {
    let text = |key: &str| {
        let path = Path::new(Section::Identity, key);
        edits.iter().rev().find(|e| e.path == path).and_then(|e| e.value.text()).unwrap_or_default()
    };
    same::on_file(view, text("name"), text("id_number"), text("birth").parse().ok(), area)
}

/// Settling two values of risk, guardianship or status by writing a third is deciding, too, also of what goes along by itself. Told at the
/// field that can be seen.
fn decides_only_what_is_hers(caller: &Caller, record: &Record, edits: &[Edit]) -> Result<()> {
    let conflicts = record.conflicts();
    let open = |e: &&Edit| conflicts.iter().any(|c| c.path == e.path.to_string());
    match edits.iter().filter(open).find(|e| !caller.role.may_settle(e.path.section)) {
        Some(edit) => {
            let seen = List::of_grade(&edit.path).map_or_else(|| edit.path.clone(), |list| list.paths().0);
            Err(Failure::of(Code::NeedsSupervisor, seen.to_string()).into())
        }
        None => Ok(()),
    }
}

fn programme(caller: &Caller, edits: &[Edit]) -> Result<Programme> {
    let mut category = edits.iter().filter(|e| e.path.section == Section::Categories && e.path.key == "code");
    let theirs = category.find_map(|e| e.value.text()?.parse::<Category>().ok()?.programme());
    own_programme(caller.role).or(theirs).ok_or_else(|| Failure::of(Code::Required, "categories.code").into())
}

fn covers(caller: &Caller, area: &AreaCode) -> Result<()> {
    if area.level() != Level::Village {
        return Err(Failure::of(Code::BadValue, "area.code").into());
    }
    if caller.covers(area) { Ok(()) } else { Err(Failure::of(Code::NotAllowed, "area.code").into()) }
}

fn new_area(edits: &[Edit]) -> Result<Option<AreaCode>> {
    let path = Path::new(Section::Area, "code");
    let code = edits.iter().find(|e| e.path == path).and_then(|e| e.value.text());
    code.map(|c| c.parse().map_err(|_| Failure::of(Code::BadValue, "area.code").into())).transpose()
}

/// What is written of a category is written of all entries that are one stay in it, so that ending it ends it.
fn of_all_entries(file: &FileData, edits: &[Edit]) -> Vec<Edit> {
    let stays = stays(&file.categories);
    let entries = |path: &Path| -> Vec<Uuid> {
        let Some(entry) = path.entry.filter(|_| path.section == Section::Categories) else { return Vec::new() };
        stays.iter().find(|stay| stay.entries().any(|e| e == entry)).map(|stay| stay.entries().collect()).unwrap_or_default()
    };
    let all = |edit: &Edit| match entries(&edit.path).as_slice() {
        [] => vec![edit.clone()],
        ids => ids.iter().map(|id| Edit { path: Path::of_entry(Section::Categories, *id, &edit.path.key), value: edit.value.clone() }).collect(),
    };
    edits.iter().flat_map(all).collect()
}

/// The edits in stored form, with the days that go without saying: since when a risk or a category holds.
fn complete(view: &View<'_>, file: &FileData, edits: &[Edit]) -> Result<Vec<Edit>> {
    let (mut all, today): (Vec<Edit>, _) = (Vec::new(), view.today());
    for edit in edits {
        for Edit { path, value } in in_codes(view, file, edit)? {
            let value = fields::check(&path, &value)?;
            not_in_the_future(&path, &value, today)?;
            set(&mut all, path, value);
        }
    }
    let level = Path::new(Section::Risk, "level");
    let decided = all.iter().find(|e| e.path == level).is_some_and(|e| e.value.text() != file.text("risk.level"));
    if decided {
        default(&mut all, Path::new(Section::Risk, "since"), today);
    }
    let entries: BTreeSet<_> = all.iter().filter(|e| e.path.section == Section::Categories).filter_map(|e| e.path.entry).collect();
    for entry in entries.into_iter().filter(|e| !file.categories.iter().any(|old| old.id == *e)) {
        let code = Path::of_entry(Section::Categories, entry, "code");
        if !all.iter().any(|e| e.path == code) {
            return Err(Failure::of(Code::Required, "categories.code").into());
        }
        default(&mut all, Path::of_entry(Section::Categories, entry, "since"), today);
    }
    Ok(all)
}

/// A grade said in the county's words is the one that they count as, with the words beside it; one said by its code takes away words of
/// another. Words alone say nothing.
fn in_codes(view: &View<'_>, file: &FileData, edit: &Edit) -> Result<Vec<Edit>> {
    let Some(list) = List::of_grade(&edit.path) else { return Ok(vec![edit.clone()]) };
    let (grade, words) = list.paths();
    if edit.path == words {
        return Err(Failure::of(Code::UnknownField, words.to_string()).into());
    }
    let with = |path: Path, value: Value| Edit { path, value };
    let (said, on_file) = (edit.value.text().unwrap_or_default().trim(), file.fields.get(&words.to_string()));
    Ok(match view.book.policy().entry(list, said, view.today()) {
        Some(entry) => vec![with(grade, entry.counts_as.as_str().into()), with(words, entry.written().into())],
        None if on_file.is_some() && lists::words(said, on_file).is_none() => vec![edit.clone(), with(words, Value::Null)],
        None => vec![edit.clone()],
    })
}

fn not_in_the_future(path: &Path, value: &Value, today: NaiveDate) -> Result<()> {
    let past = path.field().is_some_and(|f| f.kind == FieldKind::Date) && path.key != "until";
    let later = value.text().and_then(|d| d.parse::<NaiveDate>().ok()).is_some_and(|d| d > today);
    if past && later { Err(Failure::of(Code::BadDate, path.to_string()).into()) } else { Ok(()) }
}

fn set(edits: &mut Vec<Edit>, path: Path, value: Value) {
    edits.retain(|e| e.path != path);
    edits.push(Edit { path, value });
}

fn default(edits: &mut Vec<Edit>, path: Path, today: NaiveDate) {
    if !edits.iter().any(|e| e.path == path) {
        set(edits, path, today.to_string().into());
    }
}
