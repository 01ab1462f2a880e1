//! Buttons: one strong action a screen, the rest quieter.

use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// How strong a button looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Look {
    /// The one thing to do here.
    #[default]
    Main,
    /// Something else worth doing.
    Soft,
    /// A choice beside the main one.
    Line,
    /// In a bar or a line of text.
    Plain,
    /// Cannot be taken back, or is urgent.
    Danger,
}

impl Look {
    fn class(self) -> Option<&'static str> {
        match self {
            Look::Main => None,
            Look::Soft => Some("soft"),
            Look::Line => Some("line"),
            Look::Plain => Some("plain"),
            Look::Danger => Some("danger"),
        }
    }
}

/// Properties of [`Button`].
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// The words. With `icon` and no words it is a square; then give `label`.
    #[prop_or_default]
    pub text: AttrValue,
    /// An icon before the words.
    #[prop_or_default]
    pub icon: Option<Glyph>,
    /// How strong it looks.
    #[prop_or_default]
    pub look: Look,
    /// As wide as its words, not as the page.
    #[prop_or_default]
    pub fit: bool,
    /// Under way: it turns and cannot be pressed again.
    #[prop_or_default]
    pub busy: bool,
    /// Cannot be pressed now.
    #[prop_or_default]
    pub disabled: bool,
    /// What it does, for screen readers, where the words alone do not say it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Sends the form around it.
    #[prop_or_default]
    pub submit: bool,
    /// A stable name for tests: `data-test`.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// What happens.
    #[prop_or_default]
    pub onclick: Callback<()>,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let square = props.text.is_empty();
    let class = classes!("btn", props.look.class(), (props.fit || square).then_some("fit"), square.then_some("icon"));
    let onclick = {
        let (onclick, quiet) = (props.onclick.clone(), props.busy || props.disabled);
        Callback::from(move |_: MouseEvent| {
            if !quiet {
                onclick.emit(());
            }
        })
    };
    let glyph = if props.busy { Some(Glyph::Sync) } else { props.icon };
    html! {
        <button type={if props.submit { "submit" } else { "button" }} {class} {onclick} disabled={props.disabled}
            aria-disabled={props.busy.then_some("true")} aria-label={props.label.clone()} data-test={props.test.clone()}>
            if let Some(glyph) = glyph { <Icon {glyph} spin={props.busy} /> }
            { &props.text }
        </button>
    }
}
