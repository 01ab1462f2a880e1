//! What goes wrong around sync, with real processes and real files: a server restored from an old backup, a copied device folder,
//! a worker given another village, a file moved while she was away, a colleague who sends what is not hers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::json;
use std::path::Path;
use std::process::Command;
use village::answers::routine_visit;
use village::device::Device;
use village::server::{Server, admin, county};

fn visit(device: &Device, person: &str, note: &str) -> String {
    let from = device.file("visit.json", &routine_visit("child-visit@s2", note));
    let made = device.ok(&["visit", "new", "--person", person, "--form", "child-visit@s2", "--from", &from]);
    made["id"].as_str().unwrap().to_owned()
}

fn copied(device: &Device, name: &str, root: &Path) -> Device {
    let copy = Device { pin: device.pin.clone(), ..Device::new(root, name) };
    assert!(Command::new("cp").arg("-r").arg(&device.home).arg(&copy.home).status().unwrap().success());
    copy
}

#[test]
fn a_restored_server_is_healed_by_the_devices() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let before = visit(&li, &child, "备份以前。");
    li.ok(&["sync"]);

    // While it works.
    let backup = dir.path().join("monday.db");
    let name = backup.to_str().unwrap();
    assert!(admin(&server.data, &["backup", name]).status.success());
    assert_eq!(admin(&server.data, &["backup", name]).status.code(), Some(1), "a backup is never written over");
    assert_eq!(admin(&server.data, &["restore", name]).status.code(), Some(1), "not under a server that works");

    let late = Device::enrolled(dir.path(), "late", &server, &server.address, "S001");
    let after = visit(&li, &child, "备份以后。");
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    li.ok(&["sync"]);
    wang.ok(&["sync"]);
    wang.ok(&["review", &after, "--approve"]);
    wang.ok(&["sync"]);
    li.ok(&["sync"]);

    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    let broken = dir.path().join("broken.db");
    std::fs::write(&broken, b"not a database").unwrap();
    assert_eq!(admin(&data, &["restore", broken.to_str().unwrap()]).status.code(), Some(1), "what is no backup changes nothing");
    assert!(admin(&data, &["restore", name]).status.success());
    assert!(std::fs::read_dir(&data).unwrap().any(|f| f.unwrap().file_name().to_string_lossy().contains(".before-")), "the old one is kept");
    let _server = Server::start_at(&data, &address);

    for device in [&wang, &li, &wang, &li] {
        let report = device.ok(&["sync"]);
        assert_eq!(report["refused"], 0, "{report}");
    }
    for device in [&li, &wang] {
        let visits = device.list(&["visits", "--person", &child]);
        let state = |id: &str| visits.iter().find(|v| v["id"] == id).map(|v| v["state"].clone());
        assert_eq!((state(&before), state(&after)), (Some(json!("uploaded")), Some(json!("approved"))), "{visits:?}");
        assert_eq!(device.ok(&["show", &child])["fields"]["contact.phone"], "13800000001");
        assert_eq!(device.ok(&["status"])["pending"], 0);
    }
    // Who joined after the backup is a stranger, until she has a new code; her unsent work goes up then.
    let unsent = visit(&late, &late.person("王小雨"), "还没上传。");
    assert!(late.refused(&["sync"]).contains("not_allowed"));
    late.ok(&["rejoin", "--code", &_server.code("S001")]);
    assert!(late.list(&["visits"]).iter().any(|v| v["id"] == unsent.as_str() && v["state"] == "uploaded"));
    let newcomer = Device::enrolled(dir.path(), "he", &_server, &_server.address, "S006");
    assert_eq!(newcomer.list(&["visits", "--person", &child]).len(), 3, "the server itself has it all again");
}

#[test]
fn two_copies_of_one_device_folder_lose_nothing() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    li.ok(&["edit", &child, "contact.address=1组2号"]);
    li.ok(&["sync"]);
    let copy = copied(&li, "copy", dir.path());
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    let one = visit(&li, &child, "甲。");
    copy.ok(&["edit", &child, "situation.health=近视"]);
    let other = visit(&copy, &child, "乙。");
    for device in [&li, &copy, &li, &copy] {
        let report = device.ok(&["sync"]);
        assert_eq!(report["refused"], 0, "{report}");
    }
    for device in [&li, &copy] {
        let fields = device.ok(&["show", &child])["fields"].clone();
        assert_eq!((&fields["contact.phone"], &fields["situation.health"]), (&json!("13800000001"), &json!("近视")));
        let visits = device.list(&["visits", "--person", &child]);
        assert!([&one, &other].iter().all(|id| visits.iter().any(|v| v["id"] == id.as_str() && v["state"] == "uploaded")), "{visits:?}");
    }
}

