//! Connections on which no token was shown yet, by address: so many and no more, so that nobody takes all there are. A device that
//! is known is no stranger any more: a whole county of them may come from one address.
use super::Talk;
use crate::limits::household;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Here = HashMap<IpAddr, Vec<Arc<Talk>>>;

/// All of them.
pub(super) struct Strangers {
    most: usize,
    here: Arc<Mutex<Here>>,
}

impl Strangers {
    pub fn new(most: usize) -> Strangers {
        Strangers { most, here: Arc::default() }
    }

    /// One more. Where that is too many, the longest here on which nothing is asked is closed; none when all are in use.
    pub fn enter(&self, from: IpAddr, talk: &Arc<Talk>) -> Option<Stranger> {
        let address = household(from);
        let mut here = locked(&self.here);
        let of_address = here.entry(address).or_default();
        if of_address.len() >= self.most {
            let idle = of_address.iter().position(|other| other.is_idle())?;
            of_address.remove(idle).closed.notify_one();
        }
        of_address.push(talk.clone());
        Some(Stranger(Arc::new(Registration { address, talk: talk.clone(), here: self.here.clone() })))
    }
}

/// A connection's place among them, until all of this is dropped.
#[derive(Clone)]
pub(crate) struct Stranger(Arc<Registration>);

impl Stranger {
    /// A token was shown.
    pub(crate) fn is_known_now(&self) {
        self.0.leave();
    }
}

struct Registration {
    address: IpAddr,
    talk: Arc<Talk>,
    here: Arc<Mutex<Here>>,
}

impl Registration {
    fn leave(&self) {
        let mut here = locked(&self.here);
        if let Some(of_address) = here.get_mut(&self.address) {
            of_address.retain(|talk| !Arc::ptr_eq(talk, &self.talk));
            if of_address.is_empty() {
                here.remove(&self.address);
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.leave();
    }
}

fn locked(here: &Mutex<Here>) -> MutexGuard<'_, Here> {
    here.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering;

    #[tokio::test]
    async fn for_one_more_the_longest_idle_goes_and_whoever_is_answered_stays() {
        let strangers = Strangers::new(2);
        let [home, other] = ["192.0.2.1", "192.0.2.2"].map(|a| a.parse().unwrap());
        let talks: Vec<Arc<Talk>> = (0..5).map(|_| Arc::default()).collect();
        talks[0].heads.store(1, Ordering::Relaxed);
        let _answered = strangers.enter(home, &talks[0]).unwrap();
        let idle = strangers.enter(home, &talks[1]).unwrap();
        let third = strangers.enter(home, &talks[2]).unwrap();
        talks[1].closed.notified().await;
        drop(idle);
        talks[2].writing.store(true, Ordering::Relaxed);
        assert!(strangers.enter(home, &talks[3]).is_none(), "all are in use");
        assert!(strangers.enter(other, &talks[3]).is_some(), "another address has its own measure");
        third.is_known_now();
        assert!(strangers.enter(home, &talks[4]).is_some());
        assert_eq!(locked(&strangers.here).len(), 1, "who left is forgotten");
    }
}
