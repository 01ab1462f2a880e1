//! A device: a home folder and the headless client working in it, one process a command.
use crate::programs::program;
use crate::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A worker's device.
pub struct Device {
    /// Its home folder.
    pub home: PathBuf,
    /// Its PIN.
    pub pin: String,
    /// A certificate authority that its system knows, besides no other.
    pub authority: Option<PathBuf>,
    /// Where its clock stands at each command, milliseconds since 1970, when not where the machine's does.
    pub now: Option<String>,
    /// The version that its program says it is of, when not its own.
    pub version: Option<String>,
}

impl Device {
    /// A fresh device in a folder of its own.
    pub fn new(root: &Path, name: &str) -> Device {
        Device { home: root.join(name), pin: "280716".to_owned(), authority: None, now: None, version: None }
    }

    /// A device of a member of staff, enrolled at `address` (the server's, or a link's before it).
    pub fn enrolled(root: &Path, name: &str, server: &Server, address: &str, staff: &str) -> Device {
        let device = Device::new(root, name);
        device.ok(&["enrol", "--server", address, "--code", &server.code(staff)]);
        device
    }

    /// Runs a command with `--json`.
    pub fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(program("nuanfang"));
        if let Some(authority) = &self.authority {
            command.env("SSL_CERT_FILE", authority);
        }
        if let Some(now) = &self.now {
            command.env("NUANFANG_NOW", now);
        }
        if let Some(version) = &self.version {
            command.env("NUANFANG_VERSION", version);
        }
        command.arg("--home").arg(&self.home).args(args).arg("--json").env("NUANFANG_PIN", &self.pin).output().expect("the client runs")
    }

    /// What a command that works prints for people.
    pub fn plain(&self, args: &[&str]) -> String {
        let output = Command::new(program("nuanfang")).arg("--home").arg(&self.home).args(args).env("NUANFANG_PIN", &self.pin).output();
        let output = output.expect("the client runs");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that works, and gives what it printed.
    pub fn ok(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        crate::server::json(&output)
    }

    /// Runs a command that is refused (exit code 1), and gives the reason.
    pub fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
        assert!(!said.trim().is_empty(), "{args:?} gave no reason");
        said
    }

    /// The core itself, open, for what the headless client has no command.
    pub fn core(&self) -> client::Core {
        let home = client::device::home::Home::open(&self.home, || {}).unwrap();
        let mut core = client::Core::new(Box::new(client::device::env::SystemEnv), Box::new(home));
        core.unlock(&self.pin).unwrap();
        core
    }

    /// The token it shows the server.
    pub fn token(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.core().secret().unwrap().token[..])
    }

    /// Writes a file into the home's neighbourhood for `--from`.
    pub fn file(&self, name: &str, content: &Value) -> String {
        let path = self.home.with_extension(name);
        std::fs::write(&path, serde_json::to_vec(content).unwrap()).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// The rows of a list.
    pub fn list(&self, args: &[&str]) -> Vec<Value> {
        self.ok(args).as_array().expect("a list").clone()
    }

    /// The id of the person whose name this is.
    pub fn person(&self, name: &str) -> String {
        let found = self.list(&["persons", "--search", name]);
        let row = found.iter().find(|r| r["name"] == name).unwrap_or_else(|| panic!("{name} is not among {found:?}"));
        row["id"].as_str().unwrap().to_owned()
    }
}
