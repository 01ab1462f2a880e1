//! The way to the server and what becomes of a device's files when somebody says that it was stopped, or its PIN is forgotten: real
//! programs, real folders, and others who answer in the server's place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::programs::program;
use village::raw::ask;
use village::server::{Server, admin, county, json as printed};

fn visit(device: &Device, person: &str, note: &str) -> String {
    let from = device.file("visit.json", &routine_visit("child-visit@s2", note));
    let made = device.ok(&["visit", "new", "--person", person, "--form", "child-visit@s2", "--from", &from]);
    made["id"].as_str().unwrap().to_owned()
}

fn state_of(device: &Device, visit: &str) -> Option<Value> {
    device.list(&["visits"]).iter().find(|v| v["id"] == visit).map(|v| v["state"].clone())
}

fn copied(device: &Device, name: &str, root: &Path) -> Device {
    let copy = Device { pin: device.pin.clone(), ..Device::new(root, name) };
    assert!(Command::new("cp").arg("-a").arg(&device.home).arg(&copy.home).status().unwrap().success());
    copy
}

/// The id of a member of staff's device that is in use.
fn device_of(server: &Server, staff: &str) -> String {
    let all = printed(&admin(&server.data, &["device", "list", "--json"]));
    let is = |d: &&Value| d["staff"]["id"] == staff && d["revoked"].is_null();
    all.as_array().unwrap().iter().find(is).unwrap()["id"].as_str().unwrap().to_owned()
}

fn files(device: &Device) -> Vec<String> {
    fs::read_dir(&device.home).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect()
}

/// Somebody at an address who gives every request the same answer, and tells what was asked.
fn answering(at: &str, status: &str, headers: &str, body: &str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind(at).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut heard = vec![0; 64 << 10];
            let n = stream.read(&mut heard).unwrap_or(0);
            // The test may be over.
            let goes_on = tell.send(String::from_utf8_lossy(&heard[..n]).into_owned());
            _ = stream.write_all(answer.as_bytes());
            if goes_on.is_err() {
                break;
            }
        }
    });
    (address, asked)
}

const STOPPED: &str = r#"{"nuanfang":1,"failure":{"code":"device_revoked"}}"#;
const JSON: &str = "content-type: application/json\r\n";

#[test]
fn a_code_goes_to_the_address_that_was_typed_and_nowhere_else() {
    let dir = TempDir::new().unwrap();
    let (elsewhere, never) = answering("127.0.0.1:0", "200 OK", "", "");
    for status in ["301 Moved Permanently", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let (address, asked) = answering("127.0.0.1:0", status, &format!("location: http://{elsewhere}/v1/enrol\r\n"), "");
        let li = Device::new(dir.path(), "li");
        assert!(li.refused(&["enrol", "--server", &address, "--code", "AAAA-AAAA"]).contains("not_our_server"), "{status}");
        assert!(asked.recv().unwrap().starts_with("POST /v1/enrol"));
    }
    assert!(never.try_recv().is_err(), "nothing followed the redirect");
    let li = Device::new(dir.path(), "li");
    for open in ["http://192.0.2.1", "http://localhost.evil.example", "http://127.0.0.1.evil.example:8420"] {
        let said = li.refused(&["enrol", "--server", open, "--code", "AAAA-AAAA"]);
        assert!(said.contains("https_needed") && said.contains("https://"), "{said}");
    }
}

/// Another one in its place, once that has gone.
fn instead<T>(asked: Receiver<String>, address: &str, begin: impl FnOnce() -> T) -> T {
    drop(asked);
    while TcpListener::bind(address).is_err() {
        // It hears nobody any more, and ends with the next who calls.
        _ = TcpStream::connect(address).map(|mut stream| stream.write_all(b"end"));
    }
    begin()
}

