//! An unfinished visit: every answer is on the disk before the next question is shown. Killing the app loses nothing.
use crate::device::env::{new_uuid, random};
use crate::record::{access, permission, person_item};
use crate::store::intent::Intent;
use crate::store::{Tx, View, index};
use crate::visit::draft::{COLUMNS, DraftRow, find, kept};
use crate::visit::filled::title;
use crate::visit::visits::{When, complete};
use crate::visit::{day as visit_day, photos, visits};
use crate::{Result, Trouble};
use chrono::NaiveDate;
use domain::api::{Draft, DraftItem, ReviewNote, own_programme};
use domain::form::{Answers, Label, Screen, UNASKED, WHEN};
use domain::photo::file_name;
use domain::{Code, Failure, RecordId, Value};
use expressions::TooMuch;
use forms::sheet::instance::Around;
use forms::{Change, Filling, Form, Purpose, form_id};
use picture::Picture;
use records::VisitData;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Begins a visit, or goes on with the unfinished one.
pub fn start(tx: &mut Tx<'_>, person: RecordId, form: Option<&str>, correct: Option<RecordId>) -> Result<Draft> {
    let view = tx.view();
    // Any version of the form: one that was begun goes on by the version it was begun with.
    let of = match (correct, form) {
        (Some(_), _) => String::new(),
        (None, Some(name)) => format!("{}@", form_id(name)),
        (None, None) => format!("{}@", own_form(&view)?.id),
    };
    let sql = format!("{COLUMNS} WHERE person = ?1 AND corrects IS ?2 AND substr(form, 1, length(?3)) = ?3 ORDER BY started LIMIT 1");
    let unfinished = view.db.prepare_cached(&sql)?.query_row(params![person.bytes(), correct.map(|c| *c.bytes()), of], kept).optional()?;
    if let Some(draft) = unfinished {
        return shown(&view, draft);
    }
    let draft = match correct {
        Some(visit) => corrected(tx, person, visit)?,
        None => fresh(tx, person, form)?,
    };
    access::visiting(tx, &tx.view().person(person)?)?;
    let sql = "INSERT INTO drafts (id, person, form, corrects, answers, last, last_day, started) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.db.prepare_cached(sql)?.execute(params![
        draft.id.as_bytes(),
        person.bytes(),
        draft.form,
        draft.corrects.map(|c| *c.bytes()),
        serde_json::to_string(&draft.answers)?,
        serde_json::to_string(&draft.last)?,
        draft.last_day.map(|d| d.to_string()),
        draft.started.0
    ])?;
    tx.touch(person);
    shown(&tx.view(), draft)
}

/// The visit form of the caller's programme.
pub fn own_form(view: &View<'_>) -> Result<Arc<Form>> {
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
    let around = Around {
        now: tx.now().local(),
        seed: random(tx.env),
        user: caller.staff.to_string(),
        device: view.book.device.to_string(),
        ..Around::default()
    };
    Ok(DraftRow {
        id: new_uuid(tx.env),
        person,
        form: form.name(),
        corrects: None,
        answers: form.begun(around).map_err(too_much)?,
        last: answers.unwrap_or_default(),
        last_day: last.map(|row| row.at.day()),
        started: tx.now(),
        day: None,
        same: false,
    })
}

/// A form that asks for more work than there is for it.
fn too_much(_: TooMuch) -> Trouble {
    Code::TooLarge.into()
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
        id: new_uuid(tx.env),
        person,
        form: row.form,
        corrects: Some(visit),
        answers: data.answers,
        last_day: last.as_ref().map(|(before, _)| before.at.day()),
        last: last.map(|(before, answers)| form.carry_over(&answers, before.at.day())).unwrap_or_default(),
        started: tx.now(),
        day: None,
        same: false,
    })
}

/// The draft as it was left.
pub fn open(view: &View<'_>, draft: Uuid) -> Result<Draft> {
    shown(view, find(view, draft)?)
}

fn shown(view: &View<'_>, draft: DraftRow) -> Result<Draft> {
    let form = view.book.form(&draft.form)?;
    Ok(Draft {
        unfit: unfit(view, &draft)?,
        title: other_title(view, &draft.form),
        languages: form.languages().into_iter().collect(),
        spoken: form.spoken().map(str::to_owned),
        form: form.sheet().clone(),
        screen: screen(view, &draft)?,
        days: visit_day::bounds(view, entered(view, &draft)?)?,
        comment: draft.corrects.map(|visit| comment(view, visit)).transpose()?.flatten(),
        person: person_item::item(view, draft.person)?,
        id: draft.id,
        answers: draft.answers,
        last: draft.last,
        last_day: draft.last_day,
        corrects: draft.corrects,
        started: draft.started,
    })
}

