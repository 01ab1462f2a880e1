//! Areas, staff, roster, devices.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// Areas, staff, roster, devices.
#[component]
pub fn Admin() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.admin_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
