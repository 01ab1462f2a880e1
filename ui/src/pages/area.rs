//! A supervisor's overview of her villages: what there is to do where. In the order of the area codes, never of the
//! figures: nobody is ranked (国办函〔2026〕12号).

use std::rc::Rc;

use domain::api::{AreaLine, AreaSummary};
use text::Text;
use yew::prelude::*;

use crate::core::growing::use_growing;
use crate::core::nav::{Nav, Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Coming, Empty, Glyph, Icon, Look, Meter, PageBody, Skeleton, TopBar, show};
use crate::record::SyncChip;

use crate::core::sort;
use crate::record::when::{count, use_wide};

/// Villages that a phone shows at once.
const SCREENFUL: usize = 4;

/// A supervisor's overview of her villages.
#[component]
pub fn AreaOverview() -> Html {
    let (text, status, wide) = (use_text(), use_status(), use_wide());
    let summary = use_query(AreaSummary {});
    let drawn = use_growing(summary.data.as_ref().map_or(0, |lines| lines.len()), SCREENFUL);
    let all = {
        let nav = use_nav();
        Callback::from(move |()| nav.open(Page::Matters))
    };
    let draw = |lines: &Rc<Vec<AreaLine>>| match lines.is_empty() {
        true => html! { <Empty icon={Glyph::Area} title={text.area_empty()} note={text.area_empty_note()} /> },
        false => {
            let mut left = drawn;
            let towns = towns(lines).into_iter().map(|town| {
                let here = left.min(town.len());
                left -= here;
                villages(&town, here, wide, &text)
            });
            html! {
                <div class="stack">
                    { totals(lines, &text) }
                    <Button text={text.matter_all_count(i64::from(sum(lines, |l| l.matters)))} look={Look::Soft} test="all-matters" onclick={all.clone()} />
                    { for towns }
                    <p class="small muted">{ format!("{} {}", text.area_rate_note(), text.area_no_ranking()) }</p>
                </div>
            }
        }
    };
    let note = summary.data.as_ref().filter(|l| !l.is_empty()).map(|l| {
        let villages = text.area_villages(count(l.len()));
        AttrValue::from(if status.county.is_empty() { villages } else { format!("{} · {villages}", status.county) })
    });
    html! {
        <div class="page area">
            <TopBar title={text.area_title()} {note}><SyncChip /></TopBar>
            <PageBody refreshing={summary.loading && summary.data.is_some()}><Coming />{ show(&summary, html! { <Skeleton count={4} /> }, draw) }</PageBody>
        </div>
    }
}

/// The villages by town, both in the order of their codes.
fn towns(lines: &[AreaLine]) -> Vec<Vec<&AreaLine>> {
    let mut lines: Vec<&AreaLine> = lines.iter().collect();
    sort::by_key(&mut lines, |line| &line.area.code);
    let parts = lines.chunk_by(|a, b| a.area.code.parent() == b.area.code.parent());
    parts.map(<[&AreaLine]>::to_vec).collect()
}

/// Whole percent, rounded down, so that 100 % means everybody.
fn percent(visited: u32, targets: u32) -> Option<u32> {
    visited.min(targets).saturating_mul(100).checked_div(targets)
}

fn sum(lines: &[AreaLine], of: impl Fn(&AreaLine) -> u32) -> u32 {
    lines.iter().map(of).fold(0, u32::saturating_add)
}

fn totals(lines: &[AreaLine], text: &Text) -> Html {
    let (visited, targets) = (sum(lines, |l| l.visited.min(l.targets)), sum(lines, |l| l.targets));
    let figures = [
        (text.area_files(), sum(lines, |l| l.files).to_string(), None, "total-files"),
        (text.area_high_risk(), sum(lines, |l| l.high).to_string(), Some("danger"), "total-high"),
        (text.area_overdue(), sum(lines, |l| l.overdue).to_string(), Some("warm"), "total-overdue"),
        (text.area_visit_rate(), rate_words(visited, targets, text), None, "total-rate"),
    ];
    html! {
        <section class="card stack" aria-label={text.area_total()}>
            <dl class="figures">
                { for figures.into_iter().map(|(name, value, tone, test)| html! {
                    <div><dt>{ name }</dt><dd class={classes!("number", tone.filter(|_| value != "0"))} data-test={test}>{ &value }</dd></div>
                }) }
            </dl>
            { meter(visited, targets, false, text) }
        </section>
    }
}

fn rate_words(visited: u32, targets: u32, text: &Text) -> String {
    percent(visited, targets).map_or_else(|| text.state_none(), |p| text.area_percent(i64::from(p)))
}

/// The bar with its numbers; the percentage is left out where it stands beside it already.
fn meter(visited: u32, targets: u32, percent: bool, text: &Text) -> Html {
    if targets == 0 {
        return html! { <small class="block">{ text.area_no_targets() }</small> };
    }
    html! {
        <div class="rate">
            <Meter done={visited} total={targets} label={text.area_visit_rate()} />
            <div class="row">
                <small class="grow">{ text.area_visited_of(i64::from(visited.min(targets)), i64::from(targets)) }</small>
                if percent { <b class="number">{ rate_words(visited, targets, text) }</b> }
            </div>
        </div>
    }
}

