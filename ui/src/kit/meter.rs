//! How far something has come.

use yew::prelude::*;

/// Properties of [`Meter`].
#[derive(Properties, PartialEq)]
pub struct MeterProps {
    /// So much is done …
    pub done: u32,
    /// … of so much.
    pub total: u32,
    /// What it measures, for screen readers.
    pub label: AttrValue,
}

/// A bar. A native element: the window's policy allows no inline style.
#[component]
pub fn Meter(props: &MeterProps) -> Html {
    html! { <progress class="meter" value={props.done.to_string()} max={props.total.max(1).to_string()} aria-label={props.label.clone()}></progress> }
}
