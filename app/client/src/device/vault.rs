//! Where a device keeps its few files: a folder natively, the origin's private file system in a browser.
use domain::{Code, Failure};

/// The database's file.
pub const DATABASE: &str = "nuanfang.db";
/// The key file beside it.
pub const KEY: &str = "key.json";
/// Room that is given up when a disk is full.
pub const SPARE: &str = "nuanfang.spare";
/// Held only while a device joins.
pub const JOINING: &str = "joining.json";

/// Access to files that was put down and is not on the server yet: ids and codes, in clear.
pub const ACCESS: &str = "access.json";

/// A flat set of files. Every write is all or nothing and on the disk when it returns.
pub trait Vault: Send {
    /// The content; none when there is no such file.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure>;
    /// Replaces the content.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure>;
    /// Gives a file another name; nothing happens when there is no such file.
    fn rename(&self, from: &str, to: &str) -> Result<(), Failure>;
    /// Removes a file; nothing happens when there is no such file.
    fn remove(&self, name: &str) -> Result<(), Failure>;
    /// The names of all files.
    fn names(&self) -> Result<Vec<String>, Failure>;
    /// What SQLite is to open for the file of this name.
    fn database(&self, name: &str) -> String;
}

/// What a database consists of: the file and what SQLite keeps beside it.
pub fn database_files(name: &str) -> [String; 3] {
    [name.to_owned(), format!("{name}-wal"), format!("{name}-shm")]
}

/// Whether a file of this name was made by this program: key, database, what lies beside it, and what was put aside.
pub fn is_ours(name: &str) -> bool {
    [DATABASE, KEY, JOINING, ACCESS, SPARE]
        .iter()
        .any(|own| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-'])))
}

/// A vault's own failure: storage, or no room left.
pub fn storage(e: &std::io::Error) -> Failure {
    match e.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull.into(),
        _ => Code::Storage.into(),
    }
}
