//! The first download: in packs, cut at any byte and gone on from there, files before visits; and the visits of years ago, which
//! come when somebody asks for them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::device::key::Cost;
use client::server::http::Http;
use client::server::link::hold;
use client::server::online::{handle, sync_now};
use client::{Core, Env};
use domain::api::{Call, Edit, EditPerson, Enrol, PersonItem, PersonQuery, Persons, Request, Status, SyncState, Visits};
use domain::sync::{MAX_PACK_REQUESTS, PackRequest};
use domain::{Code, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::link::Link;
use village::postgres;
use village::server::{Server, admin, json};

fn sample(data: &Path) -> Server {
    assert!(admin(data, &["sample", "--seed", "7", "--persons", "150", "--visits", "900"]).status.success());
    Server::start(data)
}

fn of_role(server: &Server, role: &str) -> String {
    let staff = json(&admin(&server.data, &["staff", "--json"]));
    let found = staff.as_array().unwrap().iter().find(|s| s["role"] == role).unwrap_or_else(|| panic!("{role}"));
    found["id"].as_str().unwrap().to_owned()
}

fn joined(dir: &Path, name: &str, server: &Server, address: &str, role: &str) -> Device {
    Device::enrolled(dir, name, server, address, &of_role(server, role))
}

fn persons(device: &Device) -> Vec<Value> {
    device.list(&["persons", "--closed"])
}

#[test]
fn cut_at_any_byte_it_goes_on_from_there() {
    let dir = TempDir::new().unwrap();
    cut_and_gone_on(dir.path(), &sample(&dir.path().join("server")));
}

#[test]
fn cut_at_any_byte_it_goes_on_from_there_over_postgresql() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    cut_and_gone_on(dir.path(), &sample(Path::new(&database.url)));
}

fn cut_and_gone_on(dir: &Path, server: &Server) {
    let at_once = Device::new(dir, "at_once");
    let road = Link::to(server.host());
    let officer = of_role(server, "county_officer");
    let budget = 1 << 40;
    road.allow(budget);
    at_once.ok(&["enrol", "--server", &road.address, "--code", &server.code(&officer)]);
    let whole = budget - road.left();

    let road = Link::to(server.host());
    let device = Device::new(dir, "in_pieces");
    let mut came = 0;
    let mut cuts = 0;
    let mut seen_early = false;
    // Joining and the list of packs come first; then everything is cut again and again, each time a little later.
    for piece in (0..).map(|n| 9_000 + 6_001 * n * n) {
        road.allow(piece);
        let code = server.code(&officer);
        let joining = cuts == 0 || device.ok(&["status"])["phase"] == "fresh";
        let done = if joining { device.run(&["enrol", "--server", &road.address, "--code", &code]) } else { device.run(&["sync"]) };
        came += piece - road.left().max(0);
        if done.status.success() && road.left() > 0 {
            break;
        }
        cuts += 1;
        let visits = device.run(&["visits"]);
        seen_early |= visits.status.success() && json(&visits).as_array().unwrap().is_empty() && !persons(&device).is_empty();
    }
    assert!(cuts >= 5, "{cuts}");
    assert!(seen_early, "the list could be used while visits were still to come");
    assert_eq!(persons(&device), persons(&at_once));
    assert_eq!(device.list(&["visits"]).len(), at_once.list(&["visits"]).len());
    // Each cut costs the head of a reply or what was in the air, no more.
    assert!(came < whole + cuts * 8_000, "{came} bytes in {cuts} pieces, {whole} at once");
}