fn workers(line: &AreaLine, text: &Text) -> String {
    if line.workers.is_empty() { text.area_no_workers() } else { line.workers.join(&text.inbox_list_join()) }
}

fn open(line: &AreaLine, nav: &Nav) -> Callback<()> {
    let (nav, code) = (nav.clone(), line.area.code.clone());
    Callback::from(move |()| nav.files_of(code.clone()))
}

fn heading(town: &[&AreaLine], text: &Text) -> Html {
    let name = town.first().map(|l| l.town.clone()).filter(|n| !n.is_empty());
    html! { if let Some(name) = name { <div class="section"><h2>{ name }</h2><small>{ text.area_villages(count(town.len())) }</small></div> } }
}

/// The first so many of a town's villages.
fn villages(town: &[&AreaLine], drawn: usize, wide: bool, text: &Text) -> Html {
    let shown = town.get(..drawn).filter(|shown| !shown.is_empty());
    html! {
        if let Some(shown) = shown {
            <section class={(!wide).then_some("stack")} key={shown.first().map(|l| l.area.code.to_string()).unwrap_or_default()}>
                { heading(town, text) }
                { if wide { table(shown, text) } else { cards(shown) } }
            </section>
        }
    }
}

#[derive(Properties, PartialEq)]
struct VillageProps {
    line: AreaLine,
}

/// A village on a phone. A component, so that of many only those are drawn again of which something else is known.
#[component]
fn Village(props: &VillageProps) -> Html {
    let (text, nav, line) = (use_text(), use_nav(), &props.line);
    html! {
        <Card class="stack tight" test="village" onclick={open(line, &nav)}>
            <div class="row"><span class="name grow">{ &line.area.name }</span><Icon glyph={Glyph::Forward} /></div>
            <dl class="figures small">
                <div><dt>{ text.area_files() }</dt><dd class="number">{ line.files }</dd></div>
                <div><dt>{ text.area_high_risk() }</dt><dd class={classes!("number", (line.high > 0).then_some("danger"))}>{ line.high }</dd></div>
                <div><dt>{ text.area_overdue() }</dt><dd class={classes!("number", (line.overdue > 0).then_some("warm"))}>{ line.overdue }</dd></div>
                <div><dt>{ text.area_matters() }</dt><dd class="number">{ line.matters }</dd></div>
            </dl>
            { meter(line.visited, line.targets, true, &text) }
            <small class="block">{ format!("{}：{}", text.area_workers(), workers(line, &text)) }</small>
        </Card>
    }
}

fn cards(town: &[&AreaLine]) -> Html {
    html! { <>{ for town.iter().map(|line| html! { <Village key={line.area.code.to_string()} line={(*line).clone()} /> }) }</> }
}

fn table(town: &[&AreaLine], text: &Text) -> Html {
    html! {
        <div class="card flush"><table class="villages">
            <thead><tr>
                <th>{ text.area_village() }</th>
                <th class="end">{ text.area_files() }</th>
                <th class="end">{ text.area_high_risk() }</th>
                <th class="end">{ text.area_overdue() }</th>
                <th class="end">{ text.area_matters() }</th>
                <th>{ text.area_visit_rate() }</th>
                <th>{ text.area_workers() }</th>
            </tr></thead>
            <tbody>{ for town.iter().map(|line| html! { <VillageLine key={line.area.code.to_string()} line={(*line).clone()} /> }) }</tbody>
        </table></div>
    }
}

/// The same as a line of a table.
#[component]
fn VillageLine(props: &VillageProps) -> Html {
    let (text, nav, line) = (use_text(), use_nav(), &props.line);
    let open = open(line, &nav);
    html! {
        <tr>
            <td><button type="button" class="line-button link" data-test="village" onclick={move |_| open.emit(())}>{ &line.area.name }</button></td>
            <td class="end number">{ line.files }</td>
            <td class={classes!("end", "number", (line.high > 0).then_some("danger"))}>{ line.high }</td>
            <td class={classes!("end", "number", (line.overdue > 0).then_some("warm"))}>{ line.overdue }</td>
            <td class="end number">{ line.matters }</td>
            <td>{ meter(line.visited, line.targets, true, &text) }</td>
            <td>{ workers(line, &text) }</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(code: &str, visited: u32, targets: u32) -> AreaLine {
        let area = domain::area::Area { code: code.parse().unwrap(), name: code.to_owned() };
        AreaLine { area, town: String::new(), files: 0, high: 0, overdue: 0, visited, targets, matters: 0, workers: Vec::new() }
    }

    #[test]
    fn villages_come_in_the_order_of_their_codes_and_not_of_their_figures() {
        let lines = [line("990101002201", 9, 9), line("990101001202", 1, 9), line("990101001201", 0, 9)];
        let towns = towns(&lines);
        let codes: Vec<Vec<&str>> = towns.iter().map(|t| t.iter().map(|l| l.area.code.as_str()).collect()).collect();
        assert_eq!(codes, [vec!["990101001201", "990101001202"], vec!["990101002201"]]);
    }

    #[test]
    fn a_rate_is_whole_only_when_everybody_was_visited() {
        assert_eq!([percent(199, 200), percent(200, 200), percent(0, 3), percent(5, 3)], [Some(99), Some(100), Some(0), Some(100)]);
        assert_eq!(percent(0, 0), None);
    }
}
