//! What only a newer program can read of what the server sends: it is left out, all else goes on, and the first other program that opens this
//! device reads everything anew.
use crate::server::coming;
use crate::store::{Durability, Tx, index, meta};
use crate::{Core, Result};
use domain::RecordId;
use domain::sync::Reference;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What was left, as it is kept under [`meta::NEWER`].
#[derive(Default, Serialize, Deserialize)]
struct Left {
    /// Version of the program that could not read it.
    by: String,
    /// Records here of which it could not read a change.
    records: BTreeSet<RecordId>,
}

/// So many items were left out, in the transaction that moves the cursor beyond them.
pub(crate) fn left(tx: &Tx<'_>, count: u64) -> Result<()> {
    if count == 0 { Ok(()) } else { put(tx, None) }
}

/// A change or the document of this record was.
pub(crate) fn left_of(tx: &Tx<'_>, record: RecordId) -> Result<()> {
    put(tx, Some(record))
}

fn put(tx: &Tx<'_>, record: Option<RecordId>) -> Result<()> {
    let mut left: Left = meta::get(tx.db, meta::NEWER)?.unwrap_or_default();
    left.records.extend(record);
    meta::put(tx.db, meta::NEWER, &Left { by: tx.env.version(), ..left })
}

/// Whether something here waits for a newer program.
pub(crate) fn is_left(db: &Connection) -> Result<bool> {
    Ok(meta::get::<Left>(db, meta::NEWER)?.is_some())
}

/// Whether a change of this record that lacks what it builds on may lack what was left.
pub(crate) fn may_build_on_it(db: &Connection, record: RecordId) -> Result<bool> {
    let Some(left) = meta::get::<Left>(db, meta::NEWER)? else { return Ok(false) };
    Ok(left.records.contains(&record) || index::row(db, record)?.is_none())
}

/// At opening: what another program left out is read by this one. Nothing is written where nothing was.
pub(crate) fn after_update(core: &mut Core) -> Result<()> {
    let view = core.view()?;
    let left: Option<Left> = meta::get(view.db, meta::NEWER)?;
    if left.is_none_or(|left| left.by == core.env().version()) {
        return Ok(());
    }
    let reference = view.book.reference().cloned();
    coming::forget(core)?;
    let read_anew = |tx: &mut Tx<'_>| {
        meta::remove(tx.db, meta::NEWER)?;
        // It is asked for by its version: none is 0.
        reference.map_or(Ok(()), |reference| tx.put_reference(Reference { version: 0, ..reference }))
    };
    core.transact(Durability::Batch, read_anew).map(drop)
}