#[test]
fn who_only_says_that_a_device_was_stopped_wipes_nothing() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let unsent = visit(&li, &li.person("王小雨"), "还没上传。");
    let (data, address, token) = (server.data.clone(), server.host().to_owned(), li.token());
    drop(server);
    let before = files(&li).len();
    let untouched = || assert_eq!((files(&li).len(), li.ok(&["status"])["pending"].as_u64()), (before, Some(1)));

    let (_, asked) = answering(&address, "418 I'm a teapot", JSON, STOPPED);
    assert!(li.refused(&["sync"]).contains("not_our_server"));
    // Whoever answers in its place has the token, and so its hash; but not the key that no request shows.
    assert!(asked.recv().unwrap().contains(&token));
    untouched();
    let asked = instead(asked, &address, || answering(&address, "410 Gone", JSON, STOPPED)).1;
    assert!(li.refused(&["sync"]).contains("revoked_unproven"));
    let questions: Vec<String> = asked.try_iter().collect();
    assert!(questions.last().unwrap().starts_with("GET /v1/revoked?nonce="), "{questions:?}");
    untouched();

    // The real one was never asked to stop it, and proves nothing either.
    let _server = instead(asked, &address, || Server::start_at(&data, &address));
    let nonce = "7".repeat(64);
    let proof = |token: &str| ask(&address, &format!("GET /v1/revoked?nonce={nonce}"), &format!("authorization: Bearer {token}\r\n")).status;
    assert_eq!((proof(&token), proof("nobody")), (404, 401));
    li.ok(&["sync"]);
    assert_eq!(state_of(&li, &unsent), Some(json!("uploaded")));
}

#[test]
fn a_stopped_device_keeps_nothing_readable_and_loses_nothing() {
    let (dir, server) = county();
    let mut li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let sent = visit(&li, &child, "已经上传。");
    li.ok(&["sync"]);
    let unsent = visit(&li, &child, "停用前没来得及上传。");
    li.ok(&["edit", &child, "contact.phone=13800000009"]);
    let old = device_of(&server, "S001");
    assert_eq!(admin(&server.data, &["device", "release", &old]).status.code(), Some(1), "there is nothing to release of a device in use");
    assert!(admin(&server.data, &["device", "revoke", &old]).status.success());
    assert!(li.refused(&["sync"]).contains("device_revoked"));
    let mut left = files(&li);
    left.retain(|name| name != "nuanfang.lock");
    assert_eq!(left, [format!("unsent-{old}")]);
    let sealed = fs::read(li.home.join(&left[0])).unwrap();
    for secret in ["停用前", "13800000009", "contact", &li.pin] {
        assert!(!sealed.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} can be read");
    }

    // She has a new code. What was uploaded is there at once, the rest when the office lets it.
    li.pin = "918273".into();
    li.ok(&["enrol", "--server", &server.address, "--code", &server.code("S001")]);
    assert_eq!((state_of(&li, &sent), state_of(&li, &unsent)), (Some(json!("uploaded")), None));
    li.ok(&["sync"]);
    assert_eq!(li.list(&["left"])[0]["by_pin"], false);
    // Somebody else's device gets nothing, whatever it brings.
    let zhou = Device::enrolled(dir.path(), "zhou", &server, &server.address, "S004");
    fs::copy(li.home.join(&left[0]), zhou.home.join(&left[0])).unwrap();
    assert!(admin(&server.data, &["device", "release", &old]).status.success());
    zhou.ok(&["sync"]);
    assert_eq!(zhou.list(&["left"]).len(), 1);
    li.ok(&["sync"]);
    assert!(li.list(&["left"]).is_empty() && !files(&li).contains(&left[0]));
    assert_eq!(state_of(&li, &unsent), Some(json!("uploaded")));
    assert_eq!(li.ok(&["status"])["pending"], 0);
    let officer = Device::enrolled(dir.path(), "he", &server, &server.address, "S006");
    assert_eq!(officer.ok(&["show", &child])["fields"]["contact.phone"], "13800000009");
    // It goes on writing in the same files.
    li.ok(&["edit", &child, "contact.phone=13800000010"]);
    assert_eq!(li.ok(&["sync"])["refused"], 0);
}

