//! A new version of the browser edition: `web.js` says when one waits; it is let in when the worker says so, or when
//! the app locks. Pages on which something is typed do not offer it.

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

/// The banner, while a new version waits.
#[component]
pub fn NewVersion() -> Html {
    let (text, status) = (use_text(), use_status());
    let waiting = use_state_eq(waits);
    {
        let waiting = waiting.setter();
        use_effect_with((), move |()| {
            let listener = Listener::window("nuanfang-new-version", move |_| waiting.set(waits()));
            move || drop(listener)
        });
    }
    {
        // A locked app has nothing to lose. At its first look the phase is not new: somebody may be typing the PIN.
        let was = use_mut_ref(|| status.phase);
        use_effect_with((status.phase, *waiting), move |(phase, waiting)| {
            let locked_now = *phase == Phase::Locked && was.replace(*phase) == Phase::Open;
            if locked_now && *waiting {
                ask("apply");
            }
        });
    }
    if !*waiting {
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
