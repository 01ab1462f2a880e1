//! Where the work is, and bringing both sides up to date by hand.

use domain::Code;
use domain::api::{Rejoin as RejoinCall, StatusReply, Sync, SyncReport, SyncState};
use text::Text;
use yew::prelude::*;

use crate::core::nav::{Tab, use_nav};
use crate::core::query::use_command;
use crate::core::state::take_status;
use crate::core::state::{refresh_status, use_app, use_status, use_text};
use crate::kit::{Banner, Button, Control, FailureBanner, Field, Glyph, Icon, Look, Tone};
use crate::record::SyncChip;
use crate::record::when::{count, moment};

/// State, what waits, the last sync, and "sync now" with its result.
#[component]
pub fn SyncCard() -> Html {
    let (text, status, app) = (use_text(), use_status(), use_app());
    let report = use_state(|| None::<SyncReport>);
    let done = {
        let (report, app) = (report.setter(), app.map(|a| a.dispatcher()));
        Callback::from(move |got: SyncReport| {
            report.set(Some(got));
            if let Some(app) = &app {
                refresh_status(app.clone());
            }
        })
    };
    let sync = use_command::<Sync>(done);
    let run = {
        let (run, report) = (sync.callback(), report.setter());
        Callback::from(move |()| {
            report.set(None);
            run.emit(Sync {});
        })
    };
    let running = sync.busy || matches!(status.sync, SyncState::Running { .. });
    html! {
        <section class="card stack" data-test="sync-card">
            <div class="row"><h2 class="grow">{ text.me_sync() }</h2><SyncChip /></div>
            { waiting(&status, &text) }
            if let SyncState::Failed(failure) = &status.sync {
                if failure.code == Code::TokenExpired || (failure.code == Code::NotAllowed && failure.field.as_deref() == Some("device")) {
                    <Rejoin expired={failure.code == Code::TokenExpired} />
                } else {
                    <FailureBanner failure={failure.clone()} />
                }
            }
            if status.refused > 0 { <Refused count={status.refused} /> }
            if !status.unreadable.is_empty() { <Banner tone={Tone::Danger} title={unreadable(&status, &text)} test="unreadable" /> }
            if let Some(failure) = sync.failure.clone() { <FailureBanner {failure} /> }
            if let Some(report) = &*report { { result(report, &text) } }
            <Button text={if running { text.sync_running() } else { text.sync_now() }} look={Look::Soft} icon={Glyph::Sync} busy={running} test="sync-now" onclick={run} />
            <p class="small muted">{ text.me_storage(count(status.persons)) }</p>
        </section>
    }
}

