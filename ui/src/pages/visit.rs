//! Reading one visit.

use domain::RecordId;
use yew::prelude::*;

use crate::components::{PageBody, Skeleton, TopBar};
use crate::state::use_text;

/// Properties of [`VisitPage`].
#[derive(Properties, PartialEq)]
pub struct VisitPageProps {
    /// The visit.
    pub id: RecordId,
}

/// Reading one visit.
#[component]
pub fn VisitPage(props: &VisitPageProps) -> Html {
    let text = use_text();
    let _ = props;
    html! {
        <div class="page">
            <TopBar title={text.visit_detail()} back={true} />
            <PageBody><Skeleton /></PageBody>
        </div>
    }
}
