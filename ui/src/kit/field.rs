//! One labelled input. The text in it belongs to the worker: it is never rewritten while she types, which would
//! break Chinese input, and nothing is reported while an input method is still composing.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::date_input::DateInput;
use super::icon::{Glyph, Icon};
use crate::core::listen::Listener;
use crate::core::state::use_text;

/// One entry of a select.
#[derive(Clone, PartialEq, Debug)]
pub struct SelectOption {
    /// The code.
    pub value: AttrValue,
    /// The words.
    pub label: AttrValue,
}

/// What kind of input it is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Control {
    /// One line.
    #[default]
    Line,
    /// Several lines.
    Prose,
    /// Year, month and day; values are `2026-11-21`, or what was typed that is no day.
    Date,
    /// Year and month; values are those of the first day.
    Month,
    /// A year; the same.
    Year,
    /// The system's own clock; values are `10:20`.
    Time,
    /// The system's own calendar and clock; values are `2026-03-04T10:20`.
    Moment,
    /// Digits: a keyboard of numbers.
    Number,
    /// A telephone number.
    Phone,
    /// An address of a server.
    Url,
    /// A passphrase: not shown.
    Secret,
    /// Letters and digits without the keyboard's help: a code, an ID number.
    Code,
    /// The system's own list. An empty value comes first unless the field is required and set.
    Select(Vec<SelectOption>),
}

impl Control {
    /// `type`, `inputmode` and whether the keyboard may complete and capitalise.
    fn input(&self) -> (&'static str, &'static str, bool) {
        match self {
            Control::Number => ("text", "decimal", false),
            Control::Time => ("time", "none", false),
            Control::Moment => ("datetime-local", "none", false),
            Control::Phone => ("tel", "tel", false),
            Control::Url => ("url", "url", false),
            Control::Secret => ("password", "text", false),
            Control::Code => ("text", "text", false),
            _ => ("text", "text", true),
        }
    }
}

/// Properties of [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The label.
    pub label: AttrValue,
    /// A name, unique on the page; also `data-test`.
    pub name: AttrValue,
    /// What kind of input.
    #[prop_or_default]
    pub control: Control,
    /// The text. Taken over when it changes from outside, but never under the worker's fingers.
    #[prop_or_default]
    pub value: AttrValue,
    /// An example, shown below: it stays readable while one types.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What is wrong with it.
    #[prop_or_default]
    pub fault: Option<AttrValue>,
    /// Says that it must be filled in.
    #[prop_or_default]
    pub required: bool,
    /// Cannot be changed now.
    #[prop_or_default]
    pub disabled: bool,
    /// Most characters.
    #[prop_or_default]
    pub max: Option<u32>,
    /// Each finished piece of typing.
    #[prop_or_default]
    pub oninput: Callback<String>,
    /// When the field is left and its text differs from before, or a date or option was chosen.
    #[prop_or_default]
    pub onchange: Callback<String>,
}

/// Reads and writes any of the three elements.
fn text_of(element: &JsValue) -> Option<String> {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        Some(input.value())
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        Some(area.value())
    } else {
        element.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value)
    }
}

fn write_text(element: &JsValue, text: &str) {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value(text);
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        select.set_value(text);
    }
}

/// The callbacks of an input that leaves its text alone; shared with the search box.
pub(super) struct Typing {
    /// The element.
    pub node: NodeRef,
    /// For `oninput`.
    pub input: Callback<InputEvent>,
    /// For `onblur`.
    pub blur: Callback<FocusEvent>,
}

/// Keeps an element's text and `value` together without ever writing under the worker's fingers.
#[hook]
pub(super) fn use_typing(value: AttrValue, oninput: Callback<String>) -> Typing {
    let node = use_node_ref();
    let composing = use_memo((), |()| Cell::new(false));
    {
        let (node, composing) = (node.clone(), composing.clone());
        use_effect_with(value, move |value| {
            let Some(element) = node.get() else { return };
            let active = web_sys::window().and_then(|w| w.document()).and_then(|d| d.active_element());
            let typing = active.is_some_and(|a| element.is_same_node(Some(a.as_ref())));
            // Emptied from outside is the one change worth making while the cursor is in it.
            let leave_alone = composing.get() || (typing && !value.is_empty());
            if !leave_alone && text_of(&element).is_some_and(|old| old != value.as_str()) {
                write_text(&element, value);
            }
        });
    }
    let report = {
        let (node, oninput) = (node.clone(), oninput);
        move || {
            if let Some(text) = node.get().and_then(|e| text_of(&e)) {
                oninput.emit(text);
            }
        }
    };
    let input = {
        let (composing, report) = (composing.clone(), report.clone());
        Callback::from(move |event: InputEvent| {
            if !composing.get() && !event.is_composing() {
                report();
            }
        })
    };
    {
        // Yew knows no composition events.
        let (node, composing, finish) = (node.clone(), composing.clone(), use_mut_ref(|| None::<Box<dyn Fn()>>));
        *finish.borrow_mut() = Some(Box::new(report));
        use_effect_with((), move |()| {
            let listeners = node.get().map(|element| {
                let begun = composing.clone();
                let start = Listener::new(&element, "compositionstart", move |_| begun.set(true));
                let end = Listener::new(&element, "compositionend", move |_| {
                    composing.set(false);
                    if let Some(report) = &*finish.borrow() {
                        report();
                    }
                });
                (start, end)
            });
            move || drop(listeners)
        });
    }
    let blur = Callback::from(move |_| composing.set(false));
    Typing { node, input, blur }
}

