//! The only file that talks to the core. Messages are the JSON of `domain::api`, whatever carries them: Tauri's `invoke`
//! in the app, a dedicated worker's messages in a browser. Another carrier is one more [`Transport`].

mod tauri;
mod worker;

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use domain::api::{Call, CoreEvent, Request};
use domain::{Code, Failure, RecordId};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use yew::Callback;

/// What the core lets us know without being asked, or beside a reply.
#[derive(Clone, PartialEq, Debug)]
pub enum News {
    /// An event of the core: after a sync, say.
    Event(Box<CoreEvent>),
    /// A request of this window changed records.
    Changed,
    /// The core says it is locked, or enrolled otherwise than we thought: ask for its status.
    StatusIsOld,
}

/// A `domain::api::Response` whose value is known: read in one go, which is also less code than by way of a JSON value.
#[derive(serde::Deserialize)]
struct Reply<T> {
    value: T,
    #[serde(default)]
    changed: Vec<RecordId>,
}

/// A reply on its way: JSON of a `Response`.
type Answer = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

/// What carries requests to the core and its news back.
trait Transport {
    /// Sends one request, JSON of a [`Request`].
    fn send(&self, request: String) -> Answer;
    /// Begins to hand all news to [`tell`].
    fn listen(&self) -> Result<(), JsValue>;
    /// The server that this program was loaded from, which is then the only one; none for an installed app.
    fn home_server(&self) -> Option<String> {
        None
    }
    /// Takes the device's files over from another tab.
    fn take_over(&self) {}
}

thread_local! {
    static TRANSPORT: RefCell<Option<Rc<dyn Transport>>> = const { RefCell::new(None) };
    static HEARERS: RefCell<Vec<Callback<News>>> = const { RefCell::new(Vec::new()) };
}

fn transport() -> Result<Rc<dyn Transport>, Failure> {
    TRANSPORT.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = match tauri::Tauri::find() {
                Some(app) => Some(Rc::new(app)),
                None => Some(Rc::new(worker::CoreWorker::start()?)),
            };
        }
        kept.clone().ok_or(Failure::from(Code::Internal))
    })
}

/// Asks the core. What the request changed is also told to everyone who listens by [`on_news`].
///
/// # Errors
/// The core's own failure, or `Internal` when the answer is not one.
pub async fn call<C: Call>(call: C) -> Result<C::Reply, Failure> {
    let reply = send(encode(&call.into()), read::<C::Reply>).await?;
    reply.downcast().map(|reply| *reply).map_err(|_| Failure::from(Code::Internal))
}

/// How a kind of reply is read. What asks for whatever kind is compiled once and has this of each.
pub type Read = fn(&str) -> serde_json::Result<(Box<dyn Any>, bool)>;

/// Reads a reply of one kind, and whether records changed with it.
pub fn read<T: DeserializeOwned + 'static>(response: &str) -> serde_json::Result<(Box<dyn Any>, bool)> {
    serde_json::from_str::<Reply<T>>(response).map(|reply| (Box::new(reply.value) as Box<dyn Any>, !reply.changed.is_empty()))
}

/// A request as it crosses to the core.
pub fn encode(request: &Request) -> String {
    // Of plain names and values: there is nothing in it that JSON cannot say.
    serde_json::to_string(request).unwrap_or_default()
}

/// As [`call`], of a request that was encoded.
///
/// # Errors
/// As there.
pub async fn send(request: String, read: Read) -> Result<Box<dyn Any>, Failure> {
    match transport()?.send(request).await {
        Ok(response) => {
            let (value, changed) = read(&response).map_err(|_| Failure::from(Code::Internal))?;
            if changed {
                tell(&News::Changed);
            }
            Ok(value)
        }
        Err(failure) => {
            if matches!(failure.code, Code::Locked | Code::NotEnrolled | Code::DatabaseDamaged | Code::OtherTab) {
                tell(&News::StatusIsOld);
            }
            Err(failure)
        }
    }
}

/// Calls `hear` with all news from now on; meant for the one place that keeps the state of the app.
///
/// # Errors
/// When there is no core to listen to.
pub fn on_news(hear: Callback<News>) -> Result<(), Failure> {
    let carrier = transport()?;
    let first = HEARERS.with_borrow_mut(|hearers| {
        hearers.push(hear);
        hearers.len() == 1
    });
    if first { carrier.listen().map_err(|_| Failure::from(Code::Internal)) } else { Ok(()) }
}

/// The server that this program was loaded from, as people type it: in a browser there is no other.
pub fn home_server() -> Option<String> {
    transport().ok().and_then(|carrier| carrier.home_server())
}

/// Takes the device's files over from another tab; news follow.
pub fn take_over() {
    if let Ok(carrier) = transport() {
        carrier.take_over();
    }
}

fn tell(news: &News) {
    let hearers = HEARERS.with_borrow(Clone::clone);
    for hearer in hearers {
        hearer.emit(news.clone());
    }
}

/// Tells an event of the core, JSON of a [`CoreEvent`].
fn tell_event(text: &str) {
    if let Ok(event) = serde_json::from_str(text) {
        tell(&News::Event(Box::new(event)));
    }
}
