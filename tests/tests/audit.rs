//! Who did what and who looked where, with real processes: it is put down, cannot be changed unseen, and outlives wipes, restores and
//! several servers at once. Codes for those who see much need two people; a restore undoes nothing that was taken back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::server::http::Http;
use domain::api::{About, Call, Inbox, Request};
use domain::audit::Act;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Mutex;
use sync_server::audit::{self, Entry, Who};
use sync_server::env::{Env, SystemEnv};
use sync_server::store::Store;
use tempfile::TempDir;
use village::device::Device;
use village::postgres;
use village::programs::asset;
use village::raw::ask;
use village::server::{Server, admin, county, json as printed, set_up};

/// The log as the operator reads it: what, who, whom, why.
fn log(data: &Path, more: &[&str]) -> Vec<Value> {
    let output = admin(data, &[&["audit", "--json"], more].concat());
    assert!(output.status.success(), "{}", said(&output));
    printed(&output).as_array().unwrap().clone()
}

fn lines(log: &[Value]) -> Vec<String> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or("-").to_owned();
    log.iter().map(|l| format!("{} {} {} {}", text(l, "what"), text(l, "staff"), text(l, "whom"), text(l, "reason"))).collect()
}

fn of(log: &[Value], what: &str) -> Vec<Value> {
    log.iter().filter(|line| line["what"] == what).cloned().collect()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn id_of(device: &Device) -> String {
    device.core().secret().unwrap().device.to_string()
}

fn export(device: &Device, id: &str) {
    let out = device.home.with_extension("automerge");
    device.ok(&["export", id, "--automerge", out.to_str().unwrap()]);
}

/// A call of the administrator's or the county officer's by her device.
fn call(server: &Server, device: &Device, what: &str) -> (u16, Value) {
    let answer = ask(server.host(), what, &format!("authorization: Bearer {}\r\ncontent-length: 0\r\n", device.token()));
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body)))
}

fn enrol(dir: &TempDir, name: &str, server: &Server, code: &str) -> (Device, Output) {
    let device = Device::new(dir.path(), name);
    let output = device.run(&["enrol", "--server", &server.address, "--code", code]);
    (device, output)
}

#[test]
fn acts_are_put_down_in_one_chain_and_whoever_changes_an_entry_is_named() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let (_, refused) = enrol(&dir, "guess", &server, "AAAA-AAAA");
    assert_eq!(refused.status.code(), Some(1));
    let policy = dir.path().join("policy.json");
    std::fs::write(&policy, admin(&server.data, &["policy"]).stdout).unwrap();
    assert!(admin(&server.data, &["policy", "--set", policy.to_str().unwrap()]).status.success());
    assert!(admin(&server.data, &["device", "revoke", &id_of(&li)]).status.success());
    let backup = dir.path().join("monday.db");
    assert!(admin(&server.data, &["backup", backup.to_str().unwrap()]).status.success());

    let all = log(&server.data, &[]);
    let told = lines(&all);
    for wanted in [
        "import - - staff",
        "rights - S001 joined child_director",
        "code_made - S001 ",
        "enrolled S001 S001 ",
        "first_download S001 - ",
        "packs S001 - ",
        "enrol_failed - - wrong_code",
        "policy - - ",
        "revoked - S001 ",
        "backup - - ",
    ] {
        assert!(told.iter().any(|line| line == wanted), "{wanted:?} is not in {told:#?}");
    }
    assert_eq!(of(&all, "revoked")[0]["other"], id_of(&li));
    assert_eq!(of(&all, "packs")[0]["area"], "990101001201");
    // Whose file is nobody's business here.
    let text = serde_json::to_string(&all).unwrap();
    assert!(!text.contains("王小雨") && !text.contains("110101"), "names or numbers of people on file");
    // By staff, by day.
    assert!(log(&server.data, &["--staff", "S001"]).iter().all(|l| l["staff"] == "S001" || l["whom"] == "S001"));
    assert!(log(&server.data, &["--until", "2020-01-01"]).is_empty());
    assert_eq!(log(&server.data, &["--since", "2020-01-01"]).len(), all.len());

    let verify = || admin(&server.data, &["audit", "--verify", "--json"]);
    let whole = verify();
    assert!(whole.status.success());
    assert_eq!((&printed(&whole)["intact"], &printed(&whole)["newest"]), (&json!(true), &json!(all.len())));
    let db = rusqlite::Connection::open(server.data.join("nuanfang.db")).unwrap();
    let n = of(&all, "revoked")[0]["n"].as_i64().unwrap();
    db.execute("UPDATE audit SET whom = 'S009' WHERE n = ?1", [n]).unwrap();
    let broken = verify();
    assert_eq!((broken.status.code(), printed(&broken)), (Some(1), json!({ "intact": false, "bad": n })));
    let words = admin(&server.data, &["audit", "--verify"]);
    assert!(said(&words).contains(&format!("第 {n} 条")), "{}", said(&words));
    db.execute("UPDATE audit SET whom = 'S001' WHERE n = ?1", [n]).unwrap();
    assert!(verify().status.success());
    db.execute("DELETE FROM audit WHERE n = ?1", [n]).unwrap();
    assert_eq!(printed(&verify())["bad"], n);
}

