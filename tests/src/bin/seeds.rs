//! `seeds FOLDER`: what fuzzing begins with, made of honest changes and of those of the chaos client.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use domain::sync::Push;
use std::path::{Path, PathBuf};
use village::chaos::cases::{amendments, beginnings};
use village::chaos::{LI, Scene, opened, request};
use village::programs::asset;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    let scene = Scene::new(1);
    let honest = scene.changes.iter().map(|(_, c)| c.bytes.clone()).chain([scene.next().bytes, scene.next_by_new_actor().bytes, opened(2).1.bytes]);
    let chaos = amendments().into_iter().map(|c| (c.bytes)(&scene)).chain(beginnings().into_iter().map(|c| (c.bytes)(2).1));
    let all: Vec<Vec<u8>> = honest.chain(chaos).filter(|bytes| bytes.len() < 4000).collect();
    for (n, bytes) in all.iter().enumerate() {
        seed(&folder, "change", n, 0, bytes);
        seed(&folder, "change", 1000 + n, 1, body(bytes));
        seed(&folder, "sync", n, 1, &request(&LI, vec![Push { record: scene.record.id(), bytes: bytes.clone() }]));
    }
    let mut record = opened(1).0;
    for (n, (_, change)) in scene.changes.iter().enumerate() {
        record.absorb(std::slice::from_ref(&change.bytes)).unwrap();
        seed(&folder, "document", n, 1, body(&record.save()));
        seed(&folder, "document", 100 + n, 0, &record.save());
    }
    forms(&folder);
}

/// Public and invented workbooks, the forms they are, and expressions.
fn forms(folder: &Path) {
    let states = asset("../app/forms/tests/states");
    let files = [states.clone(), states.join("public")].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    for (n, file) in files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).enumerate() {
        let bytes = std::fs::read(file).unwrap();
        if let Ok(found) = sync_server::import::form::read(&bytes) {
            plain(folder, "workbook", n, &bytes);
            plain(folder, "form", n, forms::sheet::file::to_json(&found.book).unwrap_or_default().as_bytes());
        }
    }
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(states.join("../expressions.json")).unwrap()).unwrap();
    for (n, case) in cases.get("cases").and_then(|all| all.as_array()).into_iter().flatten().enumerate() {
        let columns = ["calculate", "relevant", "constraint", "choice_filter"];
        columns.iter().filter_map(|column| case.get(*column)?.as_str()).for_each(|expression| plain(folder, "form", 1000 + n, expression.as_bytes()));
    }
}

fn plain(folder: &Path, target: &str, n: usize, bytes: &[u8]) {
    let folder = folder.join(target);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("honest-{n}")), bytes).unwrap();
}

/// A chunk without magic, checksum, kind and length.
fn body(bytes: &[u8]) -> &[u8] {
    let rest = bytes.get(9..).unwrap_or_default();
    let end = rest.iter().position(|b| b & 0x80 == 0).unwrap_or_default();
    rest.get(end + 1..).unwrap_or_default()
}

fn seed(folder: &Path, target: &str, n: usize, how: u8, bytes: &[u8]) {
    let folder = folder.join(target);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("honest-{n}")), [&[how], bytes].concat()).unwrap();
}
