//! Asking the core from a screen: [`use_query`] for what is shown, [`use_command`] for what is done. Both are thin: what they do is compiled
//! once for whatever is asked, and only the reading of a reply is its own kind's, or a page would pay for each anew.

use std::any::Any;
use std::cell::Cell;
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

#[hook]
fn use_any_query(request: String, read: Read) -> AnyQuery {
    let revision = use_app().map_or(0, |app| app.revision);
    let got = use_state(|| Got { data: None, failure: None, loading: true });
    let again = use_state(|| 0_u32);
    // Only the answer to the newest question counts; 0 after the screen is gone.
    let newest = use_memo((), |()| Cell::new(0_u64));
    {
        let (got, newest) = (got.clone(), newest.clone());
        let data = use_mut_ref(|| None::<Rc<dyn Any>>);
        use_effect_with((request, revision, *again), move |(request, ..)| {
            let mine = newest.get() + 1;
            newest.set(mine);
            let kept = data.borrow().clone();
            got.set(Got { data: kept, failure: None, loading: true });
            let request = request.clone();
            spawn_local(async move {
                let answer = api::send(request, read).await;
                if newest.get() != mine {
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
                got.set(Got { data, failure, loading: false });
            });
        });
    }
    use_effect_with((), move |()| move || newest.set(u64::MAX));
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