/// What two copies wrote under one name and number, one of them on the server and the other with a colleague, after a restore.
#[test]
fn two_copies_and_a_restored_server_leave_everybody_with_the_same() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    li.ok(&["edit", &child, "contact.address=1组2号"]);
    li.ok(&["sync"]);
    let copy = copied(&li, "copy", dir.path());
    let backup = dir.path().join("monday.db");
    assert!(admin(&server.data, &["backup", backup.to_str().unwrap()]).status.success());

    copy.ok(&["edit", &child, "situation.health=近视"]);
    copy.ok(&["sync"]);
    wang.ok(&["sync"]);
    wang.ok(&["edit", &child, "contact.phone=13800000001"]);
    wang.ok(&["sync"]);
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    assert!(admin(&data, &["restore", backup.to_str().unwrap()]).status.success());
    let server = Server::start_at(&data, &address);
    // Her telephone wrote under the same name and number as its copy did, and comes first.
    li.ok(&["edit", &child, "situation.schooling=二年级"]);
    for device in [&li, &wang, &copy, &wang, &li, &copy, &wang] {
        let report = device.ok(&["sync"]);
        assert_eq!(report["missed"].as_u64().unwrap_or_default(), 0, "{report}");
    }
    let newcomer = Device::enrolled(dir.path(), "he", &server, &server.address, "S006");
    let export = |device: &Device, name: &str| {
        let file = dir.path().join(name);
        device.ok(&["export", &child, "--automerge", file.to_str().unwrap()]);
        records::Record::load(&std::fs::read(file).unwrap()).unwrap().heads()
    };
    let heads = export(&newcomer, "he.automerge");
    for device in [&li, &copy, &wang, &newcomer] {
        let fields = device.ok(&["show", &child])["fields"].clone();
        let all = ["contact.address", "situation.health", "situation.schooling", "contact.phone"].map(|field| fields[field].clone());
        assert_eq!(all, ["1组2号", "近视", "二年级", "13800000001"].map(|value| json!(value)));
        assert_eq!(export(device, "same.automerge"), heads);
        assert_eq!(device.ok(&["status"])["pending"], 0);
    }
}

/// Her telephone is at the bottom of a river when the server is restored: a colleague's has what she had sent.
#[test]
fn what_a_lost_telephone_had_sent_is_given_back_by_a_colleague() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let backup = dir.path().join("monday.db");
    assert!(admin(&server.data, &["backup", backup.to_str().unwrap()]).status.success());
    let made = visit(&li, &child, "备份以后写的。");
    li.ok(&["edit", &made, "note=备份以后写的，又补了一句。"]);
    li.ok(&["sync"]);
    wang.ok(&["sync"]);
    drop(li);
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    assert!(admin(&data, &["restore", backup.to_str().unwrap()]).status.success());

    let now = client::Env::now(&client::device::env::SystemEnv).0;
    let shown = |wang: &Device| wang.list(&["visits", "--person", &child]).iter().any(|v| v["id"] == made.as_str());
    // Nobody is asked to decide while she may still send it herself.
    for (days, here, waiting) in [(0, true, 0), (2, true, 0), (10, true, 0), (18, false, 1)] {
        let then = (now + days * 24 * 3600 * 1000).to_string();
        let _server = Server::start_with(&data, &address, &[("NUANFANG_NOW", &then)]);
        let wang = Device { now: Some(then.clone()), ..Device::new(dir.path(), "wang") };
        wang.ok(&["sync"]);
        assert_eq!((shown(&wang), wang.list(&["refused"]).len()), (here, waiting), "after {days} days");
    }
    let then = (now + 19 * 24 * 3600 * 1000).to_string();
    let server = Server::start_with(&data, &address, &[("NUANFANG_NOW", &then)]);
    let wang = Device { now: Some(then), ..wang };
    while let Some(first) = wang.list(&["refused"]).first() {
        assert_eq!((&first["by"], &first["fits"]), (&json!("李秀梅"), &json!(true)));
        wang.ok(&["refused", first["hash"].as_str().unwrap(), "--accept"]);
    }
    wang.ok(&["sync"]);
    assert!(shown(&wang));
    drop(server);
    // A code is good for a week of the machine's own clock.
    let server = Server::start_at(&data, &address);
    let new = Device::enrolled(dir.path(), "new", &server, &server.address, "S001");
    let visits = new.list(&["visits", "--person", &child]);
    let back = visits.iter().find(|v| v["id"] == made.as_str()).unwrap_or_else(|| panic!("{visits:?}"));
    assert_eq!((&back["by"], &back["state"]), (&json!("李秀梅"), &json!("uploaded")));
    assert!(new.ok(&["show", &made]).to_string().contains("又补了一句"));
}