/// 李主任's phone with a visit and an edit that nobody has yet: the file they are of, and the visit.
fn before_the_pin_was_forgotten() -> (TempDir, Server, Device, String, String) {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    li.ok(&["edit", &child, "contact.address=1组2号"]);
    li.ok(&["sync"]);
    let unsent = visit(&li, &child, "忘记之前写的。");
    li.ok(&["edit", &child, "contact.address=1组3号"]);
    (dir, server, li, child, unsent)
}

#[test]
fn a_forgotten_pin_costs_a_new_code_and_nothing_else() {
    let (dir, server, mut li, child, unsent) = before_the_pin_was_forgotten();
    let (old, stolen) = (device_of(&server, "S001"), copied(&li, "stolen", dir.path()));
    let known = li.pin.clone();
    let before = files(&li);

    // Without a good code, without the network, or with somebody else's code: everything stays as it was.
    li.pin = "918273".into();
    assert!(li.refused(&["start-over", "--code", "AAAA-AAAA"]).contains("wrong_code"));
    assert!(li.refused(&["start-over", "--code", &server.code("S004")]).contains("others_device"));
    let code = server.code("S001");
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    assert!(li.refused(&["start-over", "--code", &code]).contains("offline"));
    li.pin = known;
    assert_eq!(li.ok(&["status"])["pending"], 2);
    let mut after = files(&li);
    after.retain(|name| name != "joining.json");
    assert_eq!(after.len(), before.len());

    let server = Server::start_at(&data, &address);
    li.pin = "918273".into();
    li.ok(&["start-over", "--code", &code]);
    assert_eq!((state_of(&li, &unsent), li.ok(&["status"])["pending"].as_u64()), (Some(json!("uploaded")), Some(0)));
    assert_eq!(li.ok(&["show", &child])["fields"]["contact.address"], "1组3号");
    assert!(li.list(&["left"]).is_empty() && !files(&li).iter().any(|name| name.contains(".old-")), "{:?}", files(&li));
    // The one it was is stopped: a copy of its files is wiped as soon as it shows itself.
    let list = printed(&admin(&server.data, &["device", "list", "--json"]));
    assert!(list.as_array().unwrap().iter().any(|d| d["id"] == old.as_str() && !d["revoked"].is_null()), "{list}");
    assert!(stolen.refused(&["sync"]).contains("device_revoked"));
    assert!(!stolen.home.join("nuanfang.db").exists());
    li.ok(&["edit", &child, "contact.address=1组4号"]);
    assert_eq!(li.ok(&["sync"])["refused"], 0);
}

#[test]
fn what_an_earlier_version_put_aside_comes_back_by_its_pin() {
    let (_dir, server, mut li, child, unsent) = before_the_pin_was_forgotten();
    // As the version before wrote and named them.
    let mut key: Value = serde_json::from_slice(&fs::read(li.home.join("key.json")).unwrap()).unwrap();
    for name in ["server", "device", "office"] {
        key.as_object_mut().unwrap().remove(name).unwrap();
    }
    fs::remove_file(li.home.join("key.json")).unwrap();
    fs::write(li.home.join("key.json.old-1795226400000"), key.to_string()).unwrap();
    for name in ["nuanfang.db", "nuanfang.db-wal", "nuanfang.db-shm"] {
        _ = fs::rename(li.home.join(name), li.home.join(format!("{name}.old-1795226400000")));
    }
    let old_pin = std::mem::replace(&mut li.pin, "918273".into());
    li.ok(&["enrol", "--server", &server.address, "--code", &server.code("S001")]);
    assert_eq!(state_of(&li, &unsent), None);
    let left = li.list(&["left"]);
    assert_eq!((left.len(), &left[0]["by_pin"]), (1, &json!(true)));
    let name = left[0]["name"].as_str().unwrap();
    let bring = |pin: &str| {
        let mut command = Command::new(program("nuanfang"));
        command.arg("--home").arg(&li.home).args(["left", name, "--json"]);
        command.env("NUANFANG_PIN", &li.pin).env("NUANFANG_OLD_PIN", pin).output().unwrap()
    };
    assert!(String::from_utf8_lossy(&bring("802417").stderr).contains("wrong_pin"));
    assert!(bring(&old_pin).status.success());
    assert_eq!((state_of(&li, &unsent), li.ok(&["status"])["refused"].as_u64()), (Some(json!("uploaded")), Some(0)));
    assert_eq!(li.ok(&["show", &child])["fields"]["contact.address"], "1组3号");
    assert!(li.list(&["left"]).is_empty() && !files(&li).iter().any(|name| name.contains(".old-")), "{:?}", files(&li));
}

