//! What asks for attention on a visit, and what its reviewers said.

use std::rc::Rc;

use domain::api::{ReviewNote, VisitDetail};
use domain::visit::{Decision, VisitState};
use text::Text;
use yew::prelude::*;

use crate::core::state::use_text;
use crate::kit::{Banner, Button, Card, Glyph, Icon, Look, Tone};
use crate::record::when;

/// Properties of [`Notices`].
#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// The visit.
    pub detail: Rc<VisitDetail>,
    /// Opens the choice between two values: the path.
    pub onsettle: Callback<String>,
}

/// The review that says the visit came back, while it is back.
pub fn returned(detail: &VisitDetail) -> Option<&ReviewNote> {
    let back = detail.item.state == VisitState::Returned;
    detail.reviews.first().filter(|r| back && r.decision == Decision::Returned)
}

fn said(note: &ReviewNote, text: &Text) -> String {
    if note.comment.trim().is_empty() { text.visit_read_no_comment() } else { note.comment.clone() }
}

/// Banners above the answers.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let text = use_text();
    let detail = &props.detail;
    let conflicts = detail.conflicts.len();
    let settle = detail.conflicts.first().map(|first| {
        let (onsettle, path) = (props.onsettle.clone(), first.path.clone());
        Callback::from(move |()| onsettle.emit(path.clone()))
    });
    html! {
        <>
            if let Some(note) = returned(detail) {
                <Banner tone={Tone::Danger} icon={Glyph::Return} title={text.visit_read_returned(&note.by)} note={said(note, &text)} test="returned" />
            }
            if let Some(reason) = &detail.refusal {
                <Banner tone={Tone::Danger} title={text.visit_read_refused()} note={text.visit_read_refused_note(&text.failure(reason))} test="refused" />
            }
            if detail.item.state == VisitState::Changed {
                <Banner tone={Tone::Warm} icon={Glyph::Edit} title={text.visit_read_changed()} note={text.visit_read_changed_note()} test="changed" />
            }
            if let Some(settle) = settle {
                <Banner tone={Tone::Warm} icon={Glyph::Compare} title={text.visit_read_conflicts(i64::try_from(conflicts).unwrap_or(i64::MAX))}
                    note={text.visit_read_conflicts_note()} test="conflicts">
                    <Button text={text.action_choose()} look={Look::Line} fit={true} test="settle" onclick={settle} />
                </Banner>
            }
            if !detail.form_known {
                <Banner tone={Tone::Info} icon={Glyph::Upload} title={text.visit_unknown_form()} test="unknown-form" />
            }
        </>
    }
}

/// Properties of [`Reviews`].
#[derive(Properties, PartialEq)]
pub struct ReviewsProps {
    /// The visit.
    pub detail: Rc<VisitDetail>,
}

/// What else was decided on the visit, the newest first.
#[component]
pub fn Reviews(props: &ReviewsProps) -> Html {
    let text = use_text();
    // The newest one is told above when it asks for something.
    let told = usize::from(returned(&props.detail).is_some());
    let notes = props.detail.reviews.get(told..).unwrap_or_default();
    if notes.is_empty() {
        return Html::default();
    }
    let rows = notes.iter().map(|note| {
        let moment = when::moment(&text, note.at);
        let when = if note.current { moment } else { text.visit_read_earlier(&moment) };
        let (title, icon, class) = match note.decision {
            Decision::Approved => (text.visit_read_approved(&note.by), Glyph::Check, "approved"),
            Decision::Returned => (text.visit_read_returned(&note.by), Glyph::Return, "returned"),
        };
        html! {
            <div class={classes!("visit-review", class)} data-test="visit-review">
                <Icon glyph={icon} />
                <div class="grow">
                    <b>{ title }</b>
                    if !note.comment.trim().is_empty() { <p class="prose">{ &note.comment }</p> }
                    <small>{ when }</small>
                </div>
            </div>
        }
    });
    html! {
        <section>
            <div class="section"><h2>{ text.visit_read_reviews() }</h2></div>
            <Card class="lines">{ for rows }</Card>
        </section>
    }
}
