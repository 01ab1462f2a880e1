//! A keystore as a desktop has it: a session bus and GNOME's keyring on it, with nothing of whoever runs the tests.
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

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
        let mut wait = Command::new("gdbus");
        wait.args(["wait", "--session", "--timeout", "20", "org.freedesktop.secrets"]).env("DBUS_SESSION_BUS_ADDRESS", &session.bus);
        let there = wait.status().expect("gdbus; xtask/setup.sh installs it");
        assert!(there.success(), "no keystore on {}", session.bus);
        session
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
