//! A visit as lists show it.
use crate::Result;
use crate::record::person_item;
use crate::store::{View, changes, index};
use crate::visit::filled::is_visit_form;
use domain::api::VisitItem;
use domain::form::KIND;
use domain::visit::visit_state;
use domain::{RecordId, VisitRow};

/// The list's view of one visit, from the index alone.
pub fn item(view: &View<'_>, id: RecordId) -> Result<VisitItem> {
    of_row(view, view.visit(id)?)
}

/// The same of a row that was read already.
pub fn of_row(view: &View<'_>, row: VisitRow) -> Result<VisitItem> {
    let (pending, refused) = changes::standing(view.db, row.id)?;
    let state = visit_state(pending, refused, &row.heads, &index::reviews_of(view.db, row.id)?);
    let form = view.book.forms.find(&row.form);
    let kind = form.and_then(|f| f.question(KIND)).and_then(|q| q.option(&row.kind));
    Ok(VisitItem {
        id: row.id,
        person: row.person,
        name: person_item::name(view, row.person)?,
        title: form.filter(|form| !is_visit_form(view, form)).map(|form| form.title().clone()),
        kind_label: kind.map_or_else(|| row.kind.clone(), |option| option.label.zh.clone()),
        note: forms::line(form.map(|form| &**form), &row, "zh-CN"),
        kind: row.kind,
        at: row.at,
        day: row.at.day(),
        by: view.book.staff_name(&row.by),
        mine: view.book.me().is_ok_and(|me| me.id == row.by),
        state,
        form: row.form,
    })
}
