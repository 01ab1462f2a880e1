//! How much one caller may ask, and how much is done at once. Kept in memory, by each node for itself.
mod allowed;
mod bodies;
mod counts;

pub use allowed::Limits;
pub use bodies::{Bodies, BodySlot, Pace, Room};

use crate::measures::{self, InFlight};
use allowed::later;
use counts::{CALLERS, OneByOne, Worked, Wrong};
use domain::{Code, DeviceId, Failure};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// A number of requests a minute for each caller of one kind.
struct Rate<K: Hash + Eq + Clone> {
    quota: Quota,
    seen: RwLock<DefaultKeyedRateLimiter<K>>,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    fn new(per_minute: NonZeroU32) -> Rate<K> {
        let quota = Quota::per_minute(per_minute);
        Rate { quota, seen: RwLock::new(RateLimiter::keyed(quota)) }
    }

    fn check(&self, caller: &K) -> Result<(), Failure> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let (answer, callers) = (seen.check_key(caller), seen.len());
        drop(seen);
        if callers > CALLERS {
            self.forget();
        }
        answer.map_err(|until| later(Code::SlowDown, until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
    }

    fn forget(&self) {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.retain_recent();
        if seen.len() > CALLERS / 2 {
            *seen = RateLimiter::keyed(self.quota);
        }
    }
}

/// Wrong one-time codes taken in a minute.
#[derive(Clone, Copy)]
pub struct WrongCodes {
    /// From one address.
    pub of_an_address: u32,
    /// From all together.
    pub of_all: u32,
}

/// The limits at work.
pub struct Guard {
    limits: Limits,
    devices: Rate<DeviceId>,
    addresses: Rate<IpAddr>,
    enrolments: Rate<IpAddr>,
    wrong_codes: Wrong<IpAddr>,
    all_wrong_codes: Wrong<()>,
    worked: Worked,
    alone: OneByOne,
    work: Arc<Semaphore>,
    sent_away: AtomicU64,
    /// Room for bodies.
    pub bodies: Bodies,
}

impl Guard {
    /// Nobody has asked anything yet.
    pub fn new(limits: Limits, codes: WrongCodes) -> Guard {
        Guard {
            devices: Rate::new(limits.device_per_minute),
            addresses: Rate::new(limits.address_per_minute),
            enrolments: Rate::new(limits.enrol_per_minute),
            wrong_codes: Wrong::new(codes.of_an_address),
            all_wrong_codes: Wrong::new(codes.of_all),
            worked: Worked::new(limits.device_work_seconds),
            alone: OneByOne::default(),
            work: Arc::new(Semaphore::new(limits.requests)),
            sent_away: AtomicU64::new(0),
            bodies: Bodies::new(limits.bodies_bytes, limits.device_requests),
            limits,
        }
    }

    /// Counts a request of a device.
    ///
    /// # Errors
    /// `SlowDown` with the seconds to wait, when there were too many or they were too much work; so do the next two.
    pub fn device(&self, device: &DeviceId) -> Result<(), Failure> {
        self.devices.check(device)?;
        self.worked.check(device, Instant::now())
    }

