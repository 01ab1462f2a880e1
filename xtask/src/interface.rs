//! The interface: Rust to WebAssembly to `ui/dist`, which the app embeds.
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use crate::project::INTERFACE;
use crate::project::{WASM_OPT, finish};
use crate::wasm;

/// How the interface is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Compiles fast.
    Debug,
    /// Small and fast, as it is shipped.
    Release,
}

impl Profile {
    /// The cargo profile of the interface.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Profile::Debug => "wasm-dev",
            Profile::Release => "wasm-release",
        }
    }

    /// The cargo profile of the core in a browser.
    pub(crate) fn worker(self) -> &'static str {
        match self {
            Profile::Debug => "wasm-dev",
            Profile::Release => "wasm-worker",
        }
    }
}

/// All that decides what the interface becomes.
pub(crate) const INPUTS: [&str; 11] = [
    "ui",
    "app/domain",
    "app/text",
    "assets/strings",
    "assets/policy",
    "assets/icons",
    "xtask/src",
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    WASM_OPT,
];
/// Which inputs and profile `ui/dist` was made from.
const STAMP: &str = "target/ui/made-from";
/// Files of `ui/` that go as they are.
const PAGES: [&str; 4] = ["index.html", "boot.css", "boot.js", "start.js"];

/// Brings `ui/dist` up to date. Leaves files alone that would not change, so that the app is not built again.
///
/// # Errors
/// When the interface does not compile or a file cannot be written.
pub(crate) fn build(profile: Profile) -> Result<()> {
    let inputs = format!("{} {:016x}", profile.name(), digest(&INPUTS)?);
    if is_made_from(STAMP, &inputs) && Path::new(INTERFACE).join("index.html").is_file() {
        eprintln!("      界面没有变化 / the interface is unchanged");
        return Ok(());
    }
    gather(&module(profile, profile.name(), "ui", &["-Oz", "--converge"])?)?;
    fs::write(STAMP, inputs).context(STAMP)
}

/// Makes sure there is an interface to embed, whichever; for work that only needs the app to compile.
///
/// # Errors
/// As [`build`].
pub(crate) fn any() -> Result<()> {
    if Path::new(INTERFACE).join("index.html").is_file() { Ok(()) } else { build(Profile::Debug) }
}

/// Whether the stamp says that the output was made from these inputs.
pub(crate) fn is_made_from(stamp: &str, inputs: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|made| made == inputs)
}

/// Compiles a crate to a WebAssembly module, with the JavaScript beside it that connects it with the browser. `optimise` is
/// what wasm-opt is told. Returns the folder of both.
///
/// # Errors
/// When it does not compile.
pub(crate) fn module(profile: Profile, cargo_profile: &str, name: &str, optimise: &[&str]) -> Result<PathBuf> {
    finish(wasm::cargo_for("build", cargo_profile)?.args(["-p", name]))?;
    let made = Path::new(wasm::TARGET_DIR).join("bindgen").join(cargo_profile).join(name);
    bind(&Path::new(wasm::TARGET_DIR).join(wasm::TARGET).join(cargo_profile).join(format!("{name}.wasm")), &made)?;
    if matches!(profile, Profile::Release) {
        shrink(&made.join(format!("{name}_bg.wasm")), optimise)?;
    }
    Ok(made)
}

/// Writes the JavaScript.
fn bind(module: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| to.display().to_string())?;
    }
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .remove_producers_section(true)
        .generate(to)
        .with_context(|| format!("wasm-bindgen on {}", module.display()))
}

/// Runs wasm-opt, if it is there: the app works without it. No feature flags: it reads them from the module.
fn shrink(module: &Path, optimise: &[&str]) -> Result<()> {
    if !Path::new(WASM_OPT).exists() {
        eprintln!("      没有 wasm-opt，界面文件会大一些 / no wasm-opt: the interface is larger");
        return Ok(());
    }
    let before = fs::metadata(module)?.len();
    finish(Command::new(WASM_OPT).args(optimise).arg(module).arg("-o").arg(module))?;
    let after = fs::metadata(module)?.len();
    eprintln!("      wasm-opt: {} → {} KB", before / 1000, after / 1000);
    Ok(())
}

/// Puts everything the window loads into `ui/dist`, and removes what no longer belongs there.
fn gather(made: &Path) -> Result<()> {
    let mut folder = Folder::at(INTERFACE);
    for page in PAGES {
        folder.put(page, &read(&Path::new("ui").join(page))?)?;
    }
    for (from, name) in [(Path::new("ui/style"), "style"), (Path::new("assets/icons"), "icons"), (made, "")] {
        for file in files(from)? {
            folder.put(Path::new(name).join(file.strip_prefix(from)?), &read(&file)?)?;
        }
    }
    folder.tidy()
}

/// A folder that is to hold just what is put there.
pub(crate) struct Folder {
    place: PathBuf,
    kept: BTreeSet<PathBuf>,
}

impl Folder {
    /// The folder of this name.
    pub(crate) fn at(place: &str) -> Self {
        Folder { place: place.into(), kept: BTreeSet::new() }
    }

    /// Puts a file there; leaves it alone where it would not change.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn put(&mut self, name: impl Into<PathBuf>, bytes: &[u8]) -> Result<()> {
        let name = name.into();
        write_if_changed(&self.place.join(&name), bytes)?;
        self.kept.insert(name);
        Ok(())
    }

    /// Removes what else is there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn tidy(self) -> Result<()> {
        for file in every_file(&self.place)? {
            if !self.kept.contains(file.strip_prefix(&self.place)?) {
                fs::remove_file(&file).with_context(|| file.display().to_string())?;
            }
        }
        Ok(())
    }
}

/// The content of a file.
///
/// # Errors
/// When it cannot be read; names it.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| file.display().to_string())
}

fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(file, bytes).with_context(|| file.display().to_string())
}

/// A number that changes when any of these files does, or one is added, removed or renamed.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn digest(inputs: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        for file in files(Path::new(input))? {
            let bytes = read(&file)?;
            hasher.write(file.as_os_str().as_encoded_bytes());
            hasher.write_usize(bytes.len());
            hasher.write(&bytes);
        }
    }
    Ok(hasher.finish())
}

/// Every file below a folder (or the one file), sorted; none if there is no such thing. Leaves out what is built.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files(place: &Path) -> Result<Vec<PathBuf>> {
    let built = |file: &PathBuf| file.starts_with(INTERFACE) && !place.starts_with(INTERFACE);
    Ok(every_file(place)?.into_iter().filter(|file| !built(file)).collect())
}

fn every_file(place: &Path) -> Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_path_buf()]);
    }
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(place) else {
        return Ok(found);
    };
    for entry in entries {
        found.extend(every_file(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_would_not_change_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/page.html");
        write_if_changed(&file, b"one").unwrap();
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        write_if_changed(&file, b"one").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
        write_if_changed(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }

    #[test]
    fn the_digest_sees_content_names_and_new_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_str().unwrap();
        fs::write(folder.path().join("a"), "1").unwrap();
        let first = digest(&[place]).unwrap();
        assert_eq!(digest(&[place]).unwrap(), first);
        fs::write(folder.path().join("a"), "2").unwrap();
        let second = digest(&[place]).unwrap();
        assert_ne!(second, first);
        fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        let third = digest(&[place]).unwrap();
        assert_ne!(third, second);
        fs::write(folder.path().join("c"), "").unwrap();
        assert_ne!(digest(&[place]).unwrap(), third);
    }
}
