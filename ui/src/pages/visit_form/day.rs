//! The day of the visit: one calm line above the questions, and a sheet of days to touch behind it.

use std::rc::Rc;

use chrono::{Days, NaiveDate};
use domain::Code;
use domain::api::Draft;
use text::Text;
use yew::prelude::*;

use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, ChoiceGroup, ChoiceOption, Control, Field, Glyph, Icon, Look, Sheet, Tone};

/// So many days can be touched; earlier ones are typed.
const ROWS: u64 = 7;

/// Properties of [`DayLine`].
#[derive(Properties, PartialEq)]
pub struct DayProps {
    /// The draft.
    pub draft: Rc<Draft>,
    /// The day as it stands now.
    pub day: NaiveDate,
    /// The day must be asked: the draft is of another day than today.
    pub asks: bool,
    /// A day was chosen.
    pub onpick: Callback<NaiveDate>,
    /// The sheet is open.
    pub open: bool,
    /// Opens or closes it.
    pub onopen: Callback<bool>,
}

/// The line. A draft that was begun on another day asks first.
#[component]
pub fn DayLine(props: &DayProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let today = status.today;
    let words = said(&text, props.day, today);
    let pick = |day: NaiveDate| {
        let onpick = props.onpick.clone();
        Callback::from(move |()| onpick.emit(day))
    };
    let toggle = |open: bool| {
        let onopen = props.onopen.clone();
        Callback::from(move |()| onopen.emit(open))
    };
    let open = toggle(true);
    html! {
        <>
            if props.asks {
                <Banner tone={Tone::Warm} icon={Glyph::Clock} title={text.form_day_title()} note={text.form_day_begun(&words)} test="visit-day-asks">
                    <div class="row wrap day-answers">
                        <Button text={words.clone()} look={Look::Line} fit={true} test="visit-day-begun" onclick={pick(props.day)} />
                        <Button text={text.date_today()} look={Look::Line} fit={true} test="visit-day-today" onclick={pick(today)} />
                        <Button text={text.form_day_other()} look={Look::Line} fit={true} test="visit-day-other" onclick={toggle(true)} />
                    </div>
                </Banner>
            } else {
                <button type="button" class="visit-day" data-test="visit-day" data-day={props.day.to_string()} onclick={move |_| open.emit(())}>
                    <span class="muted">{ text.form_day() }</span>
                    <b class="grow number">{ words }</b>
                    <span class="change">{ text.form_day_change() }</span><Icon glyph={Glyph::Forward} />
                </button>
            }
            if props.open { <DaySheet draft={props.draft.clone()} day={props.day} onpick={props.onpick.clone()} onclose={toggle(false)} /> }
        </>
    }
}

/// `今天 11月28日`, `11月27日 星期五`; with the year when it is another.
fn said(text: &Text, day: NaiveDate, today: NaiveDate) -> String {
    let (near, plain) = (text.date_near(day, today), text.date(day, today));
    if near == plain { plain } else { format!("{near} {plain}") }
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    draft: Rc<Draft>,
    day: NaiveDate,
    onpick: Callback<NaiveDate>,
    onclose: Callback<()>,
}

/// The last days as big rows, and three fields for an earlier one.
#[component]
fn DaySheet(props: &SheetProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (earliest, latest) = props.draft.days;
    let typed = use_state(String::new);
    let days: Vec<NaiveDate> = (0..ROWS).filter_map(|n| status.today.checked_sub_days(Days::new(n))).filter(|day| *day >= earliest).collect();
    let option = |day: &NaiveDate| ChoiceOption {
        note: Some(text.date_weekday(i64::from(chrono::Datelike::weekday(day).number_from_monday())).into()),
        ..ChoiceOption::new(day.to_string(), said(&text, *day, status.today))
    };
    let chosen: Vec<AttrValue> = vec![props.day.to_string().into()];
    let pick = {
        let (onpick, onclose) = (props.onpick.clone(), props.onclose.clone());
        move |day: NaiveDate| {
            onpick.emit(day);
            onclose.emit(());
        }
    };
    let onpick = {
        let pick = pick.clone();
        Callback::from(move |(value, _): (AttrValue, bool)| {
            if let Ok(day) = value.parse() {
                pick(day);
            }
        })
    };
    let other = typed.parse::<NaiveDate>().ok();
    let fault = match other {
        Some(day) if day > latest => Some(text.code_or_raw("failure", Code::VisitAhead.code())),
        Some(day) if day < earliest => Some(text.form_day_earliest(&text.date_with_year(earliest))),
        _ => None,
    };
    let take = other.filter(|_| fault.is_none());
    let ondone = Callback::from(move |()| {
        if let Some(day) = take {
            pick(day);
        }
    });
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |value: String| typed.set(value))
    };
    html! {
        <Sheet title={text.form_day_title()} test="visit-day-sheet" onclose={props.onclose.clone()}>
            <ChoiceGroup legend={text.form_day_title()} quiet={true} name="visit-day" options={days.iter().map(option).collect::<Vec<_>>()} {chosen} {onpick} />
            <Field label={text.form_day_earlier()} name="visit-day-typed" control={Control::Date} value={(*typed).clone()}
                fault={fault.map(AttrValue::from)} {oninput} />
            <div class="sheet-foot"><Button text={text.form_day_done()} disabled={take.is_none()} test="visit-day-done" onclick={ondone} /></div>
        </Sheet>
    }
}
