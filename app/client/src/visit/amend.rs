//! A visit that was made is corrected.
use crate::device::env::random;
use crate::draft::fill::too_much;
use crate::record::permission;
use crate::store::Tx;
use crate::store::intent::Intent;
use crate::visit::day as visit_day;
use crate::visit::visits::{self, complete};
use crate::{Result, Trouble};
use chrono::NaiveDate;
use domain::form::{Answers, WHEN};
use domain::{Code, RecordId, Value};
use forms::{Change, Form};

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
pub fn amend(tx: &mut Tx<'_>, visit: RecordId, form: &Form, answers: &Answers, day: Option<NaiveDate>) -> Result<RecordId> {
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
