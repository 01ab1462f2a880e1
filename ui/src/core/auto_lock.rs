//! Locks the app when nobody has touched it for a while: a phone left on a table shows nobody's file.

use std::cell::Cell;
use std::rc::Rc;

use domain::api::{Lock, Status};
use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::core::api;
use crate::core::listen::Listener;
use crate::core::state::{App, refresh_status};

/// How often it looks at the clock.
const LOOK_EVERY_MILLIS: u32 = 15_000;
/// How often the shell, which locks a page that sleeps, is told that somebody reads here.
const TELL_EVERY_MILLIS: f64 = 60_000.0;
const TOUCHES: [&str; 3] = ["pointerdown", "keydown", "wheel"];

/// Locks after `minutes` without a touch; never for 0.
#[hook]
pub fn use_auto_lock(app: App, minutes: u32) {
    use_effect_with(minutes, move |minutes| {
        let limit = f64::from(*minutes) * 60_000.0;
        let last = Rc::new(Cell::new(js_sys::Date::now()));
        let told = Rc::new(Cell::new(last.get()));
        let listeners: Vec<_> = TOUCHES
            .into_iter()
            .filter_map(|name| {
                let last = last.clone();
                let told = told.clone();
                Listener::window(name, move |_| {
                    let now = js_sys::Date::now();
                    last.set(now);
                    if now - told.get() >= TELL_EVERY_MILLIS {
                        told.set(now);
                        spawn_local(async { _ = api::call(Status {}).await });
                    }
                })
            })
            .collect();
        let look = move || {
            if js_sys::Date::now() - last.get() >= limit {
                last.set(js_sys::Date::now());
                lock(&app);
            }
        };
        let timer = (*minutes > 0).then(|| Interval::new(LOOK_EVERY_MILLIS, look.clone()));
        // A phone's timers stand still while the app is away: it must not show a file when it comes back.
        let document = web_sys::window().and_then(|w| w.document()).filter(|_| *minutes > 0);
        let back = document.map(|document| Listener::new(&document, "visibilitychange", move |_| look()));
        move || drop((listeners, timer, back))
    });
}

/// Locks now.
pub fn lock(app: &App) {
    let app = app.dispatcher();
    spawn_local(async move {
        // Locked or not, the status says which; the screens follow it.
        let _ = api::call(Lock {}).await;
        refresh_status(app);
    });
}
