//! Real processes that end without a word, and a disk without room: whatever a command called done is there afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::picture::from_a_camera;
use village::programs::program;
use village::server::{Server, set_up};
use village::sim::Chance;

/// Devices at once, and blows to each.
const DEVICES: usize = 4;
const BLOWS: usize = 50;

fn county(dir: &Path) -> Server {
    let data = dir.join("server");
    set_up(&data);
    Server::start(&data)
}

/// Runs a command and kills it after a while, unless it is done before. What it printed, when it came to its end.
fn struck(device: &Device, args: &[&str], after: Duration) -> Option<Value> {
    let mut process = Command::new(program("nuanfang"))
        .arg("--home")
        .arg(&device.home)
        .args(args)
        .arg("--json")
        .env("NUANFANG_PIN", &device.pin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = process.stdout.take().unwrap();
    let (tell, told) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        said.read_to_end(&mut all).unwrap();
        _ = tell.send(());
        all
    });
    // The moment of the blow is the test's own; nothing is waited for.
    _ = told.recv_timeout(after);
    _ = process.kill();
    let ended = process.wait().unwrap();
    let all = reader.join().unwrap();
    ended.success().then(|| serde_json::from_slice(&all).unwrap())
}

/// What a device was told is done: fields of the file by name, and visits.
#[derive(Default)]
struct Promised {
    fields: BTreeMap<&'static str, String>,
    visits: Vec<String>,
}

