//! What earlier versions wrote is read for ever: documents, wire messages, a device's home, a server's database. A folder of
//! `fixtures/` holds what one version wrote; none is ever changed. After a change of a format, write the new version's with
//! `cargo test -p village --test old_versions -- --ignored` and add it beside the old ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use domain::roles::Kind;
use domain::sync::{SyncReply, SyncRequest};
use domain::{PersonRow, ReviewRow, VisitRow};
use records::Record;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use village::device::Device;
use village::picture::from_a_camera;
use village::programs::asset;
use village::server::{Server, admin};

const VERSIONS: &[&str] = &["v1", "v2", "v3", "v4", "v5", "v6"];

/// A form that the county wrote: its rows' names and words.
const WATER: [[&str; 4]; 3] =
    [["type", "name", "label", "nuanfang::carry"], ["select_one w", "source", "水从哪来", "yes"], ["image", "tap", "水龙头", ""]];

/// The county's form as a workbook.
fn water(dir: &Path) -> PathBuf {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("survey").unwrap().write_row_matrix(0, 0, WATER).unwrap();
    let choices = [["list_name", "name", "label"], ["w", "well", "井"], ["w", "tap", "自来水"]];
    book.add_worksheet().set_name("choices").unwrap().write_row_matrix(0, 0, choices).unwrap();
    book.add_worksheet().set_name("settings").unwrap().write_row_matrix(0, 0, [["form_id", "version"], ["water", "1"]]).unwrap();
    let file = dir.join("water.xlsx");
    book.save(&file).unwrap();
    file
}

fn ask(core: &mut Core, request: domain::api::Request) -> serde_json::Value {
    core.handle(request).unwrap().value
}

/// Photos of the visit; the first version had none.
fn photos(version: &str) -> usize {
    usize::from(version >= "v3")
}

fn folder(version: &str) -> PathBuf {
    asset("../tests/fixtures").join(version)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copied = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &copied);
        } else {
            fs::copy(entry.path(), copied).unwrap();
        }
    }
}

#[test]
fn documents_of_every_version_are_read() {
    for version in VERSIONS {
        for (name, kind) in [("person", Kind::Person), ("visit", Kind::Visit), ("review", Kind::Review)] {
            let record = Record::load(&fs::read(folder(version).join(format!("{name}.automerge"))).unwrap()).unwrap();
            assert_eq!(record.kind(), kind);
            let row = record.row().unwrap();
            match kind {
                Kind::Person => assert_eq!(PersonRow::of(&row).unwrap().name, "王小雨"),
                Kind::Visit => assert_eq!(VisitRow::of(&row).unwrap().form, "child-visit@1"),
                _ => assert_eq!(ReviewRow::of(&row).unwrap().comment, "写得清楚"),
            }
        }
    }
}

#[test]
fn sync_requests_of_every_version_are_understood() {
    for version in VERSIONS {
        let packed = fs::read(folder(version).join("sync-request.bin")).unwrap();
        let plain = zstd::decode_all(packed.as_slice()).unwrap();
        let request: SyncRequest = rmp_serde::from_slice(&plain).unwrap();
        assert_eq!((request.v, request.changes.len()), (if version >= &"v4" { 3 } else { 1 }, 1));
    }
}

#[test]
fn a_home_of_every_version_opens_and_goes_on() {
    for version in VERSIONS {
        let dir = TempDir::new().unwrap();
        let device = Device::new(dir.path(), "li");
        copy(&folder(version).join("home"), &device.home);
        let child = device.person("王小雨");
        assert_eq!(device.ok(&["status"])["pending"], 1);
        device.ok(&["edit", &child, "contact.phone=13800000002"]);
        assert_eq!(device.ok(&["status"])["pending"], 2);
        let visit = device.list(&["visits"])[0]["id"].as_str().unwrap().to_owned();
        let seen = device.list(&["visit", "photo", &visit]);
        assert_eq!((seen.len(), seen.iter().all(|p| p["here"] == true && p["uploaded"] == true)), (photos(version), true));
    }
}

/// Before the sixth version counties had no forms of their own.
#[test]
fn a_countys_form_its_visit_and_what_was_begun_by_it_are_there_in_later_versions() {
    for version in VERSIONS.iter().filter(|version| **version >= "v6") {
        let dir = TempDir::new().unwrap();
        let device = Device::new(dir.path(), "li");
        copy(&folder(version).join("home"), &device.home);
        let child = device.person("王小雨");
        let lines: Vec<serde_json::Value> =
            device.list(&["visits", "--person", &child]).iter().map(|v| device.ok(&["show", v["id"].as_str().unwrap()])).collect();
        let of_water = lines.iter().find(|visit| visit["item"]["form"] == "water@1").unwrap();
        assert_eq!((&of_water["lines"][0]["label"], &of_water["lines"][0]["now"]), (&"水从哪来".into(), &"井".into()));
        let mut core = device.core();
        let drafts = ask(&mut core, domain::api::Request::Drafts(domain::api::Drafts {}));
        let draft = drafts[0]["id"].as_str().unwrap().parse().unwrap();
        let open = ask(&mut core, domain::api::Request::OpenDraft(domain::api::OpenDraft { draft }));
        assert_eq!((&open["form"]["name"], &open["answers"]["source"]), (&"water@1".into(), &"tap".into()), "{open}");
    }
}

