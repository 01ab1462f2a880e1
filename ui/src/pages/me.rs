//! Myself, this device, settings.

mod about;
mod change_pin;
mod left;
mod places;
mod security;
mod settings;
mod sync_card;

use domain::api::StatusReply;
use domain::roles::Right;
use text::Text;
use yew::prelude::*;

use super::oversight::Oversight;
use super::oversight::new_devices::NewDevices;
use crate::core::keep::use_kept;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, PageBody, Tone, TopBar, newer};
use crate::record::SyncChip;

/// Myself, this device, settings.
#[component]
pub fn Me() -> Html {
    let (text, status, kept) = (use_text(), use_status(), use_kept());
    let role = status.me.as_ref().map(|me| me.role);
    html! {
        <div class="page me">
            <TopBar title={text.me_title()}><SyncChip /></TopBar>
            <PageBody narrow={true} class="stack">
                { troubles(&status, kept, &text) }
                // Who has no messages is told here.
                if role.is_some_and(|role| role.programmes().is_empty()) { <NewDevices /> }
                { who(&status, &text) }
                if role.is_some_and(|role| role.has(Right::AuditReading)) { <Oversight /> }
                <sync_card::SyncCard />
                <left::LeftBehind />
                <settings::Settings />
                <security::Security />
                <about::About />
            </PageBody>
        </div>
    }
}

/// What is wrong with this device.
fn troubles(status: &StatusReply, kept: Option<bool>, text: &Text) -> Html {
    html! {
        <>
            if let Some(seconds) = status.clock_off {
                <Banner title={clock_words(seconds, text)} note={text.me_clock_note()} test="clock-off" />
            }
            { newer(status, text) }
            if kept == Some(false) {
                <Banner title={text.browser_not_kept()} note={text.browser_not_kept_note()} test="not-kept" />
            }
            if let Some(file) = &status.moved_aside {
                <Banner tone={Tone::Danger} title={text.me_moved_aside()} note={text.me_moved_aside_note(file)} test="moved-aside" />
            }
        </>
    }
}

/// A difference of clocks in minutes up to two hours, then in hours.
fn clock_words(seconds: i64, text: &Text) -> String {
    let minutes = seconds.saturating_abs() / 60;
    if minutes < 120 { text.me_clock_minutes(minutes) } else { text.sync_clock(minutes / 60) }
}

fn who(status: &StatusReply, text: &Text) -> Html {
    let Some(me) = &status.me else { return Html::default() };
    html! {
        <section class="card stack" data-test="who">
            <div class="row">
                <span class="face" aria-hidden="true">{ me.name.chars().next().unwrap_or_default() }</span>
                <div class="grow"><span class="name" data-test="me-name">{ &me.name }</span><br /><small>{ text.role(me.role) }</small></div>
            </div>
            <dl class="facts">
                <div><dt>{ text.me_areas() }</dt><dd><places::Places areas={me.areas.clone()} /></dd></div>
                <div><dt>{ text.me_county() }</dt><dd>{ &status.county }</dd></div>
                <div><dt>{ text.me_staff_id() }</dt><dd>{ me.id.as_str() }</dd></div>
            </dl>
        </section>
    }
}
