//! Visits: recorded at once, listed, and read beside the one before.
use crate::Result;
use crate::device::env::new_id;
use crate::matter::list as matters;
use crate::record::{conflicts, permission, person_item, visit_item, words};
use crate::store::intent::Intent;
use crate::store::{Tx, View, changes, id_at, index};
use crate::visit::day as visit_day;
use chrono::NaiveDate;
use domain::api::{AnswerLine, ReviewNote, VisitDetail, VisitItem};
use domain::form::{Answers, QuestionKind, WHEN, unasked_key, unasked_words};
use domain::gather::gathered;
use domain::person::FileStatus;
use domain::visit::{VisitState, same_heads};
use domain::{Code, Failure, RecordId, ReviewRow, Timestamp, Value, VisitRow};
use forms::Form;
use records::{NewVisit, Record, VisitData};
use rusqlite::params;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Visits listed when the caller names no number.
const PAGE: usize = 50;

/// Visits, newest first: of one person, or of all.
pub fn list(view: &View<'_>, person: Option<RecordId>, limit: usize) -> Result<Vec<VisitItem>> {
    let limit = i64::try_from(if limit == 0 { PAGE } else { limit }).unwrap_or(i64::MAX);
    let ids: Vec<RecordId> = match person {
        Some(person) => {
            let mut statement = view.db.prepare_cached("SELECT id FROM visits WHERE person = ?1 ORDER BY at DESC, id DESC LIMIT ?2")?;
            statement.query_map(params![person.bytes(), limit], |r| id_at(r, 0))?.collect::<rusqlite::Result<_>>()?
        }
        None => {
            let mut statement = view.db.prepare_cached("SELECT id FROM visits ORDER BY at DESC, id DESC LIMIT ?1")?;
            statement.query_map([limit], |r| id_at(r, 0))?.collect::<rusqlite::Result<_>>()?
        }
    };
    ids.into_iter().map(|id| visit_item::item(view, id)).collect()
}

/// Records a whole visit at once, of now or of the day that the answers say.
pub fn record(tx: &mut Tx<'_>, person: RecordId, form: &str, answers: &Answers, sure: bool) -> Result<RecordId> {
    let (mut answers, began) = (answers.clone(), tx.now());
    let day = visit_day::said(answers.remove(WHEN).as_ref())?;
    record_at(tx, person, form, When { began, day, sure }, &answers)
}

/// When a visit was.
pub struct When {
    /// When its writing began, by this device's clock.
    pub began: Timestamp,
    /// The day that the worker said.
    pub day: Option<NaiveDate>,
    /// She was asked whether she means it.
    pub sure: bool,
}

/// Records a visit. Answers to questions that are not asked are left out.
///
/// # Errors
/// `UnknownForm`, `NotAllowed`, `TooLarge` where the form works out too much, `FormIncomplete` with the first question that is open or wrong; `VisitAhead`, `VisitTooOld`; unless she
/// is sure, `FileClosed` and `ClockDoubt`, with the day that the clock tells.
pub fn record_at(tx: &mut Tx<'_>, person: RecordId, form: &str, when: When, answers: &Answers) -> Result<RecordId> {
    let view = tx.view();
    let (row, definition) = (view.person(person)?, of_visits(view.book.form(form)?)?);
    let caller = permission::caller_for(&view, &row)?;
    if !permission::visits(&caller, definition.programme) {
        return Err(Code::NotAllowed.into());
    }
    if row.status == FileStatus::Closed && !when.sure {
        return Err(Code::FileClosed.into());
    }
    if when.day.is_none() && !when.sure && visit_day::is_doubted(&view)? {
        return Err(Failure::of(Code::ClockDoubt, view.today().to_string()).into());
    }
    let (began, day) = (when.began.day(), when.day.unwrap_or_else(|| when.began.day()));
    visit_day::check(&view, day, began)?;
    let at = if day == began { when.began } else { Timestamp::of_day(day) };
    let mut answers = complete(&definition, answers, &Answers::new(), day)?;
    definition.end(&mut answers, tx.now().local());
    let id = new_id(tx.env);
    let writer = tx.writer(id)?;
    let visit = NewVisit { person, form: definition, at, answers };
    let (record, change) = Record::new_visit(id, &visit, &writer)?;
    let intent = Intent::NewVisit { person, form: form.to_owned(), at, answers: visit.answers };
    tx.keep(&record, &row.area, &[(change, intent)], &writer)?;
    Ok(id)
}

