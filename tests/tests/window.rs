//! The main journey in the real window, at phone and at desk size: administrator, child director, supervisor.
//! With `NUANFANG_SCREENSHOTS` set every step leaves a picture.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use std::path::Path;
use tempfile::TempDir;
use village::device::Device;
use village::keyring::Session;
use village::link::Link;
use village::programs::{asset, program};
use village::server::{Server, admin};
use village::window::{DESK, NO_BUS, PHONE, Window};

const PIN: &str = "280716";

async fn enrol(home: &Path, size: &str, name: &str, address: &str, code: &str) -> Window {
    let window = Window::open(home, size, name).await;
    window.fill("server", address).await;
    window.fill("code", code).await;
    window.shot("01-enrol").await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window
}

async fn unlock(home: &Path, size: &str, name: &str) -> Window {
    let window = Window::open(home, size, name).await;
    window.read("输入六位").await;
    window.shot("unlock").await;
    window.pin(PIN).await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journey_of_a_visit() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    let server = Server::start(&data);
    let code = |staff: &str| server.code(staff);
    let home = |name: &str| dir.path().join(name);

    // 1. The administrator brings the office's roster.
    let office = enrol(&home("office"), DESK, "1-office", server.host(), &code("S007")).await;
    office.choose("import-what:roster").await;
    office.upload("import-file", &asset("sample/roster.xlsx")).await;
    office.shot("02-import").await;
    office.click("import-go").await;
    office.see("import-result").await;
    office.read("48").await;
    office.shot("03-imported").await;
    office.close().await;

    // 2.–3. The director joins; her village's files come down.
    let road = Link::to(server.host());
    let li = enrol(&home("li"), PHONE, "2-director", &road.address, &code("S001")).await;
    li.see("tab-files").await;
    li.read("桃源村").await;
    li.shot("02-today").await;
    li.click("tab-files").await;
    li.fill("search", "wxy").await;
    li.read("1 份").await;
    li.read("王小雨").await;
    li.shot("03-search").await;

    // 4. A file, an edit.
    li.click("person").await;
    li.see("person-page").await;
    li.shot("04-person").await;
    li.click("edit").await;
    li.fill("contact.phone", "13800000001").await;
    li.shot("05-edit").await;
    li.click("save").await;
    li.read("138 0000 0001").await;

    // 5. The network is cut. A visit; the app is killed in the middle and loses nothing.
    road.cut();
    li.click("visit").await;
    li.choose("kind:home").await;
    li.choose("met:met").await;
    li.find("[data-test=saving][data-state=saved]").await;
    li.shot("06-form").await;
    li.kill();
    let li = unlock(&home("li"), PHONE, "2-director").await;
    li.click("continue").await;
    li.click("previous").await;
    li.find("input[data-test='kind:home']:checked").await;
    li.find("input[data-test='met:met']:checked").await;
    li.shot("07-after-the-battery-died").await;
    li.finish_form("祖母腿伤。").await;
    li.read("已存本机").await;
    li.shot("08-saved-on-this-phone").await;

    // 6. The network returns: it syncs by itself.
    road.mend();
    li.click("finished-see").await;
    li.find("[data-test=visit-state]").await;
    li.read("已上传").await;
    li.shot("09-uploaded").await;

    // 7. Two people edit one file offline: the same field, and different ones.
    li.close().await;
    let wang_home = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = wang_home.person("王小雨");
    wang_home.ok(&["edit", &child, "contact.address=1组18号", "situation.health=近视，已配镜"]);
    let same = Device { pin: PIN.into(), ..Device::new(dir.path(), "li") };
    same.ok(&["edit", &child, "contact.address=1组8号"]);
    for device in [&wang_home, &same, &wang_home] {
        device.ok(&["sync"]);
    }
    let li = unlock(&home("li"), PHONE, "2-director").await;
    li.click("tab-files").await;
    li.fill("search", "王小雨").await;
    li.read("1 份").await;
    li.click("person").await;
    li.see("conflict").await;
    li.read("1组18号").await;
    li.read("近视，已配镜").await;
    li.shot("10-two-values").await;
    li.click("conflict").await;
    li.see("conflict-value").await;
    li.shot("11-choose").await;
    li.click("take-0").await;
    li.gone("conflict").await;
    li.close().await;
    for device in [&same, &wang_home] {
        device.ok(&["sync"]);
    }
    assert!(wang_home.list(&["conflicts"]).is_empty(), "everyone sees the choice");

    // 8. The supervisor reads the visit at her desk and returns it; the director corrects it; it is approved.
    let wang = unlock(&home("wang"), DESK, "3-supervisor").await;
    wang.click("tab-review").await;
    wang.click("review-item").await;
    wang.see("review-return").await;
    wang.shot("01-review").await;
    wang.click("review-return").await;
    wang.fill("return-comment", "请补充村医的意见").await;
    wang.shot("02-return").await;
    wang.click("return-confirm").await;
    wang.gone("return-sheet").await;
    wang.shot("03-returned").await;
    wang.close().await;
    wang_home.ok(&["sync"]);

    same.ok(&["sync"]);
    let li = unlock(&home("li"), PHONE, "2-director").await;
    li.click("tab-inbox").await;
    li.read("请补充村医的意见").await;
    li.shot("12-returned").await;
    li.click("message-returned").await;
    li.click("correct").await;
    li.read("请补充村医的意见").await;
    li.shot("13-correct").await;
    li.finish_form("祖母腿伤，村医说静养一个月。").await;
    li.close().await;
    for device in [&same, &wang_home] {
        device.ok(&["sync"]);
    }

    let wang = unlock(&home("wang"), DESK, "3-supervisor").await;
    wang.click("tab-review").await;
    wang.click("review-item").await;
    wang.see("review-approve").await;
    wang.shot("04-again").await;
    wang.click("review-approve").await;
    wang.read("已通过").await;
    wang.click("tab-area").await;
    wang.read("桃源村").await;
    wang.shot("05-area").await;
    wang.click("tab-me").await;
    wang.see("sync-card").await;
    wang.shot("06-me").await;
    wang.close().await;
    for device in [&wang_home, &same] {
        device.ok(&["sync"]);
    }
    assert_eq!(same.list(&["visits", "--person", &child])[0]["state"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desks_folder_is_worth_nothing_without_the_keystore_of_that_desk() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    assert!(admin(&data, &["sample", "--seed", "1", "--persons", "20", "--visits", "20"]).status.success());
    let server = Server::start(&data);
    let home = dir.path().join("home");
    // A home of before, or of a desk without a keystore: the PIN is alone.
    let window = enrol(&home, DESK, "keystore", server.host(), &server.code("S001")).await;
    window.see("tab-files").await;
    window.close().await;
    // The first time that it is opened with a keystore, it needs that from then on.
    let session = Session::begin(&dir.path().join("keyring"));
    let app = program("nuanfang-app");
    let with_keystore = async || Window::open_program(&app, &home, DESK, "keystore", &session.bus).await;
    for _ in 0..2 {
        let window = with_keystore().await;
        window.pin(PIN).await;
        window.see("tab-files").await;
        window.close().await;
    }
    let copied = Window::open_program(&app, &home, DESK, "keystore", NO_BUS).await;
    copied.pin(PIN).await;
    copied.read("系统没有给出保管的钥匙").await;
    copied.shot("gone").await;
    copied.close().await;
    // Nothing is lost by it: where the keystore is, it opens.
    let window = with_keystore().await;
    window.pin(PIN).await;
    window.see("tab-files").await;
    window.close().await;
}
