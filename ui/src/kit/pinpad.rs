//! Six digits by big keys or a keyboard, or a passphrase in their place. Neither is ever shown.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::button::Button;
use super::field::{Control, Field};
use super::icon::{Glyph, Icon};
use crate::core::listen::Listener;
use crate::core::state::use_text;

/// Length of a PIN.
pub const PIN_LENGTH: usize = 6;

/// Properties of [`PinPad`].
#[derive(Properties, PartialEq)]
pub struct PinPadProps {
    /// What is asked for.
    pub title: AttrValue,
    /// A note below the dots: what is wrong, how long to wait.
    #[prop_or_default]
    pub note: AttrValue,
    /// The note says that something is wrong.
    #[prop_or_default]
    pub wrong: bool,
    /// No digit is taken: a PIN is being checked, or it is time to wait.
    #[prop_or_default]
    pub busy: bool,
    /// All six digits. The pad is empty afterwards.
    pub onpin: Callback<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Digit(char),
    Delete,
}

struct Digits(String);

impl Reducible for Digits {
    type Action = Key;

    fn reduce(self: Rc<Self>, key: Key) -> Rc<Self> {
        let mut digits = self.0.clone();
        match key {
            // The seventh key begins anew: the six before were given to `onpin`.
            Key::Digit(c) if digits.len() >= PIN_LENGTH => digits = c.to_string(),
            Key::Digit(c) => digits.push(c),
            Key::Delete if digits.len() >= PIN_LENGTH => digits.clear(),
            Key::Delete => {
                digits.pop();
            }
        }
        Rc::new(Digits(digits))
    }
}

/// Properties of [`PinEntry`].
#[derive(Properties, PartialEq)]
pub struct PinEntryProps {
    /// A passphrase, not six digits.
    pub phrase: bool,
    /// What is asked for, as digits and as a passphrase.
    pub titles: (AttrValue, AttrValue),
    /// See [`PinPadProps`].
    #[prop_or_default]
    pub note: AttrValue,
    /// See [`PinPadProps`].
    #[prop_or_default]
    pub wrong: bool,
    /// See [`PinPadProps`].
    #[prop_or_default]
    pub busy: bool,
    /// What was entered.
    pub onpin: Callback<String>,
}

/// Whichever opens this device: the pad, or a field for a passphrase.
#[component]
pub fn PinEntry(props: &PinEntryProps) -> Html {
    let text = use_text();
    let typed = use_state(String::new);
    let PinEntryProps { phrase, titles, note, wrong, busy, onpin } = props;
    if !phrase {
        return html! { <PinPad title={titles.0.clone()} note={note.clone()} wrong={*wrong} busy={*busy} onpin={onpin.clone()} /> };
    }
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |text| typed.set(text))
    };
    let onsubmit = {
        let (typed, onpin) = (typed.clone(), onpin.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            onpin.emit((*typed).clone());
            typed.set(String::new());
        })
    };
    html! {
        <form class="stack loose" {onsubmit} novalidate={true}>
            <h1 class="center">{ &titles.1 }</h1>
            <Field label={text.phrase_label()} name="phrase" control={Control::Secret} value={(*typed).clone()} disabled={*busy}
                hint={(!wrong).then(|| if note.is_empty() { text.phrase_note().into() } else { note.clone() })}
                fault={wrong.then(|| note.clone())} {oninput} />
            <Button text={text.action_next()} submit={true} busy={*busy} test="phrase-next" />
        </form>
    }
}

/// The dots, the keys and the note.
#[component]
pub fn PinPad(props: &PinPadProps) -> Html {
    let text = use_text();
    let digits = use_reducer(|| Digits(String::new()));
    let busy = props.busy;
    {
        let onpin = props.onpin.clone();
        use_effect_with(digits.0.clone(), move |pin| {
            if pin.len() == PIN_LENGTH {
                onpin.emit(pin.clone());
            }
        });
    }
    let dispatcher = digits.dispatcher();
    let press = Callback::from(move |key: Key| {
        if !busy {
            dispatcher.dispatch(key);
        }
    });
    {
        let press = press.clone();
        use_effect_with(busy, move |_| {
            let listener = Listener::window("keydown", move |event| {
                if let Some(key) = event.dyn_ref::<KeyboardEvent>().and_then(key_of) {
                    press.emit(key);
                }
            });
            move || drop(listener)
        });
    }
    let count = digits.0.len() % PIN_LENGTH;
    let full = digits.0.len() >= PIN_LENGTH && busy;
    let dots = (0..PIN_LENGTH).map(|n| html! { <i class={classes!((full || n < count).then_some("on"))}></i> });
    let said = text.unlock_digits(i64::try_from(if full { PIN_LENGTH } else { count }).unwrap_or_default());
    html! {
        <div class="pin" role="group" aria-label={props.title.clone()}>
            <h1 class="center">{ &props.title }</h1>
            <div class={classes!("pin-dots", (props.wrong && count == 0).then_some("wrong"))} role="img" aria-label={said}>{ for dots }</div>
            <p class={classes!("pin-note", props.wrong.then_some("danger"))} role="status" data-test="pin-note">{ &props.note }</p>
            <div class="pin-keys">
                { for ('1'..='9').map(|c| digit(c, busy, &press)) }
                <span></span>
                { digit('0', busy, &press) }
                <button type="button" class="pin-key quiet" aria-label={text.unlock_delete()} disabled={busy}
                    onclick={move |_| press.emit(Key::Delete)}><Icon glyph={Glyph::Delete} /></button>
            </div>
        </div>
    }
}

fn digit(c: char, busy: bool, press: &Callback<Key>) -> Html {
    let press = press.clone();
    html! {
        <button type="button" class="pin-key" disabled={busy} data-test={format!("key-{c}")} onclick={move |_| press.emit(Key::Digit(c))}>{ c }</button>
    }
}

fn key_of(event: &KeyboardEvent) -> Option<Key> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    match event.key().as_str() {
        "Backspace" | "Delete" => Some(Key::Delete),
        one => one.parse::<u8>().ok().filter(|n| *n < 10).map(|n| Key::Digit(char::from(b'0' + n))),
    }
}
