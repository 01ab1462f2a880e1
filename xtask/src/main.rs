//! The build tool: `cargo xtask COMMAND`. The Makefile calls it after `xtask/setup.sh` has installed what it needs.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod android;
mod check;
mod dependencies;
mod display;
mod foreign;
mod fuzz;
mod interface;
mod login;
mod package;
mod programs;
mod project;
mod run;
mod server;
mod steps;
mod tally;
mod wasm;
mod web;

use anyhow::bail;
use std::process::ExitCode;

use crate::interface::Profile;

const USAGE: &str = "cargo xtask COMMAND
  ui [--release]  compile the interface into ui/dist
  web [--release] the same and the browser edition into sync-server/web
  app             build the app for use: one program with the interface inside
  package         the app as a deb and an AppImage, installed and started once; and lists of what is in them
  run             build everything, start a server with the sample county, open the app
  test            run every test there is
  lint            formatting, clippy, licences and known vulnerabilities of others' code
  dependencies    of these, only what concerns others' code
  check-android   type-check the app for Android
  fuzz SECONDS    look for bytes that break the reading of changes, documents, requests, workbooks and forms
  bench           measure; one JSON line a figure";

fn main() -> ExitCode {
    work().unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

/// Does what the command line says.
fn work() -> anyhow::Result<ExitCode> {
    project::enter()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ui"] => interface::build(Profile::Debug)?,
        ["ui", "--release"] => interface::build(Profile::Release)?,
        ["web"] => web::build(Profile::Debug)?,
        ["web", "--release"] => web::build(Profile::Release)?,
        ["app"] => programs::app()?,
        ["run"] => run::run()?,
        ["package"] => package::package()?,
        ["test"] => return check::test(),
        ["lint"] => check::lint()?,
        ["dependencies"] => dependencies::check()?,
        ["check-android"] => android::check()?,
        ["fuzz", seconds] => fuzz::fuzz(seconds)?,
        ["bench"] => check::bench()?,
        _ => bail!("{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
