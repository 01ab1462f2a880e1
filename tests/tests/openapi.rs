//! What the server says of itself at `/openapi.json`, held against what it really takes and gives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::server::http::{Http, address};
use client::server::sync::prepare;
use domain::audit::Access;
use domain::sync::{EnrolReply, EnrolRequest, LogReply, LogRequest, SyncReply, WIRE};
use domain::{DeviceId, Hash};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::process::Command;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::programs::asset;
use village::raw::{Answer, ask, send};
use village::server::{Server, set_up};

const UNLIMITED: &str = "wrong_codes_per_minute = 1000000\nwrong_codes_per_address = 1000000\n[limits]\ndevice_work_seconds = 1000000\ndevice_per_minute = 1000000\naddress_per_minute = 1000000\nenrol_per_minute = 1000000";

fn county() -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::configured(&data, UNLIMITED);
    (dir, server)
}

/// The document, in which a field that is not described is an error.
struct Document(Value);

impl Document {
    fn read(server: &Server) -> Document {
        let mut document = serde_json::from_str(&ask(server.host(), "GET /openapi.json", "").body).unwrap();
        close(&mut document);
        Document(document)
    }

    #[track_caller]
    fn check(&self, schema: &str, value: &impl Serialize) {
        let whole = json!({ "$ref": format!("#/components/schemas/{schema}"), "components": self.0["components"] });
        let value = serde_json::to_value(value).unwrap();
        let errors: Vec<_> = jsonschema::validator_for(&whole).unwrap().iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{schema}: {errors:#?}");
    }
}

fn close(value: &mut Value) {
    if value["properties"].is_object() && value.get("additionalProperties").is_none() {
        value["additionalProperties"] = json!(false);
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(close),
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

fn json_of(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn what_is_really_said_is_as_the_document_describes_it() {
    let (dir, server) = county();
    let document = Document::read(&server);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let liu = Device::enrolled(dir.path(), "liu", &server, &server.address, "S007");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    let visit = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned();
    let http = Http::new(Box::new(|_| {})).unwrap();
    let url = |path: &str| address(&server.address).unwrap().join(path);

    // A visit goes up, refused and accepted changes come back, and so does what others wrote.
    wang.ok(&["edit", &child, "contact.phone=13800000001"]);
    wang.ok(&["sync"]);
    let mut request = prepare(&li.core()).unwrap().request;
    assert!(!request.changes.is_empty());
    request.changes.push(domain::sync::Push { record: child.parse().unwrap(), bytes: vec![1, 2, 3] });
    request.known = vec![Hash([7; 32])];
    // What was put down of access goes along, and alone as well.
    let seen = |n: u64, what: &str| Access {
        n,
        at: domain::Timestamp(1),
        what: what.into(),
        record: child.parse().unwrap(),
        reason: "cover".into(),
        device: Some(request.device),
    };
    let alone = LogRequest { v: WIRE, log: vec![seen(2, "opened")] };
    request.log = vec![seen(1, "export")];
    document.check("LogRequest", &alone);
    let logged: LogReply = http.post(url("v1/log"), Some(&li.token()), &alone, &[]).await.unwrap().body;
    assert_eq!(logged.logged, 1);
    document.check("LogReply", &logged);
    document.check("SyncRequest", &request);
    let reply: SyncReply = http.post(url("v1/sync"), Some(&li.token()), &request, &[]).await.unwrap().body;
    assert!(
        reply.accepted.is_empty()
            && reply.taken == [(0, u32::try_from(request.changes.len() - 1).unwrap())]
            && !reply.refused.is_empty()
            && !reply.lost.is_empty()
            && !reply.feed.is_empty(),
        "{reply:?}"
    );
    document.check("SyncReply", &reply);
    wang.ok(&["sync"]);
    wang.ok(&["review", &visit, "--approve"]);
    wang.ok(&["sync"]);

    // Somebody joins, and reads everything: files, visits, reviews.
    let (device, token) = (DeviceId::new(0, [9; 10]), "token");
    let token_hash = Hash(Sha256::digest(token).into());
    let joining = EnrolRequest { v: WIRE, code: server.code("S006"), device, token_hash, label: "test".into(), replaces: None };
    document.check("EnrolRequest", &joining);
    let joined: EnrolReply = http.post(url("v1/enrol"), None, &joining, &[]).await.unwrap().body;
    document.check("EnrolReply", &joined);
    let mut request = domain::sync::SyncRequest { device, changes: vec![], known: vec![], cursor: Default::default(), reference: 0, ..request };
    let mut feed = Vec::new();
    loop {
        let reply: SyncReply = http.post(url("v1/sync"), Some(token), &request, &[]).await.unwrap().body;
        document.check("SyncReply", &reply);
        document.check("SyncRequest", &request);
        request.cursor = reply.cursor.unwrap_or(request.cursor);
        feed.extend(reply.feed);
        if !reply.more {
            break;
        }
    }
    let feed = serde_json::to_string(&feed).unwrap();
    assert!(["\"kind\":\"person\"", "\"kind\":\"visit\"", "\"kind\":\"review\""].iter().all(|kind| feed.contains(kind)));

    // The administrator's calls, and a failure.
    let mine = format!("authorization: Bearer {}\r\n", liu.token());
    let call = |what: &str| json_of(&ask(server.host(), what, &format!("{mine}content-length: 0\r\n")));
    for (what, schema) in [("GET /v1/admin/staff", "Staff"), ("GET /v1/admin/devices", "DeviceLine")] {
        let list = call(what);
        assert!(!list.as_array().unwrap().is_empty());
        list.as_array().unwrap().iter().for_each(|one| document.check(schema, one));
    }
    document.check("OneTimeCode", &call("POST /v1/admin/staff/S001/code"));
    document.check("OneTimeCode", &call("POST /v1/admin/staff/S002/code"));
    let codes = call("GET /v1/admin/codes");
    assert!(codes.as_array().unwrap().iter().any(|code| code["state"] == "pending"));
    codes.as_array().unwrap().iter().for_each(|code| document.check("CodeLine", code));
    document.check("AuditPage", &call("GET /v1/audit"));
    document.check("ErrorReply", &call("GET /v1/audit?since=tomorrow"));
    document.check("ErrorReply", &call("POST /v1/admin/codes/S002/yesterday/confirm"));
    for wrong in ["POST /v1/admin/staff/nobody/code", "POST /v1/admin/import/staff", "GET /v1/nothing", "PUT /v1/sync", "POST /v1/enrol"] {
        document.check("ErrorReply", &call(wrong));
    }
    document.check("ErrorReply", &json_of(&ask(server.host(), "GET /v1/admin/staff", "")));

    // A supervisor's: news of her county, and what was refused.
    let hers = format!("authorization: Bearer {}\r\n", wang.token());
    let news = BufReader::new(send(server.host(), &format!("GET /v1/wake HTTP/1.1\r\nhost: x\r\n{hers}\r\n")));
    let seqs = news.lines().map(Result::unwrap).find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).unwrap();
    document.check("Seqs", &serde_json::from_str::<Value>(&seqs).unwrap());
    let refused = json_of(&ask(server.host(), "GET /v1/quarantine", &hers));
    refused.as_array().unwrap().iter().for_each(|one| document.check("RefusedItem", one));
    document.check("ErrorReply", &json_of(&ask(server.host(), "POST /v1/quarantine/00/accept", &hers)));
    document.check("Health", &json_of(&ask(server.host(), "GET /ready", "")));
}

#[test]
fn schemathesis_finds_nothing() {
    let (dir, server) = county();
    Device::enrolled(dir.path(), "li", &server, &server.address, "S001"); // to be stopped
    let liu = Device::enrolled(dir.path(), "liu", &server, &server.address, "S007");
    let device = liu.core().secret().unwrap().device;
    let tool = asset("../target/tools/venv/bin/schemathesis");
    assert!(tool.is_file(), "{} is missing: make test installs it", tool.display());
    let output = Command::new(tool)
        .current_dir(dir.path())
        .env("SCHEMATHESIS_HOOKS", asset("../tests/fuzz/hooks.py"))
        .env("FUZZ_DEVICE", data_encoding::HEXLOWER.encode(device.bytes()))
        .arg("--config-file")
        .arg(asset("../tests/fuzz/schemathesis.toml"))
        .args(["run", &format!("{}/openapi.json", server.address)])
        .args(["--header", &format!("Authorization: Bearer {}", liu.token())])
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{said}");
    assert!(output.status.success());
    // It did get through the door, everywhere.
    let log = server.log();
    for route in ["/v1/sync", "/v1/admin/import/{what}", "/v1/admin/staff/{id}/code", "/v1/admin/devices/{id}/revoke"] {
        assert!(log.iter().any(|line| line["fields"]["route"] == route && line["fields"]["status"] == 200), "{route}");
    }
    let troubles: Vec<_> = log.iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(troubles.is_empty(), "{troubles:#?}");
}
