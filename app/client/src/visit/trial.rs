//! A form that somebody fills in to see how it is, before anybody else has it: nothing of it is kept.
use crate::device::env::random;
use crate::draft::fill::differing;
use crate::{Core, Result};
use domain::Code;
use domain::api::{Trial, Tried, TryForm};
use domain::form::{Answers, Screen};
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
    let before = match &call.answers {
        Some(answers) => answers.clone(),
        None => form.begun(Around { now: now.local(), seed: random(env), ..Around::default() }).map_err(too_much)?,
    };
    let change = call.tried.as_ref().map(|tried| match tried {
        Tried::Answer(question, value) => Change::Answer(question, value),
        Tried::Instance(id, true) => Change::Add(id),
        Tried::Instance(id, false) => Change::Remove(id),
    });
    let filled = form.filled(&before, now.day());
    let answers = change.map_or_else(|| Ok(before.clone()), |change| filled.after(&change, random(env))).map_err(too_much)?;
    let screen = Filling { form: &form, answers: &answers, last: &Answers::new(), same: false, before: None, day: now.day() }.screen();
    let screen = Screen { worked_out: differing(&before, &answers, |_| true), ..screen };
    Ok(Trial { form: form.sheet().clone(), answers, screen })
}
