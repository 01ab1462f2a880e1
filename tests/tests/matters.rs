//! Types of matter that a county writes in Excel, and matters on devices, by the programs as they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use village::device::Device;
use village::programs::{asset, program};
use village::server::{Server, admin, county};

const SHEETS: [&str; 5] = ["题目", "选项", "设置", "事项", "环节"];

/// Sheets by name, each with its rows of cells.
type Sheets = Vec<(&'static str, Vec<Vec<String>>)>;

/// The tables of the guide's example.
fn example() -> Sheets {
    let guide = std::fs::read_to_string(asset("../docs/forms.md")).unwrap();
    let (_, part) = guide.split_once("### 例子：代办残疾人证").unwrap();
    let (part, _) = part.split_once("\n## ").unwrap();
    let table = |name: &'static str| {
        let (_, rest) = part.split_once(&format!("**{name}**\n\n")).unwrap();
        let lines = rest.lines().take_while(|line| line.starts_with('|')).filter(|line| !line.starts_with("|---"));
        let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        (name, lines.map(cells).collect())
    };
    SHEETS.map(table).into()
}

fn saved(dir: &Path, name: &str, sheets: &[(&str, Vec<Vec<String>>)]) -> PathBuf {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (n, row) in (0..).zip(rows) {
            sheet.write_row(n, 0, row).unwrap();
        }
    }
    let path = dir.join(name);
    book.save(&path).unwrap();
    path
}

fn check(file: &Path) -> (Option<i32>, Value) {
    let output = Command::new(program("nuanfang-server")).args(["matter-type", "check", file.to_str().unwrap(), "--json"]).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

/// Answers by the words of questions and choices, under the keys that records have them by.
fn answers(device: &Device, form: &str, said: &[(&str, &str)]) -> Value {
    let form = device.ok(&["form", form]);
    let questions: Vec<&Value> = form["sections"].as_array().unwrap().iter().flat_map(|part| part["questions"].as_array().unwrap()).collect();
    let mut answers = serde_json::Map::new();
    for (label, value) in said {
        let question = questions.iter().find(|q| q["label"]["zh"] == *label).unwrap_or_else(|| panic!("{label}: {form}"));
        let option = question["options"].as_array().and_then(|options| options.iter().find(|o| o["label"]["zh"] == *value));
        answers.insert(question["id"].as_str().unwrap().to_owned(), option.map_or(json!(value), |option| option["id"].clone()));
    }
    Value::Object(answers)
}

fn set_up() -> (TempDir, Server, Device, Device) {
    let (dir, server) = county();
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    (dir, server, li, wang)
}

#[test]
fn a_countys_own_type_is_published_and_a_matter_of_it_goes_from_beginning_to_end() {
    let (dir, server, li, wang) = set_up();
    let file = saved(dir.path(), "card.xlsx", &example());
    let (code, said) = check(&file);
    assert_eq!((code, &said["errors"], &said["notes"]), (Some(0), &json!([]), &json!([])), "{said}");
    assert_eq!((&said["title"], said["stages"].as_array().map(Vec::len)), (&json!("代办残疾人证"), Some(4)));
    let published = admin(&server.data, &["matter-type", "publish", file.to_str().unwrap(), "--json"]);
    assert_eq!(village::server::json(&published)["form"], "disability-card@1");
    let listed = village::server::json(&admin(&server.data, &["matter-type", "list", "--json"]));
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["form"]), (1, &json!("disability-card@1")));
    assert_eq!(village::server::json(&admin(&server.data, &["form", "list", "--json"])), json!([]), "a type is no form");
    // What comes out goes in again as the same type.
    let out = dir.path().join("out.xlsx");
    assert!(admin(&server.data, &["matter-type", "export", "disability-card@1", "--out", out.to_str().unwrap(), "--heads", "zh"]).status.success());
    assert!(admin(&server.data, &["matter-type", "publish", out.to_str().unwrap()]).status.success());
    assert_eq!(village::server::json(&admin(&server.data, &["matter-type", "list", "--json"])).as_array().unwrap().len(), 1);

    li.ok(&["sync"]);
    let types = li.ok(&["matter", "types"]);
    let card = types.as_array().unwrap().iter().find(|kind| kind["type"] == "disability-card").unwrap();
    assert_eq!((&card["of_person"], &card["of_area"], &card["may_open"]), (&json!(true), &json!(false), &json!(true)));
    let child = li.person("王小雨");
    let begun = answers(&li, "disability-card", &[("办哪一种？", "新办"), ("什么情况？", "左腿骨折后行走困难")]);
    let from = li.file("card.json", &begun);
    let id = li.ok(&["matter", "new", "--type", "disability-card", "--person", &child, "--from", &from])["id"].as_str().unwrap().to_owned();
    let row = li.list(&["matters", "--open"]).remove(0);
    assert_eq!(
        (&row["id"], &row["type"], &row["person"], &row["line"]),
        (&json!(id), &json!("disability-card"), &json!(child), &json!("新办 · 左腿骨折后行走困难"))
    );
    assert_eq!((&row["overdue"], row["due"].as_str().is_some()), (&json!(false), true));
    assert!(li.refused(&["matter", "move", &id, "已办结"]).contains("bad_value"), "it was not taken up yet");
    li.ok(&["sync"]);

    wang.ok(&["sync"]);
    let from = wang.file("taken.json", &answers(&wang, "disability-card", &[("哪天受理的？", "2026-01-05")]));
    wang.ok(&["matter", "move", &id, "残联已受理", "--from", &from, "--note", "县残联窗口"]);
    wang.ok(&["matter", "say", &id, "缺一张照片，下周补。"]);
    wang.ok(&["sync"]);
    li.ok(&["sync"]);
    let matter = li.ok(&["matter", "show", &id]);
    assert_eq!(matter["item"]["stage_label"]["zh"], "残联已受理");
    assert_eq!(
        matter["story"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect::<Vec<_>>(),
        ["", "县残联窗口", "缺一张照片，下周补。"]
    );
    let from = li.file("done.json", &answers(&li, "disability-card", &[("办成了吗？", "办成了"), ("证件有效到哪天？", "2036-01-05")]));
    li.ok(&["matter", "move", &id, "已办结", "--from", &from]);
    li.ok(&["sync"]);
    assert!(li.list(&["matters", "--open"]).is_empty());
    // What is no longer offered is begun no more.
    assert!(admin(&server.data, &["matter-type", "withdraw", "disability-card@1"]).status.success());
    li.ok(&["sync"]);
    let from = li.file("again.json", &begun);
    assert!(li.refused(&["matter", "new", "--type", "disability-card", "--person", &child, "--from", &from]).contains("unknown_form"));
    assert!(li.plain(&["matter", "show", &id]).contains("办成了"));
    wang.ok(&["sync"]);
    assert!(wang.list(&["matters", "--open", "--person", &child]).is_empty());
}

