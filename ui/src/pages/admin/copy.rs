//! Copying text, also where the window has no clipboard of its own.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Copies; whether it worked.
pub(super) async fn copy(words: &str) -> bool {
    modern(words).await.is_some() || old(words).is_some()
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &key.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

fn call(object: &JsValue, name: &str, argument: &str) -> Option<JsValue> {
    get(object, name)?.dyn_into::<js_sys::Function>().ok()?.call1(object, &argument.into()).ok()
}

/// `navigator.clipboard`, in windows that have it.
async fn modern(words: &str) -> Option<()> {
    let clipboard = get(&web_sys::window()?.navigator(), "clipboard")?;
    let promise = call(&clipboard, "writeText", words)?.dyn_into::<js_sys::Promise>().ok()?;
    JsFuture::from(promise).await.ok().map(|_| ())
}

/// `document.execCommand('copy')` of a text area made for it. Inside an open dialog only what lies in it can be selected.
fn old(words: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let area = document.create_element("textarea").ok()?.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
    let dialog = document.query_selector("dialog[open]").ok().flatten();
    let place = dialog.or_else(|| document.body().map(Into::into))?;
    area.set_value(words);
    area.set_class_name("sr");
    place.append_child(&area).ok()?;
    area.select();
    let copied = call(&document, "execCommand", "copy").is_some_and(|v| v.is_truthy());
    area.remove();
    copied.then_some(())
}
