//! One question as a card: what is asked, last visit's answer, the control, what is wrong, warnings and comments.

use std::rc::Rc;

use chrono::{NaiveDate, TimeDelta};
use domain::Value;
use domain::form::{Choice, Dates, Look as Drawn, QuestionKind, SheetQuestion, unasked_words};
use uuid::Uuid;
use yew::prelude::*;

use super::call::Call;
use super::pictured::{PhotoAnswer, Signature};
use super::place::Where;
use super::unasked::Unasked;
use super::{filling, scroll};
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, ChoiceGroup, ChoiceOption, Control, Field, Glyph, Icon, Look, SearchBox, ToggleChip, Tone};

/// Characters up to which options stand side by side.
const SHORT_CHARS: usize = 4;
/// Options up to which all are shown at once.
const LONG: usize = 20;

/// What the worker did to an answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Touch {
    /// She chose: to be saved at once.
    Chose(Value),
    /// She is typing: to be saved after a pause.
    Typed(Value),
    /// She chose a photo, which is made small now.
    Picturing,
    /// It is there, or she signed: the file's content, base64.
    Pictured(String),
    /// She left the field: to be saved now.
    Left,
}

/// Properties of [`QuestionCard`].
#[derive(Properties, PartialEq)]
pub struct QuestionProps {
    /// The question.
    pub question: Rc<SheetQuestion>,
    /// The answer so far.
    pub value: Value,
    /// Last visit's answer.
    pub last: Value,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether it is only shown.
    #[prop_or_default]
    pub readonly: bool,
    /// Whether it may be said instead why it could not be asked.
    #[prop_or_default]
    pub may_be_unasked: bool,
    /// Why it could not be asked.
    #[prop_or_default]
    pub unasked: Value,
    /// What is wrong.
    pub fault: Option<AttrValue>,
    /// What the form warns of.
    pub alarm: Option<AttrValue>,
    /// The supervisor's comment on it: heading and words.
    pub comment: Option<(AttrValue, AttrValue)>,
    /// The draft, whose photos answer.
    #[prop_or_default]
    pub draft: Uuid,
    /// The question's id and what happened.
    pub ontouch: Callback<(String, Touch)>,
}

/// A question.
#[component]
pub fn QuestionCard(props: &QuestionProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let question = &*props.question;
    let lang = text.lang().code();
    let warning = format!("warning-{}", question.id);
    use_reveal(warning.clone(), props.alarm.is_some());
    let aside = match question.kind {
        QuestionKind::Note => None,
        _ if props.readonly => None,
        QuestionKind::Choices => Some(text.visit_choose_several()),
        QuestionKind::Rank => Some(text.form_rank()),
        _ if !props.required => Some(text.state_optional()),
        _ => None,
    };
    let class = classes!(
        "card",
        "question",
        short(question, lang).then_some("short"),
        (question.kind == QuestionKind::Note).then_some("note"),
        props.fault.is_some().then_some("wrong")
    );
    html! {
        <section {class} id={scroll::element_id(&question.id)} tabindex="-1" data-test={format!("question-{}", question.id)}>
            <div class="ask">
                <h3 class="grow">{ question.label.get(lang) }</h3>
                if let Some(aside) = aside { <small>{ aside }</small> }
                if props.may_be_unasked && props.value.is_empty() { <Unasked ..props.clone_props() /> }
            </div>
            if let Some(hint) = &question.hint { <p class="small muted">{ hint.get(lang) }</p> }
            if let Some(guide) = &question.guide {
                <details class="small guide"><summary>{ text.form_guide() }</summary><p>{ guide.get(lang) }</p></details>
            }
            if let Some((title, note)) = &props.comment {
                <Banner tone={Tone::Warm} icon={Glyph::Return} title={title.clone()} note={Some(note.clone())}
                    test={format!("comment-{}", question.id)} />
            }
            if let Some(why) = props.unasked.text().filter(|_| props.value.is_empty()) {
                <p class="unasked" data-test={format!("unasked-{}", question.id)}><Icon glyph={Glyph::Alert} />{ unasked_words(why).get(lang) }</p>
            }
            <SameAs ..props.clone_props() />
            { control(props, lang, &text, status.today) }
            if let Some(alarm) = &props.alarm {
                <div id={warning}><Banner tone={Tone::Danger} title={alarm.clone()} alert={true} test={format!("alarm-{}", question.id)} /></div>
            }
        </section>
    }
}

/// A warning that appears below what was just touched must be seen; one that was there before needs no scrolling.
#[hook]
fn use_reveal(id: String, warned: bool) {
    let before = use_mut_ref(|| warned);
    use_effect_with(warned, move |warned| {
        if *warned && !before.replace(*warned) {
            scroll::reveal(&id);
        }
        *before.borrow_mut() = *warned;
    });
}

