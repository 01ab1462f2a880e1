//! An unfinished visit or matter: what its form shows now, and each answer on the disk before the next question is shown. Killing the app loses
//! nothing.
use super::row::{COLUMNS, DraftRow, Of, find, kept};
use super::start::own_form;
use crate::device::env::random;
use crate::record::person_item;
use crate::store::{Tx, View, index};
use crate::visit::filled::title;
use crate::visit::{day as visit_day, photos, visits};
use crate::{Result, Trouble, matter};
use chrono::NaiveDate;
use domain::api::{Draft, DraftItem, DraftOf, ReviewNote};
use domain::form::{Answers, Label, Screen, UNASKED, WHEN};
use domain::photo::file_name;
use domain::{Code, Failure, RecordId, Value};
use expressions::TooMuch;
use forms::{Change, Filling, form_id};
use picture::Picture;
use records::VisitData;
use rusqlite::params;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A form that asks for more work than there is for it.
pub(crate) fn too_much(_: TooMuch) -> Trouble {
    Code::TooLarge.into()
}

/// The draft as it was left.
pub(crate) fn open(view: &View<'_>, draft: Uuid) -> Result<Draft> {
    shown(view, find(view, draft)?)
}

pub(crate) fn shown(view: &View<'_>, draft: DraftRow) -> Result<Draft> {
    let form = view.book.form(&draft.form)?;
    let is_visit = draft.of.is_visit();
    Ok(Draft {
        of: of(view, &draft),
        name: name(view, &draft)?,
        person: (!draft.person.0.is_nil()).then(|| person_item::item(view, draft.person)).transpose()?,
        unfit: unfit(view, &draft)?,
        title: other_title(view, &draft.form),
        languages: form.languages().into_iter().collect(),
        spoken: form.spoken().map(str::to_owned),
        form: form.sheet().clone(),
        screen: screen(view, &draft)?,
        days: visit_day::bounds(view, entered(view, &draft)?)?,
        comment: draft.of.corrects().map(|visit| comment(view, visit)).transpose()?.flatten(),
        id: draft.id,
        answers: draft.answers,
        last: if is_visit { draft.last } else { Answers::new() },
        last_day: draft.last_day,
        started: draft.started,
    })
}

/// What it is of, in the words of its form.
fn of(view: &View<'_>, draft: &DraftRow) -> DraftOf {
    match &draft.of {
        Of::Visit => DraftOf::Visit,
        Of::Correction(visit) => DraftOf::Correction(*visit),
        Of::Matter { .. } => DraftOf::Matter,
        Of::Answers(matter) => DraftOf::Answers(*matter),
        Of::Step { matter, stage } => {
            let known = view.book.forms.find(&draft.form).and_then(|form| form.stage(stage).map(matter::list::stage));
            DraftOf::Step { matter: *matter, action: known.map_or_else(|| Label::same(stage.clone()), |stage| stage.action) }
        }
    }
}

/// The person's name, or the village's; empty where that is not here.
fn name(view: &View<'_>, draft: &DraftRow) -> Result<String> {
    let area = match &draft.of {
        _ if !draft.person.0.is_nil() => return person_item::name(view, draft.person),
        Of::Matter { area, .. } => area.clone(),
        of => of.matter().and_then(|matter| view.record(matter).ok()?.area()),
    };
    Ok(area.map(|area| view.book.area_name(&area)).unwrap_or_default())
}

