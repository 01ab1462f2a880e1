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
use village::server::{Server, admin};
use village::window::PHONE;

const QUESTIONS: usize = 300;

/// Parts of so many questions: most asked because of an earlier one, with bounds, sums and a list that is filtered.
fn rows(in_a_part: usize, id: &str) -> String {
    let mut survey: Vec<Json> = Vec::new();
    for part in 0..QUESTIONS / in_a_part {
        survey.push(json!({"type": "begin_group", "name": format!("g{part}"), "label": "部分"}));
        for n in part * in_a_part..(part + 1) * in_a_part {
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
    let settings = json!({"form_id": id, "version": "1", "nuanfang::programme": "child"});
    json!({"format": 1, "settings": settings, "survey": survey, "choices": choices}).to_string()
}

fn long() -> anyhow::Result<Form> {
    Form::from_kept(&rows(10, "long"), 1).map_err(|e| anyhow!("{e:?}"))
}

/// The same form on a phone six times slower, in thirty parts and in one: from the tap until the answer is drawn, and until the core has said
/// what follows and that is drawn.
async fn in_a_browser() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    village::server::set_up(&data);
    for (name, in_a_part) in [("long", 10), ("whole", QUESTIONS)] {
        let book = forms::sheet::file::workbook(&rows(in_a_part, name)).map_err(|e| anyhow!("{e:?}"))?;
        let file = dir.path().join("form.xlsx");
        std::fs::write(&file, sync_server::import::form::write(&book, Default::default())?)?;
        for command in [vec!["form", "import", file.to_str().context("a path")?], vec!["form", "publish", &format!("{name}@1")]] {
            let done = admin(&data, &command);
            anyhow::ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
    }
    let server = Server::start(&data);
    let window = super::browser::enrol(&dir.path().join("li"), &server, PHONE, "S001").await;
    window.see("due-person").await;
    let slow = window.slow_down_all(6);
    for (name, bench) in [("long", "form_tap_browser"), ("whole", "form_tap_browser_one_part")] {
        window.go_to("tab-files").await;
        window.click("person").await;
        window.click(&format!("form-{name}")).await;
        window.click("form-begin").await;
        window.see("visit-form").await;
        let (mut shown, mut told) = (Vec::new(), Vec::new());
        for nth in 0..20 {
            // Two options of two questions in turn, so that each tap changes something.
            let option = format!("[data-test='q{}:{}']", [0, 5][nth % 2], ["a", "b"][nth / 2 % 2]);
            let tap = format!("document.querySelector(\"{option}\").closest('label').click()");
            shown.push(super::browser::drawn(&window, &tap, &format!("label.on:has({option})")).await);
            told.push(super::browser::drawn(&window, "0", "[data-test=saving][data-state=saved]").await + shown.last().copied().unwrap_or_default());
        }
        eprintln!("{:>8.1} ms  until what follows is drawn, {name}", super::browser::median(&told));
        figure(bench, super::browser::median(&shown), "ms from the tap until the answer is drawn, 300 questions, processor six times slower", 100.0);
        window.go_to("tab-files").await;
    }
    drop(slow);
    window.close().await;
    Ok(())
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
    tokio::runtime::Runtime::new()?.block_on(in_a_browser())
}
