//! The buttons below the questions: back, on, and at the end finish.

use domain::form::Problem;
use yew::prelude::*;

use super::filling::{self, Part};
use crate::components::{Button, Foot, Glyph, Look};
use crate::state::use_text;

/// Properties of [`FormFoot`].
#[derive(Properties, PartialEq)]
pub struct FootProps {
    /// The parts that are asked.
    pub parts: Vec<Part>,
    /// The part shown.
    pub here: Part,
    /// The part that comes next.
    pub next: Option<Part>,
    /// What is open or wrong.
    pub problems: Vec<Problem>,
    /// What is open here was shown: the next touch goes on all the same.
    pub tried: bool,
    /// A visit is corrected: it can be handed in from everywhere.
    pub correcting: bool,
    /// The visit is being made.
    pub busy: bool,
    /// Goes to a part.
    pub onmove: Callback<&'static str>,
    /// Goes on, or shows what is open here.
    pub onnext: Callback<()>,
    /// Makes the visit, or shows what is open.
    pub onfinish: Callback<()>,
}

/// The foot of the form.
#[component]
pub fn FormFoot(props: &FootProps) -> Html {
    let text = use_text();
    let finish = if props.correcting { text.form_hand_in() } else { text.visit_finish() };
    let open = !props.here.problems(&props.problems).is_empty();
    let previous = filling::previous(&props.parts, props.here.id()).map(|part| {
        let (onmove, id) = (props.onmove.clone(), part.id());
        let onclick = Callback::from(move |()| onmove.emit(id));
        html! { <Button icon={Glyph::Back} look={Look::Line} label={text.action_previous()} test="previous" {onclick} /> }
    });
    let Some(next) = &props.next else {
        return html! {
            <Foot class="form-foot">
                { previous.unwrap_or_default() }
                <Button text={finish} icon={Glyph::Check} busy={props.busy} test="finish" onclick={props.onfinish.clone()} />
            </Foot>
        };
    };
    // In a correction the one answer may be all: handing in is the main thing, once nothing is open.
    let done = props.correcting && props.problems.is_empty();
    let words = match open && props.tried {
        _ if done => text.action_next(),
        _ if next.section.is_none() => text.form_back_to_anew(),
        true => text.form_go_on(),
        false => text.form_next_part(&next.title(&text)),
    };
    html! {
        <Foot class="form-foot">
            { previous.unwrap_or_default() }
            <Button text={words} look={if done { Look::Soft } else { Look::Main }} test="next" onclick={props.onnext.clone()} />
            if done { <Button text={finish} busy={props.busy} test="finish" onclick={props.onfinish.clone()} /> }
        </Foot>
    }
}
