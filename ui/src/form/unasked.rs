//! A question that must be answered and could not be asked: she says why, and the visit can be finished.

use domain::Value;
use domain::form::{UNASKED_WHY, unasked_key};
use yew::prelude::*;

use super::question::{QuestionProps, Touch};
use crate::core::state::use_text;
use crate::kit::{Button, ChoiceGroup, ChoiceOption, Control, Field, Look, Sheet};

/// The way to say so, in the corner of the card, with its sheet.
#[component]
pub fn Unasked(props: &QuestionProps) -> Html {
    let text = use_text();
    let open = use_state(|| false);
    let id = &props.question.id;
    let toggle = |to: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let say = {
        let (ontouch, key, close) = (props.ontouch.clone(), unasked_key(id), toggle(false));
        Callback::from(move |why: Value| {
            ontouch.emit((key.clone(), Touch::Chose(why)));
            close.emit(());
        })
    };
    html! {
        <>
            <Button text={text.form_unasked()} look={Look::Plain} fit={true} test={format!("unask-{id}")} onclick={toggle(true)} />
            if *open { <WhySheet why={props.unasked.text().unwrap_or_default().to_owned()} onsay={say} onclose={toggle(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WhyProps {
    why: String,
    onsay: Callback<Value>,
    onclose: Callback<()>,
}

#[component]
fn WhySheet(props: &WhyProps) -> Html {
    let text = use_text();
    let usual = UNASKED_WHY.contains(&props.why.as_str());
    let typed = use_state(|| if usual { String::new() } else { props.why.clone() });
    let options: Vec<ChoiceOption> = UNASKED_WHY.iter().map(|why| ChoiceOption::new(*why, text.code_or_raw("unasked", why))).collect();
    let onpick = {
        let onsay = props.onsay.clone();
        Callback::from(move |(why, on): (AttrValue, bool)| onsay.emit(if on { why.as_str().into() } else { Value::Null }))
    };
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |words: String| typed.set(words))
    };
    let said = typed.trim().to_owned();
    let ondone = {
        let (onsay, said) = (props.onsay.clone(), said.clone());
        Callback::from(move |()| onsay.emit(said.as_str().into()))
    };
    html! {
        <Sheet title={text.form_unasked_why()} test="unasked-sheet" onclose={props.onclose.clone()}>
            <ChoiceGroup legend={text.form_unasked_why()} quiet={true} name="unasked" {options} chosen={vec![AttrValue::from(props.why.clone())]} {onpick} />
            <Field label={text.form_unasked_other()} name="unasked-other" control={Control::Line} value={(*typed).clone()} {oninput} />
            <div class="sheet-foot"><Button text={text.action_done()} disabled={said.is_empty()} test="unasked-done" onclick={ondone} /></div>
        </Sheet>
    }
}
