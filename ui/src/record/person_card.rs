//! A person in a list: who, what to know of her, when the next visit is due.

use domain::Sex;
use domain::api::PersonItem;
use domain::due::DueState;
use domain::person::FileStatus;
use text::Text;
use yew::prelude::*;

use super::person_chips::{CategoryChips, DueChip, RiskChip};
use crate::core::state::use_text;
use crate::kit::{Card, Chip, Edge, Glyph, Tone};

/// `女 · 9岁`, as far as it is known.
pub fn sex_and_age(person: &PersonItem, text: &Text) -> Option<String> {
    let sex = matches!(person.sex, Sex::Male | Sex::Female).then(|| text.sex(person.sex));
    let age = person.age.map(|age| text.age_years(i64::from(age)));
    let parts: Vec<String> = sex.into_iter().chain(age).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The edge a person's card has: red when overdue, warm when soon due.
pub fn edge_of(person: &PersonItem) -> Edge {
    match person.due_state {
        Some(DueState::Overdue(_)) => Edge::Flag,
        Some(DueState::Today | DueState::Soon(_)) => Edge::Soon,
        _ => Edge::None,
    }
}

/// Properties of [`PersonCard`] and [`PersonChips`].
#[derive(Properties, PartialEq)]
pub struct PersonCardProps {
    /// The person.
    pub person: PersonItem,
    /// What the pane beside the list shows.
    #[prop_or_default]
    pub on: bool,
    /// Opens the file.
    #[prop_or_default]
    pub onclick: Callback<()>,
}

/// Sex, age and categories as chips.
#[component]
pub fn PersonChips(props: &PersonCardProps) -> Html {
    let text = use_text();
    let person = &props.person;
    html! {
        <div class="row wrap">
            if let Some(words) = sex_and_age(person, &text) { <Chip text={words} /> }
            <CategoryChips categories={person.categories.clone()} />
        </div>
    }
}

/// A person's card; the whole of it opens the file. `data-test="person"`.
#[component]
pub fn PersonCard(props: &PersonCardProps) -> Html {
    let text = use_text();
    let person = &props.person;
    let place = [person.area_name.as_str(), person.address.as_str()].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        <Card edge={edge_of(person)} class="stack tight" on={props.on} onclick={props.onclick.clone()} test="person">
            <div class="row wrap">
                <span class="name lead">{ &person.name }</span>
                if let Some(risk) = person.risk.filter(|risk| risk.is_pressing()) { <RiskChip {risk} /> }
                if let (Some(state), Some(due)) = (person.due_state, &person.due) { <DueChip {state} date={due.date} /> }
            </div>
            <PersonChips person={person.clone()} />
            if !place.is_empty() { <small class="block">{ place }</small> }
            <div class="row wrap marks">
                if person.draft.is_some() { <Chip text={text.today_continue()} tone={Tone::Warm} icon={Some(Glyph::Edit)} /> }
                if person.conflicts > 0 { <Chip text={text.sync_conflicts(i64::from(person.conflicts))} tone={Tone::Warm} icon={Some(Glyph::Compare)} /> }
                if person.status == FileStatus::Closed { <Chip text={text.person_closed()} icon={Some(Glyph::Lock)} /> }
                if person.pending { <Chip text={text.person_saved()} tone={Tone::Warm} icon={Some(Glyph::PhoneOk)} /> }
            </div>
        </Card>
    }
}

/// Whose file, in a line: name, age, village, address.
pub fn whose_file(person: &PersonItem, text: &Text) -> String {
    let age = person.age.map(|age| text.age_years(i64::from(age)));
    let address = Some(person.address.clone()).filter(|address| !address.is_empty());
    let parts = [Some(person.name.clone()), age, Some(person.area_name.clone()), address];
    parts.into_iter().flatten().collect::<Vec<_>>().join(&text.inbox_list_join())
}
