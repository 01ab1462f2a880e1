//! What the reader may do with it: bring it on, say something, give it to somebody, change what was said.

use domain::api::{Draft, MatterDetail, StageItem, StartStep};
use yew::prelude::*;

use super::DetailProps;
use super::sheets::{Confirm, Give, More, Say};
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Button, FailureBanner, Foot, Glyph, Look};
use crate::record::begin::{self, use_begin};

/// What is open over the page.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    More,
    Say,
    Give,
    Move(StageItem),
}

/// The stage that the large button brings it to: the next on its way, an end only where nothing else is left.
fn main_stage(detail: &MatterDetail) -> Option<&StageItem> {
    detail.next.iter().find(|stage| !stage.end).or(detail.next.first())
}

/// The foot of the page.
#[component]
pub fn MatterFoot(props: &DetailProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let (detail, lang) = (&props.detail, text.lang().code());
    let open = use_state(|| Open::Nothing);
    let set = |to: Open| {
        let open = open.setter();
        Callback::from(move |()| open.set(to.clone()))
    };
    let start = use_command::<StartStep>(Callback::from(move |draft: Draft| nav.open(Page::MatterDraft(draft.id))));
    let go = {
        let (open, run, id) = (open.setter(), start.callback(), detail.item.id);
        Callback::from(move |stage: StageItem| {
            if stage.fill.is_empty() {
                return open.set(Open::Move(stage));
            }
            open.set(Open::Nothing);
            run.emit(StartStep { id, stage: Some(stage.id) });
        })
    };
    let change = {
        let (open, run, id) = (open.setter(), start.callback(), detail.item.id);
        Callback::from(move |()| {
            open.set(Open::Nothing);
            run.emit(StartStep { id, stage: None });
        })
    };
    let renew = use_begin(Callback::noop());
    if !detail.may_edit {
        return Html::default();
    }
    let main = main_stage(detail);
    let rest: Vec<StageItem> = detail.next.iter().filter(|stage| main.is_none_or(|main| main.id != stage.id)).cloned().collect();
    let has_more = !rest.is_empty() || detail.may_answer || !detail.hands.is_empty();
    let anew = {
        let call = begin::after(&detail.item);
        renew.callback().reform(move |()| call.clone())
    };
    let step = main.map(|stage| {
        let (go, stage) = (go.clone(), stage.clone());
        let onclick = {
            let stage = stage.clone();
            Callback::from(move |()| go.emit(stage.clone()))
        };
        html! { <Button text={stage.action.get(lang).to_owned()} busy={start.busy} test={format!("go-{}", stage.id)} {onclick} /> }
    });
    html! {
        <>
            if let Some(failure) = &start.failure { <div class="form-alert"><FailureBanner failure={failure.clone()} /></div> }
            if let Some(failure) = &renew.failure { <div class="form-alert"><FailureBanner failure={failure.clone()} /></div> }
            <Foot class="matter-foot">
                { for step }
                if detail.again { <Button text={text.matter_again()} busy={renew.busy} test="again" onclick={anew} /> }
                <Button text={text.matter_say()} icon={Glyph::Edit} look={Look::Line} test="say" onclick={set(Open::Say)} />
                if has_more { <Button text={text.matter_more()} look={Look::Line} test="more" onclick={set(Open::More)} /> }
            </Foot>
            { match &*open {
                Open::Nothing => Html::default(),
                Open::More => html! {
                    <More detail={detail.clone()} {rest} onstage={go} onchange={change} ongive={set(Open::Give)} onclose={set(Open::Nothing)} />
                },
                Open::Say => html! { <Say id={detail.item.id} onclose={set(Open::Nothing)} /> },
                Open::Give => html! { <Give detail={detail.clone()} onclose={set(Open::Nothing)} /> },
                Open::Move(stage) => html! { <Confirm id={detail.item.id} stage={stage.clone()} onclose={set(Open::Nothing)} /> },
            } }
        </>
    }
}
