//! What asks for attention.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// What asks for attention.
#[component]
pub fn Inbox() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.inbox_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
