//! One person's file.

use domain::RecordId;
use yew::prelude::*;

use crate::components::{PageBody, Skeleton, TopBar};
use crate::state::use_text;

/// Properties of [`PersonPage`].
#[derive(Properties, PartialEq)]
pub struct PersonPageProps {
    /// The file.
    pub id: RecordId,
}

/// One person's file.
#[component]
pub fn PersonPage(props: &PersonPageProps) -> Html {
    let text = use_text();
    let _ = props;
    html! {
        <div class="page">
            <TopBar title={text.person_title()} back={true} />
            <PageBody><Skeleton /></PageBody>
        </div>
    }
}
