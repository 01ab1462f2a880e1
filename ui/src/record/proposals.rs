//! What a visit calls for: a touch begins it, and nothing is made without one.

use domain::RecordId;
use domain::api::{Draft, MatterTypeItem, StartMatter};
use domain::form::Answers;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_command;
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
    let (text, nav) = (use_text(), use_nav());
    let start = use_command::<StartMatter>(Callback::from(move |draft: Draft| nav.open(Page::MatterDraft(draft.id))));
    if props.types.is_empty() {
        return Html::default();
    }
    let button = |kind: &MatterTypeItem| {
        let call = StartMatter { kind: kind.id.clone(), person: Some(props.person), area: None, answers: Answers::new(), source: Some(props.visit) };
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