#[test]
fn an_older_copy_of_a_device_folder_gets_its_own_work_back() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let old = copied(&li, "old", dir.path());
    let later = visit(&li, &child, "后来的。");
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    li.ok(&["sync"]);
    old.ok(&["sync"]);
    assert!(old.list(&["visits", "--person", &child]).iter().any(|v| v["id"] == later.as_str()));
    assert_eq!(old.ok(&["show", &child])["fields"]["contact.phone"], "13800000001");
}

#[test]
fn who_was_given_another_village_or_lost_a_file_loses_no_visit() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");

    // The file moves while she is away.
    let first = visit(&li, &child, "搬走以前。");
    wang.ok(&["edit", &child, "area.code=990101001202"]);
    wang.ok(&["sync"]);
    let report = li.ok(&["sync"]);
    assert_eq!((report["refused"].as_u64(), report["accepted"].as_u64()), (Some(0), Some(1)), "{report}");
    assert!(!li.list(&["persons"]).iter().any(|p| p["id"] == child.as_str()), "and then it goes");
    wang.ok(&["sync"]);
    assert!(wang.list(&["visits", "--person", &child]).iter().any(|v| v["id"] == first.as_str()));
    // Now that she knows, it is none of her business.
    let late = li.file("visit.json", &routine_visit("child-visit@s2", "已不是我的。"));
    li.refused(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &late]);

    // She herself is given another village.
    let another = li.list(&["persons"])[0]["id"].as_str().unwrap().to_owned();
    let second = visit(&li, &another, "调走以前。");
    let staff = dir.path().join("staff.csv");
    std::fs::write(&staff, "编号,姓名,岗位,负责区域\nS001,李秀梅,儿童主任,990101001203\n").unwrap();
    assert!(admin(&server.data, &["import", "staff", staff.to_str().unwrap(), "--yes"]).status.success());
    let report = li.ok(&["sync"]);
    assert_eq!(report["refused"], 0, "{report}");
    wang.ok(&["sync"]);
    assert!(wang.list(&["visits", "--person", &another]).iter().any(|v| v["id"] == second.as_str()));
    assert!(li.list(&["persons"]).iter().all(|p| p["area"] == "990101001203"), "the old village's files are gone");
}

#[test]
fn a_word_for_leaving_that_nobody_knows_is_an_error_and_the_known_ones_close_the_door() {
    let (dir, server) = county();
    let staff = dir.path().join("staff.csv");
    let import = |state: &str| {
        std::fs::write(&staff, format!("编号,姓名,岗位,负责区域,状态\nS001,李秀梅,儿童主任,990101001201,{state}\n")).unwrap();
        admin(&server.data, &["import", "staff", staff.to_str().unwrap()]).status.code()
    };
    for gone in ["离职", "已离职", "调离", "辞职", "退休"] {
        assert_eq!(import(gone), Some(0), "{gone}");
        assert_ne!(admin(&server.data, &["code", "S001"]).status.code(), Some(0), "{gone}: no code for somebody who has left");
        assert_eq!(import("在职"), Some(0));
        assert_eq!(admin(&server.data, &["code", "S001"]).status.code(), Some(0));
    }
    assert_eq!(import("待定"), Some(1));
}

#[test]
fn the_headless_client_corrects_a_visit_and_bears_a_reader_that_leaves() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let id = visit(&li, &child, "祖母腿伤。");
    li.ok(&["edit", &id, "note=祖母腿伤，村医来过。", "kind=phone"]);
    assert!(li.ok(&["show", &id]).to_string().contains("村医来过"));
    assert!(li.refused(&["edit", &id, "nosuch=1"]).contains("unknown_field"));
    assert!(li.refused(&["edit", &id, "kind=flying"]).contains("form_incomplete"));
    let piped =
        format!("NUANFANG_PIN={} {} --home {} persons | head -1", li.pin, village::programs::program("nuanfang").display(), li.home.display());
    let output = Command::new("bash").args(["-o", "pipefail", "-c", &piped]).output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

