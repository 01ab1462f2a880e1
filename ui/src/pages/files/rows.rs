//! Cards of the list, a page at a time.

use domain::api::{PersonItem, PersonQuery, Persons};
use yew::prelude::*;

use crate::core::growing::use_growing;
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::kit::{FailureBanner, Skeleton};
use crate::record::PersonCard;

/// Files on a page.
pub const PAGE: usize = 50;

/// Properties of [`Rows`].
#[derive(Properties, PartialEq)]
pub struct RowsProps {
    /// The persons.
    pub rows: Vec<PersonItem>,
    /// They have been drawn.
    pub onloaded: Callback<()>,
}

/// One card a person.
#[component]
pub fn Rows(props: &RowsProps) -> Html {
    let nav = use_nav();
    let drawn = use_growing(props.rows.len(), 8);
    {
        let onloaded = props.onloaded.clone();
        use_effect_with((props.rows.len(), drawn), move |(rows, drawn)| {
            if drawn == rows {
                onloaded.emit(());
            }
        });
    }
    let shown = match nav.route.page {
        Page::Person(id) | Page::PersonEdit(id) | Page::VisitForm(id, _) | Page::Draft(id, _) => Some(id),
        _ => None,
    };
    let cards = props.rows.iter().take(drawn).map(|person| {
        let id = person.id;
        html! { <Row key={id.to_string()} person={person.clone()} on={shown == Some(id)} /> }
    });
    html! { <>{ for cards }</> }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    person: PersonItem,
    on: bool,
}

/// A card that opens its file. A component, so that a list that grows draws only what is new.
#[component]
fn Row(props: &RowProps) -> Html {
    let (nav, id) = (use_nav(), props.person.id);
    let onclick = Callback::from(move |()| nav.select(Page::Person(id)));
    html! { <PersonCard person={props.person.clone()} on={props.on} {onclick} /> }
}

/// Properties of [`MoreRows`].
#[derive(Properties, PartialEq)]
pub struct MoreProps {
    /// The list's query.
    pub query: PersonQuery,
    /// Which page; the first is 0.
    pub page: usize,
    /// Its rows have been drawn.
    pub onloaded: Callback<()>,
}

/// A page after the first.
#[component]
pub fn MoreRows(props: &MoreProps) -> Html {
    let query = PersonQuery { offset: props.page.saturating_mul(PAGE), ..props.query.clone() };
    let list = use_query(Persons { query });
    match (&list.data, &list.failure) {
        (Some(list), _) => html! { <Rows rows={list.rows.clone()} onloaded={props.onloaded.clone()} /> },
        (None, Some(failure)) => html! { <FailureBanner failure={failure.clone()} retry={list.reload.clone()} /> },
        (None, None) => html! { <Skeleton count={6} /> },
    }
}
