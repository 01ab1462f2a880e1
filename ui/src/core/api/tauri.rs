//! Tauri's own bridge, as `window.__TAURI__`.

use domain::{Code, Failure};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Answer, Transport, tell_event};

/// The bridge.
pub(super) struct Tauri {
    core: JsValue,
    event: JsValue,
}

impl Tauri {
    /// The bridge, where this is the app's window.
    pub(super) fn find() -> Option<Self> {
        let bridge = get(&js_sys::global(), "__TAURI__").filter(|b| b.is_object())?;
        Some(Self { core: get(&bridge, "core")?, event: get(&bridge, "event")? })
    }

    fn invoke(&self, request: &str) -> Result<js_sys::Promise, JsValue> {
        let args = js_sys::Object::new();
        js_sys::Reflect::set(&args, &"request".into(), &js_sys::JSON::parse(request)?)?;
        function(&self.core, "invoke")?.call2(&self.core, &"call".into(), &args)?.dyn_into()
    }
}

impl Transport for Tauri {
    fn send(&self, request: String) -> Answer {
        let sent = self.invoke(&request);
        Box::pin(async move {
            let promise = sent.map_err(|e| failure(&e))?;
            JsFuture::from(promise).await.map(|response| json(&response)).map_err(|e| failure(&e))
        })
    }

    fn listen(&self) -> Result<(), JsValue> {
        let heard = Closure::<dyn FnMut(JsValue)>::new(|event: JsValue| tell_event(&json(&get(&event, "payload").unwrap_or_default())));
        function(&self.event, "listen")?.call2(&self.event, &"core".into(), heard.as_ref())?;
        // The core speaks for as long as the window lives.
        heard.forget();
        Ok(())
    }
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &key.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

fn function(object: &JsValue, name: &str) -> Result<js_sys::Function, JsValue> {
    js_sys::Reflect::get(object, &name.into())?.dyn_into()
}

fn json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|s| s.as_string()).unwrap_or_default()
}

fn failure(error: &JsValue) -> Failure {
    serde_json::from_str(&json(error)).unwrap_or_else(|_| Code::Internal.into())
}
