//! The only file that talks to the core. Messages are the JSON of `domain::api`, whatever carries them: Tauri's
//! `invoke` in the app. Another carrier is one more [`Transport`].

use std::cell::RefCell;
use std::rc::Rc;

use domain::api::{Call, CoreEvent, Request};
use domain::{Code, Failure, RecordId};
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use yew::Callback;

/// What the core lets us know without being asked, or beside a reply.
#[derive(Clone, PartialEq, Debug)]
pub enum News {
    /// An event of the core: after a sync, say.
    Event(Box<CoreEvent>),
    /// A request of this window changed these records.
    Changed(Vec<RecordId>),
    /// The core says it is locked, or enrolled otherwise than we thought: ask for its status.
    StatusIsOld,
}

/// What carries requests to the core and its events back.
trait Transport {
    /// Sends one request; a rejected promise holds a failure.
    fn send(&self, request: JsValue) -> Result<js_sys::Promise, JsValue>;
    /// Calls `heard` with the payload of every event.
    fn listen(&self, heard: &Closure<dyn FnMut(JsValue)>) -> Result<(), JsValue>;
    /// The event inside what `listen` hears.
    fn payload(&self, heard: &JsValue) -> JsValue;
}

/// Tauri's own bridge, as `window.__TAURI__`.
struct Tauri {
    core: JsValue,
    event: JsValue,
}

impl Tauri {
    fn find() -> Option<Self> {
        let bridge = get(&js_sys::global(), "__TAURI__").filter(|b| b.is_object())?;
        Some(Self { core: get(&bridge, "core")?, event: get(&bridge, "event")? })
    }
}

impl Transport for Tauri {
    fn send(&self, request: JsValue) -> Result<js_sys::Promise, JsValue> {
        let args = js_sys::Object::new();
        js_sys::Reflect::set(&args, &"request".into(), &request)?;
        function(&self.core, "invoke")?.call2(&self.core, &"call".into(), &args)?.dyn_into()
    }

    fn listen(&self, heard: &Closure<dyn FnMut(JsValue)>) -> Result<(), JsValue> {
        function(&self.event, "listen")?.call2(&self.event, &"core".into(), heard.as_ref())?;
        Ok(())
    }

    fn payload(&self, heard: &JsValue) -> JsValue {
        get(heard, "payload").unwrap_or_default()
    }
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &key.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

fn function(object: &JsValue, name: &str) -> Result<js_sys::Function, JsValue> {
    js_sys::Reflect::get(object, &name.into())?.dyn_into()
}

thread_local! {
    static TRANSPORT: RefCell<Option<Rc<dyn Transport>>> = const { RefCell::new(None) };
    static HEARERS: RefCell<Vec<Callback<News>>> = const { RefCell::new(Vec::new()) };
}

fn transport() -> Result<Rc<dyn Transport>, Failure> {
    TRANSPORT.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = Tauri::find().map(|t| Rc::new(t) as Rc<dyn Transport>);
        }
        kept.clone().ok_or(Failure::from(Code::Internal))
    })
}

/// Asks the core. What the request changed is also told to everyone who listens by [`on_news`].
///
/// # Errors
/// The core's own failure, or `Internal` when the answer is not one.
pub async fn call<C: Call>(call: C) -> Result<C::Reply, Failure> {
    let request: Request = call.into();
    let request = serde_json::to_string(&request).map_err(|_| Failure::from(Code::Internal))?;
    let request = js_sys::JSON::parse(&request).map_err(|_| Failure::from(Code::Internal))?;
    let promise = transport()?.send(request).map_err(|e| failure(&e))?;
    match wasm_bindgen_futures::JsFuture::from(promise).await {
        Ok(response) => {
            let value = js_sys::Reflect::get(&response, &"value".into()).unwrap_or(JsValue::NULL);
            let reply = decode(&value)?;
            let changed: Vec<RecordId> = get(&response, "changed").and_then(|c| decode(&c).ok()).unwrap_or_default();
            if !changed.is_empty() {
                tell(&News::Changed(changed));
            }
            Ok(reply)
        }
        Err(error) => {
            let failure = failure(&error);
            if matches!(failure.code, Code::Locked | Code::NotEnrolled | Code::DatabaseDamaged) {
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
    if first {
        let reader = carrier.clone();
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            if let Ok(event) = decode::<CoreEvent>(&reader.payload(&event)) {
                tell(&News::Event(Box::new(event)));
            }
        });
        carrier.listen(&heard).map_err(|e| failure(&e))?;
        // The core speaks for as long as the window lives.
        heard.forget();
    }
    Ok(())
}

fn tell(news: &News) {
    let hearers = HEARERS.with_borrow(Clone::clone);
    for hearer in hearers {
        hearer.emit(news.clone());
    }
}

fn decode<T: DeserializeOwned>(value: &JsValue) -> Result<T, Failure> {
    // Nothing to stringify is nothing said: a reply without a value.
    let json = js_sys::JSON::stringify(value).ok().and_then(|s| s.as_string()).unwrap_or_else(|| "null".to_owned());
    serde_json::from_str(&json).map_err(|_| Failure::from(Code::Internal))
}

fn failure(error: &JsValue) -> Failure {
    decode(error).unwrap_or_else(|_| Code::Internal.into())
}
