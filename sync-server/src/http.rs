//! The HTTP face: enrolment, sync, the administrator's calls, health. Each handler is short; blocking work runs on
//! the blocking pool.
use crate::admin;
use crate::admit::{self, Sender};
use crate::env::Env;
use crate::error::{AppError, AppResult};
use crate::settings::Settings;
use crate::store::{self, Store};
use crate::{county, feed, registry, web, wire};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::roles::Caller;
use domain::sync::{EnrolReply, EnrolRequest, MAX_BODY, MAX_CHANGES, SyncReply, SyncRequest, WIRE};
use domain::{Code, DeviceId, Hash, Timestamp};
use sha2::{Digest, Sha256};
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
    pub fn new(store: Store, env: Arc<dyn Env>, settings: Settings) -> App {
        App { store: Arc::new(store), env, settings: Arc::new(settings), guesses: Arc::default() }
    }

    /// Runs blocking work on the database.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&App) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || f(&app)).await.map_err(|_| AppError::Trouble(anyhow::anyhow!("a request panicked")))?
    }

    /// More wrong codes in a minute than people mistype: everybody waits, so that codes cannot be guessed.
    fn guessing(&self, now: Timestamp, wrong: bool) -> bool {
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
        .merge(admin::routes())
        .fallback(web::file)
        .layer(axum::middleware::map_response(plain_errors))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limit))
        .with_state(app)
}

/// Serves until `stop` ends, then lets running requests finish.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    axum::serve(listener, router(app)).with_graceful_shutdown(stop).await?;
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

/// The device behind a token.
pub struct Auth {
    /// Its id.
    pub device: DeviceId,
    /// Its owner.
    pub caller: Caller,
}

impl FromRequestParts<App> for Auth {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Auth> {
        let hash = token_hash(&parts.headers).ok_or_else(stranger)?;
        app.run(move |app| {
            let found = registry::device_by_token_hash(&app.store.lock(), &hash)?.ok_or_else(stranger)?;
            if found.revoked.is_some() {
                return Err(Code::DeviceRevoked.into());
            }
            // Who has left may not read or write, but her device is not wiped: her unsent work may still be wanted.
            if !found.active {
                return Err(Code::NotAllowed.into());
            }
            Ok(Auth { device: found.id, caller: found.caller })
        })
        .await
    }
}

/// A token this server does not know, perhaps because it was restored or replaced. Only a device that was stopped is told
/// to wipe itself: nobody's unsent work dies of our mistake.
fn stranger() -> AppError {
    domain::Failure::of(Code::NotAllowed, "device").into()
}

fn token_hash(headers: &HeaderMap) -> Option<Hash> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    Some(Hash(Sha256::digest(token.as_bytes()).into()))
}

async fn enrol(State(app): State<App>, body: Bytes) -> AppResult<Response> {
    let reply = app
        .run(move |app| {
            let request: EnrolRequest = wire::decode(&body)?;
            if request.v < WIRE {
                return Err(Code::AppTooOld.into());
            }
            let now = app.env.now();
            if app.guessing(now, false) {
                return Err(Code::SlowDown.into());
            }
            let joined = app.store.write(|conn| {
                let staff = registry::redeem(conn, &request, now).map_err(domain::Failure::from)?;
                let caller = Caller { staff: staff.id.clone(), role: staff.role, areas: staff.areas.clone() };
                Ok(EnrolReply { v: WIRE, epoch: store::epoch(conn)?, reference: county::reference(conn, &caller)?, staff, now })
            });
            joined.map_err(|e| {
                let e = AppError::from(e);
                if matches!(&e, AppError::Told(f) if f.code == Code::WrongCode) {
                    app.guessing(now, true);
                }
                e
            })
        })
        .await?;
    wire::encode(&reply)
}

async fn sync(State(app): State<App>, auth: Auth, body: Bytes) -> AppResult<Response> {
    let reply = app.run(move |app| answer(app, auth, &wire::decode(&body)?)).await?;
    wire::encode(&reply)
}

/// Takes in what the device sends, then reads on in the feed: its own changes come back in the same reply.
fn answer(app: &App, auth: Auth, request: &SyncRequest) -> AppResult<SyncReply> {
    if request.device != auth.device {
        return Err(stranger());
    }
    if request.changes.len() > MAX_CHANGES {
        return Err(Code::TooLarge.into());
    }
    let now = app.env.now();
    let sender = Sender { caller: auth.caller, device: auth.device, now };
    let prepared = admit::prepare(&request.changes);
    let reply = app.store.write(|conn| {
        let outcome = admit::admit(conn, &sender, prepared)?;
        let page = feed::page(conn, &sender.caller, &sender.device, &request.cursor)?;
        let reference = county::reference(conn, &sender.caller)?;
        registry::touch_device(conn, &sender.device, now)?;
        Ok(SyncReply {
            v: WIRE,
            epoch: store::epoch(conn)?,
            accepted: outcome.accepted,
            held: outcome.held,
            refused: outcome.refused,
            feed: page.items,
            blob_offsets: vec![0; request.blob_hashes.len()],
            cursor: (page.cursor != request.cursor).then_some(page.cursor),
            more: page.more,
            left: page.left,
            reference: (reference.version != request.reference).then_some(reference),
            now,
        })
    })?;
    tracing::info!(sent = request.changes.len(), accepted = reply.accepted.len(), refused = reply.refused.len(), feed = reply.feed.len(), "sync");
    Ok(reply)
}
