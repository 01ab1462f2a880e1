//! Photos on this device: those made here, until the server has them and after, and those fetched to be looked at.
use super::{hash_at, id_at};
use crate::Result;
use domain::photo::Photo;
use domain::{Hash, RecordId, Timestamp};
use picture::Picture;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// What photos that the server has may take up here, bytes; beyond it those go that were not looked at for longest.
const ROOM: i64 = 200 << 20;

/// A photo that waits to be uploaded.
pub struct Waiting {
    /// The photo.
    pub hash: Hash,
    /// A visit that names it.
    pub visit: RecordId,
    /// Its file.
    pub bytes: Vec<u8>,
}

/// Keeps a photo made here. One that is here already stays as it is.
pub fn keep(db: &Connection, made: &Picture, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO blobs (hash, width, height, size, used, thumb, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (hash) DO UPDATE SET state = CASE state WHEN 'fetched' THEN 'pending' ELSE state END";
    let size = i64::try_from(made.bytes.len()).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?.execute(params![made.hash.0, made.width, made.height, size, now.0, made.thumb, made.bytes])?;
    Ok(())
}

/// Keeps a photo that came from the server, and makes room for it.
pub fn fetched(db: &Connection, photo: &Photo, bytes: &[u8], thumb: &[u8], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO blobs (hash, state, width, height, size, used, thumb, bytes) VALUES (?1, 'fetched', ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (hash) DO NOTHING";
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?.execute(params![photo.hash.0, photo.width, photo.height, size, now.0, thumb, bytes])?;
    make_room(db, ROOM)
}

fn make_room(db: &Connection, room: i64) -> Result<()> {
    let sql = "DELETE FROM blobs WHERE hash IN (SELECT hash FROM
                 (SELECT hash, sum(size) OVER (ORDER BY used DESC, hash) AS so_far FROM blobs WHERE state IN ('uploaded', 'fetched')
                  AND hash NOT IN (SELECT hash FROM draft_photos))
               WHERE so_far > ?1)";
    db.prepare_cached(sql)?.execute([room])?;
    Ok(())
}

/// A photo was looked at.
pub fn looked_at(db: &Connection, hash: &Hash, now: Timestamp) -> Result<()> {
    db.prepare_cached("UPDATE blobs SET used = ?2 WHERE hash = ?1")?.execute(params![hash.0, now.0])?;
    Ok(())
}

/// A photo's thumbnail, or the whole, and whether the server has the photo; none when it is not here.
pub fn find(db: &Connection, hash: &Hash, whole: bool) -> Result<Option<(Vec<u8>, bool)>> {
    let sql = "SELECT CASE WHEN ?2 THEN bytes ELSE thumb END, state IN ('uploaded', 'fetched') FROM blobs WHERE hash = ?1";
    Ok(db.prepare_cached(sql)?.query_row(params![hash.0, whole], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
}

/// Those made here that the server does not have: how many, and bytes. Without those of unfinished visits, and those that no visit names
/// any more.
pub fn count_pending(db: &Connection) -> Result<(u64, u64)> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(size), 0) FROM blobs b WHERE state = 'pending'
         AND EXISTS (SELECT 1 FROM photos p WHERE p.hash = b.hash AND {NOT_OFFERED})"
    );
    let (count, bytes): (i64, i64) = db.prepare_cached(&sql)?.query_row([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok((count.unsigned_abs(), bytes.unsigned_abs()))
}

/// The next photo to upload: its visit has nothing else to send, so that the server knows who may see it. Records go first. Of several
/// visits that name it, rather one of which nothing was refused.
pub fn next_waiting(db: &Connection) -> Result<Option<Waiting>> {
    let sql = format!(
        "SELECT b.hash, p.record, b.bytes FROM blobs b JOIN photos p ON p.hash = b.hash WHERE b.state = 'pending' AND {NOT_OFFERED}
               AND NOT EXISTS (SELECT 1 FROM changes WHERE record = p.record AND state IN ('pending', 'held'))
               AND NOT (EXISTS (SELECT 1 FROM changes WHERE record = p.record AND state = 'refused')
                        AND EXISTS (SELECT 1 FROM photos q JOIN changes c ON c.record = q.record WHERE q.hash = b.hash AND c.state IN ('pending', 'held')))
               ORDER BY b.n, EXISTS (SELECT 1 FROM changes WHERE record = p.record AND state = 'refused') LIMIT 1"
    );
    let read = |r: &Row<'_>| Ok(Waiting { hash: hash_at(r, 0)?, visit: id_at(r, 1)?, bytes: r.get(2)? });
    Ok(db.prepare_cached(&sql)?.query_row([], read).optional()?)
}

/// The person of a visit `p` has not been offered the photo `b`.
const NOT_OFFERED: &str = "NOT EXISTS (SELECT 1 FROM photo_sent s WHERE s.hash = b.hash
    AND s.person = coalesce((SELECT i.person FROM items i WHERE i.id = p.record), p.record))";

/// What came of offering a photo through a visit: for its person that is the end of it, and it is offered for the next who has it in a visit.
pub fn settle_for(db: &Connection, hash: &Hash, visit: RecordId, uploaded: bool) -> Result<()> {
    let sql = "INSERT INTO photo_sent (person, hash, taken) VALUES (coalesce((SELECT person FROM items WHERE id = ?1), ?1), ?2, ?3)
               ON CONFLICT (person, hash) DO UPDATE SET taken = excluded.taken";
    db.prepare_cached(sql)?.execute(params![visit.bytes(), hash.0, uploaded])?;
    let sql = format!("SELECT EXISTS (SELECT 1 FROM blobs b JOIN photos p ON p.hash = b.hash WHERE b.hash = ?1 AND {NOT_OFFERED})");
    let others: bool = db.prepare_cached(&sql)?.query_row([hash.0], |r| r.get(0))?;
    if others {
        return Ok(());
    }
    let taken = "SELECT EXISTS (SELECT 1 FROM photo_sent WHERE hash = ?1 AND taken = 1)";
    let taken: bool = db.prepare_cached(taken)?.query_row([hash.0], |r| r.get(0))?;
    settle(db, hash, taken)
}

/// The server has it, or does not want it: the visit was refused. What is refused is kept.
pub fn settle(db: &Connection, hash: &Hash, uploaded: bool) -> Result<()> {
    let state = if uploaded { "uploaded" } else { "refused" };
    db.prepare_cached("UPDATE blobs SET state = ?2 WHERE hash = ?1")?.execute(params![hash.0, state])?;
    make_room(db, ROOM)
}

/// A visit names it now: it is offered, also where the server had it once, or refused it with another visit.
pub fn offer(db: &Connection, hash: &Hash) -> Result<()> {
    db.prepare_cached("UPDATE blobs SET state = 'pending' WHERE hash = ?1")?.execute([hash.0])?;
    db.prepare_cached("DELETE FROM photo_sent WHERE hash = ?1")?.execute([hash.0])?;
    Ok(())
}

/// After a server was restored from a backup, all that was made here is offered again: it may have lost some.
pub fn offer_again(db: &Connection) -> Result<()> {
    db.execute("UPDATE blobs SET state = 'pending' WHERE state IN ('uploaded', 'refused')", [])?;
    db.execute("DELETE FROM photo_sent", [])?;
    Ok(())
}

/// A refused visit was let in: so are its photos.
pub fn offer_of(db: &Connection, visit: RecordId) -> Result<()> {
    let sql = "UPDATE blobs SET state = 'pending' WHERE state = 'refused' AND hash IN (SELECT hash FROM photos WHERE record = ?1)";
    db.prepare_cached(sql)?.execute([visit.bytes()])?;
    let sql = "DELETE FROM photo_sent WHERE taken = 0 AND hash IN (SELECT hash FROM photos WHERE record = ?1)";
    db.prepare_cached(sql)?.execute([visit.bytes()])?;
    Ok(())
}

/// Drops what no record shows any more. What the server does not have yet stays: it may be named again.
pub fn drop_unnamed(db: &Connection) -> Result<()> {
    let sql = "DELETE FROM blobs WHERE state IN ('uploaded', 'fetched') AND hash NOT IN (SELECT hash FROM photos)
               AND hash NOT IN (SELECT hash FROM draft_photos)";
    db.execute(sql, [])?;
    Ok(())
}

/// Drops a photo that was taken away, where nothing else names it.
pub fn drop_if_unnamed(db: &Connection, hash: &Hash) -> Result<()> {
    let sql = "DELETE FROM blobs WHERE hash = ?1 AND hash NOT IN (SELECT hash FROM photos) AND hash NOT IN (SELECT hash FROM draft_photos)";
    db.prepare_cached(sql)?.execute([hash.0])?;
    Ok(())
}

/// What an index row says of a visit's photos.
pub fn index(db: &Connection, visit: RecordId, hashes: &[Hash]) -> Result<()> {
    let mut before = db.prepare_cached("DELETE FROM photos WHERE record = ?1 RETURNING hash")?;
    let before = before.query_map([visit.bytes()], |r| hash_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut insert = db.prepare_cached("INSERT INTO photos (record, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for hash in hashes {
        insert.execute(params![visit.bytes(), hash.0])?;
    }
    // What was taken away is gone from every device.
    if before.iter().all(|hash| hashes.contains(hash)) { Ok(()) } else { drop_unnamed(db) }
}

/// The photos of an unfinished visit, in the order in which they were added.
pub fn of_draft(db: &Connection, draft: Uuid) -> Result<Vec<Photo>> {
    let sql = "SELECT d.id, b.hash, b.width, b.height, b.size FROM draft_photos d JOIN blobs b ON b.hash = d.hash WHERE d.draft = ?1 ORDER BY d.id";
    let mut statement = db.prepare_cached(sql)?;
    let read = |r: &Row<'_>| Ok(Photo { id: super::uuid_at(r, 0)?, hash: hash_at(r, 1)?, width: r.get(2)?, height: r.get(3)?, size: r.get(4)? });
    let found = statement.query_map([draft.as_bytes()], read)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Adds a photo to an unfinished visit.
pub fn add_to_draft(db: &Connection, draft: Uuid, id: Uuid, hash: &Hash) -> Result<()> {
    let sql = "INSERT INTO draft_photos (id, draft, hash) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![id.as_bytes(), draft.as_bytes(), hash.0])?;
    Ok(())
}

/// Takes one photo of an unfinished visit away, or all.
pub fn drop_from_draft(db: &Connection, draft: Uuid, id: Option<Uuid>) -> Result<()> {
    let sql = "DELETE FROM draft_photos WHERE draft = ?1 AND (?2 IS NULL OR id = ?2)";
    db.prepare_cached(sql)?.execute(params![draft.as_bytes(), id.map(|id| *id.as_bytes())])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_with_one_visit_is_offered_with_the_next_and_what_is_taken_away_is_gone() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&mut db).unwrap();
        // Of visits that are nowhere.
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let made = Picture { hash: Hash([7; 32]), width: 1, height: 1, bytes: vec![1], thumb: vec![2] };
        let visit = |n: u8| RecordId::new(1, [n; 10]);
        keep(&db, &made, Timestamp(1)).unwrap();
        index(&db, visit(1), &[made.hash]).unwrap();
        settle(&db, &made.hash, false).unwrap();
        assert!(next_waiting(&db).unwrap().is_none());
        keep(&db, &made, Timestamp(2)).unwrap();
        index(&db, visit(2), &[made.hash]).unwrap();
        offer(&db, &made.hash).unwrap();
        let refused = "INSERT INTO changes (hash, record, person, bytes, created, state, reason) VALUES (x'01', ?1, ?1, x'', 1, 'refused', '')";
        db.execute(refused, [visit(1).bytes()]).unwrap();
        assert_eq!(next_waiting(&db).unwrap().map(|w| w.visit), Some(visit(2)), "not through the one that was refused");
        settle(&db, &made.hash, true).unwrap();
        index(&db, visit(1), &[]).unwrap();
        assert!(find(&db, &made.hash, false).unwrap().is_some());
        index(&db, visit(2), &[]).unwrap();
        assert!(find(&db, &made.hash, false).unwrap().is_none());
    }

    #[test]
    fn when_room_is_short_the_longest_unseen_goes_and_what_the_server_lacks_never() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&mut db).unwrap();
        let put = |n: u8, state: &str, used: i64| {
            let sql = "INSERT INTO blobs (hash, state, width, height, size, used, thumb, bytes) VALUES (?1, ?2, 1, 1, 100, ?3, x'', x'')";
            db.execute(sql, params![[n; 32], state, used]).unwrap();
        };
        for (n, state, used) in [(1, "pending", 0), (2, "refused", 1), (3, "fetched", 2), (4, "uploaded", 3), (5, "fetched", 4)] {
            put(n, state, used);
        }
        looked_at(&db, &Hash([3; 32]), Timestamp(9)).unwrap();
        make_room(&db, 250).unwrap();
        let mut left = db.prepare("SELECT hash FROM blobs ORDER BY hash").unwrap();
        let left: Vec<u8> = left.query_map([], |r| Ok(hash_at(r, 0)?.0[0])).unwrap().map(|row| row.unwrap()).collect();
        assert_eq!(left, [1, 2, 3, 5]);
    }
}