fn needs_empty(props: &FieldProps) -> bool {
    !props.required || props.value.is_empty()
}

/// A label, a native input, a hint and what is wrong.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let text = use_text();
    let typing = use_typing(props.value.clone(), props.oninput.clone());
    let id = format!("field-{}", props.name);
    let about = format!("{id}-about");
    let described = (props.fault.is_some() || props.hint.is_some()).then(|| about.clone());
    let need = if props.required { Some(text.state_required()) } else { None };
    html! {
        <div class="field">
            <label class="label" for={id.clone()}>
                <span>{ &props.label }</span>
                if let Some(need) = need { <span class="need">{ need }</span> }
            </label>
            { control(props, &typing, id, described, &text.state_choose()) }
            if props.fault.is_some() || props.hint.is_some() {
                <div id={about}>
                    if let Some(fault) = &props.fault {
                        <span class="fault" role="alert" data-test={format!("fault-{}", props.name)}><Icon glyph={Glyph::Alert} />{ fault }</span>
                    }
                    if let Some(hint) = &props.hint { <span class="hint">{ hint }</span> }
                </div>
            }
        </div>
    }
}

fn control(props: &FieldProps, typing: &Typing, id: String, described: Option<String>, choose: &str) -> Html {
    let invalid = props.fault.is_some().then_some("true");
    let max = props.max.map(|m| m.to_string());
    let name = props.name.clone();
    let onchange = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: Event| {
            if let Some(text) = event.target().and_then(|t| text_of(&t)) {
                onchange.emit(text);
            }
        })
    };
    let Typing { node, input, blur } = typing;
    let parts = match props.control {
        Control::Year => 1,
        Control::Month => 2,
        _ => 3,
    };
    match &props.control {
        Control::Prose => html! {
            <textarea ref={node.clone()} {id} class="input" data-test={name.clone()} {name} maxlength={max} rows="4"
                disabled={props.disabled} aria-invalid={invalid} aria-describedby={described}
                aria-required={props.required.then_some("true")} oninput={input.clone()} {onchange} onblur={blur.clone()} />
        },
        Control::Select(options) => html! {
            <div class="select">
                <select ref={node.clone()} {id} class="input" data-test={name.clone()} {name} disabled={props.disabled}
                    aria-invalid={invalid} aria-describedby={described} aria-required={props.required.then_some("true")}
                    oninput={input.clone()} {onchange}>
                    if needs_empty(props) { <option value="" selected={props.value.is_empty()}>{ choose }</option> }
                    { for options.iter().map(|o| html! {
                        <option value={o.value.clone()} selected={o.value == props.value}>{ &o.label }</option>
                    }) }
                </select>
                <Icon glyph={Glyph::Down} />
            </div>
        },
        Control::Date | Control::Month | Control::Year => html! {
            <DateInput {id} {name} value={props.value.clone()} {parts} invalid={props.fault.is_some()} {described} required={props.required}
                disabled={props.disabled} oninput={props.oninput.clone()} onchange={props.onchange.clone()} />
        },
        other => {
            let (kind, mode, help) = other.input();
            html! {
                <input ref={node.clone()} {id} class="input" type={kind} inputmode={mode} data-test={name.clone()} {name}
                    maxlength={max} disabled={props.disabled}
                    autocomplete="off" autocapitalize={(!help).then_some("off")} spellcheck="false" aria-invalid={invalid}
                    aria-describedby={described} aria-required={props.required.then_some("true")} oninput={input.clone()} {onchange}
                    onblur={blur.clone()} />
            }
        }
    }
}
