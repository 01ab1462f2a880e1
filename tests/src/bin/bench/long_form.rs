//! What a tap in a long form costs the core: taking the answers up, working out what follows, what the form shows then.
use super::figure;
use anyhow::{Context, anyhow};
use chrono::NaiveDate;
use domain::Value;
use domain::form::Answers;
use forms::sheet::instance::Around;
use forms::{Change, Filling, Form};
use serde_json::{Value as Json, json};
use std::time::Instant;

const QUESTIONS: usize = 300;

/// Thirty parts of ten questions: most asked because of an earlier one, with bounds, sums and a list that is filtered.
fn long() -> anyhow::Result<Form> {
    let mut survey: Vec<Json> = Vec::new();
    for part in 0..QUESTIONS / 10 {
        survey.push(json!({"type": "begin_group", "name": format!("g{part}"), "label": "部分"}));
        for n in part * 10..part * 10 + 10 {
            let (name, before) = (format!("q{n}"), n.checked_sub(7).map(|n| format!("${{q{n}}}")));
            let relevant = before.map_or_else(|| "true()".to_owned(), |before| format!("{before} = '' or {before} != '99'"));
            survey.push(match n % 5 {
                0 => json!({"type": "select_one l", "name": name, "label": "选一个", "relevant": relevant, "required": "yes"}),
                1 => json!({"type": "select_multiple l", "name": name, "label": "选几个", "relevant": relevant, "choice_filter": format!("k = ${{q{}}} or k = 'a'", n - 1)}),
                2 => json!({"type": "integer", "name": name, "label": "几", "relevant": relevant, "constraint": ". >= 0 and . <= 99"}),
                3 => json!({"type": "calculate", "name": name, "calculation": format!("coalesce(${{q{}}}, 0) + 1", n - 1)}),
                _ => json!({"type": "text", "name": name, "label": "说明", "relevant": relevant}),
            });
        }
        survey.push(json!({"type": "end_group"}));
    }
    let choices: Vec<Json> = ["a", "b", "c", "d"].iter().map(|name| json!({"list_name": "l", "name": name, "label": name, "k": name})).collect();
    let file = json!({"format": 1, "settings": {"form_id": "long", "version": "1"}, "survey": survey, "choices": choices});
    Form::from_kept(&file.to_string(), 1).map_err(|e| anyhow!("{e:?}"))
}

pub fn run() -> anyhow::Result<()> {
    let form = long()?;
    let day = NaiveDate::from_ymd_opt(2026, 11, 30).context("a day")?;
    let mut answers = form.begun(Around::default())?;
    let none = Answers::new();
    let mut times = Vec::new();
    for (n, id) in (0..).zip(form.questions().map(|q| q.id.clone()).collect::<Vec<_>>()) {
        let value = match form.question(&id).context("its own")?.kind {
            domain::form::QuestionKind::Choice => "a".into(),
            domain::form::QuestionKind::Choices => Value::Many(["a".to_owned()].into()),
            domain::form::QuestionKind::Number => Value::Int(n % 90),
            _ => "好".into(),
        };
        let began = Instant::now();
        answers = form.filled(&answers, day).after(&Change::Answer(&id, &value), [7; 32])?;
        let screen = Filling { form: &form, answers: &answers, last: &none, same: false, before: None, day }.screen();
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(!screen.parts.is_empty());
    }
    times.sort_by(f64::total_cmp);
    figure("form_tap_300", times.last().copied().context("taps")?, "ms, the slowest of 240 taps in a form of 300 questions, in the core", 5.0);
    Ok(())
}