#[test]
fn files_are_for_their_user_alone_also_those_that_were_open_to_others() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let data = server.data.clone();
    drop(server);
    let backup = dir.path().join("monday.db");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let open = |path: &Path| {
        for file in fs::read_dir(path).unwrap() {
            fs::set_permissions(file.unwrap().path(), fs::Permissions::from_mode(0o644)).unwrap();
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let closed = |path: &Path| {
        assert_eq!(mode(path), 0o700, "{}", path.display());
        for file in fs::read_dir(path).unwrap().map(|f| f.unwrap().path()) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    };
    closed(&li.home);
    closed(&data);
    for round in 0..2 {
        if round == 1 {
            open(&li.home);
            open(&data);
        }
        li.ok(&["persons"]);
        _ = fs::remove_file(&backup);
        drop(Server::start(&data));
        assert!(admin(&data, &["backup", backup.to_str().unwrap()]).status.success());
        closed(&li.home);
        closed(&data);
        assert_eq!(mode(&backup), 0o600);
    }
    assert!(admin(&data, &["restore", backup.to_str().unwrap()]).status.success());
    closed(&data);
}

#[test]
fn a_pin_may_come_by_a_file_descriptor() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let with = |pin: &str| {
        let script = format!("exec {} --home {} --json --pin-fd 3 persons 3<<<{pin}", program("nuanfang").display(), li.home.display());
        Command::new("bash").args(["-c", &script]).env_remove("NUANFANG_PIN").output().unwrap()
    };
    assert!(with(&li.pin).status.success());
    assert!(String::from_utf8_lossy(&with("802417").stderr).contains("wrong_pin"));
}

/// A key as `openssl rand -hex 32` makes it.
fn key(dir: &Path, name: &str, letter: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, format!("{}\n", letter.repeat(64))).unwrap();
    path.to_string_lossy().into_owned()
}

/// Whether any of these bytes can be found in any file below the folder.
fn can_be_read(folder: &Path, words: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            found.extend(can_be_read(&entry, words));
        } else {
            let bytes = fs::read(&entry).unwrap();
            let has = words.iter().filter(|word| bytes.windows(word.len()).any(|w| w == **word));
            found.extend(has.map(|word| format!("{} in {}", String::from_utf8_lossy(word), entry.display())));
        }
    }
    found
}

