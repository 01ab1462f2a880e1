//! Type-checks the app for Android. Building it is the Tauri CLI's work, see docs/android.md.
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

use crate::foreign::Compiler;
use crate::interface;
use crate::project::{finish, output};

const TARGET: &str = "aarch64-linux-android";
const TARGET_DIR: &str = "target/android";
/// What the NDK's compiler is called; the number is `minSdk` of `gen/android/app/build.gradle.kts`.
const NDK_CLANG: &str = "aarch64-linux-android24-clang";
/// Where people and their tools say that the NDK is.
const NDK_VARIABLES: [&str; 3] = ["NDK_HOME", "ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"];

/// Type-checks the app's library.
///
/// # Errors
/// When it does not compile, or no compiler for it is installed.
pub(crate) fn check() -> Result<()> {
    // The app embeds an interface, whichever.
    interface::any()?;
    let mut command = Compiler::of(TARGET)?.cargo("check", TARGET, TARGET_DIR);
    command.args(["-p", "nuanfang-app", "--lib"]);
    match ndk() {
        Some(tools) => {
            let clang = tools.join(NDK_CLANG);
            command.env("CC_aarch64_linux_android", clang);
            command.env("AR_aarch64_linux_android", tools.join("llvm-ar"));
            command.env("RANLIB_aarch64_linux_android", tools.join("llvm-ranlib"));
        }
        None => without_ndk(&mut command)?,
    }
    finish(&mut command)
}

/// The folder of the NDK's compilers.
fn ndk() -> Option<PathBuf> {
    let homes = NDK_VARIABLES.iter().filter_map(std::env::var_os);
    homes
        .filter_map(|home| std::fs::read_dir(PathBuf::from(home).join("toolchains/llvm/prebuilt")).ok())
        .flatten()
        .filter_map(|host| Some(host.ok()?.path().join("bin")))
        .find(|tools| tools.join(NDK_CLANG).is_file())
}

/// Lets this machine's C compiler stand in for the NDK's: nothing is linked, and the types of Rust do not depend on it.
fn without_ndk(command: &mut Command) -> Result<()> {
    eprintln!("      没有 NDK，只检查 Rust / no NDK: only Rust is checked");
    command.envs([("CC_aarch64_linux_android", "gcc"), ("AR_aarch64_linux_android", "ar"), ("CRATE_CC_NO_DEFAULTS", "1")]);
    // Building OpenSSL for the wrong machine would take minutes and fail: its headers are the same everywhere.
    command.env("OPENSSL_NO_VENDOR", "1");
    for (name, variable) in [("LIB", "libdir"), ("INCLUDE", "includedir")] {
        let folder = output(Command::new("pkg-config").args([&format!("--variable={variable}"), "libcrypto"]))?;
        command.env(format!("AARCH64_LINUX_ANDROID_OPENSSL_{name}_DIR"), folder.trim());
    }
    Ok(())
}
