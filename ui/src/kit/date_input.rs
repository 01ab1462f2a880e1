//! A day as three fields, year, month and day, or a month or year as the first of them: the program's own, since a system's picker follows the machine's language and shows
//! 11/28/2026 to people who write 2026年11月28日.

use chrono::{Datelike, NaiveDate};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, Node};
use yew::prelude::*;

use crate::core::state::use_text;

/// Properties of [`DateInput`].
#[derive(Properties, PartialEq)]
pub struct DateInputProps {
    /// The id of the first field, for the label.
    pub id: AttrValue,
    /// A name, unique on the page; the fields are `<name>-year`, `-month` and `-day`, also for tests.
    pub name: AttrValue,
    /// `2026-11-21`, or whatever was typed that is no day; empty when nothing was.
    pub value: AttrValue,
    /// How many of the fields there are; what is left out is the first.
    #[prop_or(3)]
    pub parts: usize,
    /// Something is wrong with it.
    #[prop_or_default]
    pub invalid: bool,
    /// The id of what says more.
    #[prop_or_default]
    pub described: Option<String>,
    /// Must be filled in.
    #[prop_or_default]
    pub required: bool,
    /// Cannot be changed now.
    #[prop_or_default]
    pub disabled: bool,
    /// Each piece of typing: a day as `2026-11-21`, else what stands in the fields with `-` between.
    #[prop_or_default]
    pub oninput: Callback<String>,
    /// The same when all three fields are left.
    #[prop_or_default]
    pub onchange: Callback<String>,
}

/// What stands in the fields, as one text. Full-width digits count.
fn joined(parts: &[String]) -> String {
    let plain = |n: usize| parts.get(n).map_or_else(|| "1".to_owned(), |part| part.trim().chars().map(half_width).collect());
    if parts.iter().all(|part| part.trim().is_empty()) {
        return String::new();
    }
    let [year, month, day] = [0, 1, 2].map(plain);
    let date = || NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date().filter(|date| date.year() >= 1000).map_or_else(|| format!("{year}-{month}-{day}"), |date| date.to_string())
}

fn half_width(c: char) -> char {
    let digit = (c as u32).checked_sub('０' as u32).and_then(|n| char::from_digit(n, 10));
    digit.unwrap_or(c)
}

/// The three parts of such a text, as people write them: 3, not 03.
fn split(value: &str) -> [String; 3] {
    if let Ok(date) = value.parse::<NaiveDate>() {
        return [date.year().to_string(), date.month().to_string(), date.day().to_string()];
    }
    let mut parts = value.splitn(3, '-').map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Year, month and day.
#[component]
pub fn DateInput(props: &DateInputProps) -> Html {
    let text = use_text();
    let nodes = [use_node_ref(), use_node_ref(), use_node_ref()];
    let group = use_node_ref();
    let read = {
        let (nodes, parts) = (nodes.clone(), props.parts);
        move || {
            let texts = nodes.iter().take(parts).map(|node| node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default());
            joined(&texts.collect::<Vec<_>>())
        }
    };
    {
        let (nodes, read) = (nodes.clone(), read.clone());
        use_effect_with(props.value.clone(), move |value| {
            // Never under the worker's fingers: what she typed says the same already.
            if read() != value.as_str() {
                for (node, part) in nodes.iter().zip(split(value)) {
                    if let Some(input) = node.cast::<HtmlInputElement>() {
                        input.set_value(&part);
                    }
                }
            }
        });
    }
    let oninput = {
        let (oninput, read) = (props.oninput.clone(), read.clone());
        Callback::from(move |_: InputEvent| oninput.emit(read()))
    };
    let onfocusout = {
        let (onchange, group) = (props.onchange.clone(), group.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let inside = to.is_some_and(|to| group.cast::<Node>().is_some_and(|group| group.contains(Some(&to))));
            if !inside {
                onchange.emit(read());
            }
        })
    };
    let words = [("year", "4", text.date_field_year()), ("month", "2", text.date_field_month()), ("day", "2", text.date_field_day())];
    let fields = nodes.iter().zip(words).take(props.parts).enumerate().map(|(n, (node, (part, max, word)))| {
        let name = format!("{}-{part}", props.name);
        html! {
            <label class={classes!("date-part", part)} key={part}>
                <input ref={node.clone()} id={(n == 0).then(|| props.id.clone())} class="input number" type="text" inputmode="numeric" maxlength={max}
                    data-test={name.clone()} {name} autocomplete="off" disabled={props.disabled} aria-label={word.clone()}
                    aria-invalid={props.invalid.then_some("true")} aria-describedby={props.described.clone()}
                    aria-required={props.required.then_some("true")} oninput={oninput.clone()} />
                <span aria-hidden="true">{ word }</span>
            </label>
        }
    });
    html! { <div ref={group} class="date-parts" role="group" data-test={props.name.clone()} {onfocusout}>{ for fields }</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_fields_are_a_day_or_what_was_typed() {
        let joined = |parts: &[&str]| super::joined(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(joined(&["2026", "2", "8"]), "2026-02-08");
        assert_eq!(joined(&[" ２０２６", "１１", "28 "]), "2026-11-28");
        assert_eq!(joined(&["", "", ""]), "");
        assert_eq!((joined(&["2026", "", ""]), joined(&["2026", "2", "30"])), ("2026--".into(), "2026-2-30".into()));
        for value in ["2026-02-08", "2026--", "2026-2-30", ""] {
            assert_eq!(super::joined(&split(value)), value);
        }
        // A month or a year is its first day.
        assert_eq!((joined(&["2026", "2"]), joined(&["２０２６"])), ("2026-02-01".into(), "2026-01-01".into()));
        assert_eq!((joined(&["2026", ""]), joined(&["26"]), joined(&["", ""])), ("2026--1".into(), "26-1-1".into(), String::new()));
        assert_eq!(super::joined(&split("2026--1")[..2]), "2026--1");
    }
}
