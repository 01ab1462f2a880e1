//! Fields of the file that have two values, above everything else: touching one opens the choice.

use domain::Value;
use domain::api::{Conflict, PersonFile};
use domain::fields::Path;
use text::Text;
use yew::prelude::*;

use super::FileProps;
use crate::core::state::use_text;
use crate::kit::{Glyph, Icon};
use crate::record::when::moment;
use crate::record::{ConflictSheet, version_author, version_words};

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
            let line = text.conflict_line(&version_author(v, &text), &moment(&text, v.at), &version_words(conflict, v, &text));
            html! { <small class="block">{ line }</small> }
        });
        html! {
            <button type="button" class="banner warm conflict-line" key={conflict.path.clone()} data-test="conflict" data-path={conflict.path.clone()}
                aria-haspopup="dialog" onclick={move |_| open.set(Some(path.clone()))}>
                <Icon glyph={Glyph::Compare} />
                <b>{ text.conflict_title(&field(&props.file, conflict, &text)) }</b>
                <b class="act nowrap">{ if conflict.may_settle { text.action_choose() } else { text.action_show() } }</b>
                <span class="values">{ for values }</span>
            </button>
        }
    });
    let chosen = open.as_ref().and_then(|path| props.file.conflicts.iter().find(|c| c.path == *path));
    html! {
        <>
            { for banners }
            if let Some(conflict) = chosen {
                <ConflictSheet conflict={conflict.clone()} label={field(&props.file, conflict, &text)} {onclose} />
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
    let category = entry.and_then(|e| e.fields.get("code")).and_then(Value::text).and_then(|code| text.option("categories.code", code));
    match name.or(category) {
        Some(whose) => format!("{whose} {label}"),
        None => label,
    }
}