#[test]
fn what_is_wrong_with_a_type_is_told_by_sheet_and_row() {
    let (dir, server) = county();
    let told = |change: &dyn Fn(&mut Sheets)| {
        let mut sheets = example();
        change(&mut sheets);
        let file = saved(dir.path(), "wrong.xlsx", &sheets);
        let (code, said) = check(&file);
        assert_eq!(code, Some(1), "{said}");
        let errors = said["errors"].as_array().unwrap().iter();
        errors
            .map(|e| (e["sheet"].as_str().unwrap().to_owned(), e["row"].as_u64().unwrap(), e["column"].as_str().unwrap_or_default().to_owned()))
            .collect::<Vec<_>>()
    };
    let cell = |sheet: usize, row: usize, head: &'static str, text: &'static str| {
        move |sheets: &mut Sheets| {
            let column = sheets[sheet].1[0].iter().position(|known| known == head).unwrap();
            sheets[sheet].1[row][column] = text.into();
        }
    };
    let one = |sheet: &str, row, column: &str| vec![(sheet.to_owned(), row, column.to_owned())];
    assert_eq!(told(&|sheets| sheets.truncate(3)), one("matter", 1, ""));
    assert_eq!(told(&cell(3, 1, "所属", "孩子")), one("matter", 2, "of"));
    assert_eq!(told(&cell(3, 1, "谁登记", "村长")), one("matter", 2, "opens"));
    assert_eq!(told(&cell(4, 1, "期限", "五天")), one("stages", 2, "term"));
    assert_eq!(told(&cell(4, 2, "要填", "没有的组")), one("stages", 3, "fill"));
    assert_eq!(told(&cell(4, 2, "谁办", "社工、村长")), one("stages", 3, "who"));
    assert_eq!(told(&cell(4, 4, "从哪里来", "待送、领导")), one("stages", 5, "from"));
    assert_eq!(told(&cell(4, 3, "名称", "受理")).first(), one("stages", 4, "name").first());
    assert_eq!(told(&cell(4, 2, "环节", "")), one("stages", 3, "label"));
    assert_eq!(told(&cell(4, 1, "结束", "是")), one("stages", 2, "end"));
    assert_eq!(told(&cell(4, 1, "结束", "可能")), one("stages", 2, "end"));
    // One mistake, one line.
    assert_eq!(told(&cell(4, 2, "从哪里来", "代送")), one("stages", 3, "from"));
    assert_eq!(told(&cell(4, 2, "从哪里来", "办结")), one("stages", 3, "from"), "an end leads nowhere");
    assert_eq!(told(&cell(4, 1, "谁办", "社工")), one("stages", 2, "who"));
    let endless = told(&|sheets| {
        cell(4, 3, "结束", "")(sheets);
        cell(4, 4, "结束", "")(sheets);
    });
    assert_eq!(endless, one("stages", 2, "end"));
    // A type under a form's id would take its place.
    let mut sheets = example();
    sheets[2].1[1][1] = "child-visit".into();
    let file = saved(dir.path(), "visit.xlsx", &sheets);
    let refused = admin(&server.data, &["matter-type", "publish", file.to_str().unwrap()]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&[refused.stdout, refused.stderr].concat()).contains("换一个编号"));
    // Nothing of it was taken in.
    assert_eq!(village::server::json(&admin(&server.data, &["matter-type", "list", "--json"])), json!([]));
}

