//! A county that lets tokens expire: renewed by a sync, refused when old, and nobody shut out who was away for a month, whose line broke at
//! the wrong moment, or whose server was restored. Real programs, whose clocks stand where the test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::link::Link;
use village::postgres;
use village::programs::program;
use village::raw::ask;
use village::server::{Server, json as printed, set_up};

/// 1 December 2026, and so many days later.
fn day(n: i64) -> String {
    (1_796_090_400_000 + n * 86_400_000).to_string()
}

/// An administrator's command on such a day.
fn admin_on(n: i64, data: &Path, args: &[&str]) -> Output {
    let flag = if data.to_string_lossy().starts_with("postgres:") { "--database" } else { "--data" };
    let mut command = Command::new(program("nuanfang-server"));
    let done = command.args(args).arg(flag).arg(data).env("NUANFANG_NOW", day(n)).env("NUANFANG_LOG", "error").output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

fn server_on(n: i64, data: &Path) -> Server {
    Server::start_with(data, "127.0.0.1:0", &[("NUANFANG_NOW", &day(n))])
}

fn set_days(n: i64, root: &Path, data: &Path, days: u32) {
    let mut policy = printed(&admin_on(n, data, &["policy"]));
    policy["token_days"] = json!(days);
    let file = root.join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    admin_on(n, data, &["policy", "--set", file.to_str().unwrap()]);
}

fn code_on(n: i64, data: &Path) -> String {
    printed(&admin_on(n, data, &["code", "S001", "--json"]))["code"].as_str().unwrap().to_owned()
}

/// 李主任's device behind a road that stays where it is while servers come and go.
fn li_on(n: i64, root: &Path, server: &Server) -> Device {
    let li = Device { now: Some(day(n)), ..Device::new(root, "li") };
    li.ok(&["enrol", "--server", &server.address, "--code", &code_on(n, &server.data)]);
    li
}

fn visit(device: &Device, note: &str) -> String {
    let from = device.file("visit.json", &routine_visit("child-visit@s2", note));
    let child = device.person("王小雨");
    device.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned()
}

fn state_of(device: &Device, visit: &str) -> Option<Value> {
    device.list(&["visits"]).iter().find(|v| v["id"] == visit).map(|v| v["state"].clone())
}

/// What a server says to whoever shows this token.
fn said_to(server: &Server, token: &str) -> (u16, Value) {
    let reply = ask(server.host(), "POST /v1/log", &format!("authorization: Bearer {token}\r\n"));
    (reply.status, serde_json::from_str(&reply.body).unwrap_or_default())
}

/// Renewal, expiry and return, on whatever keeps the data.
fn a_county_whose_tokens_live_sixty_days(root: &Path, data: &Path) {
    set_up(data);
    set_days(0, root, data, 60);
    let server = server_on(0, data);
    let mut li = li_on(0, root, &server);
    let (first, address) = (li.token(), server.host().to_owned());
    let again = |server: Server, n: i64| {
        drop(server);
        Server::start_with(data, &address, &[("NUANFANG_NOW", &day(n))])
    };

    // Before half of its time nothing changes.
    let server = again(server, 29);
    li.now = Some(day(29));
    li.ok(&["sync"]);
    assert_eq!(li.token(), first);

    // A month of floods later she comes in with her work, and has another token; a stolen old one is worth nothing.
    li.now = Some(day(59));
    let flood = visit(&li, "路断了一个月。");
    let server = again(server, 59);
    li.ok(&["sync"]);
    assert_eq!(state_of(&li, &flood), Some(json!("uploaded")));
    let second = li.token();
    assert_ne!(second, first);
    let (status, said) = said_to(&server, &first);
    assert_eq!((status, &said["failure"]), (401, &json!({"code": "not_allowed", "field": "device"})));
    assert_ne!(said_to(&server, &second).0, 401);
    li.ok(&["sync"]);

    // Away for longer than that: told what to do, nothing lost, and a code is the way back, once.
    let server = again(server, 120);
    li.now = Some(day(120));
    let late = visit(&li, "两个月没有信号。");
    let told = li.refused(&["sync"]);
    assert!(told.contains("token_expired") && told.contains("登记码"), "{told}");
    assert_eq!(state_of(&li, &late), Some(json!("saved")));
    let (status, said) = said_to(&server, &second);
    assert_eq!((status, &said["failure"], &said["word"]), (401, &json!({"code": "not_allowed", "field": "device"}), &json!("token_expired")));
    assert!(li.refused(&["rejoin", "--code", "AAAA-AAAA"]).contains("wrong_code"));
    li.ok(&["rejoin", "--code", &code_on(120, data)]);
    assert_eq!(state_of(&li, &late), Some(json!("uploaded")));
    assert!(li.token() != second && said_to(&server, &second).0 == 401, "the expired one does not come to life again");

    // A stricter rule begins for everybody on its first day, and none at all ends it.
    let third = li.token();
    let server = again(server, 400);
    set_days(400, root, data, 0);
    li.now = Some(day(400));
    li.ok(&["sync"]);
    assert_eq!(li.token(), third);
    set_days(400, root, data, 60);
    li.ok(&["sync"]);
    assert_ne!(li.token(), third);
    drop(server);
}

#[test]
fn a_token_is_renewed_by_a_sync_and_refused_when_its_time_is_over() {
    let dir = TempDir::new().unwrap();
    a_county_whose_tokens_live_sixty_days(dir.path(), &dir.path().join("server"));
}

#[test]
fn in_postgresql_as_well() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    a_county_whose_tokens_live_sixty_days(dir.path(), Path::new(&database.url));
}

