//! The form itself: one part at a time, its questions as cards, the next step near the thumb.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::api::{DiscardDraft, Draft, FinishDraft};
use domain::form::{ANEW, Answers, ProblemKind, ScreenQuestion, SheetQuestion, unasked_key};
use domain::gather::gathered;
use domain::visit::Decision;
use domain::{Code, RecordId, Value};
use yew::prelude::*;

use super::as_last::{rest, same_as_last};
use super::day::DayLine;
use super::speech::Speech;
use crate::core::nav::use_nav;
use crate::core::query::{Command, use_command};
use crate::core::state::use_text;
use crate::form::cards::{as_asked, cards};
use crate::form::filling;
use crate::form::foot::FormFoot;
use crate::form::journal::Saving;
use crate::form::paper::{FormPosition, Paper, Seen, use_paper, use_place};
use crate::form::parts_sheet::{DiscardSheet, PartsSheet};
use crate::form::question::QuestionCard;
use crate::form::top::{FormTop, Progress, Remark};
use crate::kit::{Banner, Button, FailureBanner, Glyph, Look, PageBody, Tone, use_toast};
use crate::record::Photos;

/// Properties of [`FormPage`].
#[derive(Properties, PartialEq)]
pub struct FormPageProps {
    /// The draft as it was left.
    pub draft: Rc<Draft>,
    /// The visit was made.
    pub onfinished: Callback<RecordId>,
    /// It is to be read anew, in another language.
    pub onspoken: Callback<()>,
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

/// The questions of a form, ready to be drawn.
type Sheet = BTreeMap<String, Rc<SheetQuestion>>;

fn sheet(draft: &Draft) -> Sheet {
    let questions = draft.form.sections.iter().flat_map(|section| &section.questions);
    gathered(questions.map(|q| (q.id.clone(), Rc::new(q.clone()))))
}

/// The form.
#[component]
pub fn FormPage(props: &FormPageProps) -> Html {
    let text = use_text();
    let draft = props.draft.clone();
    let remarks = comments(&draft);
    let sheet = use_memo(draft.id, |_| sheet(&draft));
    let paper = use_paper(&draft);
    let (answers, screen) = (paper.answers(), paper.screen());
    let place = use_place(&screen, &answers, &gathered(remarks.keys().cloned()));
    let open = use_state(|| Open::Nothing);
    // Photos that are still being made small must be in the draft before it becomes a visit.
    let photos = use_state(|| false);
    let finish = use_command::<FinishDraft>(props.onfinished.clone());
    use_missed(&finish, &place, &paper);
    {
        let (toast, text) = (use_toast(), text.clone());
        paper.journal.on_refused(Callback::from(move |(_, failure): (String, domain::Failure)| {
            if let Some(toast) = &toast {
                toast.failed(text.failure(&failure));
            }
        }));
    }
    let Some(here) = place.here(&screen).cloned() else { return Html::default() };
    let seen = Seen { draft, answers, screen, here };

    let set_open = |to: Open| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let onmove = {
        let (place, open) = (place.clone(), open.setter());
        Callback::from(move |part: String| {
            place.go(&part);
            open.set(Open::Nothing);
        })
    };
    let here = seen.here.id.as_str();
    let by = seen.draft.comment.as_ref().map(|c| text.visit_reviewer_comment(&c.by)).unwrap_or_default();
    let one = |asked: &ScreenQuestion| {
        let comment = remarks.get(&asked.id).map(|c| (by.clone().into(), c.clone().into()));
        // In a repeat the instance stands before the id that the form has the question under.
        let of = sheet.get(&asked.id).or_else(|| sheet.get(asked.id.rsplit('-').next()?));
        of.map(|of| card(&seen, asked, &as_asked(of, asked), comment, &paper, &place, &text)).unwrap_or_default()
    };
    let cards = cards(&seen.here, &one, &paper.journal, &text);
    let title = filling::title(&seen.draft.form, here, &text);
    let is_last = seen.screen.parts.last().is_some_and(|last| last.id == here);
    html! {
        <div class="page" data-test="visit-form" data-part={here.to_owned()}>
            <FormTop draft={seen.draft.clone()} saving={paper.journal.saving.clone()} />
            { trouble(&paper, &finish, &seen.draft, set_open(Open::Day), &text) }
            <PageBody key={here} narrow={true} class="stack">
                <Progress part={title} progress={filling::progress(&seen.screen, here, &seen.answers)} onopen={set_open(Open::Parts)} />
                <Remark draft={seen.draft.clone()} />
                if !seen.draft.languages.is_empty() { <Speech draft={seen.draft.clone()} onspoken={props.onspoken.clone()} /> }
                if seen.draft.of.is_visit() {
                    <DayLine draft={seen.draft.clone()} day={seen.screen.day} asks={seen.screen.asks_day} open={*open == Open::Day}
                        onpick={let paper = paper.clone(); move |day| paper.say_day(day)}
                        onopen={let open = open.setter(); move |on| open.set(if on { Open::Day } else { Open::Nothing })} />
                }
                { same_as_last(&seen, &paper, &place, &text) }
                if seen.screen.parts.first().is_some_and(|first| first.id == here) { { unfit(&seen.draft, &text) } }
                { cards }
                { rest(&seen, &onmove, &text) }
                if is_last || here == ANEW { <Photos of={seen.draft.id} may={true} onbusy={let photos = photos.setter(); move |busy| photos.set(busy)} /> }
            </PageBody>
            <FormFoot draft={seen.draft.clone()} screen={seen.screen.clone()} here={seen.here.clone()} tried={place.tried(here)}
                busy={finish.busy || *photos} onmove={onmove.clone()} onnext={go_on(&paper, &place)} onfinish={finishing(&paper, &finish, &seen.draft)} />
            if *open == Open::Parts {
                <PartsSheet draft={seen.draft.clone()} screen={seen.screen.clone()} here={here.to_owned()} answers={seen.answers.clone()}
                    onpick={onmove} ondiscard={set_open(Open::Discard)} onclose={set_open(Open::Nothing)} />
            }
            if *open == Open::Discard { <Discard {paper} draft={seen.draft.clone()} onclose={set_open(Open::Nothing)} /> }
        </div>
    }
}

/// What the last visit says and this version of the form has no place for.
fn unfit(draft: &Draft, text: &text::Text) -> Html {
    if draft.unfit.is_empty() {
        return Html::default();
    }
    let lang = text.lang().code();
    let words: Vec<String> = draft.unfit.iter().map(|(question, answer)| format!("{}：{}", question.get(lang), answer.get(lang))).collect();
    html! { <Banner tone={Tone::Quiet} icon={Glyph::Clock} title={text.form_unfit()} note={Some(AttrValue::from(words.join("；")))} test="unfit" /> }
}

/// What is open when the visit should be made is told: how much, and the first of it at its question.
#[hook]
fn use_missed(finish: &Command<FinishDraft>, place: &FormPosition, paper: &Paper) {
    let (text, toast, place, paper) = (use_text(), use_toast(), place.clone(), paper.clone());
    use_effect_with(finish.failure.clone(), move |failure| {
        let missed = failure.as_ref().filter(|f| f.code == Code::FormIncomplete).and_then(|f| f.field.clone());
        let Some(question) = missed else { return };
        let screen = paper.screen();
        place.insist(&screen, &question);
        if let Some(toast) = &toast {
            toast.failed(text.visit_incomplete(i64::try_from(screen.problems().count().max(1)).unwrap_or(i64::MAX)));
        }
    });
}

/// Makes the visit once everything is saved.
fn finishing(paper: &Paper, finish: &Command<FinishDraft>, draft: &Draft) -> Callback<()> {
    let (journal, run, id) = (paper.journal.clone(), finish.callback(), draft.id);
    Callback::from(move |()| {
        let run = run.clone();
        journal.when_saved(Callback::from(move |()| run.emit(FinishDraft { draft: id, sure: false })));
    })
}

/// Goes on, by what the form shows once the last answer is in.
fn go_on(paper: &Paper, place: &FormPosition) -> Callback<()> {
    let (paper, place) = (paper.clone(), place.clone());
    Callback::from(move |()| {
        let (then, place) = (paper.clone(), place.clone());
        paper.journal.when_settled(Callback::from(move |()| place.next(&then.screen())));
    })
}

/// What the worker is asked before the visit is made: whether she was there although the file is closed, whether it is that day.
fn question(finish: &Command<FinishDraft>, draft: &Draft, onday: Callback<()>, text: &text::Text) -> Html {
    let Some(failure) = finish.failure.as_ref().filter(|_| !finish.busy) else { return Html::default() };
    let (run, id) = (finish.callback(), draft.id);
    let sure = Callback::from(move |()| run.emit(FinishDraft { draft: id, sure: true }));
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
fn trouble(paper: &Paper, finish: &Command<FinishDraft>, draft: &Draft, onday: Callback<()>, text: &text::Text) -> Html {
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
fn told(kind: ProblemKind, tried: bool, typing: bool, answered: bool) -> bool {
    if kind == ProblemKind::Required { tried && !answered } else { !typing }
}

fn value(answers: &Answers, question: &str) -> Value {
    answers.get(question).cloned().unwrap_or_default()
}

fn card(
    seen: &Seen,
    asked: &ScreenQuestion,
    question: &Rc<SheetQuestion>,
    comment: Option<(AttrValue, AttrValue)>,
    paper: &Paper,
    place: &FormPosition,
    text: &text::Text,
) -> Html {
    let id = asked.id.as_str();
    let (tried, answered) = (place.tried(&seen.here.id), filling::is_answered(id, &seen.answers));
    let problem = asked.problem.filter(|kind| told(*kind, tried, paper.is_typing(id), answered));
    let own = asked.say.as_ref().map(|say| say.get(text.lang().code()).to_owned());
    let fault = problem.map(|kind| AttrValue::from(own.unwrap_or_else(|| filling::words(text, question, kind))));
    let alarm = question.alarm.as_ref().filter(|_| asked.alarm).map(|say| AttrValue::from(say.get(text.lang().code()).to_owned()));
    let unasked = value(&seen.answers, &unasked_key(id));
    let ontouch = paper.ontouch.clone();
    html! {
        <QuestionCard key={id} draft={seen.draft.id} question={question.clone()} value={value(&seen.answers, id)} last={value(&seen.draft.last, id)}
            required={asked.required} readonly={asked.readonly} may_be_unasked={asked.may_be_unasked} {unasked} {fault} {alarm} {comment} {ontouch} />
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
