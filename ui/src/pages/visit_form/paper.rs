//! The answers under the worker's hands, and the part of the form she looks at.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use chrono::NaiveDate;
use domain::Value;
use domain::api::Draft;
use domain::form::{Answers, Form, Problem, WHEN};
use domain::gather::gathered;
use yew::prelude::*;

use super::filling::{self, Part};
use super::journal::{Journal, use_journal};
use super::question::Touch;
use super::scroll;

/// The answers: changed here at once, so that the questions follow, and journalled in the same moment.
#[derive(Clone)]
pub struct Paper {
    answers: Rc<RefCell<Answers>>,
    /// The day of the visit, and whether it must still be asked.
    pub day: UseStateHandle<(NaiveDate, bool)>,
    /// The visit goes as last time: what is left is asked on one page.
    pub same: UseStateHandle<bool>,
    typing: UseStateHandle<Option<&'static str>>,
    redraw: UseForceUpdateHandle,
    /// Where they are saved.
    pub journal: Journal,
}

impl Paper {
    /// As they are now.
    pub fn answers(&self) -> Answers {
        self.answers.borrow().clone()
    }

    /// The parts that are asked now.
    pub fn parts(&self, form: &'static Form, draft: &Draft) -> Vec<Part> {
        filling::parts(form, &self.answers.borrow(), self.same.then_some(&draft.last))
    }

    /// Takes the day of the visit.
    pub fn say_day(&self, day: NaiveDate) {
        self.journal.answer(WHEN, day.to_string().into());
        self.day.set((day, false));
    }

    /// Whether the worker is typing this answer.
    pub fn is_typing(&self, question: &str) -> bool {
        *self.typing == Some(question)
    }

    /// Takes what the worker did to a question.
    pub fn touch(&self, question: &'static str, touch: Touch) {
        match touch {
            Touch::Chose(value) => {
                self.put(question, &value);
                self.journal.answer(question, value);
            }
            Touch::Typed(value) => {
                self.put(question, &value);
                self.journal.typed(question, value);
                self.typing.set(Some(question));
            }
            Touch::Left => {
                self.journal.flush();
                self.typing.set(None);
            }
        }
        self.redraw.force_update();
    }

    /// As the core keeps it: an empty value is no answer.
    fn put(&self, question: &str, value: &Value) {
        let mut answers = self.answers.borrow_mut();
        if value.is_empty() {
            answers.remove(question);
        } else {
            answers.insert(question.to_owned(), value.clone());
        }
    }

    /// Takes over last visit's answers where there is none, as the core does.
    pub fn same_as_last(&self, form: &Form, draft: &Draft) {
        self.journal.same_as_last();
        for (question, value) in form.as_last_time(&draft.last) {
            self.answers.borrow_mut().entry(question).or_insert(value);
        }
        self.same.set(draft.corrects.is_none());
        self.redraw.force_update();
    }
}

/// The paper of a draft, with what was answered before.
#[hook]
pub fn use_paper(draft: &Draft) -> Paper {
    let answers = use_mut_ref(|| draft.answers.clone());
    let day = use_state(|| (draft.day, draft.asks_day));
    let same = use_state(|| draft.same);
    let typing = use_state(|| None);
    let redraw = use_force_update();
    let journal = use_journal(draft.id);
    Paper { answers, day, same, typing, redraw, journal }
}

/// Scrolls to a question; the number makes the same question twice two wishes.
type Target = (String, u32);

/// Which part is shown, and in which parts the worker was told what is open.
#[derive(Clone)]
pub struct FormPosition {
    at: UseStateHandle<&'static str>,
    tried: UseStateHandle<BTreeSet<&'static str>>,
    target: UseStateHandle<Option<Target>>,
}

impl FormPosition {
    /// The part shown. An answer may take away the part that was: then the first.
    pub fn here(&self, parts: &[Part]) -> Option<Part> {
        parts.iter().find(|p| p.id() == *self.at).or(parts.first()).cloned()
    }

    /// Whether what is open in a part is told.
    pub fn tried(&self, part: &str) -> bool {
        self.tried.contains(part)
    }

    /// Shows a part.
    pub fn go(&self, part: &'static str) {
        self.at.set(part);
    }

    /// Scrolls to a question of the part shown.
    pub fn scroll(&self, question: &str) {
        let count = self.target.as_ref().map_or(0, |(_, n)| n.wrapping_add(1));
        self.target.set(Some((question.to_owned(), count)));
    }

    /// Tells everything that is open, and shows one of these questions.
    pub fn insist(&self, parts: &[Part], question: &str) {
        self.tried.set(gathered(parts.iter().map(Part::id)));
        if let Some(part) = parts.iter().find(|p| p.questions.iter().any(|q| q.id == question)) {
            self.go(part.id());
        }
        self.scroll(question);
    }

    /// Goes on. What is open in this part is told first; the worker may go on all the same. The one page shows it again.
    pub fn next(&self, here: &Part, to: &Part, problems: &[Problem]) {
        let first = here.problems(problems).first().map(|p| p.question.clone());
        match first.filter(|_| to.section.is_some()) {
            Some(question) if !self.tried(here.id()) => {
                self.tried.set(gathered(self.tried.iter().copied().chain([here.id()])));
                self.scroll(&question);
            }
            _ => self.go(to.id()),
        }
    }
}

/// The place to begin at: a comment, else what is open.
#[hook]
pub fn use_place(parts: &[Part], answers: &Answers, commented: &BTreeSet<String>) -> FormPosition {
    let at = use_state(|| filling::begin(parts, answers, |id| commented.contains(id)));
    let tried = use_state(BTreeSet::new);
    let target = use_state(|| None::<Target>);
    use_effect_with((*target).clone(), |target| {
        if let Some((question, _)) = target {
            scroll::to_question(question);
        }
    });
    FormPosition { at, tried, target }
}
