//! Forms in workbooks on the program as it is: checked, played, and told about by row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use village::programs::{asset, program};

fn form(args: &[&str]) -> Output {
    Command::new(program("nuanfang-server")).arg("form").args(args).output().unwrap()
}

fn states(name: &str) -> PathBuf {
    asset("../app/forms/tests/states").join(name)
}

fn check(file: &Path) -> (Option<i32>, Value) {
    let output = form(&["check", file.to_str().unwrap(), "--json"]);
    let said = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), said)
}

/// The same but that `nodes` are compared whatever the order of what was chosen of several.
fn nodes(line: &str) -> Vec<Value> {
    let mut state: Value = serde_json::from_str(line).unwrap();
    state["nodes"].as_array_mut().unwrap().drain(..).collect()
}

#[test]
fn recordings_of_odks_engine_are_played_by_the_program() {
    let mut played = 0;
    for entry in std::fs::read_dir(states("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".steps.json") else { continue };
        let book = stem.rsplit_once('.').unwrap().0;
        let file = [states(book), states("public").join(book)].into_iter().find(|path| path.is_file()).unwrap();
        let steps = states(&name);
        let now = ["--json", "--now", "2026-03-04T10:20:30.000+08:00"];
        let output = form(&[&["play", file.to_str().unwrap(), "--steps", steps.to_str().unwrap()][..], &now].concat());
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let ours = String::from_utf8(output.stdout).unwrap();
        let theirs = std::fs::read_to_string(states(&format!("{stem}.states.jsonl"))).unwrap();
        assert_eq!(ours.lines().count(), theirs.lines().count(), "{name}");
        for (n, (ours, theirs)) in ours.lines().zip(theirs.lines()).enumerate() {
            assert_eq!(nodes(ours), nodes(theirs), "{name}, step {n}");
        }
        played += 1;
    }
    assert_eq!(played, 30);
}

#[test]
fn a_form_says_what_it_is() {
    let (code, said) = check(&states("public/tutorial.xls"));
    assert_eq!((code, &said["form"], &said["title"], &said["errors"]), (Some(0), &json!("tutorial@"), &json!("tutorial"), &json!([])));
    assert_eq!(said["questions"], 10);
    for refused in ["calculate_without_calculation.xls", "group_name_test.xls", "not_closed_group_test.xls"] {
        let (code, said) = check(&states("public").join(refused));
        assert_eq!(code, Some(1), "{refused}");
        assert!(said["errors"].as_array().unwrap().iter().any(|e| e["sheet"] == "survey" && e["row"].as_u64() > Some(1)), "{said}");
    }
}

/// Writes rows of cells by their heads.
fn fill(sheet: &mut Worksheet, rows: &[Value]) {
    let mut heads: Vec<String> = rows.iter().flat_map(|row| row.as_object().unwrap().keys().cloned()).collect();
    heads.sort();
    heads.dedup();
    for (column, head) in (0..).zip(&heads) {
        sheet.write(0, column, head).unwrap();
        for (row, cells) in (1..).zip(rows) {
            match &cells[head] {
                Value::Null => {}
                Value::String(text) => _ = sheet.write(row, column, text).unwrap(),
                other => _ = sheet.write(row, column, other.to_string()).unwrap(),
            }
        }
    }
}

fn rows(of: &Value) -> Vec<Value> {
    of.as_array().cloned().unwrap_or_default()
}

#[test]
fn sheets_with_a_mistake_are_refused_by_sheet_and_row() {
    let dir = TempDir::new().unwrap();
    let all: Value = serde_json::from_str(&std::fs::read_to_string(states("../mistakes.json")).unwrap()).unwrap();
    for one in all["mistakes"].as_array().unwrap() {
        let mut book = Workbook::new();
        let survey = if one["mistake"] == "no survey sheet" { "questions" } else { "survey" };
        fill(book.add_worksheet().set_name(survey).unwrap(), &rows(&one["survey"]));
        fill(book.add_worksheet().set_name("choices").unwrap(), &rows(&one["choices"]));
        if one["settings"].is_object() {
            fill(book.add_worksheet().set_name("settings").unwrap(), &[one["settings"].clone()]);
        }
        let file = dir.path().join("form.xlsx");
        book.save(&file).unwrap();
        let (code, said) = check(&file);
        let at = |e: &Value| {
            (one["sheet"].is_null() || e["sheet"] == one["sheet"])
                && (one["row"].is_null() || e["row"] == one["row"] || e["row"] == one["reference"]["row"])
        };
        assert!(code == Some(1) && said["errors"].as_array().unwrap().iter().any(at), "{one}\n{said}");
    }
}

fn saved(dir: &TempDir, name: &str, fill: impl FnOnce(&mut Workbook)) -> PathBuf {
    let mut book = Workbook::new();
    fill(&mut book);
    let file = dir.path().join(name);
    book.save(&file).unwrap();
    file
}

fn reasons(said: &Value) -> Vec<(u64, String)> {
    let reason = |e: &Value| (e["row"].as_u64().unwrap(), e["reason"].as_str().unwrap().to_owned());
    said["errors"].as_array().unwrap().iter().map(reason).collect()
}

#[test]
fn what_a_cell_does_not_say_is_told_by_its_row() {
    let dir = TempDir::new().unwrap();
    let file = saved(&dir, "form.xlsx", |book| {
        let sheet = book.add_worksheet().set_name("survey").unwrap();
        sheet.write_row(0, 0, ["type", "name", "label", "Label"]).unwrap();
        sheet.write_row(1, 0, ["text", "a", "A"]).unwrap();
        sheet.write_row(2, 0, ["text", "b"]).unwrap().write(2, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    let (code, said) = check(&file);
    let told = reasons(&said);
    assert_eq!(code, Some(1));
    assert!(told.iter().any(|(row, reason)| *row == 1 && reason.contains("label")), "a heading that stands twice: {said}");
    let (_, about) = check(&states("public/widgets.xls"));
    assert!(about["errors"].as_array().unwrap().is_empty());
}

#[test]
fn sheets_that_claim_a_million_rows_and_old_files_that_do_are_read() {
    let dir = TempDir::new().unwrap();
    let file = saved(&dir, "form.xlsx", |book| {
        let grey = Format::new().set_background_color("#EEEEEE");
        for name in ["survey", "choices"] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            sheet.write_row(0, 0, if name == "survey" { ["type", "name", "label"] } else { ["list_name", "name", "label"] }).unwrap();
            sheet.write_row(1, 0, if name == "survey" { ["select_one l", "a", "A"] } else { ["l", "x", "X"] }).unwrap();
            sheet.write_blank(1_048_575, 200, &grey).unwrap();
        }
    });
    assert_eq!(check(&file).0, Some(0));
    // LibreOffice once wrote that a sheet reaches over whole rows, `1:3`.
    assert_eq!(check(&states("whole_rows.xlsx")).0, Some(0));
    let (code, said) = check(&states("public/warnings.xls"));
    assert!(code == Some(0) || !reasons(&said).is_empty(), "{said}");
}

#[test]
fn a_form_is_read_by_what_it_is_and_may_be_written_in_chinese() {
    let dir = TempDir::new().unwrap();
    let file = saved(&dir, "入户.xls", |book| {
        let sheet = book.add_worksheet().set_name("题目").unwrap();
        sheet.write_row(0, 0, ["题型", "名称", "题目", "必填", "显示条件", "填写要求", "不符提示"]).unwrap();
        sheet.write_row(1, 0, ["单选 来源", "来源", "从哪里得知", "是"]).unwrap();
        sheet.write_row(2, 0, ["整数", "人数", "家里几口人", "否", "${来源} = '自访'", ". > 0 and . < 30", "在 1 到 29 之间"]).unwrap();
        sheet.write_row(3, 0, ["多选 来源 或其他", "还有", "还从哪里"]).unwrap();
        let sheet = book.add_worksheet().set_name("选项").unwrap();
        sheet.write_row(0, 0, ["选项表", "名称", "文字"]).unwrap();
        sheet.write_row(1, 0, ["来源", "自访", "自己走访"]).unwrap();
        sheet.write_row(2, 0, ["来源", "电话", "来电"]).unwrap();
        let sheet = book.add_worksheet().set_name("设置").unwrap();
        sheet.write_row(0, 0, ["表名", "编号", "版本"]).unwrap();
        sheet.write_row(1, 0, ["入户登记", "entry", "3"]).unwrap();
    });
    let (code, said) = check(&file);
    assert_eq!((code, &said["form"], &said["title"], &said["questions"]), (Some(0), &json!("entry@3"), &json!("入户登记"), &json!(3)), "{said}");
    let steps = dir.path().join("steps.json");
    std::fs::write(&steps, json!([{"set": "/来源", "value": "自访"}, {"set": "/人数", "value": "30"}]).to_string()).unwrap();
    let output = form(&["play", file.to_str().unwrap(), "--steps", steps.to_str().unwrap(), "--json"]);
    let last: Vec<Value> = nodes(String::from_utf8(output.stdout).unwrap().lines().last().unwrap());
    assert_eq!(last[1], json!({"path": "/人数", "required": false, "readonly": false, "value": "30", "violated": true}));
    assert_eq!(last[2]["options"], json!(["自访", "电话", "other"]));
    let alone = saved(&dir, "alone.xlsx", |book| {
        book.add_worksheet().write_row_matrix(0, 0, [["type", "name", "label"], ["text", "a", "A"]]).unwrap();
    });
    assert_eq!((check(&alone).0, &check(&alone).1["form"]), (Some(0), &json!("alone@")), "a sheet that is alone needs no name");
    for (name, content) in [("a.xlsx", &b"type,name,label\ntext,a,A\n"[..]), ("b.xls", b"PK\x03\x04 nothing"), ("c.xlsx", b"")] {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        assert_eq!(form(&["check", path.to_str().unwrap(), "--json"]).status.code(), Some(1), "{name}");
    }
}

#[test]
fn the_guide_names_every_sheet_head_type_and_function() {
    let guide = std::fs::read_to_string(asset("../docs/forms.md")).unwrap();
    for (what, table) in forms::sheet::heads::CHINESE {
        for (chinese, name) in table {
            let row = |line: &str| line.starts_with('|') && line.contains(&format!("| {chinese} | {name} |"));
            assert!(guide.lines().any(row), "{what}: {chinese}, {name}");
        }
    }
    for function in expressions::Function::ALL {
        assert!(guide.contains(&format!("`{}`", function.name())), "{}", function.name());
    }
}

#[test]
fn a_form_is_taken_in_published_withdrawn_and_written_out_again() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    let made = |version: &str, label: &str| {
        saved(&dir, "entry.xlsx", |book| {
            let sheet = book.add_worksheet().set_name("survey").unwrap();
            sheet.write_row(0, 0, ["type", "name", "label::中文 (zh)", "label::English (en)", "calculation"]).unwrap();
            sheet.write_row(1, 0, ["text", "a", label, "=A1"]).unwrap();
            sheet.write_row(2, 0, ["calculate", "b", "", "", "concat(${a}, '_x0041_')"]).unwrap();
            let sheet = book.add_worksheet().set_name("settings").unwrap();
            sheet.write_row(0, 0, ["form_id", "form_title", "version"]).unwrap();
            sheet.write_row(1, 0, ["entry", "入户", version]).unwrap();
        })
    };
    let run = |args: &[&str]| form(&[args, &["--data", data.to_str().unwrap()]].concat());
    let said = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let import = |file: &Path| run(&["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(said(&import(&made("", "甲")))["form"], "entry@1", "the first of its name");
    assert_eq!(said(&import(&made("", "甲")))["form"], "entry@1", "the same once more");
    assert_eq!(said(&import(&made("", "乙")))["form"], "entry@2");
    assert!(run(&["publish", "entry@2", "--area", "520103102"]).status.success());
    let refused = import(&made("2", "丙"));
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("换一个版本号"), "{refused:?}");
    assert!(import(&made("1", "丙")).status.success(), "one that nobody filled in may change");
    assert!(!run(&["publish", "other@1"]).status.success());
    assert!(run(&["publish", "entry@2"]).status.success() && run(&["withdraw", "entry@2"]).status.success());
    let list = said(&run(&["list", "--json"]));
    assert_eq!((&list[0]["form"], &list[1]["form"]), (&json!("entry@2"), &json!("entry@1")));
    let published = list[0]["published"].as_array().unwrap();
    assert!(published.len() == 2 && published.iter().all(|p| !p["withdrawn"].is_null()) && list[1]["published"] == json!([]), "{list}");

    // What comes out goes in again as the same.
    let out = dir.path().join("out.xlsx");
    assert!(run(&["export", "entry@2", "--out", out.to_str().unwrap()]).status.success());
    assert_eq!(said(&import(&out))["form"], "entry@2");
    assert!(run(&["export", "entry@2", "--out", out.to_str().unwrap(), "--heads", "zh"]).status.success());
    assert_eq!(said(&import(&out))["form"], "entry@2", "in Chinese as well");
    let steps = dir.path().join("steps.json");
    std::fs::write(&steps, json!([{"set": "/a", "value": "甲"}]).to_string()).unwrap();
    let output = run(&["play", "entry@2", "--steps", steps.to_str().unwrap(), "--json"]);
    let last = nodes(String::from_utf8(output.stdout).unwrap().lines().last().unwrap());
    assert_eq!(last[1]["value"], "甲_x0041_");

    // Records name a form: its name is one that every program can write down.
    let spaced = import(&made("2026 年版", "丁"));
    assert!(!spaced.status.success() && String::from_utf8_lossy(&spaced.stderr).contains("空格"), "{spaced:?}");

    // What import would refuse, the check says, too, as far as it can know it.
    let noted = |file: &Path| check(file).1["notes"].to_string();
    assert!(noted(&made("2026 年版", "丁")).contains("导入不了"), "{}", noted(&made("2026 年版", "丁")));
    let unnamed = saved(&dir, "表单 (1).xlsx", |book| {
        book.add_worksheet().write_row_matrix(0, 0, [["type", "name", "label"], ["text", "a", "A"]]).unwrap();
    });
    assert!(noted(&unnamed).contains("请写上编号") && !import(&unnamed).status.success());
    assert!(!noted(&made("2", "丙")).contains("导入不了"), "what was published only the server knows");

    // A form with a mistake takes nothing in.
    let bad = saved(&dir, "bad.xlsx", |book| {
        let sheet = book.add_worksheet().set_name("survey").unwrap();
        sheet.write_row(0, 0, ["type", "name", "label"]).unwrap();
        sheet.write_row(1, 0, ["text", "a", "A"]).unwrap();
        sheet.write_row(2, 0, ["number", "b", "B"]).unwrap();
    });
    assert_eq!((import(&bad).status.code(), said(&import(&bad))["errors"][0]["row"].clone()), (Some(1), json!(3)));
    assert_eq!(said(&run(&["list", "--json"])).as_array().unwrap().len(), 2);
    let log = village::server::json(&village::server::admin(&data, &["audit", "--json"]));
    let acts: Vec<&str> = log.as_array().unwrap().iter().filter_map(|entry| entry["what"].as_str()).collect();
    for (act, times) in [("form_published", 2), ("form_withdrawn", 1)] {
        assert_eq!(acts.iter().filter(|known| **known == act).count(), times, "{log}");
    }
}

#[test]
fn a_form_that_is_published_elsewhere_keeps_no_sync_back_and_is_read_where_it_was_used() {
    let (dir, server) = village::server::county();
    let data = server.data.clone();
    let file = saved(&dir, "entry.xlsx", |book| {
        let sheet = book.add_worksheet().set_name("survey").unwrap();
        sheet.write_row(0, 0, ["type", "name", "label", "用作"]).unwrap();
        sheet.write_row(1, 0, ["select_one k", "how", "怎么走访的", "kind"]).unwrap();
        sheet.write_row(2, 0, ["integer", "n", "几口人"]).unwrap();
        let sheet = book.add_worksheet().set_name("choices").unwrap();
        sheet.write_row_matrix(0, 0, [["list_name", "name", "label"], ["k", "home", "入户"]]).unwrap();
        let sheet = book.add_worksheet().set_name("settings").unwrap();
        sheet.write_row_matrix(0, 0, [["form_id", "version"], ["entry", "1"]]).unwrap();
    });
    let admin = |args: &[&str]| village::server::admin(&data, args);
    let staff = village::server::json(&admin(&["staff", "--json"]));
    let of = |id: &str| staff.as_array().unwrap().iter().find(|s| s["id"] == id).unwrap().clone();
    let li = of("S001");
    let here = li["areas"][0].as_str().unwrap();
    assert!(admin(&["form", "import", file.to_str().unwrap()]).status.success());
    assert!(admin(&["form", "publish", "entry@1", "--area", here]).status.success());
    let devices = ["one", "two"].map(|name| village::device::Device::enrolled(dir.path(), name, &server, &server.address, "S001"));
    let child = devices[0].person("王小雨");
    let from = devices[0].file("visit.json", &json!({"kind": "home", "n": 5}));
    let visit = devices[0].ok(&["visit", "new", "--person", &child, "--form", "entry@1", "--from", &from]);
    devices[0].ok(&["sync"]);

    // She gets another village, where that form is not in use: both devices go on.
    let villages = staff.as_array().unwrap().iter().flat_map(|s| s["areas"].as_array().unwrap()).map(|area| area.as_str().unwrap());
    let other = villages.filter(|area| area.len() == 12).find(|area| *area != here && area[..9] != here[..9]).unwrap();
    let list = dir.path().join("staff.csv");
    std::fs::write(&list, format!("编号,姓名,岗位,负责区域\nS001,{},儿童主任,{other}\n", li["name"].as_str().unwrap())).unwrap();
    assert!(admin(&["import", "staff", list.to_str().unwrap(), "--yes"]).status.success());
    for device in &devices {
        assert_eq!(device.ok(&["sync"])["state"]["state"].as_str().unwrap_or("done"), "done");
    }
    // Its words are for those who work where it is in use.
    let hash = serde_json::from_slice::<Value>(&admin(&["form", "list", "--json"]).stdout).unwrap()[0]["hash"].as_str().unwrap().to_owned();
    let ask = |token: &str| village::raw::ask(server.host(), &format!("GET /v1/forms/{hash}"), token).status;
    let bearer = |device: &village::device::Device| format!("authorization: Bearer {}\r\n", device.token());
    let neighbour = village::device::Device::enrolled(dir.path(), "neighbour", &server, &server.address, "S006");
    assert_eq!((ask(&bearer(&devices[0])), ask(&bearer(&neighbour)), ask("")), (404, 200, 401));

    // Given it back, she reads what she wrote in the form's words.
    std::fs::write(&list, format!("编号,姓名,岗位,负责区域\nS001,{},儿童主任,{here}\n", li["name"].as_str().unwrap())).unwrap();
    assert!(admin(&["import", "staff", list.to_str().unwrap(), "--yes"]).status.success());
    devices[0].ok(&["sync"]);
    let lines = devices[0].ok(&["show", visit["id"].as_str().unwrap()])["lines"].clone();
    assert_eq!((&lines[0]["now"], &lines[1]["label"], &lines[1]["now"]), (&json!("入户"), &json!("几口人"), &json!("5")), "{lines}");
}

#[test]
fn what_the_last_visit_says_and_a_new_version_has_no_place_for_is_shown_and_a_draft_goes_on_by_its_own() {
    let (dir, server) = village::server::county();
    let publish = |version: &str, questions: &[[&str; 4]], waters: &[&str]| {
        let file = saved(&dir, "water.xlsx", |book| {
            let sheet = book.add_worksheet().set_name("survey").unwrap();
            sheet.write_row(0, 0, ["type", "name", "label", "nuanfang::carry"]).unwrap();
            sheet.write_row_matrix(1, 0, questions.iter().copied()).unwrap();
            let sheet = book.add_worksheet().set_name("choices").unwrap();
            sheet.write_row(0, 0, ["list_name", "name", "label"]).unwrap();
            sheet.write_row_matrix(1, 0, waters.iter().map(|name| ["w", *name, *name])).unwrap();
            let sheet = book.add_worksheet().set_name("settings").unwrap();
            sheet.write_row_matrix(0, 0, [["form_id", "version"], ["water", version]]).unwrap();
        });
        let admin = |args: &[&str]| assert!(village::server::admin(&server.data, args).status.success());
        admin(&["form", "import", file.to_str().unwrap()]);
        admin(&["form", "publish", &format!("water@{version}")]);
    };
    let source = ["select_one w", "source", "水从哪来", "yes"];
    publish(
        "1",
        &[source, ["text", "owner", "谁家的井", "yes"], ["integer", "people", "几口人", "yes"], ["text", "mood", "心情", ""]],
        &["well", "tap"],
    );
    let li = village::device::Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &json!({"source": "well", "owner": "老王家", "people": 5, "mood": "好"}));
    li.ok(&["visit", "new", "--person", &child, "--form", "water@1", "--from", &from]);
    let start = |core: &mut client::Core| -> domain::api::Draft {
        let call = domain::api::StartVisit { person: child.parse().unwrap(), form: Some("water".into()), correct: None };
        serde_json::from_value(core.handle(domain::api::Request::StartVisit(call)).unwrap().value).unwrap()
    };
    let begun = start(&mut li.core());
    assert_eq!((begun.form.name.as_str(), begun.unfit.len()), ("water@1", 0));
    let discard = |draft| {
        let call = domain::api::DiscardDraft { draft };
        li.core().handle(domain::api::Request::DiscardDraft(call)).unwrap();
    };

    publish("2", &[source, ["integer", "people", "几口人", "yes"], ["text", "why", "为什么", ""]], &["tap"]);
    li.ok(&["sync"]);
    assert_eq!(start(&mut li.core()).form.name, "water@1", "what was begun goes on by the version it was begun with");
    discard(begun.id);
    let anew = start(&mut li.core());
    let unfit: Vec<(&str, &str)> = anew.unfit.iter().map(|(question, answer)| (question.zh.as_str(), answer.zh.as_str())).collect();
    assert_eq!((anew.form.name.as_str(), unfit), ("water@2", vec![("谁家的井", "老王家"), ("水从哪来", "well")]));
    assert_eq!(anew.last.keys().collect::<Vec<_>>(), ["people"], "what fits is taken over");
}

/// The rows of the table that stands under a heading in the guide.
fn table(guide: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = guide.split_once(&format!("**{heading}**\n\n")).unwrap();
    let lines = rest.lines().take_while(|line| line.starts_with('|')).filter(|line| !line.starts_with("|---"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.map(|line| cells(line.strip_prefix('|').and_then(|line| line.strip_suffix('|')).unwrap())).collect()
}

/// The workbook of the guide's example, and the guide.
fn example(dir: &TempDir) -> (PathBuf, String) {
    let guide = std::fs::read_to_string(asset("../docs/forms.md")).unwrap();
    let (_, example) = guide.split_once("## 一个例子").unwrap();
    let file = saved(dir, "example.xlsx", |book| {
        for name in ["题目", "选项", "设置"] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            for (n, row) in (0..).zip(table(example, name)) {
                sheet.write_row(n, 0, row).unwrap();
            }
        }
    });
    (file, guide)
}

/// The blocks of a part of the guide that stand further in.
fn blocks(guide: &str, heading: &str) -> Vec<String> {
    let (_, rest) = guide.split_once(&format!("\n## {heading}\n")).unwrap();
    let part = rest.split_once("\n## ").map_or(rest, |(part, _)| part);
    let lines: Vec<&str> = part.lines().collect();
    let inset = lines.split(|line| !line.starts_with("    ")).filter(|block| !block.is_empty());
    inset.map(|block| block.iter().map(|line| format!("{}\n", &line[4..])).collect()).collect()
}

#[test]
fn the_guides_steps_are_played_and_told_in_words() {
    let dir = TempDir::new().unwrap();
    let (file, guide) = example(&dir);
    let [given, told] = &blocks(&guide, "试填")[..] else { panic!() };
    let steps = dir.path().join("steps.json");
    std::fs::write(&steps, given).unwrap();
    let args = ["play", file.to_str().unwrap(), "--steps", steps.to_str().unwrap(), "--now", "2026-03-04T10:20:30.000+08:00"];
    let output = form(&args);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.starts_with(told.as_str()), "{said}");
    let (_, rest) = said.split_once("第 3 步").unwrap();
    let wanted = "：/水情/远近 填“0”
  /水情/远近  离家多少米？：0，不合要求：写 1 到 5000 之间的数
第 4 步：/伙伴[1]/称呼 填“小虎”
  /伙伴[1]/称呼  怎么称呼？（必填）：小虎
第 5 步：/伙伴 加一遍
  /伙伴[2]/称呼  怎么称呼？（必填）：没填
  /伙伴[2]/年龄  几岁？：没填
第 6 步：/伙伴[2]/年龄 填“6”
  /伙伴[2]/年龄  几岁？：6
  /讲过/小的  小的（算出来的）：1
  /讲过/提醒  提示：一起玩的有 1 个不到 7 岁，要有大人带。
第 7 步：删去 /伙伴[1]
  /伙伴[1]/称呼  怎么称呼？（必填）：没填
  /伙伴[1]/年龄  几岁？：6
  不再问：/伙伴[2]/称呼
  不再问：/伙伴[2]/年龄
第 8 步：/水情/防护 填“没有 梯子”
  /水情/防护  水边有什么防护？（必填）：什么都没有
  没有“梯子”这个选项
必填的还有 2 道没填，不合要求的有 1 道。
";
    assert_eq!(rest, wanted);
    let json = form(&[&args[..], &["--json"]].concat()).stdout;
    assert_eq!(String::from_utf8(json).unwrap().lines().filter(|line| line.starts_with('{')).count(), 9);
}

#[test]
fn the_guides_answers_are_recorded_without_a_window_with_repeats_and_a_signature() {
    let guide = std::fs::read_to_string(asset("../docs/forms.md")).unwrap();
    let blocks = blocks(&guide, "不开窗口填表");
    let answers: Value = serde_json::from_str(blocks.iter().find(|block| block.starts_with('{')).unwrap()).unwrap();
    let (dir, server) = village::server::county();
    let sun = village::device::Device::enrolled(dir.path(), "sun", &server, &server.address, "S003");
    let elder = sun.list(&["persons"])[0]["id"].as_str().unwrap().to_owned();
    let ids = sun.plain(&["form", "gbt-42195"]);
    assert!(ids.contains("\nmind  B.3.9 意识  clear=清醒  "), "{ids}");
    let from = sun.file("answers.json", &answers);
    let visit = sun.ok(&["visit", "new", "--person", &elder, "--form", "gbt-42195", "--from", &from])["id"].as_str().unwrap().to_owned();
    let picture = dir.path().join("name.png");
    image::RgbImage::from_pixel(40, 20, image::Rgb([9, 9, 9])).save(&picture).unwrap();
    let photos = sun.list(&["visit", "photo", &visit, "--add", picture.to_str().unwrap(), "--question", "sign_assessor"]);
    let shown = sun.ok(&["show", &visit]);
    let said = |question: &str| shown["lines"].as_array().unwrap().iter().find(|line| line["question"] == question).unwrap()["now"].clone();
    assert_eq!(
        (said("level"), said("medicines-1-med_name"), said("medicines-2-med_name")),
        ("完全丧失（完全失能）".into(), "氨氯地平".into(), "阿司匹林".into())
    );
    assert!(shown["lines"].to_string().contains("sign_assessor") && photos.len() == 1, "{shown}");
    let list = sun.plain(&["visits", "--person", &elder]);
    assert!(list.contains("老年人能力评估（GB/T 42195-2022） gbt-42195@1"), "{list}");
    sun.ok(&["sync"]);
}

#[test]
fn the_guides_example_is_a_form_that_is_published_and_filled_in() {
    let (dir, server) = village::server::county();
    let (file, _) = example(&dir);
    let admin = |args: &[&str]| village::server::admin(&server.data, args);
    let taken = admin(&["form", "import", file.to_str().unwrap(), "--json"]);
    let taken: Value = serde_json::from_slice(&taken.stdout).unwrap();
    assert_eq!((&taken["form"], &taken["title"], &taken["errors"]), (&json!("water-safety@1"), &json!("防溺水月查"), &json!([])), "{taken}");
    assert!(admin(&["form", "publish", "water-safety@1"]).status.success());

    let li = village::device::Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let mut core = li.core();
    let start = domain::api::StartVisit { person: child.parse().unwrap(), form: Some("water-safety".into()), correct: None };
    let begun: domain::api::Draft = serde_json::from_value(core.handle(domain::api::Request::StartVisit(start)).unwrap().value).unwrap();
    let draft = begun.id;
    let asked = |screen: &domain::form::Screen| screen.parts.iter().map(|part| part.questions.len()).collect::<Vec<_>>();
    assert_eq!(asked(&begun.screen), [2, 4], "nothing more is asked where there is no water");
    let question = |label: &str| begun.form.sections.iter().flat_map(|s| &s.questions).find(|q| q.label.zh == label).unwrap().clone();
    let (near, guard) = (question("家附近有没有池塘、河沟？"), question("水边有什么防护？"));
    let option = |q: &domain::form::SheetQuestion, label: &str| q.options.iter().find(|o| o.label.zh == label).unwrap().id.clone();
    let mut answer = |question: &str, value: domain::Value| -> domain::form::Screen {
        let call = domain::api::Answer { draft, question: question.to_owned(), value };
        serde_json::from_value(core.handle(domain::api::Request::Answer(call)).unwrap().value).unwrap()
    };
    answer("kind", "home".into());
    let shown = answer(&near.id, option(&near, "有").into());
    assert_eq!(asked(&shown), [5, 2, 4]);
    let shown = answer(&guard.id, domain::Value::Many([option(&guard, "什么都没有")].into()));
    let of_guard = shown.parts.iter().flat_map(|part| &part.questions).find(|q| q.id == guard.id).unwrap();
    assert!(of_guard.alarm && guard.alarm.unwrap().zh.contains("护栏"));
    let of_partners: Vec<String> = shown.parts[1].questions.iter().map(|q| q.id.clone()).collect();
    answer(&of_partners[0], "小虎".into());
    let shown = answer(&of_partners[1], domain::Value::Int(6));
    let note = shown.parts[2].questions.iter().find_map(|q| q.label.as_ref()).unwrap();
    assert_eq!(note.zh, "一起玩的有 1 个不到 7 岁，要有大人带。");
}

/// A call of hers with a body; what the server answers, and how.
fn call(server: &village::server::Server, device: &village::device::Device, what: &str, body: &[u8]) -> (u16, Value) {
    use std::io::Write;
    let bearer = device.token();
    let head = format!("{what} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {bearer}\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = std::net::TcpStream::connect(server.host()).unwrap();
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let answer = village::raw::read(stream);
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

#[test]
fn who_takes_forms_in_and_publishes_them_and_where() {
    let (dir, server) = village::server::county();
    // Another county on the same server, with an officer of its own.
    let admin = |args: &[&str]| village::server::admin(&server.data, args);
    let take = |what: &str, content: &str| {
        let list = dir.path().join(format!("{what}.csv"));
        std::fs::write(&list, content).unwrap();
        let done = admin(&["import", what, list.to_str().unwrap(), "--yes"]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&[done.stdout, done.stderr].concat()));
    };
    take("areas", "区划代码,名称\n880101,邻县\n");
    take("staff", "编号,姓名,岗位,负责区域\nT001,马干部,区民政,880101\nT002,牛管理,管理员,880101\n");
    let enrolled = |name: &str, staff: &str| village::device::Device::enrolled(dir.path(), name, &server, &server.address, staff);
    let (li, zhou, ma) = (enrolled("li", "S001"), enrolled("zhou", "S006"), enrolled("ma", "T001"));
    let book = |label: &str| {
        let file = saved(&dir, "census.xlsx", |book| {
            book.add_worksheet().set_name("survey").unwrap().write_row_matrix(0, 0, [["type", "name", "label"], ["text", "a", label]]).unwrap();
            book.add_worksheet().set_name("settings").unwrap().write_row_matrix(0, 0, [["form_id", "version"], ["census", "1"]]).unwrap();
        });
        std::fs::read(file).unwrap()
    };
    // A director takes nothing in, sees no list, publishes nothing.
    for what in ["GET /v1/admin/forms", "GET /v1/admin/forms/rows?form=barthel@1", "POST /v1/admin/forms/publish?form=census@1"] {
        assert_eq!(call(&server, &li, what, b"").0, 403, "{what}");
    }
    assert_eq!(call(&server, &li, "POST /v1/admin/forms", &book("甲")).0, 403);

    // What one officer took in is hers until it is in use: another neither sees it nor puts hers in its place, nor publishes it.
    assert_eq!(call(&server, &zhou, "POST /v1/admin/forms", &book("甲")).1["form"], "census@1");
    assert_eq!(call(&server, &ma, "GET /v1/admin/forms", b"").1, json!([]));
    assert_eq!(call(&server, &ma, "GET /v1/admin/forms/rows?form=census@1", b"").0, 404);
    assert_eq!(call(&server, &ma, "POST /v1/admin/forms/publish?form=census@1", b"").0, 404);
    let refused = call(&server, &ma, "POST /v1/admin/forms", &book("乙")).1;
    assert!(refused["errors"][0]["reason"].as_str().unwrap().contains("别人导入"), "{refused}");
    let rows = call(&server, &zhou, "GET /v1/admin/forms/rows?form=census@1", b"").1;
    assert_eq!(rows["survey"][0]["label"], "甲");

    // She publishes in her own county and nowhere else.
    assert_eq!(call(&server, &zhou, "POST /v1/admin/forms/publish?form=census@1&area=880101", b"").0, 403);
    assert_eq!(call(&server, &zhou, "POST /v1/admin/forms/publish?form=census@1", b"").0, 200);
    let places = |device: &village::device::Device| {
        let all = call(&server, device, "GET /v1/admin/forms", b"").1;
        let place = |p: &Value| (p["area"].as_str().unwrap_or("everywhere").to_owned(), p["withdrawn"].is_null());
        all[0]["published"].as_array().unwrap().iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(&zhou), [("990101".to_owned(), true)]);
    // The operator publishes it in the other county too; each officer withdraws where she is.
    assert!(admin(&["form", "publish", "census@1", "--area", "880101"]).status.success());
    assert_eq!(call(&server, &ma, "POST /v1/admin/forms/withdraw?form=census@1", b"").0, 200);
    assert_eq!(places(&zhou), [("880101".to_owned(), false), ("990101".to_owned(), true)]);
    assert!(!admin(&["form", "publish", "census@1", "--area", "770101"]).status.success(), "there is no such area");
}

#[test]
fn a_small_workbook_that_says_a_long_text_very_often_is_refused() {
    let dir = TempDir::new().unwrap();
    let long = "很".repeat(30_000);
    let file = saved(&dir, "bomb.xlsx", |book| {
        let sheet = book.add_worksheet().set_name("survey").unwrap();
        sheet.write_row(0, 0, ["type", "name", "label"]).unwrap();
        (1..900).for_each(|row| _ = sheet.write_row(row, 0, ["text", "a", long.as_str()]).unwrap());
    });
    assert!(std::fs::metadata(&file).unwrap().len() < 100_000);
    let (code, said) = check(&file);
    assert_eq!((code, said["errors"].as_array().unwrap().len()), (Some(1), 1), "{said}");
}
