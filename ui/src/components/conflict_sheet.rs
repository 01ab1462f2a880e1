//! Two people changed the same thing while neither knew of the other: both values, who wrote them and when, to choose from.

use chrono::NaiveTime;
use domain::api::{Conflict, Resolve, Version};
use domain::{Timestamp, Value};
use text::Text;
use yew::prelude::*;

use super::banner::Banner;
use super::button::{Button, Look};
use super::chip::Tone;
use super::icon::Glyph;
use super::sheet::Sheet;
use super::states::FailureBanner;
use super::toast::use_toast;
use crate::query::use_command;
use crate::state::{use_status, use_text};

/// Properties of [`ConflictSheet`].
#[derive(Properties, PartialEq)]
pub struct ConflictProps {
    /// What has more than one value.
    pub conflict: Conflict,
    /// The field's or question's name; else the field's label by its path.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Closed, or chosen: what was chosen is read again by itself.
    pub onclose: Callback<()>,
}

/// `李主任 · 昨天 16:40 · 设备 3f2a`.
fn origin(version: &Version, today: chrono::NaiveDate, text: &Text) -> String {
    let now = Timestamp::from_local(today, NaiveTime::MIN).local();
    let (who, device) = if version.mine {
        (text.conflict_yours(), text.conflict_this_device())
    } else {
        (version.by.clone(), text.conflict_device(&version.device))
    };
    format!("{} · {device}", text.conflict_who(&who, &text.moment(version.at.local(), now)))
}

/// A code in the worker's own language, everything else as the core says it.
fn shown(conflict: &Conflict, version: &Version, text: &Text) -> String {
    match &version.value {
        value if value.is_empty() => text.conflict_empty_value(),
        Value::Bool(true) => text.state_yes(),
        Value::Bool(false) => text.state_no(),
        value => value.text().and_then(|code| text.option(&conflict.path, code)).unwrap_or_else(|| version.shown.clone()),
    }
}

/// The sheet; `data-test="settle"`, its buttons `take:0`, `take:1`… in the order of the values.
#[component]
pub fn ConflictSheet(props: &ConflictProps) -> Html {
    let (text, status, toast) = (use_text(), use_status(), use_toast());
    let resolve = {
        let (onclose, words) = (props.onclose.clone(), text.conflict_done());
        use_command::<Resolve>(Callback::from(move |()| {
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
            onclose.emit(());
        }))
    };
    let conflict = &props.conflict;
    let label = props.label.clone().map_or_else(|| text.field(&conflict.path).unwrap_or_else(|| conflict.path.clone()), |l| l.to_string());
    let rows = conflict.values.iter().enumerate().map(|(take, version)| {
        let (run, call) = (resolve.callback(), Resolve { id: conflict.record, path: conflict.path.clone(), take });
        let onclick = Callback::from(move |()| run.emit(call.clone()));
        html! {
            <div key={take} class="conflict-value" data-test="conflict-value">
                <div class="grow">
                    <b class="prose" data-test="value">{ shown(conflict, version, &text) }</b><br />
                    <small>{ origin(version, status.today, &text) }</small>
                </div>
                if conflict.may_settle {
                    <Button text={text.conflict_take()} look={Look::Soft} fit={true} busy={resolve.busy} test={format!("take:{take}")} {onclick} />
                }
            </div>
        }
    });
    html! {
        <Sheet title={text.conflict_title(&label)} test="settle" onclose={props.onclose.clone()}>
            <p class="muted">{ text.conflict_note() }</p>
            if let Some(failure) = resolve.failure.clone() { <FailureBanner {failure} /> }
            <div>{ for rows }</div>
            if !conflict.may_settle {
                <Banner tone={Tone::Info} icon={Glyph::People} title={text.conflict_supervisor()} test="supervisor-only" />
            }
        </Sheet>
    }
}
