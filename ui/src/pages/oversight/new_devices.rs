//! A device was enrolled in the worker's name: she is told on her other devices, and what to do when it was not she.

use domain::DeviceId;
use domain::api::{About, Inbox, KnowDevice, Message};
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::state::use_text;
use crate::kit::{Banner, Button, FailureBanner, Glyph, Look, Tone};
use crate::record::when::moment;

/// Properties of [`NewDevice`].
#[derive(Properties, PartialEq)]
pub struct NewDeviceProps {
    /// The message.
    pub message: Message,
}

/// One such message; nothing for any other.
#[component]
pub fn NewDevice(props: &NewDeviceProps) -> Html {
    let text = use_text();
    let know = use_command::<KnowDevice>(Callback::noop());
    let About::NewDevice { device, label } = &props.message.about else { return Html::default() };
    let label = if label.is_empty() { text.device_new_no_label() } else { label.clone() };
    let note = format!("{} {}", text.device_new_what(&label, &moment(&text, props.message.at)), text.device_new_do());
    html! {
        <div class="stack tight notice" data-test="message-device">
            <Banner tone={Tone::Danger} icon={Glyph::PhoneOk} title={text.device_new_title()} {note}>
                <Button text={text.device_new_mine()} look={Look::Line} fit={true} busy={know.busy} test="device-mine" onclick={mine(*device, know.callback())} />
            </Banner>
            if let Some(failure) = know.failure.clone() { <FailureBanner {failure} /> }
        </div>
    }
}

fn mine(device: DeviceId, run: Callback<KnowDevice>) -> Callback<()> {
    Callback::from(move |()| run.emit(KnowDevice { device }))
}

/// All of them, for the pages of those who have no messages.
#[component]
pub fn NewDevices() -> Html {
    let inbox = use_query(Inbox {});
    let messages = inbox.data.as_ref().map(|all| all.as_slice()).unwrap_or_default();
    html! { { for messages.iter().filter(|m| matches!(m.about, About::NewDevice { .. })).map(|m| html! { <NewDevice message={m.clone()} /> }) } }
}
