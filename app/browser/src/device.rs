//! The device behind the page: its files, its core, its way to the server.
use crate::env::BrowserEnv;
use crate::files::{Files, Pool, PoolError};
use crate::{background, tell_page};
use client::Core;
use client::server::http::Http;
use client::server::online;
use domain::api::{CoreEvent, Request};
use domain::{Code, Failure};
use std::cell::RefCell;
use std::sync::Mutex;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static KEYSTORE: RefCell<Option<[u8; 32]>> = const { RefCell::new(None) };
}

/// Keeps the browser's share of the key for as long as the worker lives.
pub fn remember(keystore: Option<Vec<u8>>) {
    KEYSTORE.set(keystore.and_then(|bytes| bytes.try_into().ok()));
}

/// What requests and the background work share.
pub struct Device {
    core: Mutex<Core>,
    http: Http,
}

impl Device {
    /// Opens the files.
    ///
    /// # Errors
    /// Those of [`Files::open`].
    pub async fn open() -> Result<Device, PoolError> {
        let files = Files::open(Pool::of_this_worker().await?).await?;
        let http = Http::new(Box::new(tell))?.with_rest(Box::new(|| Box::pin(rest())));
        let core = Core::new(Box::new(BrowserEnv), Box::new(files)).with_keystore(KEYSTORE.with_borrow(Clone::clone));
        Ok(Device { core: Mutex::new(core), http })
    }

    /// Answers a request and, where it wrote something, sees to it that it is uploaded soon.
    ///
    /// # Errors
    /// The core's own; `Internal` for a request it does not know.
    pub async fn answer(&self, request: &str) -> Result<String, Failure> {
        let request: Request = serde_json::from_str(request).map_err(|_| Failure::from(Code::Internal))?;
        // A device that joined has only begun its first download.
        let joined = matches!(request, Request::Enrol(_) | Request::StartOver(_));
        client::server::link::hold(&self.core).touch();
        let response = self.handle(request).await?;
        if joined || !response.changed.is_empty() {
            background::wake();
        }
        serde_json::to_string(&response).map_err(|_| Code::Internal.into())
    }

    /// Answers a request.
    ///
    /// # Errors
    /// The core's own.
    pub async fn handle(&self, request: Request) -> Result<domain::api::Response, Failure> {
        online::handle(&self.core, &self.http, request).await
    }

    /// Listens for news until the connection ends.
    ///
    /// # Errors
    /// Those of [`online::listen`].
    pub async fn listen(&self) -> Result<(), Failure> {
        online::listen(&self.core, &self.http, background::news).await
    }

    /// Locks when the page has been silent for too long.
    pub fn lock_if_idle(&self) {
        online::lock_if_idle(&self.core, &self.http);
    }

    /// Whether the server has something that is not here.
    pub fn is_behind(&self) -> bool {
        client::server::link::hold(&self.core).is_behind()
    }

    /// Closes the database and lets go of the files, so that another tab can have them.
    pub fn close(&self) {
        // Should closing fail, the other tab is told that the files are still held.
        _ = client::server::link::hold(&self.core).lock();
        Files::close();
    }
}

#[wasm_bindgen]
extern "C" {
    /// Of `worker.js`.
    #[wasm_bindgen(js_name = nextTurn)]
    fn next_turn() -> js_sys::Promise;
}

/// Lets the page's requests have their turn.
async fn rest() {
    // It is never refused.
    _ = JsFuture::from(next_turn()).await;
}

fn tell(event: CoreEvent) {
    if let Ok(text) = serde_json::to_string(&event) {
        tell_page("event", &text);
    }
}
