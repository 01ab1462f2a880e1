//! What one device or one address may cost a server, attacked with real processes, and beside each attack whoever must go on working.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::server::http::{Http, address, pack, unpack};
use client::server::sync::prepare;
use domain::api::Edit;
use domain::sync::{EnrolRequest, MAX_BODY, Push, SyncReply, SyncRequest, WIRE};
use domain::{DeviceId, Hash, RecordId};
use records::{Actor, Writer};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use sync_server::env::{Env, SystemEnv};
use tempfile::TempDir;
use village::device::Device;
use village::plain::{self, bearer, begin};
use village::programs::asset;
use village::raw::{ask, read, send};
use village::server::{Server, admin};

/// The office's county, served with these settings.
fn county(settings: &str) -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff", "roster"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    let server = Server::configured(&data, settings);
    (dir, server)
}

fn li(dir: &TempDir, server: &Server) -> Device {
    Device::enrolled(dir.path(), "li", server, &server.address, "S001")
}

/// Most memory that a server ever had, kB.
fn peak(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A sync whose cursor names whatever a hostile program likes.
#[derive(Serialize)]
struct Hostile {
    v: u32,
    d: DeviceId,
    e: u64,
    c: HostileCursor,
    r: u64,
}
#[derive(Serialize)]
struct HostileCursor {
    s: u64,
    q: BTreeMap<String, u64>,
    k: bool,
}

fn request(device: &Device) -> SyncRequest {
    prepare(&device.core()).unwrap().request
}

#[test]
fn a_cursor_of_millions_of_counties_is_refused_and_costs_no_memory() {
    let (dir, server) = county("");
    let li = li(&dir, &server);
    let honest = request(&li);
    let before = peak(&server);
    for many in [2_200_000, 500_000, 5_001] {
        let q = (0..many).map(|n| (format!("{n:012}"), 0)).collect();
        let hostile = Hostile { v: WIRE, d: honest.device, e: honest.epoch, c: HostileCursor { s: honest.cursor.scope, q, k: true }, r: 0 };
        let reply = plain::ask(&server.address, "POST", "/v1/sync", &[("authorization", &bearer(&li))], &pack(&hostile).unwrap());
        assert_eq!((reply.status, reply.code().as_str()), (413, "too_large"), "{many}");
    }
    let grown = peak(&server) - before;
    assert!(grown < 64 << 10, "{grown} kB");
}

#[tokio::test]
async fn a_cursor_with_counties_of_others_is_answered_for_ones_own() {
    let (dir, server) = county("");
    let li = li(&dir, &server);
    let mut request = request(&li);
    let own = request.cursor.seq.clone();
    request.cursor.seq.extend((0..4000).map(|n| (format!("{:06}", 110_000 + n).parse().unwrap(), 7)));
    let http = Http::new(Box::new(|_| {})).unwrap();
    let url = address(&server.address).unwrap().join("v1/sync");
    let reply: SyncReply = http.post(url, Some(&li.token()), &request, &[]).await.unwrap().body;
    assert_eq!(reply.cursor.unwrap().seq, own);
    li.ok(&["sync"]);
}

/// Text is an operation a letter: a few thousand compressed bytes may be half a million operations.
#[test]
fn of_changes_that_are_very_many_operations_a_request_takes_some_and_the_device_goes_on_until_all_are_answered() {
    let (dir, server) = county("");
    let li = li(&dir, &server);
    let mut request = request(&li);
    let child: RecordId = li.person("王小雨").parse().unwrap();
    let edits = [Edit { path: "situation.health".parse().unwrap(), value: "好".repeat(4_000).as_str().into() }];
    let writer = Writer { staff: "S001".parse().unwrap(), device: request.device, at: SystemEnv.now(), actor: Actor([1; 8]) };
    let change = li.core().view().unwrap().record(child).unwrap().edit(&edits, &writer).unwrap().remove(0);
    // One is as many operations as twenty; that it is the same each time only makes the test quick.
    request.changes = vec![Push { record: child, bytes: change.bytes }; 20];
    let mut rounds = 0;
    while !request.changes.is_empty() {
        let said = plain::ask(&server.address, "POST", "/v1/sync", &[("authorization", &bearer(&li))], &pack(&request).unwrap());
        let reply: SyncReply = unpack(&said.body).unwrap();
        let taken: usize = reply.taken.iter().map(|(from, to)| usize::try_from(to - from).unwrap()).sum();
        let answered = taken + reply.held.len() + reply.refused.iter().map(|r| 1 + r.blocked.len()).sum::<usize>();
        assert!((1..=12).contains(&answered), "{answered} changes of 4,000 operations");
        request.changes.drain(..answered);
        rounds += 1;
    }
    assert_eq!(rounds, 2);
}

/// Fills what it can and then says nothing more.
fn almost(server: &Server, device: &Device, length: usize, sent: usize) -> TcpStream {
    begin(&server.address, "POST", "/v1/sync", &[("authorization", &bearer(device))], length, &vec![7; sent])
}

#[test]
fn a_body_that_came_at_once_except_its_last_byte_is_given_up_as_soon_as_any_other() {
    let (dir, server) = county("[limits]\nbody_seconds = 1\nbody_bytes_per_second = 1000");
    let li = li(&dir, &server);
    // It has earned an hour at a thousand bytes a second.
    let answer = read(almost(&server, &li, MAX_BODY, MAX_BODY - 1));
    assert_eq!(answer.status, 408, "{answer:?}");
    li.ok(&["sync"]);
}

#[test]
fn bodies_of_many_connections_together_stay_within_their_room_and_an_honest_one_comes_after() {
    let (dir, server) = county("[limits]\nbody_seconds = 1\nbodies_bytes = 8388608\ndevice_requests = 100");
    let li = li(&dir, &server);
    let before = peak(&server);
    let hers = bearer(&li);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let body = vec![7; MAX_BODY - 1];
                let head = format!("POST /v1/sync HTTP/1.1\r\nhost: x\r\nauthorization: {hers}\r\ncontent-length: {MAX_BODY}\r\n\r\n");
                let mut line = send(server.host(), &head);
                // Who gets no room is told so before all of it is sent.
                _ = line.write_all(&body);
                assert!(matches!(read(line).status, 0 | 408 | 503));
            });
        }
    });
    let grown = peak(&server) - before;
    assert!(grown < 40 << 10, "{grown} kB for bodies of 80 MB");
    li.ok(&["sync"]);
}

