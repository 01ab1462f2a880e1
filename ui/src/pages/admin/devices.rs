//! The county's devices, and stopping one.

use std::rc::Rc;

use domain::api::{AdminDevices, AdminRevoke, DeviceLine};
use text::Text;
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::sort;
use crate::core::state::use_text;
use crate::kit::waiting;
use crate::kit::{Button, Chip, Empty, FailureBanner, Glyph, Look, Sheet, Tone, use_toast};
use crate::record::when::{count, moment, now};

/// All devices, those in use first.
#[component]
pub fn Devices() -> Html {
    let (text, toast) = (use_text(), use_toast());
    let devices = use_query(AdminDevices {});
    let stopping = use_state(|| None::<DeviceLine>);
    let done = {
        let (stopping, reload, words) = (stopping.setter(), devices.reload.clone(), text.admin_device_stopped());
        Callback::from(move |()| {
            stopping.set(None);
            reload.emit(());
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
        })
    };
    let revoke = Rc::new(use_command::<AdminRevoke>(done));
    let Some(all) = &devices.data else { return waiting(&devices) };
    if all.is_empty() {
        return html! { <Empty icon={Glyph::PhoneOk} title={text.admin_device_empty()} note={text.admin_device_empty_note()} /> };
    }
    let mut lines: Vec<DeviceLine> = all.to_vec();
    // What is equal stays in the server's order.
    sort::by_key(&mut lines, |d| d.revoked.is_some());
    let in_use = lines.iter().filter(|d| d.revoked.is_none()).count();
    let set = |to: Option<DeviceLine>| {
        let (stopping, revoke) = (stopping.setter(), revoke.clone());
        Callback::from(move |()| {
            revoke.forget();
            stopping.set(to.clone());
        })
    };
    html! {
        <div class="stack">
            <small class="block">{ text.admin_device_count(count(in_use)) }</small>
            if let Some(failure) = devices.failure.clone() { <FailureBanner {failure} retry={devices.reload.clone()} /> }
            <ul class="card lines people" data-test="devices">{ for lines.iter().map(|d| row(d, set(Some(d.clone())), &text)) }</ul>
            if let Some(device) = &*stopping {
                <Sheet title={text.admin_device_revoke_title(&device.staff.name)} test="revoke-sheet" onclose={set(None)}>
                    <div class="stack">
                        <p><b>{ &device.label }</b>{ " · " }{ seen(device, &text) }</p>
                        <p>{ text.admin_device_revoke_note() }</p>
                        if let Some(failure) = revoke.failure.clone() { <FailureBanner {failure} /> }
                    </div>
                    <div class="sheet-foot">
                        <Button text={text.action_cancel()} look={Look::Line} onclick={set(None)} />
                        <Button text={text.admin_device_revoke()} look={Look::Danger} busy={revoke.busy} test="revoke-confirm" onclick={stop(device, &revoke.callback())} />
                    </div>
                </Sheet>
            }
        </div>
    }
}

fn stop(device: &DeviceLine, run: &Callback<AdminRevoke>) -> Callback<()> {
    let (run, device) = (run.clone(), device.id);
    Callback::from(move |()| run.emit(AdminRevoke { device }))
}

fn seen(device: &DeviceLine, text: &Text) -> String {
    device.seen.map_or_else(|| text.admin_device_never(), |at| text.admin_device_last(&moment(text, at)))
}

fn row(device: &DeviceLine, onstop: Callback<()>, text: &Text) -> Html {
    let today = now().day();
    let joined = text.admin_device_joined(&text.date(device.enrolled.day(), today));
    let about = [device.label.clone(), joined, seen(device, text)].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        <li class="row wrap" key={device.id.to_string()} data-test="device-row">
            <div class="grow">
                <b>{ &device.staff.name }</b>{ " " }<small>{ text.role(device.staff.role) }</small>
                <small class="block">{ about }</small>
            </div>
            if let Some(at) = device.revoked {
                <Chip text={text.admin_device_revoked_on(&text.date(at.day(), today))} tone={Tone::Danger} icon={Some(Glyph::Lock)} test="revoked" />
            } else {
                <Button text={text.admin_device_revoke()} look={Look::Line} fit={true} test="revoke" onclick={onstop} />
            }
        </li>
    }
}
