//! One file as shown.
use crate::draft::fill;
use crate::person::same;
use crate::record::permission::{caller_for, may_amend, visits};
use crate::record::person_item::visit_count;
use crate::record::{access, conflicts, permission, person_item, words};
use crate::store::{Tx, View, meta};
use crate::visit::filled;
use crate::{Result, matter};
use domain::api::{PersonFile, own_programme};
use domain::audit::Act;
use domain::fields::Path;
use domain::sync::Cursor;
use domain::{Code, Failure, PersonRow, RecordId, StaffId, Value, stays};
use forms::Purpose;
use std::collections::{BTreeMap, BTreeSet};

/// Newest visits shown with the file; the rest is asked for.
const VISITS: usize = 20;

/// The file: what the list shows of it, its fields, its newest visits, and what the caller may do.
pub fn show(view: &View<'_>, id: RecordId) -> Result<PersonFile> {
    let row = view.person(id)?;
    let record = view.record(id)?;
    let file = record.file();
    let caller = caller_for(view, &row).ok();
    let programme = caller.as_ref().and_then(|c| own_programme(c.role)).filter(|p| caller.as_ref().is_some_and(|c| visits(c, *p)));
    let older = has_older(view, &row)?;
    let forms = filled::beside(view, &row, caller.as_ref())?;
    Ok(PersonFile {
        item: person_item::item(view, id)?,
        same: same::of(view, &row)?,
        staff: staff(view, &file.fields),
        fields: file.fields.into_iter().map(mask).collect(),
        household: file.household,
        categories: stays::shown(&file.categories),
        phones: row.phones,
        conflicts: conflicts::of_record(view, &record)?,
        visits: crate::visit::visits::list(view, Some(id), VISITS)?,
        visit_count: usize::try_from(visit_count(view, id)?).unwrap_or(usize::MAX),
        may_amend: caller.as_ref().map(may_amend).unwrap_or_default(),
        older,
        forms,
        matters: matter::list::of_person(view, id)?,
        drafts: fill::list(view, Some(id))?,
        visit_form: programme.and_then(|p| view.book.forms.current_for(p, Purpose::Visit)).map(|form| form.name()),
    })
}

/// Whether the file is older than what this device holds of visits, and they were not fetched yet.
fn has_older(view: &View<'_>, row: &PersonRow) -> Result<bool> {
    let since = meta::get::<Cursor>(view.db, meta::CURSOR)?.and_then(|cursor| cursor.since);
    let fetched: BTreeSet<RecordId> = meta::get(view.db, meta::OLDER)?.unwrap_or_default();
    Ok(since.is_some_and(|since| row.opened < since.day()) && !fetched.contains(&row.id))
}

fn mask((name, value): (String, Value)) -> (String, Value) {
    let shown = name.parse::<Path>().map_or_else(|_| value.clone(), |path| words::masked(&path, &value));
    (name, shown)
}

fn staff(view: &View<'_>, fields: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let charge: Option<StaffId> = fields.get("charge.staff").and_then(Value::text).and_then(|s| s.parse().ok());
    charge.iter().map(|id| (id.to_string(), view.book.staff_name(id))).collect()
}

/// The whole ID number, for those whose business the file is. It is put down who asked.
pub fn reveal(tx: &mut Tx<'_>, id: RecordId) -> Result<String> {
    let view = tx.view();
    let row = view.person(id)?;
    permission::caller_for(&view, &row)?;
    access::guard(&view, &row)?;
    let number = row.id_number.ok_or_else(|| Failure::of(Code::NotFound, "identity.id_number"))?;
    access::put_down(tx, id, Act::IdNumber, None)?;
    Ok(number)
}
