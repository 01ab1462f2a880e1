//! Visits that wait for a supervisor, and one of them beside the last.

use yew::prelude::*;

use crate::components::{Empty, PageBody, SyncChip, TopBar};
use crate::state::use_text;

/// Visits that wait for a supervisor, and one of them beside the last.
#[component]
pub fn ReviewList() -> Html {
    let text = use_text();
    html! {
        <div class="page">
            <TopBar title={text.review_title()}><SyncChip /></TopBar>
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}

/// Properties of [`ReviewPage`].
#[derive(Properties, PartialEq)]
pub struct ReviewPageProps {
    /// The visit.
    pub id: domain::RecordId,
}

/// One visit beside the last, to approve or to return.
#[component]
pub fn ReviewPage(props: &ReviewPageProps) -> Html {
    let text = use_text();
    let _ = props;
    html! {
        <div class="page">
            <TopBar title={text.review_title()} back={true} />
            <PageBody><Empty title={text.state_empty()} /></PageBody>
        </div>
    }
}
