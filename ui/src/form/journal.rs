//! Journalling answers as they are given: one after another, in order, none forgotten. What is typed waits for a
//! pause; what is tapped goes at once. After a failure everything that is not saved is kept and sent again by "retry".

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use domain::api::{Answer, AnswerPhoto, Instance, SameAsLast, Tried, TryForm};
use domain::form::{Answers, Screen};
use domain::{Code, Failure, Value};
use gloo_timers::callback::Timeout;
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::core::api;
use crate::core::listen::Listener;

/// A pause in typing after which the text is journalled, milliseconds.
const PAUSE_MILLIS: u32 = 400;

/// Failures of a photo that another try does not mend.
const FOR_GOOD: [Code; 6] = [Code::BadPhoto, Code::TooManyPoints, Code::TooManyPhotos, Code::NotAllowed, Code::NotFound, Code::UnknownField];

/// Where the last answers are.
#[derive(Clone, PartialEq, Debug)]
pub enum Saving {
    /// Nothing was answered since the page was opened.
    Quiet,
    /// On their way.
    Busy,
    /// Every answer is on this device.
    Saved,
    /// Some are not.
    Failed(Failure),
}

impl Saving {
    /// Its word in test hooks.
    pub fn code(&self) -> &'static str {
        match self {
            Saving::Quiet => "quiet",
            Saving::Busy => "saving",
            Saving::Saved => "saved",
            Saving::Failed(_) => "failed",
        }
    }
}

#[derive(Clone)]
enum Job {
    Answer(String, Value),
    Instance(String, bool),
    Photo(String, Rc<str>),
    SameAsLast,
}

/// What is filled in.
#[derive(Clone)]
pub enum Filled {
    /// An unfinished visit, by its draft.
    Draft(Uuid),
    /// A form that is tried, by its rows; the answers go with each question to the core, and nowhere else.
    Trial(Rc<str>, Rc<RefCell<Answers>>),
}

