//! What former devices left here and had not uploaded: brought back by the PIN of that time, or once the office lets it.

use domain::api::{BringBack, Left};
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::take_status;
use crate::core::state::{use_app, use_status, use_text};
use crate::kit::{Button, Look, PinEntry, Sheet, use_toast};
use crate::record::when::moment;

/// The card of what was left; nothing where nothing was.
#[component]
pub fn LeftBehind() -> Html {
    let (text, status) = (use_text(), use_status());
    let chosen = use_state(|| None::<Left>);
    if status.left.is_empty() {
        return Html::default();
    }
    let line = |left: &Left| {
        let open = {
            let (chosen, left) = (chosen.setter(), left.clone());
            Callback::from(move |()| chosen.set(Some(left.clone())))
        };
        let title = left.at.map_or_else(|| text.left_title(), |at| text.left_of(&moment(&text, at)));
        html! {
            <div class="stack" key={left.name.clone()}>
                <p>{ title }<br /><small class="muted">{ if left.by_pin { text.left_by_pin() } else { text.left_sealed() } }</small></p>
                if left.by_pin { <Button text={text.left_bring_back()} look={Look::Line} test="bring-back" onclick={open} /> }
            </div>
        }
    };
    let close = {
        let chosen = chosen.setter();
        Callback::from(move |()| chosen.set(None))
    };
    html! {
        <section class="card stack" data-test="left">
            <h2>{ text.left_heading() }</h2>
            { for status.left.iter().map(line) }
            if let Some(left) = (*chosen).clone() { <OldPin {left} onclose={close} /> }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OldPinProps {
    left: Left,
    onclose: Callback<()>,
}

#[component]
fn OldPin(props: &OldPinProps) -> Html {
    let (text, toast, app) = (use_text(), use_toast(), use_app());
    let bring = use_command::<BringBack>({
        let (onclose, words, shown) = (props.onclose.clone(), text.left_done(), take_status(app));
        Callback::from(move |status| {
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
            onclose.emit(());
            shown.emit(status);
        })
    });
    let onpin = {
        let (run, name) = (bring.callback(), props.left.name.clone());
        Callback::from(move |pin| run.emit(BringBack { name: name.clone(), pin }))
    };
    let told = bring.failure.as_ref().filter(|_| !bring.busy).map(|failure| text.failure(failure));
    let (wrong, note) = (told.is_some(), told.unwrap_or_else(|| if bring.busy { text.unlock_working() } else { text.left_pin_note() }));
    html! {
        <Sheet title={text.left_bring_back()} test="left-sheet" onclose={props.onclose.clone()}>
            <PinEntry phrase={props.left.phrase} titles={(text.left_pin_title().into(), text.phrase_title().into())} {note} {wrong} busy={bring.busy} {onpin} />
        </Sheet>
    }
}
