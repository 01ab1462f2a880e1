//! What is answered when something could not be done: one code for the device, the details for the log, without personal data.
use crate::error::AppError;
use crate::store::db::DbError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::sync::{ErrorReply, WIRE};
use domain::{Code, Failure};

/// For whom no time is said, seconds.
const A_MINUTE: &str = "60";

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let failure = match self {
            AppError::Told(f) => f,
            AppError::Trouble(e) => {
                tracing::error!(error = %redacted(&e), "request failed");
                Code::ServerTrouble.into()
            }
        };
        let status = status(&failure);
        let who = (status == StatusCode::UNAUTHORIZED).then_some([(header::WWW_AUTHENTICATE, "Bearer")]);
        let wait = matches!(failure.code, Code::SlowDown | Code::Busy).then(|| failure.field.clone().unwrap_or_else(|| A_MINUTE.into()));
        let wait = wait.map(|seconds| [(header::RETRY_AFTER, seconds)]);
        // Programs that do not know this word know what to do about a stranger, which is the same.
        let word = (failure.code == Code::TokenExpired).then(|| failure.code.code().to_owned());
        let failure = if word.is_some() { Failure::of(Code::NotAllowed, "device") } else { failure };
        (status, who, wait, axum::Json(ErrorReply { nuanfang: WIRE, failure, word })).into_response()
    }
}

/// A database's message may repeat values: its code is logged.
fn redacted(e: &anyhow::Error) -> String {
    match e.downcast_ref::<DbError>() {
        Some(e) => e.code(),
        None => e.chain().last().map_or_else(String::new, |c| c.to_string()).chars().take(120).collect(),
    }
}

fn status(failure: &Failure) -> StatusCode {
    match failure.code {
        // A token that is missing or that nobody has: `exchange::unknown_token`.
        Code::NotAllowed if failure.field.as_deref() == Some("device") => StatusCode::UNAUTHORIZED,
        Code::TokenExpired => StatusCode::UNAUTHORIZED,
        Code::DeviceRevoked => StatusCode::GONE,
        Code::NotAllowed => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Offline => StatusCode::REQUEST_TIMEOUT,
        Code::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Code::SlowDown => StatusCode::TOO_MANY_REQUESTS,
        Code::AppTooOld => StatusCode::UPGRADE_REQUIRED,
        Code::ServerTrouble | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
