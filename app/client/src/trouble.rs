//! What can go wrong inside the core, on its way to becoming a [`Failure`].
use domain::{Code, Failure};
use records::RecordError;
use rusqlite::ErrorCode;

/// A failure, or the library's error it will be told as.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Already in the words of the interface.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// From SQLite.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// From a document.
    #[error("record: {0}")]
    Record(#[from] RecordError),
    /// Something this program wrote cannot be read back.
    #[error("stored data cannot be read")]
    Unreadable,
}

/// Result of the core's own functions.
pub type Result<T> = std::result::Result<T, Trouble>;

impl From<Code> for Trouble {
    fn from(code: Code) -> Self {
        Trouble::Failure(code.into())
    }
}
impl From<serde_json::Error> for Trouble {
    fn from(_: serde_json::Error) -> Self {
        Trouble::Unreadable
    }
}
impl From<rmp_serde::encode::Error> for Trouble {
    fn from(_: rmp_serde::encode::Error) -> Self {
        Trouble::Unreadable
    }
}
impl From<rmp_serde::decode::Error> for Trouble {
    fn from(_: rmp_serde::decode::Error) -> Self {
        Trouble::Unreadable
    }
}

impl Trouble {
    /// Whether the database file itself is broken.
    pub fn is_damage(&self) -> bool {
        let Trouble::Database(e) = self else { return matches!(self, Trouble::Failure(f) if f.code == Code::DatabaseDamaged) };
        matches!(e.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
    }
}

/// What SQLite says of a disk without room when it cannot write, or enlarge what it keeps in shared memory beside the log.
fn no_room(e: &rusqlite::Error) -> bool {
    /// SQLITE_IOERR_WRITE, _SHMOPEN, _SHMSIZE, _SHMMAP (sqlite3.h).
    const CANNOT_GROW: [i32; 4] = [10 | 3 << 8, 10 | 18 << 8, 10 | 19 << 8, 10 | 21 << 8];
    matches!(e, rusqlite::Error::SqliteFailure(code, _) if CANNOT_GROW.contains(&code.extended_code))
}

impl From<Trouble> for Failure {
    fn from(t: Trouble) -> Failure {
        if t.is_damage() {
            return Code::DatabaseDamaged.into();
        }
        match t {
            Trouble::Failure(f) => f,
            Trouble::Record(RecordError::Newer(_)) => Code::AppTooOld.into(),
            Trouble::Record(e) => e.into(),
            Trouble::Database(e) => match e.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Code::DiskFull.into(),
                _ if no_room(&e) => Code::DiskFull.into(),
                _ if matches!(e, rusqlite::Error::QueryReturnedNoRows) => Code::NotFound.into(),
                _ => Code::Storage.into(),
            },
            Trouble::Unreadable => Code::Internal.into(),
        }
    }
}
