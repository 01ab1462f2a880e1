//! Recording a visit, or correcting one.

use domain::RecordId;
use yew::prelude::*;

use crate::components::{PageBody, Skeleton, TopBar};
use crate::state::use_text;

/// Properties of [`VisitForm`].
#[derive(Properties, PartialEq)]
pub struct VisitFormProps {
    /// Whom.
    pub person: RecordId,
    /// The visit to correct.
    pub correct: Option<RecordId>,
}

/// Recording a visit, or correcting one.
#[component]
pub fn VisitForm(props: &VisitFormProps) -> Html {
    let text = use_text();
    let _ = props;
    html! {
        <div class="page">
            <TopBar title={text.visit_new()} back={true} />
            <PageBody><Skeleton /></PageBody>
        </div>
    }
}
