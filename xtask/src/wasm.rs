//! Cargo for WebAssembly: with rustup's target where it is installed, else with the distribution's own compiler,
//! which builds the standard library itself.
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{cargo, finish, output};

/// The one WebAssembly target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// A target folder of its own, so that this never waits for the cargo that started the tool.
pub(crate) const TARGET_DIR: &str = "target/ui";

/// Debian's and Ubuntu's `rustc-web` and `cargo-web`.
const DISTRIBUTION_RUSTC: &str = "/usr/bin/rustc";
const DISTRIBUTION_CARGO: &str = "/usr/bin/cargo";
/// Set by rustup or the outer cargo; with the other compiler they lead astray.
const NOT_FOR_DISTRIBUTION: [&str; 6] = ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"];

/// Type-checks the client core for the browser.
///
/// # Errors
/// When it does not compile, or no compiler for WebAssembly is installed.
pub(crate) fn check_client() -> Result<()> {
    // The profile of the shipped interface: with it macros and build scripts are compiled once for both.
    finish(cargo_for("check", "wasm-release")?.args(["-p", "client", "--lib"]))
}

/// `cargo WHAT` for WebAssembly with all that the C of SQLite and zstd, and the random numbers, need.
///
/// # Errors
/// When no compiler for WebAssembly is installed.
pub(crate) fn cargo_for(what: &str, profile: &str) -> Result<Command> {
    let mut command = if rustup_has_target()? { cargo() } else { distribution_cargo()? };
    command.args([what, "--locked", "--target", TARGET, "--target-dir", TARGET_DIR, "--profile", profile]);
    // RUSTFLAGS would win over the target's own flags.
    command.env_remove("RUSTFLAGS");
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", r#"--cfg getrandom_backend="wasm_js""#);
    if let Some(number) = clang() {
        command.env("CC_wasm32_unknown_unknown", format!("clang-{number}"));
        command.env("AR_wasm32_unknown_unknown", format!("llvm-ar-{number}"));
    }
    Ok(command)
}

fn rustup_has_target() -> Result<bool> {
    if std::env::var_os("NUANFANG_WASM").is_some_and(|which| which == "distribution") {
        return Ok(false);
    }
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(Path::new(folder.trim()).is_dir())
}

fn distribution_cargo() -> Result<Command> {
    let linker = distribution_linker()?;
    let mut command = Command::new(DISTRIBUTION_CARGO);
    for name in NOT_FOR_DISTRIBUTION {
        command.env_remove(name);
    }
    command
        .env("RUSTC", DISTRIBUTION_RUSTC)
        // The standard library comes as source: building it is what the unstable option is for.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    Ok(command)
}

/// The `wasm-ld` of the same LLVM as the distribution's compiler.
fn distribution_linker() -> Result<PathBuf> {
    let missing = "no compiler for WebAssembly: run xtask/setup.sh";
    let version = output(Command::new(DISTRIBUTION_RUSTC).arg("-vV")).context(missing)?;
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: ")).context("rustc names no LLVM")?;
    let major = llvm.split('.').next().unwrap_or(llvm);
    let linker = PathBuf::from(format!("/usr/bin/wasm-ld-{major}"));
    if linker.is_file() { Ok(linker) } else { Err(anyhow::anyhow!("{} is missing: run xtask/setup.sh", linker.display())) }
}

/// The newest clang that has its `llvm-ar` beside it.
fn clang() -> Option<u32> {
    let files = std::fs::read_dir("/usr/bin").ok()?;
    files
        .filter_map(|file| file.ok()?.file_name().to_str()?.strip_prefix("clang-")?.parse().ok())
        .filter(|number| Path::new(&format!("/usr/bin/llvm-ar-{number}")).exists())
        .max()
}
