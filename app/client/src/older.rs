//! What a device holds from before the time whose visits it holds: work of its own, what somebody asked for, what grew old here. A first
//! download brings none of it. When one began anew, the server is asked which of it stands otherwise there.
use crate::Result;
use crate::store::{View, id_at, meta};
use domain::sync::{Cursor, MAX_OLDER};
use domain::{Hash, RecordId};
use rusqlite::{Connection, params};

/// Of a document with more heads than this so many are named, and it comes whole.
const HEADS: usize = 16;

/// A download begins, which may not be this device's first.
pub(crate) fn begin(db: &Connection) -> Result<()> {
    meta::remove(db, meta::OLDER)?;
    meta::put(db, meta::OLDER_TO, &RecordId(uuid::Uuid::nil()))
}

/// The next visits and reviews to ask about, each with its document's heads.
pub(crate) fn to_ask(view: &View<'_>, cursor: &Cursor) -> Result<Vec<(RecordId, Vec<Hash>)>> {
    let db = view.db;
    let (Some(after), Some(since)) = (meta::get::<RecordId>(db, meta::OLDER_TO)?, cursor.since) else { return Ok(Vec::new()) };
    let sql = "SELECT id FROM visits WHERE at < ?2 AND id > ?1 UNION ALL SELECT id FROM reviews WHERE at < ?2 AND id > ?1 ORDER BY id LIMIT ?3";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![after.bytes(), since.0, i64::try_from(MAX_OLDER).unwrap_or(i64::MAX)], |r| id_at(r, 0))?;
    let heads = |id| {
        // One that cannot be read here comes whole.
        let mut heads = crate::store::record(db, id).map(|record| record.heads()).unwrap_or_default();
        heads.truncate(HEADS);
        (id, heads)
    };
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().map(heads).collect())
}

/// The server looked at the first `compared` of them; whether there is more to ask. A server of before this was asked looks at none.
pub(crate) fn answered(db: &Connection, cursor: &Cursor, asked: &[(RecordId, Vec<Hash>)], compared: u64) -> Result<bool> {
    if !cursor.complete || meta::get::<RecordId>(db, meta::OLDER_TO)?.is_none() {
        return Ok(false);
    }
    let last = usize::try_from(compared).ok().and_then(|n| asked.get(..n)).and_then(|done| done.last());
    match last {
        Some((last, _)) => meta::put(db, meta::OLDER_TO, last)?,
        None => meta::remove(db, meta::OLDER_TO)?,
    }
    Ok(last.is_some())
}
