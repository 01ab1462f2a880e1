//! The client core in a dedicated worker, in a browser. `worker.js` says what the messages look like.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use domain::{Code, Failure};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{Answer, News, Transport, tell, tell_event};
use crate::core::listen::Listener;

/// Requests without an answer yet: what settles each.
type Waiting = Rc<RefCell<HashMap<u32, (js_sys::Function, js_sys::Function)>>>;

/// The worker.
pub(super) struct CoreWorker {
    worker: Worker,
    waiting: Waiting,
    last: RefCell<u32>,
}

impl CoreWorker {
    /// Starts the worker that the page names.
    ///
    /// # Errors
    /// `StorageDenied` where the page came over plain http, `BrowserUnfit` where there are no such workers.
    pub(super) fn start() -> Result<Self, Failure> {
        let window = web_sys::window().ok_or(Failure::from(Code::Internal))?;
        if !window.is_secure_context() {
            return Err(Code::StorageDenied.into());
        }
        let script = window
            .document()
            .and_then(|page| page.query_selector("meta[name=nuanfang-worker]").ok().flatten())
            .and_then(|meta| meta.get_attribute("content"))
            .ok_or(Failure::from(Code::Internal))?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&script, &options).map_err(|_| Failure::from(Code::BrowserUnfit))?;
        Ok(Self { worker, waiting: Waiting::default(), last: RefCell::new(0) })
    }
}

impl Transport for CoreWorker {
    fn send(&self, request: String) -> Answer {
        let id = {
            let mut last = self.last.borrow_mut();
            *last = last.wrapping_add(1);
            *last
        };
        let promise = js_sys::Promise::new(&mut |resolve, reject| {
            self.waiting.borrow_mut().insert(id, (resolve, reject));
            // A worker that is gone has said so by an error event.
            _ = self.worker.post_message(&js_sys::Array::of2(&id.into(), &request.as_str().into()));
        });
        Box::pin(async move {
            let text = |value: JsValue| value.as_string().unwrap_or_default();
            let failure = |e| serde_json::from_str(&text(e)).unwrap_or_else(|_| Code::Internal.into());
            JsFuture::from(promise).await.map(text).map_err(failure)
        })
    }

    fn listen(&self) -> Result<(), JsValue> {
        let waiting = self.waiting.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = js_sys::Array::from(&event.data());
            let (first, text) = (message.get(0), message.get(1));
            match first.as_string().as_deref() {
                None => answered(&waiting, &first, &text, message.get(2).is_truthy()),
                Some("event") => tell_event(&text.as_string().unwrap_or_default()),
                Some("stale") => tell(&News::StatusIsOld),
                Some(_) => broken(&text),
            }
        });
        self.worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        // The worker's own files did not load, or it fell over.
        let failed =
            Closure::<dyn FnMut(JsValue)>::new(|event: JsValue| broken(&js_sys::Reflect::get(&event, &"message".into()).unwrap_or_default()));
        self.worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        failed.forget();
        // Not every browser tells its workers that the network is back.
        let worker = self.worker.clone();
        if let Some(online) = Listener::window("online", move |_| _ = worker.post_message(&"online".into())) {
            std::mem::forget(online);
        }
        Ok(())
    }

    fn home_server(&self) -> Option<String> {
        let here = web_sys::window()?.location();
        let folder = here.pathname().ok()?;
        let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        Some(format!("{}{folder}", here.origin().ok()?))
    }

    fn take_over(&self) {
        _ = self.worker.post_message(&"take-over".into());
    }
}

fn answered(waiting: &Waiting, id: &JsValue, text: &JsValue, good: bool) {
    // Ids are small whole numbers of ours.
    let id = id.as_f64().map_or(0, |id| id as u32);
    if let Some((resolve, reject)) = waiting.borrow_mut().remove(&id) {
        _ = if good { resolve } else { reject }.call1(&JsValue::UNDEFINED, text);
    }
}

/// Shows the failure page of `boot.js`: nothing works without the core.
fn broken(text: &JsValue) {
    let show = js_sys::Reflect::get(&js_sys::global(), &"nuanfangFailed".into());
    if let Ok(show) = show.and_then(JsValue::dyn_into::<js_sys::Function>) {
        _ = show.call1(&JsValue::UNDEFINED, text);
    }
}
