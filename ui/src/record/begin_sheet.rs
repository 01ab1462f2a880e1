//! "Write something down": the types of matter that may be begun here, of a person or of a village; a touch begins one.

use domain::api::{Areas, MatterTypeItem, MatterTypes};
use domain::{AreaCode, RecordId};
use yew::prelude::*;

use super::begin::{self, use_begin};
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Button, ChoiceGroup, ChoiceOption, FailureBanner, Glyph, Icon, Look, Sheet, Skeleton};

/// Properties of [`BeginSheet`].
#[derive(Properties, PartialEq)]
pub struct BeginProps {
    /// Of whom; of a village where nobody is named.
    #[prop_or_default]
    pub person: Option<RecordId>,
    /// Only this type, by its name.
    #[prop_or_default]
    pub only: Option<String>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// The sheet. Of several villages one is chosen first.
#[component]
pub fn BeginSheet(props: &BeginProps) -> Html {
    let text = use_text();
    let (types, areas) = (use_query(MatterTypes { person: props.person }), use_query(Areas {}));
    let chosen = use_state(|| None::<AreaCode>);
    let start = use_begin(props.onclose.clone());
    let villages = areas.data.as_ref().filter(|_| props.person.is_none());
    let area = (*chosen).clone().or_else(|| villages.and_then(|all| if all.len() == 1 { all.first().map(|area| area.code.clone()) } else { None }));
    let lang = text.lang().code();
    let offered = |kind: &&MatterTypeItem| {
        kind.may_open
            && (if props.person.is_some() { kind.of_person } else { kind.of_area })
            && props.only.as_ref().is_none_or(|only| *only == kind.id)
    };
    let found: Vec<&MatterTypeItem> = types.data.iter().flat_map(|all| all.iter()).filter(offered).collect();
    let row = |kind: &&MatterTypeItem| {
        let call = match (props.person, &area) {
            (Some(person), _) => begin::of_person(&kind.id, person, None),
            (None, Some(area)) => begin::of_area(&kind.id, area.clone()),
            (None, None) => return Html::default(),
        };
        let onclick = start.callback().reform(move |()| call.clone());
        let words = kind.title.get(lang).to_owned();
        let test = format!("begin-{}", kind.id);
        if kind.urgent && !kind.confidential {
            return html! { <Button key={kind.id.clone()} text={words} icon={Glyph::Alert} look={Look::Danger} {test} {onclick} /> };
        }
        html! {
            <button key={kind.id.clone()} type="button" class="card row" data-test={test} onclick={move |_| onclick.emit(())}>
                <span class="grow"><b class="block">{ words }</b>if kind.confidential { <small class="block">{ text.matter_confidential() }</small> }</span>
                <Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    let several = villages.filter(|all| all.len() > 1).map(|all| {
        let options: Vec<ChoiceOption> = all.iter().map(|area| ChoiceOption::new(area.code.to_string(), area.name.clone())).collect();
        let picked: Vec<AttrValue> = area.iter().map(|code| AttrValue::from(code.to_string())).collect();
        let onpick = {
            let chosen = chosen.setter();
            Callback::from(move |(code, _): (AttrValue, bool)| chosen.set(code.parse().ok()))
        };
        html! { <ChoiceGroup legend={text.matter_which_village()} name="begin-area" {options} chosen={picked} {onpick} /> }
    });
    let failure = types.failure.clone().or_else(|| start.failure.clone());
    html! {
        <Sheet title={text.matter_begin()} test="begin-sheet" onclose={props.onclose.clone()}>
            <div class="stack begin">
                { for several }
                if let Some(failure) = failure { <FailureBanner {failure} /> }
                if types.data.is_none() {
                    <Skeleton count={3} />
                } else if found.is_empty() {
                    <p class="muted">{ text.matter_nothing_to_begin() }</p>
                } else {
                    { for found.iter().map(row) }
                }
            </div>
        </Sheet>
    }
}
