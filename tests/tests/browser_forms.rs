//! A form that a county wrote in Excel, on a phone by touch: it arrives by a sync, is filled in with its repeats, its own words and what is worked
//! out, becomes a visit, and is read by a colleague.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::json;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use village::device::Device;
use village::server::{Server, admin, set_up};
use village::window::{DESK, PHONE, Window};

const PIN: &str = "280716";

fn rows(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (n, row) in (0..).zip(rows) {
        sheet.write_row(n, 0, row.iter().copied()).unwrap();
    }
}

/// 儿童走访 as a county wants it.
fn form(dir: &Path) -> PathBuf {
    let mut book = Workbook::new();
    rows(
        book.add_worksheet().set_name("题目").unwrap(),
        &[
            &["题型", "名称", "题目", "必填", "显示条件", "填写要求", "不符提示", "计算", "用作", "警示", "警示语", "选项条件"],
            &["开始分组", "这次", "这次走访"],
            &["单选 方式", "方式", "怎么走访的？", "是", "", "", "", "", "kind"],
            &["单选 见到", "见到", "见到孩子了吗？", "是", "", "", "", "", "met"],
            &["结束分组"],
            &["开始重复", "家人", "家里的人", "", "${见到} = 'met'"],
            &["文字", "称呼", "怎么称呼？", "是"],
            &["整数", "年龄", "今年几岁？", "否", "", ". >= 0 and . <= 120", "年龄在 0 到 120 之间"],
            &["结束重复"],
            &["开始分组", "情况", "情况", "", "${见到} = 'met'"],
            &["计算", "老人", "", "", "", "", "", "count(${家人}[年龄 >= 60])"],
            &["单选 ${称呼}", "照顾", "平时谁照顾孩子？", "是"],
            &["提示", "提示", "家里有 ${老人} 位 60 岁以上的老人。"],
            &["单选 来源", "来源", "生活来源是什么？", "否", "", "", "", "", "", ". = '没有'", "没有生活来源：请马上告诉儿童督导员。"],
            &["多选 帮助", "帮助", "需要什么帮助？", "否", "", "", "", "", "", "", "", "来自 = ${来源} or 来自 = '都'"],
            &["排序 急", "先后", "哪样最急？"],
            &["确认", "告知", "已经告诉家长求助电话 12345"],
            &["时间", "几点", "几点到的？"],
            &["结束分组"],
        ],
    );
    rows(
        book.add_worksheet().set_name("选项").unwrap(),
        &[
            &["选项表", "名称", "文字", "来自"],
            &["方式", "home", "入户"],
            &["方式", "phone", "电话"],
            &["见到", "met", "见到了"],
            &["见到", "refused", "家里不愿意"],
            &["见到", "nobody", "没有人在"],
            &["来源", "务工", "父母务工"],
            &["来源", "没有", "没有来源"],
            &["帮助", "低保", "申请低保", "没有"],
            &["帮助", "学习", "学习辅导", "都"],
            &["急", "钱", "生活费"],
            &["急", "学", "功课"],
            &["急", "病", "看病"],
        ],
    );
    rows(book.add_worksheet().set_name("设置").unwrap(), &[&["表名", "编号", "版本", "对象"], &["儿童走访（本县）", "child-visit", "县1", "child"]]);
    let file = dir.join("儿童走访.xlsx");
    book.save(&file).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countys_own_form_is_filled_in_on_a_phone() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    let window = Window::browser(&dir.path().join("browser"), &server.address, PHONE, "browser-forms").await;
    window.fill("code", &server.code("S001")).await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window.see("due-person").await;

    // It is published while she is at it, and comes with the next sync.
    let file = form(dir.path());
    for command in [vec!["form", "import", file.to_str().unwrap()], vec!["form", "publish", "child-visit@县1"]] {
        let done = admin(&data, &command);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&[done.stdout, done.stderr].concat()));
    }
    window.go_to("tab-me").await;
    window.click("sync-now").await;
    window.read("全部已上传").await;
    window.go_to("tab-files").await;
    window.fill("search", "王小雨").await;
    window.read("1 份").await;
    window.click("person").await;
    window.click("visit").await;
    window.see("visit-form").await;
    window.read("怎么走访的？").await;
    window.choose("kind:home").await;
    window.choose("met:met").await;
    window.look("01-head").await;
    window.click("next").await;

    // One of the family is there to be filled in; another is added, a third taken away again.
    window.see("instance-1").await;
    let (first, second) = (field(&window, 0).await, {
        window.click("add-instance").await;
        window.see("instance-2").await;
        field(&window, 1).await
    });
    window.fill(&first[0], "奶奶").await;
    window.fill(&first[1], "67").await;
    window.fill(&second[0], "小雨").await;
    window.fill(&second[1], "130").await;
    window.run("document.activeElement.blur()").await;
    window.read("年龄在 0 到 120 之间").await;
    window.look("02-family").await;
    window.fill(&second[1], "13").await;
    window.click("add-instance").await;
    window.see("instance-3").await;
    window.click("remove-3").await;
    window.gone("instance-3").await;
    window.click("next").await;

    // What was worked out stands in the words, what is offered goes by the answer, and an answer alarms.
    window.read("家里有 1 位 60 岁以上的老人。").await;
    tap(&window, "奶奶").await;
    window.read("学习辅导").await;
    assert!(!window.text().await.contains("申请低保"), "offered only where there is no income");
    tap(&window, "没有来源").await;
    window.read("没有生活来源：请马上告诉儿童督导员。").await;
    tap(&window, "申请低保").await;
    for (nth, what) in (1..).zip(["看病", "生活费", "功课"]) {
        window.press(what).await;
        window.read(&format!("{nth} {what}")).await;
    }
    tap(&window, "知道了").await;
    let inputs = "return [...document.querySelectorAll('input[type=time]')].map(input => input.name)";
    let time: Vec<String> = serde_json::from_value(window.run(inputs).await).unwrap();
    window.set(&time[0], "09:30").await;
    window.look("03-state").await;
    window.click("finish").await;
    window.see("finished-back").await;
    window.click("finished-back").await;
    window.go_to("tab-me").await;
    window.click("sync-now").await;
    window.read("全部已上传").await;
    window.close().await;

    // A colleague, whose device has the form by her first sync, reads it in the form's words and order.
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = wang.person("王小雨");
    let visits = wang.list(&["visits", "--person", &child]);
    let visit = wang.ok(&["show", visits[0]["id"].as_str().unwrap()]);
    let lines: Vec<(&str, &str)> =
        visit["lines"].as_array().unwrap().iter().map(|line| (line["label"].as_str().unwrap(), line["now"].as_str().unwrap())).collect();
    let wanted = [
        ("怎么走访的？", "入户"),
        ("见到孩子了吗？", "见到了"),
        ("家里的人 1 · 怎么称呼？", "奶奶"),
        ("家里的人 1 · 今年几岁？", "67"),
        ("家里的人 2 · 怎么称呼？", "小雨"),
        ("家里的人 2 · 今年几岁？", "13"),
        ("平时谁照顾孩子？", "奶奶"),
        ("生活来源是什么？", "没有来源"),
        ("需要什么帮助？", "申请低保"),
        ("哪样最急？", "看病 › 生活费 › 功课"),
        ("已经告诉家长求助电话 12345", "是"),
        ("几点到的？", "09:30"),
    ];
    assert_eq!(lines, wanted, "{visit}");
}

