//! The head of a file: risk, sex, age and school, categories, and when the next visit is due.

use domain::Value;
use domain::due::DueState;
use domain::person::FileStatus;
use yew::prelude::*;

use super::FileProps;
use crate::core::state::use_text;
use crate::kit::{Chip, Glyph, Tone};
use crate::pages::today::why;
use crate::record::{CategoryChips, DueChip, RiskChip, sex_and_age};

/// Chips below the name.
#[component]
pub fn HeadChips(props: &FileProps) -> Html {
    let text = use_text();
    let (item, fields) = (&props.file.item, &props.file.fields);
    let school = fields.get("situation.schooling").and_then(Value::text).filter(|s| !s.trim().is_empty());
    let who = [sex_and_age(item, &text), school.map(str::to_owned)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        <div class="stack tight">
            <div class="row wrap" data-test="chips">
                if let Some(risk) = item.risk { <RiskChip {risk} /> }
                if !who.is_empty() { <Chip text={who} /> }
                <CategoryChips categories={item.categories.clone()} />
                if item.status == FileStatus::Closed { <Chip text={text.person_closed()} icon={Some(Glyph::Lock)} /> }
                if item.pending { <Chip text={text.person_saved()} tone={Tone::Warm} icon={Some(Glyph::PhoneOk)} test="pending" /> }
            </div>
            if let (Some(state), Some(due)) = (item.due_state, &item.due) {
                <div class="row wrap">
                    <span>{ why(item, &text) }</span>
                    if !matches!(state, DueState::Overdue(_)) { <DueChip {state} date={due.date} /> }
                </div>
            }
        </div>
    }
}
