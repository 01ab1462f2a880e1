//! Syncs by itself while the page is open, at the pace of [`client::server::pace`].
use crate::{Standing, standing};
use client::server::pace::Pace;
use domain::api::{Request, Status, StatusReply, Sync, SyncReport, SyncState};
use futures_util::future::{AbortHandle, abortable};
use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

thread_local! {
    static PACE: RefCell<Pace> = RefCell::new(Pace::default());
    static TIMER: RefCell<Option<Timeout>> = const { RefCell::new(None) };
    static WORKING: Cell<bool> = const { Cell::new(false) };
    static WOKEN: Cell<bool> = const { Cell::new(false) };
    static NEWS: Cell<bool> = const { Cell::new(false) };
    static END: RefCell<Option<AbortHandle>> = const { RefCell::new(None) };
}

/// Before a connection for news is opened again, milliseconds.
const LISTEN_AGAIN: u32 = 20_000;

/// How often the worker looks whether anybody is there, milliseconds.
const LOOK_FOR_IDLE: u32 = 30_000;

/// Begins; called once.
pub fn begin() {
    set();
    // By the worker's own clock: a page that the browser has put to sleep does not lock.
    let idle = Interval::new(LOOK_FOR_IDLE, || {
        if let Standing::Here(device) = standing() {
            device.lock_if_idle();
        }
    });
    idle.forget();
    let online = Closure::<dyn FnMut()>::new(wake);
    // "online" fires in workers, too.
    _ = js_sys::Reflect::set(&js_sys::global(), &"ononline".into(), online.as_ref());
    online.forget();
    listen();
}

/// Hears of colleagues' work for as long as this tab has the files; called whenever it got them.
pub fn listen() {
    let Standing::Here(device) = standing() else { return };
    let (listening, end) = abortable(async move {
        loop {
            _ = device.listen().await;
            TimeoutFuture::new(LISTEN_AGAIN).await;
        }
    });
    END.set(Some(end));
    spawn_local(async { _ = listening.await });
}

/// Hears nothing more, and lets the connection go: another tab has the files.
pub fn end_listening() {
    if let Some(end) = END.take() {
        end.abort();
    }
}

/// The server has something new.
pub fn news() {
    NEWS.set(true);
    if !WORKING.get() {
        set();
    }
}

/// Something was written, or a network came: sync soon; after the sync under way, which may have begun before.
pub fn wake() {
    WOKEN.set(true);
    if !WORKING.get() {
        set();
    }
}

fn set() {
    let wait = if WOKEN.get() || NEWS.get() { 0 } else { PACE.with_borrow(|pace| u32::try_from(pace.pause().as_millis()).unwrap_or(u32::MAX)) };
    // A timer that is dropped no longer fires.
    TIMER.set(Some(Timeout::new(wait, || {
        WORKING.set(true);
        spawn_local(async {
            let behind = NEWS.take() && matches!(standing(), Standing::Here(device) if device.is_behind());
            look(WOKEN.take() || behind).await;
            WORKING.set(false);
            set();
        });
    })));
}

async fn look(woken: bool) {
    let Some(status) = ask::<StatusReply>(Status {}).await else { return };
    if !PACE.with_borrow_mut(|pace| pace.is_due(woken, &status)) {
        return;
    }
    let done = ask::<SyncReport>(Sync {}).await.is_some_and(|report| report.state == SyncState::Done);
    PACE.with_borrow_mut(|pace| pace.tried(done));
}

async fn ask<T: serde::de::DeserializeOwned>(request: impl Into<Request>) -> Option<T> {
    let Standing::Here(device) = standing() else { return None };
    let response = device.handle(request.into()).await.ok()?;
    serde_json::from_value(response.value).ok()
}
