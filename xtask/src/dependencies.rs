//! What others' code is in the programs: whether it may be there, and a list of it for each package.
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::project::{cargo, finish, output};

/// The rules.
const RULES: &str = ".cargo/deny.toml";
/// When this is set, lint fails where the list of known vulnerabilities cannot be had: the weekly run sets it.
const REQUIRED: &str = "NUANFANG_ADVISORIES";
/// Specification of CycloneDX that the lists keep to.
const CYCLONEDX: &str = "1.5";

/// Asks cargo-deny for licences, sources and banned crates; and for known vulnerabilities, as far as their list can be had.
///
/// # Errors
/// What it found; and the missing list, where it is required.
pub(crate) fn check() -> Result<()> {
    finish(deny().args(["check", "bans", "licenses", "sources"]))?;
    // The list is a git repository of its own, which not every network lets through.
    let fetched = deny().args(["fetch", "db"]).stderr(Stdio::null()).status().context("cargo-deny")?.success();
    if !fetched {
        ensure!(
            std::env::var_os(REQUIRED).is_none(),
            "拿不到已知漏洞的清单 / the list of known vulnerabilities cannot be had (github.com/rustsec/advisory-db)"
        );
        eprintln!("      拿不到最新的已知漏洞清单 / the newest list of known vulnerabilities cannot be had");
        if !kept_list() {
            eprintln!("      这次没有查漏洞 / vulnerabilities were not looked for this time");
            return Ok(());
        }
    }
    finish(deny().args(["--offline", "check", "advisories"]))
}

/// Whether a list that was fetched before is here.
fn kept_list() -> bool {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    cargo.is_some_and(|cargo| fs::read_dir(cargo.join("advisory-dbs")).is_ok_and(|mut lists| lists.any(|list| list.is_ok_and(|l| l.path().is_dir()))))
}

fn deny() -> Command {
    let mut command = cargo();
    // What is settled once and said on every run hides what is new.
    command.args(["deny", "--locked", "--log-level", "error", "--config", RULES]);
    command
}

/// Writes what is in a program beside its package, as CycloneDX: `STEM.CRATE.cdx.json` for each crate and the system it is built for.
///
/// # Errors
/// When cargo-cyclonedx fails.
pub(crate) fn list(stem: &Path, crates: &[(&str, &str, Option<&str>)]) -> Result<Vec<PathBuf>> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV")?;
    let mut lists = Vec::new();
    for (name, folder, target) in crates {
        let target = target.unwrap_or(host);
        let mut command = cargo();
        command.args(["cyclonedx", "--quiet", "--format", "json", "--spec-version", CYCLONEDX, "--target", target]);
        command.args(["--override-filename", "sbom", "--manifest-path"]).arg(Path::new(folder).join("Cargo.toml"));
        finish(&mut command)?;
        let list = stem.with_file_name(format!("{}.{name}.cdx.json", stem.file_name().unwrap_or_default().to_string_lossy()));
        fs::copy(Path::new(folder).join("sbom.json"), &list).with_context(|| list.display().to_string())?;
        lists.push(list);
    }
    // The tool leaves one beside every crate of the workspace.
    let workspace: Value = serde_json::from_str(&output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?)?;
    for manifest in
        workspace.get("packages").and_then(Value::as_array).into_iter().flatten().filter_map(|package| package.get("manifest_path")?.as_str())
    {
        let left = Path::new(manifest).with_file_name("sbom.json");
        if left.exists() {
            fs::remove_file(&left).with_context(|| left.display().to_string())?;
        }
    }
    Ok(lists)
}