/// Her role was taken away while she was in the mountains; what she wrote there is refused, and her supervisor lets it in.
#[test]
fn a_supervisor_decides_on_what_was_refused() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let made = visit(&li, &child, "撤职之前写的。");
    let camera = dir.path().join("IMG_1.jpg");
    std::fs::write(&camera, village::picture::from_a_camera(1, 640, 480)).unwrap();
    li.ok(&["visit", "photo", &made, "--add", camera.to_str().unwrap()]);
    li.ok(&["edit", &child, "contact.phone=13800000009"]);
    li.ok(&["edit", &child, "contact.address=不要的地址"]);
    let role = |role: &str| {
        let staff = dir.path().join("staff.csv");
        std::fs::write(&staff, format!("编号,姓名,岗位,负责区域\nS001,李秀梅,{role},990101001201\n")).unwrap();
        assert!(admin(&server.data, &["import", "staff", staff.to_str().unwrap(), "--yes"]).status.success());
    };
    role("志愿者");
    // The second edit builds on the first: her device writes it anew, and it is refused by itself.
    assert_eq!(li.ok(&["sync"])["refused"], 3);
    assert_eq!(li.ok(&["status"])["refused"], 4, "with the photo that goes with the visit");
    assert!(li.refused(&["refused"]).contains("not_allowed"), "not hers to decide");

    let cheng = Device::enrolled(dir.path(), "cheng", &server, &server.address, "S032");
    let waiting = wang.list(&["refused"]);
    assert!(cheng.list(&["refused"]).is_empty(), "another town's supervisor sees none of it");
    let theirs = waiting[0]["hash"].as_str().unwrap();
    for decision in ["--accept", "--dismiss"] {
        assert!(cheng.refused(&["refused", theirs, decision]).contains("not_found"));
        assert!(li.refused(&["refused", theirs, decision]).contains("not_allowed"));
    }
    let about = |field: &str| waiting.iter().find(|r| r["edits"].to_string().contains(field)).unwrap_or_else(|| panic!("{field}: {waiting:?}"));
    let of_visit = waiting.iter().find(|r| r["form"] == "child-visit@s2").unwrap();
    assert!(waiting.iter().all(|r| r["by"] == "李秀梅" && r["fits"] == true && r["person"] == child.as_str()), "{waiting:?}");
    wang.ok(&["refused", of_visit["hash"].as_str().unwrap(), "--accept"]);
    wang.ok(&["refused", about("13800000009")["hash"].as_str().unwrap(), "--accept"]);
    // Her device will not hear that the visit was let in: its photo is for the supervisor, too. The second edit was written anew already.
    let photo = wang.list(&["refused"]).into_iter().find(|r| r["answers"]["photos"] == 1).unwrap();
    wang.ok(&["refused", photo["hash"].as_str().unwrap(), "--accept"]);
    let rest = wang.list(&["refused"]);
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert!(rest[0]["edits"].to_string().contains("不要的地址"));
    wang.ok(&["refused", rest[0]["hash"].as_str().unwrap(), "--dismiss"]);
    assert!(wang.list(&["refused"]).is_empty());
    assert!(wang.refused(&["refused", rest[0]["hash"].as_str().unwrap(), "--accept"]).contains("not_found"), "decided already");

    let file = wang.ok(&["show", &child]);
    assert_eq!(file["fields"]["contact.phone"], "13800000009");
    assert_ne!(file["fields"]["contact.address"], "不要的地址");
    let queue = wang.list(&["review", "--list"]);
    assert!(queue.iter().any(|q| q["visit"]["id"] == made.as_str() && q["visit"]["by"] == "李秀梅"), "it waits for review as hers");
    // Back in office, she sees what became of it.
    role("儿童主任");
    li.ok(&["sync"]);
    assert_eq!(li.ok(&["status"])["refused"], 1, "what was laid aside stays told");
    assert_eq!(li.ok(&["show", &child])["fields"]["contact.phone"], "13800000009");
    assert!(li.list(&["visits", "--person", &child]).iter().any(|v| v["id"] == made.as_str() && v["state"] == "uploaded"));
    // What was built on the visit went on by itself: the photo, and whatever she corrects now.
    assert_eq!(li.list(&["visit", "photo", &made])[0]["uploaded"], true);
    li.ok(&["edit", &made, "note=又改了一处。"]);
    assert_eq!(li.ok(&["sync"])["accepted"], 1);
    wang.ok(&["sync"]);
    wang.ok(&["visit", "photo", &made, "--get", "0", "--out", dir.path().join("photo.jpg").to_str().unwrap()]);
}