#[test]
fn a_pack_holds_nothing_for_whom_it_is_not_and_follows_a_file_that_moves() {
    let dir = TempDir::new().unwrap();
    let server = sample(&dir.path().join("server"));
    let director = joined(dir.path(), "director", &server, &server.address, "child_director");
    let area = persons(&director)[0]["area"].as_str().unwrap().to_owned();
    assert!(persons(&director).iter().all(|p| p["area"] == area.as_str()), "her village only");
    // A file leaves for the next village; a colleague who joins afterwards is not shown it even for a moment.
    let officer = joined(dir.path(), "officer", &server, &server.address, "county_officer");
    let elsewhere = persons(&officer).into_iter().find(|p| p["area"] != area.as_str()).unwrap()["area"].as_str().unwrap().to_owned();
    let moved = persons(&director)[0]["id"].as_str().unwrap().to_owned();
    officer.ok(&["edit", &moved, &format!("area.code={elsewhere}")]);
    officer.ok(&["sync"]);
    let second = Device::enrolled(dir.path(), "second", &server, &server.address, &of_role(&server, "child_director"));
    assert!(!persons(&second).is_empty() && !persons(&second).iter().any(|p| p["id"] == moved.as_str()));
    let database = rusqlite::Connection::open(server.data.join("nuanfang.db")).unwrap();
    let sql = "SELECT bytes FROM packs WHERE area = ?1 AND part = 0 AND replaced = 0";
    let packs: Vec<Vec<u8>> = database.prepare(sql).unwrap().query_map([&area], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    let id: domain::RecordId = moved.parse().unwrap();
    assert!(!packs.is_empty());
    for pack in packs {
        let items: Vec<domain::sync::FeedItem> = client::server::http::unpack(&pack).unwrap();
        assert!(items.iter().all(|item| !matches!(item, domain::sync::FeedItem::Enter { record, .. } if *record == id)));
    }
}

#[tokio::test]
async fn nobody_fetches_a_pack_that_is_not_hers() {
    let dir = TempDir::new().unwrap();
    let server = sample(&dir.path().join("server"));
    let (director, officer) = (joined(dir.path(), "director", &server, &server.address, "child_director"), of_role(&server, "county_officer"));
    Device::enrolled(dir.path(), "officer", &server, &server.address, &officer);
    let area = persons(&director)[0]["area"].as_str().unwrap().to_owned();
    let database = rusqlite::Connection::open(server.data.join("nuanfang.db")).unwrap();
    let pack = |sql: &str| PackRequest { id: domain::Hash(database.query_row(sql, [&area], |r| r.get(0)).unwrap()), from: 0 };
    let hers = pack("SELECT id FROM packs WHERE area = ?1 AND programmes & 1 <> 0 AND part = 0");
    let not_hers = pack("SELECT id FROM packs WHERE area <> ?1 AND programmes & 1 <> 0 AND part = 0");
    let elders = pack("SELECT id FROM packs WHERE area = ?1 AND programmes = 2 AND part = 0");
    let token = director.token();
    let (http, url) =
        (client::server::http::Http::new(Box::new(|_| {})).unwrap(), client::server::http::address(&server.address).unwrap().join("v1/packs"));
    let mut codes = Vec::new();
    let many = vec![hers.clone(); MAX_PACK_REQUESTS + 1];
    let beyond = PackRequest { from: u64::MAX, ..hers.clone() };
    for wishes in [vec![hers.clone()], vec![hers, not_hers.clone()], vec![not_hers], vec![elders], vec![beyond], many] {
        let (mut came, mut bytes) = (0, (0, 0));
        let fetched = http.stream(url.clone(), &token, &wishes, &mut bytes, async |part: &[u8]| {
            came += part.len();
            Ok(true)
        });
        codes.push(fetched.await.err().map(|f| f.code));
        assert_eq!(came > 0, codes.last() == Some(&None), "nothing comes with a refusal");
    }
    let missing = Some(Code::NotFound);
    assert_eq!(codes, [None, missing, missing, missing, missing, None], "of too many wishes the first are heard");
}

#[test]
fn visits_of_years_ago_come_when_asked_for() {
    let dir = TempDir::new().unwrap();
    let server = sample(&dir.path().join("server"));
    // What was written three years ago by today's count: the records are dated back.
    let before = joined(dir.path(), "before", &server, &server.address, "child_director");
    let count = |device: &Device, person: &str| device.list(&["visits", "--person", person]).len();
    let staff = of_role(&server, "child_director");
    drop(server);
    let database = rusqlite::Connection::open(dir.path().join("server/nuanfang.db")).unwrap();
    let opened = |id: &str| {
        let id: domain::RecordId = id.parse().unwrap();
        let row: Vec<u8> = database.query_row("SELECT row FROM records WHERE id = ?1", [id.bytes()], |r| r.get(0)).unwrap();
        let row = domain::PersonRow::of(&rmp_serde::from_slice(&row).unwrap()).expect("a person");
        row.opened
    };
    let mut files: Vec<String> = persons(&before).iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect();
    files.sort_by_key(|id| opened(id));
    let person = files.into_iter().find(|p| count(&before, p) > 1).unwrap();
    let all = count(&before, &person);
    let id: domain::RecordId = person.parse().unwrap();
    let date_back = |database: &rusqlite::Connection| {
        let sql = "UPDATE records SET at = at - 94608000000 WHERE person = ?1 AND rank > 0 AND at > 1700000000000";
        database.execute(sql, [id.bytes()]).unwrap();
    };
    date_back(&database);
    database.execute("DELETE FROM packs", []).unwrap();
    drop(database);
    let server = Server::start(&dir.path().join("server"));
    let after = Device::enrolled(dir.path(), "after", &server, &server.address, &staff);
    assert_eq!(count(&after, &person), 0);
    assert_eq!(after.ok(&["show", &person])["older"], true);
    assert!(after.ok(&["older", &person]).as_u64().unwrap() >= all as u64);
    assert_eq!(count(&after, &person), all);
    assert_eq!(after.ok(&["show", &person])["older"], false);
    // A change of an old visit comes to a device that does not hold it: whole.
    let third = Device::enrolled(dir.path(), "third", &server, &server.address, &staff);
    let old = after.list(&["visits", "--person", &person]).iter().find(|v| v["form"] == "child-visit@s2").unwrap()["id"].as_str().unwrap().to_owned();
    after.ok(&["edit", &old, "note=补记一句。"]);
    after.ok(&["sync"]);
    // The server has put the visit on its own day again.
    date_back(&rusqlite::Connection::open(dir.path().join("server/nuanfang.db")).unwrap());
    assert_eq!(third.ok(&["sync"])["requests"], 1);
    assert!(third.ok(&["show", &old]).to_string().contains("补记一句。"));
    // And what is new goes its usual way.
    let from = after.file("visit.json", &routine_visit("child-visit@s2", "今天的。"));
    after.ok(&["visit", "new", "--person", &person, "--form", "child-visit@s2", "--from", &from]);
    after.ok(&["sync"]);
    third.ok(&["sync"]);
    assert_eq!(count(&third, &person), 2);
}

/// A device whose clock stands still, so that nothing is told because time has passed.
struct Standing(Timestamp);

impl Env for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
    fn fill(&self, bytes: &mut [u8]) {
        SystemEnv.fill(bytes);
    }
}

