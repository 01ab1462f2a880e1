//! What handlers share: the state of a server, and blocking work on its database in turn.
use crate::env::Env;
use crate::error::{AppError, AppResult};
use crate::limits::{Guard, WrongCodes};
use crate::measures;
use crate::office::forms::KnownForms;
use crate::photos::Photos;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::at_rest::Key;
use crate::store::db::DbError;
use crate::sync::county::Versions;
use crate::wake::FeedNotifier;
use domain::DeviceId;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tracing::Span;

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
    /// The forms that records name.
    pub forms: Arc<KnownForms>,
    /// Where photos lie.
    pub photos: Arc<Photos>,
    /// When the database was last found to answer, or not.
    pub(crate) ready: Arc<Mutex<Option<(Instant, bool)>>>,
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
            forms: Arc::default(),
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
    pub(crate) fn known_ready(&self) -> Option<bool> {
        let last = *self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(at, _)| at.elapsed() < READY_AGAIN).map(|(_, ready)| ready)
    }
}
