//! The frame of a page: bar above, contents that scroll, the main action below near the thumb.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::button::{Button, Look};
use super::icon::Glyph;
use crate::core::nav::{Page, use_nav};
use crate::core::state::use_text;

/// Properties of [`TopBar`].
#[derive(Properties, PartialEq)]
pub struct TopBarProps {
    /// The page's name.
    pub title: AttrValue,
    /// A line below it.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// Shows the way back, and takes the focus, so that a screen reader begins here. For pages on top of a tab.
    #[prop_or_default]
    pub back: bool,
    /// At the end: the sync chip, a button.
    #[prop_or_default]
    pub children: Children,
}

/// The bar above a page.
#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let heading = use_node_ref();
    {
        let heading = heading.clone();
        use_effect_with(props.back, move |back| {
            if *back && let Some(heading) = heading.cast::<HtmlElement>() {
                let _ = heading.focus();
            }
        });
    }
    let back = {
        let nav = nav.clone();
        Callback::from(move |()| nav.back())
    };
    let shows_back = props.back && nav.route.page != Page::Root;
    html! {
        <header class="bar">
            if shows_back {
                <span class="back"><Button icon={Glyph::Back} look={Look::Plain} label={text.nav_back()} test="back" onclick={back} /></span>
            }
            <div class="titles">
                <h1 ref={heading} tabindex="-1" data-test="title">{ &props.title }</h1>
                if let Some(note) = &props.note { <small>{ note }</small> }
            </div>
            if !props.children.is_empty() { <div class="aside">{ props.children.clone() }</div> }
        </header>
    }
}

/// Properties of [`PageBody`] and [`Foot`].
#[derive(Properties, PartialEq)]
pub struct BodyProps {
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// Keeps lines at a readable length on wide screens.
    #[prop_or_default]
    pub narrow: bool,
    /// New data are being read while the old ones are shown.
    #[prop_or_default]
    pub refreshing: bool,
    /// Contents.
    pub children: Children,
}

/// The part of a page that scrolls.
#[component]
pub fn PageBody(props: &BodyProps) -> Html {
    let inner = if props.narrow {
        html! { <div class={classes!("narrow", props.class.clone())}>{ props.children.clone() }</div> }
    } else {
        html! { <div class={props.class.clone()}>{ props.children.clone() }</div> }
    };
    html! { <div class={classes!("body", props.refreshing.then_some("refreshing"))}>{ inner }</div> }
}

/// The main action, near the thumb.
#[component]
pub fn Foot(props: &BodyProps) -> Html {
    html! { <footer class="foot"><div class={classes!("row", props.class.clone())}>{ props.children.clone() }</div></footer> }
}
