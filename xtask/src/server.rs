//! The sync server of `run`: its sample county, its address, its staff and their one-time codes.
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::programs::SERVER;
use crate::project::{RUN, finish, output};

/// What the server prints when it is ready, before its address.
const READY: &str = "listening on ";

/// One of the staff of the sample county.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Staff {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) areas: Vec<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// A running server; stopped when dropped.
pub(crate) struct Server {
    process: Child,
    /// Kept open: a server whose output nobody holds would fail at its next line.
    _output: BufReader<ChildStdout>,
    /// `http://…`
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn data() -> PathBuf {
    Path::new(RUN).join("server")
}

/// Makes the sample county unless there is one. A half-made one has no mark and is made again.
///
/// # Errors
/// When the server refuses.
pub(crate) fn sample() -> Result<()> {
    let mark = Path::new(RUN).join("sample-made");
    if mark.is_file() && data().is_dir() {
        eprintln!("      已有样例数据 / the sample county is there");
        return Ok(());
    }
    if data().is_dir() {
        fs::remove_dir_all(data()).context("run/server")?;
    }
    fs::create_dir_all(RUN).context(RUN)?;
    finish(Command::new(SERVER).args(["sample", "--seed", "1", "--data"]).arg(data()))?;
    fs::write(&mark, "").context("run/sample-made")
}

/// Starts the server on the address of last time, which enrolled devices know; on a free one if that is taken.
///
/// # Errors
/// When it does not start.
pub(crate) fn start() -> Result<Server> {
    let remembered = Path::new(RUN).join("address");
    if let Ok(last) = fs::read_to_string(&remembered) {
        match listen(last.trim()) {
            Ok(server) => return Ok(server),
            Err(_) => eprintln!("      上次的地址被占用，已登录的设备要改地址 / last time's address is taken: devices need the new one"),
        }
    }
    let server = listen("127.0.0.1:0")?;
    fs::write(&remembered, server.address.trim_start_matches("http://")).context("run/address")?;
    Ok(server)
}

fn listen(on: &str) -> Result<Server> {
    let mut process = Command::new(SERVER).args(["serve", "--listen", on, "--data"]).arg(data()).stdout(Stdio::piped()).spawn().context(SERVER)?;
    let mut lines = BufReader::new(process.stdout.take().context("the server has no output")?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if let Some(address) = line.trim().strip_prefix(READY) {
            return Ok(Server { process, address: address.to_string(), _output: lines });
        }
        line.clear();
    }
    let status = process.wait()?;
    anyhow::bail!("the server ended before it was ready: {status}")
}

/// Everybody who works in the sample county.
///
/// # Errors
/// When the server refuses or there is nobody.
pub(crate) fn staff() -> Result<Vec<Staff>> {
    let text = output(Command::new(SERVER).args(["staff", "--json", "--data"]).arg(data()))?;
    let staff: Vec<Staff> = serde_json::from_str(&text).context("staff --json")?;
    ensure!(!staff.is_empty(), "the sample county has no staff");
    Ok(staff)
}

/// A new one-time code for one of them.
///
/// # Errors
/// When the server refuses.
pub(crate) fn code(staff: &Staff) -> Result<String> {
    let text = output(Command::new(SERVER).args(["code", &staff.id, "--json", "--data"]).arg(data()))?;
    Ok(serde_json::from_str::<Code>(&text).context("code --json")?.code)
}