impl QuestionProps {
    pub(super) fn clone_props(&self) -> Self {
        Self {
            question: self.question.clone(),
            value: self.value.clone(),
            last: self.last.clone(),
            unasked: self.unasked.clone(),
            fault: self.fault.clone(),
            alarm: self.alarm.clone(),
            comment: self.comment.clone(),
            ontouch: self.ontouch.clone(),
            ..*self
        }
    }

    /// What a touch on it is told by.
    pub(super) fn touch(&self) -> impl Fn(Touch) + Clone + 'static {
        let (ontouch, id) = (self.ontouch.clone(), self.question.id.clone());
        move |touch| ontouch.emit((id.clone(), touch))
    }
}

/// Whether the options are few words that fit side by side.
fn short(question: &SheetQuestion, lang: &str) -> bool {
    let fits = |label: &str| label.chars().count() <= SHORT_CHARS;
    question.kind == QuestionKind::YesNo || question.options.iter().all(|o| fits(o.label.get(lang)))
}

/// One touch gives last visit's answer again. For a single choice the marked row is that touch.
#[component]
fn SameAs(props: &QuestionProps) -> Html {
    let text = use_text();
    let rows = matches!(props.question.kind, QuestionKind::Choice | QuestionKind::YesNo);
    if rows || props.last.is_empty() || !props.value.is_empty() {
        return Html::default();
    }
    let shown = props.question.show(&props.last, text.lang().code());
    let (touch, last) = (props.touch(), props.last.clone());
    let onclick = Callback::from(move |()| touch(Touch::Chose(last.clone())));
    html! {
        <Button text={text.form_same_one(&shown)} icon={Glyph::Check} look={Look::Soft} test={format!("same-{}", props.question.id)} {onclick} />
    }
}

fn control(props: &QuestionProps, lang: &str, text: &text::Text, today: NaiveDate) -> Html {
    if props.readonly && props.question.kind != QuestionKind::Note {
        return html! { <p class="answer" data-test={format!("shown-{}", props.question.id)}>{ props.question.show(&props.value, lang) }</p> };
    }
    match props.question.kind {
        QuestionKind::Choice | QuestionKind::Choices | QuestionKind::Rank if props.question.options.is_empty() => {
            html! { <><p class="muted">{ text.form_no_options() }</p>{ fault(props) }</> }
        }
        QuestionKind::Choice | QuestionKind::Choices if props.question.options.len() > LONG => html! { <LongList ..props.clone_props() /> },
        QuestionKind::Choice | QuestionKind::Choices | QuestionKind::YesNo => choices(props, lang, text, |_| true),
        QuestionKind::Note => Html::default(),
        QuestionKind::Acknowledge => acknowledge(props, text),
        QuestionKind::Rank => rank(props, lang, text),
        QuestionKind::Time => input(props, lang, Control::Time),
        QuestionKind::Moment if props.question.call.is_some() => html! { <Call ..props.clone_props() /> },
        QuestionKind::Moment => input(props, lang, Control::Moment),
        QuestionKind::Point | QuestionKind::Trace | QuestionKind::Area => html! { <Where ..props.clone_props() /> },
        QuestionKind::Photo => html! { <PhotoAnswer ..props.clone_props() /> },
        QuestionKind::Signature => html! { <Signature ..props.clone_props() /> },
        QuestionKind::Number if props.question.step.is_some() => steps(props, lang, text),
        QuestionKind::File => html! { <p class="small muted">{ text.form_file_later() }</p> },
        QuestionKind::Date => date(props, lang, text, today),
        QuestionKind::Number => input(props, lang, Control::Number),
        QuestionKind::Text => match props.question.look {
            Some(Drawn::Digits) => input(props, lang, Control::Number),
            Some(Drawn::Masked) => input(props, lang, Control::Secret),
            _ => input(props, lang, Control::Line),
        },
        QuestionKind::Prose => input(props, lang, Control::Prose),
    }
}

/// What is wrong, under a control that does not say it itself.
pub(super) fn fault(props: &QuestionProps) -> Html {
    let said = props.fault.as_ref();
    said.map(|fault| html! { <span class="fault" role="alert" data-test={format!("fault-{}", props.question.id)}>{ fault }</span> })
        .unwrap_or_default()
}

/// Codes of the options that an answer holds.
fn chosen(value: &Value) -> Vec<AttrValue> {
    match value {
        Value::Text(code) => vec![code.clone().into()],
        Value::Many(codes) => codes.iter().map(|code| code.clone().into()).collect(),
        Value::Bool(yes) => vec![if *yes { "yes" } else { "no" }.into()],
        _ => Vec::new(),
    }
}

