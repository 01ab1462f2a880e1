//! What sync costs: a worker's day, nothing new, the first download of the sample county.
use crate::figure;
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::server::http::Http;
use client::server::online;
use domain::api::*;
use domain::form::Answers;
use domain::{RecordId, Value};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;
use tokio::runtime::Runtime;
use village::server::{Server, admin};

const PIN: &str = "274951";

struct Worker {
    core: Mutex<Core>,
    http: Http,
    runtime: Runtime,
}

impl Worker {
    fn enrol(home: &Path, server: &Server, staff: &str) -> anyhow::Result<(Worker, f64)> {
        let core = Mutex::new(Core::new(Box::new(SystemEnv), Box::new(Home::open(home, || {})?)));
        let worker = Worker { core, http: Http::new(Box::new(|_| {}))?, runtime: tokio::runtime::Builder::new_multi_thread().enable_all().build()? };
        let began = Instant::now();
        worker.ask(Enrol { server: server.address.clone(), code: server.code(staff), pin: PIN.into(), label: "bench".into() })?;
        worker.ask(Sync {})?;
        Ok((worker, began.elapsed().as_secs_f64()))
    }
    fn ask<C: Call>(&self, call: C) -> anyhow::Result<C::Reply> {
        let response = self.runtime.block_on(online::handle(&self.core, &self.http, call.into()))?;
        Ok(serde_json::from_value(response.value)?)
    }
    fn persons(&self, limit: usize) -> anyhow::Result<Vec<RecordId>> {
        let list = self.ask(Persons { query: PersonQuery { limit, ..PersonQuery::default() } })?;
        Ok(list.rows.iter().map(|p| p.id).collect())
    }
}

/// A visit as recorded of an evening: coded answers and 150 characters of which no two visits have the same.
pub fn answers(n: usize) -> Answers {
    let form = village::answers::form("child-visit@s2");
    let note: String =
        (0..150).map(|i| char::from_u32(0x4e00 + ((n * 7919 + i * 104_729 + (i * i * 31) % 977) % 3500) as u32).unwrap_or('的')).collect();
    let mut answers: Answers =
        [("kind", "home"), ("met", "met"), ("note", note.as_str())].into_iter().map(|(q, a)| (q.to_owned(), Value::from(a))).collect();
    while let Some(problem) = form.filled(&answers, "2026-11-22".parse().expect("a day")).check().first() {
        let question = form.question(&problem.question).expect("its own question");
        let option = question.options.get(n % question.options.len().max(1)).map(|o| o.id.clone());
        let value = match (question.kind, option) {
            (domain::form::QuestionKind::Choices, Some(id)) => Value::Many([id].into()),
            (domain::form::QuestionKind::Choice, Some(id)) => Value::Text(id),
            (domain::form::QuestionKind::YesNo, _) => Value::Bool(n.is_multiple_of(2)),
            (domain::form::QuestionKind::Number, _) => Value::Int(1),
            _ => "有".into(),
        };
        answers.insert(problem.question.clone(), value);
    }
    answers
}

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    let made = admin(&data, &["sample", "--seed", "1"]);
    anyhow::ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = Server::start(&data);

    let (officer, seconds) = Worker::enrol(&dir.path().join("officer"), &server, "S006")?;
    let status = officer.ask(Status {})?;
    figure("first_download_seconds", seconds, &format!("s for {} files with their visits, loopback, PIN set", status.persons), 30.0);
    {
        let first = Instant::now();
        officer.ask(Lock {})?;
        officer.ask(Unlock { pin: PIN.into() })?;
        officer.persons(50)?;
        figure("start_to_list", first.elapsed().as_secs_f64(), "s, sample county", 1.0);
    }

    let (li, _) = Worker::enrol(&dir.path().join("li"), &server, "S001")?;
    let (wang, _) = Worker::enrol(&dir.path().join("wang"), &server, "S002")?;
    let persons = li.persons(30)?;
    for n in 0..30 {
        li.ask(NewVisit { person: persons[n % persons.len()], form: "child-visit@s2".into(), answers: answers(n), sure: false })?;
    }
    for (n, person) in persons.iter().take(10).enumerate() {
        let edits =
            vec![Edit { path: "plan.text".parse().map_err(anyhow::Error::msg)?, value: format!("第{n}周走访，已联系学校。").into() }];
        wang.ask(EditPerson { id: *person, edits })?;
    }
    wang.ask(Sync {})?;
    let warm = Instant::now();
    let day = li.ask(Sync {})?;
    let seconds = warm.elapsed().as_secs_f64();
    anyhow::ensure!(day.accepted == 30 && day.refused == 0 && day.state == SyncState::Done, "{day:?}");
    figure("day_requests", f64::from(day.requests), "requests", 1.0);
    figure("day_up", day.up_bytes as f64, "bytes", 14.0 * 1024.0);
    figure("day_down", day.down_bytes as f64, "bytes", 1.4 * 1024.0);
    figure("day_seconds", seconds * 1000.0, "ms beyond the round trip", 60.0);
    let nothing = li.ask(Sync {})?;
    figure("noop_requests", f64::from(nothing.requests), "requests", 1.0);
    figure("noop_bytes", (nothing.up_bytes + nothing.down_bytes) as f64, "bytes, both directions with headers", 400.0);
    Ok(())
}
