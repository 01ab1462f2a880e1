//! Where the work is: on this phone, uploaded, on its way. Always in sight at the top of a tab.

use domain::api::{StatusReply, SyncState};
use text::Text;
use yew::prelude::*;

use crate::core::state::{use_status, use_text};
use crate::kit::{Chip, Glyph, Tone};

/// What to say first: trouble, then what waits, then that all is well.
fn says(status: &StatusReply, text: &Text) -> (String, Tone, Glyph) {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let pending = status.pending;
    match &status.sync {
        _ if status.refused > 0 => (text.sync_refused(count(status.refused)), Tone::Danger, Glyph::Alert),
        SyncState::Running { .. } => (text.sync_running(), Tone::Info, Glyph::Sync),
        _ if pending > 0 => (text.sync_pending(count(pending)), Tone::Warm, Glyph::PhoneOk),
        _ if status.photos_pending > 0 => (text.photo_pending(count(status.photos_pending)), Tone::Warm, Glyph::PhoneOk),
        SyncState::Offline => (text.sync_offline(), Tone::Quiet, Glyph::CloudOff),
        SyncState::Busy { .. } => (text.sync_busy(), Tone::Quiet, Glyph::Clock),
        SyncState::Failed(_) => (text.sync_stuck(), Tone::Warm, Glyph::Alert),
        SyncState::Idle if status.last_sync.is_none() => (text.sync_never(), Tone::Quiet, Glyph::Cloud),
        SyncState::Idle | SyncState::Done => (text.sync_all_uploaded(), Tone::Ok, Glyph::Cloud),
    }
}

/// The chip; `data-test="sync"`.
#[component]
pub fn SyncChip() -> Html {
    let (text, status) = (use_text(), use_status());
    let (words, tone, icon) = says(&status, &text);
    html! { <span role="status"><Chip text={words} {tone} {icon} test="sync" /></span> }
}
