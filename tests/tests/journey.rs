//! The main journey, step for step, by the headless client: real processes, real files, a road that is cut and mended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::link::Link;
use village::postgres;
use village::programs::asset;
use village::server::{Server, admin, json as printed};

const TAOYUAN: &str = "990101001201";

/// The county as the administrator sets it up from the office's own files.
fn county() -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let server = county_in(&dir.path().join("server"));
    (dir, server)
}

/// The same in a folder, or in a PostgreSQL.
fn county_in(data: &Path) -> Server {
    for what in ["areas", "staff", "roster"] {
        let file = asset(&format!("sample/{what}.xlsx"));
        let report = printed(&admin(data, &["import", what, file.to_str().unwrap(), "--json"]));
        assert!(report["added"].as_u64().unwrap() > 10, "{what}: {report}");
    }
    Server::start(data)
}

#[test]
fn office_lists_go_in_once_and_bad_rows_are_named() {
    let (dir, server) = county();
    for what in ["areas", "staff", "roster"] {
        let file = asset(&format!("sample/{what}.xlsx"));
        let report = printed(&admin(&server.data, &["import", what, file.to_str().unwrap(), "--json"]));
        assert_eq!((report["added"].as_u64(), report["updated"].as_u64()), (Some(0), Some(0)), "{what} again: {report}");
    }
    let bad = dir.path().join("bad.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("花名册").unwrap();
    for (row, cells) in [
        ["儿童花名册", "", "", ""],
        ["姓名", "身份证号", "村", "类别"],
        ["测试甲", "990101201503071231", "桃源村", "留守儿童"],
        ["测试乙", "", "桃源村", "孤儿"],
        ["测试丙", "", "没有的村", "孤儿"],
    ]
    .iter()
    .enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    book.save(&bad).unwrap();
    let output = admin(&server.data, &["import", "roster", bad.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1), "rows were refused");
    let report = printed(&output);
    assert_eq!(report["added"], 1);
    let errors: Vec<_> = report["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["sheet"].as_str().unwrap(), e["row"].as_u64().unwrap(), e["column"].as_str().unwrap()))
        .collect();
    assert_eq!(errors, [("花名册", 3, "身份证号"), ("花名册", 5, "村")], "{report}");
    assert!(!report.to_string().contains("990101201503071231"), "a reason never repeats the cell");
}

#[test]
fn a_director_joins_and_gets_her_village_only() {
    let (dir, server) = county();
    let li = Device::new(dir.path(), "li");
    assert!(li.refused(&["enrol", "--server", &server.address, "--code", "AAAA-AAAA"]).contains("wrong_code"));
    let code = server.code("S001");
    li.ok(&["enrol", "--server", &server.address, "--code", &code.to_lowercase().replace('-', " ")]);
    let other = Device::new(dir.path(), "other");
    assert!(other.refused(&["enrol", "--server", &server.address, "--code", &code]).contains("used_code"));
    let persons = li.list(&["persons"]);
    assert!(persons.len() > 5);
    assert!(persons.iter().all(|p| p["area"] == TAOYUAN), "{persons:?}");
    let due = li.list(&["persons", "--due"]);
    assert!(due.iter().all(|p| p["due"].is_string()));
    assert_eq!(li.ok(&["status"])["phase"], "open");
    let wrong = Device { pin: "111222".into(), ..Device::new(dir.path(), "li") };
    wrong.refused(&["persons"]);
}

#[test]
fn a_person_is_found_by_whatever_the_worker_remembers() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let id = li.person("王小雨");
    for query in ["王", "小雨", "wxy", "wangxiaoyu", "wang xiao", "xiaoyu", "990101201101", "1组", "19900020000"] {
        assert!(li.list(&["persons", "--search", query]).iter().any(|p| p["id"] == id.as_str()), "not found by {query}");
    }
    assert!(li.list(&["persons", "--search", "zzzz"]).is_empty());
    let file = li.ok(&["show", &id]);
    assert!(!file.to_string().contains("990101201101011000"), "the ID number is masked");
}

#[test]
fn the_journey_from_an_offline_visit_to_the_supervisors_approval_and_back() {
    let (dir, server) = county();
    the_journey(dir.path(), &server);
}

#[test]
fn the_journey_from_an_offline_visit_to_the_supervisors_approval_and_back_over_postgresql() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    the_journey(dir.path(), &county_in(Path::new(&database.url)));
}

