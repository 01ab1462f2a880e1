//! What work for a request returns when it cannot be done.
use crate::store::db::DbError;
use domain::{Code, Failure};

/// A failed request.
#[derive(Debug)]
pub enum AppError {
    /// The caller is told.
    Told(Failure),
    /// The server's own trouble: told as such, logged here.
    Trouble(anyhow::Error),
}

/// What work for a request returns.
pub type AppResult<T> = Result<T, AppError>;

impl From<Code> for AppError {
    fn from(c: Code) -> Self {
        AppError::Told(c.into())
    }
}
impl From<Failure> for AppError {
    fn from(f: Failure) -> Self {
        AppError::Told(f)
    }
}
impl From<anyhow::Error> for AppError {
    fn from(e: anyhow::Error) -> Self {
        match e.downcast::<Failure>() {
            Ok(failure) => AppError::Told(failure),
            Err(e) => AppError::Trouble(e),
        }
    }
}
impl From<DbError> for AppError {
    fn from(e: DbError) -> Self {
        AppError::Trouble(e.into())
    }
}
