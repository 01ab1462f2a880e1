//! What was decided on this visit before.

use std::rc::Rc;

use domain::api::{ReviewNote, VisitDetail};
use domain::visit::Decision;
use text::Text;
use yew::prelude::*;

use super::answers::label_of;
use crate::core::state::use_text;
use crate::kit::{Chip, Glyph, Tone};
use crate::record::when::moment;

/// Properties of [`Earlier`].
#[derive(Properties, PartialEq)]
pub struct EarlierProps {
    /// The visit.
    pub detail: Rc<VisitDetail>,
}

/// Earlier reviews, newest first; nothing when there is none.
#[component]
pub fn Earlier(props: &EarlierProps) -> Html {
    let text = use_text();
    if props.detail.reviews.is_empty() {
        return Html::default();
    }
    html! {
        <section>
            <div class="section"><h2>{ text.review_earlier() }</h2></div>
            <div class="card lines" data-test="earlier">{ for props.detail.reviews.iter().map(|r| note(&props.detail, r, &text)) }</div>
        </section>
    }
}

fn note(detail: &VisitDetail, review: &ReviewNote, text: &Text) -> Html {
    let (tone, icon) = match review.decision {
        Decision::Approved => (Tone::Ok, Glyph::Check),
        Decision::Returned => (Tone::Danger, Glyph::Return),
    };
    html! {
        <div class="stack tight">
            <div class="row wrap">
                <Chip text={text.code_or_raw("decision", review.decision.code())} {tone} icon={Some(icon)} />
                <small>{ text.review_by(&review.by, &moment(text, review.at)) }</small>
                if !review.current { <small class="muted">{ text.review_earlier_old() }</small> }
            </div>
            if !review.comment.is_empty() { <p class="prose">{ &review.comment }</p> }
            { for review.fields.iter().map(|(question, words)| html! {
                <p class="remark prose"><b>{ label_of(detail, question, text) }</b><br />{ words }</p>
            }) }
        </div>
    }
}
