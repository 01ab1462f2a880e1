//! Search as one types.

use yew::prelude::*;

use super::button::{Button, Look};
use super::field::use_typing;
use super::icon::{Glyph, Icon};
use crate::core::state::use_text;

/// Properties of [`SearchBox`].
#[derive(Properties, PartialEq)]
pub struct SearchBoxProps {
    /// What is searched, for screen readers.
    pub label: AttrValue,
    /// What may be typed.
    pub placeholder: AttrValue,
    /// The words so far.
    pub value: AttrValue,
    /// The words after each finished piece of typing.
    pub oninput: Callback<String>,
}

/// A search box with a button that empties it.
#[component]
pub fn SearchBox(props: &SearchBoxProps) -> Html {
    let text = use_text();
    let typing = use_typing(props.value.clone(), props.oninput.clone());
    let clear = {
        let (oninput, node) = (props.oninput.clone(), typing.node.clone());
        Callback::from(move |()| {
            oninput.emit(String::new());
            if let Some(input) = node.cast::<web_sys::HtmlElement>() {
                let _ = input.focus();
            }
        })
    };
    html! {
        <div class="searchbox" role="search">
            <Icon glyph={Glyph::Search} />
            <input ref={typing.node} class="input" type="search" enterkeyhint="search" autocomplete="off" spellcheck="false"
                aria-label={props.label.clone()} placeholder={props.placeholder.clone()} data-test="search" oninput={typing.input}
                onblur={typing.blur} />
            if !props.value.is_empty() {
                <Button icon={Glyph::Cross} look={Look::Plain} label={text.action_clear()} onclick={clear} />
            }
        </div>
    }
}
