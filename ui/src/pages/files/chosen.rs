//! The filters that are on, as chips above the list.

use domain::api::{Areas, PersonQuery};
use domain::{AreaCode, Category, Risk};
use text::Text;
use yew::prelude::*;

use super::rows::PAGE;
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Glyph, Icon, ToggleChip};

/// Which files the worker wants to see.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chosen {
    /// Only this category.
    pub category: Option<Category>,
    /// Only this risk.
    pub risk: Option<Risk>,
    /// Only this village.
    pub area: Option<AreaCode>,
    /// Only those due or overdue.
    pub due: bool,
    /// Closed ones, too.
    pub closed: bool,
}

impl Chosen {
    /// The first page with these words.
    pub fn query(&self, search: &str) -> PersonQuery {
        let Chosen { category, risk, area, due, closed } = self.clone();
        PersonQuery { search: search.trim().to_owned(), category, risk, area, due, closed, offset: 0, limit: PAGE }
    }

    /// How many filters are on.
    pub fn count(&self) -> usize {
        let on = [self.category.is_some(), self.risk.is_some(), self.area.is_some(), self.due, self.closed];
        on.into_iter().filter(|on| *on).count()
    }
}

/// Properties of [`ChosenChips`].
#[derive(Properties, PartialEq)]
pub struct ChosenProps {
    /// What is chosen.
    pub chosen: Chosen,
    /// Chooses otherwise.
    pub onchoose: Callback<Chosen>,
    /// Opens the sheet with all filters.
    pub onfilter: Callback<()>,
}

/// 筛选, 只看到期, 高风险, and what else is on.
#[component]
pub fn ChosenChips(props: &ChosenProps) -> Html {
    let text = use_text();
    let areas = use_query(Areas {});
    let chosen = &props.chosen;
    let set = |change: fn(&mut Chosen, bool)| {
        let (onchoose, chosen) = (props.onchoose.clone(), chosen.clone());
        Callback::from(move |on| {
            let mut next = chosen.clone();
            change(&mut next, on);
            onchoose.emit(next);
        })
    };
    let off = |label: String, test: &'static str, change: fn(&mut Chosen, bool)| {
        html! { <ToggleChip text={label} on={true} {test} ontoggle={set(change)} /> }
    };
    let village = chosen.area.as_ref().map(|code| {
        let found = areas.data.as_ref().and_then(|all| all.iter().find(|a| a.code == *code).map(|a| a.name.clone()));
        found.unwrap_or_else(|| code.to_string())
    });
    let onfilter = props.onfilter.clone();
    html! {
        <div class="row wrap filter-chips" role="group" aria-label={text.action_filter()}>
            <button type="button" class="chip" data-test="filter" aria-haspopup="dialog" onclick={move |_| onfilter.emit(())}>
                <Icon glyph={Glyph::Filter} />{ label(chosen, &text) }
            </button>
            <ToggleChip text={text.files_filter_due()} on={chosen.due} test="filter-due" ontoggle={set(|c, on| c.due = on)} />
            <ToggleChip text={text.risk(Risk::High)} on={chosen.risk == Some(Risk::High)} test="filter-high"
                ontoggle={set(|c, on| c.risk = on.then_some(Risk::High))} />
            if let Some(risk @ (Risk::Medium | Risk::Low)) = chosen.risk { { off(text.risk(risk), "filter-risk-off", |c, _| c.risk = None) } }
            if let Some(category) = chosen.category { { off(text.category(category), "filter-category-off", |c, _| c.category = None) } }
            if let Some(village) = village { { off(village, "filter-area-off", |c, _| c.area = None) } }
            if chosen.closed { { off(text.files_filter_closed(), "filter-closed-off", |c, _| c.closed = false) } }
        </div>
    }
}

fn label(chosen: &Chosen, text: &Text) -> String {
    match chosen.count() {
        0 => text.action_filter(),
        n => text.files_filters_on(i64::try_from(n).unwrap_or(i64::MAX)),
    }
}
