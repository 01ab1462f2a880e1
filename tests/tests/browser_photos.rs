//! Photos in the browser edition, at phone size by touch: chosen without a network, kept, uploaded by themselves, looked at by the
//! supervisor; each screen looked at by axe.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use std::path::Path;
use tempfile::TempDir;
use village::link::Link;
use village::picture::{PLACE, from_a_camera, holds};
use village::programs::asset;
use village::server::{Server, admin};
use village::window::{DESK, PHONE, Window};

/// How many photos are drawn, with real points.
async fn drawn(window: &Window, wanted: u64) {
    let script = "const [wanted, done] = arguments;
        const look = () => { const all = [...document.querySelectorAll('.shot img')].filter(i => i.complete && i.naturalWidth > 0);
            all.length === wanted ? done(all.length) : requestAnimationFrame(look) };
        look();";
    window.run_async(script, vec![wanted.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_kept_without_a_network_and_uploaded_by_themselves() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff", "roster"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    let server = Server::start(&data);
    let road = Link::to(server.host());
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let cameras = [1, 2].map(|n| file(&format!("IMG_{n}.jpg"), &from_a_camera(n, 2400, 1800)));
    let both = format!("{}\n{}", cameras[0].display(), cameras[1].display());
    let no_photo = file("letter.jpg", b"no photo at all");

    let li = Window::enrolled(&dir.path().join("li"), &road.address, PHONE, "photos-director", &server.code("S001")).await;
    li.see("due-person").await;
    road.cut();
    li.set_offline(true).await;
    li.go_to("tab-files").await;
    li.fill("search", "王小雨").await;
    li.read("1 份").await;
    li.click("person").await;
    li.click("visit").await;
    li.fill_form("祖母腿伤。").await;
    li.see("photo-add").await;
    li.look("01-no-photos").await;
    li.upload("photo-add", &no_photo).await;
    li.see("failure").await;
    li.read("HEIC").await;
    li.look("02-no-photo").await;
    li.upload("photo-add", Path::new(&both)).await;
    drawn(&li, 2).await;
    li.gone("failure").await;
    li.read("已存本机").await;
    li.look("03-two-photos").await;
    li.click("photo-0").await;
    li.see("photo-sheet").await;
    li.find("img.whole").await;
    li.look("04-one-photo").await;
    li.click("photo-remove").await;
    li.see("photo-keep").await;
    li.look("04b-remove").await;
    li.click("photo-remove-yes").await;
    drawn(&li, 1).await;
    li.click("finish").await;
    li.see("visit-finished").await;
    // What still waits is told, photos too.
    li.click("finished-back").await;
    li.go_to("tab-me").await;
    li.read("1 张照片待上传").await;
    li.look("04c-waiting").await;
    li.go_to("tab-files").await;
    li.click("person").await;
    li.click("visit-line").await;
    li.see("photos").await;
    road.mend();
    li.set_offline(false).await;
    li.read("已上传").await;
    drawn(&li, 1).await;
    // It is drawn only when the server has it.
    li.find("[data-test=photo-0][aria-label*=已上传]").await;
    li.look("05-uploaded").await;
    let shelf = std::fs::read_dir(data.join("blobs")).unwrap().next().unwrap().unwrap().path();
    let stored = std::fs::read(std::fs::read_dir(shelf).unwrap().next().unwrap().unwrap().path()).unwrap();
    assert!(!holds(&stored, PLACE) && !holds(&stored, b"Exif"));
    li.close().await;

    // The supervisor's computer: first without a network, then with it.
    let wang = Window::enrolled(&dir.path().join("wang"), &road.address, DESK, "photos-supervisor", &server.code("S002")).await;
    wang.go_to("tab-files").await;
    wang.fill("search", "王小雨").await;
    wang.read("1 份").await;
    wang.click("person").await;
    wang.see("visit-line").await;
    road.cut();
    wang.set_offline(true).await;
    wang.click("visit-line").await;
    wang.read("联网后显示").await;
    wang.look("01-away").await;
    road.mend();
    wang.set_offline(false).await;
    drawn(&wang, 1).await;
    assert!(!wang.there("photo-add").await, "another's visit is not hers to change");
    wang.click("photo-0").await;
    wang.find("img.whole").await;
    wang.look("02-photo").await;
    wang.close().await;
}