/// A form that visits are made by: a matter's is none.
///
/// # Errors
/// `UnknownForm`.
pub fn of_visits(form: Arc<Form>) -> Result<Arc<Form>> {
    if form.matter.is_none() { Ok(form) } else { Err(Failure::of(Code::UnknownForm, form.name()).into()) }
}

/// The answers that count of a visit on a day, when nothing is open or wrong. What it said `before` is not asked about again.
pub fn complete(form: &Form, answers: &Answers, before: &Answers, day: NaiveDate) -> Result<Answers> {
    let filled = form.filled(answers, day);
    if !filled.is_whole() {
        return Err(Code::TooLarge.into());
    }
    match filled.problems(Some(before)).into_iter().next() {
        Some(problem) => Err(Failure::of(Code::FormIncomplete, problem.question).into()),
        None => Ok(filled.prune()),
    }
}

/// The answers of a visit that is here.
pub fn data(view: &View<'_>, id: RecordId) -> Result<VisitData> {
    view.record(id)?.visit().ok_or(Code::NotFound.into())
}

/// The answers of the visit before, with its day; none when there is none.
pub fn before(view: &View<'_>, visit: &VisitRow) -> Result<Option<(VisitRow, Answers)>> {
    let last = index::visit_before(view.db, visit.person, &visit.form, visit.at, Some(visit.id))?;
    last.map(|row| Ok((data(view, row.id)?.answers, row))).transpose().map(|found| found.map(|(answers, row)| (row, answers)))
}

/// One visit beside the one before it.
pub fn show(view: &View<'_>, id: RecordId) -> Result<VisitDetail> {
    let row = view.visit(id)?;
    let record = view.record(id)?;
    let now = record.visit().ok_or(crate::Trouble::from(Code::NotFound))?;
    let last = before(view, &row)?;
    let caller = permission::caller_for(view, &view.person(row.person)?).ok();
    let form = view.book.forms.find(&row.form);
    let item = visit_item::of_row(view, row.clone())?;
    let open = matches!(item.state, VisitState::Uploaded | VisitState::Changed | VisitState::Returned);
    let reviews = index::reviews_of(view.db, id)?;
    let alarms =
        form.map(|form| form.filled(&now.answers, row.at.day())).map(|filled| filled.alarms().into_iter().map(str::to_owned).collect::<Vec<_>>());
    let alarms = alarms.unwrap_or_default();
    let proposals = matters::proposals(view, &row, &alarms.iter().map(String::as_str).collect::<Vec<_>>())?;
    let none = (row.at.day(), Answers::new());
    let before = last.as_ref().map(|(before, answers)| (before.at.day(), answers)).unwrap_or((none.0, &none.1));
    let mut lines = match form {
        Some(form) => lines(form, (&now.answers, row.at.day()), (before.1, before.0)),
        None => raw_lines(&now.answers, before.1),
    };
    let writers = record.writers();
    for line in &mut lines {
        let others = writers.get(&line.question).into_iter().flatten().filter(|by| **by != row.by);
        line.others = others.map(|by| view.book.staff_name(by)).collect();
    }
    Ok(VisitDetail {
        person: person_item::item(view, row.person)?,
        lines,
        entered: Some(record.begun().day()).filter(|day| *day != row.at.day()),
        last_day: last.map(|(before, _)| before.at.day()),
        form_known: form.is_some(),
        reviews: reviews.iter().map(|r| note(view, r, &row)).collect(),
        conflicts: conflicts::of_record(view, &record)?,
        may_correct: form.is_some() && caller.as_ref().is_some_and(|c| permission::may_correct(c, &row)),
        may_review: open && caller.as_ref().is_some_and(|c| permission::reviews(c, &row)),
        refusal: changes::refusal_of(view.db, id)?,
        proposals,
        heads: row.heads,
        item,
    })
}

