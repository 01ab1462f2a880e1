//! A real `nuanfang-server` process on a free port.
use crate::programs::program;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A running server; killed when dropped. Its data stays.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// Where its data is.
    pub data: PathBuf,
}

/// The argument that says where data is: a folder, or the address of a database.
fn place(data: &Path) -> [&std::ffi::OsStr; 2] {
    let flag = if data.to_string_lossy().starts_with("postgres:") { "--database" } else { "--data" };
    [flag.as_ref(), data.as_os_str()]
}

impl Server {
    /// Starts a server on this folder, on a free port.
    pub fn start(data: &Path) -> Server {
        Server::start_at(data, "127.0.0.1:0")
    }

    /// Starts it on a given address.
    pub fn start_at(data: &Path, listen: &str) -> Server {
        Server::start_with(data, listen, &[])
    }

    /// Starts it with more in its environment.
    pub fn start_with(data: &Path, listen: &str, environment: &[(&str, &str)]) -> Server {
        let mut process = Command::new(program("nuanfang-server"))
            .args(["serve", "--listen", listen])
            .args(place(data))
            .env("NUANFANG_LOG", "error")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("the server said {line:?}")).to_owned();
        Server { process, address, data: data.to_owned() }
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// A one-time code for a member of staff.
    pub fn code(&self, staff: &str) -> String {
        json(&admin(&self.data, &["code", staff, "--json"]))["code"].as_str().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Runs an administrator's command on a data folder.
pub fn admin(data: &Path, args: &[&str]) -> Output {
    Command::new(program("nuanfang-server")).args(args).args(place(data)).env("NUANFANG_LOG", "error").output().expect("the server program runs")
}

/// What a command printed as JSON.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {} {}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
