//! What was begun and not finished: it comes first, so that nothing is forgotten.

use domain::api::{DraftItem, DraftOf};
use text::Text;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::state::use_text;
use crate::kit::{Button, Card, Edge, Glyph};
use crate::record::when::moment;

/// Properties of [`Drafts`].
#[derive(Properties, PartialEq)]
pub struct DraftsProps {
    /// What is unfinished on this device.
    pub drafts: Vec<DraftItem>,
}

/// Where one is gone on with.
pub fn page_of(draft: &DraftItem) -> Page {
    match draft.person.filter(|_| draft.of.is_visit()) {
        Some(person) => Page::Draft(person, draft.id),
        None => Page::MatterDraft(draft.id),
    }
}

/// Of whom, and what.
fn words(draft: &DraftItem, text: &Text) -> String {
    let lang = text.lang().code();
    match (&draft.of, &draft.title) {
        (DraftOf::Correction(_), _) => text.form_corrects(&draft.name),
        (DraftOf::Step { action, .. }, Some(form)) => format!("{} · {} · {}", draft.name, form.get(lang), action.get(lang)),
        (_, Some(form)) => format!("{} · {}", draft.name, form.get(lang)),
        (_, None) => draft.name.clone(),
    }
}

/// A card for each unfinished visit or matter.
#[component]
pub fn Drafts(props: &DraftsProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    if props.drafts.is_empty() {
        return Html::default();
    }
    let cards = props.drafts.iter().map(|draft| {
        let title = words(draft, &text);
        let words = text.today_draft_line(&moment(&text, draft.started), i64::from(draft.answered));
        let (nav, page) = (nav.clone(), page_of(draft));
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