#[test]
fn servers_on_one_database_write_one_chain() {
    let database = postgres::database();
    let stores: Vec<Store> = (0..2).map(|_| Store::connect(&database.url, 4, 1).unwrap()).collect();
    std::thread::scope(|scope| {
        for worker in 0..6 {
            let store = &stores[worker % 2];
            scope.spawn(move || {
                for n in 0..25 {
                    let entry = Entry::new(Who::Operator, Act::Import).number(n);
                    store.write_shared(|db| Ok(audit::append(db, SystemEnv.now(), &entry)?)).unwrap();
                }
            });
        }
    });
    let whole = stores[0].read(|db| Ok(audit::verify(db)?)).unwrap().expect("one chain");
    assert_eq!((whole.oldest, whole.newest), (1, 150));
    // All the rest works there as well.
    drop(stores);
    let data = PathBuf::from(&database.url);
    set_up(&data);
    let dir = TempDir::new().unwrap();
    let server = Server::start_with(&data, "127.0.0.1:0", &[("NUANFANG_DATA", dir.path().to_str().unwrap())]);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    export(&li, &li.person("王小雨"));
    li.ok(&["sync"]);
    let he = Device::enrolled(dir.path(), "he", &server, &server.address, "S006");
    let (status, page) = call(&server, &he, "GET /v1/audit?staff=S001&since=2020-01-01");
    assert_eq!(status, 200);
    assert!(lines(page["lines"].as_array().unwrap()).contains(&"export S001 - ".to_owned()), "{page}");
    assert!(admin(&data, &["audit", "--verify"]).status.success());
    let store = Store::connect(&database.url, 2, 1).unwrap();
    let later = domain::Timestamp(SystemEnv.now().0 + 500 * 24 * 3600 * 1000);
    assert!(store.write_shared(|db| Ok(audit::purge(db, later, 400)?)).unwrap() > 150);
    assert!(store.read(|db| Ok(audit::verify(db)?)).unwrap().is_ok());
}

#[test]
fn what_a_device_put_down_comes_with_the_next_sync_and_once() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    export(&li, &child);
    assert!(of(&log(&server.data, &[]), "export").is_empty());
    for _ in 0..3 {
        li.ok(&["sync"]);
    }
    let told = of(&log(&server.data, &["--person", &child]), "export");
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["staff"], &told[0]["person"], &told[0]["device"]), (&json!("S001"), &json!(child), &json!(id_of(&li))));
    assert!(told[0]["said"].is_i64() && !li.home.join("access.json").exists());
}

