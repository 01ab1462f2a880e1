//! The questions of a part as cards: those of a group under its heading, those of an instance of a repeat on a card of their own that can be
//! taken away, and after the last one the way to add another.

use std::cell::Cell;
use std::rc::Rc;

use domain::form::{ScreenPart, ScreenQuestion, ScreenRepeat, ScreenSpan, SheetQuestion};
use text::Text;
use yew::prelude::*;

use super::journal::Journal;
use crate::kit::{Button, Glyph, Look};

/// A question as it is asked now: with its own id, its words with the answers they speak of, and what is offered.
pub fn as_asked(of: &Rc<SheetQuestion>, asked: &ScreenQuestion) -> Rc<SheetQuestion> {
    if of.id == asked.id && asked.label.is_none() && asked.offered.is_none() && asked.options.is_empty() {
        return of.clone();
    }
    let mut question = (**of).clone();
    question.id.clone_from(&asked.id);
    if let Some(label) = &asked.label {
        question.label = label.clone();
    }
    if let Some(offered) = &asked.offered {
        question.options = offered.iter().filter_map(|id| of.option(id).cloned()).collect();
    }
    question.options.extend_from_slice(&asked.options);
    Rc::new(question)
}

/// The cards of a part; `card` draws one question.
pub fn cards(part: &ScreenPart, card: &dyn Fn(&ScreenQuestion) -> Html, journal: &Journal, text: &Text) -> Html {
    let (next, end) = (Cell::new(0), u32::try_from(part.questions.len()).unwrap_or(u32::MAX));
    Drawing { part, card, journal, text, next }.range((0, end), None)
}

struct Drawing<'d> {
    part: &'d ScreenPart,
    card: &'d dyn Fn(&ScreenQuestion) -> Html,
    journal: &'d Journal,
    text: &'d Text,
    /// The span that comes next.
    next: Cell<usize>,
}

impl Drawing<'_> {
    /// What lies between two places, in a span or in none.
    fn range(&self, (mut at, to): (u32, u32), within: Option<usize>) -> Html {
        let mut drawn = Vec::new();
        let mut repeats = self.part.repeats.iter().filter(|repeat| repeat.within.map(|span| span as usize) == within).peekable();
        loop {
            let here = self.next.get();
            let span = self.part.spans.get(here).filter(|span| span.range.0 == at && span.range.1 <= to);
            // The way to add an instance stands after those there are, before whatever comes then.
            let is_of = |repeat: &ScreenRepeat| span.is_some_and(|span| span.id.strip_prefix(&repeat.id).is_some_and(|rest| rest.starts_with('-')));
            if let Some(repeat) = repeats.next_if(|repeat| repeat.after == at && !is_of(repeat)) {
                drawn.push(self.repeat(repeat));
            } else if let Some(span) = span {
                self.next.set(here + 1);
                let content = self.range(span.range, Some(here));
                drawn.push(self.span(span, content));
                at = span.range.1;
            } else if let Some(question) = self.part.questions.get(at as usize).filter(|_| at < to) {
                drawn.push((self.card)(question));
                at += 1;
            } else {
                break;
            }
        }
        drawn.into_iter().collect()
    }

    fn span(&self, span: &ScreenSpan, content: Html) -> Html {
        let lang = self.text.lang().code();
        let title = span.title.get(lang);
        if span.nth == 0 {
            return html! { <section class="group stack">if !title.is_empty() { <h3>{ title.to_owned() }</h3> }{ content }</section> };
        }
        let (journal, id) = (self.journal.clone(), span.id.clone());
        let onclick = Callback::from(move |()| journal.instance(id.clone(), false));
        let title = self.text.form_nth(title, i64::from(span.nth));
        html! {
            <section class="instance stack" key={span.id.clone()} data-test={format!("instance-{}", span.nth)}>
                <div class="row">
                    <h3 class="grow">{ title.trim().to_owned() }</h3>
                    if span.may_go {
                        <Button text={self.text.form_remove()} icon={Glyph::Delete} look={Look::Plain} fit={true}
                            label={AttrValue::from(format!("{} {title}", self.text.form_remove()))} test={format!("remove-{}", span.nth)} {onclick} />
                    }
                </div>
                { content }
            </section>
        }
    }

    fn repeat(&self, repeat: &ScreenRepeat) -> Html {
        let (journal, id) = (self.journal.clone(), repeat.id.clone());
        let onclick = Callback::from(move |()| journal.instance(id.clone(), true));
        let what = repeat.title.get(self.text.lang().code());
        html! { <Button key={repeat.id.clone()} text={self.text.form_add(what)} icon={Glyph::Plus} look={Look::Soft} test="add-instance" {onclick} /> }
    }
}
