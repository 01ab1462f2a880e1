//! The programs and tests of the project, always chosen in the same way: cargo unites the features of what is chosen
//! together, and would build everything again for every other choice.
use anyhow::Result;
use std::process::Command;

use crate::interface::{self, Profile};
use crate::project::{cargo, finish};

/// What is chosen: all but the interface and the browser's shell, which are for WebAssembly, this tool, which is built already, and the proof
/// of a made-up kind, which nothing else is to know.
const CHOICE: [&str; 9] = ["--workspace", "--exclude", "ui", "--exclude", "browser", "--exclude", "xtask", "--exclude", "fifth"];
/// The tests of the made-up kind, beside the same choice: their dependencies are those of all others, but for what knows the kind.
pub(crate) const MADE_UP: [&str; 9] = ["--workspace", "--exclude", "ui", "--exclude", "browser", "--exclude", "xtask", "--test", "made_up"];
/// The journey in the real window.
const JOURNEY: [&str; 2] = ["--test", "window"];

/// The sync server.
pub(crate) const SERVER: &str = "target/debug/nuanfang-server";
/// The app with its window.
pub(crate) const APP: &str = "target/debug/nuanfang-app";

/// `cargo WHAT` over the one choice of crates.
pub(crate) fn chosen(what: &str) -> Command {
    let mut command = cargo();
    command.arg(what).args(CHOICE);
    command
}

/// Builds what `run` starts. The journey is named so that the features are those of the tests.
///
/// # Errors
/// When something does not compile.
pub(crate) fn build() -> Result<()> {
    finish(chosen("build").arg("--bins").args(JOURNEY))
}

/// Walks the main journey in the real window, and leaves screenshots.
///
/// # Errors
/// When the journey cannot be walked to its end.
pub(crate) fn journey(display: &str, screenshots: &std::path::Path) -> Result<()> {
    let mut command = chosen("test");
    command.args(JOURNEY).args(["--", "--nocapture"]);
    finish(command.env("DISPLAY", display).env("NUANFANG_SCREENSHOTS", screenshots))
}

/// Builds the app for use.
///
/// # Errors
/// When something does not compile.
pub(crate) fn app() -> Result<()> {
    interface::build(Profile::Release)?;
    finish(cargo().args(["build", "--release", "-p", "nuanfang-app"]))?;
    eprintln!("target/release/nuanfang-app");
    Ok(())
}
