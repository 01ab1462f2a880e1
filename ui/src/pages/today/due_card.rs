//! One household to visit: who, why now, how it was last time, and the way to begin.

use domain::Risk;
use domain::api::{LastVisit, PersonItem};
use domain::due::DueState;
use text::Text;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Edge, Glyph, Look};
use crate::record::{DueChip, PersonChips, RiskChip, edge_of};

/// Properties of [`DueCard`].
#[derive(Properties, PartialEq)]
pub struct DueCardProps {
    /// The person.
    pub person: PersonItem,
    /// Asks for the numbers to call.
    pub oncall: Callback<PersonItem>,
}

/// A card of the first screen. `data-test="due-person"`; the part that opens the file is `open-person`.
#[component]
pub fn DueCard(props: &DueCardProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let person = &props.person;
    let id = person.id;
    let on = matches!(nav.route.page, Page::Person(open) | Page::VisitForm(open, _) | Page::Draft(open, _) | Page::PersonEdit(open) if open == id);
    let edge = edge_of(person);
    let (open, start) = (nav.clone(), nav);
    let call = {
        let (oncall, person) = (props.oncall.clone(), person.clone());
        Callback::from(move |()| oncall.emit(person.clone()))
    };
    let words = if person.draft.is_some() { text.today_continue_action() } else { text.today_start() };
    let look = if edge == Edge::Flag { Look::Main } else { Look::Soft };
    html! {
        <Card {edge} {on} class="due-card" test="due-person">
            <button type="button" class="open-card" data-test="open-person" onclick={move |_| open.select(Page::Person(id))}>
                <Facts person={person.clone()} />
            </button>
            <div class="row">
                <Button text={words} {look} test="start-visit" onclick={move |()| start.select(Page::VisitForm(id, None))} />
                if person.phone.is_some() {
                    <Button icon={Glyph::Phone} look={Look::Soft} label={format!("{} {}", text.action_call(), person.name)} test="call" onclick={call} />
                }
            </div>
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct FactsProps {
    person: PersonItem,
}

#[component]
fn Facts(props: &FactsProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let person = &props.person;
    let late = matches!(person.due_state, Some(DueState::Overdue(_)));
    // Who works in one village need not read its name on every card.
    let one_village = status.me.as_ref().is_some_and(|me| me.areas.as_slice() == [person.area.clone()]);
    let village = if one_village { "" } else { person.area_name.as_str() };
    let place = [village, &person.address].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    let last = match &person.last {
        Some(last) => last_words(last, &text.date(last.day, status.today), &text),
        None => text.today_never(),
    };
    html! {
        <>
            <span class="row wrap">
                <span class="name lead">{ &person.name }</span>
                if let Some(risk) = person.risk.filter(|risk| *risk != Risk::Low) { <RiskChip {risk} /> }
                if let (false, Some(state), Some(due)) = (late, person.due_state, &person.due) { <DueChip {state} date={due.date} /> }
            </span>
            <PersonChips person={person.clone()} />
            <span class="block">{ why(person, &text) }</span>
            <small class="block clip-2">{ last }</small>
            if !place.is_empty() { <small class="block">{ place }</small> }
        </>
    }
}

fn last_words(last: &LastVisit, date: &str, text: &Text) -> String {
    let summary = if last.note.is_empty() { text.code("visit-kind", &last.kind).unwrap_or_default() } else { last.note.clone() };
    if summary.is_empty() { text.today_last_plain(date) } else { text.today_last(date, &summary) }
}

/// `高风险每周一次，` and then in bold `已过期 3 天`.
pub fn why(person: &PersonItem, text: &Text) -> Html {
    let Some(due) = &person.due else { return html! { { text.due_none() } } };
    let rule = text.due_why(due);
    let Some(DueState::Overdue(days)) = person.due_state else { return html! { { rule } } };
    let days = i64::from(days);
    let (sentence, bold) = (text.due_reason_overdue(&rule, days), text.due_overdue(days));
    match sentence.split_once(&bold) {
        Some((before, after)) => html! { <>{ before.to_owned() }<b class="late">{ bold }</b>{ after.to_owned() }</> },
        None => html! { { sentence } },
    }
}
