//! Whether the browser keeps this device's files for good: asked for once enrolled, told on 我的.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::core::api;
use crate::core::state::use_app;

fn storage() -> Option<web_sys::StorageManager> {
    // An installed app's files are the system's; there is nothing to ask.
    api::home_server()?;
    web_sys::window().map(|window| window.navigator().storage())
}

/// Asks the browser not to clear the files when space runs out. It may ask the worker, or decide by itself.
pub fn ask_to_keep() {
    let Some(asked) = storage().and_then(|storage| storage.persist().ok()) else { return };
    spawn_local(async move { _ = JsFuture::from(asked).await });
}

/// Whether it will; none in the installed app, and before it answered. Read again as records come: what is asked at
/// enrolling may be answered after 我的 is shown.
#[hook]
pub fn use_kept() -> Option<bool> {
    let revision = use_app().map_or(0, |app| app.revision);
    let kept = use_state_eq(|| None);
    {
        let kept = kept.setter();
        use_effect_with(revision, move |_| {
            let Some(asked) = storage().and_then(|storage| storage.persisted().ok()) else { return };
            spawn_local(async move {
                kept.set(JsFuture::from(asked).await.ok().map(|answer| answer.is_truthy()));
            });
        });
    }
    *kept
}