fn ask<C: Call>(core: &mut Core, call: C) -> C::Reply {
    serde_json::from_value(core.handle(call.into()).unwrap().value).unwrap()
}

/// A device of this process that has joined, with `turn` done whenever others have their turn; and how often the interface was told.
async fn used_meanwhile(
    dir: &Path,
    server: &Server,
    staff: &str,
    turn: impl Fn(&mut Core) + Send + Sync + 'static,
) -> (Arc<Mutex<Core>>, Http, Arc<AtomicUsize>) {
    let home = Home::open(&dir.join("used"), || {}).unwrap();
    let core = Core::new(Box::new(Standing(SystemEnv.now())), Box::new(home)).with_cost(Cost::cheap_for_tests());
    let (core, told) = (Arc::new(Mutex::new(core)), Arc::new(AtomicUsize::new(0)));
    let (theirs, count) = (core.clone(), told.clone());
    let http = Http::new(Box::new(move |_| _ = count.fetch_add(1, Ordering::Relaxed))).unwrap().with_rest(Box::new(move || {
        turn(&mut theirs.try_lock().expect("nobody holds the core between two slices"));
        Box::pin(std::future::ready(()))
    }));
    let enrol = Enrol { server: server.address.clone(), code: server.code(staff), pin: "280716".into(), label: "test".into() };
    handle(&core, &http, Request::Enrol(enrol)).await.unwrap();
    (core, http, told)
}

fn everybody(core: &mut Core) -> Vec<PersonItem> {
    ask(core, Persons { query: PersonQuery { closed: true, limit: 500, ..PersonQuery::default() } }).rows
}

