//! What a visit calls for: a touch begins it, and nothing is made without one.

use domain::RecordId;
use domain::api::MatterTypeItem;
use yew::prelude::*;

use super::begin::{self, use_begin};
use crate::core::state::use_text;
use crate::kit::{Button, FailureBanner, Glyph, Look};

/// Properties of [`Proposals`].
#[derive(Properties, PartialEq)]
pub struct ProposalsProps {
    /// What is called for.
    pub types: Vec<MatterTypeItem>,
    /// Of whom.
    pub person: RecordId,
    /// The visit.
    pub visit: RecordId,
}

/// A card with a button each.
#[component]
pub fn Proposals(props: &ProposalsProps) -> Html {
    let (text, start) = (use_text(), use_begin(Callback::noop()));
    if props.types.is_empty() {
        return Html::default();
    }
    let button = |kind: &MatterTypeItem| {
        let call = begin::of_person(&kind.id, props.person, Some(props.visit));
        let look = if kind.urgent { Look::Danger } else { Look::Main };
        let onclick = start.callback().reform(move |()| call.clone());
        html! {
            <Button key={kind.id.clone()} text={kind.title.get(text.lang().code()).to_owned()} icon={Glyph::Alert} {look} busy={start.busy}
                test={format!("propose-{}", kind.id)} {onclick} />
        }
    };
    html! {
        <section class="card flag stack" data-test="proposals">
            <p><b>{ text.matter_proposed() }</b><br /><small>{ text.matter_proposed_note() }</small></p>
            { for props.types.iter().map(button) }
            if let Some(failure) = &start.failure { <FailureBanner failure={failure.clone()} /> }
        </section>
    }
}
