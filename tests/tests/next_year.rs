//! A server of next year says words that no program of today knows: whoever hears them syncs, uploads, keeps and shows the rest, is told that
//! a newer app is needed, and reads what was left once there is one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::Value;
use std::collections::BTreeSet;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::next_year::NextYear;
use village::server::{Server, admin};
use village::window::{PHONE, Window};

fn names(device: &Device) -> BTreeSet<String> {
    device.list(&["persons", "--closed"]).iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect()
}

fn says(device: &Device, what: &str) -> Value {
    device.ok(&["status"])[what].clone()
}

#[test]
fn whoever_hears_words_of_next_year_goes_on_and_reads_what_was_left_after_an_update() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "7", "--persons", "150", "--visits", "900"]).status.success());
    let (all, codes) = {
        let server = Server::start(&data);
        let plain = Device::enrolled(dir.path(), "plain", &server, &server.address, "S006");
        (names(&plain), ["S006", "S001"].map(|staff| server.code(staff)))
    };
    let server = NextYear::serve(&data);
    let mut officer = Device::new(dir.path(), "officer");
    officer.ok(&["enrol", "--server", &server.address, "--code", &codes[0]]);
    officer.ok(&["sync"]);
    let some = names(&officer);
    assert!(some.len() < all.len() && some.len() > all.len() / 2 && some.is_subset(&all), "{} of {}", some.len(), all.len());
    assert_eq!((says(&officer, "newer"), says(&officer, "unreadable")), (true.into(), Value::Array(vec![])), "that is nobody's trouble");
    assert!(officer.plain(&["status"]).contains("更新应用"));
    // Words that stand in lists are shown as what they are, and no rule says yes to them.
    let persons = officer.list(&["persons"]);
    assert!(persons.iter().any(|p| p["categories"].as_array().unwrap().iter().any(|c| c == "young_carer") && p["risk"] == "critical"));
    let plain = officer.plain(&["persons"]);
    assert!(plain.contains("更新后可见") && !plain.contains("young_carer"), "{plain}");
    assert!(officer.list(&["visits", "--limit", "1000"]).iter().any(|v| v["form"] == "child-visit@99"));

    // Whoever works, works on: what she writes goes up, every time.
    let li = Device::new(dir.path(), "li");
    li.ok(&["enrol", "--server", &server.address, "--code", &codes[1]]);
    li.ok(&["sync"]);
    let child = li.list(&["persons"]).first().map(|p| p["id"].as_str().unwrap().to_owned()).unwrap();
    for n in 0..3 {
        let answers = li.file("answers.json", &routine_visit("child-visit@s2", &format!("第{n}次，一切都好。")));
        li.ok(&["visit", "new", "--person", &child, "--form", "child-visit", "--from", &answers]);
        let report = li.ok(&["sync"]);
        assert_eq!((report["state"].as_str(), says(&li, "pending").as_u64()), (Some("done"), Some(0)), "{report}");
    }
    // What is refused, or why nothing is answered, may be a word of next year too: told, and nothing is lost.
    server.fails(true);
    let answers = li.file("answers.json", &routine_visit("child-visit@s2", "没有传上去的一次。"));
    let visit = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit", "--from", &answers]);
    assert!(li.refused(&["sync"]).contains("needs_seal"));
    assert_eq!(says(&li, "pending").as_u64(), Some(1));
    server.fails(false);
    server.refuses(true);
    li.ok(&["sync"]);
    server.refuses(false);
    let kept = li.list(&["visits", "--person", &child]).into_iter().find(|v| v["id"] == visit["id"]).expect("it stays here, to be read");
    assert_eq!((kept["state"].as_str(), says(&li, "refused").as_u64()), (Some("refused"), Some(1)));
    // The app is updated, and the server's words are its own.
    server.is_understood();
    officer.version = Some("9.9.9".to_owned());
    officer.ok(&["sync"]);
    assert_eq!((names(&officer), says(&officer, "newer")), (all, false.into()));
}

#[test]
fn a_file_in_which_a_program_of_next_year_wrote_goes_on_being_one() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "7", "--persons", "20", "--visits", "60"]).status.success());
    let code = Server::start(&data).code("S001");
    let server = NextYear::serve(&data);
    server.is_understood();
    let mut li = Device::new(dir.path(), "li");
    li.ok(&["enrol", "--server", &server.address, "--code", &code]);
    li.ok(&["sync"]);
    let child = li.list(&["persons"]).first().map(|p| p["id"].as_str().unwrap().to_owned()).unwrap();
    assert_eq!(says(&li, "newer"), false);
    let address = li.ok(&["show", &child])["fields"]["contact.address"].clone();

    server.is_written_in(child.parse().unwrap());
    li.ok(&["sync"]);
    assert_eq!((says(&li, "newer"), says(&li, "unreadable")), (true.into(), Value::Array(vec![])), "that is nobody's trouble");
    assert_eq!(li.ok(&["show", &child])["fields"]["contact.address"], address, "what builds on it is left with it");
    li.ok(&["edit", &child, "contact.phone=13800000008"]);
    assert_eq!((li.ok(&["sync"])["state"].as_str(), says(&li, "pending").as_u64()), (Some("done"), Some(0)));

    li.version = Some("9.9.9".to_owned());
    li.ok(&["sync"]);
    assert_eq!(says(&li, "newer"), false);
    assert_eq!(li.ok(&["show", &child])["fields"]["contact.phone"], "13800000008");
}

#[test]
fn of_a_post_of_next_year_nobody_knows_what_it_may() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "7", "--persons", "20", "--visits", "60"]).status.success());
    let code = {
        let server = Server::start(&data);
        server.code("S001")
    };
    let server = NextYear::serve(&data);
    server.is_understood();
    server.gives_a_new_role(true);
    let li = Device::new(dir.path(), "li");
    li.ok(&["enrol", "--server", &server.address, "--code", &code]);
    assert_eq!(li.ok(&["sync"])["state"], "done");
    assert_eq!((says(&li, "newer"), says(&li, "me")["role"].clone()), (true.into(), "school_contact".into()));
    assert!(li.plain(&["status"]).contains("更新应用"));
    let file = li.file("person.json", &serde_json::json!({"area": "990101001201", "identity": {"name": "石小田"}, "categories": ["orphan"]}));
    let said = li.refused(&["person", "new", "--from", &file]);
    assert!(said.contains("not_allowed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_hears_words_of_next_year_and_goes_on_too() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "7", "--persons", "150", "--visits", "900"]).status.success());
    let code = Server::start(&data).code("S001");
    let server = NextYear::serve(&data);
    let li = Window::browser(&dir.path().join("browser"), &server.address, PHONE, "next-year").await;
    li.fill("code", &code).await;
    li.click("enrol-next").await;
    li.choose_pin("280716").await;
    li.see("newer").await;
    li.look("01-today").await;
    li.go_to("tab-files").await;
    li.read("更新后可见").await;
    li.look("02-files").await;
    li.click("person").await;
    li.see("person-page").await;
    li.look("03-file").await;
    li.click("visit").await;
    li.finish_form("都好。").await;
    li.read("已上传").await;
    li.click("finished-see").await;
    li.go_to("tab-me").await;
    li.see("newer").await;
    li.look("04-me").await;
    li.close().await;
}
