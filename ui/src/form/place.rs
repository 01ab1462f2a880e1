//! A place: where this device is now at a touch, or as it is written. A way or an area: such places, one after the other.

use domain::form::{QuestionKind, points};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::filling::{with_point, without_last};
use super::question::{QuestionProps, Touch, fault, input};
use crate::core::state::use_text;
use crate::kit::{Button, Control, Glyph, Look};

/// `nuanfangWhere` of `start.js`.
async fn here() -> Option<String> {
    let ask = Reflect::get(&js_sys::global(), &"nuanfangWhere".into()).ok()?.dyn_into::<Function>().ok()?;
    let place = ask.call0(&JsValue::UNDEFINED).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(place).await.ok()?.as_string()
}

#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Nothing,
    Waiting,
    InVain,
}

/// The button, and below it what was found.
#[component]
pub fn Where(props: &QuestionProps) -> Html {
    let text = use_text();
    let asked = use_state(|| Asked::Nothing);
    let kind = props.question.kind;
    let several = kind != QuestionKind::Point;
    let onclick = {
        let (touch, asked, value) = (props.touch(), asked.setter(), props.value.clone());
        Callback::from(move |()| {
            let (touch, asked, value) = (touch.clone(), asked.clone(), value.clone());
            asked.set(Asked::Waiting);
            spawn_local(async move {
                let found = here().await;
                asked.set(if found.is_some() { Asked::Nothing } else { Asked::InVain });
                if let Some(place) = found {
                    touch(Touch::Chose(if several { with_point(kind, &value, &place) } else { place.as_str().into() }));
                }
            });
        })
    };
    let waiting = *asked == Asked::Waiting;
    let words = match (waiting, several) {
        (true, _) => text.form_place_waiting(),
        (_, true) => text.form_place_add(),
        _ => text.form_place(),
    };
    html! {
        <div class="stack">
            <Button text={words} icon={Glyph::Area} look={Look::Soft} busy={waiting} test={format!("place-{}", props.question.id)} {onclick} />
            if *asked == Asked::InVain { <p class="small fault" role="alert">{ text.form_place_in_vain() }</p> }
            if several { { walked(props, &text, waiting) } } else { { input(props, text.lang().code(), Control::Line) } }
        </div>
    }
}

/// How many places there are, and how the last is taken back.
fn walked(props: &QuestionProps, text: &text::Text, waiting: bool) -> Html {
    let (id, kind) = (&props.question.id, props.question.kind);
    let many = i64::try_from(points(kind, props.value.text().unwrap_or_default()).len()).unwrap_or(i64::MAX);
    let (touch, value) = (props.touch(), props.value.clone());
    let back = Callback::from(move |()| touch(Touch::Chose(without_last(kind, &value))));
    html! {
        <>
            <output data-test={format!("points-{id}")}>{ text.form_place_points(many) }</output>
            if many > 0 {
                <Button text={text.form_place_back()} icon={Glyph::Return} look={Look::Plain} disabled={waiting} test={format!("back-{id}")} onclick={back} />
            }
            { fault(props) }
        </>
    }
}
