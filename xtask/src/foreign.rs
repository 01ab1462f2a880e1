//! Cargo for machines other than this one: with rustup's library for the target where it is installed, else with the distribution's
//! own compiler, which builds the standard library itself.
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

use crate::project::{cargo, output};

/// Debian's and Ubuntu's `rustc-web` and `cargo-web`.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// Set by rustup or the outer cargo; with the other compiler they lead astray.
const NOT_FOR_DISTRIBUTION: [&str; 6] = ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"];

/// Which compiler a cargo uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The one that built this tool.
    Rustup,
    /// The distribution's.
    Distribution,
}

impl Compiler {
    /// The one there is for a target.
    ///
    /// # Errors
    /// When the compiler cannot be asked.
    pub(crate) fn of(target: &str) -> Result<Compiler> {
        let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
        Ok(if Path::new(folder.trim()).is_dir() { Compiler::Rustup } else { Compiler::Distribution })
    }

    /// `cargo WHAT` for the target, in a target folder of its own: so it never waits for the cargo that started the tool.
    pub(crate) fn cargo(self, what: &str, target: &str, folder: &str) -> Command {
        let mut command = match self {
            Compiler::Rustup => cargo(),
            Compiler::Distribution => distribution_cargo(),
        };
        command.args([what, "--locked", "--target", target, "--target-dir", folder]);
        // RUSTFLAGS would win over the target's own flags.
        command.env_remove("RUSTFLAGS");
        command
    }
}

fn distribution_cargo() -> Command {
    let mut command = Command::new(CARGO);
    for name in NOT_FOR_DISTRIBUTION {
        command.env_remove(name);
    }
    // The standard library comes as source: building it is what the unstable option is for.
    command.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    command
}

/// The version of LLVM in the distribution's compiler.
///
/// # Errors
/// When that compiler is not installed.
pub(crate) fn distribution_llvm() -> Result<String> {
    let version = output(Command::new(RUSTC).arg("-vV")).context("no compiler for this target: run xtask/setup.sh")?;
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: ")).context("rustc names no LLVM")?;
    Ok(llvm.split('.').next().unwrap_or(llvm).to_owned())
}
