//! Visits that were begun and not finished: they come first, so that none is forgotten.

use domain::api::DraftItem;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::state::use_text;
use crate::kit::{Button, Card, Edge, Glyph};
use crate::record::when::moment;

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
    if props.drafts.is_empty() {
        return Html::default();
    }
    let cards = props.drafts.iter().map(|draft| {
        let title = match &draft.title {
            _ if draft.corrects.is_some() => text.form_corrects(&draft.name),
            Some(form) => format!("{} · {}", draft.name, form.get(text.lang().code())),
            None => draft.name.clone(),
        };
        let words = text.today_draft_line(&moment(&text, draft.started), i64::from(draft.answered));
        let (nav, page) = (nav.clone(), Page::Draft(draft.person, draft.id));
        html! {
            <Card key={draft.id.to_string()} edge={Edge::Soon} on={nav.route.page == page} class="stack tight" test="draft">
                <div><span class="name">{ title }</span><br /><small>{ words }</small></div>
                <Button text={text.today_continue_action()} icon={Glyph::Edit} test="continue" onclick={move |()| nav.select(page)} />
            </Card>
        }
    });
    html! {
        <section class="due-part" data-test="drafts">
            <div class="section"><h2>{ text.today_drafts() }</h2></div>
            <div class="stack">{ for cards }</div>
        </section>
    }
}
