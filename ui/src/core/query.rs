//! Asking the core from a screen: [`use_query`] for what is shown, [`use_command`] for what is done. Both are thin: what they do is compiled
//! once for whatever is asked, and only the reading of a reply is its own kind's, or a page would pay for each anew.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use domain::Failure;
use domain::api::Call;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::core::api::{self, Read};
use crate::core::state::use_app;

/// What a query has so far. Old data stay while they are read again.
pub struct Query<T> {
    /// The newest data.
    pub data: Option<Rc<T>>,
    /// Why the last reading failed.
    pub failure: Option<Failure>,
    /// Whether it is being read.
    pub loading: bool,
    /// Reads again.
    pub reload: Callback<()>,
}

/// Asks the core, and asks again when the call changes, when any record changes, or by `reload`. The old answer is
/// shown meanwhile, also when the call itself changed: give the component a `key` where that would be wrong (the
/// pages of the frame have one).
#[hook]
pub fn use_query<C: Call>(call: C) -> Query<C::Reply> {
    let AnyQuery { data, failure, loading, reload } = use_any_query(api::encode(&call.into()), api::read::<C::Reply>);
    Query { data: data.and_then(|data| data.downcast().ok()), failure, loading, reload }
}

struct Got {
    data: Option<Rc<dyn Any>>,
    failure: Option<Failure>,
    loading: bool,
}

/// A query of whatever kind.
struct AnyQuery {
    data: Option<Rc<dyn Any>>,
    failure: Option<Failure>,
    loading: bool,
    reload: Callback<()>,
}

/// What a screen has asked of one kind, by number from 1. While much comes in it asks again before it is answered: the answer to the question
/// before shows her something at once, as long as it is to the same call.
#[derive(Default)]
struct Asked {
    call: RefCell<String>,
    /// The last question.
    last: Cell<u64>,
    /// The last one of another call, and the last one that was answered: what was asked up to there is of no interest.
    past: Cell<u64>,
}

impl Asked {
    fn ask(&self, call: &str) -> u64 {
        if *self.call.borrow() != call {
            call.clone_into(&mut self.call.borrow_mut());
            self.past.set(self.last.get());
        }
        self.last.set(self.last.get() + 1);
        self.last.get()
    }
    /// Whether the answer to this question counts, as the last word or until that comes.
    fn hears(&self, question: u64, is_good: bool) -> bool {
        let counts = question > self.past.get() && (is_good || question == self.last.get());
        if counts {
            self.past.set(question);
        }
        counts
    }
}

#[hook]
fn use_any_query(request: String, read: Read) -> AnyQuery {
    let revision = use_app().map_or(0, |app| app.revision);
    let got = use_state(|| Got { data: None, failure: None, loading: true });
    let again = use_state(|| 0_u32);
    let asked = use_memo((), |()| Asked::default());
    {
        let (got, asked) = (got.clone(), asked.clone());
        let data = use_mut_ref(|| None::<Rc<dyn Any>>);
        use_effect_with((request, revision, *again), move |(request, ..)| {
            let mine = asked.ask(request);
            let kept = data.borrow().clone();
            got.set(Got { data: kept, failure: None, loading: true });
            let request = request.clone();
            spawn_local(async move {
                let answer = api::send(request, read).await;
                if !asked.hears(mine, answer.is_ok()) {
                    return;
                }
                let failure = match answer {
                    Ok(reply) => {
                        *data.borrow_mut() = Some(Rc::from(reply));
                        None
                    }
                    Err(failure) => Some(failure),
                };
                let data = data.borrow().clone();
                got.set(Got { data, failure, loading: mine != asked.last.get() });
            });
        });
    }
    // The screen is gone.
    use_effect_with((), move |()| move || asked.past.set(u64::MAX));
    let reload = Callback::from(move |()| again.set(again.wrapping_add(1)));
    AnyQuery { data: got.data.clone(), failure: got.failure.clone(), loading: got.loading, reload }
}

/// Something the worker does, from [`use_command`].
pub struct Command<C: Call> {
    /// Whether it is under way; disable the button meanwhile.
    pub busy: bool,
    /// Why the last try failed; cleared by the next.
    pub failure: Option<Failure>,
    run: Callback<C>,
    forget: Callback<()>,
}

impl<C: Call> Command<C> {
    /// A callback that does it, unless it is under way already: a double tap is one act.
    pub fn callback(&self) -> Callback<C> {
        if self.busy { Callback::noop() } else { self.run.clone() }
    }

    /// Takes the failure away, as when the worker corrects what she typed.
    pub fn forget(&self) {
        self.forget.emit(());
    }
}

/// Prepares an act: `done` gets the reply. What it changed is read again by itself.
#[hook]
pub fn use_command<C: Call>(done: Callback<C::Reply>) -> Command<C> {
    let done = Callback::from(move |reply: Box<dyn Any>| {
        if let Ok(reply) = reply.downcast() {
            done.emit(*reply);
        }
    });
    let AnyCommand { busy, failure, run, forget } = use_any_command(api::read::<C::Reply>, done);
    let run = Callback::from(move |call: C| run.emit(api::encode(&call.into())));
    Command { busy, failure, run, forget }
}

/// An act of whatever kind.
struct AnyCommand {
    busy: bool,
    failure: Option<Failure>,
    run: Callback<String>,
    forget: Callback<()>,
}

#[hook]
fn use_any_command(read: Read, done: Callback<Box<dyn Any>>) -> AnyCommand {
    let state = use_state(|| (false, None::<Failure>));
    let latest = use_mut_ref(|| done.clone());
    *latest.borrow_mut() = done;
    // Guards against two taps in one frame, before the screen was drawn again.
    let busy = use_memo((), |()| Cell::new(false));
    let run = {
        let set = state.setter();
        Callback::from(move |request: String| {
            if busy.replace(true) {
                return;
            }
            set.set((true, None));
            let (set, latest, busy) = (set.clone(), latest.clone(), busy.clone());
            spawn_local(async move {
                let answer = api::send(request, read).await;
                busy.set(false);
                match answer {
                    Ok(reply) => {
                        set.set((false, None));
                        let done = latest.borrow().clone();
                        done.emit(reply);
                    }
                    Err(failure) => set.set((false, Some(failure))),
                }
            });
        })
    };
    let forget = {
        let set = state.setter();
        Callback::from(move |()| set.set((false, None)))
    };
    AnyCommand { busy: state.0, failure: state.1.clone(), run, forget }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_until_a_later_one_comes_and_only_for_the_call_that_is_asked() {
        let asked = Asked::default();
        let (first, second) = (asked.ask("today"), asked.ask("today"));
        assert!(asked.hears(first, true), "something to be seen at once");
        let third = asked.ask("today");
        assert!(!asked.hears(second, false), "a failure that is not the last word");
        assert!(asked.hears(third, true) && !asked.hears(second, true), "older than what is shown");
        let other = asked.ask("files");
        let again = asked.ask("today");
        assert!(!asked.hears(other, true) && asked.hears(again, false));
    }
}
