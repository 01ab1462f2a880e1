//! Bodies: waited for as long as they keep coming, and never more of them in memory than the server can hold.
use super::allowed::{Limits, later};
use crate::measures;
use domain::{Code, DeviceId, Failure};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Memory is taken in steps of so many bytes.
const STEP: usize = 1024;
/// Seconds until somebody for whose body there was no room comes again.
const AGAIN: u64 = 10;

/// How long the next bytes of a body are waited for. A line that brings what the slowest may is never given up; one that falls
/// behind, or is silent, has so much patience and no more, whatever it sent at first.
pub struct Pace {
    due: Instant,
    patience: Duration,
    per_second: u32,
}

impl Pace {
    /// A body begins.
    pub fn new(limits: &Limits, now: Instant) -> Pace {
        let patience = Duration::from_secs(limits.body_seconds);
        Pace { due: now + patience, patience, per_second: limits.body_bytes_per_second.get() }
    }

    /// So many bytes came.
    pub fn came(&mut self, bytes: usize, now: Instant) {
        let earned = Duration::from_secs_f64(bytes as f64 / f64::from(self.per_second));
        self.due = (self.due + earned).min(now + self.patience);
    }

    /// Until when to wait.
    pub fn due(&self) -> Instant {
        self.due
    }
}

/// Room for bodies, shared by all.
pub struct Bodies {
    room: Arc<Semaphore>,
    of_devices: Arc<Mutex<HashMap<DeviceId, usize>>>,
    most_of_a_device: usize,
}

/// What one body takes of it, given back when dropped.
#[derive(Default)]
pub struct Room(Option<OwnedSemaphorePermit>);

impl Bodies {
    pub(super) fn new(bytes: usize, most_of_a_device: usize) -> Bodies {
        Bodies { room: Arc::new(Semaphore::new(bytes / STEP)), of_devices: Arc::default(), most_of_a_device }
    }

    /// Takes room for so many more bytes, and waits for it if need be. What is only announced takes none: a silent caller keeps nobody out.
    ///
    /// # Errors
    /// `Busy` when there is none until then.
    pub async fn grow(&self, room: &mut Room, bytes: usize, until: Instant) -> Result<(), Failure> {
        let none = |why| {
            measures::turned_away(why);
            later(Code::Busy, AGAIN)
        };
        let steps = u32::try_from(bytes.div_ceil(STEP)).map_err(|_| none("memory"))?;
        let more = timeout_at(until, self.room.clone().acquire_many_owned(steps)).await;
        let more = more.ok().and_then(Result::ok).ok_or_else(|| none("memory"))?;
        match &mut room.0 {
            Some(room) => room.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    /// A place for one more body of a device, until it is dropped.
    ///
    /// # Errors
    /// `Busy` when it has as many as it may.
    pub fn place(&self, device: DeviceId) -> Result<BodySlot, Failure> {
        let mut taken = self.of_devices.lock().unwrap_or_else(PoisonError::into_inner);
        let of_device = taken.entry(device).or_default();
        if *of_device >= self.most_of_a_device {
            measures::turned_away("device");
            return Err(later(Code::Busy, AGAIN));
        }
        *of_device += 1;
        Ok(BodySlot { device, all: self.of_devices.clone() })
    }
}

/// A device's place for a body.
pub struct BodySlot {
    device: DeviceId,
    all: Arc<Mutex<HashMap<DeviceId, usize>>>,
}

impl Drop for BodySlot {
    fn drop(&mut self) {
        let mut taken = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_device) = taken.get_mut(&self.device) {
            *of_device -= 1;
            if *of_device == 0 {
                taken.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn pace(now: Instant) -> Pace {
        Pace::new(&Limits { body_seconds: 20, body_bytes_per_second: NonZeroU32::new(500).unwrap(), ..Limits::default() }, now)
    }

    fn second(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_village_line_that_drips_honestly_is_waited_for_as_long_as_it_takes() {
        let began = Instant::now();
        let mut line = pace(began);
        // 3 MB at 600 bytes a second take an hour and a half; it stalls for eighteen seconds now and then and makes up for it.
        let mut now = began;
        for n in 0..5000 {
            let pause = if n % 100 == 99 { 18 } else { 1 };
            now += second(pause);
            assert!(now <= line.due(), "given up after {:?}", now - began);
            line.came(600 * usize::try_from(pause).unwrap(), now);
        }
    }

    #[test]
    fn four_megabytes_at_once_earn_no_more_patience_than_one_byte() {
        let began = Instant::now();
        let mut line = pace(began);
        line.came(4 << 20, began);
        assert_eq!(line.due(), began + second(20));
        let mut now = began;
        // A byte every nineteen seconds, so that it is never silent for long.
        while now < line.due() {
            now += second(19);
            line.came(1, now);
        }
        assert!(now <= began + second(38), "held for {:?}", now - began);
    }

    #[tokio::test]
    async fn bodies_together_never_take_more_than_there_is_and_give_it_back() {
        let bodies = Bodies::new(64 << 10, 2);
        let soon = Instant::now() + Duration::from_millis(1);
        let (mut first, mut second) = (Room::default(), Room::default());
        bodies.grow(&mut first, 40 << 10, soon).await.unwrap();
        bodies.grow(&mut first, 20 << 10, soon).await.unwrap();
        assert_eq!(bodies.grow(&mut second, 8 << 10, soon).await.unwrap_err().code, Code::Busy);
        drop(first);
        bodies.grow(&mut second, 64 << 10, Instant::now() + Duration::from_secs(60)).await.unwrap();
    }

    #[test]
    fn a_device_has_so_many_places_and_leaves_those_of_others_alone() {
        let bodies = Bodies::new(64 << 10, 2);
        let [hers, other] = [1, 2].map(|n| DeviceId::new(0, [n; 10]));
        let places = [bodies.place(hers).unwrap(), bodies.place(hers).unwrap()];
        assert!(bodies.place(hers).is_err());
        bodies.place(other).unwrap();
        drop(places);
        bodies.place(hers).unwrap();
        assert!(bodies.of_devices.lock().unwrap().is_empty(), "nobody is remembered who has nothing here");
    }
}
