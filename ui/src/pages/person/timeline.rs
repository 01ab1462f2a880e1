//! A file as a life: visits and what is done beside them, newest first, by month; each says where it stands.

use chrono::{Datelike, NaiveDate};
use domain::Timestamp;
use domain::api::{MatterItem, OlderVisits, PersonFile, VisitItem, Visits};
use text::Text;
use yew::prelude::*;

use super::FileProps;
use crate::core::nav::{Nav, Page, use_nav};
use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Chip, FailureBanner, Glyph, Icon, Look, ToggleChip, Tone};
use crate::record::{VisitStateChip, kind};

/// Visits shown at first: the rest of the file lies below.
const NEWEST: usize = 5;
/// Most visits shown of one person.
const MOST: usize = 10_000;

/// What is shown of it.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    All,
    Visits,
    Matters,
}

/// The timeline.
#[component]
pub fn Timeline(props: &FileProps) -> Html {
    let text = use_text();
    let (all, which) = (use_state(|| false), use_state(|| Which::All));
    let file = &props.file;
    let newest: Vec<VisitItem> = file.visits.iter().take(NEWEST).cloned().collect();
    let hidden = file.visit_count.saturating_sub(newest.len());
    let count = i64::try_from(file.visit_count).unwrap_or(i64::MAX);
    let older = use_command::<OlderVisits>(show_all_of(&all));
    let fetch = older.callback().reform({
        let person = file.item.id;
        move |()| OlderVisits { person }
    });
    let show_all = {
        let all = all.setter();
        Callback::from(move |()| all.set(true))
    };
    let chip = |of: Which, words: String, test: &'static str| {
        let which = which.clone();
        html! { <ToggleChip text={words} on={*which == of} {test} ontoggle={move |_| which.set(of)} /> }
    };
    let visits = *which != Which::Matters;
    // What is older than the visits that are shown stands further down.
    let since = newest.last().filter(|_| visits && hidden > 0 && !*all).map_or(Timestamp(i64::MIN), |last| last.at);
    let matters: Vec<MatterItem> = file.matters.iter().filter(|matter| *which != Which::Visits && matter.at >= since).cloned().collect();
    html! {
        <section data-test="timeline">
            <div class="section">
                <h2>{ if file.matters.is_empty() { text.person_visits() } else { text.matter_life() } }</h2>
                if count > 0 { <small class="number">{ text.person_visits_count(count) }</small> }
            </div>
            if !file.matters.is_empty() {
                <div class="row wrap filter-chips timeline-filter">
                    { chip(Which::All, text.matter_everything(), "timeline-all") }
                    { chip(Which::Visits, text.matter_only_visits(), "timeline-visits") }
                    { chip(Which::Matters, text.matter_only(), "timeline-matters") }
                </div>
            }
            if *all && visits {
                <AllVisits file={file.clone()} {matters} />
            } else {
                <Lines visits={if visits { newest } else { Vec::new() }} {matters} />
            }
            if !visits {
                // Older visits are of no interest now.
            } else if hidden > 0 && !*all {
                <div class="more"><Button text={text.person_all_visits(count)} look={Look::Line} test="all-visits" onclick={show_all} /></div>
            } else if file.older {
                if let Some(failure) = &older.failure { <FailureBanner failure={failure.clone()} /> }
                <div class="more"><Button text={text.person_older_visits()} look={Look::Line} busy={older.busy} test="older-visits" onclick={fetch} /></div>
            }
        </section>
    }
}

/// What was fetched is shown at once.
fn show_all_of(all: &UseStateHandle<bool>) -> Callback<u64> {
    let all = all.setter();
    Callback::from(move |_| all.set(true))
}

#[derive(Properties, PartialEq)]
struct AllProps {
    file: PersonFile,
    matters: Vec<MatterItem>,
}

/// All of them, read on request; the newest stay meanwhile.
#[component]
fn AllVisits(props: &AllProps) -> Html {
    let all = use_query(Visits { person: Some(props.file.item.id), limit: MOST });
    let visits = all.data.as_ref().map_or_else(|| props.file.visits.clone(), |visits| (**visits).clone());
    html! {
        <>
            <Lines {visits} matters={props.matters.clone()} />
            if let Some(failure) = &all.failure { <FailureBanner failure={failure.clone()} retry={all.reload.clone()} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    visits: Vec<VisitItem>,
    matters: Vec<MatterItem>,
}

/// Both in one order, a card a month.
#[component]
fn Lines(props: &LinesProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    if props.visits.is_empty() && props.matters.is_empty() {
        return html! { <Card><span class="muted">{ text.person_no_visits() }</span></Card> };
    }
    let mut lines: Vec<(Timestamp, Html)> = props.visits.iter().map(|visit| (visit.at, visit_line(visit, &text, &nav, status.today))).collect();
    lines.extend(props.matters.iter().map(|matter| (matter.at, matter_line(matter, &text, &nav, status.today))));
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let month = |at: &Timestamp| (at.day().year(), at.day().month());
    let months = lines.chunk_by(|(one, _), (other, _)| month(one) == month(other)).map(|lines| {
        let heading = lines.first().map(|(at, _)| text.matter_month(i64::from(month(at).0), i64::from(month(at).1)));
        html! { <><h3 class="month muted">{ heading }</h3><Card class="lines">{ for lines.iter().map(|(_, line)| line.clone()) }</Card></> }
    });
    html! { <div class="months">{ for months }</div> }
}

fn visit_line(visit: &VisitItem, text: &Text, nav: &Nav, today: NaiveDate) -> Html {
    let (nav, id) = (nav.clone(), visit.id);
    let head = [text.date(visit.at.day(), today), kind(visit, text)].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        <button type="button" class="line-button visit-line" key={id.to_string()} data-test="visit-line" data-state={visit.state.code()}
            onclick={move |_| nav.open(Page::Visit(id))}>
            <span class="grow">
                <span class="row wrap"><b class="lead">{ head }</b><VisitStateChip state={visit.state} /></span>
                if !visit.note.is_empty() { <small class="block clip-2">{ &visit.note }</small> }
                if !visit.by.is_empty() { <small class="block">{ text.person_by(&visit.by) }</small> }
            </span>
            <Icon glyph={Glyph::Forward} />
        </button>
    }
}

fn matter_line(matter: &MatterItem, text: &Text, nav: &Nav, today: NaiveDate) -> Html {
    let (nav, id, lang) = (nav.clone(), matter.id, text.lang().code());
    let head = format!("{} · {}", text.date(matter.at.day(), today), matter.title.get(lang));
    let tone = match (matter.open, matter.overdue || matter.disputed) {
        (true, true) => Tone::Danger,
        (true, false) => Tone::Warm,
        (false, _) => Tone::Ok,
    };
    html! {
        <button type="button" class="line-button visit-line" key={id.to_string()} data-test="matter-line" onclick={move |_| nav.open(Page::Matter(id))}>
            <span class="grow">
                <span class="row wrap"><b class="lead">{ head }</b><Chip text={matter.stage_label.get(lang).to_owned()} {tone} /></span>
                if !matter.line.is_empty() { <small class="block clip-2">{ &matter.line }</small> }
                if !matter.by.is_empty() { <small class="block">{ text.person_by(&matter.by) }</small> }
            </span>
            <Icon glyph={Glyph::Forward} />
        </button>
    }
}
