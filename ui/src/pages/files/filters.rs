//! All filters on a sheet. They hold at once; the button says how many files are left.

use domain::api::Areas;
use domain::area::Area;
use domain::{Category, Risk, Role};
use yew::prelude::*;

use super::chosen::Chosen;
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, ChoiceGroup, ChoiceOption, Control, Field, Look, SelectOption, Sheet, ToggleChip};

/// Properties of [`FilterSheet`].
#[derive(Properties, PartialEq)]
pub struct FilterProps {
    /// What is chosen.
    pub chosen: Chosen,
    /// Files that are left.
    pub total: usize,
    /// Chooses otherwise.
    pub onchoose: Callback<Chosen>,
    /// Closes the sheet.
    pub onclose: Callback<()>,
}

/// Categories of the programmes that the role looks after.
pub fn categories_of(role: Option<Role>) -> Vec<&'static Category> {
    let programmes = role.map(Role::programmes).unwrap_or_default();
    Category::ALL.iter().filter(|c| c.programme().is_some_and(|p| programmes.contains(&p))).collect()
}

/// The sheet.
#[component]
pub fn FilterSheet(props: &FilterProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let areas = use_query(Areas {});
    let chosen = &props.chosen;
    let role = status.me.as_ref().map(|me| me.role);
    let onvillage = {
        let (onchoose, chosen) = (props.onchoose.clone(), chosen.clone());
        Callback::from(move |code: String| onchoose.emit(Chosen { area: code.parse().ok(), ..chosen.clone() }))
    };
    let village = |a: &Area| SelectOption { value: a.code.to_string().into(), label: a.name.clone().into() };
    let villages = areas.data.iter().flat_map(|all| all.iter().map(village)).collect::<Vec<_>>();
    let categories = categories_of(role).into_iter().copied().map(|category| {
        let ontoggle = toggled(props, move |c, on| c.category = on.then_some(category));
        let test = format!("filter-category:{category}");
        html! { <ToggleChip text={text.category(category)} on={chosen.category == Some(category)} {test} {ontoggle} /> }
    });
    let risks = Risk::ALL.iter().copied().map(|risk| {
        let ontoggle = toggled(props, move |c, on| c.risk = on.then_some(risk));
        html! { <ToggleChip text={text.risk(risk)} on={chosen.risk == Some(risk)} test={format!("filter-risk:{risk}")} {ontoggle} /> }
    });
    let switches = vec![ChoiceOption::new("due", text.files_filter_due()), ChoiceOption::new("closed", text.files_filter_closed())];
    let on =
        [("due", chosen.due), ("closed", chosen.closed)].into_iter().filter(|(_, on)| *on).map(|(code, _)| code.into()).collect::<Vec<AttrValue>>();
    let onpick = {
        let (onchoose, chosen) = (props.onchoose.clone(), chosen.clone());
        Callback::from(move |(code, on): (AttrValue, bool)| {
            let next = if code == "due" { Chosen { due: on, ..chosen.clone() } } else { Chosen { closed: on, ..chosen.clone() } };
            onchoose.emit(next);
        })
    };
    let clear = {
        let onchoose = props.onchoose.clone();
        Callback::from(move |()| onchoose.emit(Chosen::default()))
    };
    let total = i64::try_from(props.total).unwrap_or(i64::MAX);
    html! {
        <Sheet title={text.action_filter()} test="filters" onclose={props.onclose.clone()}>
            <div class="stack">
                <fieldset class="chip-set"><legend class="legend">{ text.files_filter_risk() }</legend><div class="row wrap">{ for risks }</div></fieldset>
                <fieldset class="chip-set"><legend class="legend">{ text.files_filter_category() }</legend><div class="row wrap">{ for categories }</div></fieldset>
                if villages.len() > 1 {
                    <Field label={text.files_filter_area()} name="filter-area" control={Control::Select(villages)}
                        value={chosen.area.as_ref().map(|a| a.as_str().to_owned()).unwrap_or_default()} onchange={onvillage} />
                }
                <ChoiceGroup legend={text.action_filter()} quiet={true} name="filter-switch" options={switches} chosen={on} many={true} {onpick} />
            </div>
            <div class="sheet-foot">
                <Button text={text.action_clear()} look={Look::Line} disabled={chosen.count() == 0} test="filters-clear" onclick={clear} />
                <Button text={text.files_see(total)} test="filters-done" onclick={props.onclose.clone()} />
            </div>
        </Sheet>
    }
}

/// A callback of a chip that changes one filter.
fn toggled(props: &FilterProps, change: impl Fn(&mut Chosen, bool) + 'static) -> Callback<bool> {
    let (onchoose, chosen) = (props.onchoose.clone(), props.chosen.clone());
    Callback::from(move |on| {
        let mut next = chosen.clone();
        change(&mut next, on);
        onchoose.emit(next);
    })
}
