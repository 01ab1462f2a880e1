//! A supervisor's overview of her villages.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// A supervisor's overview of her villages.
#[component]
pub fn AreaOverview() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.area_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
