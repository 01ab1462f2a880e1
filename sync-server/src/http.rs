//! The HTTP face: enrolment, sync, the administrator's calls, health. Each handler is short; blocking work runs on
//! the blocking pool, so many at once and the others in a queue.
pub mod access;
pub mod admin;
mod audit;
mod auth;
mod body;
pub mod connections;
mod error;
mod events;
pub mod figures;
mod forms;
mod openapi;
mod packs;
mod photos;
mod quarantine;
mod revoked;
pub mod tls;
mod uploads;
pub mod web;

use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::http::auth::{Joining, bearer, ours};
use crate::http::body::LimitedBody;
use crate::http::openapi::Health;
use crate::http::tls::Tls;
use crate::sync::exchange::{self, Auth};
use crate::{store, upkeep};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::Code;
use domain::sync::{ErrorReply, MAX_BODY, WIRE};
use std::sync::PoisonError;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

/// Largest request to enrol, bytes: strangers send it.
const MAX_ENROL: usize = 64 << 10;
/// How long the database may take to answer whoever asks whether the server is ready.
const READY: Duration = Duration::from_secs(5);

/// Every call there is, as [`openapi`] describes them.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/v1/enrol", post(enrol))
        .route("/v1/sync", post(sync))
        .route("/v1/wake", get(events::wake))
        .route("/v1/packs", post(packs::fetch))
        .route("/v1/older", post(older))
        .route("/openapi.json", get(openapi::told))
        .merge(admin::routes())
        .merge(audit::routes())
        .merge(revoked::routes())
        .merge(quarantine::routes())
        .merge(forms::routes())
        .merge(photos::routes())
        .merge(uploads::routes())
}

/// The router.
pub fn router(app: App) -> Router {
    routes()
        .fallback(web::file)
        .layer(axum::middleware::map_response(plain_errors))
        .layer(axum::middleware::from_fn_with_state(app.clone(), access::log))
        .layer(axum::middleware::from_fn_with_state(app.clone(), web::guarded))
        .with_state(app)
}

/// Serves until `stop` ends, then lets running requests finish.
pub async fn serve(listener: TcpListener, tls: Option<Tls>, app: App, stop: impl Future<Output = ()>) {
    let wakes = tokio::spawn(upkeep::ring(app.clone()));
    let tidy = [tokio::spawn(upkeep::tidy(app.clone())), tokio::spawn(upkeep::purge(app.clone()))];
    connections::serve(listener, tls, router(app.clone()), app, stop).await;
    wakes.abort();
    tidy.iter().for_each(tokio::task::JoinHandle::abort);
}

/// Errors of the framework, such as an unknown path, in the shape that devices understand.
async fn plain_errors(response: Response<Body>) -> Response {
    let status = response.status();
    let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == "application/json");
    if json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        status if status.is_client_error() => Code::BadValue,
        _ => Code::ServerTrouble,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, Json(ErrorReply { nuanfang: WIRE, failure: code.into(), word: None })).into_response()
}

/// The program runs.
async fn health() -> Json<Health> {
    Json(Health { nuanfang: WIRE })
}

/// The database answers, and more may come: it is not stopping. Asked beside the queue, which may be long for good reasons, and at most
/// once a second: anybody may ask.
async fn ready(State(app): State<App>) -> AppResult<Json<Health>> {
    let stopping = *app.stopping.borrow();
    let answers = match app.known_ready() {
        Some(known) => known,
        None if stopping => false,
        None => {
            let store = app.store.clone();
            let asked = tokio::task::spawn_blocking(move || store.read(|db| Ok(store::epoch(db)?)).map(drop));
            let answers = matches!(timeout(READY, asked).await, Ok(Ok(Ok(()))));
            *app.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), answers));
            answers
        }
    };
    if answers && !stopping { Ok(health().await) } else { Err(app.guard.busy("not_ready").into()) }
}

async fn enrol(State(app): State<App>, Joining(address): Joining, headers: HeaderMap, body: LimitedBody<MAX_ENROL>) -> AppResult<impl IntoResponse> {
    let token = bearer(&headers);
    app.run(move |app| {
        // Again: many may have come at once.
        app.guard.may_try_a_code(address)?;
        let joined = exchange::enrol_by(app, &body.0, token.as_deref());
        if matches!(&joined, Err(AppError::Told(failure)) if failure.code == Code::WrongCode) {
            app.guard.wrong_code(address);
        }
        joined
    })
    .await
    .map(ours)
}

async fn sync(State(app): State<App>, auth: Auth, body: LimitedBody<MAX_BODY>) -> AppResult<impl IntoResponse> {
    app.run_for(auth.device, move |app| exchange::sync(app, auth, &body.0)).await.map(ours)
}

async fn older(State(app): State<App>, auth: Auth, body: LimitedBody<MAX_ENROL>) -> AppResult<impl IntoResponse> {
    app.run_for(auth.device, move |app| exchange::older(app, &auth, &body.0)).await.map(ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::SystemEnv;
    use crate::settings::Settings;
    use crate::store::Store;
    use std::sync::Arc;

    #[tokio::test]
    async fn however_many_ask_whether_it_is_ready_the_database_is_asked_once_a_second() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::new(Store::open(dir.path(), 7).unwrap(), Arc::new(SystemEnv), Settings::default());
        assert!(ready(State(app.clone())).await.is_ok());
        assert!(app.known_ready().is_some());
        let (store, (locked, is_locked), (release, released)) = (app.store.clone(), std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
        let busy = std::thread::spawn(move || {
            let hold = |_: &crate::store::db::Db<'_>| {
                locked.send(())?;
                Ok(released.recv()?)
            };
            store.write_exclusive(hold)
        });
        is_locked.recv().unwrap();
        *app.ready.lock().unwrap() = Some((Instant::now(), true));
        assert!(ready(State(app.clone())).await.is_ok(), "it was not asked");
        release.send(()).unwrap();
        busy.join().unwrap().unwrap();
        app.stopping.send_replace(true);
        assert!(ready(State(app)).await.is_err(), "whoever stops is not ready, whatever was known");
    }
}
