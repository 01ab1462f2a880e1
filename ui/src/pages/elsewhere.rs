//! Another tab of this browser works on this device's files.

use yew::prelude::*;

use crate::core::api;
use crate::core::state::use_text;
use crate::kit::{Button, Glyph, Icon};

/// Says so, and offers to move here.
#[component]
pub fn Elsewhere() -> Html {
    let text = use_text();
    let asked = use_state(|| false);
    let here = {
        let asked = asked.clone();
        Callback::from(move |()| {
            asked.set(true);
            api::take_over();
        })
    };
    html! {
        <main class="gate">
            <div class="state" data-test="elsewhere">
                <span class="badge"><Icon glyph={Glyph::Files} /></span>
                <h1>{ text.browser_elsewhere_title() }</h1>
                <p>{ text.browser_elsewhere_note() }</p>
                <Button text={text.browser_elsewhere_here()} busy={*asked} test="take-over" onclick={here} />
            </div>
        </main>
    }
}
