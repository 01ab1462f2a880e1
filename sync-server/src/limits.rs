//! How much one caller may ask, and how much is done at once. Kept in memory, by each node for itself.
use crate::error::{AppError, AppResult};
use crate::http::App;
use crate::measures::Counted;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use domain::{Code, DeviceId, Failure};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Deserialize;
use std::future::poll_fn;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

/// The section `[limits]` of the settings. What is allowed in a minute may come at once; it grows again evenly.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests of one device in a minute. A first download asks some forty times at once.
    pub device_per_minute: NonZeroU32,
    /// Requests from one address in a minute. A whole county may stand behind one.
    pub address_per_minute: NonZeroU32,
    /// Tries to enrol from one address in a minute.
    pub enrol_per_minute: NonZeroU32,
    /// Connections held at once; further ones wait in the system's queue.
    pub connections: usize,
    /// Requests worked on at once, after their bodies have come; as many as connections to PostgreSQL. Further ones wait in line, first
    /// come, first served: more at once would only be in each other's way.
    pub requests: usize,
    /// Seconds a request waits for its turn before it is told to come again.
    pub queue_seconds: u64,
    /// Largest head of a request, bytes; at least 8192.
    pub head_bytes: usize,
    /// Most header lines of a request.
    pub headers: usize,
    /// Seconds a TLS handshake or a head may take from its first byte.
    pub head_seconds: u64,
    /// Seconds a connection is kept while nothing is asked.
    pub idle_seconds: u64,
    /// Seconds a body may take, beside what its bytes take at `body_bytes_per_second`.
    pub body_seconds: u64,
    /// The slowest line that is waited for.
    pub body_bytes_per_second: NonZeroU32,
    /// Seconds without the caller taking a byte of the reply.
    pub write_seconds: u64,
}

impl Limits {
    /// Until when the next bytes of a body are waited for of which so many came.
    pub fn body_due(&self, began: Instant, came: u64) -> Instant {
        let earned = came / u64::from(self.body_bytes_per_second.get());
        began + Duration::from_secs(self.body_seconds.saturating_add(earned))
    }
}

impl Default for Limits {
    fn default() -> Self {
        let per_minute = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Limits {
            device_per_minute: per_minute(240),
            address_per_minute: per_minute(12_000),
            enrol_per_minute: per_minute(120),
            connections: 10_000,
            requests: 8,
            queue_seconds: 15,
            head_bytes: 16_384,
            headers: 64,
            head_seconds: 15,
            idle_seconds: 75,
            body_seconds: 20,
            body_bytes_per_second: per_minute(500),
            write_seconds: 30,
        }
    }
}

/// Most callers remembered. Beyond that everybody begins anew, rather than that memory grows.
const CALLERS: usize = 100_000;

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

fn later(code: Code, seconds: u64) -> Failure {
    Failure::of(code, seconds.to_string())
}

/// The limits at work.
pub struct Guard {
    limits: Limits,
    devices: Rate<DeviceId>,
    addresses: Rate<IpAddr>,
    enrolments: Rate<IpAddr>,
    work: Arc<Semaphore>,
    sent_away: AtomicU64,
}

impl Guard {
    /// Nobody has asked anything yet.
    pub fn new(limits: Limits) -> Guard {
        Guard {
            devices: Rate::new(limits.device_per_minute),
            addresses: Rate::new(limits.address_per_minute),
            enrolments: Rate::new(limits.enrol_per_minute),
            work: Arc::new(Semaphore::new(limits.requests)),
            sent_away: AtomicU64::new(0),
            limits,
        }
    }

    /// Counts a request of a device.
    ///
    /// # Errors
    /// `SlowDown` with the seconds to wait; so do the next two.
    pub fn device(&self, device: &DeviceId) -> Result<(), Failure> {
        self.devices.check(device)
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

    /// Waits for a turn; it lasts until the permit is dropped.
    ///
    /// # Errors
    /// `Busy` when it does not come in time. The seconds differ, so that those sent away do not come back all at once.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let _waiting = Counted::waiting();
        let turn = timeout(Duration::from_secs(self.limits.queue_seconds), self.work.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| self.busy())
    }

    /// Come again later.
    pub fn busy(&self) -> Failure {
        later(Code::Busy, 10 + self.sent_away.fetch_add(1, Ordering::Relaxed) % 20)
    }

    /// Requests worked on now.
    pub fn at_work(&self) -> usize {
        self.limits.requests.saturating_sub(self.work.available_permits())
    }
}

/// Who has one IPv6 address has 2⁶⁴ of them.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// A request's whole body, of at most `MOST` bytes, from a caller who keeps sending.
pub struct Whole<const MOST: usize>(pub Bytes);

impl<const MOST: usize> FromRequest<App> for Whole<MOST> {
    type Rejection = AppError;
    async fn from_request(request: Request, app: &App) -> AppResult<Self> {
        Ok(Whole(whole(request.into_body(), MOST, &app.settings.limits).await?))
    }
}

/// `TooLarge` as early as it can be known; `Offline` (408) for a line that brings too little.
async fn whole(mut body: Body, most: usize, limits: &Limits) -> Result<Bytes, AppError> {
    if body.size_hint().lower() > most as u64 {
        return Err(Code::TooLarge.into());
    }
    let began = Instant::now();
    let mut all = Vec::new();
    loop {
        let frame = timeout_at(limits.body_due(began, all.len() as u64), poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)))
            .await
            .map_err(|_| Code::Offline)?;
        let Some(frame) = frame else { return Ok(all.into()) };
        let Ok(data) = frame.map_err(|_| Code::Offline)?.into_data() else { continue };
        if all.len() + data.len() > most {
            return Err(Code::TooLarge.into());
        }
        all.extend_from_slice(&data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_waits() {
        let guard = Guard::new(Limits { enrol_per_minute: NonZeroU32::new(3).unwrap(), ..Limits::default() });
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
    fn an_ipv4_address_is_itself_however_it_is_written() {
        let guard = Guard::new(Limits { address_per_minute: NonZeroU32::MIN, ..Limits::default() });
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
        let guard = Guard::new(Limits { requests: 1, queue_seconds: 0, ..Limits::default() });
        let turn = guard.turn().await.unwrap();
        assert_eq!(guard.at_work(), 1);
        let (first, second) = (guard.turn().await.unwrap_err(), guard.turn().await.unwrap_err());
        assert_eq!(first.code, Code::Busy);
        assert_ne!(first.field, second.field);
        drop(turn);
        assert!(guard.turn().await.is_ok());
    }
}
