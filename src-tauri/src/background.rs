//! Syncs by itself while the app is open, at the pace of [`client::pace`]. On a phone only while the app is in front, and
//! once more when it is left.
use crate::device::Device;
use client::pace::Pace;
use domain::api::{Request, Status, StatusReply, Sync, SyncReport, SyncState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::timeout;

/// Runs until the app ends.
pub async fn keep_in_step(device: Arc<Device>) {
    let mut pace = Pace::default();
    loop {
        let woken = if device.shown.load(Ordering::Relaxed) {
            timeout(pace.pause(), device.wake.notified()).await.is_ok()
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
        device.shown.store(shown, Ordering::Relaxed);
        device.wake.notify_one();
    }
}