#[test]
fn a_device_has_few_bodies_under_way_and_others_have_theirs() {
    let (dir, server) = county("[limits]\ndevice_requests = 2\nbody_seconds = 600");
    let li = li(&dir, &server);
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let held = [almost(&server, &li, 1000, 1), almost(&server, &li, 1000, 1)];
    let third = || plain::ask(&server.address, "POST", "/v1/sync", &[("authorization", &bearer(&li))], &[0; 10]).status;
    while third() != 503 {
        std::thread::yield_now();
    }
    wang.ok(&["sync"]);
    drop(held);
    while third() == 503 {
        std::thread::yield_now();
    }
    li.ok(&["sync"]);
}

#[test]
fn sockets_that_say_nothing_keep_nobody_out_and_are_closed() {
    let (_dir, server) = county("[limits]\nconnections = 20\naddress_connections = 10\nhead_seconds = 600\nidle_seconds = 600");
    let silent: Vec<TcpStream> = (0..60).map(|_| send(server.host(), "")).collect();
    assert_eq!(ask(server.host(), "GET /health", "").status, 200);
    for socket in silent.into_iter().take(40) {
        assert_eq!(read(socket).status, 0, "the oldest went");
    }
    let (_dir, server) = county("[limits]\nhead_seconds = 1\nidle_seconds = 600");
    assert_eq!(read(send(server.host(), "")).status, 0, "a first byte is waited for as long as a head");
}

/// A stream of news: the connection, and its lines.
fn news(server: &Server, device: &Device) -> impl Iterator<Item = String> {
    let stream = send(server.host(), &format!("GET /v1/wake HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: {}\r\n\r\n", bearer(device)));
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("data: ")), "where the feed stands");
    lines
}

#[test]
fn an_office_whose_devices_all_come_from_one_address_works() {
    let (dir, server) = county("[limits]\naddress_connections = 2\nhead_seconds = 600\nidle_seconds = 600");
    // Each hears the news on a connection that stays: far more than strangers may have.
    let office: Vec<Device> = (0..6).map(|n| Device::enrolled(dir.path(), &format!("li{n}"), &server, &server.address, "S001")).collect();
    let streams: Vec<_> = office.iter().map(|device| news(&server, device)).collect();
    let vandal: Vec<TcpStream> = (0..10).map(|_| send(server.host(), "")).collect();
    let child = office[0].person("王小雨");
    office[0].ok(&["edit", &child, "contact.phone=13800000001"]);
    for device in &office {
        device.ok(&["sync"]);
    }
    for mut stream in streams {
        assert!(stream.any(|line| line.starts_with("data: ")), "still there");
    }
    drop(vandal);
}

#[test]
fn a_device_has_one_stream_of_news_and_a_stopped_device_none() {
    let (dir, server) = county("");
    let li = li(&dir, &server);
    let first = news(&server, &li);
    let second = news(&server, &li);
    assert_eq!(first.filter(|line| line.starts_with("data: ")).count(), 0, "it ended");
    let device = li.core().secret().unwrap().device.to_string();
    assert!(admin(&server.data, &["device", "revoke", &device]).status.success());
    assert_eq!(second.filter(|line| line.starts_with("data: ")).count(), 0, "it ended");
    assert_eq!(ask(server.host(), "GET /v1/wake", &format!("authorization: {}\r\n", bearer(&li))).status, 410);
}

