//! What a device gets: the first download, then what is new, in the county's order.
use crate::store::{self, programme_bits};
use domain::roles::Caller;
use domain::sync::{Cursor, FEED_BYTES, FeedItem};
use domain::{AreaCode, Hash, RecordId, Row};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A part of the feed.
pub struct Page {
    /// What to take in.
    pub items: Vec<FeedItem>,
    /// Where to go on.
    pub cursor: Cursor,
    /// Whether to ask again at once.
    pub more: bool,
    /// Documents the first download still has to bring.
    pub left: u64,
}

/// Rows looked at in one page, at most.
const PAGE_ROWS: i64 = 4000;

/// The fingerprint of what a caller may see. A cursor made for another scope starts anew.
pub fn scope(caller: &Caller) -> u64 {
    let mut hash = Sha256::new();
    hash.update(caller.role.code());
    let mut areas: Vec<&str> = caller.areas.iter().map(AreaCode::as_str).collect();
    areas.sort_unstable();
    for area in areas {
        hash.update(b"|");
        hash.update(area);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    // Never 0: that is a new device's.
    bytes.iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b)) | 1
}

/// The next part for a device. Of the changes it `sent` just now it is told the names only.
pub fn page(conn: &Connection, caller: &Caller, sent: &HashSet<Hash>, cursor: &Cursor) -> anyhow::Result<Page> {
    let mut cursor = cursor.clone();
    if cursor.scope != scope(caller) {
        cursor = start(conn, caller)?;
    }
    if caller.role.programmes().is_empty() || caller.areas.is_empty() {
        cursor.complete = true;
        return Ok(Page { items: Vec::new(), cursor, more: false, left: 0 });
    }
    if !cursor.complete {
        return first_download(conn, caller, cursor);
    }
    let mut reader = Reader { conn, caller, sent, items: Vec::new(), bytes: 0 };
    let mut more = false;
    for (county, seq) in &mut cursor.seq {
        let (reached, rest) = reader.read(county, *seq)?;
        *seq = reached;
        more |= rest;
    }
    Ok(Page { items: reader.items, cursor, more, left: 0 })
}

/// Those of these persons that are known here and are not the caller's business. Whom this server does not know, it may hear of
/// yet, from the device that opened the file.
pub fn gone(conn: &Connection, caller: &Caller, persons: &[RecordId]) -> anyhow::Result<Vec<FeedItem>> {
    let mut gone = Vec::new();
    for person in persons {
        if store::place(conn, person)?.is_some_and(|(area, programmes)| !caller.sees(&area, &programmes)) {
            gone.push(FeedItem::Leave { person: *person });
        }
    }
    Ok(gone)
}

/// Begins with where every county of the scope stands now; what comes later is read from the feed.
fn start(conn: &Connection, caller: &Caller) -> anyhow::Result<Cursor> {
    let mut cursor = Cursor { scope: scope(caller), ..Cursor::default() };
    for area in &caller.areas {
        let (low, high) = match area.county() {
            Some(c) => (c.as_str().to_owned(), c.as_str().to_owned()),
            None => range(area),
        };
        let mut rows = conn.prepare_cached("SELECT code, seq FROM counties WHERE code >= ?1 AND code <= ?2")?;
        let found = rows.query_map(params![low, high], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))?;
        for row in found {
            let (code, seq) = row?;
            cursor.seq.insert(code.parse().map_err(anyhow::Error::msg)?, u64::try_from(seq)?);
        }
        // A county nobody has written in yet counts from 0.
        if let Some(county) = area.county() {
            cursor.seq.entry(county).or_insert(0);
        }
    }
    Ok(cursor)
}

/// First and last code of an area and what lies in it, as text.
fn range(area: &AreaCode) -> (String, String) {
    (area.as_str().to_owned(), format!("{}~", area.as_str()))
}

/// `(area BETWEEN …) AND programmes`, for the caller's scope.
fn in_scope(caller: &Caller) -> (String, Vec<Sql>) {
    let areas: Vec<&str> = caller.areas.iter().map(|_| "(area >= ? AND area <= ?)").collect();
    let mut values: Vec<Sql> = caller
        .areas
        .iter()
        .flat_map(|a| {
            let (low, high) = range(a);
            [low.into(), high.into()]
        })
        .collect();
    values.push(programme_bits(caller.role.programmes()).into());
    (format!("({}) AND (programmes & ?) <> 0", areas.join(" OR ")), values)
}

/// Files first, then the newest visits, then reviews; a page at a time.
fn first_download(conn: &Connection, caller: &Caller, mut cursor: Cursor) -> anyhow::Result<Page> {
    let (scope, values) = in_scope(caller);
    let (rank, after) = cursor.first.map_or((0, vec![0xff; 17]), |(rank, id)| (rank, id.bytes().to_vec()));
    let place: [Sql; 3] = [i64::from(rank).into(), i64::from(rank).into(), after.into()];
    let args = || params_from_iter(place.iter().cloned().chain(values.iter().cloned()));
    let from = format!("FROM records WHERE (rank > ? OR (rank = ? AND id < ?)) AND {scope}");
    let left: i64 = conn.prepare_cached(&format!("SELECT count(*) {from}"))?.query_row(args(), |r| r.get(0))?;
    let mut statement = conn.prepare_cached(&format!("SELECT id, area, document, row, rank {from} ORDER BY rank, id DESC"))?;
    let mut rows = statement.query(args())?;
    let (mut items, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let item = enter(row)?;
        let FeedItem::Enter { record, document, .. } = &item else { continue };
        bytes += document.len();
        cursor.first = Some((row.get(4)?, *record));
        items.push(item);
        if bytes >= FEED_BYTES {
            break;
        }
    }
    let left = u64::try_from(left)?.saturating_sub(items.len() as u64);
    if left == 0 {
        cursor = Cursor { first: None, complete: true, ..cursor };
    }
    // What was written meanwhile waits in the feed.
    Ok(Page { items, cursor, more: true, left })
}