    /// Counts work that was done for a device.
    pub fn has_worked(&self, device: DeviceId, took: Duration) {
        self.worked.add(device, took, Instant::now());
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn address(&self, address: IpAddr) -> Result<(), Failure> {
        self.addresses.check(&household(address))
    }

    /// Counts a try to enrol.
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn enrolment(&self, address: IpAddr) -> Result<(), Failure> {
        self.enrolments.check(&household(address))
    }

    /// Whether one more one-time code may be tried from this address.
    ///
    /// # Errors
    /// `SlowDown` when there were too many wrong ones, from there or altogether.
    pub fn may_try_a_code(&self, address: IpAddr) -> Result<(), Failure> {
        let now = Instant::now();
        self.wrong_codes.check(&household(address), now)?;
        self.all_wrong_codes.check(&(), now)
    }

    /// A wrong code came from this address.
    pub fn wrong_code(&self, address: IpAddr) {
        let now = Instant::now();
        self.wrong_codes.add(household(address), now);
        self.all_wrong_codes.add((), now);
    }

    /// Waits until nothing else is worked on for this device; so it stays until the value is dropped.
    ///
    /// # Errors
    /// `Busy` when that takes too long.
    pub async fn alone(&self, device: &DeviceId) -> Result<OwnedMutexGuard<()>, Failure> {
        let alone = timeout(Duration::from_secs(self.limits.queue_seconds), self.alone.acquire_slot(device)).await;
        alone.map_err(|_| self.busy("device"))
    }

    /// Waits for a turn; it lasts until the permit is dropped.
    ///
    /// # Errors
    /// `Busy` when it does not come in time. The seconds differ, so that those sent away do not come back all at once.
    pub async fn acquire_slot(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let _waiting = InFlight::waiting();
        let turn = timeout(Duration::from_secs(self.limits.queue_seconds), self.work.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| self.busy("queue"))
    }

    /// Come again later; `why` is for the figures.
    pub fn busy(&self, why: &'static str) -> Failure {
        measures::turned_away(why);
        later(Code::Busy, 10 + self.sent_away.fetch_add(1, Ordering::Relaxed) % 20)
    }

    /// Requests worked on now.
    pub fn at_work(&self) -> usize {
        self.limits.requests.saturating_sub(self.work.available_permits())
    }
}

/// Who has one IPv6 address has 2⁶⁴ of them.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(limits: Limits) -> Guard {
        Guard::new(limits, WrongCodes { of_an_address: 2, of_all: 3 })
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_waits() {
        let guard = guard(Limits { enrol_per_minute: NonZeroU32::new(3).unwrap(), ..Limits::default() });
        let office = "2001:db8::1".parse().unwrap();
        for _ in 0..3 {
            guard.enrolment(office).unwrap();
        }
        let told = guard.enrolment("2001:db8::2".parse().unwrap()).unwrap_err();
        assert_eq!(told.code, Code::SlowDown);
        assert!((1..=20).contains(&told.field.unwrap().parse::<u32>().unwrap()));
        guard.enrolment("2001:db8:0:1::1".parse().unwrap()).unwrap();
        guard.address(office).unwrap();
    }

    #[test]
    fn wrong_codes_of_one_address_keep_nobody_else_from_enrolling_until_they_are_very_many() {
        let guard = guard(Limits::default());
        let [vandal, office, third] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|a| a.parse().unwrap());
        guard.wrong_code(vandal);
        guard.may_try_a_code(vandal).unwrap();
        guard.wrong_code(vandal);
        assert_eq!(guard.may_try_a_code(vandal).unwrap_err().code, Code::SlowDown);
        guard.may_try_a_code(office).unwrap();
        guard.wrong_code(third);
        let told = guard.may_try_a_code(office).unwrap_err();
        assert!((1..=60).contains(&told.field.unwrap().parse::<u32>().unwrap()));
    }

    #[test]
    fn an_ipv4_address_is_itself_however_it_is_written() {
        let guard = guard(Limits { address_per_minute: NonZeroU32::MIN, ..Limits::default() });
        guard.address("192.0.2.1".parse().unwrap()).unwrap();
        guard.address("::ffff:192.0.2.1".parse().unwrap()).unwrap_err();
        guard.address("::ffff:192.0.2.2".parse().unwrap()).unwrap();
    }

    #[test]
    fn strangers_without_number_are_forgotten_rather_than_kept() {
        let rate = Rate::new(NonZeroU32::MIN);
        for n in 0..=CALLERS + 10 {
            rate.check(&n).unwrap();
        }
        assert!(rate.seen.read().unwrap().len() <= CALLERS + 1);
    }

    #[tokio::test]
    async fn who_finds_no_turn_is_told_when_to_come_again() {
        let guard = guard(Limits { requests: 1, queue_seconds: 0, ..Limits::default() });
        let turn = guard.acquire_slot().await.unwrap();
        assert_eq!(guard.at_work(), 1);
        let (first, second) = (guard.acquire_slot().await.unwrap_err(), guard.acquire_slot().await.unwrap_err());
        assert_eq!(first.code, Code::Busy);
        assert_ne!(first.field, second.field);
        drop(turn);
        assert!(guard.acquire_slot().await.is_ok());
    }
}
