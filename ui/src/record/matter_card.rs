//! A matter in a list: what it is, of whom, where it stands and until when.

use domain::api::MatterItem;
use domain::matter::Deadline;
use text::Text;
use yew::prelude::*;

use super::when::{count, now};
use crate::core::state::{use_status, use_text};
use crate::kit::{Card, Chip, Edge, Glyph, Tone};

const HOUR: i64 = 3_600_000;

/// `还剩 6 小时`, `还有 2 天`, `过了 3 天`; of one that ended, when it is done anew.
pub fn until(due: Deadline, open: bool, text: &Text) -> String {
    let (now, today) = (now(), now().day());
    if !open {
        return text.matter_anew(&text.date(due.day, today));
    }
    if let Some(at) = due.at {
        let left = at.since(now);
        let hours = left.unsigned_abs().div_ceil(HOUR.unsigned_abs());
        if hours <= 48 {
            return if left < 0 { text.matter_hours_over(count(hours)) } else { text.matter_hours_left(count(hours)) };
        }
    }
    match due.day.signed_duration_since(today).num_days() {
        0 => text.due_today(),
        days if days < 0 => text.due_overdue(-days),
        days => text.due_in(days),
    }
}

/// Properties of [`MatterCard`].
#[derive(Properties, PartialEq)]
pub struct MatterProps {
    /// The matter.
    pub matter: MatterItem,
    /// Says whose it is.
    #[prop_or(true)]
    pub named: bool,
    /// What the pane beside the list shows.
    #[prop_or_default]
    pub on: bool,
    /// Opens it.
    #[prop_or_default]
    pub onclick: Callback<()>,
}

/// Until when, as a chip; `data-test="matter-due"`.
#[component]
pub fn MatterDue(props: &MatterProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let matter = &props.matter;
    let Some(due) = matter.due else { return Html::default() };
    let near = due.day.signed_duration_since(status.today).num_days() <= 3;
    let (tone, icon) = match (matter.overdue, near) {
        (true, _) => (Tone::Danger, Some(Glyph::Clock)),
        (false, true) => (Tone::Warm, None),
        (false, false) => (Tone::Quiet, None),
    };
    html! { <Chip text={until(due, matter.open, &text)} {tone} {icon} test="matter-due" /> }
}

/// A card; the whole of it opens the matter. `data-test="matter"`.
#[component]
pub fn MatterCard(props: &MatterProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let matter = &props.matter;
    let lang = text.lang().code();
    let title = matter.title.get(lang).to_owned();
    let edge = match (matter.open, matter.overdue || matter.disputed) {
        (true, true) => Edge::Flag,
        (true, false) if matter.due.is_some() => Edge::Soon,
        _ => Edge::None,
    };
    let head = if props.named && !matter.name.is_empty() { matter.name.clone() } else { title.clone() };
    let stage = matter.stage_label.get(lang).to_owned();
    let words = if props.named && !matter.name.is_empty() { format!("{title} · {stage}") } else { stage };
    let by = [text.date(matter.at.day(), status.today), matter.charge.clone().unwrap_or_else(|| matter.by.clone())];
    let by: Vec<String> = by.into_iter().filter(|part| !part.is_empty()).collect();
    html! {
        <Card {edge} class="stack tight" on={props.on} onclick={props.onclick.clone()} test="matter">
            <div class="row wrap">
                <span class="name lead">{ head }</span>
                if matter.disputed { <Chip text={text.matter_disputed()} tone={Tone::Danger} icon={Some(Glyph::Compare)} /> }
                <MatterDue matter={matter.clone()} />
            </div>
            <span class="block">{ words }</span>
            if !matter.line.is_empty() { <small class="block clip-2">{ &matter.line }</small> }
            <div class="row wrap">
                <small class="grow">{ by.join(" · ") }</small>
                if !matter.uploaded { <Chip text={text.person_saved()} tone={Tone::Warm} icon={Some(Glyph::PhoneOk)} /> }
            </div>
        </Card>
    }
}
