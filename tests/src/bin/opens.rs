//! Opens an installed app by WebDriver on an empty home folder, and ends well when its first page is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use std::path::PathBuf;
use village::window::{NO_BUS, PHONE, Window};

fn main() {
    let app = PathBuf::from(std::env::args_os().nth(1).expect("opens APP"));
    let home = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let window = Window::open_program(&app, home.path(), PHONE, "installed", NO_BUS).await;
        window.read("欢迎使用暖访").await;
        window.see("server").await;
        window.shot("enrol").await;
        window.close().await;
    });
}