#[test]
fn by_the_operators_key_neither_database_nor_photos_nor_backups_can_be_read() {
    let (dir, server) = county();
    let root = dir.path();
    let (one, two) = (key(root, "one.key", "a"), key(root, "two.key", "b"));
    let data = server.data.clone();
    let li = Device::enrolled(root, "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let seen = visit(&li, &child, "院子里晒着玉米。");
    let photograph = |visit: &str, seed: u32| {
        let picture = root.join("kitchen.jpg");
        fs::write(&picture, village::picture::from_a_camera(seed, 800, 600)).unwrap();
        li.ok(&["visit", "photo", visit, "--add", picture.to_str().unwrap()]);
    };
    photograph(&seen, 1);
    assert_eq!(li.ok(&["sync"])["photos"], 1);
    let address = server.host().to_owned();
    drop(server);

    // Everything is there for whoever has the disk; so is a backup.
    let words: [&[u8]; 4] = ["王小雨".as_bytes(), "院子里晒着玉米".as_bytes(), b"SQLite format 3", b"\xff\xd8\xff\xe0"];
    assert!(can_be_read(&data, &words).len() >= 4);
    let told = |args: &[&str], word: &str| {
        let output = admin(&data, args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?} {said}");
        assert!(said.contains(word), "{said}");
    };
    let does = |args: &[&str]| {
        let output = admin(&data, args);
        assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
    };
    let plain = root.join("plain.db").to_string_lossy().into_owned();
    does(&["backup", &plain]);
    told(&["staff", "--key-file", &one], "没有加密");
    does(&["rekey", "--new-key-file", &one]);
    assert_eq!(can_be_read(&data, &words), [""; 0]);
    does(&["rekey", "--new-key-file", &one, "--key-file", &one]);
    told(&["staff"], "--key-file");
    told(&["staff", "--key-file", &two], "密钥不对");
    let short = root.join("short.key");
    fs::write(&short, "secret").unwrap();
    told(&["staff", "--key-file", short.to_str().unwrap()], "太短");

    // The server works as before, by a file or by the environment; new photos are sealed, too.
    let under = |key: &str| Server::start_with(&data, &address, &[("NUANFANG_KEY_FILE", key)]);
    let server = under(&one);
    let again = visit(&li, &child, "第二次，院子里晒着玉米。");
    photograph(&again, 2);
    assert_eq!(li.ok(&["sync"])["photos"], 1);
    let officer = |name: &str, server: &Server| {
        let code = printed(&admin(&data, &["code", "S006", "--json", "--key-file", &one]))["code"].as_str().unwrap().to_owned();
        let he = Device::new(root, name);
        he.ok(&["enrol", "--server", &server.address, "--code", &code]);
        for visit in [&seen, &again] {
            let out = root.join(format!("{name}.jpg"));
            he.ok(&["visit", "photo", visit, "--get", "0", "--out", out.to_str().unwrap()]);
            assert!(fs::read(&out).unwrap().starts_with(b"\xff\xd8"));
        }
    };
    officer("he", &server);
    assert_eq!(can_be_read(&data, &words), [""; 0]);
    drop(server);

    // Backups are of the same key, and old ones that were not encrypted become so.
    let sealed = root.join("sealed.db").to_string_lossy().into_owned();
    does(&["backup", &sealed, "--key-file", &one]);
    fs::create_dir(root.join("backups")).unwrap();
    fs::copy(&sealed, root.join("backups/sealed.db")).unwrap();
    assert_eq!(can_be_read(&root.join("backups"), &words), [""; 0]);
    told(&["restore", &sealed], "加密");
    told(&["restore", &sealed, "--key-file", &two], "密钥不对");
    does(&["restore", &plain, "--key-file", &one]);
    does(&["restore", &sealed, "--key-file", &one]);
    assert_eq!(can_be_read(&data, &words), [""; 0]);
    let server = Server::start_with(&data, &address, &[("NUANFANG_KEY", &"a".repeat(64))]);
    li.ok(&["sync"]);
    officer("he2", &server);
    drop(server);

    // Another key, and none again.
    does(&["rekey", "--key-file", &one, "--new-key-file", &two]);
    told(&["staff", "--key-file", &one], "密钥不对");
    does(&["staff", "--key-file", &two]);
    does(&["rekey", "--key-file", &two, "--plain"]);
    does(&["staff"]);
    let log = printed(&admin(&data, &["audit", "--json"]));
    assert_eq!(log.as_array().unwrap().iter().filter(|line| line["what"] == "rekeyed").count(), 4, "{log}");
    let server = Server::start_at(&data, &address);
    li.ok(&["sync"]);
    assert!(state_of(&li, &again).is_some_and(|state| state == "uploaded"));
    drop(server);
}
