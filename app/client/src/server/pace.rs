//! When a shell syncs by itself: soon after something was written, now and then otherwise, and more and more seldom while
//! there is no network. The shell waits; this says how long, and whether there is anything to do.
use domain::api::{Phase, StatusReply, SyncState};
use std::time::Duration;

/// After something was written, and while something waits.
const SOON: Duration = Duration::from_secs(3);
/// When both sides are up to date.
const IDLE: Duration = Duration::from_secs(120);
/// The longest pause while there is no network.
const LONGEST: Duration = Duration::from_secs(60);

/// The pace of one device.
pub struct Pace {
    pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { pause: SOON }
    }
}

impl Pace {
    /// How long to wait before looking again, unless something wakes the shell.
    pub fn pause(&self) -> Duration {
        self.pause
    }

    /// Whether to sync now; `woken` when something was written or the network came back.
    pub fn is_due(&mut self, woken: bool, status: &StatusReply) -> bool {
        if status.phase != Phase::Open {
            self.pause = SOON;
            return false;
        }
        woken || status.pending > 0 || status.sync != SyncState::Done || self.pause == IDLE
    }

    /// A sync was tried; `done` when both sides are up to date.
    pub fn tried(&mut self, done: bool) {
        self.pause = if done { IDLE } else { (self.pause.min(LONGEST / 2) * 2).max(SOON) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(sync: SyncState, pending: u64) -> StatusReply {
        StatusReply { phase: Phase::Open, sync, pending, ..StatusReply::default() }
    }

    #[test]
    fn without_a_network_the_pauses_grow_to_a_minute_and_no_further() {
        let mut pace = Pace::default();
        let pauses: Vec<u64> = (0..7)
            .map(|_| {
                assert!(pace.is_due(false, &open(SyncState::Offline, 1)));
                pace.tried(false);
                pace.pause().as_secs()
            })
            .collect();
        assert_eq!(pauses, [6, 12, 24, 48, 60, 60, 60]);
        pace.tried(true);
        assert_eq!(pace.pause().as_secs(), 120);
    }

    #[test]
    fn a_locked_device_does_not_sync_and_an_opened_one_does_soon() {
        let mut pace = Pace::default();
        pace.tried(true);
        assert!(!pace.is_due(true, &StatusReply { phase: Phase::Locked, ..StatusReply::default() }));
        assert_eq!(pace.pause().as_secs(), 3);
        assert!(pace.is_due(false, &open(SyncState::Idle, 0)));
    }
}
