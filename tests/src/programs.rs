//! Where the programs under test are: beside the test, as one build made them.
use std::path::PathBuf;

/// The path of a program of this workspace.
///
/// # Panics
/// When it was not built: `cargo build` comes before.
pub fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("the test's own path");
    let folder = here.ancestors().find(|p| p.join(name).is_file()).unwrap_or_else(|| panic!("{name} is not built; run make test"));
    folder.join(name)
}

/// A file of the project's assets.
pub fn asset(path: &str) -> PathBuf {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("tests"), PathBuf::from);
    root.parent().expect("the tests lie in the project").join("assets").join(path)
}
