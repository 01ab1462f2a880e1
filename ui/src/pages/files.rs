//! All files: list, search, filters.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// All files: list, search, filters.
#[component]
pub fn Files() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.files_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