/// A form with one of each control.
fn controls(dir: &Path) -> PathBuf {
    let mut book = Workbook::new();
    rows(
        book.add_worksheet().set_name("survey").unwrap(),
        &[
            &[
                "type",
                "name",
                "label::中文 (zh)",
                "required",
                "relevant",
                "parameters",
                "appearance",
                "hint",
                "read_only",
                "default",
                "label::བོད་ཡིག (bo)",
                "guidance_hint",
            ],
            &["begin_group", "words", "写和量"],
            &["text", "line", "一句话", "", "", "", "", "写几个字就行", "", "", "ཚིག་གཅིག", "想到什么写什么，不用写整齐。"],
            &["text", "prose", "写详细些", "", "", "", "multiline"],
            &["integer", "whole", "几口人？", "yes"],
            &["decimal", "part", "体温多少？"],
            &["range", "pain", "疼得厉害吗？", "yes", "", "start=0 end=10 step=1"],
            &["date", "day", "哪一天？"],
            &["date", "since", "哪个月来的？", "", "", "", "month-year no-calendar"],
            &["integer", "money", "一年收入多少元？", "", "", "", "thousands-sep"],
            &["text", "door", "门牌号", "", "", "", "numbers"],
            &["time", "hour", "几点？"],
            &["dateTime", "moment", "哪天几点？"],
            &["barcode", "code", "扫码"],
            &["text", "fixed", "不能改的", "", "", "", "", "", "yes", "桃源村"],
            &["end_group"],
            &["begin_group", "choosing", "选"],
            &["select_one yn", "short", "短的单选", "yes"],
            &["select_one towns", "long", "哪个村？", "yes"],
            &["select_multiple needs", "many", "需要什么？"],
            &["rank needs", "order", "哪样最急？"],
            &["acknowledge", "told", "已经告诉家长求助电话 12345", "yes"],
            &["end_group"],
            &["begin_group", "seen", "拍和签"],
            &["note", "note1", "下面请老人自己签名。"],
            &["image", "photo", "灶台拍一张", "yes"],
            &["image", "sign", "老人签名", "yes", "", "", "signature"],
            &["geopoint", "place", "房子在哪？"],
            &["geoshape", "field", "自家的地在哪？"],
            &["audio", "sound", "录一段话"],
            &["text", "why", "家里收入多少？", "yes"],
            &["end_group"],
        ],
    );
    let mut choices: Vec<Vec<String>> = vec![vec!["list_name".into(), "name".into(), "label".into()]];
    for (list, name, label) in
        [("yn", "yes", "有"), ("yn", "no", "没有"), ("needs", "meal", "送餐"), ("needs", "bath", "助浴"), ("needs", "talk", "有人说话")]
    {
        choices.push([list, name, label].map(str::to_owned).into());
    }
    choices.extend((1..=60).map(|n| vec!["towns".into(), format!("t{n}"), format!("第{n}村")]));
    let sheet = book.add_worksheet().set_name("choices").unwrap();
    for (n, row) in (0..).zip(&choices) {
        sheet.write_row(n, 0, row).unwrap();
    }
    let settings: &[&[&str]] = &[&["form_title", "form_id", "version", "nuanfang::programme"], &["各种题", "controls", "1", "elder"]];
    rows(book.add_worksheet().set_name("settings").unwrap(), settings);
    let file = dir.join("controls.xlsx");
    book.save(&file).unwrap();
    file
}