#[test]
fn a_stopped_device_tells_its_log_before_it_is_wiped_and_else_whoever_is_enrolled_there_next() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    export(&li, &child);
    assert!(admin(&server.data, &["device", "revoke", &id_of(&li)]).status.success());
    let token = li.token();
    assert!(!li.run(&["sync"]).status.success());
    let left = std::fs::read_dir(&li.home).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = left.filter(|name| name != "nuanfang.lock" && !name.starts_with("unsent-")).collect();
    assert!(left.is_empty(), "wiped, but for what is sealed: {left:?}");
    assert_eq!(of(&log(&server.data, &[]), "export").len(), 1);
    // It is good for that and for nothing else; and a stranger is not even.
    let post = |token: &str, path: &str| {
        ask(server.host(), &format!("POST {path}"), &format!("authorization: Bearer {token}\r\ncontent-length: 0\r\n")).status
    };
    assert_eq!((post(&token, "/v1/sync"), post(&token, "/v1/log"), post("nobody", "/v1/log")), (410, 422, 401));

    // Where the line broke in between, the log lies in the folder, and the next device in it tells.
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    export(&wang, &child);
    let former = id_of(&wang);
    wang.core().wipe().unwrap();
    assert!(wang.home.join("access.json").exists() && !wang.home.join("key.json").exists());
    wang.ok(&["enrol", "--server", &server.address, "--code", &server.code("S009")]);
    let told = of(&log(&server.data, &["--staff", "S002"]), "export");
    assert_eq!(told.len(), 1, "in her name, though another uses the device now");
    assert_eq!((&told[0]["device"], &told[0]["other"]), (&json!(former), &json!(id_of(&wang))));
    assert!(!wang.home.join("access.json").exists());
}

#[test]
fn a_code_for_a_supervising_role_works_when_a_second_person_has_confirmed_it() {
    let (dir, server) = county();
    let liu = Device::enrolled(dir.path(), "liu", &server, &server.address, "S007");
    let he = Device::enrolled(dir.path(), "he", &server, &server.address, "S006");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let make = |staff: &str| {
        let (status, code) = call(&server, &liu, &format!("POST /v1/admin/staff/{staff}/code"));
        assert_eq!(status, 200);
        (code["code"].as_str().unwrap().to_owned(), code["pending"].clone())
    };
    // A worker's works at once, as always.
    let (code, pending) = make("S001");
    assert_eq!(pending, false);
    assert!(enrol(&dir, "li2", &server, &code).1.status.success());
    // The administrator cannot make herself the county officer.
    let (code, pending) = make("S006");
    assert_eq!(pending, true);
    let (other, output) = enrol(&dir, "he2", &server, &code);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("确认"), "{}", said(&output));
    let (_, codes) = call(&server, &he, "GET /v1/admin/codes");
    let waiting: Vec<&Value> = codes.as_array().unwrap().iter().filter(|c| c["state"] == "pending").collect();
    assert_eq!((waiting.len(), &waiting[0]["made_by"], &waiting[0]["staff"]["id"]), (1, &json!("S007"), &json!("S006")));
    let confirm = format!("POST /v1/admin/codes/S006/{}/confirm", waiting[0]["made"]);
    assert_eq!((call(&server, &liu, &confirm).0, call(&server, &li, &confirm).0), (403, 403), "not by whoever made it, not by a worker");
    assert_eq!(call(&server, &he, &confirm).0, 200);
    assert_eq!(call(&server, &he, &confirm).0, 404, "once");
    other.ok(&["enrol", "--server", &server.address, "--code", &code]);
    // She is told on her other device.
    he.ok(&["sync"]);
    let mut core = he.core();
    let request: Request = Inbox {}.into();
    let messages: <Inbox as Call>::Reply = serde_json::from_value(core.handle(request).unwrap().value).unwrap();
    let new = messages.iter().filter(|m| matches!(&m.about, About::NewDevice { device, .. } if device.to_string() == id_of(&other)));
    assert_eq!(new.count(), 1, "{messages:?}");
    drop(core);

    // A code for a worker who is made county officer meanwhile waits as well; withdrawn, it never works; the operator needs nobody.
    let (code, _) = make("S009");
    let list = dir.path().join("staff.csv");
    std::fs::write(&list, "编号,姓名,岗位,负责区域,联系电话\nS009,张桂兰,区民政,990101,19900010009\n").unwrap();
    let imported = admin(&server.data, &["import", "staff", list.to_str().unwrap(), "--yes"]);
    assert!(imported.status.success(), "{}", said(&imported));
    assert!(said(&enrol(&dir, "zhang", &server, &code).1).contains("确认"));
    assert!(admin(&server.data, &["code", "withdraw", "S009"]).status.success());
    assert!(said(&enrol(&dir, "zhang", &server, &code).1).contains("过期"));
    assert_eq!(admin(&server.data, &["code", "withdraw", "S009"]).status.code(), Some(1), "there is none any more");
    assert!(enrol(&dir, "zheng", &server, &server.code("S005")).1.status.success());
    let (code, _) = make("S002");
    assert!(admin(&server.data, &["code", "confirm", "S002"]).status.success());
    assert!(enrol(&dir, "wang", &server, &code).1.status.success());
    let listed = admin(&server.data, &["code", "list", "--json"]);
    let states: Vec<String> = printed(&listed).as_array().unwrap().iter().map(|c| c["state"].as_str().unwrap().to_owned()).collect();
    assert!(["used", "withdrawn"].iter().all(|s| states.contains(&(*s).to_owned())), "{states:?}");
    assert!(!said(&listed).contains(&code), "codes are kept nowhere");

    let told = lines(&log(&server.data, &[]));
    for wanted in [
        "code_made S007 S006 pending",
        "enrol_failed - S006 code_pending",
        "code_confirmed S006 S006 ",
        "rights - S009 role child_director county_officer",
        "code_withdrawn - S009 ",
        "code_confirmed - S002 ",
    ] {
        assert!(told.iter().any(|line| line == wanted), "{wanted:?} is not in {told:#?}");
    }
}

