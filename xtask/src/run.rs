//! `run`: from an empty checkout to the app on the screen.
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::interface::Profile;
use crate::project::{RUN, finish};
use crate::steps::Steps;
use crate::{display, login, programs, server, web};

/// Builds everything, starts a server with the sample county, says how to log in and opens the app.
/// Without a display it walks the main journey on an invisible one and says where the pictures are.
///
/// # Errors
/// When something does not compile or start.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(5);
    steps.step("编译界面和浏览器版", "building the interface and the browser edition", || web::build(Profile::Release))?;
    steps.step("编译服务器和应用", "building the server and the app", programs::build)?;
    steps.step("准备样例县的数据", "making the sample county", server::sample)?;
    let server = steps.step("启动同步服务器", "starting the sync server", server::start)?;
    login::explain(&server.address)?;
    if display::is_there() {
        steps.step("打开应用，关上窗口就结束", "opening the app; close its window to end", window)
    } else {
        steps.step("没有显示器：在虚拟屏幕上走一遍主要流程", "no display: walking the main journey on an invisible one", journey)
    }
}

fn window() -> Result<()> {
    let home = login::home(login::FIRST);
    fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
    finish(Command::new(programs::APP).env("NUANFANG_HOME", home))
}

fn journey() -> Result<()> {
    let screen = display::Invisible::start()?;
    let screenshots = std::env::current_dir()?.join(RUN).join("screenshots");
    fs::create_dir_all(&screenshots).context("run/screenshots")?;
    programs::journey(&screen.name, &screenshots)?;
    println!("截图在 / screenshots: {}", Path::new(RUN).join("screenshots").display());
    Ok(())
}
