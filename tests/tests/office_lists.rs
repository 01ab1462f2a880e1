//! The office's lists on the programs as they are: looked at before they are written, read in bounded memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use village::device::Device;
use village::programs::asset;
use village::raw::{read, send};
use village::server::{Server, admin, json as printed};

fn office() -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    (dir, data)
}

fn list(dir: &Path, name: &str, content: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_dry_run_prints_all_and_writes_nothing_but_the_remarks() {
    let (dir, data) = office();
    let file = list(dir.path(), "花名册.csv", "姓名,村,类别,备注\n王小雨,桃源村,留守儿童,祖母腿伤\n坏一,没有的村,孤儿,\n");
    let out = dir.path().join("核对.xlsx");
    let tried = admin(&data, &["import", "roster", &file, "--dry-run", "--remarks", out.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&tried.stdout).into_owned();
    assert_eq!(tried.status.code(), Some(1), "a row is not taken");
    assert!(said.contains("试导入") && said.contains("第 3 行，村") && said.contains("第 1 行，备注"), "{said}");
    assert!(std::fs::read(&out).unwrap().starts_with(b"PK"));
    let done = printed(&admin(&data, &["import", "roster", &file, "--json"]));
    assert_eq!((&done["added"], done["errors"].as_array().unwrap().len(), done["notes"].as_array().unwrap().len()), (&json!(1), 1, 1));
}

#[test]
fn a_page_shows_what_would_change_and_changes_it_with_a_yes() {
    let (dir, data) = office();
    let server = Server::start(&data);
    let device = Device::enrolled(dir.path(), "office", &server, &server.address, "S007");
    let list = "编号,姓名,岗位,负责区域\nS001,李秀梅,儿童督导员,清溪镇\n";
    let post = |query: &str| -> Value {
        let head = format!("POST /v1/admin/import/staff?file=list.csv{query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n", device.token());
        let answer = read(send(server.host(), &format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{list}", list.len())));
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    };
    let role = || {
        let staff: Value = printed(&admin(&data, &["staff", "--json"]));
        staff.as_array().unwrap().iter().find(|s| s["id"] == "S001").unwrap()["role"].clone()
    };
    let seen = post("&dry_run=true&remarks=true");
    assert_eq!((&seen["asked"], seen["remarks"].as_str().unwrap().is_empty()), (&json!(2), false));
    assert_eq!((&post("")["asked"], role()), (&json!(2), json!("child_director")));
    assert_eq!((&post("&yes=true")["asked"], role()), (&json!(0), json!("child_supervisor")));
}

#[test]
fn a_file_that_cannot_be_read_is_said_what_to_do_with() {
    let (dir, data) = office();
    let page = list(dir.path(), "a.xls", "<html><body><table><tr><td>姓名</td></tr></table></body></html>");
    let refused = admin(&data, &["import", "roster", &page]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("另存为 xlsx"));
}

/// A list a little larger than may be is read to its end, then refused, by a program that is given half a gigabyte of addresses.
#[cfg(target_os = "linux")]
#[test]
fn a_list_that_is_too_long_is_read_in_bounded_memory() {
    let (dir, data) = office();
    let row = |n: usize| format!("王{n},桃源村,孤儿,{},{}\n", "甲".repeat(60), "乙".repeat(60));
    let file = list(dir.path(), "a.csv", &("姓名,村,类别,地址,健康状况\n".to_owned() + &(0..50_001).map(row).collect::<String>()));
    let program = village::programs::program("nuanfang-server");
    let line = format!("ulimit -v 500000; exec '{}' import roster '{file}' --dry-run --data '{}'", program.display(), data.display());
    let output = std::process::Command::new("sh").args(["-c", &line]).env("NUANFANG_LOG", "error").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("太大"), "{said}");
}