#[test]
fn the_log_is_shown_to_the_administrator_without_reading_and_to_the_county_officer_whole() {
    let (dir, server) = county();
    let [li, liu, he, wang] = [("li", "S001"), ("liu", "S007"), ("he", "S006"), ("wang", "S002")]
        .map(|(name, staff)| Device::enrolled(dir.path(), name, &server, &server.address, staff));
    export(&li, &li.person("王小雨"));
    li.ok(&["sync"]);
    for stranger in [&li, &wang] {
        assert_eq!(call(&server, stranger, "GET /v1/audit").0, 403);
    }
    let whats = |device: &Device| -> Vec<String> {
        let (status, page) = call(&server, device, "GET /v1/audit");
        assert_eq!(status, 200);
        page["lines"].as_array().unwrap().iter().map(|l| l["what"].as_str().unwrap().to_owned()).collect()
    };
    let (acts, all) = (whats(&liu), whats(&he));
    let has = |list: &[String], what: &str| list.iter().any(|w| w == what);
    for act in ["enrolled", "code_made", "import"] {
        assert!(has(&acts, act) && has(&all, act), "{act}");
    }
    for reading in ["export", "packs", "first_download"] {
        assert!(!has(&acts, reading) && has(&all, reading), "{reading}");
    }
    assert!(has(&whats(&he), "audit_read"), "that she looked is put down");
    // As the page asks: the core gives the person's name from its own files.
    let core = Mutex::new(he.core());
    let http = Http::new(Box::new(|_| {})).unwrap();
    let query = domain::api::AuditQuery { staff: Some("S001".parse().unwrap()), ..Default::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reply = runtime.block_on(client::server::online::handle(&core, &http, domain::api::Audit { query }.into())).unwrap();
    let page: domain::audit::AuditPage = serde_json::from_value(reply.value).unwrap();
    let export = page.lines.iter().find(|l| l.what == "export").unwrap();
    assert_eq!((export.name.as_str(), export.person_name.as_str()), ("李秀梅", "王小雨"));
}

/// A week of a county: a backup, and what was taken back after it.
#[test]
fn a_restore_undoes_nothing_that_was_taken_back() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let li2 = Device::enrolled(dir.path(), "li2", &server, &server.address, "S001");
    let (paper, lost, fresh) = (server.code("S002"), server.code("S003"), server.code("S004"));
    let backup = dir.path().join("monday.db");
    assert!(admin(&server.data, &["backup", backup.to_str().unwrap()]).status.success());
    assert!(enrol(&dir, "wang", &server, &paper).1.status.success());
    let later = Device::enrolled(dir.path(), "later", &server, &server.address, "S005");
    assert!(admin(&server.data, &["code", "withdraw", "S003"]).status.success());
    assert!(admin(&server.data, &["device", "revoke", &id_of(&li)]).status.success());
    let list = dir.path().join("staff.csv");
    std::fs::write(&list, "编号,姓名,岗位,负责区域,联系电话,状态\nS009,张桂兰,儿童主任,990101001202,19900010009,离职\n").unwrap();
    assert!(admin(&server.data, &["import", "staff", list.to_str().unwrap()]).status.success());
    let form = asset("../app/forms/tests/states/public/tutorial.xls");
    assert!(admin(&server.data, &["form", "import", form.to_str().unwrap()]).status.success());
    assert!(admin(&server.data, &["form", "publish", "tutorial@1"]).status.success());
    let before = log(&server.data, &[]);
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);

    let output = admin(&data, &["restore", backup.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("停用的设备 1 台") && said(&output).contains("离职 1 人"), "{}", said(&output));
    let server = Server::start_at(&data, &address);
    assert_eq!(ask(server.host(), "POST /v1/sync", &format!("authorization: Bearer {}\r\ncontent-length: 0\r\n", li.token())).status, 410);
    li2.ok(&["sync"]);
    assert!(said(&enrol(&dir, "thief", &server, &paper).1).contains("用过"), "a code is used once, whatever was restored");
    assert!(said(&enrol(&dir, "sun", &server, &lost).1).contains("过期"));
    assert!(enrol(&dir, "zhou", &server, &fresh).1.status.success(), "one that was still good is good");
    assert_eq!(admin(&data, &["code", "S009"]).status.code(), Some(1), "who left has left");
    let after = log(&data, &[]);
    assert_eq!(after[..before.len()], before[..], "the log goes on");
    assert_eq!(after[before.len()]["what"], "restored");
    assert!(admin(&data, &["audit", "--verify"]).status.success());
    assert!(said(&admin(&data, &["form", "list"])).contains("全部在用"), "records may name a form that was published");
    drop(server);
    let database = rusqlite::Connection::open(data.join("nuanfang.db")).unwrap();
    let device: uuid::Uuid = id_of(&later).parse().unwrap();
    let key = database.query_row("SELECT length(key) FROM device_keys WHERE device = ?1", [device.as_bytes()], |r| r.get::<_, i64>(0));
    assert_eq!(key.unwrap(), 32, "what a stopped device left sealed can still be opened");

    // On a new machine, or where the old database cannot be read, nobody knows which codes were used: none is good any more.
    for broken in [false, true] {
        let data = dir.path().join(format!("new-{broken}"));
        std::fs::create_dir(&data).unwrap();
        if broken {
            std::fs::write(data.join("nuanfang.db"), vec![7; 100_000]).unwrap();
        }
        let output = admin(&data, &["restore", backup.to_str().unwrap()]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("3 个没用过的登记码已作废") && said(&output).contains("已无从知道"), "{}", said(&output));
        let server = Server::start(&data);
        assert!(said(&enrol(&dir, &format!("thief-{broken}"), &server, &paper).1).contains("过期"));
        assert!(admin(&data, &["audit", "--verify"]).status.success());
    }
}
