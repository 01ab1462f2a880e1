//! The answers under the worker's hands, what the core shows of the form for them, and the part she looks at.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use chrono::NaiveDate;
use domain::Value;
use domain::api::Draft;
use domain::form::{ANEW, Answers, Screen, ScreenPart, WHEN};
use domain::gather::gathered;
use yew::prelude::*;

use super::journal::{Filled, Journal, use_journal};
use super::question::Touch;
use super::{filling, scroll};

/// The answers, changed here at once and journalled in the same moment, and the form as the core showed it last.
#[derive(Clone)]
pub struct Paper {
    sheet: Rc<RefCell<(Answers, Rc<Screen>)>>,
    typing: UseStateHandle<Option<String>>,
    redraw: UseForceUpdateHandle,
    /// Where they are saved.
    pub journal: Journal,
    /// What was done to a question; the same from drawing to drawing, so that a card of which nothing changed is not drawn again.
    pub ontouch: Callback<(String, Touch)>,
}

impl Paper {
    /// The answers as they are now.
    pub fn answers(&self) -> Answers {
        self.sheet.borrow().0.clone()
    }

    /// The form as it is shown now.
    pub fn screen(&self) -> Rc<Screen> {
        self.sheet.borrow().1.clone()
    }

    /// Says the day of the visit.
    pub fn say_day(&self, day: NaiveDate) {
        self.journal.answer(WHEN, day.to_string().into());
    }

    /// Whether the worker is typing this answer.
    pub fn is_typing(&self, question: &str) -> bool {
        self.typing.as_deref() == Some(question)
    }

    /// Takes what the worker did to a question.
    pub fn touch(&self, question: &str, touch: Touch) {
        match touch {
            Touch::Chose(value) => {
                self.put(question, &value);
                self.journal.answer(question, value);
            }
            Touch::Typed(value) => {
                self.put(question, &value);
                self.journal.typed(question, value);
                self.typing.set(Some(question.to_owned()));
            }
            Touch::Picturing => return self.journal.hold(),
            Touch::Pictured(content) => self.journal.photo(question, &content),
            Touch::Left => {
                self.journal.flush();
                self.typing.set(None);
            }
        }
        self.redraw.force_update();
    }

    /// As the core keeps it: an empty value is no answer.
    fn put(&self, question: &str, value: &Value) {
        let answers = &mut self.sheet.borrow_mut().0;
        if value.is_empty() {
            answers.remove(question);
        } else {
            answers.insert(question.to_owned(), value.clone());
        }
    }
}

/// The paper of a draft, with what was answered before.
#[hook]
pub fn use_paper(draft: &Draft) -> Paper {
    use_paper_of(Filled::Draft(draft.id), &draft.answers, &draft.screen)
}

/// The paper of what is filled in.
#[hook]
pub fn use_paper_of(of: Filled, answers: &Answers, screen: &Screen) -> Paper {
    let sheet = use_mut_ref(|| (answers.clone(), Rc::new(screen.clone())));
    let typing = use_state(|| None);
    let redraw = use_force_update();
    let onscreen = {
        let (sheet, redraw) = (sheet.clone(), redraw.clone());
        Callback::from(move |screen: Screen| {
            {
                let (answers, shown) = &mut *sheet.borrow_mut();
                for (question, value) in &screen.given {
                    answers.entry(question.clone()).or_insert_with(|| value.clone());
                }
                for (question, value) in &screen.worked_out {
                    if value.is_empty() {
                        answers.remove(question);
                    } else {
                        answers.insert(question.clone(), value.clone());
                    }
                }
                *shown = Rc::new(screen);
            }
            redraw.force_update();
        })
    };
    let journal = use_journal(of, onscreen);
    let ontouch = {
        let paper =
            Paper { sheet: sheet.clone(), typing: typing.clone(), redraw: redraw.clone(), journal: journal.clone(), ontouch: Callback::noop() };
        use_callback((), move |(question, touch): (String, Touch), ()| paper.touch(&question, touch))
    };
    Paper { sheet, typing, redraw, journal, ontouch }
}

/// Scrolls to a question; the number makes the same question twice two wishes.
type Target = (String, u32);

/// Which part is shown, and in which parts the worker was told what is open.
#[derive(Clone)]
pub struct FormPosition {
    at: UseStateHandle<String>,
    tried: UseStateHandle<BTreeSet<String>>,
    target: UseStateHandle<Option<Target>>,
}

impl FormPosition {
    /// The part shown. An answer may take away the part that was: then the first.
    pub fn here<'s>(&self, screen: &'s Screen) -> Option<&'s ScreenPart> {
        screen.part(&self.at).or(screen.parts.first())
    }

    /// Whether what is open in a part is told.
    pub fn tried(&self, part: &str) -> bool {
        self.tried.contains(part)
    }

    /// Shows a part.
    pub fn go(&self, part: &str) {
        self.at.set(part.to_owned());
    }

    /// Scrolls to a question of the part shown.
    pub fn scroll(&self, question: &str) {
        let count = self.target.as_ref().map_or(0, |(_, n)| n.wrapping_add(1));
        self.target.set(Some((question.to_owned(), count)));
    }

    /// Tells everything that is open, and shows one of these questions.
    pub fn insist(&self, screen: &Screen, question: &str) {
        self.tried.set(gathered(screen.parts.iter().map(|part| part.id.clone())));
        if let Some(part) = screen.parts.iter().find(|p| p.questions.iter().any(|q| q.id == question)) {
            self.go(&part.id);
        }
        self.scroll(question);
    }

    /// Goes on. What is open in this part is told first; the worker may go on all the same. The one page shows it again.
    pub fn next(&self, screen: &Screen) {
        let Some(here) = self.here(screen) else { return };
        let Some(to) = &here.next else { return };
        let open = here.questions.iter().find(|q| q.problem.is_some()).filter(|_| to != ANEW);
        match open {
            Some(question) if !self.tried(&here.id) => {
                self.tried.set(gathered(self.tried.iter().cloned().chain([here.id.clone()])));
                self.scroll(&question.id);
            }
            _ => self.go(to),
        }
    }
}

/// The place to begin at: a comment, else what is open.
#[hook]
pub fn use_place(screen: &Screen, answers: &Answers, commented: &BTreeSet<String>) -> FormPosition {
    let at = use_state(|| filling::begin(screen, answers, |id| commented.contains(id)).to_owned());
    let tried = use_state(BTreeSet::new);
    let target = use_state(|| None::<Target>);
    use_effect_with((*target).clone(), |target| {
        if let Some((question, _)) = target {
            scroll::to_question(question);
        }
    });
    FormPosition { at, tried, target }
}

/// Everything one drawing is made from.
pub struct Seen {
    /// The draft as it was left.
    pub draft: Rc<Draft>,
    /// The answers as they are now.
    pub answers: Answers,
    /// The form as it is shown.
    pub screen: Rc<Screen>,
    /// The part shown.
    pub here: ScreenPart,
}
