//! Children who come of age: whoever visits them sees to it in time.

use chrono::NaiveDate;
use domain::api::PersonItem;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::state::{use_status, use_text};
use crate::kit::{Card, Edge};
use crate::record::when::of_age;

/// Properties of [`Grown`].
#[derive(Properties, PartialEq)]
pub struct GrownProps {
    /// Who, and the eighteenth birthday.
    pub grown: Vec<(PersonItem, NaiveDate)>,
}

/// A card for each; it opens her file.
#[component]
pub fn Grown(props: &GrownProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    if props.grown.is_empty() {
        return Html::default();
    }
    let cards = props.grown.iter().map(|(person, on)| {
        let (nav, page) = (nav.clone(), Page::Person(person.id));
        html! {
            <Card key={person.id.to_string()} edge={Edge::Soon} on={nav.route.page == page} class="stack tight" test="of-age"
                onclick={Callback::from(move |()| nav.select(page))}>
                <div class="row wrap"><span class="name lead">{ &person.name }</span><small class="nowrap">{ &person.area_name }</small></div>
                <div>{ of_age(&text, *on, status.today) }</div>
                <small class="block">{ text.inbox_of_age_note() }{ " " }{ text.inbox_of_age_do() }</small>
            </Card>
        }
    });
    html! {
        <section class="due-part" data-test="grown">
            <div class="section"><h2>{ text.inbox_of_age() }</h2></div>
            <div class="stack">{ for cards }</div>
        </section>
    }
}
