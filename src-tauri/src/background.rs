//! Syncs by itself: soon after something was written, at once when the app is opened, now and then otherwise, and more and
//! more seldom while there is no network. On a phone only while the app is in front, and once more when it is left.
use crate::device::Device;
use domain::api::{Phase, Request, Status, StatusReply, Sync, SyncReport, SyncState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::timeout;

/// After something was written, and while something waits.
const SOON: Duration = Duration::from_secs(3);
/// When both sides are up to date.
const IDLE: Duration = Duration::from_secs(120);
/// The longest pause while there is no network.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs until the app ends.
pub async fn keep_in_step(device: Arc<Device>) {
    let mut pause = SOON;
    loop {
        let woken = if device.shown.load(Ordering::Relaxed) {
            timeout(pause, device.wake.notified()).await.is_ok()
        } else {
            device.wake.notified().await;
            true
        };
        let Some(status) = ask::<StatusReply>(&device, Status {}).await else { continue };
        if status.phase != Phase::Open {
            pause = SOON;
            continue;
        }
        let due = woken || status.pending > 0 || status.sync != SyncState::Done || pause == IDLE;
        if !due {
            continue;
        }
        let done = ask::<SyncReport>(&device, Sync {}).await.is_some_and(|r| r.state == SyncState::Done);
        pause = if done { IDLE } else { (pause.min(LONGEST / 2) * 2).max(SOON) };
    }
}

/// Follows a phone's app to the front and away.
#[cfg(mobile)]
pub fn follow(window: &tauri::Window, event: &tauri::WindowEvent) {
    use tauri::{Manager, WindowEvent};
    let shown = match event {
        WindowEvent::Resumed => true,
        WindowEvent::Suspended => false,
        _ => return,
    };
    if let Some(device) = window.try_state::<Arc<Device>>() {
        device.shown.store(shown, Ordering::Relaxed);
        device.wake.notify_one();
    }
}

async fn ask<T: serde::de::DeserializeOwned>(device: &Arc<Device>, request: impl Into<Request>) -> Option<T> {
    let response = device.clone().handle(request.into()).await.ok()?;
    serde_json::from_value(response.value).ok()
}
