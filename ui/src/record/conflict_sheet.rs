//! Two people changed the same thing while neither knew of the other: both values stay, and a person chooses. One sheet
//! for a field of a file and for an answer of a visit.

use chrono::NaiveTime;
use domain::api::{Conflict, Photos, Resolve, Version};
use domain::{Timestamp, Value};
use text::Text;
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, FailureBanner, Glyph, Look, Sheet, Tone, use_toast};
use crate::record::photo::source;

/// Who wrote a value: 您, else the name.
pub fn version_author(version: &Version, text: &Text) -> String {
    if version.mine { text.conflict_yours() } else { version.by.clone() }
}

/// A value in the worker's own language; what is no code as the core says it.
pub fn version_words(conflict: &Conflict, version: &Version, text: &Text) -> String {
    match &version.value {
        value if value.is_empty() => text.conflict_empty_value(),
        Value::Bool(true) => text.state_yes(),
        Value::Bool(false) => text.state_no(),
        value => value.text().and_then(|code| text.option(&conflict.path, code)).unwrap_or_else(|| version.shown.clone()),
    }
}

/// Whether a value is an answer that is a picture: two of those read alike.
fn is_picture(version: &Version) -> bool {
    version.words.is_some() && version.value.text().is_some_and(|name| name.ends_with(".jpg"))
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    of: uuid::Uuid,
    name: String,
}

/// A photo of the visit by the name that an answer has for it; fetched, where it is not here.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let photos = use_query(Photos { of: props.of, fetch: true, whole: None });
    let photo = photos.data.as_ref().and_then(|photos| photos.iter().find(|photo| photo.name == props.name && !photo.jpeg.is_empty()).cloned());
    html! {
        if let Some(photo) = photo { <img class="pictured" src={source(&photo)} alt="" data-test="pictured" /> }
    }
}

/// `李主任 · 昨天 16:40 · 设备 3f2a`.
fn origin(version: &Version, today: chrono::NaiveDate, text: &Text) -> String {
    let now = Timestamp::from_local(today, NaiveTime::MIN).local();
    let device = if version.mine { text.conflict_this_device() } else { text.conflict_device(&version.device) };
    format!("{} · {device}", text.conflict_who(&version_author(version, text), &text.moment(version.at.local(), now)))
}

/// Properties of [`ConflictSheet`].
#[derive(Properties, PartialEq)]
pub struct ConflictProps {
    /// What has more than one value.
    pub conflict: Conflict,
    /// What it is, in the worker's language: 住址, 周桂芳 电话, a question.
    pub label: AttrValue,
    /// Closed, or chosen: what was chosen is read again by itself.
    pub onclose: Callback<()>,
}

/// The sheet, `data-test="conflict-sheet"`; its buttons are `take-0`, `take-1`… in the order of the values. Who may not
/// decide reads who may.
#[component]
pub fn ConflictSheet(props: &ConflictProps) -> Html {
    let (text, status, toast) = (use_text(), use_status(), use_toast());
    let settle = {
        let (onclose, done) = (props.onclose.clone(), text.conflict_done());
        use_command::<Resolve>(Callback::from(move |()| {
            if let Some(toast) = &toast {
                toast.done(done.clone());
            }
            onclose.emit(());
        }))
    };
    let conflict = &props.conflict;
    let values = conflict.values.iter().enumerate().map(|(take, version)| {
        let (run, call) = (settle.callback(), Resolve { id: conflict.record, path: conflict.path.clone(), take });
        let onclick = Callback::from(move |()| run.emit(call.clone()));
        html! {
            <div key={take} class="conflict-value" data-test="conflict-value">
                <div class="grow">
                    <b class="prose" data-test="value">{ version_words(conflict, version, &text) }</b>
                    if is_picture(version) { <Picture of={conflict.record.0} name={version.value.text().unwrap_or_default().to_owned()} /> }
                    <small class="block">{ origin(version, status.today, &text) }</small>
                </div>
                if conflict.may_settle {
                    <Button text={text.conflict_take()} look={Look::Soft} fit={true} busy={settle.busy} test={format!("take-{take}")} {onclick} />
                }
            </div>
        }
    });
    html! {
        <Sheet title={text.conflict_title(&props.label)} test="conflict-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                if conflict.may_settle {
                    <p class="muted">{ text.conflict_note() }</p>
                } else {
                    <Banner tone={Tone::Info} icon={Glyph::People} title={text.conflict_supervisor()} test="supervisor-only" />
                }
                if let Some(failure) = settle.failure.clone() { <FailureBanner {failure} /> }
                <div>{ for values }</div>
            </div>
        </Sheet>
    }
}