#[test]
fn a_servers_database_of_every_version_serves_new_devices() {
    for version in VERSIONS {
        let dir = TempDir::new().unwrap();
        let data = dir.path().join("server");
        copy(&folder(version).join("server"), &data);
        // New devices get the visits of the last year: it is 1 December 2026, however late this test is run.
        let server = Server::start_with(&data, "127.0.0.1:0", &[("NUANFANG_NOW", "1796090400000")]);
        let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
        let visits = wang.list(&["visits"]);
        let visit = visits.iter().find(|v| v["state"] == "approved").unwrap()["id"].as_str().unwrap();
        for n in 0..photos(version) {
            wang.ok(&["visit", "photo", visit, "--get", &n.to_string(), "--out", dir.path().join("photo.jpg").to_str().unwrap()]);
        }
        assert_eq!(wang.list(&["visit", "photo", visit]).len(), photos(version));
    }
}

/// Byte for byte what a client of that version sent, to a server of today.
#[test]
fn a_client_of_every_version_uploads() {
    for version in VERSIONS {
        let dir = TempDir::new().unwrap();
        let (data, home) = (dir.path().join("server"), dir.path().join("li"));
        copy(&folder(version).join("server"), &data);
        copy(&folder(version).join("home"), &home);
        let server = Server::start(&data);
        let mut core = Core::new(Box::new(SystemEnv), Box::new(Home::open(&home, || {}).unwrap()));
        core.unlock("280716").unwrap();
        let token = data_encoding::BASE64URL_NOPAD.encode(&core.secret().unwrap().token[..]);
        let body = fs::read(folder(version).join("sync-request.bin")).unwrap();
        let mut line = TcpStream::connect(server.host()).unwrap();
        let head = format!(
            "POST /v1/sync HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        line.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..end]));
        let reply: SyncReply = client::server::http::unpack(&answer[end..]).unwrap();
        let places: u32 = reply.taken.iter().map(|(from, to)| to - from).sum();
        assert_eq!((reply.accepted.len() + places as usize, reply.refused.len(), reply.held.len()), (1, 0, 0), "{version}");
    }
}

#[test]
#[ignore = "writes the fixtures of the present version"]
fn write_fixtures() {
    let out = folder(VERSIONS.last().unwrap());
    assert!(!out.exists(), "fixtures are never changed");
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff", "roster"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    for command in [vec!["form", "import", water(dir.path()).to_str().unwrap()], vec!["form", "publish", "water@1"]] {
        assert!(admin(&data, &command).status.success());
    }
    let server = Server::start(&data);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let answers = serde_json::json!({"kind": "home", "met": "refused", "refused_why": "busy", "note": "改天再来。"});
    let from = li.file("visit.json", &answers);
    let visit = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@1", "--from", &from])["id"].as_str().unwrap().to_owned();
    let from = li.file("water.json", &serde_json::json!({"source": "well"}));
    let yesterday = (client::Env::now(&client::device::env::SystemEnv).day() - chrono::Days::new(1)).to_string();
    li.ok(&["visit", "new", "--person", &child, "--form", "water@1", "--from", &from, "--at", &yesterday]);
    let photo = dir.path().join("photo.jpg");
    fs::write(&photo, from_a_camera(3, 96, 72)).unwrap();
    li.ok(&["visit", "photo", &visit, "--add", photo.to_str().unwrap()]);
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    let review = wang.ok(&["review", &visit, "--approve", "--comment", "写得清楚"])["id"].as_str().unwrap().to_owned();
    for device in [&wang, &li] {
        device.ok(&["sync"]);
    }
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    fs::create_dir_all(&out).unwrap();
    for (name, id) in [("person", &child), ("visit", &visit), ("review", &review)] {
        li.ok(&["export", id, "--automerge", out.join(format!("{name}.automerge")).to_str().unwrap()]);
    }
    let mut core = Core::new(Box::new(SystemEnv), Box::new(Home::open(&li.home, || {}).unwrap()));
    core.unlock(&li.pin).unwrap();
    let begun = domain::api::StartVisit { person: child.parse().unwrap(), form: Some("water".into()), correct: None };
    let draft = ask(&mut core, domain::api::Request::StartVisit(begun))["id"].as_str().unwrap().parse().unwrap();
    let answer = domain::api::Answer { draft, question: "source".into(), value: "tap".into() };
    ask(&mut core, domain::api::Request::Answer(answer));
    let request = client::server::sync::prepare(&core).unwrap().request;
    core.lock().unwrap();
    drop(core);
    fs::write(out.join("sync-request.bin"), zstd::encode_all(rmp_serde::to_vec_named(&request).unwrap().as_slice(), 9).unwrap()).unwrap();
    fs::remove_file(li.home.join("nuanfang.lock")).unwrap();
    copy(&li.home, &out.join("home"));
    drop(server);
    admin(&data, &["staff"]);
    copy(&data, &out.join("server"));
}
