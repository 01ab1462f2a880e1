//! Visits that were begun and not finished: they come first, so that none is forgotten.

use domain::api::{Draft, DraftItem, OpenDraft};
use yew::prelude::*;

use crate::components::{Button, Card, Edge, FailureBanner, Glyph};
use crate::nav::{Page, use_nav};
use crate::pages::when::moment;
use crate::query::use_command;
use crate::state::use_text;

/// Properties of [`Drafts`].
#[derive(Properties, PartialEq)]
pub struct DraftsProps {
    /// The unfinished visits on this device.
    pub drafts: Vec<DraftItem>,
}

/// A card for each unfinished visit.
#[component]
pub fn Drafts(props: &DraftsProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    // Only the draft itself says whether it corrects a visit, which is a different page.
    let open = use_command::<OpenDraft>(Callback::from(move |draft: Draft| {
        nav.select(Page::VisitForm(draft.person.id, draft.corrects));
    }));
    if props.drafts.is_empty() {
        return Html::default();
    }
    let cards = props.drafts.iter().map(|draft| {
        let words = text.today_draft_line(&moment(&text, draft.started), i64::from(draft.answered));
        let (run, id) = (open.callback(), draft.id);
        html! {
            <Card key={id.to_string()} edge={Edge::Soon} class="stack tight" test="draft">
                <div><span class="name">{ &draft.name }</span><br /><small>{ words }</small></div>
                <Button text={text.today_continue_action()} icon={Glyph::Edit} busy={open.busy} test="continue"
                    onclick={move |()| run.emit(OpenDraft { draft: id })} />
            </Card>
        }
    });
    html! {
        <section class="due-part" data-test="drafts">
            <div class="section"><h2>{ text.today_drafts() }</h2></div>
            if let Some(failure) = &open.failure { <FailureBanner failure={failure.clone()} /> }
            <div class="stack">{ for cards }</div>
        </section>
    }
}
