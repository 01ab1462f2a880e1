//! The way it went: each stage with who and when, what people said between, and the stage that may come next.

use domain::api::{StageItem, StoryItem};
use yew::prelude::*;

use super::DetailProps;
use crate::core::state::use_text;
use crate::record::when::moment;

/// The steps, from the first to those that may come.
#[component]
pub fn Story(props: &DetailProps) -> Html {
    let text = use_text();
    let (detail, lang) = (&props.detail, text.lang().code());
    let happened = |item: &StoryItem| {
        let by = [moment(&text, item.at), item.by.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let Some(stage) = &item.stage else {
            return html! { <li class="said-step" data-test="said"><p class="prose">{ &item.text }</p><small>{ by }</small></li> };
        };
        let class = classes!("step", item.stands.then_some("here"), item.against.then_some("against"), item.end.then_some("ended"));
        html! {
            <li {class} data-test="step" aria-current={item.stands.then_some("step")}>
                <b class="block">{ stage.get(lang) }</b>
                if !item.text.is_empty() { <p class="prose">{ &item.text }</p> }
                <small>{ by }</small>
            </li>
        }
    };
    // The one that comes next, where the way goes on.
    let next = detail.next.iter().find(|stage| !stage.end && stage.id != detail.item.stage).or(detail.next.first());
    let to_come = |stage: &StageItem| html! { <li class="step to-come"><span class="muted">{ stage.label.get(lang) }</span></li> };
    html! {
        <ol class="card steps" data-test="story">
            { for detail.story.iter().map(happened) }
            { for next.map(to_come) }
        </ol>
    }
}
