//! The visits of a person, newest first; each says where it stands.

use domain::api::{OlderVisits, VisitItem, Visits};
use yew::prelude::*;

use super::FileProps;
use crate::core::nav::{Page, use_nav};
use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, FailureBanner, Glyph, Icon, Look};
use crate::record::{VisitStateChip, kind};

/// Visits shown at first: the rest of the file lies below.
const NEWEST: usize = 5;
/// Most visits shown of one person.
const MOST: usize = 10_000;

/// The timeline.
#[component]
pub fn Timeline(props: &FileProps) -> Html {
    let text = use_text();
    let all = use_state(|| false);
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
    html! {
        <section data-test="timeline">
            <div class="section">
                <h2>{ text.person_visits() }</h2>
                if count > 0 { <small class="number">{ text.person_visits_count(count) }</small> }
            </div>
            if *all {
                <AllVisits file={file.clone()} />
            } else {
                <VisitLines visits={newest} />
            }
            if hidden > 0 && !*all {
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

/// All of them, read on request; the newest stay meanwhile.
#[component]
fn AllVisits(props: &FileProps) -> Html {
    let all = use_query(Visits { person: Some(props.file.item.id), limit: MOST });
    let visits = all.data.as_ref().map_or_else(|| props.file.visits.clone(), |visits| (**visits).clone());
    html! {
        <>
            <VisitLines {visits} />
            if let Some(failure) = &all.failure { <FailureBanner failure={failure.clone()} retry={all.reload.clone()} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    visits: Vec<VisitItem>,
}

#[component]
fn VisitLines(props: &LinesProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    if props.visits.is_empty() {
        return html! { <Card><span class="muted">{ text.person_no_visits() }</span></Card> };
    }
    let lines = props.visits.iter().map(|visit| {
        let (nav, id) = (nav.clone(), visit.id);
        let kind = kind(visit, &text);
        let head = [text.date(visit.at.day(), status.today), kind].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" · ");
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
    });
    html! { <Card class="lines">{ for lines }</Card> }
}
