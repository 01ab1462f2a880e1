//! Several servers on one PostgreSQL: what is pushed to one is heard of at once by who listens to the other, and a server that
//! is killed while devices push loses nothing that was acknowledged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::postgres;
use village::programs::program;
use village::server::{Server, set_up};

fn visit(device: &Device, person: &str, note: &str) -> String {
    let from = device.file("visit.json", &routine_visit("child-visit@s2", note));
    let made = device.ok(&["visit", "new", "--person", person, "--form", "child-visit@s2", "--from", &from]);
    made["id"].as_str().unwrap().to_owned()
}

/// A device that stays in step, and what it prints.
struct Follower {
    process: Child,
    reports: Box<dyn Iterator<Item = Value>>,
}

impl Follower {
    fn of(device: &Device) -> Follower {
        let mut process = Command::new(program("nuanfang"))
            .arg("--home")
            .arg(&device.home)
            .args(["follow", "--json"])
            .env("NUANFANG_PIN", &device.pin)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let reports = Box::new(lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()));
        Follower { process, reports }
    }

    /// Waits for the sync that brings something.
    fn hears(&mut self) {
        assert!(self.reports.any(|report| report["pulled"].as_u64().unwrap() > 0), "it ended");
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn a_colleague_hears_at_once(dir: &Path, here: &Server, there: &Server) {
    let li = Device::enrolled(dir, "li", here, &here.address, "S001");
    let wang = Device::enrolled(dir, "wang", there, &there.address, "S002");
    let child = li.person("王小雨");
    let mut follower = Follower::of(&wang);
    assert_eq!(follower.reports.next().unwrap()["pulled"], 0, "she is in step");
    let made = visit(&li, &child, "现在就要知道。");
    li.ok(&["sync"]);
    follower.hears();
    drop(follower);
    assert!(wang.list(&["review", "--list"]).iter().any(|q| q["visit"]["id"] == made.as_str()));
}

#[test]
fn a_colleague_hears_of_a_visit_as_soon_as_it_is_uploaded() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    a_colleague_hears_at_once(dir.path(), &server, &server);
}

#[test]
fn a_colleague_at_another_server_hears_of_it_too() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    let data = Path::new(&database.url);
    set_up(data);
    let (here, there) = (Server::start(data), Server::start(data));
    a_colleague_hears_at_once(dir.path(), &here, &there);
}

#[test]
fn a_server_killed_while_devices_push_loses_nothing() {
    let (dir, database) = (TempDir::new().unwrap(), postgres::database());
    let data = Path::new(&database.url);
    set_up(data);
    let (weak, strong) = (Server::start(data), Server::start(data));
    let address = weak.host().to_owned();
    let devices: Vec<Device> = [("li", "S001", &weak), ("li2", "S001", &strong), ("wang", "S002", &weak)]
        .into_iter()
        .map(|(name, staff, server)| Device::enrolled(dir.path(), name, server, &server.address, staff))
        .collect();
    let child = devices[0].person("王小雨");
    let mut weak = Some(weak);
    let mut made = Vec::new();
    let cut = AtomicU32::new(0);
    let mut asking = database.url.parse::<::postgres::Config>().unwrap().connect(::postgres::NoTls).unwrap();
    let mut changes = || asking.query_one("SELECT count(*) FROM changes", &[]).unwrap().get::<_, i64>(0);
    for round in 0..8_i64 {
        for device in &devices[..2] {
            made.extend((0..3).map(|n| visit(device, &child, &format!("第{round}轮第{n}次。"))));
        }
        devices[2].ok(&["edit", &child, &format!("contact.address=1组{round}号")]);
        let before = changes();
        std::thread::scope(|scope| {
            let cut = &cut;
            for device in &devices {
                // It may be cut off: then it says so, and goes on later.
                scope.spawn(|| cut.fetch_add(u32::from(!device.run(&["sync"]).status.success()), Ordering::Relaxed));
            }
            // The blow falls when one of them has been answered, and the others have not, or not all.
            while changes() < before + 1 + 3 * (round % 2) {}
            drop(weak.take());
        });
        weak = Some(Server::start_at(data, &address));
    }
    assert!(cut.into_inner() > 0, "some were cut off");
    for device in devices.iter().chain(&devices) {
        device.ok(&["sync"]);
    }
    let mut wanted = made.clone();
    wanted.sort();
    for device in &devices {
        let mut there: Vec<String> = device.list(&["visits", "--person", &child]).iter().map(|v| v["id"].as_str().unwrap().to_owned()).collect();
        there.retain(|id| made.contains(id));
        there.sort();
        assert_eq!(there, wanted);
        assert_eq!(device.ok(&["show", &child])["fields"]["contact.address"], "1组7号");
        assert_eq!(device.ok(&["status"])["pending"], 0);
    }
}
