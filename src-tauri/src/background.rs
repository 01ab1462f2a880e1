//! Syncs by itself while the app is open, at the pace of [`client::server::pace`]. On a phone only while the app is in front, and
//! once more when it is left.
use crate::device::Device;
use client::server::pace::Pace;
use domain::api::{Request, Status, StatusReply, Sync, SyncReport, SyncState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::sleep;

/// Runs until the app ends.
pub async fn keep_in_step(device: Arc<Device>) {
    let mut pace = Pace::default();
    loop {
        let woken = if device.shown.load(Ordering::Relaxed) {
            tokio::select! {
                () = device.wake.notified() => true,
                () = device.news.notified() => device.is_behind(),
                () = sleep(pace.pause()) => false,
            }
        } else {
            device.wake.notified().await;
            true
        };
        let Some(status) = ask::<StatusReply>(&device, Status {}).await else { continue };
        if pace.is_due(woken, &status) {
            let done = ask::<SyncReport>(&device, Sync {}).await.is_some_and(|r| r.state == SyncState::Done);
            pace.tried(done);
        }
    }
}

/// Locks by the shell's own clock: a page that the system has put to sleep does not. Runs until the app ends.
pub async fn lock_when_idle(device: Arc<Device>) {
    loop {
        sleep(LOOK_FOR_IDLE).await;
        device.lock_if_idle();
    }
}

/// Hears of colleagues' work while the app is in front; runs until the app ends.
pub async fn listen(device: Arc<Device>) {
    loop {
        if device.shown.load(Ordering::Relaxed) {
            tokio::select! { _ = device.listen() => {}, () = device.hidden.notified() => {} }
        }
        sleep(LISTEN_AGAIN).await;
    }
}

/// How often the shell looks whether anybody is there.
const LOOK_FOR_IDLE: Duration = Duration::from_secs(30);

/// Before a connection for news is opened again.
const LISTEN_AGAIN: Duration = Duration::from_secs(20);

async fn ask<T: serde::de::DeserializeOwned>(device: &Arc<Device>, request: impl Into<Request>) -> Option<T> {
    let response = device.clone().handle(request.into()).await.ok()?;
    serde_json::from_value(response.value).ok()
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
        // Before it shows anything: timers stood still meanwhile.
        device.lock_if_idle();
        device.shown.store(shown, Ordering::Relaxed);
        device.wake.notify_one();
        if !shown {
            device.hidden.notify_waiters();
        }
    }
}
