//! Beginning: a visit, a correction, a matter, a step of one. What was begun and not finished is gone on with.
use super::fill::{shown, too_much};
use super::row::{DraftRow, Of, insert, unfinished};
use crate::Result;
use crate::device::env::{new_uuid, random};
use crate::matter;
use crate::record::{access, permission};
use crate::store::{Tx, View, index};
use crate::visit::visits;
use domain::api::{Draft, StartMatter, own_programme};
use domain::form::Answers;
use domain::{Code, RecordId, StaffId};
use forms::sheet::instance::Around;
use forms::{Form, Purpose, form_id};
use std::sync::Arc;

/// Begins a visit, or goes on with the unfinished one.
pub(crate) fn visit(tx: &mut Tx<'_>, person: RecordId, form: Option<&str>, correct: Option<RecordId>) -> Result<Draft> {
    let view = tx.view();
    // Any version of the form: one that was begun goes on by the version it was begun with.
    let of = match (correct, form) {
        (Some(_), _) => String::new(),
        (None, Some(name)) => format!("{}@", form_id(name)),
        (None, None) => format!("{}@", own_form(&view)?.id),
    };
    if let Some(draft) = unfinished(&view, person, &correct.map_or(Of::Visit, Of::Correction), &of)? {
        return shown(&view, draft);
    }
    let draft = match correct {
        Some(visit) => corrected(tx, person, visit)?,
        None => fresh(tx, person, form)?,
    };
    access::visiting(tx, &tx.view().person(person)?)?;
    insert(tx, &draft)?;
    shown(&tx.view(), draft)
}

/// Begins a matter, with what is known already.
///
/// # Errors
/// As [`matter::write::begin`]; `TooLarge` where the form works out too much.
pub(crate) fn matter(tx: &mut Tx<'_>, call: &StartMatter) -> Result<Draft> {
    let view = tx.view();
    let of = Of::Matter { area: call.person.is_none().then(|| call.area.clone()).flatten(), source: call.source };
    let person = call.person.unwrap_or(RecordId(uuid::Uuid::nil()));
    if let Some(draft) = unfinished(&view, person, &of, &format!("{}@", form_id(&call.kind)))? {
        return shown(&view, draft);
    }
    let form = matter::write::offered(&view, &call.kind)?;
    let caller = matter::write::may_begin(&view, &form, call.person, call.area.as_ref())?.caller;
    let mut answers = form.begun(around(tx, &caller.staff)).map_err(too_much)?;
    // What begins on the way to a stage does so when it comes there.
    answers.retain(|key, _| matter::write::is_opening_answer(&form, key));
    answers.extend(told(&view, &form, call)?);
    answers.extend(call.answers.iter().filter(|(question, _)| form.question(question).is_some()).map(|(q, v)| (q.clone(), v.clone())));
    if let Some(person) = call.person {
        access::visiting(tx, &view.person(person)?)?;
    }
    let draft = DraftRow { answers, ..empty(tx, &form, person, of) };
    insert(tx, &draft)?;
    shown(&tx.view(), draft)
}

/// Begins to move a matter to a stage on whose way something is filled in; or to change what was said in it.
///
/// # Errors
/// As [`matter::write::go`] and [`matter::write::edit`].
pub(crate) fn step(tx: &mut Tx<'_>, id: RecordId, stage: Option<&str>) -> Result<Draft> {
    let open = matter::write::Open::of(tx, id)?;
    let form = open.form()?;
    let of = match stage {
        Some(stage) => Of::Step { matter: id, stage: open.way_to(&form, stage)?.id.clone() },
        None => Of::Answers(id),
    };
    let person = if open.record.kind().stands_alone() { RecordId(uuid::Uuid::nil()) } else { open.record.person() };
    if let Some(draft) = unfinished(&tx.view(), person, &of, &form.name())? {
        return shown(&tx.view(), draft);
    }
    let mut draft = empty(tx, &form, person, of);
    draft.answers = open.data.answers.clone();
    draft.last = open.data.answers.clone();
    if let Of::Step { stage, .. } = &draft.of {
        // What a new form begins with, in the part that is filled in now: a day, an instance more of a repeat.
        let fill = form.stage(stage).map(|stage| stage.fill.clone()).unwrap_or_default();
        let new = form.begun(around(tx, &open.caller.staff)).map_err(too_much)?;
        let here =
            |key: &String| key.strip_prefix(&fill).is_some_and(|rest| rest.starts_with('-')) || form.part_of(key).is_some_and(|p| p.id == fill);
        for (key, value) in new.into_iter().filter(|(key, _)| here(key)) {
            draft.answers.entry(key).or_insert(value);
        }
    }
    insert(tx, &draft)?;
    shown(&tx.view(), draft)
}

