//! A device's home folder: key file, database, and a lock so that one process at a time writes.
use crate::device::vault::{JOINING, KEY, SPARE, Vault, is_ours, storage};
use domain::{Code, Failure};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const LOCK: &str = "nuanfang.lock";
/// Room kept for a disk that is full to its last byte: whoever unlocks counts the try in a file first, and reading must go on.
const SPARE_BYTES: u64 = 32 << 10;
/// How much of it is given at a time, and the largest file that it is given for.
const BLOCK: u64 = 4 << 10;

/// A folder that this process alone works in until the value is dropped.
pub struct Home {
    folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Opens the folder and makes it where it is missing. When another process holds it, calls `waiting` once and waits.
    pub fn open(folder: &Path, waiting: impl FnOnce()) -> Result<Home, Failure> {
        make_private_folder(folder).map_err(|e| storage(&e))?;
        let lock = private().create(true).write(true).truncate(false).open(folder.join(LOCK)).map_err(|e| storage(&e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.lock().map_err(|e| storage(&e))?;
            }
            // Android's standard library has no such lock, and needs none: an app there is one process with a folder of its own.
            Err(TryLockError::Error(e)) if cfg!(target_os = "android") && e.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(e)) => return Err(storage(&e)),
        }
        let home = Home { folder: folder.to_owned(), _lock: lock };
        home.tighten();
        home.keep_spare();
        Ok(home)
    }

    /// Makes the spare file where there is something to unlock or will be, or makes it whole again, as far as there is room.
    fn keep_spare(&self) {
        if self.path(KEY).exists() || self.path(JOINING).exists() {
            _ = private().append(true).create(true).open(self.path(SPARE)).and_then(|mut spare| {
                for _ in spare.metadata()?.len() / BLOCK..SPARE_BYTES / BLOCK {
                    spare.write_all(&[0; BLOCK as usize])?;
                }
                Ok(())
            });
        }
    }

    /// Gives a block of the spare file away; false when none is left. Never more at once: what a file that is replaced leaves free may
    /// be somebody else's before the spare file has it again.
    fn give_of_spare(&self) -> bool {
        let give = || {
            let spare = private().write(true).open(self.path(SPARE))?;
            let Some(rest) = spare.metadata()?.len().checked_sub(BLOCK) else { return Ok(false) };
            spare.set_len(rest).map(|()| true)
        };
        give().is_ok_and(|given: bool| given)
    }

    /// Takes away from others what a folder, or a file of an earlier version, allows them. Whose folder it is not, may not.
    #[cfg(unix)]
    fn tighten(&self) {
        use std::os::unix::fs::PermissionsExt;
        let close = |path: &Path, mode| {
            let Ok(is) = fs::metadata(path).map(|found| found.permissions().mode()) else { return };
            // A folder for everybody, such as /tmp, is nobody's home.
            if is & 0o077 != 0 && is & 0o1000 == 0 {
                _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
            }
        };
        close(&self.folder, 0o700);
        close(&self.path(LOCK), 0o600);
        for name in self.names().unwrap_or_default().iter().filter(|name| is_ours(name)) {
            close(&self.path(name), 0o600);
        }
    }
    #[cfg(not(unix))]
    fn tighten(&self) {}

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A rename survives a power cut only when the folder itself was written. Windows has no such call and needs none.
    fn sync_folder(&self) -> std::io::Result<()> {
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }
}

impl Vault for Home {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(storage(&e)),
        }
    }
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let next = self.path(&format!("{name}.new"));
        let write = || {
            let mut file = private().write(true).create(true).truncate(true).open(&next)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&next, self.path(name))?;
            self.sync_folder()
        };
        let done = loop {
            match write().map_err(|e| storage(&e)) {
                Err(e) if e.code == Code::DiskFull && bytes.len() as u64 <= BLOCK && self.give_of_spare() => {}
                done => break done,
            }
        };
        if done.is_err() {
            _ = fs::remove_file(&next);
        }
        self.keep_spare();
        done
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), Failure> {
        match fs::rename(self.path(from), self.path(to)) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(storage(&e)),
            _ => self.sync_folder().map_err(|e| storage(&e)),
        }
    }
    fn remove(&self, name: &str) -> Result<(), Failure> {
        match fs::remove_file(self.path(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(storage(&e)),
            _ => Ok(()),
        }
    }
    fn names(&self) -> Result<Vec<String>, Failure> {
        let entries = fs::read_dir(&self.folder).map_err(|e| storage(&e))?;
        Ok(entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).filter(|n| n != LOCK).collect())
    }
    fn database(&self, name: &str) -> String {
        // SQLite would make it readable for all; where this fails, opening it fails next and says why.
        _ = private().create(true).append(true).open(self.path(name));
        self.path(name).to_string_lossy().into_owned()
    }
}

/// How files are opened: what is made is for this user alone.
#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.mode(0o600);
    options
}
#[cfg(not(unix))]
fn private() -> OpenOptions {
    File::options()
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}
