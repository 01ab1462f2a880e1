//! The log over HTTP, and what devices tell before they are wiped.
use crate::app::App;
use crate::audit::{Entry, Filter, MINUTE, Who, append_once, list, take_in};
use crate::error::{AppError, AppResult};
use crate::http::auth::{Leaving, ours};
use crate::http::body::LimitedBody;
use crate::sync::exchange::{self, Auth};
use crate::sync::message;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::Code;
use domain::api::AuditQuery;
use domain::audit::{Act, AuditPage};
use domain::roles::Right;
use domain::sync::{LogReply, LogRequest, MAX_LOG, WIRE};

/// Largest number of an entry: JSON and the page know no larger whole number.
const MAX_NUMBER: u64 = (1 << 53) - 1;
/// Entries in one part.
const PAGE: usize = 100;
/// Largest body of told entries, bytes.
pub(super) const MAX_TOLD: usize = 64 << 10;

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/audit", get(page)).route("/v1/log", post(told))
}

/// An administrator is shown acts, the county officer everything in her areas; that somebody looked is put down, too.
async fn page(State(app): State<App>, auth: Auth, Query(query): Query<AuditQuery>) -> AppResult<Json<AuditPage>> {
    let (acts_only, within) = match auth.caller.role {
        role if role.has(Right::AuditReading) => (false, Some(auth.caller.areas.clone())),
        role if role.has(Right::AuditActs) => (true, None),
        _ => return Err(Code::NotAllowed.into()),
    };
    if query.before.is_some_and(|n| n > MAX_NUMBER) {
        return Err(Code::BadValue.into());
    }
    app.run(move |app| {
        let filter = Filter { query, acts_only, within, most: PAGE + 1 };
        let mut lines = app.store.read(|db| Ok(list(db, &filter)?))?;
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        let looked = Entry::new(Who::Staff(&auth.caller, auth.device), Act::AuditRead);
        app.store.write_shared(|db| Ok(append_once(db, app.env.now(), &looked, 60 * MINUTE)?))?;
        Ok(Json(AuditPage { lines, more }))
    })
    .await
}

async fn told(State(app): State<App>, Leaving(auth): Leaving, body: LimitedBody<MAX_TOLD>) -> AppResult<impl IntoResponse> {
    let reply = app.run(move |app| log(app, &auth, &body.0)).await?;
    Ok(ours(reply))
}

/// `POST /v1/log`
///
/// # Errors
/// `BadChange` for what is no such request, `TooLarge`.
pub fn log(app: &App, auth: &exchange::Auth, body: &[u8]) -> AppResult<Vec<u8>> {
    let request: LogRequest = message::decode(body)?;
    if request.log.len() > MAX_LOG {
        return Err(AppError::from(Code::TooLarge));
    }
    let logged = app.store.write_shared(|db| take_in(db, app.env.now(), &auth.caller, auth.device, &request.log))?;
    message::encode(&LogReply { v: WIRE, logged })
}
