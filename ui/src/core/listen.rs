//! Listening to the document or the window for as long as a component lives.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};
use yew::prelude::*;

/// A listener; dropping it stops it.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    heard: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `heard` for each event of that name at `target`.
    pub fn new(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        let heard = Closure::<dyn FnMut(Event)>::new(heard);
        // Adding a listener fails only for a target that is none, which the type excludes.
        let _ = target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        Self { target: target.clone(), name, heard }
    }

    /// Listens at the window; none outside of one.
    pub fn window(name: &'static str, heard: impl FnMut(Event) + 'static) -> Option<Self> {
        web_sys::window().map(|window| Self::new(&window, name, heard))
    }
}

/// While `active`, a browser asks before it leaves or reloads the page.
#[hook]
pub fn use_unload_guard(active: bool) {
    use_effect_with(active, |active| {
        let listener = active.then(|| {
            Listener::window("beforeunload", |event| {
                event.prevent_default();
                // Older browsers want this as well.
                let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &"".into());
            })
        });
        move || drop(listener)
    });
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.heard.as_ref().unchecked_ref());
    }
}
