//! Tells waiting devices how far their county's feed has come, and nothing else: what is new they ask for by a sync. Every
//! commit rings; the counters are then read once, however many rang. Servers that share a PostgreSQL ring for each other by
//! `NOTIFY`, a hint that may get lost: the counters are also read now and then.
use domain::{AreaCode, DeviceId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot, watch};

/// How far each county's feed has come.
pub type Seqs = Arc<BTreeMap<AreaCode, u64>>;

/// Rings between commits, other servers and waiting devices.
pub struct FeedNotifier {
    pub(crate) own: Notify,
    pub(crate) others: Notify,
    pub(crate) seqs: watch::Sender<Seqs>,
    pub(crate) ended: watch::Sender<bool>,
    /// What ends a device's stream when it is dropped.
    listening: Mutex<HashMap<DeviceId, oneshot::Sender<()>>>,
}

impl Default for FeedNotifier {
    fn default() -> Self {
        FeedNotifier {
            own: Notify::new(),
            others: Notify::new(),
            seqs: watch::Sender::new(Seqs::default()),
            ended: watch::Sender::new(false),
            listening: Mutex::default(),
        }
    }
}

impl FeedNotifier {
    /// Something was committed here.
    pub fn notify(&self) {
        self.own.notify_one();
    }

    /// The server stops: nobody is kept waiting.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// A device listens until the value comes; an older stream of the same device ends.
    pub(crate) fn listens(&self, device: DeviceId) -> oneshot::Receiver<()> {
        let (hold, end) = oneshot::channel();
        self.listening().insert(device, hold);
        end
    }

    /// A device was stopped: it hears no more.
    pub fn forget(&self, device: &DeviceId) {
        self.listening().remove(device);
    }

    pub(crate) fn listening(&self) -> MutexGuard<'_, HashMap<DeviceId, oneshot::Sender<()>>> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another server rang.
    pub(crate) fn notified_elsewhere(&self) {
        self.others.notify_one();
    }
}
