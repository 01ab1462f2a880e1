//! The HTTP face: enrolment, sync, the administrator's calls, health. Each handler is short; blocking work runs on
//! the blocking pool, so many at once and the others in a queue.
use crate::access::{self, Origin};
use crate::at_rest::Key;
use crate::connections::Stranger;
use crate::county::Versions;
use crate::db::DbError;
use crate::env::Env;
use crate::error::{AppError, AppResult};
use crate::exchange::{self, Auth};
use crate::limits::{Guard, LimitedBody, WrongCodes};
use crate::photos::{self, Photos};
use crate::settings::Settings;
use crate::store::{self, Store};
use crate::tls::Tls;
use crate::wake::{self, FeedNotifier};
use crate::{admin, audit, connections, device_keys, measures, openapi, packs, quarantine, web};
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::sync::{ErrorReply, MAX_BODY, MEDIA, WIRE};
use domain::{Code, DeviceId};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Span;

/// Largest request to enrol, bytes: strangers send it.
const MAX_ENROL: usize = 64 << 10;
/// How long the database may take to answer whoever asks whether the server is ready.
const READY: Duration = Duration::from_secs(5);
/// For so long the last answer is given again.
const READY_AGAIN: Duration = Duration::from_secs(1);

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
    pub notifier: Arc<FeedNotifier>,
    /// Where photos lie.
    pub photos: Arc<Photos>,
    /// When the database was last found to answer, or not.
    ready: Arc<Mutex<Option<(Instant, bool)>>>,
    /// Which reference data devices have.
    pub references: Arc<Versions>,
}

impl App {
    /// An app over a store.
    pub fn new(store: impl Into<Arc<Store>>, env: Arc<dyn Env>, settings: Settings) -> App {
        let photos = Arc::new(Photos::of(&settings));
        let codes = WrongCodes { of_an_address: settings.wrong_codes_per_address, of_all: settings.wrong_codes_per_minute };
        App {
            store: store.into(),
            env,
            guard: Arc::new(Guard::new(settings.limits.clone(), codes)),
            settings: Arc::new(settings),
            stopping: Arc::default(),
            notifier: Arc::default(),
            photos,
            ready: Arc::default(),
            references: Arc::default(),
        }
    }

    /// The same with photos sealed by the operator's key, if there is one.
    pub fn with_key(self, key: Option<Key>) -> App {
        App { photos: Arc::new(Photos::of(&self.settings).with_keys(key.into_iter().collect())), ..self }
    }

    /// Runs blocking work on the database, in its turn.
    ///
    /// # Errors
    /// `Busy` when the turn does not come, or the work does not end in time: then it is undone. And its own.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&App) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        self.work(None, self.settings.request_seconds, f).await
    }

    /// The same for a device: one piece of work at a time, in a device's time, and counted.
    ///
    /// # Errors
    /// As there.
    pub async fn run_for<T: Send + 'static>(&self, device: DeviceId, f: impl FnOnce(&App) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        self.work(Some(device), self.settings.limits.work_seconds, f).await
    }

    async fn work<T: Send + 'static>(
        &self,
        device: Option<DeviceId>,
        seconds: u64,
        f: impl FnOnce(&App) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let alone = match &device {
            Some(device) => Some(self.guard.alone(device).await?),
            None => None,
        };
        let turn = self.guard.acquire_slot().await?;
        let due = Instant::now() + Duration::from_secs(seconds);
        let (app, span) = (App { store: Arc::new(self.store.until(due)), ..self.clone() }, Span::current());
        // What ends the turn is the work's own end, also when nobody waits for it any more.
        let work = tokio::task::spawn_blocking(move || {
            let (_turn, _alone, began) = (turn, alone, Instant::now());
            let done = span.in_scope(|| f(&app));
            let took = began.elapsed();
            measures::worked(took);
            if let Some(device) = device {
                app.guard.has_worked(device, took.saturating_sub(app.store.waited()));
            }
            done
        });
        match timeout_at(due, work).await {
            Ok(Ok(Err(AppError::Trouble(e)))) if e.downcast_ref::<DbError>().is_some_and(DbError::took_too_long) => {
                Err(self.guard.busy("time").into())
            }
            Ok(done) => done.map_err(|_| AppError::Trouble(anyhow::anyhow!("a request panicked")))?,
            Err(_) => Err(self.guard.busy("time").into()),
        }
    }

    /// Whether the database answered within the last second.
    fn known_ready(&self) -> Option<bool> {
        let last = *self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(at, _)| at.elapsed() < READY_AGAIN).map(|(_, ready)| ready)
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
        .merge(audit::routes())
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
        .layer(axum::middleware::from_fn_with_state(app.clone(), web::guarded))
        .with_state(app)
}

/// Serves until `stop` ends, then lets running requests finish.
pub async fn serve(listener: TcpListener, tls: Option<Tls>, app: App, stop: impl Future<Output = ()>) {
    let wakes = tokio::spawn(wake::keep(app.clone()));
    let tidy = [tokio::spawn(photos::keep_tidy(app.clone())), tokio::spawn(audit::keep_tidy(app.clone()))];
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
async fn health() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], format!("{{\"nuanfang\":{WIRE}}}"))
}

/// The database answers, and more may come: it is not stopping. Asked beside the queue, which may be long for good reasons, and at most
/// once a second: anybody may ask.
async fn ready(State(app): State<App>) -> AppResult<impl IntoResponse> {
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

impl FromRequestParts<App> for Auth {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Auth> {
        let token = bearer(&parts.headers).ok_or_else(exchange::unknown_token)?;
        let auth = app.run(move |app| exchange::auth(app, &token)).await?;
        if let Some(origin) = parts.extensions.get::<Origin>() {
            origin.is(&auth.device);
        }
        if let Some(stranger) = parts.extensions.get::<Stranger>() {
            stranger.is_known_now();
        }
        app.guard.device(&auth.device)?;
        // For its body.
        parts.extensions.insert(auth.device);
        Ok(auth)
    }
}

/// A device of ours, also one that was stopped or whose owner has left: good for what it still has to tell, and for nothing else.
pub(crate) struct Leaving(pub(crate) Auth);

impl FromRequestParts<App> for Leaving {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Leaving> {
        let token = bearer(&parts.headers).ok_or_else(exchange::unknown_token)?;
        let auth = app.run(move |app| exchange::leaving(app, &token)).await?;
        if let Some(origin) = parts.extensions.get::<Origin>() {
            origin.is(&auth.device);
        }
        app.guard.device(&auth.device)?;
        Ok(Leaving(auth))
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.to_owned())
}

/// An address from which one may try to enrol: asked before a byte of the body is waited for.
struct Joining(IpAddr);

impl FromRequestParts<App> for Joining {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Joining> {
        let address = parts.extensions.get::<Origin>().map_or(IpAddr::from([0; 4]), |origin| origin.address);
        app.guard.enrolment(address)?;
        app.guard.may_try_a_code(address)?;
        Ok(Joining(address))
    }
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

/// A reply in the media type that tells our server from any other.
pub(crate) fn ours(body: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA)], body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::SystemEnv;

    #[tokio::test]
    async fn however_many_ask_whether_it_is_ready_the_database_is_asked_once_a_second() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::new(Store::open(dir.path(), 7).unwrap(), Arc::new(SystemEnv), Settings::default());
        assert!(ready(State(app.clone())).await.is_ok());
        assert!(app.known_ready().is_some());
        let (store, (locked, is_locked), (release, released)) = (app.store.clone(), std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
        let busy = std::thread::spawn(move || {
            let hold = |_: &crate::db::Db<'_>| {
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
