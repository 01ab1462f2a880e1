//! All parts of the form to jump between, and the way to throw the visit away.

use std::rc::Rc;

use domain::api::Draft;
use domain::form::{Answers, Screen};
use yew::prelude::*;

use super::filling;
use crate::core::state::use_text;
use crate::kit::{Button, Chip, Glyph, Icon, Look, Sheet, Tone};

/// Properties of [`PartsSheet`].
#[derive(Properties, PartialEq)]
pub struct PartsProps {
    /// The draft.
    pub draft: Rc<Draft>,
    /// What the form shows.
    pub screen: Rc<Screen>,
    /// The part shown.
    pub here: String,
    /// Answers so far.
    pub answers: Answers,
    /// Jumps to a part.
    pub onpick: Callback<String>,
    /// Asks to throw the visit away.
    pub ondiscard: Callback<()>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// The sheet.
#[component]
pub fn PartsSheet(props: &PartsProps) -> Html {
    let text = use_text();
    let rows = props.screen.parts.iter().map(|part| {
        let title = filling::title(&props.draft.form, &part.id, &text);
        let here = part.id == props.here;
        let open = filling::open(part);
        let (words, tone, icon) = match open {
            _ if filling::is_untouched(part, &props.answers) => (text.form_part_untouched(), Tone::Quiet, None),
            0 => (text.form_part_done(), Tone::Ok, Some(Glyph::Check)),
            open => (text.form_part_open(i64::try_from(open).unwrap_or(i64::MAX)), Tone::Warm, None),
        };
        let (onpick, id) = (props.onpick.clone(), part.id.clone());
        html! {
            <button key={id.clone()} type="button" class="line-button" aria-current={here.then_some("step")} data-test={format!("part-{id}")}
                onclick={move |_| onpick.emit(id.clone())}>
                <span class="grow">
                    if here { <b>{ title }</b> } else { { title } }
                </span>
                <Chip text={words} {tone} {icon} />
                <Icon glyph={Glyph::Forward} />
            </button>
        }
    });
    html! {
        <Sheet title={text.form_parts()} test="parts-sheet" onclose={props.onclose.clone()}>
            <div class="lines">{ for rows }</div>
            <div class="sheet-foot">
                <Button text={text.form_discard_action()} icon={Glyph::Cross} look={Look::Line} test="discard" onclick={props.ondiscard.clone()} />
            </div>
        </Sheet>
    }
}

/// Properties of [`DiscardSheet`].
#[derive(Properties, PartialEq)]
pub struct DiscardProps {
    /// Under way.
    pub busy: bool,
    /// Why it did not work.
    pub failure: Option<domain::Failure>,
    /// Throws it away.
    pub ondiscard: Callback<()>,
    /// Keeps it.
    pub onclose: Callback<()>,
}

/// Asks once more before answers are lost.
#[component]
pub fn DiscardSheet(props: &DiscardProps) -> Html {
    let text = use_text();
    html! {
        <Sheet title={text.visit_discard()} test="discard-sheet" onclose={props.onclose.clone()}>
            <p>{ text.visit_discard_note() }</p>
            if let Some(failure) = props.failure.clone() { <crate::kit::FailureBanner {failure} /> }
            <div class="sheet-foot">
                <Button text={text.visit_continue()} look={Look::Line} test="discard-no" onclick={props.onclose.clone()} />
                <Button text={text.form_discard_action()} look={Look::Danger} busy={props.busy} test="discard-yes" onclick={props.ondiscard.clone()} />
            </div>
        </Sheet>
    }
}
