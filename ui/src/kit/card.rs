//! Cards: one person, one visit, one group of questions.

use yew::prelude::*;

/// The coloured edge at the start of a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Edge {
    /// None.
    #[default]
    None,
    /// Overdue, high risk.
    Flag,
    /// Soon due.
    Soon,
}

/// Properties of [`Card`].
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// The coloured edge.
    #[prop_or_default]
    pub edge: Edge,
    /// More classes, for example `stack` or `lines`.
    #[prop_or_default]
    pub class: Classes,
    /// Chosen: what the pane beside it shows.
    #[prop_or_default]
    pub on: bool,
    /// A stable name for tests.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// With it, the whole card is one button; then put no other button inside.
    #[prop_or_default]
    pub onclick: Option<Callback<()>>,
    /// Contents.
    pub children: Children,
}

/// A card.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let edge = match props.edge {
        Edge::None => None,
        Edge::Flag => Some("flag"),
        Edge::Soon => Some("soon"),
    };
    let class = classes!("card", edge, props.on.then_some("on"), props.class.clone());
    match props.onclick.clone() {
        Some(onclick) => html! {
            <button type="button" {class} data-test={props.test.clone()} aria-current={props.on.then_some("true")} onclick={move |_| onclick.emit(())}>
                { props.children.clone() }
            </button>
        },
        None => html! { <div {class} data-test={props.test.clone()}>{ props.children.clone() }</div> },
    }
}