impl PartialEq for Filled {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Filled::Draft(one), Filled::Draft(other)) => one == other,
            (Filled::Trial(_, one), Filled::Trial(_, other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

struct Inner {
    of: Filled,
    jobs: RefCell<VecDeque<Job>>,
    typed: RefCell<BTreeMap<String, Value>>,
    pause: RefCell<Option<Timeout>>,
    busy: Cell<bool>,
    tell: RefCell<Callback<Saving>>,
    onscreen: RefCell<Callback<Screen>>,
    after: RefCell<Option<(Callback<()>, bool)>>,
    /// Photos that are still being made small.
    held: Cell<u32>,
    /// A photo that cannot be taken, with its question.
    refused: RefCell<Callback<(String, Failure)>>,
}

/// The journal of one draft, from [`use_journal`].
#[derive(Clone)]
pub struct Journal {
    inner: Rc<Inner>,
    /// Where the last answers are.
    pub saving: Saving,
}

impl Journal {
    /// Journals an answer at once.
    pub fn answer(&self, question: &str, value: Value) {
        self.inner.typed.borrow_mut().remove(question);
        self.inner.add(Job::Answer(question.to_owned(), value));
    }

    /// Journals what is being typed after a pause, or when [`Journal::flush`] is called.
    pub fn typed(&self, question: &str, value: Value) {
        self.inner.typed.borrow_mut().insert(question.to_owned(), value);
        let inner = self.inner.clone();
        let pause = Timeout::new(PAUSE_MILLIS, move || inner.flush());
        // The timer that was running is stopped by being dropped.
        *self.inner.pause.borrow_mut() = Some(pause);
    }

    /// Journals at once what was typed.
    pub fn flush(&self) {
        self.inner.flush();
    }

    /// Journals one instance more of a repeat, or one less.
    pub fn instance(&self, id: String, add: bool) {
        self.inner.flush();
        self.inner.add(Job::Instance(id, add));
    }

    /// A photo is being made small: nobody is told that everything is saved before it came, or will not.
    pub fn hold(&self) {
        self.inner.held.set(self.inner.held.get() + 1);
    }

    /// Answers a question with the photo that was waited for: a file's content, base64.
    pub fn photo(&self, question: &str, content: &str) {
        self.inner.held.set(self.inner.held.get().saturating_sub(1));
        self.inner.flush();
        self.inner.add(Job::Photo(question.to_owned(), content.into()));
    }

    /// Who is told of a photo that cannot be taken.
    pub fn on_refused(&self, tell: Callback<(String, Failure)>) {
        *self.inner.refused.borrow_mut() = tell;
    }

    /// Takes over last visit's answers, and calls `done` then.
    pub fn same_as_last(&self, done: Callback<()>) {
        self.inner.flush();
        self.inner.jobs.borrow_mut().push_back(Job::SameAsLast);
        self.when_saved(done);
    }

    /// Calls `done` when everything is saved; not at all when saving fails.
    pub fn when_saved(&self, done: Callback<()>) {
        self.inner.then(done, false);
    }

    /// Calls `done` when everything is saved, or cannot be.
    pub fn when_settled(&self, done: Callback<()>) {
        self.inner.then(done, true);
    }

    /// Sends again what could not be saved.
    pub fn retry(&self) {
        self.inner.pump();
    }

    /// Forgets what is not saved: the draft is thrown away.
    pub fn forget(&self) {
        self.inner.typed.borrow_mut().clear();
        self.inner.jobs.borrow_mut().clear();
        *self.inner.pause.borrow_mut() = None;
    }
}

impl Inner {
    fn flush(self: &Rc<Self>) {
        *self.pause.borrow_mut() = None;
        let typed = std::mem::take(&mut *self.typed.borrow_mut());
        if !typed.is_empty() {
            self.jobs.borrow_mut().extend(typed.into_iter().map(|(question, value)| Job::Answer(question, value)));
            self.pump();
        }
    }

    fn add(self: &Rc<Self>, job: Job) {
        self.jobs.borrow_mut().push_back(job);
        self.pump();
    }

    fn then(self: &Rc<Self>, done: Callback<()>, failed_too: bool) {
        *self.after.borrow_mut() = Some((done, failed_too));
        self.flush();
        self.pump();
    }

    fn say(&self, saving: Saving) {
        let tell = self.tell.borrow().clone();
        tell.emit(saving);
    }

    /// Works through the jobs, unless it is at it already.
    fn pump(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        let inner = self.clone();
        spawn_local(async move {
            let mut worked = false;
            loop {
                let next = inner.jobs.borrow().front().cloned();
                let Some(job) = next else { break };
                if !worked {
                    inner.say(Saving::Busy);
                    worked = true;
                }
                let photo = if let Job::Photo(question, _) = &job { Some(question.clone()) } else { None };
                match (send(&inner.of, job).await, photo) {
                    (Ok(screen), _) => {
                        inner.jobs.borrow_mut().pop_front();
                        let onscreen = inner.onscreen.borrow().clone();
                        onscreen.emit(screen);
                    }
                    // Sent again it would be refused again, and everything after it would wait.
                    (Err(failure), Some(question)) if FOR_GOOD.contains(&failure.code) => {
                        inner.jobs.borrow_mut().pop_front();
                        let refused = inner.refused.borrow().clone();
                        refused.emit((question, failure));
                    }
                    (Err(failure), _) => {
                        inner.busy.set(false);
                        inner.say(Saving::Failed(failure));
                        return inner.done(true);
                    }
                }
            }
            inner.busy.set(false);
            if worked {
                inner.say(Saving::Saved);
            }
            inner.done(false);
        });
    }

    /// Calls who waits.
    fn done(&self, failed: bool) {
        if self.held.get() > 0 && !failed {
            return;
        }
        let after = self.after.borrow_mut().take();
        if let Some((after, _)) = after.filter(|(_, failed_too)| *failed_too || !failed) {
            after.emit(());
        }
    }
}

async fn send(of: &Filled, job: Job) -> Result<Screen, Failure> {
    let draft = match of {
        Filled::Draft(draft) => *draft,
        Filled::Trial(rows, answers) => return try_out(rows, answers, job).await,
    };
    match job {
        Job::Answer(question, value) => api::call(Answer { draft, question, value }).await,
        Job::Instance(id, add) => api::call(Instance { draft, id, add }).await,
        Job::Photo(question, content) => api::call(AnswerPhoto { draft, question, content: content.to_string() }).await,
        Job::SameAsLast => api::call(SameAsLast { draft }).await,
    }
}

/// A photo is not kept, and there is no last time.
async fn try_out(rows: &str, answers: &RefCell<Answers>, job: Job) -> Result<Screen, Failure> {
    let tried = match job {
        Job::Answer(question, value) => Some(Tried::Answer(question, value)),
        Job::Instance(id, add) => Some(Tried::Instance(id, add)),
        Job::Photo(..) | Job::SameAsLast => None,
    };
    let before = answers.borrow().clone();
    let trial = api::call(TryForm { rows: rows.to_owned(), answers: Some(before), tried }).await?;
    *answers.borrow_mut() = trial.answers;
    Ok(trial.screen)
}

/// The journal of a draft for as long as the page is there. What was typed is also saved when the page is left or
/// the app goes out of sight, since a phone may then stop it without asking. `onscreen` gets what the form shows after each answer.
#[hook]
pub fn use_journal(of: Filled, onscreen: Callback<Screen>) -> Journal {
    let saving = use_state(|| Saving::Quiet);
    let inner = {
        let tell = saving.setter();
        use_memo(of.clone(), move |of| Inner {
            of: of.clone(),
            jobs: RefCell::default(),
            typed: RefCell::default(),
            pause: RefCell::default(),
            busy: Cell::new(false),
            tell: RefCell::new(Callback::from(move |saving| tell.set(saving))),
            onscreen: RefCell::default(),
            after: RefCell::default(),
            held: Cell::new(0),
            refused: RefCell::default(),
        })
    };
    *inner.onscreen.borrow_mut() = onscreen;
    {
        let inner = inner.clone();
        use_effect_with(of, move |_| {
            let hidden = inner.clone();
            let document = web_sys::window().and_then(|w| w.document());
            let listener = document.map(|d| Listener::new(&d, "visibilitychange", move |_| hidden.flush()));
            move || {
                drop(listener);
                *inner.tell.borrow_mut() = Callback::noop();
                *inner.onscreen.borrow_mut() = Callback::noop();
                *inner.after.borrow_mut() = None;
                inner.flush();
            }
        });
    }
    Journal { inner, saving: (*saving).clone() }
}
