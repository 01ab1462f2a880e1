//! Asks before changes that were not saved are thrown away.

use yew::prelude::*;

use crate::core::state::use_text;
use crate::kit::{Button, Look, Sheet};

/// Properties of [`Discard`].
#[derive(Properties, PartialEq)]
pub struct DiscardProps {
    /// Goes on editing.
    pub onstay: Callback<()>,
    /// Throws the changes away.
    pub ondiscard: Callback<()>,
}

/// The question.
#[component]
pub fn Discard(props: &DiscardProps) -> Html {
    let text = use_text();
    html! {
        <Sheet title={text.person_discard()} test="discard" onclose={props.onstay.clone()}>
            <p>{ text.person_discard_note() }</p>
            <div class="sheet-foot">
                <Button text={text.person_discard_action()} look={Look::Line} test="discard-yes" onclick={props.ondiscard.clone()} />
                <Button text={text.edit_stay()} test="discard-no" onclick={props.onstay.clone()} />
            </div>
        </Sheet>
    }
}
