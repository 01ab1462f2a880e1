//! What everything that talks to a server shares: the core behind its lock, and telling the interface.
use crate::Core;
use crate::server::http::Http;
use domain::Failure;
use domain::api::{CoreEvent, StatusReply};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most records named to the interface at once: it asks anew for what it shows in any case.
const MOST_TOLD: usize = 64;

/// The core, also after a panic elsewhere: SQLite rolled that transaction back.
pub fn hold(core: &Mutex<Core>) -> MutexGuard<'_, Core> {
    core.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where this device stands.
pub(crate) fn status(core: &mut Core) -> Result<StatusReply, Failure> {
    let status = crate::desk::status::status(core);
    core.settle(status)
}

/// Tells the interface what changed.
pub(crate) fn tell(core: &Mutex<Core>, http: &Http, mut changed: Vec<domain::RecordId>) {
    changed.truncate(MOST_TOLD);
    let status = status(&mut hold(core)).ok();
    (http.tell)(CoreEvent { changed, status });
}