/// A review as read.
pub fn note(view: &View<'_>, review: &ReviewRow, visit: &VisitRow) -> ReviewNote {
    ReviewNote {
        decision: review.decision,
        comment: review.comment.clone(),
        fields: review.fields.clone(),
        by: view.book.staff_name(&review.by),
        at: review.at,
        current: same_heads(&review.heads, &visit.heads),
    }
}

/// The answers of a visit beside those of the last one, each with its day, in the order of the form.
fn lines(form: &Form, now: (&Answers, NaiveDate), last: (&Answers, NaiveDate)) -> Vec<AnswerLine> {
    let changed = form.changes(last, now);
    let (filled, last) = (form.filled(now.0, now.1), form.filled(last.0, last.1).prune());
    let (now, alarms) = (filled.prune(), filled.alarms());
    // In the order in which they are asked; what only the last visit says, where the form has it.
    let places: HashMap<&str, usize> = gathered(form.questions().zip(0..).map(|(q, place)| (q.id.as_str(), place)));
    let place = |id: &str| form.question(id).and_then(|of| places.get(of.id.as_str()).copied());
    let read = |id: &&str| form.question(id).is_some_and(|q| q.kind != QuestionKind::Note);
    let mut shown: Vec<&str> = filled.visible().into_iter().filter(read).collect();
    let asked: HashSet<&str> = gathered(shown.iter().copied());
    let gone: Vec<&str> = last.keys().map(String::as_str).filter(read).filter(|id| !asked.contains(id)).collect();
    if !gone.is_empty() {
        // Each before what comes after it in the form; of what is asked the order stays.
        let mut placed: Vec<(Option<usize>, &str)> = Vec::new();
        let mut least = None;
        for id in shown {
            least = place(id).max(least);
            placed.push((least, id));
        }
        placed.extend(gone.into_iter().map(|id| (place(id), id)));
        placed.sort_by_key(|(place, _)| *place);
        shown = placed.into_iter().map(|(_, id)| id).collect();
    }
    let (changed, alarms): (HashSet<&str>, HashSet<&str>) = (gathered(changed.iter().map(String::as_str)), gathered(alarms));
    let line = |id: &str| {
        let q = form.question(id)?;
        let unasked = unasked_key(id);
        let why = |answers: &Answers, lang: &str| Some(unasked_words(answers.get(&unasked)?.text()?).get(lang).to_owned());
        let said = |answers: &Answers, lang: &str| Some(form.question_in(id, answers)?.show(answers.get(id)?, lang));
        let words = |answers: &Answers, lang: &str| said(answers, lang).or_else(|| why(answers, lang)).unwrap_or_default();
        let label = filled.called(id).unwrap_or_else(|| q.label.clone());
        Some(AnswerLine {
            question: id.to_owned(),
            label: label.zh,
            label_en: label.en,
            now: words(&now, "zh-CN"),
            now_en: words(&now, "en"),
            last: words(&last, "zh-CN"),
            last_en: words(&last, "en"),
            differs: changed.contains(id),
            alarm: alarms.contains(id),
            others: Vec::new(),
        })
    };
    shown.into_iter().filter_map(line).collect()
}

/// A form this program does not know is readable all the same, without its wording.
fn raw_lines(now: &Answers, last: &Answers) -> Vec<AnswerLine> {
    let shown = |answers: &Answers, id: &str| answers.get(id).map(words::raw).unwrap_or_default();
    let same = |a: Option<&Value>, b: Option<&Value>| a == b;
    let ids: BTreeSet<&String> = now.keys().chain(last.keys()).collect();
    ids.into_iter()
        .map(|id| AnswerLine {
            question: id.clone(),
            label: id.clone(),
            label_en: id.clone(),
            now: shown(now, id),
            now_en: shown(now, id),
            last: shown(last, id),
            last_en: shown(last, id),
            differs: !same(now.get(id), last.get(id)),
            alarm: false,
            others: Vec::new(),
        })
        .collect()
}
