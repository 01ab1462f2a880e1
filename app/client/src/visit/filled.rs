//! Forms beside the visit form of a programme: assessments, and what the county asks. What each came to stands in the visit's row.
use crate::Result;
use crate::draft::start::own_form;
use crate::record::permission::visits;
use crate::store::{View, id_at, index};
use domain::api::{FilledForm, FormItem};
use domain::form::{LEVEL, Label, SCORE};
use domain::roles::Caller;
use domain::{PersonRow, RecordId, Value, VisitRow};
use forms::{Form, Forms, Purpose, form_id};
use rusqlite::params;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A form's title; its name where its words are not here.
pub fn title(view: &View<'_>, name: &str) -> Label {
    view.book.forms.find(name).map_or_else(|| Label::same(name), |form| form.title().clone())
}

/// What was filled in of a person by a form, newest first.
pub fn of(view: &View<'_>, person: RecordId, form: &str) -> Result<Vec<FilledForm>> {
    let sql = "SELECT v.id FROM visits v JOIN facts f ON f.record = v.id AND f.name = 'form' AND substr(f.value, 1, length(?2)) = ?2
               WHERE v.person = ?1 ORDER BY v.at DESC, v.id DESC";
    let mut statement = view.db.prepare_cached(sql)?;
    let ids = statement.query_map(params![person.bytes(), format!("{form}@")], |r| id_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    ids.into_iter().map(|id| Ok(filled(view, &index::visit(view.db, id)?))).collect()
}

fn filled(view: &View<'_>, visit: &VisitRow) -> FilledForm {
    let level = visit.said.get(LEVEL).and_then(Value::text);
    let words = |level: &str| {
        let option = view.book.forms.find(&visit.form).and_then(|form| form.question(LEVEL)?.option(level).cloned());
        option.map_or_else(|| Label::same(level), |option| option.label)
    };
    FilledForm { visit: visit.id, day: visit.at.day(), score: visit.said.get(SCORE).and_then(Value::number), level: level.map(words) }
}

fn item(form: &Form) -> FormItem {
    FormItem { id: form.id.clone(), title: form.title().clone(), assessment: form.purpose == Purpose::Assessment, offered: true, last: None }
}

/// Forms that ship and were written as workbooks, by their whole names.
pub fn shipped(view: &View<'_>) -> Vec<FormItem> {
    let written = view.book.forms.all().filter(|form| form.matter.is_none() && Forms::rows_of(&form.name()).is_some());
    written.map(|form| FormItem { id: form.name(), ..item(form) }).collect()
}

/// Those that the caller may fill in of this person or that were filled in, assessments last; without the visit form of her programme.
pub fn beside(view: &View<'_>, person: &PersonRow, caller: Option<&Caller>) -> Result<Vec<FormItem>> {
    let own = own_form(view).map(|form| form.id.clone()).unwrap_or_default();
    let mut items: BTreeMap<String, FormItem> = BTreeMap::new();
    let programmes = person.programmes.iter().filter(|programme| caller.is_some_and(|caller| visits(caller, **programme)));
    for programme in programmes {
        for form in view.book.forms.newest_for(*programme).filter(|form| form.id != own) {
            items.insert(form.id.clone(), item(form));
        }
    }
    let sql = "SELECT DISTINCT f.value FROM visits v JOIN facts f ON f.record = v.id AND f.name = 'form' WHERE v.person = ?1";
    let mut statement = view.db.prepare_cached(sql)?;
    let names = statement.query_map([person.id.bytes()], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        let known = view.book.forms.named(form_id(&name));
        // The visit form of another programme is a visit like others.
        if known.is_none_or(|form| is_visit_form(view, form)) {
            continue;
        }
        let id = form_id(&name).to_owned();
        let last = of(view, person.id, &id)?.into_iter().next();
        let item = known.map(|form| FormItem { offered: false, ..item(form) });
        if let Some(item) = item {
            items.entry(id).or_insert(item).last = last;
        }
    }
    let mut items: Vec<FormItem> = items.into_values().collect();
    items.sort_by_key(|item| item.assessment);
    Ok(items)
}

/// Whether a form is the one that a programme's visits are written by.
pub fn is_visit_form(view: &View<'_>, form: &Arc<Form>) -> bool {
    view.book.forms.current_for(form.programme, Purpose::Visit).is_some_and(|own| own.id == form.id)
}
