//! Syncs by itself while the app is open, at the pace of [`client::pace`].
use crate::device::Device;
use client::pace::Pace;
use domain::api::{Request, Status, StatusReply, Sync, SyncReport, SyncState};
use std::sync::Arc;
use tokio::time::timeout;

/// Runs until the app ends.
pub async fn keep_in_step(device: Arc<Device>) {
    let mut pace = Pace::default();
    loop {
        let woken = timeout(pace.pause(), device.wake.notified()).await.is_ok();
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
