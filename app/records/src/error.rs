//! What can be wrong with a document or a change, and what keeps hostile bytes from ending the program.
use domain::{Code, Failure};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What can be wrong with a document or a change.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RecordError {
    /// Not a document or change that can be read; says what, never any content.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// A newer program made it, and what it says this one cannot know.
    #[error("of a newer program: {0}")]
    Newer(&'static str),
    /// A change builds on others that are not here.
    #[error("builds on changes that are not here")]
    MissingDeps,
    /// A value is not acceptable.
    #[error(transparent)]
    Rejected(#[from] Failure),
}

impl From<RecordError> for Failure {
    fn from(e: RecordError) -> Self {
        match e {
            RecordError::Rejected(f) => f,
            RecordError::Malformed(_) | RecordError::Newer(_) | RecordError::MissingDeps => Code::BadChange.into(),
        }
    }
}
impl From<automerge::AutomergeError> for RecordError {
    fn from(_: automerge::AutomergeError) -> Self {
        RecordError::Malformed("document")
    }
}

/// Runs what may panic on hostile bytes.
pub(crate) fn guarded<T>(what: &'static str, f: impl FnOnce() -> Result<T, RecordError>) -> Result<T, RecordError> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or(Err(RecordError::Malformed(what)))
}
