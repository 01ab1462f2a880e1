//! Cargo for WebAssembly.
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::foreign::{Compiler, distribution_llvm};

/// The one WebAssembly target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Where it is built.
pub(crate) const TARGET_DIR: &str = "target/ui";

/// `cargo WHAT` for WebAssembly with all that the C of SQLite and zstd, and the random numbers, need.
///
/// # Errors
/// When no compiler for WebAssembly is installed.
pub(crate) fn cargo_for(what: &str, profile: &str) -> Result<Command> {
    let compiler = compiler()?;
    let mut command = compiler.cargo(what, TARGET, TARGET_DIR);
    command.args(["--profile", profile]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", r#"--cfg getrandom_backend="wasm_js""#);
    if compiler == Compiler::Distribution {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", distribution_linker()?);
    }
    if let Some(number) = clang() {
        command.env("CC_wasm32_unknown_unknown", format!("clang-{number}"));
        command.env("AR_wasm32_unknown_unknown", format!("llvm-ar-{number}"));
    }
    Ok(command)
}

/// Which compiler there is.
///
/// # Errors
/// When it cannot be asked.
pub(crate) fn compiler() -> Result<Compiler> {
    if std::env::var_os("NUANFANG_WASM").is_some_and(|which| which == "distribution") {
        return Ok(Compiler::Distribution);
    }
    Compiler::of(TARGET)
}

/// The `wasm-ld` of the same LLVM as the distribution's compiler.
fn distribution_linker() -> Result<PathBuf> {
    let linker = PathBuf::from(format!("/usr/bin/wasm-ld-{}", distribution_llvm()?));
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
