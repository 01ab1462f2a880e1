//! The person is on file already: the way to that file, so that nobody is entered twice.

use domain::api::{PersonQuery, Persons};
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Button, Glyph, Look};

/// Properties of [`OnFile`].
#[derive(Properties, PartialEq)]
pub struct OnFileProps {
    /// The ID number as typed.
    pub number: String,
}

/// A button that opens the file with this ID number.
#[component]
pub fn OnFile(props: &OnFileProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let search = props.number.split_whitespace().collect::<String>();
    let found = use_query(Persons { query: PersonQuery { search, closed: true, limit: 1, ..PersonQuery::default() } });
    let Some(person) = found.data.as_ref().and_then(|list| list.rows.first().cloned()) else { return Html::default() };
    let open = Callback::from(move |()| nav.replace(Page::Person(person.id)));
    html! { <Button text={text.edit_open_existing(&person.name)} icon={Glyph::Files} look={Look::Soft} test="open-existing" onclick={open} /> }
}
