//! Matters in lists: the types there are, and which matters are open, near, or the caller's own.
use super::write;
use crate::Result;
use crate::record::person_item;
use crate::store::{View, changes, id_at, terms};
use chrono::Days;
use domain::api::{MatterItem, MatterQuery, MatterTypeItem, StageItem};
use domain::form::{Label, first_words};
use domain::matter::{Deadline, MatterType, Stage};
use domain::roles::Kind;
use domain::{AreaCode, Code, MatterRow, RecordId, Timestamp, Value, VisitRow};
use forms::{Form, form_id};
use rusqlite::types::Value as Cell;
use rusqlite::{OptionalExtension, params_from_iter};
use std::collections::BTreeMap;

/// Matters listed when the caller names no number.
const PAGE: usize = 300;

/// The types of matter that there are, those that must not wait first; whether the caller may begin one, of a person or anywhere.
pub(crate) fn types(view: &View<'_>, person: Option<RecordId>) -> Result<Vec<MatterTypeItem>> {
    let caller = view.book.caller()?;
    let anywhere = |matter: &MatterType| {
        matter.may_open(&caller) && (matter.programmes.is_empty() || caller.role.programmes().iter().any(|p| matter.programmes.contains(p)))
    };
    let item = |(form, matter): (&std::sync::Arc<Form>, &MatterType)| MatterTypeItem {
        id: form.id.clone(),
        form: form.name(),
        title: form.title().clone(),
        of_person: matter.kind(true).is_some(),
        of_area: matter.kind(false).is_some(),
        confidential: matter.confidential,
        urgent: matter.urgent,
        may_open: person.map_or_else(|| anywhere(matter), |person| write::may_begin(view, form, Some(person), None).is_ok()),
        stages: matter.stages.iter().map(stage).collect(),
    };
    let mut types: Vec<MatterTypeItem> = view.book.forms.matter_types().map(item).collect();
    let used = used(view)?;
    types.sort_by_key(|item| (!item.urgent, std::cmp::Reverse(used.get(&item.id).copied().unwrap_or_default())));
    Ok(types)
}

pub(crate) fn stage(stage: &Stage) -> StageItem {
    let action = if stage.action.zh.is_empty() { stage.label.clone() } else { stage.action.clone() };
    StageItem { id: stage.id.clone(), label: stage.label.clone(), action, end: stage.end, fill: stage.fill.clone() }
}

