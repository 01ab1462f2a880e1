//! A form filled in to see how it is, before anybody has it. Nothing of it is kept.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::api::{Trial, TryForm};
use domain::form::{ScreenPart, ScreenQuestion, SheetQuestion, unasked_key};
use domain::gather::gathered;
use yew::prelude::*;

use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::form::cards::{as_asked, cards};
use crate::form::filling;
use crate::form::journal::Filled;
use crate::form::paper::use_paper_of;
use crate::form::question::QuestionCard;
use crate::kit::{Banner, FailureBanner, Glyph, Sheet, Skeleton, Tone};

/// Properties of [`TrialSheet`].
#[derive(Properties, PartialEq)]
pub struct TrialProps {
    /// The form's rows.
    pub rows: String,
    /// Its title.
    pub title: AttrValue,
    /// It was looked at.
    pub onclose: Callback<()>,
}

/// The sheet.
#[component]
pub fn TrialSheet(props: &TrialProps) -> Html {
    let text = use_text();
    let begun = use_query(TryForm { rows: props.rows.clone(), answers: None, tried: None });
    html! {
        <Sheet title={props.title.clone()} test="trial" onclose={props.onclose.clone()}>
            <div class="stack">
                <p class="small muted">{ text.forms_trial_note() }</p>
                if let Some(failure) = begun.failure.clone() { <FailureBanner {failure} /> }
                if let Some(trial) = begun.data.clone() {
                    <Form {trial} rows={props.rows.clone()} />
                } else if begun.failure.is_none() {
                    <Skeleton count={3} />
                }
            </div>
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    trial: Rc<Trial>,
    rows: String,
}

/// All parts below each other.
#[component]
fn Form(props: &FormProps) -> Html {
    let text = use_text();
    let lang = text.lang().code();
    let of = use_memo((), |()| Filled::Trial(props.rows.as_str().into(), Rc::new(RefCell::new(props.trial.answers.clone()))));
    let paper = use_paper_of((*of).clone(), &props.trial.answers, &props.trial.screen);
    let questions = props.trial.form.sections.iter().flat_map(|section| &section.questions);
    let sheet: BTreeMap<String, Rc<SheetQuestion>> = gathered(questions.map(|q| (q.id.clone(), Rc::new(q.clone()))));
    let (answers, screen) = (paper.answers(), paper.screen());
    let value = |id: &str| answers.get(id).cloned().unwrap_or_default();
    let card = |asked: &ScreenQuestion| {
        let of = sheet.get(&asked.id).or_else(|| sheet.get(asked.id.rsplit('-').next()?));
        let Some(of) = of else { return Html::default() };
        let question = as_asked(of, asked);
        let own = asked.say.as_ref().map(|say| say.get(lang).to_owned());
        let told = asked.problem.filter(|_| filling::is_answered(&asked.id, &answers) && !paper.is_typing(&asked.id));
        let fault = told.map(|kind| AttrValue::from(own.unwrap_or_else(|| filling::words(&text, &question, kind))));
        let alarm = question.alarm.as_ref().filter(|_| asked.alarm).map(|say| AttrValue::from(say.get(lang).to_owned()));
        let ontouch = paper.ontouch.clone();
        html! {
            <QuestionCard key={asked.id.clone()} {question} value={value(&asked.id)} last={domain::Value::Null} comment={None::<(AttrValue, AttrValue)>} required={asked.required}
                readonly={asked.readonly} may_be_unasked={asked.may_be_unasked} unasked={value(&unasked_key(&asked.id))} {fault} {alarm} {ontouch} />
        }
    };
    let part = |part: &ScreenPart| {
        html! {
            <section key={part.id.clone()} class="stack">
                <h3>{ filling::title(&props.trial.form, &part.id, &text) }</h3>
                { cards(part, &card, &paper.journal, &text) }
            </section>
        }
    };
    let open = screen.problems().count();
    html! {
        <>
            { for screen.parts.iter().map(part) }
            if open == 0 {
                <Banner tone={Tone::Ok} icon={Glyph::Check} title={text.forms_trial_done()} test="trial-done" />
            } else {
                <p class="muted" data-test="trial-open">{ text.forms_trial_open(i64::try_from(open).unwrap_or(i64::MAX)) }</p>
            }
        </>
    }
}
