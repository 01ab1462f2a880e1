//! The browser edition's shell: the client core in a dedicated worker, its files in the origin's private file system.
//! The page sends requests as JSON text and gets replies and news the same way; `worker.js` carries them.
#![cfg(target_arch = "wasm32")]

mod background;
mod device;
mod env;
mod files;
mod tabs;

use device::Device;
use domain::{Code, Failure};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Where this worker stands.
#[derive(Clone)]
enum Standing {
    /// It holds the files.
    Here(Rc<Device>),
    /// It does not; every request is answered with this.
    Away(Failure),
}

thread_local! {
    static STANDING: RefCell<Standing> = const { RefCell::new(Standing::Away(Failure { code: Code::OtherTab, field: None })) };
}

fn standing() -> Standing {
    STANDING.with_borrow(Clone::clone)
}

fn stand(now: Standing) {
    STANDING.set(now);
}

/// Opens the files of this device; afterwards [`answer`] may be called. `keystore`: 32 bytes that only this browser profile
/// can make, none where it has no place for them.
#[wasm_bindgen]
pub async fn start(keystore: Option<Vec<u8>>) {
    std::panic::set_hook(Box::new(|info| tell_page("panic", &info.to_string())));
    device::remember(keystore);
    tabs::listen();
    stand(match tabs::open_patiently().await {
        Ok(device) => Standing::Here(Rc::new(device)),
        Err(failure) => Standing::Away(failure),
    });
    background::begin();
}

/// Answers one request: JSON of `domain::api::Request` in, JSON of its `Response` out.
///
/// # Errors
/// JSON of a `domain::Failure`.
#[wasm_bindgen]
pub async fn answer(request: String) -> Result<String, JsValue> {
    let answered = match standing() {
        Standing::Here(device) => device.answer(&request).await,
        Standing::Away(failure) => Err(failure),
    };
    let text = |failure: Failure| serde_json::to_string(&failure).unwrap_or_default();
    answered.map_err(|failure| text(failure).into())
}

/// Takes the files over from the tab that holds them.
#[wasm_bindgen]
pub async fn take_over() {
    if let Standing::Away(_) = standing() {
        stand(match tabs::take_over().await {
            Ok(device) => Standing::Here(Rc::new(device)),
            Err(failure) => Standing::Away(failure),
        });
        background::listen();
        background::wake();
    }
    tell_page("stale", "");
}

/// A network came back: sync soon.
#[wasm_bindgen]
pub fn wake() {
    background::wake();
}

/// Tells the page something it did not ask for: `event` (JSON of a `CoreEvent`), `stale` (ask for the status), `panic`.
fn tell_page(what: &str, text: &str) {
    let message = js_sys::Array::of2(&what.into(), &text.into());
    if let Ok(worker) = js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        // Nothing can be done about a page that is gone.
        _ = worker.post_message(&message);
    }
}
