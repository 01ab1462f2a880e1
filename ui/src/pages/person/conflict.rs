//! Two people changed one field while neither knew of the other: both values stay, and a person chooses.

use domain::Value;
use domain::api::{Conflict, PersonFile, Resolve, Version};
use domain::fields::Path;
use text::Text;
use yew::prelude::*;

use super::FileProps;
use crate::components::{Banner, Button, FailureBanner, Glyph, Icon, Look, Sheet, Tone, use_toast};
use crate::pages::when::moment;
use crate::query::use_command;
use crate::state::use_text;

/// A banner for each such field; touching it opens the sheet.
#[component]
pub fn Conflicts(props: &FileProps) -> Html {
    let text = use_text();
    let open = use_state(|| None::<String>);
    let onclose = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let banners = props.file.conflicts.iter().map(|conflict| {
        let (open, path) = (open.setter(), conflict.path.clone());
        let values = conflict.values.iter().map(|v| {
            html! { <small class="block">{ text.conflict_line(&who(v, &text), &moment(&text, v.at), &shown(conflict, v, &text)) }</small> }
        });
        html! {
            <button type="button" class="banner warm" key={conflict.path.clone()} data-test="conflict" data-path={conflict.path.clone()}
                aria-haspopup="dialog" onclick={move |_| open.set(Some(path.clone()))}>
                <Icon glyph={Glyph::Alert} />
                <span class="grow"><b>{ text.conflict_title(&field(&props.file, conflict, &text)) }</b>{ for values }</span>
                <b class="nowrap">{ if conflict.may_settle { text.action_choose() } else { text.action_show() } }</b>
            </button>
        }
    });
    let chosen = open.as_ref().and_then(|path| props.file.conflicts.iter().find(|c| c.path == *path));
    html! {
        <>
            { for banners }
            if let Some(conflict) = chosen {
                <Settle conflict={conflict.clone()} field={field(&props.file, conflict, &text)} {onclose} />
            }
        </>
    }
}

/// 住址; of a household member `周桂芳 电话`.
fn field(file: &PersonFile, conflict: &Conflict, text: &Text) -> String {
    let label = text.field(&conflict.path).unwrap_or_else(|| conflict.path.clone());
    let Some(entry) = conflict.path.parse::<Path>().ok().and_then(|p| p.entry) else { return label };
    let entry = file.household.iter().chain(&file.categories).find(|e| e.id == entry);
    let name = entry.and_then(|e| e.fields.get("name")).and_then(Value::text).map(str::to_owned);
    let category = entry.and_then(|e| e.fields.get("code")).and_then(Value::text).map(|code| text.code_or_raw("category", code));
    match name.or(category) {
        Some(whose) => format!("{whose} {label}"),
        None => label,
    }
}

fn who(version: &Version, text: &Text) -> String {
    if version.mine { text.conflict_yours() } else { version.by.clone() }
}

/// A code in the worker's own language, everything else as the core says it.
fn shown(conflict: &Conflict, version: &Version, text: &Text) -> String {
    if version.value.is_empty() {
        return text.conflict_empty_value();
    }
    match &version.value {
        Value::Bool(true) => text.state_yes(),
        Value::Bool(false) => text.state_no(),
        value => value.text().and_then(|code| text.option(&conflict.path, code)).unwrap_or_else(|| version.shown.clone()),
    }
}

#[derive(Properties, PartialEq)]
struct SettleProps {
    conflict: Conflict,
    field: String,
    onclose: Callback<()>,
}

/// The sheet with both values: what, who, when, on which device.
#[component]
fn Settle(props: &SettleProps) -> Html {
    let (text, toast) = (use_text(), use_toast());
    let conflict = &props.conflict;
    let settle = {
        let (onclose, done) = (props.onclose.clone(), text.conflict_done());
        use_command::<Resolve>(Callback::from(move |()| {
            if let Some(toast) = &toast {
                toast.done(done.clone());
            }
            onclose.emit(());
        }))
    };
    let values = conflict.values.iter().enumerate().map(|(take, version)| {
        let (run, id, path) = (settle.callback(), conflict.record, conflict.path.clone());
        let device = if version.mine { text.conflict_this_device() } else { text.conflict_device(&version.device) };
        let about = format!("{} · {device}", text.conflict_who(&who(version, &text), &moment(&text, version.at)));
        html! {
            <div class="conflict-value" data-test="conflict-value">
                <div class="grow"><b class="prose" data-test="value">{ shown(conflict, version, &text) }</b><br /><small>{ about }</small></div>
                if conflict.may_settle {
                    <Button text={text.conflict_take()} look={Look::Soft} fit={true} busy={settle.busy} test={format!("take-{take}")}
                        onclick={move |()| run.emit(Resolve { id, path: path.clone(), take })} />
                }
            </div>
        }
    });
    html! {
        <Sheet title={text.conflict_title(&props.field)} test="conflict-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                if conflict.may_settle {
                    <p class="muted">{ text.conflict_note() }</p>
                } else {
                    <Banner tone={Tone::Info} icon={Glyph::Lock} title={text.conflict_supervisor()} test="supervisor-only" />
                }
                if let Some(failure) = &settle.failure { <FailureBanner failure={failure.clone()} /> }
                <div>{ for values }</div>
            </div>
        </Sheet>
    }
}
