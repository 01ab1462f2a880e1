//! Short notes that come and go, read aloud politely: "saved on this phone".

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// How long a note stays: long enough to read two short lines.
const SHOWN_MILLIS: u32 = 5_000;

#[derive(Clone, PartialEq)]
struct Note {
    id: u32,
    words: AttrValue,
    good: bool,
}

#[derive(Clone, PartialEq, Default)]
struct Notes {
    next: u32,
    shown: Vec<Note>,
}

enum Step {
    Add(AttrValue, bool),
    Drop(u32),
}

impl Reducible for Notes {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut notes = (*self).clone();
        match step {
            Step::Add(words, good) => {
                let id = notes.next;
                notes.next = id.wrapping_add(1);
                notes.shown.retain(|n| n.words != words);
                notes.shown.push(Note { id, words, good });
                if notes.shown.len() > 2 {
                    notes.shown.remove(0);
                }
            }
            Step::Drop(id) => notes.shown.retain(|n| n.id != id),
        }
        Rc::new(notes)
    }
}

/// Shows notes; from [`use_toast`].
#[derive(Clone, PartialEq)]
pub struct Toaster(UseReducerDispatcher<Notes>);

impl Toaster {
    /// Something worked.
    pub fn done(&self, words: impl Into<AttrValue>) {
        self.0.dispatch(Step::Add(words.into(), true));
    }

    /// Something did not.
    pub fn failed(&self, words: impl Into<AttrValue>) {
        self.0.dispatch(Step::Add(words.into(), false));
    }
}

/// Properties of [`ToastProvider`].
#[derive(Properties, PartialEq)]
pub struct ToastProps {
    /// The pages.
    pub children: Children,
}

/// Holds the notes and the live region that reads them.
#[component]
pub fn ToastProvider(props: &ToastProps) -> Html {
    let notes = use_reducer(Notes::default);
    let dispatcher = notes.dispatcher();
    use_effect_with(notes.shown.last().map(|n| n.id), move |id| {
        let timer = id.map(|id| Timeout::new(SHOWN_MILLIS, move || dispatcher.dispatch(Step::Drop(id))));
        // A note keeps its time when a newer one comes.
        if let Some(timer) = timer {
            timer.forget();
        }
    });
    let rows = notes.shown.iter().map(|note| {
        let (class, glyph) = if note.good { ("toast", Glyph::Check) } else { ("toast danger", Glyph::Alert) };
        html! { <div key={note.id} {class} data-test="toast"><Icon {glyph} /><span>{ &note.words }</span></div> }
    });
    html! {
        <ContextProvider<Toaster> context={Toaster(notes.dispatcher())}>
            { props.children.clone() }
            <div class="toasts" role="status" aria-live="polite">{ for rows }</div>
        </ContextProvider<Toaster>>
    }
}

/// Shows short notes. None only outside of [`ToastProvider`].
#[hook]
pub fn use_toast() -> Option<Toaster> {
    use_context::<Toaster>()
}
