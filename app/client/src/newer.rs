//! What only a newer program can read of what the server sends: it is left out, all else goes on, and the first newer program that is opened here
//! reads everything anew.
use crate::store::{Durability, Work, meta};
use crate::{Core, Result, packs};
use domain::RecordId;
use rusqlite::Connection;
use uuid::Uuid;

/// Something was left out. To be put down before, or with, what moves the cursor beyond it.
pub(crate) fn left(work: &Work<'_>, count: u64) -> Result<()> {
    if count == 0 { Ok(()) } else { meta::put(work.db, meta::NEWER, &true) }
}

/// The same, of a reply that is taken in next.
pub(crate) fn left_of_reply(core: &mut Core, count: u64) -> Result<()> {
    if count == 0 { Ok(()) } else { core.transact(Durability::Batch, |work| left(work, count)).map(drop) }
}

/// Whether something here waits for a newer program.
pub(crate) fn is_left(db: &Connection) -> Result<bool> {
    Ok(meta::get(db, meta::NEWER)?.unwrap_or(false))
}

/// At opening: what an older program left out is read by this one.
pub(crate) fn after_update(core: &mut Core) -> Result<()> {
    let (view, program) = (core.view()?, core.env().version());
    let last: Option<String> = meta::get(view.db, meta::PROGRAM)?;
    if last.as_ref() == Some(&program) {
        return Ok(());
    }
    let (is_left, reference) = (is_left(view.db)?, view.book.reference().cloned());
    if is_left {
        packs::forget(core)?;
    }
    let read_anew = |work: &mut Work<'_>| {
        meta::put(work.db, meta::PROGRAM, &program)?;
        if !is_left {
            return Ok(());
        }
        meta::remove(work.db, meta::NEWER)?;
        meta::put(work.db, meta::ASKED_TO, &RecordId(Uuid::nil()))?;
        // Asked for by its version: none is 0.
        reference.map_or(Ok(()), |reference| work.put_reference(domain::sync::Reference { version: 0, ..reference }))
    };
    core.transact(Durability::Batch, read_anew).map(drop)
}
