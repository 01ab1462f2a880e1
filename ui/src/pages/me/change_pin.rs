//! The PIN as it is now, the new one, the new one again.

use domain::api::ChangePin;
use domain::{Code, Failure, pin};
use text::Text;
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::{use_status, use_text};
use crate::kit::{PinEntry, Sheet, use_toast};

#[derive(Clone, PartialEq)]
enum At {
    Old,
    New { old: String },
    Again { old: String, new: String },
}

/// Properties of [`ChangePinSheet`].
#[derive(Properties, PartialEq)]
pub struct ChangePinProps {
    /// Closed or done.
    pub onclose: Callback<()>,
}

/// Why the last try failed, in words. A wait is told with its seconds.
fn fault(failure: Option<&Failure>, differs: bool, text: &Text) -> Option<String> {
    if differs { Some(text.me_pin_differs()) } else { failure.map(|f| text.failure(f)) }
}

/// Three times six digits.
#[component]
pub fn ChangePinSheet(props: &ChangePinProps) -> Html {
    let (text, toast, status) = (use_text(), use_toast(), use_status());
    let at = use_state(|| At::Old);
    let differs = use_state(|| false);
    // How often a new one was typed, and what is wrong with the last.
    let weak = use_state(|| (0, None::<Code>));
    let done = {
        let (onclose, words) = (props.onclose.clone(), text.me_pin_done());
        Callback::from(move |()| {
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
            onclose.emit(());
        })
    };
    let change = use_command::<ChangePin>(done);
    {
        // A weak new PIN is chosen anew; with anything else the old one was the trouble.
        let (at, now) = (at.setter(), (*at).clone());
        use_effect_with(change.failure.clone(), move |failure| {
            if let Some(failure) = failure {
                at.set(match now {
                    At::Again { old, .. } if matches!(failure.code, Code::WeakPin | Code::BadPin | Code::PhraseNeeded) => At::New { old },
                    _ => At::Old,
                });
            }
        });
    }
    let onpin = {
        let (at, differs, weak, run) = (at.clone(), differs.setter(), weak.clone(), change.callback());
        Callback::from(move |pin: String| {
            differs.set(false);
            match (*at).clone() {
                At::Old => at.set(At::New { old: pin }),
                At::New { old } => {
                    let fault = pin::fault(&pin);
                    weak.set((weak.0 + 1, fault));
                    if fault.is_none() {
                        at.set(At::Again { old, new: pin });
                    }
                }
                At::Again { old, new } if new == pin => run.emit(ChangePin { old, new }),
                At::Again { old, .. } => {
                    differs.set(true);
                    at.set(At::New { old });
                }
            }
        })
    };
    let failure = change.failure.as_ref();
    let (key, title, phrase) = match &*at {
        At::Old => ("old".to_owned(), text.me_pin_old(), text.phrase_title()),
        At::New { .. } => (format!("new{}", weak.0), text.me_pin_new(), text.phrase_choose()),
        At::Again { .. } => ("again".to_owned(), text.me_pin_again(), text.phrase_again()),
    };
    let hint = if matches!(*at, At::New { .. }) && !status.phrase { text.me_pin_new_note() } else { String::new() };
    // The trouble is told where it is mended, not on the steps after it.
    let told = match &*at {
        At::Old => fault(failure, false, &text),
        At::New { .. } if weak.1.is_some() => weak.1.map(|code| text.failure(&code.into())),
        At::New { .. } => fault(failure.filter(|f| matches!(f.code, Code::WeakPin | Code::BadPin | Code::PhraseNeeded)), *differs, &text),
        At::Again { .. } => None,
    };
    let wrong = told.is_some() && !change.busy;
    let note = if change.busy { text.me_pin_working() } else { told.unwrap_or(hint) };
    html! {
        <Sheet title={text.me_pin_change()} test="pin-sheet" onclose={props.onclose.clone()}>
            <PinEntry {key} phrase={status.phrase} titles={(title.into(), phrase.into())} {note} {wrong} busy={change.busy} {onpin} />
        </Sheet>
    }
}