fn the_journey(dir: &Path, server: &Server) {
    let road = Link::to(server.host());
    let li = Device::enrolled(dir, "li", server, &road.address, "S001");
    let wang = Device::enrolled(dir, "wang", server, &server.address, "S002");
    let child = li.person("王小雨");

    // Offline: a new file, an edit, a visit. Everything is saved on this phone.
    road.cut();
    let from = li.file("new.json", &json!({"area": TAOYUAN, "identity": {"name": "测试新档"}, "categories": ["left_behind_child"]}));
    let new = li.ok(&["person", "new", "--from", &from])["id"].as_str().unwrap().to_owned();
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "祖母腿伤，已联系村医。"));
    let visit_id = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned();
    let state = |device: &Device| {
        device.list(&["visits", "--person", &child]).iter().find(|v| v["id"] == visit_id.as_str()).map(|v| v["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(state(&li).as_deref(), Some("saved"));
    assert!(li.refused(&["sync"]).contains("offline"), "being offline is told");
    assert!(li.ok(&["status"])["pending"].as_u64().unwrap() >= 3);

    // The network returns.
    road.mend();
    let report = li.ok(&["sync"]);
    assert!(report["accepted"].as_u64().unwrap() >= 3 && report["refused"] == 0 && report["held"] == 0, "{report}");
    assert_eq!(state(&li).as_deref(), Some("uploaded"));
    let again = li.ok(&["sync"]);
    assert_eq!((again["requests"].as_u64(), again["accepted"].as_u64(), again["pulled"].as_u64()), (Some(1), Some(0), Some(0)));

    // The supervisor finds it, returns it with a comment.
    wang.ok(&["sync"]);
    assert!(wang.list(&["persons", "--search", "测试新档"]).iter().any(|p| p["id"] == new.as_str()));
    let queue = wang.list(&["review", "--list"]);
    assert!(queue.iter().any(|q| q["visit"]["id"] == visit_id.as_str()), "{queue:?}");
    wang.ok(&["review", &visit_id, "--return", "--comment", "请补充村医的意见"]);
    wang.ok(&["sync"]);
    li.ok(&["sync"]);
    assert_eq!(state(&li).as_deref(), Some("returned"));
    assert!(li.ok(&["show", &visit_id]).to_string().contains("请补充村医的意见"));
}

#[test]
fn a_visit_changed_after_approval_says_so_and_nobody_approves_her_own() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    let id = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned();
    let state = |device: &Device| device.list(&["visits"]).iter().find(|v| v["id"] == id.as_str()).unwrap()["state"].clone();
    li.refused(&["review", &id, "--approve"]);
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    wang.ok(&["review", &id, "--approve"]);
    for device in [&wang, &li] {
        device.ok(&["sync"]);
    }
    assert_eq!((state(&li), state(&wang)), (json!("approved"), json!("approved")));
    assert!(!wang.list(&["review", "--list"]).iter().any(|q| q["visit"]["id"] == id.as_str()));

    let core = Desk::of(&li);
    core.correct(&id, &child, "其实祖母腿伤。");
    assert_eq!(state(&li), "changed");
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    assert_eq!(state(&wang), "changed");
    assert!(wang.list(&["review", "--list"]).iter().any(|q| q["visit"]["id"] == id.as_str()), "it waits for the supervisor again");
}

#[test]
fn a_hundred_megabytes_are_turned_away_with_a_sentence_and_the_server_lives_on() {
    let (dir, server) = county();
    use std::io::{Read, Write};
    for path in ["/v1/sync", "/v1/enrol"] {
        let mut stream = std::net::TcpStream::connect(server.host()).unwrap();
        write!(stream, "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\nconnection: close\r\n\r\n").unwrap();
        let chunk = vec![0x28u8; 1 << 20];
        for _ in 0..100 {
            if stream.write_all(&chunk).is_err() {
                break;
            }
        }
        let mut said = Vec::new();
        _ = stream.read_to_end(&mut said);
    }
    // A body that unpacks to far more than it is.
    let bomb = zstd::bulk::compress(&vec![0u8; 100 << 20], 19).unwrap();
    let mut stream = std::net::TcpStream::connect(server.host()).unwrap();
    write!(stream, "POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bomb.len()).unwrap();
    stream.write_all(&bomb).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.contains("too_large"), "{said}");
    Device::enrolled(dir.path(), "li", &server, &server.address, "S001").ok(&["sync"]);
}

#[test]
fn two_people_and_one_file() {
    let (dir, server) = county();
    two_people(dir.path(), &server);
}

#[test]
fn two_people_and_one_file_over_postgresql() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    two_people(dir.path(), &county_in(Path::new(&database.url)));
}