/// What the last visit would carry over and this version of its form has no place for.
fn unfit(view: &View<'_>, draft: &DraftRow) -> Result<Vec<(Label, Label)>> {
    if draft.corrects.is_some() {
        return Ok(Vec::new());
    }
    let Some(row) = index::visit_before(view.db, draft.person, &draft.form, draft.started, None)?.filter(|row| row.form != draft.form) else {
        return Ok(Vec::new());
    };
    let (form, Some(of)) = (view.book.form(&draft.form)?, view.book.forms.find(&row.form)) else { return Ok(Vec::new()) };
    let said = of.carry_over(&visits::data(view, row.id)?.answers, row.at.day());
    let wrong: BTreeSet<String> = form.filled(&said, row.at.day()).problems(None).into_iter().map(|problem| problem.question).collect();
    let fits = |id: &str| form.question(id).is_some() && !wrong.contains(id);
    let words = |(id, value): (&String, &Value)| of.question(id).map(|question| (question.short_label().clone(), question.words(value)));
    Ok(said.iter().filter(|(id, _)| !fits(id)).filter_map(words).collect())
}

/// The title of a form, where that is not the visit form of the caller's programme.
fn other_title(view: &View<'_>, form: &str) -> Option<Label> {
    let own = own_form(view).map(|own| own.id.clone()).unwrap_or_default();
    (form_id(form) != own).then(|| title(view, form))
}

/// What the form shows now.
fn screen(view: &View<'_>, draft: &DraftRow) -> Result<Screen> {
    let form = view.book.form(&draft.form)?;
    let corrected = corrected_visit(view, draft)?;
    let (before, day) = (corrected.as_ref().map(|visit| &visit.answers), day(draft, corrected.as_ref()));
    let filling = Filling { form: &form, answers: &draft.answers, last: &draft.last, same: draft.same, before, day };
    let asks_day = draft.corrects.is_none() && draft.day.is_none() && draft.started.day() != view.today();
    Ok(Screen { asks_day, ..filling.screen() })
}

/// The visit that a draft corrects, as it is.
fn corrected_visit(view: &View<'_>, draft: &DraftRow) -> Result<Option<VisitData>> {
    draft.corrects.map(|visit| visits::data(view, visit)).transpose()
}

/// The day of the visit: as it was said, as the visit has it that is corrected, as the draft was begun.
fn day(draft: &DraftRow, corrected: Option<&VisitData>) -> NaiveDate {
    draft.day.or(corrected.map(|visit| visit.at.day())).unwrap_or_else(|| draft.started.day())
}

/// The day on which the visit is or was entered.
fn entered(view: &View<'_>, draft: &DraftRow) -> Result<NaiveDate> {
    Ok(draft.corrects.map(|visit| view.record(visit)).transpose()?.map_or(draft.started.day(), |record| record.begun().day()))
}

/// What the supervisor said last of the visit that is corrected.
fn comment(view: &View<'_>, visit: RecordId) -> Result<Option<ReviewNote>> {
    let row = view.visit(visit)?;
    Ok(index::reviews_of(view.db, visit)?.first().map(|review| visits::note(view, review, &row)))
}

/// Unfinished visits to persons who are here, or to one of them, the oldest first.
pub fn list(view: &View<'_>, person: Option<RecordId>) -> Result<Vec<DraftItem>> {
    let mut statement = view.db.prepare_cached(&format!("{COLUMNS} WHERE ?1 IS NULL OR person = ?1 ORDER BY started"))?;
    let drafts = statement.query_map([person.map(|id| *id.bytes())], kept)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut items = Vec::new();
    for draft in drafts {
        let name = person_item::name(view, draft.person)?;
        // A file that left the caller's area takes its draft out of sight, not away.
        if name.is_empty() {
            continue;
        }
        let answered = u32::try_from(draft.answers.len()).unwrap_or(u32::MAX);
        let title = other_title(view, &draft.form);
        items.push(DraftItem { id: draft.id, person: draft.person, name, started: draft.started, answered, corrects: draft.corrects, title });
    }
    Ok(items)
}

