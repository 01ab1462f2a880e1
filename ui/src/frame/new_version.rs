//! How the browser edition's program stands: `web.js` says when a new version waits, and when none could be kept. A new one is let in
//! when the worker says so, or when the app locks. Pages on which something is typed do not offer it.

use domain::api::Phase;
use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

use crate::core::listen::Listener;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, Glyph, Look, Tone};

/// What `web.js` puts on the window; none in the installed app.
fn announcer() -> Option<JsValue> {
    js_sys::Reflect::get(&js_sys::global(), &"nuanfangNewVersion".into()).ok().filter(|a| a.is_object())
}

fn ask(what: &str) -> Option<JsValue> {
    let announcer = announcer()?;
    let function = js_sys::Reflect::get(&announcer, &what.into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    function.call0(&announcer).ok()
}

fn waits() -> bool {
    ask("waits").is_some_and(|waits| waits.is_truthy())
}

/// Whether the program could not be kept, so that it does not open without a network.
fn unkept() -> bool {
    let asked = js_sys::Reflect::get(&js_sys::global(), &"nuanfangUnkept".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    asked.and_then(|f| f.call0(&JsValue::NULL).ok()).is_some_and(|unkept| unkept.is_truthy())
}

/// What `web.js` answers, asked again with each of its events.
#[hook]
fn use_told(event: &'static str, ask: fn() -> bool) -> bool {
    let told = use_state_eq(ask);
    {
        let told = told.setter();
        use_effect_with((), move |()| {
            told.set(ask());
            let listener = Listener::window(event, move |_| told.set(ask()));
            move || drop(listener)
        });
    }
    *told
}

/// The banner, while a new version waits or none is kept.
#[component]
pub fn NewVersion() -> Html {
    let (text, status) = (use_text(), use_status());
    let waiting = use_told("nuanfang-new-version", waits);
    let unkept = use_told("nuanfang-unkept", unkept);
    {
        // A locked app has nothing to lose. At its first look the phase is not new: somebody may be typing the PIN.
        let was = use_mut_ref(|| status.phase);
        use_effect_with((status.phase, waiting), move |(phase, waiting)| {
            let locked_now = *phase == Phase::Locked && was.replace(*phase) == Phase::Open;
            if locked_now && *waiting {
                ask("apply");
            }
        });
    }
    if unkept {
        return html! {
            <div class="new-version"><Banner title={text.browser_unkept()} note={text.browser_unkept_note()} test="unkept" /></div>
        };
    }
    if !waiting {
        return Html::default();
    }
    let apply = Callback::from(|()| _ = ask("apply"));
    html! {
        <div class="new-version">
            <Banner tone={Tone::Info} icon={Glyph::Sync} title={text.browser_new_version()} note={text.browser_new_version_note()} test="new-version">
                <Button text={text.browser_new_version_now()} look={Look::Soft} fit={true} test="update" onclick={apply} />
            </Banner>
        </div>
    }
}
