//! The areas a member of staff works in, by name.

use domain::AreaCode;
use domain::api::{AreaLine, AreaSummary};
use domain::area::Level;
use text::Text;
use yew::prelude::*;

use crate::pages::when::count;
use crate::query::use_query;
use crate::state::{use_status, use_text};

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
    let (text, status) = (use_text(), use_status());
    let villages = use_query(AreaSummary {});
    let lines = villages.data.as_ref().map(|l| l.as_slice()).unwrap_or_default();
    let names: Vec<String> = props.areas.iter().map(|code| name(code, lines, &status.county)).collect();
    let words = match names.get(..NAMED).filter(|_| names.len() > NAMED) {
        Some(first) => text.me_places_more(&join(first, &text), count(names.len())),
        None => join(&names, &text),
    };
    html! { <span>{ words }</span> }
}

fn join(names: &[String], text: &Text) -> String {
    names.join(&text.inbox_list_join())
}

fn name(code: &AreaCode, lines: &[AreaLine], county: &str) -> String {
    let found = match code.level() {
        Level::Village => lines.iter().find(|l| l.area.code == *code).map(|l| l.area.name.clone()),
        Level::Town => lines.iter().find(|l| code.contains(&l.area.code)).map(|l| l.town.clone()),
        _ => Some(county.to_owned()),
    };
    found.filter(|n| !n.is_empty()).unwrap_or_else(|| code.to_string())
}