/// A list of which one types a few letters; what is chosen is always shown.
#[component]
fn LongList(props: &QuestionProps) -> Html {
    let text = use_text();
    let typed = use_state(String::new);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |words: String| typed.set(words))
    };
    let lang = text.lang().code();
    let (wanted, chosen) = (typed.trim().to_lowercase(), chosen(&props.value));
    let found = |option: &Choice| option.label.get(lang).to_lowercase().contains(&wanted) || option.id.to_lowercase() == wanted;
    let matching: Vec<&str> = props.question.options.iter().filter(|option| found(option)).map(|option| option.id.as_str()).collect();
    let shown: Vec<&str> = matching.iter().take(LONG).copied().collect();
    let more = i64::try_from(matching.len().saturating_sub(shown.len())).unwrap_or(i64::MAX);
    html! {
        <>
            <SearchBox label={text.form_search()} placeholder={text.form_search()} value={(*typed).clone()} {oninput} />
            { choices(props, lang, &text, |id| shown.contains(&id) || chosen.iter().any(|code| code == id)) }
            if matching.is_empty() { <p class="muted">{ text.form_search_nothing() }</p> }
            if more > 0 { <p class="small muted">{ text.form_search_more(more) }</p> }
        </>
    }
}

/// A number in steps: a button less, a button more, and a bar for the far ones.
fn steps(props: &QuestionProps, lang: &str, text: &text::Text) -> Html {
    let question = &*props.question;
    let (least, most, step) = (question.min.unwrap_or(0.0), question.max.unwrap_or(10.0), question.step.unwrap_or(1.0));
    let now = props.value.number();
    // Steps add up without the dust of binary fractions.
    let tidy = |n: f64| (n * 1e6).round() / 1e6;
    let value = move |n: f64| if tidy(n).fract() == 0.0 { Value::Int(tidy(n) as i64) } else { Value::Real(tidy(n)) };
    let to = |by: f64| now.map_or(least, |now| now + by).clamp(least, most);
    let go = |by: f64| {
        let (touch, to) = (props.touch(), value(to(by)));
        Callback::from(move |()| touch(Touch::Chose(to.clone())))
    };
    let touch = props.touch();
    let oninput = Callback::from(move |event: InputEvent| {
        let said = event.target_dyn_into::<web_sys::HtmlInputElement>().and_then(|input| input.value().parse::<f64>().ok());
        if let Some(said) = said {
            touch(Touch::Typed(value(said)));
        }
    });
    let leave = props.touch();
    let onchange = Callback::from(move |_: Event| leave(Touch::Left));
    let shown = now.map_or_else(|| "–".to_owned(), |now| now.to_string());
    html! {
        <div class="steps">
            <div class="row">
                <Button text="−" label={text.form_less()} look={Look::Line} fit={true} disabled={now.is_none_or(|now| now <= least)} test={format!("less-{}", question.id)} onclick={go(-step)} />
                <output class="grow" data-test={format!("value-{}", question.id)}>{ shown }</output>
                <Button text="+" label={text.form_more()} look={Look::Line} fit={true} disabled={now.is_some_and(|now| now >= most)} test={format!("more-{}", question.id)} onclick={go(step)} />
            </div>
            <input type="range" min={least.to_string()} max={most.to_string()} step={step.to_string()} value={now.unwrap_or(least).to_string()}
                aria-label={question.label.get(lang).to_owned()} data-test={format!("range-{}", question.id)} {oninput} {onchange} />
            <div class="row small muted"><span class="grow">{ least }</span><span>{ most }</span></div>
            { fault(props) }
        </div>
    }
}

/// The options that are `shown`.
fn choices(props: &QuestionProps, lang: &str, text: &text::Text, shown: impl Fn(&str) -> bool) -> Html {
    let question = &*props.question;
    let was = chosen(&props.last);
    let option = |code: AttrValue, label: String| ChoiceOption {
        note: was.contains(&code).then(|| text.visit_same().into()),
        ..ChoiceOption::new(code, label)
    };
    let options: Vec<ChoiceOption> = match question.kind {
        QuestionKind::YesNo => [("yes", text.state_yes()), ("no", text.state_no())].map(|(code, label)| option(code.into(), label)).to_vec(),
        _ => question.options.iter().filter(|o| shown(&o.id)).map(|o| option(o.id.clone().into(), o.label.get(lang).to_owned())).collect(),
    };
    let onpick = {
        let (touch, value, required, question) = (props.touch(), props.value.clone(), props.required, props.question.clone());
        Callback::from(move |(code, on): (AttrValue, bool)| {
            let many = question.kind == QuestionKind::Choices;
            // A thick finger taps twice: an answer that is wanted anyway does not go away by that.
            if !on && required && !many {
                return;
            }
            let picked = match question.kind {
                QuestionKind::YesNo if !on => Value::Null,
                QuestionKind::YesNo => Value::Bool(code == "yes"),
                _ => question.toggle(&value, &code),
            };
            touch(Touch::Chose(picked));
        })
    };
    html! {
        <ChoiceGroup legend={question.label.get(lang).to_owned()} quiet={true} name={question.id.clone()} {options}
            chosen={chosen(&props.value)} many={question.kind == QuestionKind::Choices} fault={props.fault.clone()} {onpick} />
    }
}

