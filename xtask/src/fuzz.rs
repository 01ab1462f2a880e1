//! `fuzz SECONDS`: lets a fuzzer look for what breaks the reading of changes, documents, requests, workbooks and forms.
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{cargo, finish};

const FOLDER: &str = "tests/fuzz";
/// Each with the longest input that is tried, bytes.
const TARGETS: [(&str, u32); 5] = [("change", 4096), ("document", 4096), ("sync", 4096), ("form", 16_384), ("workbook", 65_536)];

/// Runs each target for so many seconds, beginning with honest changes.
///
/// # Errors
/// When a compiler is missing, or something was found: it lies in `tests/fuzz/artifacts`.
pub(crate) fn fuzz(seconds: &str) -> Result<()> {
    ensure!(seconds.parse::<u32>().is_ok(), "SECONDS 是整数 / SECONDS is a number: {seconds}");
    ensure!(
        works(Command::new("rustc").args(["+nightly", "--version"])),
        "没有 nightly 编译器，请运行 / no nightly compiler, run: rustup toolchain install nightly"
    );
    ensure!(works(Command::new("cargo-fuzz").arg("--version")), "没有 cargo-fuzz，请运行 / no cargo-fuzz, run: cargo install cargo-fuzz");
    finish(cargo().args(["run", "-q", "-p", "village", "--bin", "seeds", "--"]).arg(Path::new(FOLDER).join("corpus")))?;
    for (target, longest) in TARGETS {
        eprintln!("{target}: {seconds} s");
        let mut command = Command::new("nice");
        // Nothing here is unsafe: what a sanitizer looks for is not what could be found.
        command.args(["-n", "10", "cargo-fuzz", "run", "--fuzz-dir", FOLDER, "--sanitizer", "none", "--target-dir", "target/fuzz", target, "--"]);
        command.args([
            &format!("-max_total_time={seconds}"),
            "-jobs=1",
            "-workers=1",
            "-rss_limit_mb=2048",
            "-malloc_limit_mb=512",
            "-timeout=20",
            &format!("-max_len={longest}"),
        ]);
        // The compiler that started this tool is not the one that fuzzing needs.
        command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC");
        finish(&mut command)?;
    }
    Ok(())
}

fn works(command: &mut Command) -> bool {
    // Under rustup, only its own proxies understand `+nightly`; they obey this variable first.
    command.env_remove("RUSTUP_TOOLCHAIN").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