#[test]
fn two_hundred_blows_cost_nothing_that_was_called_done() {
    let dir = TempDir::new().unwrap();
    let server = county(dir.path());
    let (data, address) = (server.data.clone(), server.host().to_owned());
    let devices: Vec<Device> = (0..DEVICES).map(|n| Device::enrolled(dir.path(), &format!("li{n}"), &server, &server.address, "S001")).collect();
    let server = Mutex::new(Some(server));
    let children: Vec<String> = devices[0].list(&["persons"]).iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect();
    #[allow(clippy::disallowed_methods, reason = "how long a command takes tells where to strike")]
    let began = Instant::now();
    devices[0].ok(&["status"]);
    let a_command = began.elapsed();

    let promised: Vec<Promised> = std::thread::scope(|scope| {
        let (server, data, address) = (&server, &data, &address);
        let work: Vec<_> = devices
            .iter()
            .zip(&children)
            .enumerate()
            .map(|(n, (device, child))| {
                scope.spawn(move || {
                    blows(n, device, child, a_command, || {
                        // One in ten falls on the server, whoever talks to it.
                        let mut server = server.lock().unwrap();
                        drop(server.take());
                        *server = Some(Server::start_at(data, address));
                    })
                })
            })
            .collect();
        work.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    // Everything arrives, and everybody has it.
    let server = server.into_inner().unwrap().unwrap();
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    for device in devices.iter().chain([&wang]) {
        device.ok(&["sync"]);
        assert_eq!(device.ok(&["status"])["pending"], 0);
    }
    let mut done = 0;
    for (child, promised) in children.iter().zip(&promised) {
        let file = wang.ok(&["show", child]);
        for (field, value) in &promised.fields {
            assert_eq!(file["fields"][*field], value.as_str(), "{field}");
        }
        let visits = wang.list(&["visits", "--person", child]);
        for id in &promised.visits {
            assert!(visits.iter().any(|v| v["id"] == id.as_str()), "{id} was called done");
        }
        done += promised.visits.len() + promised.fields.len();
    }
    assert!(done > 0, "some came to their end");
}

fn blows(n: usize, device: &Device, child: &str, mut a_command: Duration, strike_server: impl Fn()) -> Promised {
    let chance = Chance::seeded(1_000 + n as u64);
    let mut promised = Promised::default();
    for blow in 0..BLOWS {
        let after = a_command.mul_f64(chance.below(1_500) as f64 / 1_000.0);
        let value = format!("{n}组{blow}号");
        match chance.below(4) {
            0 => _ = struck(device, &["sync"], after),
            1 => {
                let from = device.file("visit.json", &routine_visit("child-visit@s2", &value));
                let made = struck(device, &["visit", "new", "--person", child, "--form", "child-visit@s2", "--from", &from], after);
                promised.visits.extend(made.map(|made| made["id"].as_str().unwrap().to_owned()));
            }
            kind => {
                let field = if kind == 2 { "contact.address" } else { "situation.health" };
                match struck(device, &["edit", child, &format!("{field}={value}")], after) {
                    Some(_) => _ = promised.fields.insert(field, value),
                    // It may or may not have been written: nothing is promised of this field until the next time.
                    None => _ = promised.fields.remove(field),
                }
            }
        }
        if blow % 10 == 9 {
            // A machine that has much else to do takes longer than when it was asked alone: some are to come to their end.
            if promised.visits.is_empty() && promised.fields.is_empty() {
                a_command *= 2;
            }
            strike_server();
        }
        // It opens, and holds what it said it holds. More often than a PIN that was not proved right is forgiven: a blow between
        // counting and proving it is one of those.
        if blow % 3 == 2 {
            let file = device.ok(&["show", child]);
            for (field, value) in &promised.fields {
                assert_eq!(file["fields"][*field], value.as_str(), "device {n}, blow {blow}, {field}");
            }
        }
    }
    promised
}

/// What a script printed that works on a disk of its own, in a namespace of its own: `$disk` with a copy of `$home` as `li`, some
/// `$room` kilobytes left. `run` is the client on it, `widen` gives more room. None where the system does not allow it; what demands
/// every test (`NUANFANG_EVERY_TEST`, as continuous integration does) fails then.
fn on_a_small_disk(dir: &Path, device: &Device, room: u64, script: &str, environment: &[(&str, &str)]) -> Option<Vec<Value>> {
    let used: u64 = std::fs::read_dir(&device.home).unwrap().map(|f| f.unwrap().metadata().unwrap().len().div_ceil(4096) * 4).sum();
    let disk = dir.join("disk");
    std::fs::create_dir(&disk).unwrap();
    let all = format!(
        r#"set -u
        mount -t tmpfs -o size="$size"k tmpfs "$disk" || exit 9
        cp -r "$home" "$disk/li"
        run() {{ "$nuanfang" --home "$disk/li" --json "$@"; }}
        widen() {{ mount -o remount,size="$((size + 8000))"k "$disk"; }}
        {script}"#
    );
    let root = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let output = Command::new("unshare")
        .args(if root { ["--mount", "--"] } else { ["--map-root-user", "--mount"] })
        .args(["sh", "-c", &all])
        .env("size", (used + room).to_string())
        .env("disk", &disk)
        .env("home", &device.home)
        .env("nuanfang", program("nuanfang"))
        .env("NUANFANG_PIN", &device.pin)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    if output.status.code() == Some(9) || complained.contains("unshare failed") {
        assert!(std::env::var_os("NUANFANG_EVERY_TEST").is_none(), "this system does not allow a disk of one's own: {complained}");
        // Past the test program's own capture: a test that did nothing says so.
        #[allow(clippy::explicit_write, reason = "eprintln is captured")]
        writeln!(std::io::stderr(), "ignored: this system does not allow a disk of one's own: {complained}").unwrap();
        return None;
    }
    assert!(output.status.success(), "{said}{complained}");
    assert!(complained.contains("disk_full"), "{said}{complained}");
    Some(said.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_disk_without_room_is_told_and_nothing_is_lost() {
    let dir = TempDir::new().unwrap();
    let server = county(dir.path());
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let script = r#"
        n=0
        while run edit "$child" "contact.address=第${n}号" >/dev/null 2>"$disk.err"; do n=$((n + 1)); [ $n -lt 400 ] || exit 8; done
        cat "$disk.err" >&2
        run show "$child" | tail -1
        run status | tail -1
        # Room again: it goes on.
        widen
        run edit "$child" contact.phone=13800000009 >/dev/null || exit 7
        run sync | tail -1
        echo "$n"
    "#;
    let Some(lines) = on_a_small_disk(dir.path(), &li, 160, script, &[("child", &child)]) else { return };
    let [file, status, synced, written] = lines.as_slice() else { panic!("{lines:?}") };
    let written = written.as_u64().unwrap();
    assert!(written > 0, "some went in before the disk was full");
    assert_eq!(file["fields"]["contact.address"], format!("第{}号", written - 1), "what was called saved is there, and nothing else");
    assert_eq!((&status["pending"], &status["moved_aside"]), (&Value::from(written), &Value::Null));
    assert_eq!(synced["accepted"].as_u64().unwrap(), written + 1, "{synced}");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    assert_eq!(wang.ok(&["show", &child])["fields"]["contact.phone"], "13800000009");
}
/// Photos of a visit, until there is no room: those that were called added are there and go up.
#[test]
fn photos_on_a_full_disk_are_there_or_said_not_to_be() {
    let dir = TempDir::new().unwrap();
    let server = county(dir.path());
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "拍了几张。"));
    let visit = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned();
    let camera = dir.path().join("camera");
    for n in 0..9 {
        std::fs::write(camera.with_extension(format!("{n}.jpg")), from_a_camera(n, 1600, 1200)).unwrap();
    }
    let script = r#"
        n=0
        while run visit photo "$visit" --add "$camera.$n.jpg" >/dev/null 2>"$disk.err"; do n=$((n + 1)); [ $n -lt 9 ] || exit 8; done
        cat "$disk.err" >&2
        run visit photo "$visit" | tail -1
        widen
        run visit photo "$visit" --add "$camera.$n.jpg" >/dev/null || exit 7
        run sync >/dev/null || exit 6
        run visit photo "$visit" | tail -1
        echo "$n"
    "#;
    let (visit_of, camera) = (("visit", visit.as_str()), ("camera", camera.to_str().unwrap()));
    let Some(lines) = on_a_small_disk(dir.path(), &li, 900, script, &[visit_of, camera]) else { return };
    let [full, later, written] = lines.as_slice() else { panic!("{lines:?}") };
    let written = usize::try_from(written.as_u64().unwrap()).unwrap();
    assert!(written > 0, "some went in before the disk was full");
    let whole = |photos: &Value| photos.as_array().unwrap().iter().filter(|p| p["here"] == true).count();
    assert_eq!((full.as_array().unwrap().len(), whole(full)), (written, written), "{full}");
    assert!(later.as_array().unwrap().iter().all(|p| p["uploaded"] == true) && whole(later) == written + 1, "{later}");
}

/// A first download into a disk that is too small, by little and by much: it is told, and goes on from where it was once there is room.
#[test]
fn a_first_download_that_fills_the_disk_goes_on_later() {
    let dir = TempDir::new().unwrap();
    let server = county(dir.path());
    let officer = Device::enrolled(dir.path(), "officer", &server, &server.address, "S006");
    let script = r#"
        # Joined, and told how far it came. Nothing is left of the disk, and what has come can be read, more than once.
        run enrol --server "$server" --code "$code" | tee /dev/stderr | tail -1
        dd if=/dev/zero of="$disk/rest" bs=1k 2>/dev/null
        for again in 1 2 3; do
            run status >/dev/null || exit 8
            run persons >/dev/null || exit 7
        done
        widen
        run sync | tail -1
        run persons | tail -1
    "#;
    for room in [520, 580] {
        let place = dir.path().join(room.to_string());
        std::fs::create_dir_all(place.join("empty")).unwrap();
        let empty = Device::new(&place, "empty");
        let code = server.code("S006");
        let Some(lines) = on_a_small_disk(&place, &empty, room, script, &[("server", &server.address), ("code", &code)]) else { return };
        let [joined, synced, persons] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(joined["sync"]["failed"]["code"], "disk_full", "{joined}");
        assert_eq!(persons.as_array().unwrap().len(), officer.list(&["persons"]).len(), "{synced}");
    }
}
