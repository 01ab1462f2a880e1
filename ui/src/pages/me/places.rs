//! The areas a member of staff works in, by name.

use domain::AreaCode;
use domain::api::AreaNames;
use domain::area::Area;
use text::Text;
use yew::prelude::*;

use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::record::when::count;

/// So many villages are named; of more only the number is told.
const NAMED: usize = 4;

/// Properties of [`Places`].
#[derive(Properties, PartialEq)]
pub struct PlacesProps {
    /// The areas.
    pub areas: Vec<AreaCode>,
}

/// Their names as far as they are known here, else their codes.
#[component]
pub fn Places(props: &PlacesProps) -> Html {
    let text = use_text();
    let areas = use_query(AreaNames {});
    let known = areas.data.as_ref().map(|all| all.as_slice()).unwrap_or_default();
    let names: Vec<String> = props.areas.iter().map(|code| name(code, known)).collect();
    let words = match names.get(..NAMED).filter(|_| names.len() > NAMED) {
        Some(first) => text.me_places_more(&join(first, &text), count(names.len())),
        None => join(&names, &text),
    };
    html! { <span>{ words }</span> }
}

fn join(names: &[String], text: &Text) -> String {
    names.join(&text.inbox_list_join())
}

fn name(code: &AreaCode, known: &[Area]) -> String {
    known.iter().find(|area| area.code == *code).map_or_else(|| code.to_string(), |area| area.name.clone())
}
