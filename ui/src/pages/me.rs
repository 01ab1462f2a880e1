//! Myself, this device, settings.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// Myself, this device, settings.
#[component]
pub fn Me() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.me_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
