//! `test`, `lint` and `bench`.
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use crate::display::{self, Invisible};
use crate::foreign::Compiler;
use crate::interface::{self, Profile};
use crate::programs::{MADE_UP, chosen};
use crate::project::{cargo, finish};
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{dependencies, wasm, web};

/// Runs every test there is; goes on after a failure, so that one run shows all of them. The last line is
/// `N passed, N failed`.
///
/// # Errors
/// Only when a program cannot be started; a failure is in the exit code.
pub(crate) fn test() -> Result<ExitCode> {
    warn_of_little_room();
    let mut steps = Steps::new(7);
    let mut tally = Tally::default();
    let screen = if display::is_there() { None } else { Some(Invisible::start()?) };
    let display = screen.as_ref().map(|screen| screen.name.as_str());
    let done = [
        steps.step("检查格式", "checking the formatting", format),
        steps.step("编译界面和浏览器版", "building the interface and the browser edition", || web::build(Profile::Release)),
        steps.step("编译程序和测试", "building programs and tests", || finish(chosen("build").arg("--all-targets"))),
        steps.step("运行测试", "running the tests", || tests(&mut chosen("test"), display, &mut tally)),
        steps.step("运行界面的测试", "running the interface's tests", || tests(cargo().args(["test", "-p", "ui"]), display, &mut tally)),
        steps.step("运行虚构记录的测试", "running the tests of a made-up kind", || {
            tests(cargo().arg("test").args(MADE_UP), display, &mut tally)
        }),
        steps.step("运行构建工具的测试", "running the build tool's tests", || {
            tests(cargo().args(["test", "-p", "xtask"]), display, &mut tally)
        }),
    ];
    let failures: Vec<_> = done.into_iter().filter_map(Result::err).collect();
    for failure in &failures {
        eprintln!("失败 / failed: {failure:#}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(if failures.is_empty() && tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A build from nothing takes nine gigabytes, and a browser keeps nothing on a disk of which less than a hundredth is free.
fn warn_of_little_room() {
    const ENOUGH_KB: u64 = 10_000_000;
    let free = Command::new("df").args(["-Pk", "."]).output().ok().and_then(|told| {
        let told = String::from_utf8(told.stdout).ok()?;
        told.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    if let Some(free) = free.filter(|free| *free < ENOUGH_KB) {
        eprintln!("磁盘只剩 {0} MB，不到 10 GB，测试可能因此失败 / only {0} MB are free, less than 10 GB: tests may fail for it", free / 1000);
    }
}

/// Runs test programs, shows what they print and adds up their summaries.
fn tests(command: &mut Command, display: Option<&str>, tally: &mut Tally) -> Result<()> {
    command.arg("--no-fail-fast").stdout(Stdio::piped());
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    let mut process = command.spawn().context("cargo test")?;
    for line in BufReader::new(process.stdout.take().context("cargo has no output")?).lines() {
        let line = line.context("cargo test")?;
        println!("{line}");
        tally.take(&line);
    }
    let status = process.wait().context("cargo test")?;
    anyhow::ensure!(status.success(), "cargo test: {status}");
    Ok(())
}

/// Formatting and clippy, without any warning; and others' code: licences, sources, known vulnerabilities.
///
/// # Errors
/// When there is one.
pub(crate) fn lint() -> Result<()> {
    let mut steps = Steps::new(6);
    steps.step("检查格式", "checking the formatting", format)?;
    steps.step("检查别人的代码", "checking others' code", dependencies::check)?;
    steps.step("准备界面", "making sure there is an interface", interface::any)?;
    let clippy = |which: &[&str]| finish(cargo().arg("clippy").args(which).args(["--", "-D", "warnings"]));
    steps.step("检查代码", "clippy", || clippy(&["--workspace", "--exclude", "fifth", "--all-targets"]))?;
    steps.step("检查虚构记录的代码", "clippy of a made-up kind", || clippy(&MADE_UP))?;
    steps.step("检查浏览器里的代码", "clippy for the browser", || {
        if wasm::compiler()? != Compiler::Rustup {
            eprintln!("      发行版的编译器没有 clippy，跳过 / the distribution's compiler has no clippy: left out");
            return Ok(());
        }
        finish(wasm::cargo_for("clippy", "wasm-dev")?.args(["-p", "browser", "-p", "client", "--lib", "--", "-D", "warnings"]))
    })
}

fn format() -> Result<()> {
    finish(cargo().args(["fmt", "--all", "--check"]))
}

/// Measures; each figure is one JSON line on standard output.
///
/// # Errors
/// When the bench does not compile or run.
pub(crate) fn bench() -> Result<()> {
    // The server and the client that are measured are processes of their own.
    web::build(Profile::Release)?;
    finish(cargo().args(["build", "--release", "-p", "sync-server", "-p", "client", "-p", "village"]))?;
    finish(&mut Command::new("target/release/bench"))
}