/// What the last visit would carry over and this version of its form has no place for.
fn unfit(view: &View<'_>, draft: &DraftRow) -> Result<Vec<(Label, Label)>> {
    if draft.of != Of::Visit {
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
    let none = Answers::new();
    if !draft.of.is_visit() {
        let asks = matter::write::asked(view, &form, draft)?;
        let (answers, before) = (&draft.answers, draft.of.matter().map(|_| &draft.last));
        let screen = Filling { form: &form, answers, last: &none, same: false, before, day: view.today() }.screen();
        return Ok(screen.only(&asks));
    }
    let corrected = corrected_visit(view, draft)?;
    let (before, day) = (corrected.as_ref().map(|visit| &visit.answers), day(view, draft, corrected.as_ref()));
    let filling = Filling { form: &form, answers: &draft.answers, last: &draft.last, same: draft.same, before, day };
    let asks_day = draft.of == Of::Visit && draft.day.is_none() && draft.started.day() != view.today();
    Ok(Screen { asks_day, ..filling.screen() })
}

/// The visit that a draft corrects, as it is.
fn corrected_visit(view: &View<'_>, draft: &DraftRow) -> Result<Option<VisitData>> {
    draft.of.corrects().map(|visit| visits::data(view, visit)).transpose()
}

/// The day of the visit: as it was said, as the visit has it that is corrected, as the draft was begun. What is done in a matter is done today.
fn day(view: &View<'_>, draft: &DraftRow, corrected: Option<&VisitData>) -> NaiveDate {
    if !draft.of.is_visit() {
        return view.today();
    }
    draft.day.or(corrected.map(|visit| visit.at.day())).unwrap_or_else(|| draft.started.day())
}

/// The day on which the visit is or was entered.
fn entered(view: &View<'_>, draft: &DraftRow) -> Result<NaiveDate> {
    Ok(draft.of.corrects().map(|visit| view.record(visit)).transpose()?.map_or(draft.started.day(), |record| record.begun().day()))
}

/// What the supervisor said last of the visit that is corrected.
fn comment(view: &View<'_>, visit: RecordId) -> Result<Option<ReviewNote>> {
    let row = view.visit(visit)?;
    Ok(index::reviews_of(view.db, visit)?.first().map(|review| visits::note(view, review, &row)))
}

/// What is unfinished of persons and villages that are here, or of one person, the oldest first.
pub(crate) fn list(view: &View<'_>, person: Option<RecordId>) -> Result<Vec<DraftItem>> {
    items(view, "?1 IS NULL OR person = ?1", person)
}

/// What is unfinished of a matter.
pub(crate) fn of_matter(view: &View<'_>, matter: RecordId) -> Result<Vec<DraftItem>> {
    items(view, "matter = ?1", Some(matter))
}

fn items(view: &View<'_>, which: &str, id: Option<RecordId>) -> Result<Vec<DraftItem>> {
    let mut statement = view.db.prepare_cached(&format!("{COLUMNS} WHERE {which} ORDER BY started"))?;
    let drafts = statement.query_map([id.map(|id| *id.bytes())], kept)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut items = Vec::new();
    for draft in drafts {
        let name = name(view, &draft)?;
        // A file that left the caller's area takes its draft out of sight, not away.
        if name.is_empty() {
            continue;
        }
        // Of a step what was there before it was begun does not count.
        let answered = draft.answers.iter().filter(|(key, value)| draft.of.is_visit() || draft.last.get(*key) != Some(value)).count();
        let (answered, title) = (u32::try_from(answered).unwrap_or(u32::MAX), other_title(view, &draft.form));
        let person = (!draft.person.0.is_nil()).then_some(draft.person);
        items.push(DraftItem { id: draft.id, person, name, started: draft.started, answered, of: of(view, &draft), title });
    }
    Ok(items)
}

/// Journals one answer, or the day of the visit, and says what the form shows now.
///
/// # Errors
/// `UnknownField`; of a day `BadDate`, `VisitAhead`, `VisitTooOld`.
pub(crate) fn answer(tx: &mut Tx<'_>, draft: Uuid, question: &str, value: &Value) -> Result<Screen> {
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
pub(crate) fn instance(tx: &mut Tx<'_>, draft: Uuid, id: &str, add: bool) -> Result<Screen> {
    let draft = find(&tx.view(), draft)?;
    change(tx, draft, &if add { Change::Add(id) } else { Change::Remove(id) })
}

/// What is answered differently, null where it went, as far as it is `told`.
pub(crate) fn differing(before: &Answers, after: &Answers, told: impl Fn(&str) -> bool) -> Answers {
    let gone = before.keys().filter(|id| !after.contains_key(*id)).map(|id| (id, &Value::Null));
    let new = after.iter().filter(|(id, value)| before.get(*id) != Some(value));
    gone.chain(new).filter(|(id, _)| told(id)).map(|(id, value)| (id.clone(), value.clone())).collect()
}

/// Journals a change with what follows from it.
fn change(tx: &mut Tx<'_>, mut draft: DraftRow, change: &Change<'_>) -> Result<Screen> {
    let (form, view) = (tx.book().form(&draft.form)?, tx.view());
    let day = day(&view, &draft, corrected_visit(&view, &draft)?.as_ref());
    let after = form.filled(&draft.answers, day).after(change, random(tx.env)).map_err(too_much)?;
    let worked_out = differing(&draft.answers, &after, |id| !matches!(change, Change::Answer(own, _) if *own == id));
    draft.answers = after;
    Ok(Screen { worked_out, ..journal(tx, draft)? })
}

/// Takes over last visit's answers wherever nothing was answered yet. A correction asks on as before.
pub(crate) fn same_as_last(tx: &mut Tx<'_>, draft: Uuid) -> Result<Screen> {
    let mut draft = find(&tx.view(), draft)?;
    let day = draft.last_day.unwrap_or_else(|| draft.started.day());
    let mut given = tx.book().form(&draft.form)?.as_last_time(&draft.last, day);
    given.retain(|question, _| !draft.answers.contains_key(question));
    draft.answers.extend(given.clone());
    draft.same = draft.of == Of::Visit;
    let (form, view) = (tx.book().form(&draft.form)?, tx.view());
    let day = self::day(&view, &draft, corrected_visit(&view, &draft)?.as_ref());
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
pub(crate) fn answer_photo(tx: &mut Tx<'_>, draft: Uuid, question: &str, made: &Picture) -> Result<Screen> {
    photos::edit(tx, draft, Some(made), None)?;
    let name = Value::from(file_name(&made.hash));
    let mut screen = answer(tx, draft, question, &name)?;
    screen.worked_out.insert(question.to_owned(), name);
    Ok(screen)
}

/// What was answered with a photo that was taken away is open again.
pub(crate) fn forget_photo(tx: &mut Tx<'_>, draft: Uuid, name: &str) -> Result<()> {
    let answers = find(&tx.view(), draft)?.answers;
    for (question, _) in answers.iter().filter(|(_, value)| value.text() == Some(name)) {
        answer(tx, draft, question, &Value::Null)?;
    }
    Ok(())
}