fn enter(row: &rusqlite::Row<'_>) -> anyhow::Result<FeedItem> {
    let stored: Row = rmp_serde::from_slice(&row.get::<_, Vec<u8>>(3)?)?;
    Ok(FeedItem::Enter {
        record: RecordId::from_slice(&row.get::<_, [u8; 16]>(0)?).ok_or_else(|| anyhow::anyhow!("a record id of the store"))?,
        area: row.get::<_, String>(1)?.parse().map_err(anyhow::Error::msg)?,
        document: row.get(2)?,
        row: Box::new(stored),
    })
}

struct Reader<'a> {
    conn: &'a Connection,
    caller: &'a Caller,
    sent: &'a HashSet<Hash>,
    items: Vec<FeedItem>,
    bytes: usize,
}

impl Reader<'_> {
    /// Reads on in one county; gives the place reached and whether there is more.
    fn read(&mut self, county: &AreaCode, after: u64) -> anyhow::Result<(u64, bool)> {
        let (scope, values) = in_scope(self.caller);
        let end: i64 =
            self.conn.prepare_cached("SELECT coalesce((SELECT seq FROM counties WHERE code = ?1), 0)")?.query_row([county.as_str()], |r| r.get(0))?;
        // A district keeps within its own areas' part of the feed; a county officer reads it all.
        let sql =
            format!("SELECT seq, what, record, hash FROM feed WHERE county = ? AND seq > ? AND seq <= ? AND {scope} ORDER BY seq LIMIT {PAGE_ROWS}");
        let head: [Sql; 3] = [county.as_str().to_owned().into(), i64::try_from(after).unwrap_or(i64::MAX).into(), end.into()];
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(head.into_iter().chain(values)))?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            let seq: u64 = u64::try_from(row.get::<_, i64>(0)?)?;
            let record = RecordId::from_slice(&row.get::<_, [u8; 16]>(2)?).ok_or_else(|| anyhow::anyhow!("a record id of the feed"))?;
            match row.get::<_, String>(1)?.as_str() {
                "change" => self.change(record, Hash(row.get(3)?))?,
                "enter" => self.enter(record)?,
                _ => self.leave(record)?,
            }
            seen += 1;
            if self.bytes >= FEED_BYTES || seen == PAGE_ROWS {
                return Ok((seq, true));
            }
        }
        Ok((u64::try_from(end)?, false))
    }

    fn visible(&self, record: &RecordId) -> anyhow::Result<bool> {
        let (scope, values) = in_scope(self.caller);
        let args = std::iter::once(Sql::Blob(record.bytes().to_vec())).chain(values);
        Ok(self
            .conn
            .prepare_cached(&format!("SELECT count(*) FROM records WHERE id = ? AND {scope}"))?
            .query_row(params_from_iter(args), |r| r.get::<_, i64>(0))?
            > 0)
    }

    fn change(&mut self, record: RecordId, hash: Hash) -> anyhow::Result<()> {
        // Not by the device that wrote it: of a copied device, each copy must hear what the other wrote.
        if self.sent.contains(&hash) {
            self.items.push(FeedItem::Own(hash));
        } else if self.visible(&record)? {
            // What has left the scope since is told by its leave.
            let bytes: Vec<u8> = self.conn.prepare_cached("SELECT bytes FROM changes WHERE hash = ?1")?.query_row([hash.0], |r| r.get(0))?;
            self.bytes += bytes.len();
            self.items.push(FeedItem::Change { record, bytes });
        }
        Ok(())
    }

    /// A file that came into the scope comes whole, with all that belongs to it.
    fn enter(&mut self, person: RecordId) -> anyhow::Result<()> {
        let (scope, values) = in_scope(self.caller);
        let args = std::iter::once(Sql::Blob(person.bytes().to_vec())).chain(values);
        let mut statement =
            self.conn.prepare_cached(&format!("SELECT id, area, document, row FROM records WHERE person = ? AND {scope} ORDER BY rank, id"))?;
        let mut rows = statement.query(params_from_iter(args))?;
        while let Some(row) = rows.next()? {
            let item = enter(row)?;
            if let FeedItem::Enter { document, .. } = &item {
                self.bytes += document.len();
            }
            self.items.push(item);
        }
        Ok(())
    }

    fn leave(&mut self, person: RecordId) -> anyhow::Result<()> {
        if !self.visible(&person)? {
            self.items.push(FeedItem::Leave { person });
        }
        Ok(())
    }
}
