//! Chips: a state or a category in a word. Colour is never the only sign.

use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// What a chip or banner means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)] // the names are those of the colours in tokens.css
pub enum Tone {
    #[default]
    Quiet,
    Ok,
    Warm,
    Danger,
    Info,
    Brand,
}

impl Tone {
    /// Its class in the style sheet.
    pub fn class(self) -> Option<&'static str> {
        match self {
            Tone::Quiet => None,
            Tone::Ok => Some("ok"),
            Tone::Warm => Some("warm"),
            Tone::Danger => Some("danger"),
            Tone::Info => Some("info"),
            Tone::Brand => Some("brand"),
        }
    }
}

/// Properties of [`Chip`].
#[derive(Properties, PartialEq)]
pub struct ChipProps {
    /// The words.
    pub text: AttrValue,
    /// What it means.
    #[prop_or_default]
    pub tone: Tone,
    /// An icon before the words.
    #[prop_or_default]
    pub icon: Option<Glyph>,
    /// A stable name for tests.
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// A chip that only tells.
#[component]
pub fn Chip(props: &ChipProps) -> Html {
    html! {
        <span class={classes!("chip", props.tone.class())} data-test={props.test.clone()}>
            if let Some(glyph) = props.icon { <Icon {glyph} /> }
            <span class="clip">{ &props.text }</span>
        </span>
    }
}

/// Properties of [`ToggleChip`].
#[derive(Properties, PartialEq)]
pub struct ToggleChipProps {
    /// The words.
    pub text: AttrValue,
    /// Whether it is on.
    pub on: bool,
    /// A stable name for tests.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// Gets the other state.
    pub ontoggle: Callback<bool>,
}

/// A chip that can be switched: a filter.
#[component]
pub fn ToggleChip(props: &ToggleChipProps) -> Html {
    let (on, ontoggle) = (props.on, props.ontoggle.clone());
    html! {
        <button type="button" class="chip" aria-pressed={if on { "true" } else { "false" }} data-test={props.test.clone()}
            onclick={move |_| ontoggle.emit(!on)}>
            if on { <Icon glyph={Glyph::Check} /> }
            { &props.text }
        </button>
    }
}
