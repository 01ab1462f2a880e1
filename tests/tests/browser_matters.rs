//! What is done beside visits, by touch on a phone and at a desk, in a real Chromium: a report begun from the first screen without a network, left in
//! the middle and gone on with, a referral from a file, moved, said something about, given to a colleague; every screen looked at by axe.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::Value;
use village::device::Device;
use village::link::Link;
use village::server::county;
use village::window::{DESK, PHONE, Window};

fn only(device: &Device, kind: &str) -> Value {
    let found = device.list(&["matters", "--type", kind]);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

async fn a_week_of_matters(size: &'static str, name: &'static str) {
    let (dir, server) = county();
    let road = Link::to(server.host());
    // What was seen last week calls for a report, and nobody made one.
    let before = Device::enrolled(dir.path(), "before", &server, &server.address, "S001");
    let mut answers = village::answers::routine_visit("child-visit@s2", "小腿上有新伤，说是摔的。");
    answers["signs"] = serde_json::json!(["injuries"]);
    let (visit, child) = (before.file("visit.json", &answers), before.person("周天佑"));
    before.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &visit]);
    before.ok(&["sync"]);
    let li = Window::enrolled(&dir.path().join("li"), &road.address, size, name, &server.code("S001")).await;
    // All of it is there before the road ends.
    li.go_to("tab-files").await;
    li.read(&format!("{} 份", before.list(&["persons"]).len())).await;
    li.go_to("tab-today").await;
    li.see("begin-matters").await;

    // A child of whom nobody has a file: one touch from the first screen, no network. 110 is called first, and the time is put down. What is
    // missing is told at its question.
    road.cut();
    li.set_offline(true).await;
    li.click("begin").await;
    li.see("begin-report").await;
    li.look("01-begin").await;
    li.click("sheet-close").await;
    li.gone("begin-sheet").await;
    li.click("urgent-report").await;
    li.see("question-title").await;
    // There is no telephone here: a browser would ask what to open the number with.
    li.run("document.addEventListener('click', e => e.target.closest('a[href^=\"tel:\"]') && e.preventDefault(), true)").await;
    li.click("call-110").await;
    li.see("called-called_police").await;
    li.look("02-report").await;
    li.click("finish").await;
    li.see("fault-title").await;
    li.look("03-report-missing").await;
    li.choose("title:injuries").await;
    li.choose("danger:yes").await;
    li.read("110").await;
    li.find("[data-test=saving][data-state=saved]").await;

    // She is called away. It stands among what is unfinished, and is gone on with.
    li.click("back").await;
    li.click("continue").await;
    li.find("input[data-test='title:injuries']:checked").await;
    li.fill("child", "约九岁的女孩").await;
    li.fill("where", "小卖部").await;
    li.fill("note", "手臂上有伤，说是摔的。").await;
    li.click("finish").await;
    li.see("matter-page").await;
    li.read_in("matter-stage", "马上报告").await;
    li.look("04-report-made").await;
    li.click("go-reported").await;
    li.see("question-police_unit").await;
    assert!(!li.there("question-police_at").await, "she said so already");
    li.fill("police_unit", "青溪派出所").await;
    li.look("05-step").await;
    li.click("finish").await;
    li.read_in("matter-stage", "已报告，等反馈").await;
    li.click("say").await;
    li.fill("say-words", "民警说下午过来。").await;
    li.look("06-say").await;
    li.click("say-yes").await;
    li.read("民警说下午过来。").await;
    li.look("07-report").await;

    // A referral from a file; it ends with a remark where nothing is filled in.
    li.go_to("tab-files").await;
    li.fill("search", "王小雨").await;
    li.read("王小雨").await;
    li.read("1 份").await;
    li.click("person").await;
    li.click("begin").await;
    li.see("begin-referral").await;
    li.look("08-begin-of-a-person").await;
    li.click("begin-referral").await;
    li.choose("title:psychology").await;
    li.fill("reason", "晚上睡不着，想妈妈。").await;
    li.fill("to_unit", "镇社工站").await;
    li.choose("consent:guardian").await;
    li.click("finish").await;
    li.read_in("matter-stage", "等对方答复").await;
    li.look("09-referral").await;
    li.click("more").await;
    li.see("more-sheet").await;
    li.look("10-more").await;
    li.click("give").await;
    li.see("give-sheet").await;
    li.look("11-give").await;
    li.click("give-S002").await;
    li.gone("give-sheet").await;
    li.click("more").await;
    li.click("change").await;
    li.see("question-to_unit").await;
    li.fill("to_unit", "县心理援助中心").await;
    li.click("finish").await;
    li.read("县心理援助中心").await;
    li.click("matter-person").await;
    li.see("matter-line").await;
    li.look("12-file").await;
    li.click("timeline-matters").await;
    li.look("12a-matters-of-a-file").await;
    li.go_to("tab-files").await;

    // The visit says what it calls for; what it says need not be written again.
    li.fill("search", "周天佑").await;
    li.read("周天佑").await;
    li.read("1 份").await;
    li.click("person").await;
    li.click("visit-line").await;
    li.see("proposals").await;
    li.look("12b-proposed").await;
    li.click("propose-report").await;
    li.valued("note", "小腿上有新伤，说是摔的。").await;
    li.choose("title:injuries").await;
    li.choose("danger:no").await;
    li.fill("where", "在家").await;
    li.click("finish").await;
    li.see("matter-link").await;
    li.look("12c-report-of-a-child").await;

    // The first screen names what is due, and leads to all of it.
    li.go_to("tab-today").await;
    li.see("due-matters").await;
    li.look("13-today").await;
    li.click("all-matters").await;
    li.see("only-open").await;
    li.look("14-matters").await;
    li.click("only-mine").await;
    li.set("matter-type", "referral").await;
    li.read("王小雨").await;
    li.go_to("tab-today").await;

    // The network returns, and the supervisor has all of it.
    road.mend();
    li.set_offline(false).await;
    li.go_to("tab-me").await;
    li.click("sync-now").await;
    li.read("全部已上传").await;
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let mut stages: Vec<Value> = wang.list(&["matters", "--type", "report"]).iter().map(|report| report["stage"].clone()).collect();
    stages.sort_by_key(Value::to_string);
    assert_eq!(stages, ["begun", "reported"]);
    let referral = only(&wang, "referral");
    let id = referral["id"].as_str().unwrap();
    assert_eq!(wang.list(&["matters", "--mine"]).len(), 1, "it was given to him");
    assert_eq!(wang.ok(&["matter", "show", id])["answers"]["to_unit"], "县心理援助中心");

    // Two people end it differently: both are seen, in her messages, too, until one of them decides.
    road.cut();
    li.set_offline(true).await;
    let declined = wang.file("declined.json", &serde_json::json!({ "declined_why": "没有床位" }));
    wang.ok(&["matter", "move", id, "declined", "--from", &declined]);
    wang.ok(&["sync"]);
    li.go_to("tab-files").await;
    li.fill("search", "王小雨").await;
    li.read("王小雨").await;
    li.read("1 份").await;
    li.click("person").await;
    li.click("matter-line").await;
    li.click("more").await;
    li.click("go-withdrawn").await;
    li.see("move-sheet").await;
    li.fill("remark", "妈妈回来了。").await;
    li.look("15-end").await;
    li.click("move-yes").await;
    li.read_in("matter-stage", "已撤回").await;
    road.mend();
    li.set_offline(false).await;
    li.see("disputed").await;
    li.look("16-two-ends").await;
    li.go_to("tab-inbox").await;
    li.read("有两种结果").await;
    li.look("17-inbox").await;
    wang.ok(&["sync"]);
    wang.ok(&["matter", "move", id, "declined"]);
    wang.ok(&["sync"]);
    li.go_to("tab-me").await;
    li.click("sync-now").await;
    li.go_to("tab-inbox").await;
    li.gone("message-conflict").await;
    li.close().await;

    // Her supervisor reads it at a desk.
    let boss = Window::enrolled(&dir.path().join("wang-window"), &server.address, size, &format!("{name}-boss"), &server.code("S002")).await;
    boss.see("tab-area").await;
    boss.go_to("tab-area").await;
    boss.click("all-matters").await;
    boss.see("matter").await;
    boss.look("18-supervisor").await;
    boss.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_matters_on_a_phone() {
    a_week_of_matters(PHONE, "matters-phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_matters_at_a_desk() {
    a_week_of_matters(DESK, "matters-desk").await;
}
