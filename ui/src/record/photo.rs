//! A photo on its way: made small before it goes to the core, and as a page shows it.

use domain::api::PhotoItem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// `nuanfangPhoto` of `start.js`.
pub async fn small(file: &JsValue) -> Option<JsValue> {
    let shrink = js_sys::Reflect::get(&js_sys::global(), &"nuanfangPhoto".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let content = shrink.call1(&JsValue::UNDEFINED, file).ok()?.dyn_into::<js_sys::Promise>().ok()?;
    JsFuture::from(content).await.ok()
}

/// What an `<img>` shows it by.
pub fn source(photo: &PhotoItem) -> String {
    format!("data:image/jpeg;base64,{}", photo.jpeg)
}