fn two_people(dir: &Path, server: &Server) {
    let li = Device::enrolled(dir, "li", server, &server.address, "S001");
    let wang = Device::enrolled(dir, "wang", server, &server.address, "S002");
    let child = li.person("王小雨");
    // Different fields, neither knowing of the other.
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    wang.ok(&["edit", &child, "situation.health=近视，已配镜"]);
    // The same field.
    li.ok(&["edit", &child, "contact.address=1组9号"]);
    wang.ok(&["edit", &child, "contact.address=1组19号"]);
    for device in [&li, &wang, &li] {
        device.ok(&["sync"]);
    }
    for device in [&li, &wang] {
        let file = device.ok(&["show", &child]);
        assert_eq!((&file["fields"]["contact.phone"], &file["fields"]["situation.health"]), (&json!("13800000001"), &json!("近视，已配镜")));
        let conflicts = device.list(&["conflicts"]);
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        let mut values: Vec<_> =
            conflicts[0]["values"].as_array().unwrap().iter().map(|v| (v["value"].as_str().unwrap(), v["by"].as_str().unwrap())).collect();
        values.sort_unstable();
        assert_eq!(values, [("1组19号", "王建平"), ("1组9号", "李秀梅")]);
    }
    let take = li.list(&["conflicts"])[0]["values"].as_array().unwrap().iter().position(|v| v["value"] == "1组19号").unwrap().to_string();
    li.ok(&["resolve", &child, "contact.address", "--take", &take]);
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    for device in [&li, &wang] {
        assert!(device.list(&["conflicts"]).is_empty());
        assert_eq!(device.ok(&["show", &child])["fields"]["contact.address"], "1组19号");
    }
    // Risk is settled by a supervisor only.
    li.ok(&["edit", &child, "risk.level=high"]);
    wang.ok(&["edit", &child, "risk.level=medium"]);
    for device in [&wang, &li, &wang] {
        device.ok(&["sync"]);
    }
    li.refused(&["resolve", &child, "risk.level", "--take", "0"]);
    wang.ok(&["resolve", &child, "risk.level", "--take", "0"]);
}

