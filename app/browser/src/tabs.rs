//! One tab holds the files; another says so and may take them over. The file system's own lock decides, tabs only talk
//! to each other so that nobody waits for a tab that is alive.
use crate::device::Device;
use crate::files::PoolError;
use crate::{Standing, background, stand, standing, tell_page};
use domain::{Code, Failure};
use gloo_timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

/// Tabs of one origin hear each other here.
const CHANNEL: &str = "nuanfang";
/// Asks whether a tab holds the files.
const WHO: &str = "who";
/// A tab does.
const HERE: &str = "here";
/// Asks it to let go.
const YIELD: &str = "yield";

/// A page that was closed or loaded anew lets go of its files a moment later: so often, and so long, we look again.
const TRIES: u32 = 50;
const PAUSE_MILLIS: u32 = 100;
/// How many tries without an answer from a living tab before its word counts.
const TRIES_BEFORE_ASKING: u32 = 3;

thread_local! {
    static TABS: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static ANSWERED: Cell<bool> = const { Cell::new(false) };
}

fn say(word: &str) {
    TABS.with_borrow(|tabs| _ = tabs.as_ref().map(|tabs| tabs.post_message(&word.into())));
}

/// Begins to hear the other tabs; called once.
pub fn listen() {
    let Ok(tabs) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| match (event.data().as_string().as_deref(), standing()) {
        (Some(WHO), Standing::Here(_)) => say(HERE),
        (Some(HERE), _) => ANSWERED.set(true),
        (Some(YIELD), Standing::Here(device)) => {
            background::end_listening();
            device.close();
            stand(Standing::Away(Code::OtherTab.into()));
            tell_page("stale", "");
        }
        _ => {}
    });
    tabs.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    TABS.set(Some(tabs));
}

/// Opens the files, waiting for a tab that is just closing.
///
/// # Errors
/// `OtherTab` when a tab holds them; all others at once.
pub async fn open_patiently() -> Result<Device, Failure> {
    for n in 0..TRIES {
        match Device::open().await {
            Ok(device) => return Ok(device),
            Err(PoolError::Failed(failure)) => return Err(failure),
            Err(PoolError::Held) if n >= TRIES_BEFORE_ASKING && ANSWERED.get() => break,
            Err(PoolError::Held) => say(WHO),
        }
        TimeoutFuture::new(PAUSE_MILLIS).await;
    }
    Err(Code::OtherTab.into())
}

/// Opens the files after asking the tab that holds them to let go.
///
/// # Errors
/// `OtherTab` when it does not.
pub async fn take_over() -> Result<Device, Failure> {
    for _ in 0..TRIES {
        say(YIELD);
        TimeoutFuture::new(PAUSE_MILLIS).await;
        match Device::open().await {
            Ok(device) => return Ok(device),
            Err(PoolError::Failed(failure)) => return Err(failure),
            Err(PoolError::Held) => {}
        }
    }
    Err(Code::OtherTab.into())
}
