//! What the documents say of the tests is true: each test that docs/security.md names is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use std::fs;
use std::path::Path;

/// Every source file below a folder, one after the other.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let skipped = entry.file_name().is_some_and(|name| name == "target" || name == "node_modules" || name == "dist");
        if entry.is_dir() && !skipped {
            sources(&entry, all);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(&entry).unwrap());
        }
    }
}

/// The messages of a language: lines that begin with a name.
fn messages(project: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for file in fs::read_dir(project.join("assets/strings/zh-CN")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let named = text.lines().filter_map(|line| Some(line.split_once(" =")?.0).filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())));
        names.extend(named.map(str::to_owned));
    }
    names
}

/// A message that nobody says is translated and read through for nothing.
#[test]
fn every_message_is_said_somewhere() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut all, mut words) = (String::new(), String::new());
    for folder in ["app", "ui", "sync-server", "src-tauri", "xtask"] {
        sources(&project.join(folder), &mut all);
    }
    sources(&project.join("app/text/src"), &mut words);
    // Words of codes: `code("role", …)`, or a field's `=> "consent"`.
    let families =
        |text: &str, before: &str| text.split(before).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect::<Vec<_>>();
    let mut prefixes = [families(&all, "code(\""), families(&all, "code_or_raw(\""), families(&words, "=> \"")].concat();
    prefixes.retain(|prefix| !prefix.is_empty());
    assert!(prefixes.iter().any(|p| p == "role") && prefixes.iter().any(|p| p == "consent"), "{prefixes:?}");
    let family = |name: &str| prefixes.iter().any(|prefix| name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('-')));
    let method = |name: &str| name.replace('-', "_");
    let is_said = |name: &String| family(name) || all.contains(&format!(".{}(", method(name))) || all.contains(&format!("Text::{}", method(name)));
    let unsaid: Vec<String> = messages(project).into_iter().filter(|name| !is_said(name)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

#[test]
fn every_test_that_the_security_page_names_is_there() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(project.join("docs/security.md")).unwrap();
    let table = page.split("## Threats").nth(1).unwrap().split("## Not done").next().unwrap();
    let names: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|word| word.contains('_') && !word.contains(['/', '.', ' '])).collect();
    assert!(names.len() > 30, "{names:?}");
    let mut all = String::new();
    for folder in ["app", "sync-server", "tests", "src-tauri"] {
        sources(&project.join(folder), &mut all);
    }
    let missing: Vec<&&str> = names.iter().filter(|name| !all.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
