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

/// A file of the project's assets, from wherever in the project this runs: a fuzz target is a package of its own.
///
/// # Panics
/// Outside of the project.
pub fn asset(path: &str) -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| std::env::current_dir().expect("a folder to be in"), PathBuf::from);
    let folder = here.ancestors().map(|folder| folder.join("assets")).find(|assets| assets.join(path).exists());
    folder.unwrap_or_else(|| panic!("no assets above {}", here.display())).join(path)
}
