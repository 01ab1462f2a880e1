//! Answers that are pictures: a photo of something, a name written by finger. Both are photos of the visit.

use domain::api::Photos;
use domain::form::Look as Drawn;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::question::{QuestionProps, Touch};
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Button, Glyph, Icon, Look, Sheet};
use crate::record::photo::{small, source};

/// The picture that answers, and the fault.
#[component]
fn Shown(props: &QuestionProps) -> Html {
    let photos = use_query(Photos { of: props.draft, fetch: false, whole: None });
    let name = props.value.text().unwrap_or_default();
    let photo = photos.data.as_ref().and_then(|photos| photos.iter().find(|photo| photo.name == name).cloned());
    // One that was here and went, with the visit's photos, answers no more.
    let seen = use_mut_ref(String::new);
    let gone = photos.data.is_some() && photo.is_none() && !name.is_empty() && *seen.borrow() == name;
    if photo.is_some() {
        name.clone_into(&mut seen.borrow_mut());
    }
    let touch = props.touch();
    use_effect_with(gone, move |gone| {
        if *gone {
            touch(Touch::Chose(domain::Value::Null));
        }
    });
    html! {
        <>
            if let Some(photo) = photo.filter(|_| !name.is_empty()) {
                <img class="pictured" src={source(&photo)} alt={props.question.show(&props.value, "zh-CN")} data-test={format!("pictured-{}", props.question.id)} />
            }
            if let Some(fault) = &props.fault {
                <span class="fault" role="alert" data-test={format!("fault-{}", props.question.id)}><Icon glyph={Glyph::Alert} />{ fault }</span>
            }
        </>
    }
}

/// A photo: from the camera or a file.
#[component]
pub fn PhotoAnswer(props: &QuestionProps) -> Html {
    let text = use_text();
    let busy = use_state(|| false);
    let onchange = {
        let (touch, busy) = (props.touch(), busy.setter());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let (touch, busy) = (touch.clone(), busy.clone());
            busy.set(true);
            touch(Touch::Picturing);
            spawn_local(async move {
                let content = small(&file).await.and_then(|content| content.as_string());
                input.set_value("");
                busy.set(false);
                touch(Touch::Pictured(content.unwrap_or_default()));
            });
        })
    };
    let words = match (*busy, props.value.is_empty()) {
        (true, _) => text.photo_working(),
        (_, true) => text.form_photo(),
        _ => text.form_photo_again(),
    };
    let capture = match props.question.look {
        Some(Drawn::Camera) => Some("environment"),
        Some(Drawn::Selfie) => Some("user"),
        _ => None,
    };
    html! {
        <div class="stack">
            <Shown ..props.clone_props() />
            <div class="file-pick"><label class="btn soft">
                <Icon glyph={Glyph::Plus} />{ words }
                <input type="file" accept="image/*" {capture} disabled={*busy} data-test={format!("photo-of-{}", props.question.id)} {onchange} />
            </label></div>
        </div>
    }
}

/// A name written by finger.
#[component]
pub fn Signature(props: &QuestionProps) -> Html {
    let text = use_text();
    let open = use_state(|| false);
    let toggle = |to: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let onsign = {
        let (touch, close) = (props.touch(), toggle(false));
        Callback::from(move |content: String| {
            close.emit(());
            touch(Touch::Picturing);
            touch(Touch::Pictured(content));
        })
    };
    let words = if props.value.is_empty() { text.form_sign() } else { text.form_sign_again() };
    html! {
        <div class="stack">
            <Shown ..props.clone_props() />
            <Button text={words} icon={Glyph::Edit} look={Look::Soft} test={format!("sign-{}", props.question.id)} onclick={toggle(true)} />
            if *open { <PenSheet title={props.question.label.get(text.lang().code()).to_owned()} {onsign} onclose={toggle(false)} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PenProps {
    title: String,
    onsign: Callback<String>,
    onclose: Callback<()>,
}

/// The sheet to write on.
#[component]
fn PenSheet(props: &PenProps) -> Html {
    let text = use_text();
    let (node, empty) = (use_node_ref(), use_state(|| false));
    let pen = use_mut_ref(|| JsValue::UNDEFINED);
    {
        let (node, pen) = (node.clone(), pen.clone());
        use_effect_with((), move |()| {
            let make = Reflect::get(&js_sys::global(), &"nuanfangPen".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
            if let (Some(make), Some(canvas)) = (make, node.cast::<web_sys::Element>()) {
                *pen.borrow_mut() = make.call1(&JsValue::UNDEFINED, &canvas).unwrap_or_default();
            }
        });
    }
    let ask = |what: &'static str| {
        let pen = pen.clone();
        move || {
            let pen = pen.borrow();
            let function = Reflect::get(&pen, &what.into()).ok()?.dyn_into::<Function>().ok()?;
            function.call0(&pen).ok()
        }
    };
    let (clear, content) = (ask("clear"), ask("content"));
    let onclear = Callback::from(move |()| _ = clear());
    let begun = empty.setter();
    let ondone = {
        let (onsign, empty) = (props.onsign.clone(), empty.setter());
        Callback::from(move |()| match content().and_then(|content| content.as_string()).filter(|content| !content.is_empty()) {
            Some(content) => onsign.emit(content),
            None => empty.set(true),
        })
    };
    html! {
        <Sheet title={props.title.clone()} test="pen-sheet" onclose={props.onclose.clone()}>
            <p class="small muted">{ text.form_sign_here() }</p>
            <canvas ref={node} class="pen" onpointerdown={move |_| begun.set(false)} role="img" aria-label={text.form_sign_here()} data-test="pen"></canvas>
            if *empty { <span class="fault" role="alert">{ text.form_sign_empty() }</span> }
            <div class="sheet-foot">
                <Button text={text.form_sign_clear()} look={Look::Line} test="pen-clear" onclick={onclear} />
                <Button text={text.form_sign_done()} icon={Glyph::Check} test="pen-done" onclick={ondone} />
            </div>
        </Sheet>
    }
}