pub(super) fn input(props: &QuestionProps, lang: &str, control: Control) -> Html {
    let question = &*props.question;
    let kind = question.kind;
    let (typing, leaving) = (props.touch(), props.touch());
    let oninput = Callback::from(move |words: String| typing(Touch::Typed(filling::typed(kind, &words))));
    let onchange = Callback::from(move |_: String| leaving(Touch::Left));
    let hint: Option<AttrValue> =
        (question.look == Some(Drawn::Thousands) && !props.value.is_empty()).then(|| question.show(&props.value, lang).into());
    html! {
        <Field label={question.label.get(lang).to_owned()} name={question.id.clone()} {control} value={filling::as_typed(kind, &props.value)}
            {hint} fault={props.fault.clone()} required={props.required} {oninput} {onchange} />
    }
}

/// What was read, and that it was.
fn acknowledge(props: &QuestionProps, text: &text::Text) -> Html {
    let touch = props.touch();
    let onpick = Callback::from(move |(_, on): (AttrValue, bool)| touch(Touch::Chose(if on { true.into() } else { Value::Null })));
    let options = vec![ChoiceOption::new(AttrValue::from("yes"), text.form_acknowledge())];
    html! {
        <ChoiceGroup legend={props.question.label.get(text.lang().code()).to_owned()} quiet={true} name={props.question.id.clone()} {options}
            chosen={chosen(&props.value)} many={true} fault={props.fault.clone()} {onpick} />
    }
}

/// Options that are tapped in their order; nothing is dragged.
fn rank(props: &QuestionProps, lang: &str, text: &text::Text) -> Html {
    let ranked: Vec<&str> = props.value.text().unwrap_or_default().split_whitespace().collect();
    let rows = props.question.options.iter().map(|option| {
        let place = ranked.iter().position(|id| *id == option.id);
        let (touch, id, before) = (props.touch(), option.id.clone(), ranked.join(" "));
        let onclick = Callback::from(move |()| touch(Touch::Chose(format!("{before} {id}").trim().into())));
        let words = place.map_or_else(|| option.label.get(lang).to_owned(), |n| format!("{}  {}", n + 1, option.label.get(lang)));
        let look = if place.is_some() { Look::Soft } else { Look::Line };
        html! { <Button key={option.id.clone()} text={words} {look} disabled={place.is_some()} test={format!("{}-{}", props.question.id, option.id)} {onclick} /> }
    });
    let touch = props.touch();
    let again = Callback::from(move |()| touch(Touch::Chose(Value::Null)));
    html! {
        <div class="stack">
            { for rows }
            if !ranked.is_empty() { <Button text={text.form_rank_again()} look={Look::Plain} icon={Glyph::Return} test={format!("again-{}", props.question.id)} onclick={again} /> }
            { fault(props) }
        </div>
    }
}

/// A day, with the usual ones at a touch: for one to come in some weeks, for any other today and yesterday; or a month, or a year.
fn date(props: &QuestionProps, lang: &str, text: &text::Text, today: NaiveDate) -> Html {
    match props.question.look {
        Some(Drawn::Month) => return input(props, lang, Control::Month),
        Some(Drawn::Year) => return input(props, lang, Control::Year),
        _ => {}
    }
    let usual: Vec<(i64, String)> = match props.question.dates {
        Some(Dates::NotPast) => vec![(7, text.form_in_a_week()), (14, text.form_in_two_weeks()), (30, text.form_in_a_month())],
        _ => vec![(0, text.date_today()), (-1, text.date_yesterday())],
    };
    let chips = usual.into_iter().filter_map(|(days, label)| {
        let day = today.checked_add_signed(TimeDelta::days(days))?.to_string();
        let on = props.value.text() == Some(day.as_str());
        let touch = props.touch();
        let ontoggle = Callback::from(move |now: bool| touch(Touch::Chose(if now { day.as_str().into() } else { Value::Null })));
        Some(html! { <ToggleChip key={days.to_string()} text={label} {on} {ontoggle} test={format!("{}-{days}", props.question.id)} /> })
    });
    html! {
        <>
            { input(props, lang, Control::Date) }
            <div class="row wrap days">{ for chips }</div>
        </>
    }
}