/// Journals one answer, or the day of the visit, and says what the form shows now.
///
/// # Errors
/// `UnknownField`; of a day `BadDate`, `VisitAhead`, `VisitTooOld`.
pub fn answer(tx: &mut Tx<'_>, draft: Uuid, question: &str, value: &Value) -> Result<Screen> {
    let mut draft = find(&tx.view(), draft)?;
    if question == WHEN {
        draft.day = visit_day::said(Some(value))?;
        let (view, entered) = (tx.view(), entered(&tx.view(), &draft)?);
        draft.day.map_or(Ok(()), |day| visit_day::check(&view, day, entered))?;
        return journal(tx, draft);
    }
    // Its own, or why it could not be asked.
    let of = |question| tx.book().form(&draft.form).map(|form| form.question(question).is_some());
    if !of(question)? && !question.strip_prefix(UNASKED).map_or(Ok(false), of)? {
        return Err(Failure::of(Code::UnknownField, question).into());
    }
    change(tx, draft, &Change::Answer(question, value))
}

/// One instance more of a repeat, or one less.
///
/// # Errors
/// `TooLarge` where the form works out too much.
pub fn instance(tx: &mut Tx<'_>, draft: Uuid, id: &str, add: bool) -> Result<Screen> {
    let draft = find(&tx.view(), draft)?;
    change(tx, draft, &if add { Change::Add(id) } else { Change::Remove(id) })
}

/// What is answered differently, null where it went, as far as it is `told`.
pub(super) fn differing(before: &Answers, after: &Answers, told: impl Fn(&str) -> bool) -> Answers {
    let gone = before.keys().filter(|id| !after.contains_key(*id)).map(|id| (id, &Value::Null));
    let new = after.iter().filter(|(id, value)| before.get(*id) != Some(value));
    gone.chain(new).filter(|(id, _)| told(id)).map(|(id, value)| (id.clone(), value.clone())).collect()
}

/// Journals a change with what follows from it.
fn change(tx: &mut Tx<'_>, mut draft: DraftRow, change: &Change<'_>) -> Result<Screen> {
    let (form, view) = (tx.book().form(&draft.form)?, tx.view());
    let day = day(&draft, corrected_visit(&view, &draft)?.as_ref());
    let after = form.filled(&draft.answers, day).after(change, random(tx.env)).map_err(too_much)?;
    let worked_out = differing(&draft.answers, &after, |id| !matches!(change, Change::Answer(own, _) if *own == id));
    draft.answers = after;
    Ok(Screen { worked_out, ..journal(tx, draft)? })
}

/// Takes over last visit's answers wherever nothing was answered yet. A correction asks on as before.
pub fn same_as_last(tx: &mut Tx<'_>, draft: Uuid) -> Result<Screen> {
    let mut draft = find(&tx.view(), draft)?;
    let day = draft.last_day.unwrap_or_else(|| draft.started.day());
    let mut given = tx.book().form(&draft.form)?.as_last_time(&draft.last, day);
    given.retain(|question, _| !draft.answers.contains_key(question));
    draft.answers.extend(given.clone());
    draft.same = draft.corrects.is_none();
    let (form, view) = (tx.book().form(&draft.form)?, tx.view());
    let day = self::day(&draft, corrected_visit(&view, &draft)?.as_ref());
    let settled = form.filled(&draft.answers, day).settled().map_err(too_much)?;
    let worked_out = differing(&draft.answers, &settled, |_| true);
    draft.answers = settled;
    Ok(Screen { given, worked_out, ..journal(tx, draft)? })
}

fn journal(tx: &mut Tx<'_>, draft: DraftRow) -> Result<Screen> {
    let sql = "UPDATE drafts SET answers = ?2, day = ?3, same = ?4 WHERE id = ?1";
    let day = draft.day.map(|d| d.to_string());
    tx.db.prepare_cached(sql)?.execute(params![draft.id.as_bytes(), serde_json::to_string(&draft.answers)?, day, draft.same])?;
    screen(&tx.view(), &draft)
}