#[test]
fn what_a_tampered_client_pushes_for_another_village_is_refused_and_kept_aside() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let elsewhere = wang.list(&["persons"]).into_iter().find(|p| p["area"] != TAOYUAN).unwrap()["id"].as_str().unwrap().to_owned();
    li.refused(&["show", &elsewhere]);

    // A client without the checks of ours: it writes a visit to a child of the next village and pushes it with her token.
    let core = Desk::of(&li).0.into_inner();
    let secret = core.secret().unwrap();
    let writer = records::Writer { staff: "S001".parse().unwrap(), device: secret.device, at: core.env().now(), actor: records::Actor([7; 8]) };
    let id = domain::RecordId::new(writer.at.0, [7; 10]);
    let answers = serde_json::from_value(routine_visit("child-visit@s2", "不该有的走访。")).unwrap();
    let visit = records::NewVisit { person: elsewhere.parse().unwrap(), form: village::answers::form("child-visit@s2"), at: writer.at, answers };
    let (_, change) = records::Record::new_visit(id, &visit, &writer).unwrap();
    let mut request = client::server::sync::prepare(&core).unwrap().request;
    request.changes = vec![domain::sync::Push { record: id, bytes: change.bytes.clone() }];
    let token = data_encoding::BASE64URL_NOPAD.encode(&secret.token[..]);
    let http = client::server::http::Http::new(Box::new(|_| {})).unwrap();
    let url = client::server::http::address(&server.address).unwrap().join("v1/sync");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reply: domain::sync::SyncReply = runtime.block_on(http.post(url, Some(&token), &request, &[])).unwrap().body;
    assert_eq!(reply.refused.len(), 1);
    assert_eq!(reply.refused[0].reason.code, domain::Code::NotAllowed);
    assert!(reply.accepted.is_empty() && reply.held.is_empty());

    let db = rusqlite::Connection::open(server.data.join("nuanfang.db")).unwrap();
    let kept: (Vec<u8>, String) = db.query_row("SELECT bytes, staff FROM quarantine", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert_eq!(kept, (change.bytes, "S001".to_owned()));
    wang.ok(&["sync"]);
    assert!(!wang.list(&["visits"]).iter().any(|v| v["id"] == id.to_string().as_str()));
}

#[test]
fn a_device_that_was_stopped_is_wiped_at_its_next_contact() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let id = printed(&admin(&server.data, &["device", "list", "--json"]))[0]["id"].as_str().unwrap().to_owned();
    assert!(admin(&server.data, &["device", "revoke", &id]).status.success());
    li.refused(&["sync"]);
    assert!(!li.home.join("key.json").exists() && !li.home.join("nuanfang.db").exists());
    assert_eq!(li.ok(&["status"])["phase"], "fresh");
}

#[test]
fn what_is_not_our_server_is_told_so() {
    let dir = TempDir::new().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        while let Ok((mut stream, _)) = listener.accept() {
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello");
        }
    });
    let li = Device::new(dir.path(), "li");
    assert!(li.refused(&["enrol", "--server", &address, "--code", "AAAA-AAAA"]).contains("not_our_server"));
    assert!(li.refused(&["enrol", "--server", "ftp://x", "--code", "AAAA-AAAA"]).contains("bad_address"));
}

/// The core itself, for what the headless client has no command: opening a visit again.
struct Desk(std::cell::RefCell<client::Core>);

impl Desk {
    fn of(device: &Device) -> Desk {
        let home = client::device::home::Home::open(&device.home, || {}).unwrap();
        let mut core = client::Core::new(Box::new(client::device::env::SystemEnv), Box::new(home));
        core.unlock(&device.pin).unwrap();
        Desk(std::cell::RefCell::new(core))
    }
    fn correct(self, visit: &str, person: &str, note: &str) {
        let mut core = self.0.into_inner();
        let start = domain::api::StartVisit { person: person.parse().unwrap(), form: None, correct: Some(visit.parse().unwrap()) };
        let draft: domain::api::Draft = serde_json::from_value(core.handle(start.into()).unwrap().value).unwrap();
        core.handle(domain::api::Answer { draft: draft.id, question: "note".into(), value: note.into() }.into()).unwrap();
        core.handle(domain::api::FinishDraft { draft: draft.id, sure: false }.into()).unwrap();
        core.lock().unwrap();
    }
}

#[test]
fn a_county_sets_its_own_due_rules_and_devices_follow() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    let due = || li.list(&["persons", "--search", "王小雨"])[0]["due"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap();
    let quarterly = due();

    let mut policy = printed(&admin(&server.data, &["policy"]));
    let rule = policy["due"]["rules"].as_array_mut().unwrap().iter_mut().find(|r| r["id"] == "child").unwrap();
    assert_eq!(rule["every_days"], 90, "{rule}");
    rule["every_days"] = json!(14);
    let file = dir.path().join("policy.json");
    let set = |policy: &serde_json::Value| {
        std::fs::write(&file, policy.to_string()).unwrap();
        admin(&server.data, &["policy", "--set", file.to_str().unwrap()])
    };
    assert!(set(&policy).status.success());
    li.ok(&["sync"]);
    assert_eq!(quarterly - due(), chrono::TimeDelta::days(76));

    // Nonsense is refused by name, and what held goes on.
    let refused = |change: &dyn Fn(&mut serde_json::Value), word: &str| {
        let mut bad = policy.clone();
        change(&mut bad);
        let output = set(&bad);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(word), "{said}");
    };
    refused(&|p| p["due"]["rules"][2]["every_days"] = json!(0), "due.rules.child.every_days");
    refused(&|p| p["due"]["rules"][2]["progamme"] = json!("child"), "progamme");
    refused(&|p| p["lock_minutes"] = json!("ten"), "policy");
    assert_eq!(printed(&admin(&server.data, &["policy"])), policy);
}

