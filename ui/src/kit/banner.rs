//! Banners: something that asks for attention at its place in the page.

use yew::prelude::*;

use super::chip::Tone;
use super::icon::{Glyph, Icon};

/// Properties of [`Banner`].
#[derive(Properties, PartialEq)]
pub struct BannerProps {
    /// What it means; the default is warm.
    #[prop_or(Tone::Warm)]
    pub tone: Tone,
    /// The icon.
    #[prop_or(Glyph::Alert)]
    pub icon: Glyph,
    /// The sentence.
    pub title: AttrValue,
    /// What to do about it.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// Read aloud as soon as it appears.
    #[prop_or_default]
    pub alert: bool,
    /// A stable name for tests.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// A button at the end.
    #[prop_or_default]
    pub children: Children,
}

/// A banner.
#[component]
pub fn Banner(props: &BannerProps) -> Html {
    html! {
        <div class={classes!("banner", props.tone.class())} role={props.alert.then_some("alert")} data-test={props.test.clone()}>
            <Icon glyph={props.icon} />
            <div class="grow">
                <b>{ &props.title }</b>
                if let Some(note) = &props.note { <br /><small>{ note }</small> }
            </div>
            { props.children.clone() }
        </div>
    }
}
