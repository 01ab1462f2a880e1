//! A keystore as a desktop has it: a session bus and GNOME's keyring on it, with nothing of whoever runs the tests.
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// It is asked so often whether it is there, no longer than ten seconds.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// A session with an open keyring; its address is [`Session::bus`]. Both end with it.
pub struct Session {
    /// Where the services are.
    pub bus: String,
    daemons: Vec<Child>,
}

impl Session {
    /// Begins one whose keyring lies in this folder.
    pub fn begin(folder: &Path) -> Session {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut bus = spawned(Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address"]).stdout(Stdio::piped()));
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("piped")).read_line(&mut address).expect("an address");
        let address = address.trim().to_owned();
        let mut keyring = spawned(
            Command::new("gnome-keyring-daemon")
                .args(["--foreground", "--unlock", "--components=secrets"])
                .env("DBUS_SESSION_BUS_ADDRESS", &address)
                .env("HOME", folder)
                .env("XDG_DATA_HOME", folder)
                .env("XDG_RUNTIME_DIR", folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::null()),
        );
        // The end of the password opens it.
        keyring.stdin.take().expect("piped").write_all(b"a password").expect("taken");
        let session = Session { bus: address, daemons: vec![keyring, bus] };
        for _ in 0..TRIES {
            if session.answers() {
                return session;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("no keystore on {}", session.bus)
    }

    fn answers(&self) -> bool {
        let ask = ["--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"];
        let asked = Command::new("dbus-send").arg(format!("--bus={}", self.bus)).args(ask).stderr(Stdio::null()).output();
        asked.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("true"))
    }
}

fn spawned(command: &mut Command) -> Child {
    let called = command.get_program().to_owned();
    command.stderr(Stdio::null()).spawn().unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh installs it", called.display()))
}

impl Drop for Session {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            // It may have ended by itself.
            _ = daemon.kill();
            _ = daemon.wait();
        }
    }
}
