//! Where this device stands, in one answer that every phase can give.
use crate::desk::{inbox, today};
use crate::device::left;
use crate::server::{coming, missed, newer};
use crate::store::{blobs, changes, meta};
use crate::visit::reviews;
use crate::{Core, Result};
use domain::api::{Phase, StatusReply};

/// The status.
pub fn status(core: &Core) -> Result<StatusReply> {
    let mut status = StatusReply { phase: core.phase()?, today: core.env().now().day(), sync: core.sync.clone(), ..Default::default() };
    if let Some(file) = core.key_file()? {
        status.county = file.county.clone();
        status.server = file.host.clone();
        status.pin_wait = file.wait(core.env().now());
        status.pin_tries = file.wrong;
        status.phrase = file.phrase;
        status.moved_aside = file.moved_aside;
    }
    if status.phase != Phase::Open {
        return Ok(status);
    }
    let view = core.view()?;
    let policy = view.book.policy();
    status.lock_minutes = policy.lock_minutes;
    status.lists = policy.lists.iter().filter(|entry| entry.holds(view.today())).cloned().collect();
    status.numbers = policy.hotlines();
    status.me = view.book.reference().map(|r| r.me.clone());
    if let Some(reference) = view.book.reference() {
        status.county = reference.county.clone();
    }
    status.pending = changes::count_waiting(view.db)?;
    (status.photos_pending, status.photo_bytes) = blobs::count_pending(view.db)?;
    status.refused = changes::count_refused(view.db)?;
    status.newer = newer::is_left(view.db)? || status.me.as_ref().is_some_and(|me| !me.role.is_known());
    status.unreadable = missed::unreadable(&view)?;
    status.conflicts = changes::count(
        view.db,
        "SELECT (SELECT coalesce(sum(conflicts), 0) FROM persons WHERE conflicts > 0) + (SELECT coalesce(sum(conflicts), 0) FROM items WHERE conflicts > 0)",
    )?;
    status.persons = changes::count(view.db, "SELECT count(*) FROM persons")?;
    status.coming = coming::coming(view.db)?;
    status.clock_off = meta::get(view.db, meta::CLOCK_OFF)?;
    status.left = left::list(core.vault(), core.env().now())?;
    status.last_sync = meta::get(view.db, meta::LAST_SYNC)?;
    if view.book.me().is_ok() {
        status.messages = inbox::count_new(&view)?;
        status.due_now = today::count(&view)?;
        status.to_review = reviews::count(&view)?;
    }
    Ok(status)
}
