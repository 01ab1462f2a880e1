//! The buttons below the questions: back, on, and at the end finish.

use std::rc::Rc;

use domain::api::{Draft, DraftOf};
use domain::form::{ANEW, Screen, ScreenPart};
use yew::prelude::*;

use super::filling;
use crate::core::state::use_text;
use crate::kit::{Button, Foot, Glyph, Look};

/// Properties of [`FormFoot`].
#[derive(Properties, PartialEq)]
pub struct FootProps {
    /// The draft.
    pub draft: Rc<Draft>,
    /// What the form shows.
    pub screen: Rc<Screen>,
    /// The part shown.
    pub here: ScreenPart,
    /// What is open here was shown: the next touch goes on all the same.
    pub tried: bool,
    /// The visit is being made.
    pub busy: bool,
    /// Goes to a part.
    pub onmove: Callback<String>,
    /// Goes on, or shows what is open here.
    pub onnext: Callback<()>,
    /// Makes the visit, or shows what is open.
    pub onfinish: Callback<()>,
}

/// The foot of the form.
#[component]
pub fn FormFoot(props: &FootProps) -> Html {
    let text = use_text();
    let correcting = matches!(props.draft.of, DraftOf::Correction(_) | DraftOf::Answers(_));
    let finish = match (&props.draft.of, &props.draft.title) {
        _ if correcting => text.form_hand_in(),
        (DraftOf::Matter, _) => text.matter_make(),
        (_, Some(_)) => text.form_finish(),
        (_, None) => text.visit_finish(),
    };
    let previous = filling::previous(&props.screen, &props.here.id).map(|id| {
        let (onmove, id) = (props.onmove.clone(), id.to_owned());
        let onclick = Callback::from(move |()| onmove.emit(id.clone()));
        html! { <Button icon={Glyph::Back} look={Look::Line} label={text.action_previous()} test="previous" {onclick} /> }
    });
    let Some(next) = &props.here.next else {
        return html! {
            <Foot class="form-foot">
                { previous.unwrap_or_default() }
                <Button text={finish} icon={Glyph::Check} busy={props.busy} test="finish" onclick={props.onfinish.clone()} />
            </Foot>
        };
    };
    // In a correction the one answer may be all: handing in is the main thing, once nothing is open.
    let done = correcting && props.screen.problems().next().is_none();
    let words = match filling::open(&props.here) > 0 && props.tried {
        _ if done => text.action_next(),
        _ if next == ANEW => text.form_back_to_anew(),
        true => text.form_go_on(),
        false => text.form_next_part(&filling::title(&props.draft.form, next, &text)),
    };
    html! {
        <Foot class="form-foot">
            { previous.unwrap_or_default() }
            <Button text={words} look={if done { Look::Soft } else { Look::Main }} test="next" onclick={props.onnext.clone()} />
            if done { <Button text={finish} busy={props.busy} test="finish" onclick={props.onfinish.clone()} /> }
        </Foot>
    }
}
