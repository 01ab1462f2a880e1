//! Chips about people and visits, the same on every page.

use chrono::NaiveDate;
use domain::due::DueState;
use domain::visit::VisitState;
use domain::{Category, Risk};
use yew::prelude::*;

use crate::core::state::{use_status, use_text};
use crate::kit::{Chip, Glyph, Tone};

/// Properties of [`RiskChip`].
#[derive(Properties, PartialEq)]
pub struct RiskProps {
    /// The risk.
    pub risk: Risk,
}

/// 高风险, with its triangle.
#[component]
pub fn RiskChip(props: &RiskProps) -> Html {
    let text = use_text();
    let (tone, icon) = match props.risk {
        risk if risk.is_pressing() => (Tone::Danger, Some(Glyph::Alert)),
        Risk::Medium => (Tone::Warm, None),
        _ => (Tone::Quiet, None),
    };
    html! { <Chip text={text.risk(props.risk)} {tone} {icon} /> }
}

/// Properties of [`CategoryChips`].
#[derive(Properties, PartialEq)]
pub struct CategoryProps {
    /// Categories in force.
    pub categories: Vec<Category>,
}

/// 事实无人抚养, 留守儿童…
#[component]
pub fn CategoryChips(props: &CategoryProps) -> Html {
    let text = use_text();
    html! { <>{ for props.categories.iter().map(|c| html! { <Chip text={text.category(*c)} tone={Tone::Brand} /> }) }</> }
}

/// Properties of [`VisitStateChip`].
#[derive(Properties, PartialEq)]
pub struct VisitStateProps {
    /// Where the visit stands.
    pub state: VisitState,
}

/// 已存本机, 已上传, 已审核…; `data-test="visit-state"`.
#[component]
pub fn VisitStateChip(props: &VisitStateProps) -> Html {
    let text = use_text();
    let (tone, icon) = match props.state {
        VisitState::Saved => (Tone::Warm, Glyph::PhoneOk),
        VisitState::Uploaded => (Tone::Info, Glyph::Cloud),
        VisitState::Approved => (Tone::Ok, Glyph::Check),
        VisitState::Returned => (Tone::Danger, Glyph::Return),
        VisitState::Changed => (Tone::Warm, Glyph::Edit),
        VisitState::Refused => (Tone::Danger, Glyph::Alert),
    };
    html! { <Chip text={text.code_or_raw("visit-state", props.state.code())} {tone} icon={Some(icon)} test="visit-state" /> }
}

/// Properties of [`DueChip`].
#[derive(Properties, PartialEq)]
pub struct DueProps {
    /// How urgent.
    pub state: DueState,
    /// The day.
    pub date: NaiveDate,
}

/// 已过期 3 天, 还有 2 天, 12月21日 到期.
#[component]
pub fn DueChip(props: &DueProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (tone, icon) = match props.state {
        DueState::Overdue(_) => (Tone::Danger, Some(Glyph::Clock)),
        DueState::Today | DueState::Soon(_) => (Tone::Warm, None),
        DueState::Later(_) => (Tone::Quiet, None),
    };
    html! { <Chip text={text.due_state(props.state, props.date, status.today)} {tone} {icon} test="due" /> }
}
