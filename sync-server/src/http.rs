//! The HTTP face: enrolment, sync, the administrator's calls, health. Each handler is short; blocking work runs on
//! the blocking pool, so many at once and the others in a queue.
use crate::access::{self, Origin};
use crate::at_rest::Key;
use crate::db::DbError;
use crate::env::Env;
use crate::error::{AppError, AppResult};
use crate::exchange::{self, Auth};
use crate::limits::{Guard, Whole};
use crate::photos::{self, Photos};
use crate::settings::Settings;
use crate::store::{self, Store};
use crate::tls::Tls;
use crate::wake::{self, Wake};
use crate::{admin, connections, device_keys, measures, openapi, packs, quarantine, web};
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use domain::sync::{ErrorReply, MAX_BODY, MEDIA, WIRE};
use domain::{Code, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::Span;

/// Largest request to enrol, bytes: strangers send it.
const MAX_ENROL: usize = 64 << 10;
/// How long the database may take to answer whoever asks whether the server is ready.
const READY: Duration = Duration::from_secs(5);

/// What handlers share.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Arc<Store>,
    /// Clock and randomness.
    pub env: Arc<dyn Env>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// What callers may ask at once.
    pub guard: Arc<Guard>,
    /// Whether the server stops: what would go on for ever ends then.
    pub stopping: Arc<watch::Sender<bool>>,
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
        App {
            store: store.into(),
            env,
            guard: Arc::new(Guard::new(settings.limits.clone())),
            settings: Arc::new(settings),
            stopping: Arc::default(),
            wake: Arc::default(),
            photos,
            guesses: Arc::default(),
        }
    }

    /// The same with photos sealed by the operator's key, if there is one.
    pub fn with_key(self, key: Option<Key>) -> App {
        App { photos: Arc::new(Photos::of(&self.settings).with_keys(key.into_iter().collect())), ..self }
    }

    /// Runs blocking work on the database, in its turn.
    ///
    /// # Errors
    /// `Busy` when the turn does not come, or the work does not end in time (it may still be done), and its own.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&App) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let turn = self.guard.turn().await?;
        let (app, span) = (self.clone(), Span::current());
        let work = tokio::task::spawn_blocking(move || {
            let (_turn, began) = (turn, Instant::now());
            let done = span.in_scope(|| f(&app));
            measures::worked(began.elapsed());
            done
        });
        match timeout(Duration::from_secs(self.settings.request_seconds), work).await {
            Ok(Ok(Err(AppError::Trouble(e)))) if e.downcast_ref::<DbError>().is_some_and(DbError::waited) => Err(self.guard.busy().into()),
            Ok(done) => done.map_err(|_| AppError::Trouble(anyhow::anyhow!("a request panicked")))?,
            Err(_) => Err(self.guard.busy().into()),
        }
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

/// Every call there is, as [`openapi`] describes them.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/v1/enrol", post(enrol))
        .route("/v1/sync", post(sync))
        .route("/v1/wake", get(wake::wake))
        .route("/v1/packs", post(packs::fetch))
        .route("/v1/older", post(older))
        .route("/openapi.json", get(openapi::document))
        .merge(admin::routes())
        .merge(device_keys::routes())
        .merge(quarantine::routes())
        .merge(photos::routes())
}

/// The router.
pub fn router(app: App) -> Router {
    routes()
        .fallback(web::file)
        .layer(axum::middleware::map_response(plain_errors))
        .layer(axum::middleware::from_fn_with_state(app.clone(), access::log))
        .with_state(app)
}

/// Serves until `stop` ends, then lets running requests finish.
pub async fn serve(listener: TcpListener, tls: Option<Tls>, app: App, stop: impl Future<Output = ()>) {
    let wakes = tokio::spawn(wake::keep(app.clone()));
    let tidy = tokio::spawn(photos::keep_tidy(app.clone()));
    connections::serve(listener, tls, router(app.clone()), app, stop).await;
    wakes.abort();
    tidy.abort();
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
    (parts, Json(ErrorReply { nuanfang: WIRE, failure: code.into() })).into_response()
}

/// The program runs.
async fn health() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], format!("{{\"nuanfang\":{WIRE}}}"))
}

/// The database answers, and more may come: it is not stopping. Asked beside the queue, which may be long for good reasons.
async fn ready(State(app): State<App>) -> AppResult<impl IntoResponse> {
    let busy = app.guard.busy();
    if *app.stopping.borrow() {
        return Err(busy.into());
    }
    let asked = tokio::task::spawn_blocking(move || app.store.read(|db| Ok(store::epoch(db)?)).map(drop));
    match timeout(READY, asked).await {
        Ok(Ok(Ok(()))) => Ok(health().await),
        _ => Err(busy.into()),
    }
}

impl FromRequestParts<App> for Auth {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Auth> {
        let token = bearer(&parts.headers).ok_or_else(exchange::stranger)?;
        let auth = app.run(move |app| exchange::auth(app, &token)).await?;
        if let Some(origin) = parts.extensions.get::<Origin>() {
            origin.is(&auth.device);
        }
        app.guard.device(&auth.device)?;
        Ok(auth)
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.to_owned())
}

async fn enrol(State(app): State<App>, Extension(origin): Extension<Origin>, body: Whole<MAX_ENROL>) -> AppResult<impl IntoResponse> {
    app.guard.enrolment(origin.address)?;
    app.run(move |app| exchange::enrol(app, &body.0)).await.map(ours)
}

async fn sync(State(app): State<App>, auth: Auth, body: Whole<MAX_BODY>) -> AppResult<impl IntoResponse> {
    app.run(move |app| exchange::sync(app, auth, &body.0)).await.map(ours)
}

async fn older(State(app): State<App>, auth: Auth, body: Whole<MAX_ENROL>) -> AppResult<impl IntoResponse> {
    app.run(move |app| exchange::older(app, &auth, &body.0)).await.map(ours)
}

/// A reply in the media type that tells our server from any other.
fn ours(body: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA)], body)
}
