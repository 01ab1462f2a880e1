use crate::village::*;
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(home: &Path, pin: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuanfang"));
    command.arg("--home").arg(home.join("li")).args(arguments).env("NUANFANG_PIN", pin);
    command.output().unwrap()
}

/// What was printed as JSON by a command that went well.
fn done(home: &Path, arguments: &[&str]) -> Value {
    let output = run(home, PIN, &[&["--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The code of a command that was refused.
fn refused(home: &Path, pin: &str, arguments: &[&str]) -> Value {
    let output = run(home, pin, &[&["--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    serde_json::from_slice::<Value>(&output.stderr).unwrap()["code"].clone()
}

fn enrolled() -> TempDir {
    let folder = TempDir::new().unwrap();
    let home = Home::open(&folder.path().join("li"), || {}).unwrap();
    let mut core = Core::new(Box::new(SystemEnv), Box::new(home));
    let joining = core.joining().unwrap();
    core.finish_enrol(&joining, PIN, "http://127.0.0.1:9", "127.0.0.1:9", 1, reference(li())).unwrap();
    folder
}

#[test]
fn a_device_that_did_not_join_says_so() {
    let folder = TempDir::new().unwrap();
    assert_eq!(done(folder.path(), &["status"])["phase"], "fresh");
    assert_eq!(refused(folder.path(), PIN, &["persons"]), "not_enrolled");
    assert_eq!(run(folder.path(), PIN, &["persons", "--nonsense"]).status.code(), Some(2));
    assert_eq!(run(folder.path(), PIN, &[]).status.code(), Some(2));
}

#[test]
fn a_file_and_a_visit_by_the_command_line() {
    let folder = enrolled();
    let home = folder.path();
    let file = |name: &str, json: &Value| {
        let path = home.join(name);
        std::fs::write(&path, json.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let new = json!({"area": COPPER, "identity": {"name": "陈小满"}, "categories": ["left_behind_child"], "risk.level": "high"});
    let id = done(home, &["person", "new", "--from", &file("person.json", &new)])["id"].as_str().unwrap().to_owned();
    let persons = done(home, &["persons", "--search", "cxm"]);
    let due = domain::Timestamp(client::Env::now(&SystemEnv).0 + DAY).day();
    assert_eq!(persons, json!([{"id": id, "name": "陈小满", "area": COPPER, "categories": ["left_behind_child"], "risk": "high", "due": due}]));
    done(home, &["edit", &id, "contact.phone=138 0000 0001", "household.new.name=周桂芳", "household.new.guardian=true"]);
    assert_eq!(done(home, &["show", &id])["fields"]["contact.phone"], "13800000001");
    let given = serde_json::to_value(answers("child-visit@s2")).unwrap();
    let visit = done(home, &["visit", "new", "--person", &id, "--form", "child-visit@s2", "--from", &file("visit.json", &given)]);
    let visits = done(home, &["visits", "--person", &id]);
    assert_eq!((&visits[0]["id"], &visits[0]["state"]), (&visit["id"], &json!("saved")));
    assert_eq!(done(home, &["status"])["pending"], 4);
    assert_eq!(done(home, &["conflicts"]), json!([]));
    let export = home.join("record.automerge");
    done(home, &["export", &id, "--automerge", export.to_str().unwrap()]);
    assert!(records::Record::load(&std::fs::read(export).unwrap()).is_ok());

    assert_eq!(refused(home, PIN, &["edit", &id, "status.state=closed"]), "needs_supervisor");
    assert_eq!(refused(home, "802417", &["persons"]), "wrong_pin");
    assert_eq!(refused(home, PIN, &["review", visit["id"].as_str().unwrap(), "--approve"]), "not_allowed");
    let words = run(home, PIN, &["persons"]);
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.contains("陈小满") && words.contains("铜都村") && words.contains("留守儿童") && words.contains("高风险"), "{words}");
}
