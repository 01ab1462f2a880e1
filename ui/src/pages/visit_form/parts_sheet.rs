//! All parts of the form to jump between, and the way to throw the visit away.

use domain::form::{Answers, Problem};
use yew::prelude::*;

use super::filling::Part;
use crate::components::{Button, Chip, Glyph, Icon, Look, Sheet, Tone};
use crate::state::use_text;

/// Properties of [`PartsSheet`].
#[derive(Properties, PartialEq)]
pub struct PartsProps {
    /// The parts that are asked.
    pub parts: Vec<Part>,
    /// The part shown.
    pub here: &'static str,
    /// Answers so far.
    pub answers: Answers,
    /// What is open or wrong.
    pub problems: Vec<Problem>,
    /// Jumps to a part.
    pub onpick: Callback<&'static str>,
    /// Asks to throw the visit away.
    pub ondiscard: Callback<()>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// The sheet.
#[component]
pub fn PartsSheet(props: &PartsProps) -> Html {
    let text = use_text();
    let rows = props.parts.iter().map(|part| {
        let id = part.id();
        let here = id == props.here;
        let open = part.problems(&props.problems).len();
        let (words, tone, icon) = match open {
            _ if part.untouched(&props.answers) => (text.form_part_untouched(), Tone::Quiet, None),
            0 => (text.form_part_done(), Tone::Ok, Some(Glyph::Check)),
            open => (text.form_part_open(i64::try_from(open).unwrap_or(i64::MAX)), Tone::Warm, None),
        };
        let onpick = props.onpick.clone();
        html! {
            <button key={id} type="button" class="line-button" aria-current={here.then_some("step")} data-test={format!("part-{id}")}
                onclick={move |_| onpick.emit(id)}>
                <span class="grow">
                    if here { <b>{ part.title(&text) }</b> } else { { part.title(&text) } }
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
            if let Some(failure) = props.failure.clone() { <crate::components::FailureBanner {failure} /> }
            <div class="sheet-foot">
                <Button text={text.visit_continue()} look={Look::Line} test="discard-no" onclick={props.onclose.clone()} />
                <Button text={text.form_discard_action()} look={Look::Danger} busy={props.busy} test="discard-yes" onclick={props.ondiscard.clone()} />
            </div>
        </Sheet>
    }
}