#[test]
fn two_who_end_a_matter_differently_with_no_network_both_stay() {
    let (_dir, server, li, wang) = set_up();
    let child = li.person("王小雨");
    let from = li.file("need.json", &json!({"title": "care", "reason": "奶奶住院", "to_unit": "镇社工站", "consent": "guardian"}));
    let id = li.ok(&["matter", "new", "--type", "referral", "--person", &child, "--from", &from])["id"].as_str().unwrap().to_owned();
    li.ok(&["sync"]);
    wang.ok(&["sync"]);
    let from = li.file("why.json", &json!({"declined_why": "床位已满"}));
    li.ok(&["matter", "move", &id, "declined", "--from", &from]);
    wang.ok(&["matter", "move", &id, "withdrawn"]);
    for device in [&li, &wang, &li] {
        device.ok(&["sync"]);
    }
    let (hers, others) = (li.ok(&["matter", "show", &id]), wang.ok(&["matter", "show", &id]));
    assert_eq!((&hers["item"]["disputed"], &hers["item"]["stage"]), (&json!(true), &others["item"]["stage"]));
    assert_eq!(hers["story"].as_array().unwrap().iter().filter(|s| s["stands"] == true || s["against"] == true).count(), 2);
    wang.ok(&["matter", "move", &id, "declined"]);
    wang.ok(&["sync"]);
    li.ok(&["sync"]);
    assert_eq!(li.ok(&["matter", "show", &id])["item"]["disputed"], false);
    drop(server);
}

#[test]
fn who_told_is_read_by_supervisors_and_by_nobody_else_who_was_not_told() {
    let (dir, server, li, wang) = set_up();
    let child = li.person("王小雨");
    let from = li.file("of-her.json", &json!({"name": "测试老师", "told_at": "2026-11-21T10:00:00.000+08:00"}));
    let of_her = li.ok(&["matter", "new", "--type", "report-source", "--person", &child, "--from", &from])["id"].as_str().unwrap().to_owned();
    let from = li.file("told.json", &json!({"name": "测试邻居", "told_at": "2026-11-21T10:00:00.000+08:00", "note": "夜里听见哭声"}));
    let id = li.ok(&["matter", "new", "--type", "report-source", "--area", "990101001201", "--from", &from])["id"].as_str().unwrap().to_owned();
    li.ok(&["sync"]);
    wang.ok(&["sync"]);
    assert_eq!(wang.ok(&["matter", "show", &id])["answers"]["note"], "夜里听见哭声");
    li.ok(&["sync"]);
    li.ok(&["matter", "show", &of_her]);
    assert!(li.refused(&["matter", "say", &id, "补充一句"]).contains("not_allowed"), "she reads what she wrote, and writes no more in it");
    // Another device of hers, and a colleague's, do not get it.
    for (name, staff) in [("li-2", "S001"), ("chen", "S010")] {
        let other = Device::enrolled(dir.path(), name, &server, &server.address, staff);
        assert!(other.list(&["matters"]).is_empty(), "{staff}");
    }
}
