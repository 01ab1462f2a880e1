//! The HTTP face: enrolment, sync, the administrator's calls, health. Each handler is short; blocking work runs on
//! the blocking pool.
use crate::env::Env;
use crate::error::{AppError, AppResult};
use crate::exchange::{self, Auth};
use crate::photos::{self, Photos};
use crate::settings::Settings;
use crate::store::Store;
use crate::wake::{self, Wake};
use crate::{admin, quarantine, web};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::sync::{MAX_BODY, MEDIA, WIRE};
use domain::{Code, Timestamp};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::timeout::TimeoutLayer;

/// What handlers share.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Arc<Store>,
    /// Clock and randomness.
    pub env: Arc<dyn Env>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// Tells waiting devices of news.
    pub wake: Arc<Wake>,
    /// Where photos lie.
    pub photos: Arc<Photos>,
    guesses: Arc<Mutex<Guesses>>,
}

/// Wrong one-time codes in the current minute.
#[derive(Default)]
struct Guesses {
    minute: i64,
    wrong: u32,
}

impl App {
    /// An app over a store.
    pub fn new(store: impl Into<Arc<Store>>, env: Arc<dyn Env>, settings: Settings) -> App {
        let photos = Arc::new(Photos::of(&settings));
        App { store: store.into(), env, settings: Arc::new(settings), wake: Arc::default(), photos, guesses: Arc::default() }
    }

    /// Runs blocking work on the database.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&App) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || f(&app)).await.map_err(|_| AppError::Trouble(anyhow::anyhow!("a request panicked")))?
    }

    /// More wrong codes in a minute than people mistype: everybody waits, so that codes cannot be guessed.
    pub(crate) fn guessing(&self, now: Timestamp, wrong: bool) -> bool {
        let mut g = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if g.minute != now.0 / 60_000 {
            *g = Guesses { minute: now.0 / 60_000, wrong: 0 };
        }
        g.wrong += u32::from(wrong);
        g.wrong >= self.settings.wrong_codes_per_minute
    }
}

/// The router.
pub fn router(app: App) -> Router {
    let limit = Duration::from_secs(app.settings.request_seconds);
    Router::new()
        .route("/health", get(health))
        .route("/v1/enrol", post(enrol))
        .route("/v1/sync", post(sync))
        .route("/v1/wake", get(wake::wake))
        .merge(admin::routes())
        .merge(quarantine::routes())
        .merge(photos::routes())
        .fallback(web::file)
        .layer(axum::middleware::map_response(plain_errors))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limit))
        .with_state(app)
}

/// Serves until `stop` ends, then lets running requests finish.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let wakes = tokio::spawn(wake::keep(app.clone()));
    let tidy = tokio::spawn(photos::keep_tidy(app.clone()));
    let wake = app.wake.clone();
    let stop = async move {
        stop.await;
        wake.end();
    };
    axum::serve(listener, router(app)).with_graceful_shutdown(stop).await?;
    wakes.abort();
    tidy.abort();
    Ok(())
}

/// Errors of the framework, such as a body over the limit, in the shape that devices understand.
async fn plain_errors(response: Response<Body>) -> Response {
    let code = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Code::ServerTrouble,
        _ => return response,
    };
    AppError::from(code).into_response()
}

async fn health() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], format!("{{\"nuanfang\":{WIRE}}}"))
}

impl FromRequestParts<App> for Auth {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Auth> {
        let token = bearer(&parts.headers).ok_or_else(exchange::stranger)?;
        app.run(move |app| exchange::auth(app, &token)).await
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.to_owned())
}

async fn enrol(State(app): State<App>, body: Bytes) -> AppResult<impl IntoResponse> {
    app.run(move |app| exchange::enrol(app, &body)).await.map(ours)
}

async fn sync(State(app): State<App>, auth: Auth, body: Bytes) -> AppResult<impl IntoResponse> {
    app.run(move |app| exchange::sync(app, auth, &body)).await.map(ours)
}

/// A reply in the media type that tells our server from any other.
fn ours(body: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA)], body)
}
