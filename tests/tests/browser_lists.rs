//! A county's own words for grades and reasons, at phone size by touch: chosen from a list, kept, and read on the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::json;
use tempfile::TempDir;
use village::device::Device;
use village::programs::asset;
use village::server::{Server, admin, json};
use village::window::{PHONE, Window};

const PIN: &str = "280716";

#[tokio::test(flavor = "multi_thread")]
async fn a_grade_is_chosen_in_the_countys_words_and_a_reason_at_a_touch() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff", "roster"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    let mut policy = json(&admin(&data, &["policy"]));
    policy["lists"] = json!([
        {"list": "risk", "name": "红色预警", "counts_as": "high"},
        {"list": "risk", "name": "橙色关注", "counts_as": "medium"},
        {"list": "risk_reason", "name": "父母失联"},
        {"list": "risk_reason", "name": "监护人重病"},
    ]);
    let file = dir.path().join("policy.json");
    std::fs::write(&file, policy.to_string()).unwrap();
    assert!(admin(&data, &["policy", "--set", file.to_str().unwrap()]).status.success());
    let server = Server::start(&data);

    let window = Window::browser(&dir.path().join("browser"), &server.address, PHONE, "browser-lists").await;
    window.fill("code", &server.code("S001")).await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window.see("due-person").await;
    window.go_to("tab-files").await;
    window.fill("search", "王小雨").await;
    window.read("1 份").await;
    window.click("person").await;
    window.click("edit").await;
    window.set("risk.level", "橙色关注").await;
    window.fill("risk.reason", "奶奶住院").await;
    window.press("父母失联").await;
    window.look("01-edit").await;
    window.click("save").await;
    window.see("person-page").await;
    window.read("橙色关注").await;
    window.read("奶奶住院；父母失联").await;
    window.go_to("tab-me").await;
    window.read("全部已上传").await;
    window.close().await;

    // The office sees the words, and lists and rules go by what they count as.
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = wang.person("王小雨");
    let file = wang.ok(&["show", &child]);
    assert_eq!((&file["fields"]["risk.level"], &file["fields"]["risk.words"]), (&json!("medium"), &json!("medium:橙色关注")));
}
