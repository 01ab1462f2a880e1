//! What a server does by itself for as long as it runs: it passes rings on, and tidies up.
use crate::app::App;
use crate::audit;
use crate::office::registry;
use crate::photos::{Collected, collect};
use crate::store::pool;
use crate::sync::{feed, packs};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// So long after a ring, others are waited for.
const GATHER: Duration = Duration::from_millis(200);
/// The counters are read so often when nobody rings.
const LOOK: Duration = Duration::from_secs(10);
/// Before a lost connection for hints is opened again.
const REST: Duration = Duration::from_secs(5);
/// How often it looks for what can be removed.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// Passes rings on for as long as the server runs.
pub(crate) async fn ring(app: App) {
    tokio::join!(listen_to_servers(&app), notify_all(&app), dismiss(&app));
}

/// Ends the streams of devices that were stopped and of people who left, wherever that was done.
async fn dismiss(app: &App) {
    loop {
        sleep(LOOK).await;
        app.notifier.listening().retain(|_, stream| !stream.is_closed());
        if app.notifier.listening().is_empty() {
            continue;
        }
        if let Ok(at_work) = app.run(|app| Ok(app.store.read(|db| Ok(registry::devices_at_work(db)?))?)).await {
            app.notifier.listening().retain(|device, _| at_work.contains(device));
        }
    }
}

/// Hears other servers on the same database.
async fn listen_to_servers(app: &App) {
    let Some(url) = &app.settings.database else { return };
    loop {
        let (url, wake) = (url.clone(), app.notifier.clone());
        let (ended, end) = oneshot::channel();
        std::thread::spawn(move || ended.send(pool::listen(&url, || wake.notified_elsewhere())));
        // A lost hint costs a device some seconds.
        if let Ok(Err(e)) = end.await {
            tracing::warn!(error = %e.code(), "hints of other servers are not heard");
        }
        sleep(REST).await;
    }
}

/// Tells other servers and devices.
async fn notify_all(app: &App) {
    loop {
        let rung = tokio::select! {
            () = app.notifier.own.notified() => true,
            () = app.notifier.others.notified() => false,
            () = sleep(LOOK) => false,
        };
        sleep(GATHER).await;
        let read = app.run(move |app| {
            if rung {
                app.store.notify()?;
            }
            Ok(app.store.read(feed::seqs)?)
        });
        if let Ok(now) = read.await {
            app.notifier.seqs.send_if_modified(|before| {
                let differs = **before != now;
                *before = Arc::new(now);
                differs
            });
        }
    }
}

/// Tidies up at once and then every day for as long as the server runs: photos, uploads, packs.
pub(crate) async fn tidy(app: App) {
    loop {
        let (tidied, runtime) = (app.clone(), Handle::current());
        // Beside the queue: the storage may take its time.
        let work = tokio::task::spawn_blocking(move || {
            let now = tidied.env.now();
            let packs = packs::tidy(&tidied.store, now)?;
            anyhow::Ok((collect(&tidied.store, &tidied.photos, tidied.settings.photos.keep_days, now, &runtime)?, packs))
        });
        match work.await {
            Ok(Ok((Collected { photos, uploads, kept }, packs))) => tracing::info!(photos, uploads, kept, packs, "tidied up"),
            _ => tracing::warn!("photos and packs could not be tidied up; tried again in a day"),
        }
        sleep(A_DAY).await;
    }
}

/// Removes old entries every day for as long as the server runs.
pub(crate) async fn purge(app: App) {
    loop {
        let done = app.run(|app| Ok(app.store.write_shared(|db| Ok(audit::purge(db, app.env.now(), app.settings.audit_days)?))?)).await;
        match done {
            Ok(gone) => tracing::info!(gone, "audit purged"),
            Err(_) => tracing::warn!("old entries of the audit could not be removed; tried again in a day"),
        }
        sleep(A_DAY).await;
    }
}