#[test]
fn a_county_may_want_a_passphrase_where_no_keystore_is() {
    let (dir, server) = county();
    let mut policy = printed(&admin(&server.data, &["policy"]));
    policy["pin_without_keystore"] = json!(false);
    let file = dir.path().join("policy.json");
    std::fs::write(&file, policy.to_string()).unwrap();
    assert!(admin(&server.data, &["policy", "--set", file.to_str().unwrap()]).status.success());
    let code = server.code("S001");
    let mut li = Device::new(dir.path(), "li");
    assert!(li.refused(&["enrol", "--server", &server.address, "--code", &code]).contains("phrase_needed"));
    li.pin = "夏天的荷花开满了池塘边上".into();
    li.ok(&["enrol", "--server", &server.address, "--code", &code]);
    assert!(!li.list(&["persons"]).is_empty());
}

#[test]
fn the_day_of_a_visit_is_said_put_right_and_known_at_the_office() {
    let (dir, server) = county();
    let [li, wang] = [("li", "S001"), ("wang", "S002")].map(|(name, staff)| Device::enrolled(dir.path(), name, &server, &server.address, staff));
    let child = li.person("王小雨");
    let today: chrono::NaiveDate = li.ok(&["status"])["today"].as_str().unwrap().parse().unwrap();
    let ago = |days: u64| (today - chrono::Days::new(days)).to_string();
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "补记的走访。"));
    // Without its version a form's name means the newest.
    let new = |more: &[&str]| [&["visit", "new", "--person", &child, "--form", "child-visit", "--from", &from], more].concat().join("\n");
    let run = |line: &str| line.split('\n').map(str::to_owned).collect::<Vec<_>>();
    let ok = |more: &[&str]| {
        let line = run(&new(more));
        li.ok(&line.iter().map(String::as_str).collect::<Vec<_>>())["id"].as_str().unwrap().to_owned()
    };
    let refused = |more: &[&str]| {
        let line = run(&new(more));
        li.refused(&line.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let day = |device: &Device, visit: &str| device.list(&["visits"]).into_iter().find(|v| v["id"] == visit).unwrap()["day"].clone();
    let visit = ok(&["--at", &ago(3)]);
    assert_eq!(day(&li, &visit), ago(3));
    assert!(refused(&["--at", &(today + chrono::Days::new(1)).to_string()]).contains("visit_ahead"));
    assert!(refused(&["--at", &ago(61)]).contains("visit_too_old"));
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    assert_eq!(day(&wang, &visit), ago(3));
    li.ok(&["edit", &visit, &format!("at={}", ago(4)), "note=日子记错了，改过。"]);
    assert!(li.refused(&["edit", &visit, "at=2026-02-30"]).contains("bad_date"));
    assert!(li.refused(&["edit", "019abcde-0000-7000-8000-000000000000", "note=没有"]).contains("not_found"), "neither a visit nor a file");
    for device in [&li, &wang] {
        device.ok(&["sync"]);
    }
    assert_eq!((day(&wang, &visit), wang.list(&["visits"])[0]["note"].clone()), (json!(ago(4)), json!("日子记错了，改过。")));

    // A closed file is asked about, on a device that knows.
    wang.ok(&["edit", &child, "status.state=closed", "status.reason=迁出"]);
    for device in [&wang, &li] {
        device.ok(&["sync"]);
    }
    assert!(refused(&[]).contains("file_closed"));
    let after = ok(&["--yes"]);
    assert_eq!(day(&li, &after), ago(0));
    // So is a category that hardly fits the age.
    let grown = li.file("grown.json", &json!({"area": TAOYUAN, "identity": {"name": "陈建国", "birth": "1990-01-02"}, "categories": ["orphan"]}));
    assert!(li.refused(&["person", "new", "--from", &grown]).contains("unlikely_age"));
    let person = li.ok(&["person", "new", "--from", &grown, "--yes"])["id"].as_str().unwrap().to_owned();
    assert!(li.refused(&["edit", &person, "categories.new.code=left_behind_child"]).contains("unlikely_age"));
    li.ok(&["edit", &person, "categories.new.code=social_case"]);
}

#[test]
fn a_county_calls_grades_as_it_likes_and_every_device_follows() {
    let (dir, server) = county();
    let mut policy = printed(&admin(&server.data, &["policy"]));
    let file = dir.path().join("policy.json");
    policy["lists"] = json!([{"list": "risk", "name": "重点关注", "counts_as": "medium"}, {"list": "closing_reason", "name": "迁出本县"}]);
    let set = |policy: &serde_json::Value| {
        std::fs::write(&file, policy.to_string()).unwrap();
        admin(&server.data, &["policy", "--set", file.to_str().unwrap()])
    };
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    assert!(set(&policy).status.success());
    assert_eq!(printed(&admin(&server.data, &["policy"])), policy);
    li.ok(&["sync"]);
    li.ok(&["edit", &child, "risk.level=重点关注"]);
    assert_eq!(li.list(&["persons", "--search", "王小雨"])[0]["risk"], "medium");
    li.ok(&["sync"]);
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    assert_eq!(wang.ok(&["show", &child])["fields"]["risk.words"], "medium:重点关注");
    policy["lists"][0]["counts_as"] = json!("extreme");
    let bad = set(&policy);
    assert!(!bad.status.success() && String::from_utf8_lossy(&bad.stderr).contains("counts_as"), "{bad:?}");
}

#[test]
fn a_county_counts_visits_by_the_calendar_and_says_one_thing_a_rule() {
    let (dir, server) = county();
    let mut policy = printed(&admin(&server.data, &["policy"]));
    let file = dir.path().join("policy.json");
    let set = |policy: &serde_json::Value| {
        std::fs::write(&file, policy.to_string()).unwrap();
        admin(&server.data, &["policy", "--set", file.to_str().unwrap()])
    };
    policy["due"]["rules"][2] = json!({"id": "child", "programme": "child", "per": "quarter"});
    policy["due"]["rules"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "call", "programme": "child", "risk": "high", "every_days": 3, "kinds": ["phone"]}));
    policy["due"]["first_visits"] = json!([{"category": "orphan", "days": 5, "working": true}]);
    policy["due"]["holidays"] = json!({"off": ["2027-02-05"], "on": []});
    assert!(set(&policy).status.success());
    policy["due"]["rules"][2]["every_days"] = json!(90);
    assert_eq!(printed(&admin(&server.data, &["policy"])), policy, "programs that know intervals only are given one");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    let due = li.list(&["persons", "--search", "王小雨"])[0]["due"].as_str().unwrap().to_owned();
    assert!(["03-31", "06-30", "09-30", "12-31"].iter().any(|end| due.ends_with(end)), "{due}");
    let said = |policy: &serde_json::Value| String::from_utf8_lossy(&set(policy).stderr).into_owned();
    for (change, word) in [
        (json!({"id": "child", "per": "month", "every_days": 90}), "child"),
        (json!({"id": "child", "every_days": 3, "kinds": ["fax"]}), "fax"),
        (json!({"id": "child", "per": "fortnight"}), "fortnight"),
    ] {
        let mut bad = policy.clone();
        bad["due"]["rules"][2] = change;
        let words = said(&bad);
        assert!(words.contains(word), "{words}");
    }
    assert_eq!(printed(&admin(&server.data, &["policy"])), policy);
}
