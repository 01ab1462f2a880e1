//! First start: server and one-time code, then a PIN, typed twice.

use domain::api::{Enrol as EnrolCall, StartOver, SyncState};
use domain::{Code, Failure, pin};
use text::Text;
use yew::prelude::*;

use crate::core::api;
use crate::core::keep::ask_to_keep;
use crate::core::query::use_command;
use crate::core::state::{take_status, use_app, use_status, use_text};
use crate::kit::{Banner, Button, Control, FailureBanner, Field, Glyph, Icon, Look, PinEntry, Skeleton, Tone};

#[derive(Clone, PartialEq)]
enum At {
    Code,
    Pin,
    Again(String),
    Working,
}

/// Failures that the worker mends on the first page: the address or the code.
fn concerns_code(failure: &Failure) -> bool {
    !matches!(failure.code, Code::WeakPin | Code::BadPin | Code::PhraseNeeded)
}

/// What the administrator's list calls this device.
fn device_label(text: &Text) -> String {
    let system = system();
    if api::home_server().is_some() { text.enrol_label_browser(&system) } else { system }
}

fn system() -> String {
    let agent = web_sys::window().and_then(|w| w.navigator().user_agent().ok()).unwrap_or_default();
    if agent.contains("Android") {
        "Android"
    } else if agent.contains("iPhone") || agent.contains("iPad") {
        "iOS"
    } else if agent.contains("Windows") {
        "Windows"
    } else if agent.contains("Mac") {
        "macOS"
    } else {
        "Linux"
    }
    .to_owned()
}

/// Properties of [`Enrol`].
#[derive(Properties, PartialEq)]
pub struct EnrolProps {
    /// The PIN is forgotten: this device joins its server anew.
    #[prop_or_default]
    pub anew: bool,
    /// Back to the PIN.
    #[prop_or_default]
    pub onback: Callback<()>,
}

