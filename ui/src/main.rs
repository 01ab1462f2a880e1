//! The interface of Nuanfang: Yew in a WebView. It knows `domain` and `text` only; `core/api.rs` alone talks to the core.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod core;
mod form;
mod frame;
mod kit;
mod pages;
mod record;

use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

#[component]
fn Nuanfang() -> Html {
    html! {
        <core::state::AppProvider>
            <kit::ToastProvider>
                <frame::shell::Shell />
            </kit::ToastProvider>
        </core::state::AppProvider>
    }
}

/// Shows a panic on the failure page of `boot.js`: the worker sees words and a button, never a frozen screen.
fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    let message = JsValue::from_str(&info.to_string());
    let show = js_sys::Reflect::get(&js_sys::global(), &"nuanfangFailed".into());
    if let Ok(show) = show.and_then(JsValue::dyn_into::<js_sys::Function>) {
        let _ = show.call1(&JsValue::UNDEFINED, &message);
    }
}

fn main() {
    yew::set_custom_panic_hook(Box::new(report_panic));
    let root = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("app"));
    match root {
        Some(root) => yew::Renderer::<Nuanfang>::with_root(root).render(),
        None => yew::Renderer::<Nuanfang>::new().render(),
    };
}
