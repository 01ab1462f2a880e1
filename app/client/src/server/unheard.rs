//! What is here and no download brought. When everything is read anew (another server behind the address, other areas, something missed),
//! what was told meanwhile is told no more; packs bring all files, and visits of some months only. Of the rest, older ones that somebody
//! asked for or that grew old here, or one whose day was put right meanwhile, the server is asked which stand otherwise there.
use crate::Result;
use crate::store::{View, id_at, meta};
use domain::sync::{MAX_UNHEARD, Pack};
use domain::{Hash, RecordId};
use rusqlite::{Connection, params};

/// Of a document with more heads than this so many are named, and it comes whole.
const HEADS: usize = 16;

/// A download begins, which may not be this device's first.
pub(crate) fn begin(db: &Connection) -> Result<()> {
    meta::remove(db, meta::OLDER)?;
    db.execute_batch("DELETE FROM unheard; INSERT INTO unheard SELECT id FROM items")?;
    Ok(())
}

/// It came whole.
pub(crate) fn heard(db: &Connection, record: RecordId) -> Result<()> {
    db.prepare_cached("DELETE FROM unheard WHERE record = ?1")?.execute([record.bytes()])?;
    Ok(())
}

/// Once all packs are in: the next ones to ask about, each with its document's heads.
pub(crate) fn to_ask(view: &View<'_>) -> Result<Vec<(RecordId, Vec<Hash>)>> {
    if meta::get::<Vec<Pack>>(view.db, meta::PACKS)?.is_some_and(|packs| !packs.is_empty()) {
        return Ok(Vec::new());
    }
    let sql = "SELECT u.record FROM unheard u JOIN records r ON r.id = u.record ORDER BY u.record LIMIT ?1";
    let mut statement = view.db.prepare_cached(sql)?;
    let found = statement.query_map(params![i64::try_from(MAX_UNHEARD).unwrap_or(i64::MAX)], |r| id_at(r, 0))?;
    let heads = |id| {
        // One that cannot be read here comes whole.
        let mut heads = crate::store::record(view.db, id).map(|record| record.heads()).unwrap_or_default();
        heads.truncate(HEADS);
        (id, heads)
    };
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().map(heads).collect())
}

/// The server looked at the first `compared` of them; whether there is more to ask. A server that does not know the question looks at none.
pub(crate) fn answered(db: &Connection, asked: &[(RecordId, Vec<Hash>)], compared: u64) -> Result<bool> {
    if asked.is_empty() {
        return Ok(false);
    }
    if compared == 0 {
        db.execute_batch("DELETE FROM unheard")?;
        return Ok(false);
    }
    asked.iter().take(usize::try_from(compared).unwrap_or(usize::MAX)).try_for_each(|(id, _)| heard(db, *id))?;
    Ok(true)
}
