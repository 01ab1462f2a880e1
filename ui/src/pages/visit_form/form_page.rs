//! The form itself: one part at a time, its questions as cards, the next step near the thumb.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::api::{DiscardDraft, Draft, FinishVisit};
use domain::form::{Answers, Form, Problem, ProblemKind, Question};
use domain::gather::gathered;
use domain::visit::Decision;
use domain::{Code, RecordId, Value};
use yew::prelude::*;

use super::as_last::{rest, same_as_last};
use super::day::DayLine;
use super::filling::{self, Part};
use super::foot::FormFoot;
use super::journal::Saving;
use super::paper::{FormPosition, Paper, use_paper, use_place};
use super::parts_sheet::{DiscardSheet, PartsSheet};
use super::question::QuestionCard;
use super::top::{FormTop, Progress, Remark};
use crate::components::{Banner, Button, FailureBanner, Look, PageBody, Photos, Tone, use_toast};
use crate::nav::use_nav;
use crate::query::{Command, use_command};
use crate::state::{use_status, use_text};

/// Properties of [`FormPage`].
#[derive(Properties, PartialEq)]
pub struct FormPageProps {
    /// The draft as it was left.
    pub draft: Rc<Draft>,
    /// Its form.
    pub form: &'static Form,
    /// The visit was made.
    pub onfinished: Callback<RecordId>,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Parts,
    Discard,
    Day,
}

/// Comments of the supervisor by question.
fn comments(draft: &Draft) -> BTreeMap<String, String> {
    let returned = draft.comment.as_ref().filter(|c| c.decision == Decision::Returned);
    returned.map(|c| c.fields.clone()).unwrap_or_default()
}

/// Everything one drawing is made from.
#[derive(Clone)]
pub(super) struct Seen {
    pub form: &'static Form,
    pub draft: Rc<Draft>,
    pub answers: Answers,
    pub parts: Vec<Part>,
    pub problems: Vec<Problem>,
    pub here: Part,
    next: Option<Part>,
}

/// The form.
#[component]
pub fn FormPage(props: &FormPageProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (form, draft) = (props.form, props.draft.clone());
    let remarks = comments(&draft);
    let paper = use_paper(&draft);
    let (answers, parts) = (paper.answers(), paper.parts(form, &draft));
    let place = use_place(&parts, &answers, &gathered(remarks.keys().cloned()));
    let open = use_state(|| Open::Nothing);
    // Photos that are still being made small must be in the draft before it becomes a visit.
    let photos = use_state(|| false);
    let finish = use_command::<FinishVisit>(props.onfinished.clone());
    use_missed(&finish, &place, &parts);
    let onfinish = use_finish(&paper, &place, &finish, &draft, form);
    let Some(here) = place.here(&parts) else { return Html::default() };
    let problems = form.check_correction(&answers, &draft.before, paper.day.0);
    let next = match *paper.same {
        true => filling::next_as_last_time(form, &parts, here.id(), &answers),
        false => filling::next(&parts, here.id(), &answers, draft.corrects.is_none()),
    };
    let next = next.cloned();
    let seen = Seen { form, draft, answers, parts, problems, here, next };

    let set_open = |to: Open| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let onmove = {
        let (place, open) = (place.clone(), open.setter());
        Callback::from(move |part: &'static str| {
            place.go(part);
            open.set(Open::Nothing);
        })
    };
    let here = seen.here.id();
    let by = seen.draft.comment.as_ref().map(|c| text.visit_reviewer_comment(&c.by)).unwrap_or_default();
    let cards = seen.here.questions.iter().map(|question| {
        let comment = remarks.get(&question.id).map(|c| (by.clone().into(), c.clone().into()));
        card(&seen, question, comment, &paper, &place, &text, status.today)
    });
    html! {
        <div class="page" data-test="visit-form" data-part={here}>
            <FormTop draft={seen.draft.clone()} saving={paper.journal.saving.clone()} />
            { trouble(&paper, &finish, &seen.draft, set_open(Open::Day), &text) }
            <PageBody key={here} narrow={true} class="stack">
                <Progress part={seen.here.clone()} progress={filling::progress(&seen.parts, here, &seen.answers)} onopen={set_open(Open::Parts)} />
                <Remark draft={seen.draft.clone()} />
                <DayLine draft={seen.draft.clone()} day={paper.day.0} asks={paper.day.1} open={*open == Open::Day}
                    onpick={let paper = paper.clone(); move |day| paper.say_day(day)}
                    onopen={let open = open.setter(); move |on| open.set(if on { Open::Day } else { Open::Nothing })} />
                { same_as_last(&seen, &paper, &place, &text) }
                { for cards }
                { rest(&seen, &onmove, &text) }
                if seen.parts.last() == Some(&seen.here) || here == filling::ANEW { <Photos of={seen.draft.id} may={true} onbusy={let photos = photos.setter(); move |busy| photos.set(busy)} /> }
            </PageBody>
            <FormFoot parts={seen.parts.clone()} here={seen.here.clone()} next={seen.next.clone()} problems={seen.problems.clone()}
                tried={place.tried(here)} correcting={seen.draft.corrects.is_some()} busy={finish.busy || *photos} onmove={onmove.clone()}
                onnext={go_on(&seen, &paper, &place)} {onfinish} />
            if *open == Open::Parts {
                <PartsSheet parts={seen.parts.clone()} {here} answers={seen.answers.clone()} problems={seen.problems.clone()}
                    onpick={onmove} ondiscard={set_open(Open::Discard)} onclose={set_open(Open::Nothing)} />
            }
            if *open == Open::Discard { <Discard {paper} draft={seen.draft.clone()} onclose={set_open(Open::Nothing)} /> }
        </div>
    }
}