/// What the visit of the same person that a matter comes from says of the same questions.
fn told(view: &View<'_>, form: &Form, call: &StartMatter) -> Result<Answers> {
    let visit = call.source.and_then(|id| view.visit(id).ok()).filter(|visit| Some(visit.person) == call.person);
    let Some(visit) = visit else { return Ok(Answers::new()) };
    let mut answers = visits::data(view, visit.id)?.answers;
    answers.retain(|key, _| TOLD.contains(&key.as_str()) && form.question(key).is_some());
    Ok(answers)
}

/// Questions that mean the same wherever they are asked.
const TOLD: [&str; 2] = ["note", "done"];

fn around(tx: &Tx<'_>, staff: &StaffId) -> Around {
    let device = tx.book().device.to_string();
    Around { now: tx.now().local(), seed: random(tx.env), user: staff.to_string(), device, ..Around::default() }
}

fn empty(tx: &Tx<'_>, form: &Form, person: RecordId, of: Of) -> DraftRow {
    DraftRow {
        id: new_uuid(tx.env),
        of,
        person,
        form: form.name(),
        answers: Answers::new(),
        last: Answers::new(),
        last_day: None,
        started: tx.now(),
        day: None,
        same: false,
    }
}

/// The visit form of the caller's programme.
pub(crate) fn own_form(view: &View<'_>) -> Result<Arc<Form>> {
    let programme = own_programme(view.book.me()?.role).ok_or(Code::NotAllowed)?;
    view.book.forms.current_for(programme, Purpose::Visit).cloned().ok_or(Code::NotAllowed.into())
}

/// A new visit proposes what the last one by the same form says.
fn fresh(tx: &Tx<'_>, person: RecordId, form: Option<&str>) -> Result<DraftRow> {
    let view = tx.view();
    let caller = permission::caller_for(&view, &view.person(person)?)?;
    let form = match form {
        Some(name) => visits::of_visits(view.book.named_form(name)?)?,
        None => own_form(&view)?,
    };
    if !permission::visits(&caller, form.programme) {
        return Err(Code::NotAllowed.into());
    }
    let last = index::visit_before(view.db, person, &form.name(), tx.now(), None)?;
    let answers = last.as_ref().map(|row| visits::data(&view, row.id)).transpose()?.map(|data| form.carry_over(&data.answers, data.at.day()));
    Ok(DraftRow {
        answers: form.begun(around(tx, &caller.staff)).map_err(too_much)?,
        last: answers.unwrap_or_default(),
        last_day: last.map(|row| row.at.day()),
        ..empty(tx, &form, person, Of::Visit)
    })
}

/// A correction starts from what the visit says now.
fn corrected(tx: &Tx<'_>, person: RecordId, visit: RecordId) -> Result<DraftRow> {
    let view = tx.view();
    let row = view.visit(visit)?;
    if row.person != person {
        return Err(Code::NotFound.into());
    }
    let caller = permission::caller_for(&view, &view.person(person)?)?;
    if !permission::may_correct(&caller, &row) {
        return Err(Code::NotAllowed.into());
    }
    let form = view.book.form(&row.form)?;
    let data = visits::data(&view, visit)?;
    let last = visits::before(&view, &row)?;
    Ok(DraftRow {
        answers: data.answers,
        last_day: last.as_ref().map(|(before, _)| before.at.day()),
        last: last.map(|(before, answers)| form.carry_over(&answers, before.at.day())).unwrap_or_default(),
        ..empty(tx, &form, person, Of::Correction(visit))
    })
}
