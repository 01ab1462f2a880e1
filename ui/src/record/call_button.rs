//! Calling someone: the phone's own dialler opens with the number.

use domain::rows::Phone;
use text::Text;
use yew::prelude::*;

use crate::core::state::use_text;
use crate::kit::{Glyph, Icon};

/// `祖母 周桂芳`; empty for the person's own number.
pub fn whose(phone: &Phone, text: &Text) -> String {
    let relation = if phone.relation.is_empty() { String::new() } else { text.code_or_raw("relation", &phone.relation) };
    format!("{relation} {}", phone.name).trim().to_owned()
}

/// Properties of [`CallButton`].
#[derive(Properties, PartialEq)]
pub struct CallProps {
    /// Whom.
    pub phone: Phone,
    /// Shows whose number it is beside the icon.
    #[prop_or_default]
    pub named: bool,
}

/// A button that calls.
#[component]
pub fn CallButton(props: &CallProps) -> Html {
    let text = use_text();
    let number = &props.phone.number;
    let whose = whose(&props.phone, &text);
    let label = format!("{} {whose}", text.action_call());
    let named = props.named && !whose.is_empty();
    html! {
        <a class={classes!("btn", "soft", "fit", (!named).then_some("icon"))} href={format!("tel:{number}")} aria-label={label} data-test="call">
            <Icon glyph={Glyph::Phone} />
            if named { <span class="clip">{ whose }</span> }
        </a>
    }
}