#[test]
fn wrong_codes_of_one_address_keep_nobody_else_out_and_cost_no_waiting_for_bodies() {
    let (dir, server) = county("trusted_proxies = [\"127.0.0.0/8\"]");
    let join = |from: &str, code: &str, n: u8| {
        let device = DeviceId::new(0, [n; 10]);
        let token_hash = Hash(Sha256::digest([n]).into());
        let request = EnrolRequest { v: WIRE, code: code.into(), device, token_hash, label: "test".into(), replaces: None };
        plain::ask(&server.address, "POST", "/v1/enrol", &[("x-forwarded-for", from)], &pack(&request).unwrap())
    };
    for n in 0..5 {
        assert_eq!(join("192.0.2.66", "22222222", n).code(), "wrong_code");
    }
    let code = server.code("S001");
    assert_eq!(join("192.0.2.66", &code, 5).code(), "slow_down");
    let unsent = "POST /v1/enrol HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.66\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n";
    assert_eq!(read(send(server.host(), unsent)).status, 429, "not a byte of it is waited for");
    assert_eq!(join("192.0.2.67", &code, 5).status, 200, "the office next door");
    // People who mistype twice get in.
    assert_eq!(join("192.0.2.68", "33333333", 6).code(), "wrong_code");
    assert_eq!(join("192.0.2.68", &server.code("S002"), 6).status, 200);
    drop(dir);
}

#[test]
fn only_an_administrator_is_waited_for_with_a_large_list() {
    let (dir, server) = county("[limits]\nbody_seconds = 600");
    let li = li(&dir, &server);
    let head = format!(
        "POST /v1/admin/import/staff?file=list.csv HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: 60000000\r\nconnection: close\r\n\r\n",
        bearer(&li)
    );
    assert_eq!(read(send(server.host(), &head)).status, 403);
}

#[test]
fn an_operator_lists_and_drops_what_was_refused() {
    let (dir, server) = county("");
    let li = li(&dir, &server);
    let device = li.core().secret().unwrap().device;
    let mut request = request(&li);
    let record = li.person("王小雨").parse().unwrap();
    request.changes = (0..3u8).map(|n| Push { record, bytes: vec![n; 40] }).collect();
    assert_eq!(plain::ask(&server.address, "POST", "/v1/sync", &[("authorization", &bearer(&li))], &pack(&request).unwrap()).status, 200);
    let run = |args: &[&str]| {
        let output = admin(&server.data, args);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, listed) = run(&["quarantine", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((status, listed.as_array().unwrap().len(), &listed[0]["bytes"], &listed[0]["staff"]), (Some(0), 3, &40.into(), &"S001".into()));
    assert_eq!(run(&["quarantine", "list", "--limit", "2"]).1.lines().count(), 2);
    assert_eq!(run(&["quarantine", "drop"]).0, Some(2), "it must be said which");
    assert!(run(&["quarantine", "drop", "--days", "1"]).1.contains(" 0 "));
    assert!(run(&["quarantine", "drop", "--device", &device.to_string()]).1.contains(" 3 "));
    assert_eq!(run(&["quarantine", "list"]), (Some(0), String::new()));
    let log: serde_json::Value = serde_json::from_str(&run(&["audit", "--json"]).1).unwrap();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!((&last["what"], &last["number"], &last["other"]), (&"quarantine_dropped".into(), &3.into(), &device.to_string().into()), "{last}");
    drop(dir);
}

#[test]
fn who_comes_by_https_is_told_to_come_by_nothing_else() {
    let strict = |server: &Server, what: &str| ask(server.host(), what, "").header("strict-transport-security").map(str::to_owned);
    let (_dir, server) = county("behind_https = true");
    for what in ["GET /", "GET /v1/admin/staff"] {
        assert_eq!(strict(&server, what).as_deref(), Some("max-age=31536000"));
    }
    let (_dir, server) = county("");
    assert_eq!(strict(&server, "GET /"), None, "a machine without a certificate must stay reachable");
}

/// Reads the head of a reply that may have no end.
fn head(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    while !said.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.extend(byte);
    }
    String::from_utf8(said).unwrap().to_lowercase()
}

#[test]
fn nobody_on_the_way_keeps_an_answer_of_the_protocol() {
    let (dir, server) = county("");
    let liu = Device::enrolled(dir.path(), "liu", &server, &server.address, "S007");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let document: serde_json::Value = serde_json::from_str(&ask(server.host(), "GET /openapi.json", "").body).unwrap();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/v1/")) {
        for method in methods.as_object().unwrap().keys() {
            let path: String = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
            for who in [String::new(), format!("authorization: {}\r\n", bearer(&liu)), format!("authorization: {}\r\n", bearer(&wang))] {
                let method = method.to_uppercase();
                let said = head(send(server.host(), &format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{who}content-length: 0\r\n\r\n")));
                let private = said.lines().any(|line| line.starts_with("cache-control: ") && line.ends_with("no-store"));
                assert!(private && said.contains("\r\nx-content-type-options: nosniff\r\n"), "{method} {path}: {said}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
    assert!(head(send(server.host(), "GET /v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n")).contains("no-store"));
}
