//! Who is due, and why.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// Who is due, and why.
#[component]
pub fn Today() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.today_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
