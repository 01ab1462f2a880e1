//! A real `nuanfang-server` process on a free port.
use crate::programs::{asset, program};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use tempfile::TempDir;

/// A running server; killed when dropped. Its data stays.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// Host and port of its figures, where settings ask for them.
    pub metrics: Option<String>,
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
        Server::launch(data, serve(data).args(["--listen", listen]).env("NUANFANG_LOG", "error").envs(environment.iter().copied()))
    }

    /// Starts it on a free port with settings of its own (TOML), and keeps what it logs.
    pub fn configured(data: &Path, settings: &str) -> Server {
        Server::configured_at(data, "127.0.0.1:0", settings)
    }

    /// The same at a given address.
    pub fn configured_at(data: &Path, listen: &str, settings: &str) -> Server {
        std::fs::create_dir_all(data).unwrap();
        let file = data.join("server.toml");
        std::fs::write(&file, settings).unwrap();
        let log = std::fs::File::create(data.join("log")).unwrap();
        Server::launch(data, serve(data).args(["--listen", listen, "--config"]).arg(file).env("NUANFANG_LOG", "info").stderr(log))
    }

    fn launch(data: &Path, command: &mut Command) -> Server {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let first = said.next().expect("the server says where it listens");
        let metrics = first.strip_prefix("metrics on http://").map(|m| m.trim_end_matches("/metrics").to_owned());
        let line = if metrics.is_some() { said.next().unwrap() } else { first };
        let address = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("the server said {line:?}")).to_owned();
        Server { process, address, metrics, data: data.to_owned() }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.address.rsplit('/').next().unwrap()
    }

    /// What a configured server has logged so far, a JSON object a line.
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.data.join("log")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// Sends a signal such as `TERM`.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status().unwrap().success());
    }

    /// Waits for the end of a server that was told to stop.
    pub fn ended(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
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

fn serve(data: &Path) -> Command {
    let mut command = Command::new(program("nuanfang-server"));
    command.arg("serve").args(place(data));
    command
}

/// Runs an administrator's command on a data folder.
pub fn admin(data: &Path, args: &[&str]) -> Output {
    Command::new(program("nuanfang-server")).args(args).args(place(data)).env("NUANFANG_LOG", "error").output().expect("the server program runs")
}

/// Takes these lists of the sample county in.
pub fn take_lists(data: &Path, lists: &[&str]) {
    for what in lists {
        let taken = admin(data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]);
        assert!(taken.status.success(), "{what}: {}", String::from_utf8_lossy(&taken.stderr));
    }
}

/// Sets the sample county up as its office does: areas, staff, roster.
pub fn set_up(data: &Path) {
    take_lists(data, &["areas", "staff", "roster"]);
}

/// The sample county in a folder of its own, served.
pub fn county() -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    (dir, server)
}

/// What a command printed as JSON.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {} {}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
