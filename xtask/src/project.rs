//! Where things are, and how other programs are run. All paths are relative to the project's folder.
use anyhow::{Context, Result, ensure};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The interface as the window loads it.
pub(crate) const INTERFACE: &str = "ui/dist";
/// Where npm puts wasm-opt, if it did.
pub(crate) const WASM_OPT: &str = "target/tools/node_modules/.bin/wasm-opt";
/// The data of `run`: server, devices, screenshots.
pub(crate) const RUN: &str = "run";

/// Goes to the project's folder, read when the tool runs: a copied project must not build the one it was copied from.
///
/// # Errors
/// When not started by cargo.
pub(crate) fn enter() -> Result<()> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
    let project = Path::new(&here).parent().context("the tool's folder has no parent")?;
    std::env::set_current_dir(project).with_context(|| project.display().to_string())
}

/// The cargo that started this tool.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What `cargo run` sets for this tool is not meant for the crates it builds: cargo would build them again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started or does not succeed; names the program and its arguments.
pub(crate) fn finish(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| spoken(command))?;
    ensure!(status.success(), "{}: {status}", spoken(command));
    Ok(())
}

/// Runs a program to its end and returns what it printed.
///
/// # Errors
/// As [`finish`], and when it prints something that is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.with_context(|| spoken(command))?;
    ensure!(output.status.success(), "{}: {}", spoken(command), output.status);
    String::from_utf8(output.stdout).with_context(|| spoken(command))
}

/// A command as one would type it.
fn spoken(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
