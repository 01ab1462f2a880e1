//! A real PostgreSQL in a folder of its own, for as long as somebody uses it.
use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tempfile::TempDir;

/// A running PostgreSQL.
pub struct Cluster {
    process: Child,
    dir: TempDir,
    databases: AtomicU32,
}

static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// An empty database; its PostgreSQL runs until the last one is dropped.
pub struct Database {
    /// `postgres://…`
    pub url: String,
    /// Its PostgreSQL.
    pub cluster: Arc<Cluster>,
}

/// A new, empty database.
pub fn database() -> Database {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let cluster = shared.upgrade().unwrap_or_else(|| {
        let cluster = Arc::new(Cluster::start());
        *shared = Arc::downgrade(&cluster);
        cluster
    });
    drop(shared);
    let name = format!("county{}", cluster.databases.fetch_add(1, Ordering::Relaxed));
    cluster.ask("postgres", &format!("CREATE DATABASE {name}"));
    Database { url: cluster.url(&name), cluster }
}

impl Cluster {
    fn start() -> Cluster {
        let dir = TempDir::new().unwrap();
        let owner = unprivileged();
        if let Some((user, group)) = owner {
            chown(dir.path(), Some(user), Some(group)).unwrap();
        }
        let place = dir.path().join("data");
        let made = tool("initdb", owner)
            .args(["--no-sync", "--auth=trust", "--username=nuanfang", "--encoding=UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&place)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut process = tool("postgres", owner)
            .arg("-D")
            .arg(&place)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c"])
            .arg(format!("unix_socket_directories={}", dir.path().display()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("ready to accept connections")), "PostgreSQL does not start");
        // Whatever it says later goes nowhere, but must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        Cluster { process, dir, databases: AtomicU32::new(0) }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?user=nuanfang&host={}", self.dir.path().display())
    }

    /// Runs statements in a database.
    pub fn ask(&self, database: &str, sql: &str) {
        let config = self.url(database).parse::<postgres::Config>().unwrap();
        config.connect(postgres::NoTls).unwrap().batch_execute(sql).unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // INT: fast shutdown, with all its processes.
        _ = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        _ = self.process.wait();
    }
}

/// PostgreSQL refuses to run as root: then it runs as its own user.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |flag: &str, user: &[&str]| -> u32 {
        let out = Command::new("id").arg(flag).args(user).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().parse().expect("the user postgres of the package")
    };
    (id("-u", &[]) == 0).then(|| (id("-u", &["postgres"]), id("-g", &["postgres"])))
}

fn tool(name: &str, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(newest().join(name));
    command.current_dir("/").env("LC_ALL", "C.UTF-8").stdout(Stdio::null());
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

/// The folder of the newest PostgreSQL's programs. Debian keeps them out of the path.
fn newest() -> PathBuf {
    let mut all: Vec<(u32, PathBuf)> = std::fs::read_dir(Path::new("/usr/lib/postgresql"))
        .expect("PostgreSQL; xtask/setup.sh installs it")
        .filter_map(|entry| entry.ok().and_then(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin")))))
        .collect();
    all.sort();
    all.pop().expect("a version of PostgreSQL").1
}
