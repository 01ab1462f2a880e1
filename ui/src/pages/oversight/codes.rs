//! One-time codes of late: what waits for a second person is confirmed here, and what should not be used any more is withdrawn.

use domain::api::{AdminCodes, ConfirmCode, WithdrawCode};
use domain::audit::{CodeLine, CodeState};
use text::Text;
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::waiting;
use crate::kit::{Button, Chip, Empty, FailureBanner, Glyph, Look, Sheet, Tone, use_toast};
use crate::record::when::moment;

/// What is about to be done with a code.
#[derive(Clone, PartialEq)]
struct Asked {
    line: CodeLine,
    confirm: bool,
}

/// All of them, newest first.
#[component]
pub fn Codes() -> Html {
    let (text, toast, status) = (use_text(), use_toast(), use_status());
    let codes = use_query(AdminCodes {});
    let asked = use_state(|| None::<Asked>);
    let done = |words: String| {
        let (asked, reload, toast) = (asked.setter(), codes.reload.clone(), toast.clone());
        Callback::from(move |()| {
            asked.set(None);
            reload.emit(());
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
        })
    };
    let confirm = use_command::<ConfirmCode>(done(text.audit_code_confirmed()));
    let withdraw = use_command::<WithdrawCode>(done(text.audit_code_withdrawn()));
    let Some(all) = &codes.data else { return waiting(&codes) };
    let me = status.me.as_ref().map(|me| me.id.clone());
    let ask = |to: Option<Asked>| {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(to.clone()))
    };
    let act = |asked: &Asked| {
        let (confirm, withdraw, asked) = (confirm.callback(), withdraw.callback(), asked.clone());
        Callback::from(move |()| {
            let (staff, made) = (asked.line.staff.id.clone(), asked.line.made);
            if asked.confirm { confirm.emit(ConfirmCode { staff, made }) } else { withdraw.emit(WithdrawCode { staff, made }) }
        })
    };
    let failure = confirm.failure.clone().or_else(|| withdraw.failure.clone());
    html! {
        <div class="stack">
            <p class="muted">{ text.audit_codes_note() }</p>
            if let Some(failure) = codes.failure.clone() { <FailureBanner {failure} retry={codes.reload.clone()} /> }
            if all.is_empty() {
                <Empty icon={Glyph::PhoneOk} title={text.audit_codes_empty()} />
            } else {
                <ul class="card lines people" data-test="codes">
                    { for all.iter().map(|line| row(line, line.made_by.is_some() && line.made_by == me, &ask, &text)) }
                </ul>
            }
            if let Some(asked) = &*asked {
                <Sheet title={title(asked, &text)} test="code-confirm" onclose={ask(None)}>
                    <div class="stack">
                        <p>{ if asked.confirm { text.audit_code_confirm_note(&asked.line.staff.name) } else { text.audit_code_withdraw_note() } }</p>
                        if let Some(failure) = failure { <FailureBanner {failure} /> }
                    </div>
                    <div class="sheet-foot">
                        <Button text={text.action_cancel()} look={Look::Line} onclick={ask(None)} />
                        <Button text={if asked.confirm { text.audit_code_confirm() } else { text.audit_code_withdraw() }}
                            look={if asked.confirm { Look::Main } else { Look::Danger }} busy={confirm.busy || withdraw.busy} test="code-do" onclick={act(asked)} />
                    </div>
                </Sheet>
            }
        </div>
    }
}

fn title(asked: &Asked, text: &Text) -> String {
    let name = &asked.line.staff.name;
    if asked.confirm { text.audit_code_confirm_title(name) } else { text.audit_code_withdraw_title(name) }
}

fn row(line: &CodeLine, mine: bool, ask: &impl Fn(Option<Asked>) -> Callback<()>, text: &Text) -> Html {
    let made = moment(text, line.made);
    let by = if line.made_by.is_some() { text.audit_code_by(&line.made_by_name, &made) } else { text.audit_code_by_server(&made) };
    let tone = match line.state {
        CodeState::Pending => Tone::Warm,
        CodeState::Open => Tone::Info,
        _ => Tone::Quiet,
    };
    let button = |confirm: bool, words: String, test: &'static str| {
        let onclick = ask(Some(Asked { line: line.clone(), confirm }));
        html! { <Button text={words} look={if confirm { Look::Soft } else { Look::Line }} fit={true} {test} {onclick} /> }
    };
    html! {
        <li class="row wrap" key={format!("{}-{}", line.staff.id, line.made.0)} data-test="code-row">
            <div class="grow">
                <b>{ &line.staff.name }</b>{ " " }<small>{ text.role(line.staff.role) }</small>
                <small class="block">{ by }</small>
                if line.state == CodeState::Pending && mine { <small class="block">{ text.audit_code_pending() }{ text.audit_code_server_only() }</small> }
            </div>
            <Chip text={text.code_or_raw("code-state", line.state.code())} {tone} test={format!("code-{}", line.state.code())} />
            if line.state == CodeState::Pending && !mine { { button(true, text.audit_code_confirm(), "confirm-code") } }
            if matches!(line.state, CodeState::Pending | CodeState::Open) { { button(false, text.audit_code_withdraw(), "withdraw-code") } }
        </li>
    }
}
