//! Opening the app with the PIN.

use domain::api::{StatusReply, Unlock as UnlockCall};
use domain::{Code, Failure};
use gloo_timers::callback::Interval;
use text::Text;
use yew::prelude::*;

use super::enrol::Enrol;
use crate::core::query::use_command;
use crate::core::state::{refresh_status, take_status, use_app, use_status, use_text};
use crate::kit::{Banner, Button, Glyph, Icon, Look, PinEntry, Sheet, Tone};

/// Counts a wait down to 0, one a second.
#[hook]
fn use_wait(seconds: u32, tries: u32) -> u32 {
    let left = use_state(|| seconds);
    {
        let left = left.setter();
        use_effect_with((seconds, tries), move |(seconds, _)| {
            left.set(*seconds);
            let mut rest = *seconds;
            let timer = (*seconds > 0).then(|| {
                Interval::new(1_000, move || {
                    rest = rest.saturating_sub(1);
                    left.set(rest);
                })
            });
            move || drop(timer)
        });
    }
    *left
}

fn note(text: &Text, status: &StatusReply, failure: Option<&Failure>, wait: u32, busy: bool) -> String {
    if busy {
        return text.unlock_working();
    }
    match (wait, failure) {
        (0, None) if status.pin_tries > 0 => text.unlock_wrong(),
        (0, None) => String::new(),
        (0, Some(failure)) if failure.code == Code::PinWait => String::new(),
        (0, Some(failure)) => text.failure(failure),
        (wait, _) => text.failure(&Failure::of(Code::PinWait, wait.to_string())),
    }
}

/// The lock screen.
#[component]
pub fn Unlock() -> Html {
    let (text, status) = (use_text(), use_status());
    let app = use_app();
    let help = use_state(|| false);
    let anew = use_state(|| false);
    let unlock = use_command::<UnlockCall>(take_status(app.clone()));
    {
        // After a wrong PIN the core says how long to wait.
        let app = app.map(|a| a.dispatcher());
        use_effect_with(unlock.failure.clone(), move |failure| {
            if let (Some(_), Some(app)) = (failure, app) {
                refresh_status(app);
            }
        });
    }
    let wait = use_wait(status.pin_wait, status.pin_tries);
    let note = note(&text, &status, unlock.failure.as_ref(), wait, unlock.busy);
    let wrong = !unlock.busy && !note.is_empty();
    let run = unlock.callback();
    let onpin = Callback::from(move |pin| run.emit(UnlockCall { pin }));
    let start_over = switch(&anew, true);
    if *anew {
        let onback = {
            let (anew, help) = (anew.setter(), help.setter());
            Callback::from(move |()| {
                help.set(false);
                anew.set(false);
            })
        };
        return html! { <Enrol anew={true} {onback} /> };
    }
    let show_help = switch(&help, true);
    let hide_help = switch(&help, false);
    html! {
        <main class="gate">
            <div class="gate-head">
                <span class="gate-mark"><Icon glyph={Glyph::Heart} /></span>
                <small>{ if status.county.is_empty() { text.app_name() } else { format!("{} · {}", text.app_name(), status.county) } }</small>
            </div>
            if status.moved_aside.is_some() {
                <Banner tone={Tone::Danger} title={text.failure(&Code::DatabaseDamaged.into())} alert={true} />
            }
            <PinEntry phrase={status.phrase} titles={(text.unlock_title().into(), text.phrase_title().into())} {note} {wrong}
                busy={unlock.busy || wait > 0} {onpin} />
            <div class="row"><span class="grow"></span>
                <Button text={text.unlock_forgot()} look={Look::Plain} fit={true} onclick={show_help} /><span class="grow"></span></div>
            if *help {
                <Sheet title={text.unlock_forgot()} onclose={hide_help.clone()}>
                    <p>{ text.unlock_forgot_note() }</p>
                    <div class="sheet-foot">
                        <Button text={text.unlock_start_over()} look={Look::Line} test="start-over" onclick={start_over} />
                        <Button text={text.action_cancel()} onclick={hide_help} />
                    </div>
                </Sheet>
            }
        </main>
    }
}

fn switch(state: &UseStateHandle<bool>, to: bool) -> Callback<()> {
    let state = state.setter();
    Callback::from(move |()| state.set(to))
}