/// Answers a question with a photo, which becomes one of the visit's.
///
/// # Errors
/// As [`answer`]; of a photo `TooManyPhotos`, `NotAllowed`.
pub fn answer_photo(tx: &mut Tx<'_>, draft: Uuid, question: &str, made: &Picture) -> Result<Screen> {
    photos::edit(tx, draft, Some(made), None)?;
    let name = Value::from(file_name(&made.hash));
    let mut screen = answer(tx, draft, question, &name)?;
    screen.worked_out.insert(question.to_owned(), name);
    Ok(screen)
}

/// What was answered with a photo that was taken away is open again.
pub fn forget_photo(tx: &mut Tx<'_>, draft: Uuid, name: &str) -> Result<()> {
    let answers = find(&tx.view(), draft)?.answers;
    for (question, _) in answers.iter().filter(|(_, value)| value.text() == Some(name)) {
        answer(tx, draft, question, &Value::Null)?;
    }
    Ok(())
}

/// Makes the visit, or the correction, and forgets the draft.
pub fn finish(tx: &mut Tx<'_>, draft: Uuid, sure: bool) -> Result<RecordId> {
    let draft = find(&tx.view(), draft)?;
    let id = match draft.corrects {
        Some(visit) => {
            let form = tx.book().form(&draft.form)?;
            amend(tx, visit, &form, &draft.answers, draft.day)?
        }
        None => {
            let when = When { began: draft.started, day: draft.day, sure };
            let visit = visits::record_at(tx, draft.person, &draft.form, when, &draft.answers)?;
            photos::hand_over(tx, draft.id, visit)?;
            visit
        }
    };
    forget(tx, &draft)?;
    Ok(id)
}

/// Corrects a visit by those answers that changed; null takes one away.
///
/// # Errors
/// As finishing a correction.
pub fn amend_with(tx: &mut Tx<'_>, visit: RecordId, changed: &Answers) -> Result<()> {
    let now = visits::data(&tx.view(), visit)?;
    let form = tx.book().form(&now.form)?;
    let day = visit_day::said(changed.get(WHEN))?;
    let mut answers = now.answers;
    for (question, value) in changed.iter().filter(|(question, _)| *question != WHEN) {
        let filled = form.filled(&answers, day.unwrap_or(now.at.day()));
        answers = filled.after(&Change::Answer(question, value), random(tx.env)).map_err(too_much)?;
    }
    amend(tx, visit, &form, &answers, day).map(|_| ())
}

/// Both the day and the answers stay in the visit's history as they were.
fn amend(tx: &mut Tx<'_>, visit: RecordId, form: &Form, answers: &Answers, day: Option<NaiveDate>) -> Result<RecordId> {
    let view = tx.view();
    let row = view.visit(visit)?;
    let caller = permission::caller_for(&view, &view.person(row.person)?)?;
    if !permission::may_correct(&caller, &row) {
        return Err(Code::NotAllowed.into());
    }
    let mut record = view.record(visit)?;
    let now = record.visit().ok_or(Trouble::from(Code::NotFound))?.answers;
    let day = day.filter(|day| *day != row.at.day());
    if let Some(day) = day {
        visit_day::check(&view, day, record.begun().day())?;
    }
    let wanted = complete(form, answers, &now, day.unwrap_or(row.at.day()))?;
    let mut differing: Answers = wanted.iter().filter(|(q, v)| now.get(*q) != Some(v)).map(|(q, v)| (q.clone(), v.clone())).collect();
    differing.extend(now.keys().filter(|q| !wanted.contains_key(*q)).map(|q| (q.clone(), Value::Null)));
    differing.extend(day.map(|day| (WHEN.to_owned(), day.to_string().into())));
    let writer = tx.writer(visit)?;
    let area = tx.area_of(visit)?;
    if let Some(change) = record.amend(&differing, form, &writer)? {
        tx.keep(&record, &area, &[(change, Intent::Amend { answers: differing })], &writer)?;
    }
    Ok(visit)
}

/// Throws the unfinished visit away.
pub fn discard(tx: &mut Tx<'_>, draft: Uuid) -> Result<()> {
    let draft = find(&tx.view(), draft)?;
    forget(tx, &draft)
}

fn forget(tx: &mut Tx<'_>, draft: &DraftRow) -> Result<()> {
    photos::forget_draft(tx, draft.id)?;
    tx.db.prepare_cached("DELETE FROM drafts WHERE id = ?1")?.execute([draft.id.as_bytes()])?;
    tx.touch(draft.person);
    Ok(())
}
