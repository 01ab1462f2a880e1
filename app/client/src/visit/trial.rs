//! A form that somebody fills in to see how it is, before anybody else has it: nothing of it is kept.
use crate::device::env::random;
use crate::visit::day as visit_day;
use crate::visit::drafts::differing;
use crate::{Core, Result};
use domain::api::{Trial, Tried, TryForm};
use domain::form::{Answers, Screen, WHEN};
use domain::{Code, Value};
use expressions::TooMuch;
use forms::sheet::instance::Around;
use forms::{Change, Filling, Form};

/// The form after what was done.
///
/// # Errors
/// `BadFile` where the rows are no form; `TooLarge` where it works out too much.
pub fn run(core: &Core, call: &TryForm) -> Result<Trial> {
    let form = Form::from_kept(&call.rows, 0).map_err(|_| Code::BadFile)?;
    let env = core.env();
    let now = env.now();
    let too_much = |_: TooMuch| Code::TooLarge;
    let mut answers = match &call.answers {
        Some(answers) => answers.clone(),
        None => form.begun(Around { now: now.local(), seed: random(env), ..Around::default() }).map_err(too_much)?,
    };
    let mut before = call.answers.clone().unwrap_or_default();
    before.remove(WHEN);
    let day = |answers: &Answers| visit_day::said(answers.get(WHEN)).ok().flatten().unwrap_or_else(|| now.day());
    match &call.tried {
        None => {}
        Some(Tried::Answer(question, value)) if question == WHEN => _ = answers.insert(question.clone(), value.clone()),
        Some(tried) => {
            let said = answers.remove(WHEN);
            let change = match tried {
                Tried::Answer(question, value) => Change::Answer(question, value),
                Tried::Instance(id, true) => Change::Add(id),
                Tried::Instance(id, false) => Change::Remove(id),
            };
            let on = said.as_ref().and_then(Value::text).and_then(|day| day.parse().ok()).unwrap_or_else(|| now.day());
            answers = form.filled(&answers, on).after(&change, random(env)).map_err(too_much)?;
            answers.extend(said.map(|said| (WHEN.to_owned(), said)));
        }
    }
    let day = day(&answers);
    let mut shown = answers.clone();
    shown.remove(WHEN);
    let worked_out = differing(&before, &shown, |_| true);
    let screen = Filling { form: &form, answers: &shown, last: &Answers::new(), same: false, before: None, day }.screen();
    let screen = Screen { worked_out, ..screen };
    Ok(Trial { form: form.sheet().clone(), answers, screen })
}
