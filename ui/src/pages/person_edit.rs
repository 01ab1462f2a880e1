//! Editing a file, or making one.

use domain::RecordId;
use yew::prelude::*;

use crate::components::{PageBody, Skeleton, TopBar};
use crate::state::use_text;

/// Properties of [`PersonEdit`].
#[derive(Properties, PartialEq)]
pub struct PersonEditProps {
    /// The file; none makes a new one.
    pub id: Option<RecordId>,
}

/// Editing a file, or making one.
#[component]
pub fn PersonEdit(props: &PersonEditProps) -> Html {
    let text = use_text();
    let _ = props;
    html! {
        <div class="page">
            <TopBar title={text.person_edit()} back={true} />
            <PageBody><Skeleton /></PageBody>
        </div>
    }
}
