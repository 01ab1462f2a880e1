//! A place: where this device is now at a touch, or as it is written.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::question::{QuestionProps, Touch, input};
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
    let onclick = {
        let (touch, asked) = (props.touch(), asked.setter());
        Callback::from(move |()| {
            let (touch, asked) = (touch.clone(), asked.clone());
            asked.set(Asked::Waiting);
            spawn_local(async move {
                let found = here().await;
                asked.set(if found.is_some() { Asked::Nothing } else { Asked::InVain });
                if let Some(place) = found {
                    touch(Touch::Chose(place.as_str().into()));
                }
            });
        })
    };
    let waiting = *asked == Asked::Waiting;
    let words = if waiting { text.form_place_waiting() } else { text.form_place() };
    html! {
        <div class="stack">
            <Button text={words} icon={Glyph::Area} look={Look::Soft} busy={waiting} test={format!("place-{}", props.question.id)} {onclick} />
            if *asked == Asked::InVain { <p class="small fault" role="alert">{ text.form_place_in_vain() }</p> }
            { input(props, text.lang().code(), Control::Line) }
        </div>
    }
}
