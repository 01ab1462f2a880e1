//! Version, privacy and where to complain, one touch away.

use yew::prelude::*;

use crate::core::state::{use_status, use_text};
use crate::kit::{Glyph, Icon};

/// The public service line (12345政务服务便民热线), the same number everywhere in China.
const SERVICE_LINE: &str = "tel:12345";

/// The last card of the page.
#[component]
pub fn About() -> Html {
    let (text, status) = (use_text(), use_status());
    let promises = [text.me_privacy_stored(), text.me_privacy_sent(&status.server), text.me_privacy_not(), text.me_privacy_log()];
    html! {
        <>
            <section class="card stack">
                <h2>{ text.me_feedback() }</h2>
                <p>{ text.me_feedback_way() }</p>
                <a class="btn line" href={SERVICE_LINE} data-test="feedback"><Icon glyph={Glyph::Phone} />{ text.me_feedback_call() }</a>
            </section>
            <section class="card stack">
                <h2>{ text.me_about() }</h2>
                <dl class="facts">
                    <div><dt>{ text.app_name() }</dt><dd data-test="version">{ text.me_version(env!("CARGO_PKG_VERSION")) }</dd></div>
                    <div><dt>{ text.me_server() }</dt><dd>{ &status.server }</dd></div>
                </dl>
                <details data-test="privacy">
                    <summary>{ text.me_privacy() }<Icon glyph={Glyph::Down} /></summary>
                    <ul class="promises">{ for promises.into_iter().map(|p| html! { <li>{ p }</li> }) }</ul>
                </details>
            </section>
        </>
    }
}