/// How often the caller began one of each type: what she does every week stands before the rest.
fn used(view: &View<'_>) -> Result<BTreeMap<String, u32>> {
    let sql = format!("SELECT sort, count(*) FROM items WHERE by = ?1 AND kind IN ({}) GROUP BY sort", Kind::listed(&matters()));
    let mut statement = view.db.prepare_cached(&sql)?;
    let found = statement.query_map([view.book.me()?.id.as_str()], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What the answers of a visit call for: types that these alarms propose, that the caller may begin, and of which none comes from the visit yet.
pub(crate) fn proposals(view: &View<'_>, visit: &VisitRow, alarms: &[&str]) -> Result<Vec<MatterTypeItem>> {
    let called = |question: &&str| format!("{}.{question}", form_id(&visit.form));
    let called: Vec<String> = alarms.iter().map(called).collect();
    let wanted = view.book.forms.matter_types().filter(|(_, matter)| matter.after.iter().any(|after| called.contains(after)));
    let wanted: Vec<&str> = wanted.map(|(form, _)| form.id.as_str()).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT i.sort FROM items i JOIN facts f ON f.record = i.id AND f.name = 'links' AND f.value = ?1";
    let mut statement = view.db.prepare_cached(sql)?;
    let begun = statement.query_map([visit.id.to_string()], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let types = types(view, Some(visit.person))?;
    Ok(types.into_iter().filter(|item| item.may_open && wanted.contains(&item.id.as_str()) && !begun.contains(&item.id)).collect())
}

/// Everything that is done about a person, the newest first.
pub(crate) fn of_person(view: &View<'_>, person: RecordId) -> Result<Vec<MatterItem>> {
    let mut items = list(view, &MatterQuery { person: Some(person), ..MatterQuery::default() })?;
    items.sort_by_key(|item| std::cmp::Reverse((item.at, item.id)));
    Ok(items)
}

/// How many matters did not end.
pub(crate) fn count_open(view: &View<'_>) -> Result<u64> {
    changes::count(view.db, &format!("SELECT count(*) FROM items WHERE open = 1 AND kind IN ({})", Kind::listed(&matters())))
}

/// How many are due today or were before.
pub(crate) fn count_due(view: &View<'_>) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM items WHERE due <= '{}' AND kind IN ({})", view.today(), Kind::listed(&matters()));
    changes::count(view.db, &sql)
}

/// Matters that did not end and whose day, or hour, is over.
pub(crate) fn overdue(view: &View<'_>) -> Result<Vec<(RecordId, Deadline)>> {
    let sql = format!("SELECT id, due, due_at FROM items WHERE due <= ?1 AND open = 1 AND kind IN ({}) ORDER BY due, id", Kind::listed(&matters()));
    let mut statement = view.db.prepare_cached(&sql)?;
    let rows = statement.query_map([view.today().to_string()], |r| Ok((id_at(r, 0)?, r.get::<_, String>(1)?, r.get::<_, Option<i64>>(2)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let read = |(id, day, at): (RecordId, String, Option<i64>)| Some((id, Deadline { day: day.parse().ok()?, at: at.map(Timestamp) }));
    Ok(rows.into_iter().filter_map(read).filter(|(_, due)| due.is_over(view.now)).collect())
}

/// How many did not end, by area.
pub(crate) fn open_by_area(view: &View<'_>) -> Result<Vec<(AreaCode, u32)>> {
    let kinds = Kind::listed(&matters());
    let sql = format!("SELECT r.area, count(*) FROM items i JOIN records r ON r.id = i.id WHERE i.open = 1 AND i.kind IN ({kinds}) GROUP BY r.area");
    let mut statement = view.db.prepare_cached(&sql)?;
    let found = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get(1)?)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().filter_map(|(area, count)| Some((area.parse().ok()?, count))).collect())
}

fn matters() -> Vec<Kind> {
    Kind::ALL.iter().copied().filter(|kind| kind.is_matter()).collect()
}

/// Matters: those with a day first, the most urgent first; then the newest.
pub(crate) fn list(view: &View<'_>, query: &MatterQuery) -> Result<Vec<MatterItem>> {
    let mut sql = format!("SELECT i.id FROM items i WHERE i.kind IN ({})", Kind::listed(&matters()));
    let mut values: Vec<Cell> = Vec::new();
    let mut and = |condition: &str, value: Cell| {
        values.push(value);
        sql.push_str(&condition.replace("?", &format!("?{}", values.len())));
    };
    if let Some(kind) = &query.kind {
        and(" AND i.sort = ?", kind.clone().into());
    }
    if let Some(person) = query.person {
        let named = " AND (i.person = ? OR EXISTS (SELECT 1 FROM facts f WHERE f.record = i.id AND f.name = 'links' AND f.value = ";
        and(named, person.bytes().to_vec().into());
        and("?))", person.to_string().into());
    }
    if query.open {
        and(" AND i.open = ?", 1.into());
    }
    if query.due {
        let soon = view.today().checked_add_days(Days::new(view.book.policy().due.soon_days.into())).unwrap_or(view.today());
        and(" AND i.due <= ?", soon.to_string().into());
    }
    if query.mine {
        let me = view.book.me()?.id.as_str().to_owned();
        and(" AND (i.by = ? OR EXISTS (SELECT 1 FROM facts f WHERE f.record = i.id AND f.name = 'charge' AND f.value = ", me.clone().into());
        and("?))", me.into());
    }
    let limit = if query.limit == 0 { PAGE } else { query.limit };
    and(" ORDER BY i.due IS NULL, i.due, i.due_at, i.at DESC, i.id LIMIT ?", i64::try_from(limit).unwrap_or(i64::MAX).into());
    let mut statement = view.db.prepare_cached(&sql)?;
    let ids = statement.query_map(params_from_iter(values), |r| id_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    ids.into_iter().map(|id| item(view, id)).collect()
}

/// The list's view of one matter.
pub(crate) fn item(view: &View<'_>, id: RecordId) -> Result<MatterItem> {
    let row = terms::row(view.db, id)?.ok_or(Code::NotFound)?;
    let (area, due, due_at): (String, Option<String>, Option<i64>) = view
        .db
        .prepare_cached("SELECT r.area, i.due, i.due_at FROM items i JOIN records r ON r.id = i.id WHERE i.id = ?1")?
        .query_row([id.bytes()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?
        .ok_or(Code::NotFound)?;
    let area: AreaCode = area.parse().map_err(|_| crate::Trouble::Unreadable)?;
    let due = due.and_then(|day| Some(Deadline { day: day.parse().ok()?, at: due_at.map(Timestamp) }));
    let form = view.book.forms.find(&row.form);
    let matter = form.and_then(|form| form.matter.as_ref());
    let here = matter.and_then(|matter| matter.stage(&row.stage));
    let person = (!row.kind.stands_alone()).then_some(row.person);
    let raw = |text: &str| Label::same(text.to_owned());
    let (pending, refused) = changes::standing(view.db, id)?;
    let me = view.book.me().ok();
    let is_me = |staff: &domain::StaffId| me.is_some_and(|me| me.id == *staff);
    Ok(MatterItem {
        id,
        kind: form_id(&row.form).to_owned(),
        title: form.map_or_else(|| raw(&row.form), |form| form.title().clone()),
        known: matter.is_some(),
        person,
        name: person.map_or_else(|| Ok(view.book.area_name(&area)), |person| person_item::name(view, person))?,
        area,
        stage: here.map_or_else(|| row.stage.clone(), |stage| stage.id.clone()),
        stage_label: here.map_or_else(|| raw(&row.stage), |stage| stage.label.clone()),
        open: row.open,
        disputed: row.disputed,
        overdue: due.is_some_and(|due| due.is_over(view.now)),
        due,
        line: line(form.map(|form| &**form), &row),
        at: row.at,
        by: view.book.staff_name(&row.by),
        mine: is_me(&row.by) || row.charge.as_ref().is_some_and(is_me),
        charge: row.charge.as_ref().map(|staff| view.book.staff_name(staff)),
        uploaded: !pending && !refused,
        form: row.form,
    })
}

/// What tells a matter apart in a list, in Chinese.
pub(crate) fn line(form: Option<&Form>, row: &MatterRow) -> String {
    let said = |question: &&str| {
        let value = row.said.get(*question).filter(|value| !value.is_empty())?;
        let shown = form.and_then(|form| form.question(question)).map(|asked| asked.show(value, "zh-CN"));
        Some(shown.unwrap_or_else(|| plain(value)))
    };
    first_words(&MatterRow::SAID.iter().filter_map(said).collect::<Vec<_>>().join(" · "))
}

fn plain(value: &Value) -> String {
    value.text().map(str::to_owned).or_else(|| value.number().map(|n| n.to_string())).unwrap_or_default()
}
