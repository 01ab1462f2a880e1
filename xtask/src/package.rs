//! `package`: the desktop app as others install it, installed from that and started once.
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::interface::{self, Profile};
use crate::project::{cargo, finish, output};
use crate::steps::Steps;
use crate::{dependencies, display, programs};

/// Where the Tauri CLI puts packages.
const BUNDLES: &str = "target/release/bundle";
/// What is in a package: crate, its folder, and the target it is compiled for where that is not this machine.
const CRATES: [(&str, &str, Option<&str>); 2] = [("nuanfang-app", "src-tauri", None), ("ui", "ui", Some("wasm32-unknown-unknown"))];
/// The package of Debian and Ubuntu, unpacked.
const UNPACKED: &str = "target/package";

/// Builds a deb and an AppImage, installs the deb and looks whether the app opens.
///
/// # Errors
/// When something does not compile, or the installed app shows no first page.
pub(crate) fn package() -> Result<()> {
    let mut steps = Steps::new(7);
    steps.step("编译界面", "building the interface", || interface::build(Profile::Release))?;
    steps.step("编译应用", "building the app", programs::app)?;
    steps.step("准备打包工具", "fetching the packaging tool", tool)?;
    let deb = steps.step("制作 deb", "making the deb", || bundle("deb", "deb"))?;
    let image = steps.step("制作 AppImage", "making the AppImage", || bundle("appimage", "AppImage"));
    steps.step("安装 deb 并打开应用", "installing the deb and opening the app", || try_out(&deb))?;
    let lists = steps.step("列出包里有什么", "listing what is in it", || dependencies::list(&deb.with_extension(""), &CRATES))?;
    println!("{}", deb.display());
    lists.iter().for_each(|list| println!("{}", list.display()));
    match image {
        Ok(image) => println!("{}", image.display()),
        // The bundler fetches AppImage's own tools while it works.
        Err(why) => println!("没有 AppImage：它的工具要从 github.com 下载 / no AppImage: its tools come from github.com ({why:#})"),
    }
    Ok(())
}

fn tool() -> Result<()> {
    finish(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir("src-tauri"))
}

/// Makes one kind of package out of what was compiled, and says where it lies.
fn bundle(kind: &str, ending: &str) -> Result<PathBuf> {
    finish(Command::new("node_modules/.bin/tauri").args(["bundle", "--bundles", kind, "--ci"]).current_dir("src-tauri"))?;
    let made = fs::read_dir(Path::new(BUNDLES).join(kind)).with_context(|| format!("{BUNDLES}/{kind}"))?;
    let files = made.filter_map(|file| Some(file.ok()?.path()));
    files.filter(|file| file.extension().is_some_and(|e| e == ending)).max().with_context(|| format!("no {ending} in {BUNDLES}/{kind}"))
}

/// As root the package is really installed, and removed at the end; else it is unpacked beside and started there.
fn try_out(deb: &Path) -> Result<()> {
    finish(cargo().args(["build", "-p", "village", "--bin", "opens"]))?;
    let root = output(Command::new("id").arg("-u"))?.trim() == "0";
    let looked = if root {
        finish(Command::new("apt-get").args(["-q", "-y", "install"]).arg(fs::canonicalize(deb)?))?;
        let looked = opens(Path::new("/usr/bin/nuanfang-app"));
        finish(Command::new("dpkg").args(["--remove", "nuanfang"]))?;
        looked
    } else {
        eprintln!("      没有 root：解开来试，不安装 / not root: tried unpacked, not installed");
        finish(Command::new("dpkg-deb").arg("-x").arg(deb).arg(UNPACKED))?;
        opens(&Path::new(UNPACKED).join("usr/bin/nuanfang-app"))
    };
    looked.context("the installed app")
}

fn opens(app: &Path) -> Result<()> {
    let screen = if display::is_there() { None } else { Some(display::Invisible::start()?) };
    let mut look = Command::new("target/debug/opens");
    if let Some(screen) = &screen {
        look.env("DISPLAY", &screen.name);
    }
    finish(look.arg(app))
}