/// The core looks again when it makes the visit; what it misses is shown at its question, too.
#[hook]
fn use_missed(finish: &Command<FinishVisit>, place: &FormPosition, parts: &[Part]) {
    let (place, parts) = (place.clone(), parts.to_vec());
    use_effect_with(finish.failure.clone(), move |failure| {
        let missed = failure.as_ref().filter(|f| f.code == Code::FormIncomplete).and_then(|f| f.field.clone());
        if let Some(question) = missed {
            place.insist(&parts, &question);
        }
    });
}

/// Makes the visit once everything is saved; before that it shows what is open.
#[hook]
fn use_finish(paper: &Paper, place: &FormPosition, finish: &Command<FinishVisit>, draft: &Rc<Draft>, form: &'static Form) -> Callback<()> {
    let (text, toast) = (use_text(), use_toast());
    let (paper, place, run, draft) = (paper.clone(), place.clone(), finish.callback(), draft.clone());
    Callback::from(move |()| {
        // The answers of this very moment, not of the last drawing.
        let answers = paper.answers();
        let problems = form.check_correction(&answers, &draft.before, paper.day.0);
        let Some(first) = problems.first() else {
            let (run, id) = (run.clone(), draft.id);
            paper.journal.when_saved(Callback::from(move |()| run.emit(FinishVisit { draft: id, sure: false })));
            return;
        };
        place.insist(&paper.parts(form, &draft), &first.question);
        if let Some(toast) = &toast {
            toast.failed(text.visit_incomplete(i64::try_from(problems.len()).unwrap_or(i64::MAX)));
        }
    })
}

fn go_on(seen: &Seen, paper: &Paper, place: &FormPosition) -> Callback<()> {
    let (seen, paper, place) = (seen.clone(), paper.clone(), place.clone());
    Callback::from(move |()| {
        paper.journal.flush();
        if let Some(next) = &seen.next {
            place.next(&seen.here, next, &seen.problems);
        }
    })
}

/// What the worker is asked before the visit is made: whether she was there although the file is closed, whether it is that day.
fn question(finish: &Command<FinishVisit>, draft: &Draft, onday: Callback<()>, text: &text::Text) -> Html {
    let Some(failure) = finish.failure.as_ref().filter(|_| !finish.busy) else { return Html::default() };
    let (run, id) = (finish.callback(), draft.id);
    let sure = Callback::from(move |()| run.emit(FinishVisit { draft: id, sure: true }));
    let day = failure.field.as_deref().and_then(|day| day.parse().ok()).map(|day| text.date_with_year(day)).unwrap_or_default();
    let (title, note, clock) = match failure.code {
        Code::FileClosed => (text.form_ask_closed(), text.form_ask_closed_note(), false),
        Code::ClockDoubt => (text.form_ask_clock(&day), text.form_ask_clock_note(), true),
        _ => return Html::default(),
    };
    html! {
        <div class="form-alert">
            <Banner tone={Tone::Warm} {title} note={Some(AttrValue::from(note))} alert={true} test="form-asks">
                <div class="row wrap day-answers">
                    if clock { <Button text={text.form_day_title()} look={Look::Line} fit={true} test="asks-day" onclick={onday} /> }
                    <Button text={text.form_ask_sure()} look={Look::Line} fit={true} test="asks-sure" onclick={sure} />
                </div>
            </Banner>
        </div>
    }
}