#[tokio::test]
async fn whoever_uses_the_device_meanwhile_has_her_turn_and_what_she_writes_goes_up() {
    let dir = TempDir::new().unwrap();
    let server = sample(&dir.path().join("server"));
    let officer = of_role(&server, "county_officer");
    let at_once = Device::enrolled(dir.path(), "at_once", &server, &server.address, &officer);
    // At each turn she looks at the list and at what is still to come; at the tenth she corrects an address.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let edited = Arc::new(Mutex::new(None));
    let (looks, edit) = (seen.clone(), edited.clone());
    let turn = move |core: &mut Core| {
        let list = ask(core, Persons { query: PersonQuery { closed: true, limit: 1, ..PersonQuery::default() } });
        let mut looks = looks.lock().unwrap();
        looks.push((list.total, ask(core, Status {}).coming));
        if looks.len() == 10 {
            let id = list.rows[0].id;
            ask(core, EditPerson { id, edits: vec![Edit { path: "contact.address".parse().unwrap(), value: "新街1号".into() }] });
            *edit.lock().unwrap() = Some(id);
        }
    };
    let (core, http, told) = used_meanwhile(dir.path(), &server, &officer, turn).await;
    assert!(hold(&core).view().unwrap().person_cache.lines().len() < persons(&at_once).len(), "enrolment returns with the first files");
    let report = sync_now(&core, &http).await.unwrap();
    assert_eq!((&report.state, report.accepted), (&SyncState::Done, 1));

    let seen = seen.lock().unwrap();
    let all = persons(&at_once).len();
    assert!(seen.len() > 40 && seen.windows(2).all(|two| two[0].0 <= two[1].0), "{seen:?}");
    assert!(seen.iter().any(|(files, coming)| (1..all).contains(files) && coming.is_some_and(|left| left > 0)), "{seen:?}");
    let (files, coming) = seen.last().unwrap();
    assert_eq!((*files, *coming), (all, None), "the documents are read when all is known");
    assert!(told.load(Ordering::Relaxed) * 10 < seen.len(), "told {} times in {} slices", told.load(Ordering::Relaxed), seen.len());

    let mut core = hold(&core);
    let id = edited.lock().unwrap().unwrap();
    at_once.ok(&["sync"]);
    assert_eq!(at_once.ok(&["show", &id.to_string()])["fields"]["contact.address"], "新街1号");
    assert_eq!(ask(&mut core, Visits { person: None, limit: 5000 }).len(), at_once.list(&["visits"]).len());
    let line = |p: &PersonItem| (p.id.to_string(), serde_json::json!([p.name, p.categories, p.risk, p.due.as_ref().map(|due| due.date)]));
    let here: BTreeMap<String, Value> = everybody(&mut core).iter().map(line).collect();
    let line = |p: &Value| (p["id"].as_str().unwrap().to_owned(), serde_json::json!([p["name"], p["categories"], p["risk"], p["due"]]));
    let there: BTreeMap<String, Value> = persons(&at_once).iter().map(line).collect();
    assert_eq!(here, there, "due days and categories, too");
}

#[tokio::test]
async fn locked_in_the_middle_of_a_pack_it_goes_on_when_it_is_opened() {
    let dir = TempDir::new().unwrap();
    let server = sample(&dir.path().join("server"));
    let officer = of_role(&server, "county_officer");
    let at_once = Device::enrolled(dir.path(), "at_once", &server, &server.address, &officer);
    let turns = Arc::new(AtomicUsize::new(0));
    let count = turns.clone();
    // A pack takes three slices and more: in one time of five it is in the middle of one.
    let turn = move |core: &mut Core| {
        if count.fetch_add(1, Ordering::Relaxed) % 25 == 24 {
            core.lock().unwrap();
        }
    };
    let (core, http, _) = used_meanwhile(dir.path(), &server, &officer, turn).await;
    let mut locked = 0;
    loop {
        let state = sync_now(&core, &http).await.map(|report| report.state);
        let mut core = hold(&core);
        if state == Ok(SyncState::Done) && core.view().is_ok() {
            break;
        }
        assert!(matches!(state, Ok(SyncState::Idle | SyncState::Done)), "{state:?}");
        locked += 1;
        core.unlock("280716").unwrap();
    }
    assert!(locked > 2, "{locked} of {turns:?}");
    let mut core = hold(&core);
    assert_eq!(everybody(&mut core).len(), persons(&at_once).len());
    assert_eq!(ask(&mut core, Visits { person: None, limit: 5000 }).len(), at_once.list(&["visits"]).len());
}