/// The pages of enrolling.
#[component]
pub fn Enrol(props: &EnrolProps) -> Html {
    let anew = props.anew;
    let text = use_text();
    let status = use_status();
    let at = use_state(|| At::Code);
    let server = use_state(|| api::home_server().unwrap_or_default());
    let code = use_state(String::new);
    let differs = use_state(|| false);
    // How often a first one was typed, and what is wrong with the last.
    let weak = use_state(|| (0, None::<Code>));
    // Six digits, until the county says that on this device they are not enough.
    let phrase = use_state(|| false);
    let app = use_app();
    let joined = {
        let joined = take_status(app);
        Callback::from(move |status| {
            ask_to_keep();
            joined.emit(status);
        })
    };
    let enrol = use_command::<EnrolCall>(joined.clone());
    let start_over = use_command::<StartOver>(joined);
    let failed = if anew { start_over.failure.clone() } else { enrol.failure.clone() };
    {
        let (at, phrase) = (at.setter(), phrase.setter());
        use_effect_with(failed.clone(), move |failure| {
            if let Some(failure) = failure {
                if failure.code == Code::PhraseNeeded {
                    phrase.set(true);
                }
                at.set(if concerns_code(failure) { At::Code } else { At::Pin });
            }
        });
    }
    let onpin = {
        let (at, differs, weak) = (at.clone(), differs.clone(), weak.clone());
        let (server, code, run, again) = (server.clone(), code.clone(), enrol.callback(), start_over.callback());
        let label = device_label(&text);
        Callback::from(move |pin: String| match &*at {
            At::Again(first) if *first == pin => {
                at.set(At::Working);
                let (code, label) = ((*code).clone(), label.clone());
                match anew {
                    true => again.emit(StartOver { code, pin, label }),
                    false => run.emit(EnrolCall { server: (*server).clone(), code, pin, label }),
                }
            }
            At::Again(_) => {
                differs.set(true);
                at.set(At::Pin);
            }
            _ => {
                differs.set(false);
                // Told before it is typed a second time.
                let fault = pin::fault(&pin);
                weak.set((weak.0 + 1, fault));
                if fault.is_none() {
                    at.set(At::Again(pin));
                }
            }
        })
    };
    let step = match &*at {
        At::Code => 1,
        At::Pin => 2,
        At::Again(_) | At::Working => 3,
    };
    let hint = if *phrase { text.phrase_note() } else { text.enrol_pin_note() };
    let body = match &*at {
        At::Code => {
            let next = {
                let at = at.setter();
                Callback::from(move |()| at.set(At::Pin))
            };
            html! { <CodePage {anew} server={server.clone()} code={code.clone()} failure={failed.clone()} {next} /> }
        }
        At::Pin => {
            let refused = || failed.as_ref().filter(|f| !concerns_code(f)).map(|f| text.failure(f));
            let tries = weak.0;
            let weak = weak.1.map(|code| text.failure(&code.into())).or_else(refused);
            let wrong = *differs || weak.is_some();
            let note = if *differs { text.enrol_pin_differs() } else { weak.unwrap_or_else(|| hint.clone()) };
            let titles = (text.enrol_pin_title().into(), text.phrase_choose().into());
            html! { <PinEntry key={tries} phrase={*phrase} {titles} {note} {wrong} {onpin} /> }
        }
        At::Again(_) => {
            let titles = (text.enrol_pin_again().into(), text.phrase_again().into());
            html! { <PinEntry key="second" phrase={*phrase} {titles} note={hint} {onpin} /> }
        }
        At::Working => {
            let words = if matches!(status.sync, SyncState::Running { .. }) { text.enrol_downloading() } else { text.enrol_working() };
            html! { <div class="stack" role="status"><p class="center">{ words }</p><Skeleton /></div> }
        }
    };
    let back = {
        let at = at.clone();
        Callback::from(move |()| at.set(if matches!(*at, At::Again(_)) { At::Pin } else { At::Code }))
    };
    html! {
        <main class="gate">
            <div class="gate-head">
                <span class="gate-mark"><Icon glyph={Glyph::Heart} /></span>
                <small>{ text.enrol_step(step, 3) }</small>
            </div>
            { body }
            if anew && matches!(*at, At::Code) {
                <Button text={text.enrol_back_to_pin()} look={Look::Plain} test="back-to-pin" onclick={props.onback.clone()} />
            }
            if matches!(*at, At::Pin | At::Again(_)) {
                <Button text={text.action_previous()} look={Look::Plain} onclick={back} />
            }
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct CodePageProps {
    anew: bool,
    server: UseStateHandle<String>,
    code: UseStateHandle<String>,
    failure: Option<Failure>,
    next: Callback<()>,
}

#[component]
fn CodePage(props: &CodePageProps) -> Html {
    let (text, status) = (use_text(), use_status());
    // A page that a server sent belongs to that server, and a device that joined before to its own.
    let at_home = props.anew || api::home_server().is_some();
    let tried = use_state(|| false);
    let fault = |value: &str| (*tried && value.trim().is_empty()).then(|| text.failure(&Code::Required.into()));
    let set = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |value| state.set(value))
    };
    let onsubmit = {
        let (tried, next) = (tried.setter(), props.next.clone());
        let (server, code) = (props.server.clone(), props.code.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if (at_home || !server.trim().is_empty()) && !code.trim().is_empty() {
                next.emit(());
            }
        })
    };
    html! {
        <form class="stack loose" {onsubmit} novalidate={true}>
            <div class="center stack">
                <h1>{ if props.anew { text.unlock_start_over() } else { text.enrol_welcome() } }</h1>
                <p class="muted">{ if props.anew { text.enrol_intro_anew() } else if at_home { text.enrol_intro_code() } else { text.enrol_intro() } }</p>
            </div>
            if status.moved_aside.is_some() {
                <Banner tone={Tone::Danger} title={text.failure(&Code::DatabaseDamaged.into())} alert={true} />
            }
            if status.sync == SyncState::Failed(Code::DeviceRevoked.into()) {
                <Banner tone={Tone::Danger} title={text.failure(&Code::DeviceRevoked.into())} alert={true} test="was-revoked" />
            }
            if let Some(failure) = props.failure.clone().filter(concerns_code) { <FailureBanner {failure} /> }
            if !at_home {
                <Field label={text.enrol_server()} name="server" control={Control::Url} value={(*props.server).clone()} required={true}
                    hint={text.enrol_server_hint()} fault={fault(&props.server).map(AttrValue::from)} oninput={set(&props.server)} />
            }
            <Field label={text.enrol_code()} name="code" control={Control::Code} value={(*props.code).clone()} required={true}
                hint={text.enrol_code_hint()} fault={fault(&props.code).map(AttrValue::from)} oninput={set(&props.code)} />
            <Button text={text.action_next()} submit={true} test="enrol-next" />
        </form>
    }
}