/// What could not be saved stays in sight until it is.
fn trouble(paper: &Paper, finish: &Command<FinishVisit>, draft: &Draft, onday: Callback<()>, text: &text::Text) -> Html {
    let unsaved = if let Saving::Failed(failure) = &paper.journal.saving { Some(failure.clone()) } else { None };
    let asked = [Code::FormIncomplete, Code::FileClosed, Code::ClockDoubt];
    let unmade = finish.failure.clone().filter(|f| !asked.contains(&f.code));
    let journal = paper.journal.clone();
    let retry = Callback::from(move |()| journal.retry());
    html! {
        <>
            if let Some(failure) = unsaved {
                <div class="form-alert"><FailureBanner {failure} {retry} /><small>{ text.form_not_saved_note() }</small></div>
            }
            if let Some(failure) = unmade { <div class="form-alert"><FailureBanner {failure} /></div> }
            { question(finish, draft, onday, text) }
        </>
    }
}

/// An open question is a problem only after the worker went on; a wrong answer at once, but not under her fingers.
fn told(problem: &Problem, tried: bool, typing: bool) -> bool {
    if problem.kind == ProblemKind::Required { tried } else { !typing }
}

fn value(answers: &Answers, question: &str) -> Value {
    answers.get(question).cloned().unwrap_or_default()
}

fn card(
    seen: &Seen,
    question: &'static Question,
    comment: Option<(AttrValue, AttrValue)>,
    paper: &Paper,
    place: &FormPosition,
    text: &text::Text,
    today: chrono::NaiveDate,
) -> Html {
    let (id, form) = (question.id.as_str(), seen.form);
    let tried = place.tried(seen.here.id());
    let problem = seen.problems.iter().find(|p| p.question == id).filter(|p| told(p, tried, paper.is_typing(id)));
    let fault = problem.map(|p| AttrValue::from(filling::words(text, question, p.kind)));
    let alarms = form.alarms(&seen.answers);
    let alarm = alarms.iter().find(|(q, _)| q.id == id).map(|(_, say)| AttrValue::from(say.get(text.lang().code()).to_owned()));
    let paper = paper.clone();
    let ontouch = Callback::from(move |(question, touch)| paper.touch(question, touch));
    html! {
        <QuestionCard key={id} {form} {question} value={value(&seen.answers, id)} last={value(&seen.draft.last, id)}
            required={form.required(question, &seen.answers)} {fault} {alarm} {comment} {today} {ontouch} />
    }
}

#[derive(Properties)]
struct DiscardProps {
    paper: Paper,
    draft: Rc<Draft>,
    onclose: Callback<()>,
}

impl PartialEq for DiscardProps {
    fn eq(&self, other: &Self) -> bool {
        self.draft == other.draft && self.onclose == other.onclose
    }
}

/// Throws the draft away after one more question.
#[component]
fn Discard(props: &DiscardProps) -> Html {
    let nav = use_nav();
    let discard = {
        // An open sheet takes "back" for itself: close it before leaving.
        let onclose = props.onclose.clone();
        use_command::<DiscardDraft>(Callback::from(move |()| {
            onclose.emit(());
            nav.leave();
        }))
    };
    let ondiscard = {
        let (journal, run, id) = (props.paper.journal.clone(), discard.callback(), props.draft.id);
        Callback::from(move |()| {
            journal.forget();
            run.emit(DiscardDraft { draft: id });
        })
    };
    html! { <DiscardSheet busy={discard.busy} failure={discard.failure.clone()} {ondiscard} onclose={props.onclose.clone()} /> }
}