/// A record of before there was a limit is too large for every device: it keeps nothing else back, and is named until the operator lays it
/// aside.
#[test]
fn a_record_that_cannot_be_read_is_named_and_keeps_nothing_else_back() {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let other = li.list(&["persons"]).iter().find(|p| p["id"] != child.as_str()).unwrap()["id"].as_str().unwrap().to_owned();
    let before = visit(&li, &child, "以前的走访。");
    li.ok(&["sync"]);
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    let database = rusqlite::Connection::open(data.join("nuanfang.db")).unwrap();
    let id = uuid::Uuid::parse_str(&child).unwrap();
    let id = &id.as_bytes()[..];
    let honest: Vec<u8> = database.query_row("SELECT document FROM records WHERE id = ?1", [id], |r| r.get(0)).unwrap();
    let padded = [honest.clone(), vec![0; 600_000]].concat();
    database.execute("UPDATE records SET document = ?2 WHERE id = ?1", rusqlite::params![id, padded]).unwrap();
    database.execute("DELETE FROM packs", []).unwrap();
    drop(database);
    let server = Server::start_at(&data, &address);

    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let report = wang.ok(&["sync"]);
    assert_eq!((&report["state"], &report["unreadable"][0]["name"]), (&json!("done"), &json!("王小雨")), "{report}");
    assert_eq!(wang.ok(&["status"])["unreadable"][0]["record"], child.as_str());
    let plain = wang.plain(&["status"]);
    assert!(plain.contains("王小雨") && plain.contains(&child), "{plain}");
    // What he writes goes up, photos too.
    let made = visit(&wang, &other, "另一个孩子。");
    let camera = dir.path().join("IMG_1.jpg");
    std::fs::write(&camera, village::picture::from_a_camera(1, 640, 480)).unwrap();
    wang.ok(&["visit", "photo", &made, "--add", camera.to_str().unwrap()]);
    let report = wang.ok(&["sync"]);
    assert_eq!((&report["photos"], &report["unreadable"][0]["name"]), (&json!(1), &json!("王小雨")), "{report}");
    assert_eq!(wang.list(&["visit", "photo", &made])[0]["uploaded"], true);

    let command = |args: &[&str]| {
        let output = admin(&data, args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let large: serde_json::Value = serde_json::from_str(&command(&["record", "list", "--large", "--json"])).unwrap();
    assert_eq!((large.as_array().unwrap().len(), &large[0]["id"], &large[0]["fits"]), (1, &json!(child), &json!(false)), "{large}");
    assert!(!command(&["record", "list", "--large"]).contains("王小雨"));
    command(&["record", "aside", &child]);
    assert_eq!(admin(&data, &["record", "aside", &child]).status.code(), Some(1), "it is aside already");
    for device in [&wang, &li] {
        device.ok(&["sync"]);
        assert_eq!(device.ok(&["sync"])["unreadable"], json!([]), "nobody sends it any more");
    }
    assert!(li.list(&["persons"]).iter().all(|p| p["id"] != child.as_str()) && li.list(&["visits"]).iter().all(|v| v["id"] != before.as_str()));
    // Somebody who knows how mends it.
    let database = rusqlite::Connection::open(data.join("nuanfang.db")).unwrap();
    database.execute("UPDATE aside SET document = ?2 WHERE id = ?1", rusqlite::params![id, honest]).unwrap();
    drop(database);
    command(&["record", "back", &child]);
    li.ok(&["sync"]);
    assert!(li.list(&["visits"]).iter().any(|v| v["id"] == before.as_str()), "its visits are back");
    let log: serde_json::Value = serde_json::from_str(&command(&["audit", "--person", &child, "--json"])).unwrap();
    let acts: Vec<_> = log.as_array().unwrap().iter().filter(|line| line["role"] == "operator").map(|line| &line["what"]).collect();
    assert_eq!(acts, ["record_aside", "record_back"], "{log}");
}
