//! The sheets over a matter: where else it may go, a move that asks nothing, something said, who sees to it.

use std::rc::Rc;

use domain::RecordId;
use domain::api::{AssignMatter, MatterDetail, MoveMatter, SayOfMatter, StageItem};
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Button, Control, FailureBanner, Field, Glyph, Icon, Look, Sheet, use_toast};

/// Most characters of a remark.
const LONGEST: u32 = 1000;

/// Properties of [`More`].
#[derive(Properties, PartialEq)]
pub struct MoreProps {
    /// The matter.
    pub detail: Rc<MatterDetail>,
    /// Stages that the large button does not lead to.
    pub rest: Vec<StageItem>,
    /// Goes there.
    pub onstage: Callback<StageItem>,
    /// Changes what was said.
    pub onchange: Callback<()>,
    /// Gives it to somebody.
    pub ongive: Callback<()>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// Everything else that may be done.
#[component]
pub fn More(props: &MoreProps) -> Html {
    let text = use_text();
    let lang = text.lang().code();
    let line = |words: String, test: String, onclick: Callback<()>| {
        html! {
            <button type="button" class="line-button" data-test={test} onclick={move |_| onclick.emit(())}>
                <span class="grow">{ words }</span><Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    let stage = |stage: &StageItem| {
        let (onstage, to) = (props.onstage.clone(), stage.clone());
        line(stage.action.get(lang).to_owned(), format!("go-{}", stage.id), Callback::from(move |()| onstage.emit(to.clone())))
    };
    html! {
        <Sheet title={text.matter_more()} test="more-sheet" onclose={props.onclose.clone()}>
            <div class="lines">
                { for props.rest.iter().map(stage) }
                if props.detail.may_answer { { line(text.matter_change(), "change".to_owned(), props.onchange.clone()) } }
                if !props.detail.hands.is_empty() { { line(text.matter_give(), "give".to_owned(), props.ongive.clone()) } }
            </div>
        </Sheet>
    }
}

/// Properties of [`Confirm`].
#[derive(Properties, PartialEq)]
pub struct ConfirmProps {
    /// The matter.
    pub id: RecordId,
    /// Where it goes.
    pub stage: StageItem,
    /// Closed.
    pub onclose: Callback<()>,
}

/// A move on whose way nothing is filled in: a remark, and yes.
#[component]
pub fn Confirm(props: &ConfirmProps) -> Html {
    let text = use_text();
    let note = use_state(String::new);
    let saved = use_done(&props.onclose);
    let go = use_command::<MoveMatter>(saved);
    let onclick = {
        let (run, id, stage, note) = (go.callback(), props.id, props.stage.id.clone(), (*note).clone());
        Callback::from(move |()| run.emit(MoveMatter { id, stage: stage.clone(), answers: domain::form::Answers::new(), note: note.clone() }))
    };
    let look = if props.stage.end { Look::Danger } else { Look::Main };
    let oninput = typed(&note);
    html! {
        <Sheet title={props.stage.action.get(text.lang().code()).to_owned()} test="move-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                if props.stage.end { <p>{ text.matter_ends() }</p> }
                <Field label={text.matter_remark()} name="remark" control={Control::Prose} max={LONGEST} {oninput} />
                if let Some(failure) = &go.failure { <FailureBanner failure={failure.clone()} /> }
            </div>
            <div class="sheet-foot">
                <Button text={text.action_cancel()} look={Look::Line} onclick={props.onclose.clone()} />
                <Button text={text.action_done()} {look} busy={go.busy} test="move-yes" {onclick} />
            </div>
        </Sheet>
    }
}

/// Properties of [`Say`].
#[derive(Properties, PartialEq)]
pub struct SayProps {
    /// The matter.
    pub id: RecordId,
    /// Closed.
    pub onclose: Callback<()>,
}

/// Something is said about it.
#[component]
pub fn Say(props: &SayProps) -> Html {
    let text = use_text();
    let words = use_state(String::new);
    let saved = use_done(&props.onclose);
    let say = use_command::<SayOfMatter>(saved);
    let onclick = {
        let (run, id, words) = (say.callback(), props.id, (*words).clone());
        Callback::from(move |()| run.emit(SayOfMatter { id, text: words.clone() }))
    };
    let oninput = typed(&words);
    html! {
        <Sheet title={text.matter_say()} test="say-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                <Field label={text.matter_say_what()} name="say-words" control={Control::Prose} max={LONGEST} {oninput} />
                if let Some(failure) = &say.failure { <FailureBanner failure={failure.clone()} /> }
            </div>
            <div class="sheet-foot">
                <Button text={text.action_save()} disabled={words.trim().is_empty()} busy={say.busy} test="say-yes" {onclick} />
            </div>
        </Sheet>
    }
}

/// Properties of [`Give`].
#[derive(Properties, PartialEq)]
pub struct GiveProps {
    /// The matter.
    pub detail: Rc<MatterDetail>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// Who sees to it: a name for each who may.
#[component]
pub fn Give(props: &GiveProps) -> Html {
    let text = use_text();
    let saved = use_done(&props.onclose);
    let give = use_command::<AssignMatter>(saved);
    let item = &props.detail.item;
    let line = |(staff, name): &(domain::StaffId, String)| {
        let (run, id, to) = (give.callback(), item.id, staff.clone());
        let on = item.charge.as_ref() == Some(name);
        html! {
            <button key={staff.to_string()} type="button" class="line-button" data-test={format!("give-{staff}")}
                onclick={move |_| run.emit(AssignMatter { id, staff: Some(to.clone()) })}>
                <span class="grow">{ name }</span>if on { <Icon glyph={Glyph::Check} /> }
            </button>
        }
    };
    html! {
        <Sheet title={text.matter_give()} test="give-sheet" onclose={props.onclose.clone()}>
            if let Some(failure) = &give.failure { <FailureBanner failure={failure.clone()} /> }
            <div class="lines">{ for props.detail.hands.iter().map(line) }</div>
        </Sheet>
    }
}

fn typed(into: &UseStateHandle<String>) -> Callback<String> {
    let into = into.setter();
    Callback::from(move |words: String| into.set(words))
}

/// Closes the sheet, and says that it is on this phone.
#[hook]
fn use_done(onclose: &Callback<()>) -> Callback<()> {
    let (text, toast, onclose) = (use_text(), use_toast(), onclose.clone());
    Callback::from(move |()| {
        onclose.emit(());
        if let Some(toast) = &toast {
            toast.done(text.form_saved());
        }
    })
}
