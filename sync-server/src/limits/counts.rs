//! What callers did lately: wrong codes, and work they caused.
use super::allowed::later;
use crate::measures;
use domain::{Code, DeviceId, Failure};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// Most callers remembered. Beyond that everybody begins anew, rather than that memory grows.
pub(super) const CALLERS: usize = 100_000;
const MINUTE: Duration = Duration::from_secs(60);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Mistakes in the minute since a caller's first one. Trying itself costs nothing.
pub(super) struct Wrong<K> {
    most: u32,
    seen: Mutex<HashMap<K, (Instant, u32)>>,
}

impl<K: Hash + Eq> Wrong<K> {
    pub fn new(most: u32) -> Wrong<K> {
        Wrong { most, seen: Mutex::default() }
    }

    /// `SlowDown` with the rest of the minute.
    pub fn check(&self, caller: &K, now: Instant) -> Result<(), Failure> {
        let seen = locked(&self.seen);
        let Some((began, wrong)) = seen.get(caller) else { return Ok(()) };
        let rest = MINUTE.saturating_sub(now.duration_since(*began));
        if *wrong < self.most || rest.is_zero() { Ok(()) } else { Err(later(Code::SlowDown, rest.as_secs().max(1))) }
    }

    pub fn add(&self, caller: K, now: Instant) {
        let mut seen = locked(&self.seen);
        if seen.len() > CALLERS {
            seen.retain(|_, (began, _)| now.duration_since(*began) < MINUTE);
        }
        let (began, wrong) = seen.entry(caller).or_insert((now, 0));
        if now.duration_since(*began) >= MINUTE {
            (*began, *wrong) = (now, 0);
        }
        *wrong += 1;
    }
}

/// The database's time that devices used: a debt that is made up for evenly, `most` in a minute.
pub(super) struct Worked {
    most: Duration,
    owed: Mutex<HashMap<DeviceId, (Duration, Instant)>>,
}

impl Worked {
    pub fn new(seconds_a_minute: u64) -> Worked {
        Worked { most: Duration::from_secs(seconds_a_minute), owed: Mutex::default() }
    }

    fn left(&self, (owed, at): (Duration, Instant), now: Instant) -> Duration {
        owed.saturating_sub(self.most.mul_f64(now.duration_since(at).div_duration_f64(MINUTE)))
    }

    /// `SlowDown` with the seconds until it owes no more than a minute's worth.
    pub fn check(&self, device: &DeviceId, now: Instant) -> Result<(), Failure> {
        let Some(owed) = locked(&self.owed).get(device).map(|owed| self.left(*owed, now)) else { return Ok(()) };
        let over = owed.saturating_sub(self.most);
        if over.is_zero() {
            return Ok(());
        }
        measures::turned_away("work");
        let seconds = over.as_secs_f64() / self.most.as_secs_f64() * MINUTE.as_secs_f64();
        Err(later(Code::SlowDown, seconds.min(3600.0) as u64 + 1))
    }

    pub fn add(&self, device: DeviceId, took: Duration, now: Instant) {
        let mut all = locked(&self.owed);
        if all.len() > CALLERS {
            all.retain(|_, owed| !self.left(*owed, now).is_zero());
        }
        let owed = all.entry(device).or_insert((Duration::ZERO, now));
        *owed = (self.left(*owed, now) + took, now);
    }
}

/// One piece of work of each device at a time, in the order they came.
#[derive(Default)]
pub(super) struct OneByOne(Mutex<HashMap<DeviceId, Arc<tokio::sync::Mutex<()>>>>);

/// So many devices at once are looked through to forget those that wait for nothing.
const MANY: usize = 1000;

impl OneByOne {
    pub async fn acquire_slot(&self, device: &DeviceId) -> OwnedMutexGuard<()> {
        let hers = {
            let mut all = locked(&self.0);
            if all.len() > MANY {
                all.retain(|_, one| Arc::strong_count(one) > 1);
            }
            all.entry(*device).or_default().clone()
        };
        hers.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(n: u8) -> DeviceId {
        DeviceId::new(0, [n; 10])
    }
    fn second(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_device_that_is_much_work_waits_until_that_is_made_up_for_and_others_do_not() {
        let (worked, began) = (Worked::new(20), Instant::now());
        // An evening's worth in many small pieces, and one first download that took long.
        (0..100).for_each(|n| worked.add(device(1), second(1) / 10, began + second(n)));
        worked.check(&device(1), began + second(100)).unwrap();
        worked.add(device(2), second(30), began);
        let told = worked.check(&device(2), began).unwrap_err();
        assert_eq!((told.code, told.field.as_deref()), (Code::SlowDown, Some("31")));
        worked.check(&device(2), began + second(31)).unwrap();
        worked.check(&device(3), began).unwrap();
    }

    #[test]
    fn wrong_codes_are_forgiven_after_a_minute() {
        let (wrong, began) = (Wrong::new(2), Instant::now());
        wrong.add("a", began);
        wrong.add("a", began + second(59));
        assert_eq!(wrong.check(&"a", began + second(59)).unwrap_err().field.as_deref(), Some("1"));
        wrong.check(&"b", began).unwrap();
        wrong.check(&"a", began + second(60)).unwrap();
        wrong.add("a", began + second(61));
        wrong.check(&"a", began + second(61)).unwrap();
    }

    #[tokio::test]
    async fn a_device_is_worked_for_once_at_a_time() {
        let turns = OneByOne::default();
        let first = turns.acquire_slot(&device(1)).await;
        let soon = || Duration::from_millis(1);
        assert!(tokio::time::timeout(soon(), turns.acquire_slot(&device(1))).await.is_err());
        assert!(tokio::time::timeout(second(60), turns.acquire_slot(&device(2))).await.is_ok());
        drop(first);
        assert!(tokio::time::timeout(second(60), turns.acquire_slot(&device(1))).await.is_ok());
    }
}
