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
    if of.id == asked.id && asked.label.is_none() && asked.offered.is_none() {
        return of.clone();
    }
    let mut question = (**of).clone();
    question.id.clone_from(&asked.id);
    if let Some(label) = &asked.label {
        question.label = label.clone();
    }
    if let Some(offered) = &asked.offered {
        question.options.retain(|option| offered.contains(&option.id));
    }
    Rc::new(question)
}

/// The cards of a part; `card` draws one question.
pub fn cards(part: &ScreenPart, card: &dyn Fn(&ScreenQuestion) -> Html, journal: &Journal, text: &Text) -> Html {
    let used: Vec<Cell<bool>> = part.repeats.iter().map(|_| Cell::new(false)).collect();
    let drawing = Drawing { part, card, journal, text, used: &used };
    let (mut spans, end) = (part.spans.as_slice(), u32::try_from(part.questions.len()).unwrap_or(u32::MAX));
    drawing.range((0, end), "", &mut spans)
}

struct Drawing<'d> {
    part: &'d ScreenPart,
    card: &'d dyn Fn(&ScreenQuestion) -> Html,
    journal: &'d Journal,
    text: &'d Text,
    used: &'d [Cell<bool>],
}

impl Drawing<'_> {
    /// What lies between two places; `spans` are those that were not drawn yet, `within` the instance that is drawn.
    fn range(&self, (mut at, to): (u32, u32), within: &str, spans: &mut &[ScreenSpan]) -> Html {
        let mut drawn = Vec::new();
        loop {
            let next = spans
                .split_first()
                .filter(|(span, _)| span.range.0 == at && span.range.1 <= to && (span.id.is_empty() || span.id.starts_with(within)));
            if let Some((span, rest)) = next {
                *spans = rest;
                let inside = if span.id.is_empty() { within.to_owned() } else { format!("{}-", span.id) };
                let content = self.range(span.range, &inside, spans);
                drawn.push(self.span(span, content));
                at = span.range.1;
                drawn.extend(self.repeats(at, within));
                continue;
            }
            drawn.extend(self.repeats(at, within));
            let question = self.part.questions.get(at as usize).filter(|_| at < to);
            let Some(question) = question else { break };
            drawn.push((self.card)(question));
            at += 1;
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

    /// Repeats that may have one more here.
    fn repeats(&self, at: u32, within: &str) -> Vec<Html> {
        let here = |(repeat, used): &(&ScreenRepeat, &Cell<bool>)| repeat.after == at && repeat.id.starts_with(within) && !used.get();
        let open = self.part.repeats.iter().zip(self.used).filter(here);
        open.map(|(repeat, used)| {
            used.set(true);
            let (journal, id) = (self.journal.clone(), repeat.id.clone());
            let onclick = Callback::from(move |()| journal.instance(id.clone(), true));
            let what = repeat.title.get(self.text.lang().code());
            html! { <Button key={repeat.id.clone()} text={self.text.form_add(what)} icon={Glyph::Plus} look={Look::Soft} test="add-instance" {onclick} /> }
        })
        .collect()
    }
}