fn waiting(status: &StatusReply, text: &Text) -> Html {
    let photos = (status.photos_pending > 0).then(|| format!("{} · {}", text.photo_pending(count(status.photos_pending)), bytes(status.photo_bytes)));
    let pending = match &photos {
        None if status.pending == 0 => Some(text.me_nothing_waiting()),
        _ => (status.pending > 0).then(|| text.me_waiting(count(status.pending))),
    };
    let last = status.last_sync.map_or_else(|| text.sync_never(), |at| text.sync_last(&moment(text, at)));
    html! {
        <div class="stack tight">
            if let Some(pending) = pending { <div class="row top"><Icon glyph={Glyph::PhoneOk} /><span data-test="pending">{ pending }</span></div> }
            if let Some(photos) = photos { <div class="row top"><Icon glyph={Glyph::PhoneOk} /><span data-test="photos-pending">{ photos }</span></div> }
            <div class="row top"><Icon glyph={Glyph::Clock} /><span data-test="last-sync">{ last }</span></div>
            if let SyncState::Running { left: left @ 1.., bytes: rest } = status.sync {
                <div class="row top" role="status"><Icon glyph={Glyph::Cloud} /><span data-test="left">{ text.me_sync_left(count(left), &bytes(rest)) }</span></div>
            }
            if status.sync == SyncState::Offline { <p class="small muted">{ text.sync_offline_note() }</p> }
            if matches!(status.sync, SyncState::Busy { .. }) { <p class="small muted">{ text.failure(&Code::Busy.into()) }</p> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RejoinProps {
    expired: bool,
}

/// The server does not know this device, as after an old backup, or not any more: with a new code it does again, and nothing here is lost.
#[component]
fn Rejoin(props: &RejoinProps) -> Html {
    let (text, app) = (use_text(), use_app());
    let (title, note) = match props.expired {
        true => (text.me_token_expired(), text.me_token_expired_note()),
        false => (text.me_unknown_device(), text.me_unknown_device_note()),
    };
    let code = use_state(String::new);
    let join = use_command::<RejoinCall>(take_status(app));
    let oninput = {
        let code = code.setter();
        Callback::from(move |typed| code.set(typed))
    };
    let onclick = {
        let (run, code) = (join.callback(), code.clone());
        Callback::from(move |()| run.emit(RejoinCall { code: (*code).clone() }))
    };
    html! {
        <>
            <Banner tone={Tone::Danger} {title} {note} test="unknown-device" />
            if let Some(failure) = join.failure.clone() { <FailureBanner {failure} /> }
            <Field label={text.enrol_code()} name="rejoin-code" control={Control::Code} value={(*code).clone()} hint={text.enrol_code_hint()} {oninput} />
            <Button text={text.me_rejoin()} busy={join.busy} disabled={code.trim().is_empty()} test="rejoin" {onclick} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct RefusedProps {
    count: u64,
}

#[component]
fn Refused(props: &RefusedProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let has_inbox = status.me.as_ref().is_some_and(|me| Tab::of(me.role).contains(&Tab::Inbox));
    html! {
        <Banner tone={Tone::Danger} title={text.me_sync_not_taken(count(props.count))} test="refused">
            if has_inbox { <Button text={text.me_refused_open()} look={Look::Line} fit={true} onclick={move |()| nav.switch(Tab::Inbox)} /> }
        </Banner>
    }
}

/// Which records cannot be read: by the person's name, or, where nobody knows it, by the id that helps the operator.
fn unreadable(status: &StatusReply, text: &Text) -> String {
    let named = |item: &domain::api::UnreadableItem| match item.name.as_str() {
        "" => text.me_unreadable_unnamed(&item.record.to_string()),
        name => name.to_owned(),
    };
    let names: Vec<String> = status.unreadable.iter().map(named).collect();
    text.me_unreadable(count(status.unreadable.len() as u64), &names.join("、"))
}

/// `820 B`, `13.4 KB`, `2.1 MB`.
fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{}.{} KB", n / 1_000, n % 1_000 / 100),
        _ => format!("{}.{} MB", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

/// What a sync did, in plain words. What was refused is told above, for as long as it is.
fn result(report: &SyncReport, text: &Text) -> Html {
    match &report.state {
        SyncState::Offline => {
            return html! { <Banner tone={Tone::Info} icon={Glyph::CloudOff} title={text.me_sync_offline()} alert={true} test="sync-result" /> };
        }
        SyncState::Busy { .. } => {
            let title = text.failure(&Code::Busy.into());
            return html! { <Banner tone={Tone::Info} icon={Glyph::Clock} {title} alert={true} test="sync-result" /> };
        }
        SyncState::Failed(failure) => return html! { <FailureBanner failure={failure.clone()} /> },
        _ => {}
    }
    let moved = report.accepted + report.pulled + report.held + report.refused + report.photos;
    let title = if moved == 0 { text.me_sync_same() } else { text.me_sync_result(count(report.accepted), count(report.pulled)) };
    let held = (report.held > 0).then(|| text.me_sync_held(count(report.held)));
    let traffic = text.me_sync_traffic(&bytes(report.up_bytes), &bytes(report.down_bytes), &format!("{:.1}", report.seconds));
    let photos = (report.photos > 0).then(|| text.photo_sent(count(report.photos)));
    let note = photos.into_iter().chain(held).chain([traffic]).collect::<Vec<_>>().join(" · ");
    html! { <Banner tone={Tone::Ok} icon={Glyph::Check} {title} {note} alert={true} test="sync-result" /> }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_said_in_three_units() {
        assert_eq!([bytes(0), bytes(999), bytes(13_450), bytes(2_199_999)], ["0 B", "999 B", "13.4 KB", "2.1 MB"]);
    }
}
