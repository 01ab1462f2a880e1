//! The device behind the window: its home folder, its core, its way to the server.
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::server::http::Http;
use client::server::online;
use domain::api::{Request, Response};
use domain::{Code, Failure};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::sleep;

/// A thread that waits for the core gets it within such a moment; without one, whoever lets it go takes it again before.
const TURN: Duration = Duration::from_millis(1);

/// What `call` and the background work share.
pub struct Device {
    core: Mutex<Core>,
    http: Http,
    /// Something was written, or the app comes or goes: sync soon.
    pub wake: Notify,
    /// The server has something new.
    pub news: Notify,
    /// The app was left: nothing is listened to any more.
    pub hidden: Notify,
    /// Whether the app is in front; on a desk it always is.
    pub shown: AtomicBool,
    /// Where exported documents go.
    #[cfg(target_os = "android")]
    pub share: crate::share::Share,
}

impl Device {
    /// Opens the home folder: `NUANFANG_HOME`, else one of its own in the system's place for this app's data. The WebView keeps
    /// its files in that place, too, and a wipe empties the home folder.
    pub fn open(app: &AppHandle) -> anyhow::Result<Device> {
        let folder = match std::env::var_os("NUANFANG_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => app.path().app_data_dir()?.join("home"),
        };
        let home = Home::open(&folder, || eprintln!("waiting: another program works in this folder"))?;
        #[cfg(target_os = "android")]
        let share = app.state::<crate::share::Share>().inner().clone();
        let app = app.clone();
        // A window that is just closing need not be told.
        let http = Http::new(Box::new(move |event| _ = app.emit("core", event)))?.with_rest(Box::new(|| Box::pin(sleep(TURN))));
        let core = Core::new(Box::new(SystemEnv), Box::new(home)).with_keystore(crate::keystore::secret());
        Ok(Device {
            core: Mutex::new(core),
            http,
            wake: Notify::new(),
            news: Notify::new(),
            hidden: Notify::new(),
            shown: AtomicBool::new(true),
            #[cfg(target_os = "android")]
            share,
        })
    }

    /// Listens for news until the connection ends.
    pub async fn listen(&self) -> Result<(), Failure> {
        online::listen(&self.core, &self.http, || self.news.notify_one()).await
    }

    /// The interface asks something: its person is there.
    pub fn touch(&self) {
        client::server::link::hold(&self.core).touch();
    }

    /// Locks when the interface has been silent for too long.
    pub fn lock_if_idle(&self) {
        online::lock_if_idle(&self.core, &self.http);
    }

    /// Whether the server has something that is not here.
    pub fn is_behind(&self) -> bool {
        client::server::link::hold(&self.core).is_behind()
    }

    /// Answers a request on a thread that may block: SQLite and Argon2 take their time.
    pub async fn handle(self: std::sync::Arc<Self>, request: Request) -> Result<Response, Failure> {
        let work = move || Handle::current().block_on(online::handle(&self.core, &self.http, request));
        tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }
}
