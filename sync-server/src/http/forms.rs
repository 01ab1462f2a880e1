//! Forms that the county wrote, for devices.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::office::forms;
use crate::sync::exchange::Auth;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{Code, Hash};

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/forms/{hash}", get(form))
}

/// `GET /v1/forms/{hash}`
async fn form(State(app): State<App>, auth: Auth, Path(hash): Path<String>) -> AppResult<Response> {
    let hash: Hash = hash.parse().map_err(|_| AppError::from(Code::NotFound))?;
    // Who sees no files fills no forms in.
    let areas = if auth.caller.role.rights().is_empty() { Vec::new() } else { auth.caller.areas };
    let body = app.run(move |app| Ok(app.store.read(|db| Ok(forms::body(db, &areas, &hash)?))?)).await?;
    let body = body.ok_or(AppError::from(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}
