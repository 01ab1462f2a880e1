//! The list of files: filter and search, a page at a time.
use crate::Result;
use crate::names::search::{Fit, Query};
use crate::record::person_item::item;
use crate::store::View;
use crate::store::person_cache::CachedPerson;
use domain::api::{PersonList, PersonQuery};

/// Rows on a page when the caller names no number.
const PAGE: usize = 50;
/// Most rows on a page.
const MOST: usize = 500;

/// One page of those who match. With a search the best fit comes first, among due ones the longest due; else the order is that of names.
pub fn persons(view: &View<'_>, query: &PersonQuery) -> Result<PersonList> {
    let today = view.today();
    let wanted = |l: &&CachedPerson| {
        (query.closed || l.open)
            && query.category.is_none_or(|c| l.is_in(c))
            && query.risk.is_none_or(|r| l.risk == Some(r))
            && query.area.as_ref().is_none_or(|a| a.contains(&l.area))
            && (!query.due || l.due.is_some_and(|d| d <= today))
    };
    let lines = view.person_cache.lines().iter().filter(wanted);
    let mut found: Vec<(Fit, &CachedPerson)> = match Query::new(&query.search, view.person_cache.sounds()) {
        Some(search) => lines.filter_map(|l| Some((search.fit(&view.person_cache.keys(l), view.person_cache.sounds())?, l))).collect(),
        None => lines.map(|l| (Fit::Name, l)).collect(),
    };
    // Stable: what is equal here stays in the order of names.
    match query.due {
        true => found.sort_by_key(|(fit, l)| (*fit, l.due)),
        false => found.sort_by_key(|(fit, _)| *fit),
    }
    let limit = if query.limit == 0 { PAGE } else { query.limit.min(MOST) };
    let page = found.iter().skip(query.offset).take(limit);
    Ok(PersonList { total: found.len(), rows: page.map(|(_, l)| item(view, l.id)).collect::<Result<_>>()? })
}
