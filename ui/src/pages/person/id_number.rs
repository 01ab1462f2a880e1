//! The ID number: masked, shown on request, and hidden again by itself when the page is left.

use domain::RecordId;
use domain::api::RevealIdNumber;
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Button, FailureBanner, Glyph, Look};

/// Properties of [`IdNumber`].
#[derive(Properties, PartialEq)]
pub struct IdNumberProps {
    /// Whose.
    pub id: RecordId,
    /// As the file has it: masked.
    pub masked: Option<String>,
}

/// A line of the file.
#[component]
pub fn IdNumber(props: &IdNumberProps) -> Html {
    let text = use_text();
    let shown = use_state(|| None::<String>);
    let reveal = {
        let shown = shown.setter();
        use_command::<RevealIdNumber>(Callback::from(move |number| shown.set(Some(number))))
    };
    let Some(masked) = &props.masked else {
        return html! { <div><small>{ text.person_id_number() }</small><br />{ text.person_no_id_number() }</div> };
    };
    let show = {
        let (run, id) = (reveal.callback(), props.id);
        Callback::from(move |()| run.emit(RevealIdNumber { id }))
    };
    let hide = {
        let shown = shown.setter();
        Callback::from(move |()| shown.set(None))
    };
    html! {
        <div>
            <div class="id-line">
                <small>{ text.person_id_number() }</small>
                <span class="number id-number" data-test="id-number">{ for shown.as_ref().unwrap_or(masked).chars().map(character) }</span>
                if shown.is_some() {
                    <Button text={text.person_hide_id()} look={Look::Plain} fit={true} test="hide-id" onclick={hide} />
                } else {
                    <Button text={text.action_show()} icon={Glyph::Eye} look={Look::Plain} fit={true} busy={reveal.busy} test="show-id" onclick={show} />
                }
            </div>
            if shown.is_some() { <small role="status">{ text.person_id_logged() }</small> }
            if let Some(failure) = &reveal.failure { <FailureBanner failure={failure.clone()} /> }
        </div>
    }
}

/// Chinese fonts draw the dot of the mask as wide as a character: it gets a narrow place of its own, so that the number
/// stays on one line.
fn character(c: char) -> Html {
    if c == '·' {
        html! { <span class="mask-dot">{ c }</span> }
    } else {
        html! { { c } }
    }
}
