//! Choosing one or several of a few, in big rows. Native radio buttons and check boxes lie invisibly over the rows,
//! so keys and screen readers work as everywhere.

use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct ChoiceOption {
    /// The code.
    pub value: AttrValue,
    /// The words.
    pub label: AttrValue,
    /// A note at the end of the row, for example 同上次.
    pub note: Option<AttrValue>,
}

impl ChoiceOption {
    /// A row without a note.
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self { value: value.into(), label: label.into(), note: None }
    }
}

/// Properties of [`ChoiceGroup`].
#[derive(Properties, PartialEq)]
pub struct ChoiceGroupProps {
    /// The question, for screen readers and, unless `quiet`, on the screen.
    pub legend: AttrValue,
    /// Does not show the legend: a heading above says it.
    #[prop_or_default]
    pub quiet: bool,
    /// A name, unique on the page; rows have `data-test="<name>:<value>"`.
    pub name: AttrValue,
    /// The rows.
    pub options: Vec<ChoiceOption>,
    /// What is chosen.
    pub chosen: Vec<AttrValue>,
    /// Several may be chosen.
    #[prop_or_default]
    pub many: bool,
    /// Two rows side by side, for short words.
    #[prop_or_default]
    pub two: bool,
    /// Cannot be changed.
    #[prop_or_default]
    pub disabled: bool,
    /// What is wrong.
    #[prop_or_default]
    pub fault: Option<AttrValue>,
    /// A row was touched: its value, and whether it is now on. A chosen single row touched again goes off.
    pub onpick: Callback<(AttrValue, bool)>,
}

/// Radio buttons or check boxes.
#[component]
pub fn ChoiceGroup(props: &ChoiceGroupProps) -> Html {
    let rows = props.options.iter().map(|option| {
        let on = props.chosen.contains(&option.value);
        let class = classes!("choice", on.then_some("on"), props.disabled.then_some("off"));
        html! {
            <label key={option.value.to_string()} {class}>
                { input(props, option, on) }
                if props.many { <span class="box"><Icon glyph={Glyph::Check} /></span> } else { <span class="dot"></span> }
                <span class="grow">{ &option.label }</span>
                if let Some(note) = &option.note { <small>{ note }</small> }
            </label>
        }
    });
    html! {
        <fieldset role={(!props.many).then_some("radiogroup")}>
            <legend class={if props.quiet { "sr" } else { "legend" }}>{ &props.legend }</legend>
            <div class={classes!("choices", props.two.then_some("two"))}>{ for rows }</div>
            if let Some(fault) = &props.fault {
                <span class="fault" role="alert" data-test={format!("fault-{}", props.name)}><Icon glyph={Glyph::Alert} />{ fault }</span>
            }
        </fieldset>
    }
}

fn input(props: &ChoiceGroupProps, option: &ChoiceOption, on: bool) -> Html {
    let pick = {
        let (onpick, value) = (props.onpick.clone(), option.value.clone());
        move |now: bool| onpick.emit((value.clone(), now))
    };
    let onchange = {
        let pick = pick.clone();
        Callback::from(move |_: Event| pick(!on))
    };
    // A radio button does not say "off" by itself; touching the chosen one takes the answer back.
    let many = props.many;
    let onclick = Callback::from(move |_: MouseEvent| {
        if on && !many {
            pick(false);
        }
    });
    html! {
        <input type={if many { "checkbox" } else { "radio" }} name={props.name.clone()} value={option.value.clone()} checked={on}
            disabled={props.disabled} data-test={format!("{}:{}", props.name, option.value)} {onchange} {onclick} />
    }
}