/// Every control is used as a finger uses it, and what it gave is read.
async fn every_control(size: &'static str, name: &'static str) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let file = controls(dir.path());
    for command in [vec!["form", "import", file.to_str().unwrap()], vec!["form", "publish", "controls@1"]] {
        let done = admin(&data, &command);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&[done.stdout, done.stderr].concat()));
    }
    let server = Server::start(&data);
    let window = Window::browser(&dir.path().join("browser"), &server.address, size, name).await;
    window.fill("code", &server.code("S003")).await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window.see("tab-files").await;
    window.go_to("tab-files").await;
    window.click("person").await;
    window.click("form-controls").await;
    window.click("form-begin").await;
    window.see("visit-form").await;

    // Words of a language that the program has not, chosen and taken back; more of a hint for who asks.
    window.click("speak-བོད་ཡིག (bo)").await;
    window.read("ཚིག་གཅིག").await;
    window.look("00-language").await;
    window.click("speak-").await;
    window.read("一句话").await;
    window.click_css("[data-test=question-line] summary").await;
    window.read("不用写整齐").await;
    window.fill("line", "都好").await;
    window.fill("prose", "一句\n两句").await;
    window.fill("whole", "3").await;
    window.fill("part", "36.8").await;
    window.see("value-pain").await;
    for _ in 0..3 {
        window.click("more-pain").await;
    }
    window.read_in("value-pain", "2").await;
    window.set("range-pain", "7").await;
    window.read_in("value-pain", "7").await;
    window.click("less-pain").await;
    window.read_in("value-pain", "6").await;
    window.click("day--1").await;
    window.fill("since-year", "2026").await;
    window.fill("since-month", "3").await;
    assert!(!window.there("since-day").await);
    window.fill("money", "1234567").await;
    window.read("1,234,567").await;
    window.fill("door", "0012").await;
    window.set("hour", "09:30").await;
    window.set("moment", "2026-03-04T10:20").await;
    window.fill("code", "6901234567892").await;
    window.read("桃源村").await;
    window.look("01-words").await;
    window.click("next").await;

    window.choose("short:yes").await;
    assert!(!window.there("long:t33").await, "a long list begins with its first entries");
    window.look("02-long").await;
    window.fill_in("question-long", "33").await;
    window.choose("long:t33").await;
    window.choose("many:bath").await;
    for (nth, what) in (1..).zip(["有人说话", "送餐", "助浴"]) {
        window.press(what).await;
        window.read(&format!("{nth} {what}")).await;
    }
    window.choose("told:yes").await;
    window.look("03-chosen").await;
    window.click("next").await;

    // What must be there and is not is told; one question could not be asked.
    window.see("sign-sign").await;
    window.click("finish").await;
    window.see("fault-photo").await;
    window.see("fault-sign").await;
    window.look("04-open").await;
    // What is no picture is said, and keeps nothing after it back.
    let no_picture = dir.path().join("no-picture.txt");
    std::fs::write(&no_picture, "no picture").unwrap();
    window.upload("photo-of-photo", &no_picture).await;
    window.read("JPEG").await;
    let picture = village::programs::asset("icons/512.png");
    window.upload("photo-of-photo", &picture).await;
    window.see("pictured-photo").await;
    window.click("sign-sign").await;
    window.click("pen-done").await;
    window.read("还没有签").await;
    window.draw("pen").await;
    window.look("05-pen").await;
    window.click("pen-done").await;
    window.see("pictured-sign").await;
    let permission = json!({ "permissions": ["geolocation"], "origin": server.address });
    window.devtools("Browser.grantPermissions", permission).await;
    window.devtools("Emulation.setGeolocationOverride", json!({ "latitude": 26.5, "longitude": 106.25, "accuracy": 12 })).await;
    window.click("place-place").await;
    window.valued("place", "26.5 106.25 0 12").await;
    // An area is walked around: three points are one, fewer are told.
    for (nth, latitude) in [26.5, 26.6, 26.7, 26.8].into_iter().enumerate() {
        let here = json!({ "latitude": latitude, "longitude": 106.25 + f64::from(nth == 1), "accuracy": 12 });
        window.devtools("Emulation.setGeolocationOverride", here).await;
        window.click("place-field").await;
        window.read_in("points-field", &format!("已记下 {} 个点", nth + 1)).await;
        if nth == 1 {
            window.see("fault-field").await;
        }
    }
    window.click("back-field").await;
    window.read_in("points-field", "已记下 3 个点").await;
    window.gone("fault-field").await;
    window.click("unask-why").await;
    window.see("unasked-sheet").await;
    window.look("06-unasked").await;
    window.choose("unasked:unwilling").await;
    window.see("unasked-why").await;
    window.look("07-done").await;
    window.click("finish").await;
    window.click("finished-see").await;
    for words in ["已拍照", "已签名", "没问到：不愿意说", "第33村", "有人说话 › 送餐 › 助浴", "09:30", "2026年3月", "1,234,567", "0012", "3 个点"]
    {
        window.read(words).await;
    }
    window.look("08-read").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_on_a_phone() {
    every_control(PHONE, "browser-controls").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_at_a_desk() {
    every_control(DESK, "browser-controls-desk").await;
}

/// Answers of the Barthel index; of what is answered the walking differs.
fn barthel(walk: &str) -> serde_json::Value {
    json!({
        "eat": "10", "bathe": "5", "groom": "5", "dress": "10", "stool": "10", "urine": "10", "toilet": "10",
        "transfer": "15", "walk": walk, "stairs": "5"
    })
}

/// An elder is assessed twice before, and now again in the page: what it came to is seen over time.
async fn an_assessment(size: &'static str, name: &'static str) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    let sun = Device::enrolled(dir.path(), "sun", &server, &server.address, "S003");
    let elder = sun.list(&["persons"]).remove(0);
    let id = elder["id"].as_str().unwrap();
    let today: chrono::NaiveDate = sun.ok(&["status"])["today"].as_str().unwrap().parse().unwrap();
    for (days, walk) in [(45, "15"), (20, "10")] {
        let file = sun.file("barthel.json", &barthel(walk));
        let day = (today - chrono::Days::new(days)).to_string();
        sun.ok(&["visit", "new", "--person", id, "--form", "barthel", "--from", &file, "--at", &day]);
    }
    sun.ok(&["sync"]);

    let window = Window::browser(&dir.path().join("browser"), &server.address, size, name).await;
    window.fill("code", &server.code("S003")).await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window.see("tab-files").await;
    window.go_to("tab-files").await;
    window.fill("search", elder["name"].as_str().unwrap()).await;
    window.read("1 份").await;
    window.click("person").await;
    window.see("form-barthel").await;
    window.read("90 分").await;
    window.look("01-forms").await;
    window.click("form-barthel").await;
    window.see("plot").await;
    window.look("02-over-time").await;
    window.click("form-begin").await;
    window.see("visit-form").await;
    window.look("03-first-part").await;
    let now = barthel("5");
    for part in [&["eat", "bathe", "groom", "dress"][..], &["stool", "urine", "toilet"], &["transfer", "walk", "stairs"]] {
        for question in part {
            window.choose(&format!("{question}:{}", now[question].as_str().unwrap())).await;
        }
        window.click("next").await;
    }
    window.read("扣分最多的（各扣 10 分）：平地走 45 米").await;
    window.look("04-result").await;
    // She judges otherwise, and is asked why.
    window.choose("level:mz_moderate").await;
    window.read("为什么和建议的不一样？").await;
    window.click("finish").await;
    window.see("fault-level_why").await;
    window.look("05-why").await;
    window.fill("level_why", "这两天发烧，走不稳。").await;
    window.click("finish").await;
    window.click("finished-back").await;
    window.click("form-barthel").await;
    window.read("85 分").await;
    window.look("06-three").await;
    assert_eq!(window.run("return document.querySelectorAll('[data-test=filled]').length").await, json!(3));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elder_is_assessed_on_a_phone() {
    an_assessment(PHONE, "browser-assessment").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elder_is_assessed_at_a_desk() {
    an_assessment(DESK, "browser-assessment-desk").await;
}

/// Chooses an option by its words: of a workbook's options in Chinese the ids are made.
async fn tap(window: &Window, words: &str) {
    window.read(words).await;
    let script = "const own = [...document.querySelectorAll('label')].find(l => l.textContent.trim() === arguments[0]); own?.click(); return !!own";
    assert_eq!(window.run_with(script, vec![json!(words)]).await, true, "{words}");
}

/// Hooks of the inputs of an instance, in order.
async fn field(window: &Window, nth: usize) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.instance')][arguments[0]].querySelectorAll('input').values().map(i => i.name).toArray()";
    serde_json::from_value(window.run_with(script, vec![json!(nth)]).await).unwrap()
}

/// The office takes a form in with one mistake in it, mends it, tries it, publishes it, and a director has it; all in the page.
async fn the_office_publishes(size: &'static str, name: &'static str) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    let liu = Window::browser(&dir.path().join("liu"), &server.address, size, name).await;
    liu.fill("code", &server.code("S007")).await;
    liu.click("enrol-next").await;
    liu.choose_pin(PIN).await;
    liu.click("part-forms").await;
    liu.see("empty").await;
    liu.see("shipped-forms").await;
    liu.look("01-empty").await;

    // What is wrong is said by sheet, row and column, and nothing is taken in.
    let wrong = {
        let mut book = Workbook::new();
        rows(
            book.add_worksheet().set_name("题目").unwrap(),
            &[&["题型", "名称", "题目", "显示条件"], &["文字", "甲", "甲？"], &["文字", "乙", "乙？", "${丙} = 1"]],
        );
        rows(book.add_worksheet().set_name("设置").unwrap(), &[&["表名", "编号"], &["错的", "wrong"]]);
        let file = dir.path().join("wrong.xlsx");
        book.save(&file).unwrap();
        file
    };
    liu.upload("form-file", &wrong).await;
    liu.read("有 1 处要改").await;
    liu.see("import-errors").await;
    liu.look("02-wrong").await;
    assert!(!liu.there("form-take-in").await);

    // The browser's driver takes no path in Chinese.
    let file = dir.path().join("county.xlsx");
    std::fs::rename(form(dir.path()), &file).unwrap();
    liu.upload("form-file", &file).await;
    liu.see("form-take-in").await;
    liu.look("03-fine").await;
    liu.click("form-try").await;
    liu.see("trial").await;
    liu.read("怎么走访的？").await;
    assert!(!liu.text().await.contains("生活来源是什么？"));
    liu.choose("kind:home").await;
    liu.choose("met:met").await;
    liu.read("生活来源是什么？").await;
    liu.click("add-instance").await;
    liu.see("instance-2").await;
    liu.look("04-trial").await;
    liu.click("sheet-close").await;
    liu.gone("trial").await;
    liu.click("form-take-in").await;
    liu.see("form-line").await;
    liu.read("未发布").await;
    liu.click("form-publish").await;
    liu.see("publish-sheet").await;
    liu.look("05-publish").await;
    liu.click("publish-everywhere").await;
    liu.read("全部在用").await;
    liu.look("06-published").await;
    // The same version with other questions is refused.
    liu.click("export-barthel@1").await;
    liu.see("form-save").await;
    liu.click("part-log").await;
    liu.read("发布表单").await;
    liu.close().await;

    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    assert_eq!(li.ok(&["show", &child])["visit_form"], "child-visit@县1");
    let listed = admin(&data, &["form", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!((&listed[0]["by"], &listed[0]["published"][0]["by"]), (&json!("S007"), &json!("S007")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_publishes_a_form_on_a_phone() {
    the_office_publishes(PHONE, "browser-office-forms").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_publishes_a_form_at_a_desk() {
    the_office_publishes(DESK, "browser-office-forms-desk").await;
}
