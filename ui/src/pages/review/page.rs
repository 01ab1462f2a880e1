//! One visit to review: reading it from the core, and where to go afterwards.

use domain::RecordId;
use domain::api::Visit;
use yew::prelude::*;

use super::reading::Reading;
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{ErrorState, PageBody, Skeleton, TopBar};

/// Properties of [`ReviewPage`].
#[derive(Properties, PartialEq)]
pub struct ReviewPageProps {
    /// The visit.
    pub id: RecordId,
}

/// One visit beside the last, to approve or to return.
#[component]
pub fn ReviewPage(props: &ReviewPageProps) -> Html {
    let text = use_text();
    let visit = use_query(Visit { id: props.id });
    if let Some(detail) = &visit.data {
        return html! { <Reading detail={detail.clone()} failure={visit.failure.clone()} loading={visit.loading} reload={visit.reload.clone()} /> };
    }
    html! {
        <div class="page">
            <TopBar title={text.review_title()} back={true} />
            <PageBody>
                if let Some(failure) = visit.failure.clone() { <ErrorState {failure} retry={visit.reload.clone()} /> } else { <Skeleton count={4} /> }
            </PageBody>
        </div>
    }
}
