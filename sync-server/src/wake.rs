//! Tells waiting devices how far their county's feed has come, and nothing else: what is new they ask for by a sync. Every
//! commit rings; the counters are then read once, however many rang. Servers that share a PostgreSQL ring for each other by
//! `NOTIFY`, a hint that may get lost: the counters are also read now and then.
use crate::app::App;
use crate::http::error::AppResult;
use crate::office::registry;
use crate::store::pool;
use crate::sync::exchange::Auth;
use crate::sync::feed;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::roles::Caller;
use domain::{AreaCode, DeviceId};
use futures_util::{Stream, StreamExt, stream};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::sleep;

/// How far each county's feed has come.
pub type Seqs = Arc<BTreeMap<AreaCode, u64>>;

/// Rings between commits, other servers and waiting devices.
pub struct FeedNotifier {
    own: Notify,
    others: Notify,
    seqs: watch::Sender<Seqs>,
    ended: watch::Sender<bool>,
    /// What ends a device's stream when it is dropped.
    listening: Mutex<HashMap<DeviceId, oneshot::Sender<()>>>,
}

/// So long after a ring, others are waited for.
const GATHER: Duration = Duration::from_millis(200);
/// The counters are read so often when nobody rings.
const LOOK: Duration = Duration::from_secs(10);
/// After this much silence a device is sent an empty line; phones give a silent connection up after a minute.
const SILENCE: Duration = Duration::from_secs(25);
/// After so long a device has to show its token again.
const HEARING: Duration = Duration::from_secs(30 * 60);
/// Before a lost connection for hints is opened again.
const REST: Duration = Duration::from_secs(5);

impl Default for FeedNotifier {
    fn default() -> Self {
        FeedNotifier {
            own: Notify::new(),
            others: Notify::new(),
            seqs: watch::Sender::new(Seqs::default()),
            ended: watch::Sender::new(false),
            listening: Mutex::default(),
        }
    }
}

impl FeedNotifier {
    /// Something was committed here.
    pub fn notify(&self) {
        self.own.notify_one();
    }

    /// The server stops: nobody is kept waiting.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// A device listens until the value comes; an older stream of the same device ends.
    fn listens(&self, device: DeviceId) -> oneshot::Receiver<()> {
        let (hold, end) = oneshot::channel();
        self.listening().insert(device, hold);
        end
    }

    /// A device was stopped: it hears no more.
    pub fn forget(&self, device: &DeviceId) {
        self.listening().remove(device);
    }

    fn listening(&self) -> MutexGuard<'_, HashMap<DeviceId, oneshot::Sender<()>>> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another server rang.
    fn notified_elsewhere(&self) {
        self.others.notify_one();
    }
}

/// Passes rings on for as long as the server runs.
pub async fn keep(app: App) {
    tokio::join!(listen_to_servers(&app), notify_all(&app), dismiss(&app));
}

/// Ends the streams of devices that were stopped and of people who left, wherever that was done.
async fn dismiss(app: &App) {
    loop {
        sleep(LOOK).await;
        app.notifier.listening().retain(|_, stream| !stream.is_closed());
        if app.notifier.listening().is_empty() {
            continue;
        }
        if let Ok(at_work) = app.run(|app| Ok(app.store.read(|db| Ok(registry::devices_at_work(db)?))?)).await {
            app.notifier.listening().retain(|device, _| at_work.contains(device));
        }
    }
}

/// Hears other servers on the same database.
async fn listen_to_servers(app: &App) {
    let Some(url) = &app.settings.database else { return };
    loop {
        let (url, wake) = (url.clone(), app.notifier.clone());
        let (ended, end) = oneshot::channel();
        std::thread::spawn(move || ended.send(pool::listen(&url, || wake.notified_elsewhere())));
        // A lost hint costs a device some seconds.
        if let Ok(Err(e)) = end.await {
            tracing::warn!(error = %e.code(), "hints of other servers are not heard");
        }
        sleep(REST).await;
    }
}

/// Tells other servers and devices.
async fn notify_all(app: &App) {
    loop {
        let rung = tokio::select! {
            () = app.notifier.own.notified() => true,
            () = app.notifier.others.notified() => false,
            () = sleep(LOOK) => false,
        };
        sleep(GATHER).await;
        let read = app.run(move |app| {
            if rung {
                app.store.notify()?;
            }
            Ok(app.store.read(feed::seqs)?)
        });
        if let Ok(now) = read.await {
            app.notifier.seqs.send_if_modified(|before| {
                let differs = **before != now;
                *before = Arc::new(now);
                differs
            });
        }
    }
}

/// `GET /v1/wake`: server-sent events, each `{county: seq}` for the counties of the caller, at once and whenever one has moved. A device has one
/// such stream: a newer one ends the older.
pub async fn wake(State(app): State<App>, auth: Auth) -> AppResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let told = app.notifier.seqs.subscribe();
    let now = app.run(|app| Ok(app.store.read(feed::seqs)?)).await?;
    let first = hers(&auth.caller, &now);
    let later = stream::unfold((told, auth.caller, first.clone()), |(mut seqs, caller, before)| async move {
        loop {
            seqs.changed().await.ok()?;
            let now = hers(&caller, &seqs.borrow_and_update().clone());
            if now != before {
                return Some((now.clone(), (seqs, caller, now)));
            }
        }
    });
    let (mut ended, stopped) = (app.notifier.ended.subscribe(), app.notifier.listens(auth.device));
    let until = Box::pin(async move {
        tokio::select! { () = sleep(HEARING) => {}, _ = ended.wait_for(|ended| *ended) => {}, _ = stopped => {} }
    });
    let events = stream::once(async { first }).chain(later).take_until(until);
    let events = events.map(|seqs| Ok(Event::default().json_data(seqs).unwrap_or_default()));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE)))
}

fn hers(caller: &Caller, all: &BTreeMap<AreaCode, u64>) -> BTreeMap<AreaCode, u64> {
    // Who keeps no files is told of none.
    let reads = !caller.role.programmes().is_empty();
    let in_scope = |county: &AreaCode| reads && caller.areas.iter().any(|area| area.contains(county) || county.contains(area));
    all.iter().filter(|(county, _)| in_scope(county)).map(|(county, seq)| (county.clone(), *seq)).collect()
}