#[test]
fn a_line_that_breaks_anywhere_in_a_renewal_shuts_nobody_out() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    set_days(0, dir.path(), &data, 60);
    let server = server_on(0, &data);
    let link = Link::to(server.host());
    let mut li = Device { now: Some(day(0)), ..Device::new(dir.path(), "li") };
    li.ok(&["enrol", "--server", &link.address, "--code", &code_on(0, &data)]);
    let (first, address) = (li.token(), server.host().to_owned());
    drop(server);
    let server = Server::start_with(&data, &address, &[("NUANFANG_NOW", &day(31))]);
    li.now = Some(day(31));
    // Further each time, until a whole renewal comes through.
    let mut allowed = 0;
    while li.token() == first || said_to(&server, &first).0 != 401 {
        allowed += 150;
        link.mend();
        link.allow(allowed);
        li.run(&["sync"]);
        assert!(allowed < 100_000, "it never comes through");
    }
    link.mend();
    link.allow(i64::MAX);
    let note = visit(&li, "线又通了。");
    li.ok(&["sync"]);
    assert_eq!(state_of(&li, &note), Some(json!("uploaded")));
}

#[test]
fn a_restored_server_knows_a_device_by_what_it_has() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    set_days(0, dir.path(), &data, 60);
    let server = server_on(0, &data);
    let mut li = li_on(0, dir.path(), &server);
    let (first, address) = (li.token(), server.host().to_owned());
    drop(server);
    let backup = dir.path().join("monday.db");
    admin_on(20, &data, &["backup", backup.to_str().unwrap()]);
    let start = |n: i64| Server::start_with(&data, &address, &[("NUANFANG_NOW", &day(n))]);
    let server = start(40);
    li.now = Some(day(40));
    li.ok(&["sync"]);
    let second = li.token();
    assert_ne!(second, first);
    drop(server);

    // The database of before can be read: what was renewed since stays renewed, and what was stolen stays worthless.
    admin_on(70, &data, &["restore", backup.to_str().unwrap()]);
    let server = start(70);
    assert_eq!(said_to(&server, &first).0, 401);
    li.now = Some(day(70));
    let one = visit(&li, "恢复以后。");
    li.ok(&["sync"]);
    assert_eq!(state_of(&li, &one), Some(json!("uploaded")));
    let third = li.token();
    drop(server);

    // It cannot: the device comes back by the token that the backup knows, though it is old, and has another one at once.
    fs::remove_file(data.join("nuanfang.db")).unwrap();
    admin_on(90, &data, &["restore", backup.to_str().unwrap()]);
    let server = start(90);
    li.now = Some(day(90));
    let two = visit(&li, "又恢复一次。");
    li.ok(&["sync"]);
    assert_eq!(state_of(&li, &two), Some(json!("uploaded")));
    let token = li.token();
    assert!(token != third && token != first);
    for old in [&first, &second, &third] {
        assert_eq!(said_to(&server, old).0, 401);
    }
    drop(server);
}
