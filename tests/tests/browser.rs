//! The browser edition in a real headless Chromium: the journey at phone size by touch and at desk size, without a network
//! and with it, killed in the middle; every screen looked at by axe. With `NUANFANG_SCREENSHOTS` set each leaves pictures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use village::device::Device;
use village::link::Link;
use village::programs::asset;
use village::server::{Server, admin, take_lists};
use village::steps::PIN;
use village::window::{DESK, PHONE, Window};

/// A county with staff and, where asked for, its roster.
fn county(roster: bool) -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    let lists: &[&str] = if roster { &["areas", "staff", "roster"] } else { &["areas", "staff"] };
    take_lists(&data, lists);
    let server = Server::start(&data);
    (dir, server)
}

async fn reopen(profile: &Path, address: &str, size: &str, name: &str) -> Window {
    let window = Window::browser(profile, address, size, name).await;
    window.see("key-0").await;
    window.look_as_first().await;
    window.read("输入六位").await;
    window
}

/// The page asked nobody but its own server, and the content policy forbade nothing.
async fn keeps_to_itself(window: &Window, address: &str) {
    let strange: Vec<String> = window.asked().await.into_iter().filter(|url| url.starts_with("http") && !url.starts_with(address)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let complaints = window.complaints().await;
    let real: Vec<&String> = complaints.iter().filter(|c| !c.contains("net::ERR_")).collect();
    assert!(real.is_empty(), "{real:?}");
}

async fn cut(window: &Window, road: &Link) {
    road.cut();
    window.set_offline(true).await;
}

async fn mend(window: &Window, road: &Link) {
    road.mend();
    window.set_offline(false).await;
}

async fn the_journey(size: &'static str, name: &'static str) {
    let (dir, server) = county(true);
    let road = Link::to(server.host());
    let profile = dir.path().join("li");
    let name_of = |who: &str| format!("{name}-{who}");

    // She joins with her code alone: the page knows its server.
    let li = Window::browser(&profile, &road.address, size, &name_of("director")).await;
    li.see("code").await;
    li.look("01-enrol").await;
    li.click("enrol-next").await;
    li.see("fault-code").await;
    li.fill("code", "AAAA-AAAA").await;
    li.click("enrol-next").await;
    li.read("设置六位").await;
    li.look("02-pin").await;
    for _ in 0..2 {
        li.pin("123456").await;
        li.read("太容易猜到").await;
    }
    li.look("02b-weak-pin").await;
    li.pin(PIN).await;
    li.read("再").await;
    li.pin(PIN).await;
    li.see("failure").await;
    li.look("03-wrong-code").await;
    li.fill("code", &server.code("S001")).await;
    li.click("enrol-next").await;
    li.choose_pin(PIN).await;
    li.read("桃源村").await;
    li.see("due-person").await;
    li.look("04-today").await;

    // Files: list, filters, search as she types, nothing found.
    li.go_to("tab-files").await;
    li.see("person").await;
    li.look("05-files").await;
    li.click("filter").await;
    li.see("filters-done").await;
    li.look("06-filters").await;
    li.click("filters-done").await;
    li.fill("search", "zzzz").await;
    li.see("empty").await;
    li.look("07-nothing-found").await;
    li.fill("search", "wxy").await;
    li.read("1 份").await;
    li.read("王小雨").await;
    li.click("person").await;
    li.see("person-page").await;
    li.look("08-person").await;
    li.click("edit").await;
    li.see("contact.phone").await;
    li.look("09-edit").await;
    li.fill("contact.phone", "13800000001").await;
    li.click("save").await;
    li.read("138 0000 0001").await;

    // Without a network, on a slow phone: a visit, killed in the middle; the program comes from its own cache.
    cut(&li, &road).await;
    li.slow_down(6).await;
    li.click("visit").await;
    li.choose("kind:home").await;
    li.choose("met:met").await;
    li.find("[data-test=saving][data-state=saved]").await;
    li.look("10-form").await;
    keeps_to_itself(&li, &road.address).await;
    li.kill();
    let li = reopen(&profile, &road.address, size, &name_of("director")).await;
    li.set_offline(true).await;
    li.look("11-unlock").await;
    li.pin("111119").await;
    li.read("PIN 不对").await;
    li.look("12-wrong-pin").await;
    li.pin(PIN).await;
    li.see("sync").await;
    li.look("13-today-offline").await;
    li.click("continue").await;
    li.click("previous").await;
    li.find("input[data-test='kind:home']:checked").await;
    li.find("input[data-test='met:met']:checked").await;
    li.finish_form("祖母腿伤。").await;
    li.read("已存本机").await;
    li.look("14-saved-on-this-phone").await;

    // The network returns: it is uploaded by itself.
    mend(&li, &road).await;
    li.click("finished-see").await;
    li.read("已上传").await;
    li.look("15-visit-uploaded").await;

    // Two people change one field.
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    cut(&li, &road).await;
    let child = wang.person("王小雨");
    wang.ok(&["edit", &child, "contact.address=1组18号", "situation.health=近视，已配镜"]);
    wang.ok(&["sync"]);
    li.go_to("tab-files").await;
    li.fill("search", "王小雨").await;
    li.read("1 份").await;
    li.click("person").await;
    li.click("edit").await;
    li.fill("contact.address", "1组8号").await;
    li.click("save").await;
    li.read("1组8号").await;
    mend(&li, &road).await;
    li.see("conflict").await;
    li.read("1组18号").await;
    li.read("近视，已配镜").await;
    li.look("16-two-values").await;
    li.click("conflict").await;
    li.see("conflict-value").await;
    li.look("17-choose").await;
    li.click("take-0").await;
    li.gone("conflict").await;
    li.go_to("tab-me").await;
    li.see("sync-card").await;
    li.look("18-me").await;
    sync_now(&li).await;
    wang.ok(&["sync"]);
    assert!(wang.list(&["conflicts"]).is_empty(), "everyone sees the choice");

    // The supervisor returns the visit; the director reads why and corrects it; it is approved.
    let visit = wang.list(&["review", "--list"])[0]["visit"]["id"].as_str().unwrap().to_owned();
    wang.ok(&["review", &visit, "--return", "--comment", "请补充村医的意见"]);
    wang.ok(&["sync"]);
    li.click("sync-now").await;
    li.go_to("tab-inbox").await;
    li.read("请补充村医的意见").await;
    li.look("19-inbox").await;
    li.click("message-returned").await;
    li.click("correct").await;
    li.read("请补充村医的意见").await;
    li.look("20-correct").await;
    li.finish_form("祖母腿伤，村医说静养一个月。").await;
    li.click("finished-see").await;
    li.read("已上传").await;
    wang.ok(&["sync"]);
    wang.ok(&["review", &visit, "--approve"]);
    wang.ok(&["sync"]);
    li.go_to("tab-me").await;
    sync_now(&li).await;
    let state = |device: &Device| device.list(&["visits", "--person", &child])[0]["state"].clone();
    assert_eq!(state(&wang), "approved");
    keeps_to_itself(&li, &road.address).await;
    li.close().await;
}

/// Somebody who was visited seven weeks ago, for whom another visit is due, in a window. The day agreed for it has passed.
async fn somebody_due(size: &str, name: &str, staff: &str, form: &str) -> (TempDir, Server, Window, String) {
    let (dir, server) = county(true);
    let before = Device::enrolled(dir.path(), "before", &server, &server.address, staff);
    let today: chrono::NaiveDate = before.ok(&["status"])["today"].as_str().unwrap().parse().unwrap();
    let ago = |days: u64| (today - chrono::Days::new(days)).to_string();
    let day = ago(50);
    let mut answers = village::answers::routine_visit(form, "都好。");
    answers.as_object_mut().unwrap().remove("note");
    answers["next_date"] = ago(10).into();
    let file = before.file("visit.json", &answers);
    for person in before.list(&["persons"]) {
        before.ok(&["visit", "new", "--person", person["id"].as_str().unwrap(), "--form", form, "--from", &file, "--at", &day]);
    }
    before.ok(&["sync"]);
    let due = before.list(&["persons", "--due"]).remove(0);
    let window = Window::enrolled(&dir.path().join("browser"), &server.address, size, name, &server.code(staff)).await;
    window.see("due-person").await;
    (dir, server, window, due["name"].as_str().unwrap().to_owned())
}

/// Another visit, when nothing has changed: the taps from the first screen until it is saved. `anew` is what must be asked each time.
async fn a_routine_visit(size: &str, name: &str, staff: &str, form: &str, anew: &[&str]) -> usize {
    let (_dir, _server, window, person) = somebody_due(size, name, staff, form).await;
    let taps = window.taps();
    window.click_in("due-person", &person, "start-visit").await;
    window.click("same-as-last").await;
    window.find("[data-part='*']").await;
    for (n, answer) in anew.iter().enumerate() {
        window.see(answer).await;
        let filled = window.run("return document.querySelectorAll('[data-part=\"*\"] [data-test^=question-] input:checked').length").await;
        assert_eq!(filled, n, "nothing is filled in before she says it");
        window.choose(answer).await;
        window.find(&format!("input[data-test='{answer}']:checked")).await;
    }
    window.shot("01-as-last-time").await;
    window.click("finish").await;
    window.see("visit-finished").await;
    let taps = window.taps() - taps;
    window.close().await;
    taps
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_alarms_ends_the_short_way_and_says_what_to_do() {
    let (_dir, _server, window, person) = somebody_due(PHONE, "browser-alarm", "S001", "child-visit@s2").await;
    window.click_in("due-person", &person, "start-visit").await;
    window.click("same-as-last").await;
    for answer in ["met:met", "alone:yes", "signs:injuries"] {
        window.choose(answer).await;
    }
    window.read("先打110").await;
    window.read("请接着把后面各部分看一遍").await;
    window.gone("finish").await;
    window.look("01-whole-form").await;
    // It was a wrong tap: the short way is there again, with nothing lost.
    window.choose("signs:injuries").await;
    window.choose("signs:none").await;
    window.see("finish").await;
    window.click("finish").await;
    window.see("visit-finished").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_routine_visit_to_a_child_is_six_taps() {
    let anew = ["met:met", "alone:yes", "signs:none"];
    assert!(a_routine_visit(PHONE, "browser-routine-child", "S001", "child-visit@s2", &anew).await <= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_routine_visit_to_an_elder_is_five_taps() {
    assert!(a_routine_visit(DESK, "browser-routine-elder", "S003", "elder-visit@s2", &["met:met", "falls:none"]).await <= 5);
}

/// Touches "sync now" until it is answered: while a sync is under way by itself the button says so, and does nothing.
async fn sync_now(window: &Window) {
    for _ in 0..20 {
        window.click("sync-now").await;
        window.find("[data-test=sync-now]:not([aria-disabled])").await;
        if window.there("sync-result").await {
            return;
        }
    }
    window.see("sync-result").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_director_works_in_her_phones_browser() {
    the_journey(PHONE, "browser-phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_director_works_in_an_office_computers_browser() {
    the_journey(DESK, "browser-desk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_and_the_supervisor_work_in_a_browser() {
    let (dir, server) = county(false);
    let office = Window::enrolled(&dir.path().join("office"), &server.address, DESK, "browser-office", &server.code("S007")).await;
    office.choose("import-what:roster").await;
    office.look("01-import").await;
    office.upload("import-file", &asset("sample/roster.xlsx")).await;
    office.click("import-go").await;
    office.see("import-result").await;
    office.read("48").await;
    office.look("02-imported").await;
    keeps_to_itself(&office, &server.address).await;
    office.close().await;

    // A day's work to review.
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let answers = village::answers::routine_visit("child-visit@s2", "祖母腿伤。");
    let file = li.file("visit.json", &answers);
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &file]);
    li.ok(&["sync"]);
    // And a change that was refused, because her role was taken away for a while.
    let role = |role: &str| {
        let list = dir.path().join("staff.csv");
        std::fs::write(&list, format!("编号,姓名,岗位,负责区域\nS001,李秀梅,{role},990101001201\n")).unwrap();
        assert!(admin(&server.data, &["import", "staff", list.to_str().unwrap(), "--yes"]).status.success());
    };
    li.ok(&["edit", &child, "contact.address=1组28号"]);
    role("志愿者");
    assert_eq!(li.ok(&["sync"])["refused"], 1);
    role("儿童主任");

    let wang = Window::enrolled(&dir.path().join("wang"), &server.address, DESK, "browser-supervisor", &server.code("S002")).await;
    wang.go_to("tab-review").await;
    wang.see("review-item").await;
    wang.read("1组28号").await;
    wang.look("01-reviews").await;
    wang.click("refused-accept").await;
    wang.gone("refused-change").await;
    wang.click("review-item").await;
    wang.see("review-return").await;
    wang.look("02-review").await;
    wang.click("review-return").await;
    wang.see("return-comment").await;
    wang.look("03-return").await;
    wang.fill("return-comment", "请补充村医的意见").await;
    wang.click("return-confirm").await;
    wang.gone("return-sheet").await;
    wang.look("04-nothing-to-review").await;
    wang.go_to("tab-area").await;
    wang.read("桃源村").await;
    wang.look("05-area").await;
    keeps_to_itself(&wang, &server.address).await;
    wang.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tab_holds_the_files_and_another_may_take_them_over() {
    let (dir, server) = county(true);
    let li = Window::enrolled(&dir.path().join("li"), &server.address, PHONE, "browser-tabs", &server.code("S001")).await;
    li.see("tab-files").await;
    let first = li.tab().await;
    li.open_tab(&server.address).await;
    li.see("elsewhere").await;
    li.look("01-elsewhere").await;
    li.click("take-over").await;
    li.read("输入六位").await;
    li.pin(PIN).await;
    li.see("due-person").await;
    li.go_to_tab(first).await;
    li.see("elsewhere").await;
    li.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_could_not_be_kept_is_told_of_before_she_leaves_the_network() {
    let (dir, server) = county(true);
    let (data, code) = (server.data.clone(), server.code("S001"));
    drop(server);
    // One of its files does not come, as when the road breaks.
    let (address, broken) = server_with_worker(&data, ("const FILES = [", "const FILES = ['lost.js', ")).await;
    broken.store(true, Ordering::Relaxed);
    let li = Window::browser(&dir.path().join("li"), &address, PHONE, "browser-unkept").await;
    li.see("unkept").await;
    li.look("01-enrol").await;
    li.fill("code", &code).await;
    li.click("enrol-next").await;
    li.choose_pin(PIN).await;
    li.see("due-person").await;
    li.see("unkept").await;
    li.look("02-today").await;
    broken.store(false, Ordering::Relaxed);
    li.run("window.dispatchEvent(new Event('online'))").await;
    li.gone("unkept").await;
    li.find_cached().await;
    li.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_that_took_the_files_over_hears_colleagues_at_once() {
    let (dir, server) = county(true);
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = wang.person("王小雨");
    let li = Window::enrolled(&dir.path().join("li"), &server.address, PHONE, "browser-live", &server.code("S001")).await;
    li.see("tab-files").await;
    let first = li.tab().await;
    li.open_tab(&server.address).await;
    let second = li.tab().await;
    // There and back: left to itself a tab looks every two minutes, which is longer than is waited here.
    for (tab, address) in [(second, "2组6号"), (first, "2组7号")] {
        li.go_to_tab(tab).await;
        li.click("take-over").await;
        li.read("输入六位").await;
        li.pin(PIN).await;
        li.go_to("tab-files").await;
        li.fill("search", "王小雨").await;
        li.read("1 份").await;
        li.click("person").await;
        li.see("person-page").await;
        li.go_to("tab-me").await;
        li.read("上次同步").await;
        li.read("全部已上传").await;
        li.go_to("tab-files").await;
        li.click("person").await;
        wang.ok(&["edit", &child, &format!("contact.address={address}")]);
        wang.ok(&["sync"]);
        li.read(address).await;
        li.go_to("tab-files").await;
    }
    li.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_yet_is_not_called_nothing() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "7", "--persons", "150", "--visits", "900"]).status.success());
    let server = Server::start(&data);
    let road = Link::to(server.host());
    let officer = Window::browser(&dir.path().join("officer"), &road.address, PHONE, "browser-arriving").await;
    officer.see("code").await;
    officer.find_cached().await;
    // The road breaks in the middle of the first download.
    road.allow(60_000);
    officer.fill("code", &server.code("S006")).await;
    officer.click("enrol-next").await;
    officer.choose_pin(PIN).await;
    for tab in ["tab-review", "tab-area", "tab-files", "tab-inbox"] {
        officer.go_to(tab).await;
        officer.see("coming").await;
        assert!(!officer.there("empty").await, "{tab}: {}", officer.text().await);
        if tab == "tab-review" || tab == "tab-files" {
            officer.look(tab).await;
        }
    }
    road.allow(i64::MAX);
    officer.run("window.dispatchEvent(new Event('online'))").await;
    officer.gone("coming").await;
    officer.find("[data-test^=message-], [data-test=empty]").await;
    officer.go_to("tab-review").await;
    officer.find("[data-test=review-item], [data-test=empty]").await;
    officer.close().await;
}

/// The server itself, in this process, whose service worker can be made another one: these words for those.
async fn server_with_worker(data: &Path, (from, to): (&'static str, &'static str)) -> (String, Arc<AtomicBool>) {
    let newer = Arc::new(AtomicBool::new(false));
    let store = sync_server::store::Store::open(data, 1).unwrap();
    let app = sync_server::app::App::new(store, Arc::new(sync_server::env::SystemEnv), sync_server::settings::Settings::default());
    let seen = newer.clone();
    let router = sync_server::http::router(app).layer(axum::middleware::from_fn(move |request: Request, next: Next| {
        let changes = request.uri().path() == "/sw.js" && seen.load(Ordering::Relaxed);
        async move {
            if !changes {
                return next.run(request).await;
            }
            let mut plain = request;
            plain.headers_mut().remove("accept-encoding");
            let (mut parts, body) = next.run(plain).await.into_parts();
            parts.headers.remove("content-length");
            let script = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            let script = String::from_utf8(script.to_vec()).unwrap().replacen(from, to, 1);
            Response::from_parts(parts, Body::from(script))
        }
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, newer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_waits_until_she_lets_it_in() {
    let (dir, server) = county(true);
    let code = server.code("S001");
    let data = server.data.clone();
    drop(server);
    let (address, newer) = server_with_worker(&data, ("const VERSION = '", "const VERSION = 'newer")).await;
    let profile = dir.path().join("li");
    let li = Window::enrolled(&profile, &address, PHONE, "browser-version", &code).await;
    li.see("due-person").await;
    li.find_cached().await;
    let installing = li.devtools("Page.getInstallabilityErrors", serde_json::json!({})).await;
    assert_eq!(installing["installabilityErrors"], serde_json::json!([]), "it can be put on the home screen");
    assert!(!li.there("new-version").await);
    newer.store(true, Ordering::Relaxed);
    li.run("navigator.serviceWorker.getRegistration().then(r => r.update())").await;
    li.see("new-version").await;
    li.look("01-new-version").await;
    // Nothing is offered while she writes.
    li.click("start-visit").await;
    li.choose("kind:home").await;
    assert!(!li.there("new-version").await);
    li.go_to("tab-today").await;
    li.click("update").await;
    li.read("输入六位").await;
    assert_eq!(li.cache_names().await.len(), 1, "the old version is gone");
    assert!(li.cache_names().await[0].starts_with("newer"));
    li.pin(PIN).await;
    li.see("continue").await;
    li.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_says_so_in_plain_words() {
    let (dir, server) = county(false);
    // One that lacks WebAssembly, as V8 does without its compilers: the page of boot.js, in Chinese, not a blank one.
    let old = Window::browser_with(&dir.path().join("old"), &server.address, PHONE, "browser-old", &["--js-flags=--jitless"]).await;
    old.read("这个浏览器太旧").await;
    old.shot("01-too-old").await;
    old.close().await;
    // The same in the app, whose WebView is to be updated otherwise.
    let app = Window::browser_with(&dir.path().join("app"), "about:blank", PHONE, "browser-old-app", &["--js-flags=--jitless"]).await;
    app.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": "window.__TAURI__ = {}" })).await;
    app.goto(&server.address).await;
    app.read("这台设备的系统网页组件太旧").await;
    app.shot("01-too-old").await;
    app.close().await;
    // One that came by plain http from another machine: no private files for such a page.
    let port = server.address.rsplit(':').next().unwrap();
    let name = "--host-resolver-rules=MAP nuanfang.test 127.0.0.1";
    let plain = Window::browser_with(&dir.path().join("plain"), &format!("http://nuanfang.test:{port}/"), PHONE, "browser-http", &[name]).await;
    plain.read("https 开头的地址").await;
    plain.look("01-no-https").await;
    plain.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_first_can_be_read_by_an_old_browser() {
    let (dir, server) = county(false);
    let window = Window::browser(&dir.path().join("any"), &server.address, PHONE, "browser-syntax").await;
    for script in ["boot.js", "web/web.js"] {
        window.reads_as_ecmascript_5(&std::fs::read_to_string(asset(&format!("../ui/{script}"))).unwrap()).await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screens_beside_the_journey_are_looked_at_too() {
    let (dir, server) = county(true);
    let at = |who: &str| dir.path().join(who);

    let office = Window::enrolled(&at("office"), &server.address, DESK, "browser-office", &server.code("S007")).await;
    office.choose("import-what:roster").await;
    let bad = dir.path().join("bad.csv");
    std::fs::write(&bad, "姓名,身份证号,村,类别\n测试甲,990101201503071231,桃源村,留守儿童\n测试乙,,没有的村,孤儿\n").unwrap();
    office.upload("import-file", &bad).await;
    office.click("import-go").await;
    office.see("import-result").await;
    office.see("import-save").await;
    office.look("03-import-errors").await;
    office.press("人员").await;
    office.see("code-S001").await;
    office.look("04-staff").await;
    office.click("code-S001").await;
    office.see("copy-code").await;
    office.look("05-code").await;
    office.click("sheet-close").await;
    office.press("设备").await;
    office.see("revoke").await;
    office.look("06-devices").await;
    office.click("revoke").await;
    office.see("revoke-confirm").await;
    office.look("07-revoke").await;
    office.close().await;

    let volunteer = Window::browser(&at("volunteer"), "about:blank", PHONE, "browser-volunteer").await;
    let hear = "window.askedToKeep = new Promise(asked => {
        navigator.storage.persist = () => { asked(true); return Promise.resolve(false) };
    })";
    volunteer.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": hear })).await;
    volunteer.goto(&server.address).await;
    volunteer.fill("code", &server.code("S008")).await;
    volunteer.click("enrol-next").await;
    volunteer.choose_pin(PIN).await;
    volunteer.see("sync-card").await;
    // What the page shows may come before the answer to enrolling, after which it asks.
    volunteer.run_async("window.askedToKeep.then(arguments[0])", vec![]).await;
    volunteer.see("not-kept").await;
    volunteer.look("01-me").await;
    volunteer.close().await;

    let sun = Window::enrolled(&at("sun"), &server.address, PHONE, "browser-elders", &server.code("S003")).await;
    sun.go_to("tab-inbox").await;
    sun.see("empty").await;
    sun.look("01-no-messages").await;
    sun.go_to("tab-files").await;
    sun.click("person").await;
    sun.see("person-page").await;
    sun.look("02-elder").await;
    sun.click("visit").await;
    sun.see("visit-form").await;
    sun.look("03-form").await;
    sun.fill_form("血压平稳。").await;
    sun.look("04-last-part").await;
    sun.click("back").await;
    sun.see("person-page").await;
    sun.go_to("tab-me").await;
    sun.click("change-pin").await;
    sun.see("pin-sheet").await;
    sun.look("05-change-pin").await;
    sun.click("sheet-close").await;
    sun.click("lock").await;
    sun.read("输入六位").await;
    sun.press("忘记 PIN？").await;
    sun.see("start-over").await;
    sun.look("06-forgotten-pin").await;
    sun.click("start-over").await;
    sun.see("back-to-pin").await;
    sun.look("07-start-over").await;
    let code = server.code("S003");
    sun.fill("code", &code).await;
    sun.click("enrol-next").await;
    sun.choose_pin("918273").await;
    // The unfinished visit came along.
    sun.go_to("tab-today").await;
    sun.see("drafts").await;
    sun.look("08-come-back").await;
    sun.close().await;

    let li = Window::enrolled(&at("li"), &server.address, PHONE, "browser-files", &server.code("S001")).await;
    li.go_to("tab-files").await;
    li.click("new-person").await;
    li.see("identity.name").await;
    li.look("01-new-file").await;
    li.click("save").await;
    li.see("faults").await;
    li.look("02-what-is-missing").await;
    li.fill("identity.name", "测试新档").await;
    li.click("back").await;
    li.see("discard-yes").await;
    li.look("03-throw-away").await;
    li.click("discard-yes").await;
    li.see("person").await;
    li.click("person").await;
    li.click("visit").await;
    li.choose("kind:home").await;
    li.choose("met:refused").await;
    li.look("04-refused-visit").await;
    li.close().await;
}
