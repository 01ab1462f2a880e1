//! Checks that the interface is built and makes the window's permissions from the list of commands.
use std::path::Path;

use anyhow::{Context, ensure};

fn main() -> anyhow::Result<()> {
    let interface = Path::new("../ui/dist");
    println!("cargo:rerun-if-changed={}", interface.display());
    ensure!(interface.join("index.html").is_file(), "the interface is not built yet: run `make ui` (or `cargo xtask ui`) first");
    let manifest = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).context("tauri configuration")
}
