//! What the first download still has to bring, as it is kept.
use crate::store::{Durability, Tx, meta};
use crate::{Core, Result};
use domain::sync::{Cursor, Pack};
use rusqlite::Connection;

/// How many records the first download is still to bring, 0 when that is not known; none when it is over.
pub fn coming(db: &Connection) -> Result<Option<u64>> {
    let packs: Vec<Pack> = meta::get(db, meta::PACKS)?.unwrap_or_default();
    let over = packs.is_empty() && meta::get::<Cursor>(db, meta::CURSOR)?.is_some_and(|cursor| cursor.complete);
    Ok((!over).then(|| packs.iter().map(|pack| pack.records).sum()))
}

/// Begins anew: with the packs that the server has now.
pub fn forget(core: &mut Core) -> Result<()> {
    let forget = |tx: &mut Tx<'_>| {
        meta::remove(tx.db, meta::PACK)?;
        meta::remove(tx.db, meta::PACKS)?;
        meta::remove(tx.db, meta::TROUBLE)?;
        meta::put(tx.db, meta::CURSOR, &Cursor::default())
    };
    core.transact(Durability::Batch, forget).map(|_| ())
}
