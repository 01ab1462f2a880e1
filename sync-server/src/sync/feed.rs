//! What a device gets: the first download, then what is new, in the county's order.
use crate::store::counties::{counties, range};
use crate::store::db::{Db, DbResult, Sql, SqlRow, args};
use crate::store::{self, programme_bits, record_at};
use domain::roles::{Caller, Kind};
use domain::sync::{Cursor, FEED_BYTES, FeedItem};
use domain::{AreaCode, Hash, RecordId, Row, Timestamp};
use records::Record;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

/// A part of the feed.
pub struct FeedPage {
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
const PAGE_ROWS: usize = 4000;

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

/// The next part for a device. What it `sent` just now is answered already.
pub fn page(db: &Db<'_>, caller: &Caller, sent: &HashSet<Hash>, cursor: &Cursor) -> anyhow::Result<FeedPage> {
    let mut cursor = cursor.clone();
    if cursor.scope != scope(caller) {
        cursor = Cursor { scope: scope(caller), seq: start(db, caller)?, ..Cursor::default() };
    }
    if caller.role.programmes().is_empty() || caller.areas.is_empty() {
        cursor.complete = true;
        return Ok(FeedPage { items: Vec::new(), cursor, more: false, left: 0 });
    }
    if !cursor.complete {
        return first_download(db, caller, cursor);
    }
    // A county that is not hers costs nothing. In her city one may have got its first file since.
    let hers = counties(db, caller)?;
    cursor.seq.retain(|county, _| hers.contains(county));
    for county in hers {
        cursor.seq.entry(county).or_insert(0);
    }
    let mut reader = Reader { db, caller, sent, since: cursor.since, items: Vec::new(), bytes: 0 };
    let mut more = false;
    for (county, seq) in &mut cursor.seq {
        let (reached, rest) = reader.read(county, *seq)?;
        *seq = reached;
        more |= rest;
    }
    Ok(FeedPage { items: reader.items, cursor, more, left: 0 })
}

/// The visits and reviews of a person from before a moment, as far as they are the caller's business.
pub fn older(db: &Db<'_>, caller: &Caller, person: &RecordId, before: Timestamp) -> anyhow::Result<Vec<FeedItem>> {
    let (scope, values) = may_read("", caller, 2);
    let args: Vec<Sql> = [Sql::from(person.bytes()), before.0.into()].into_iter().chain(values).collect();
    let old = is_old("", 2);
    let sql = format!("SELECT id, area, document, row FROM records WHERE person = ?1 AND {old} AND {scope} ORDER BY rank, id");
    db.rows(&sql, &args, entering)?.into_iter().map(Entering::item).collect()
}

/// Of records that a device holds, each with its document's heads, those that stand otherwise here and are the caller's business; and how
/// many were looked at, from the first on, until that was enough for one request.
pub fn otherwise(db: &Db<'_>, caller: &Caller, held: &[(RecordId, Vec<Hash>)]) -> anyhow::Result<(u64, Vec<FeedItem>)> {
    let (mut items, mut bytes) = (Vec::new(), 0);
    if caller.areas.is_empty() {
        return Ok((held.len() as u64, items));
    }
    for (n, (id, heads)) in held.iter().enumerate() {
        if bytes >= FEED_BYTES {
            return Ok((n as u64, items));
        }
        let Some(record) = whole(db, caller, id)? else { continue };
        bytes += record.bytes();
        // One that cannot be read here is no reason not to answer for the others.
        if Record::load_own(&record.document).is_ok_and(|here| here.heads() != *heads) {
            items.push(record.item()?);
        }
    }
    Ok((held.len() as u64, items))
}

/// Whether a record is here and the caller may read it.
///
/// # Errors
/// The database's.
pub fn may_have(db: &Db<'_>, caller: &Caller, id: &RecordId) -> DbResult<bool> {
    if caller.areas.is_empty() {
        return Ok(false);
    }
    let (may, values) = may_read("", caller, 1);
    let args: Vec<Sql> = std::iter::once(id.bytes().into()).chain(values).collect();
    Ok(db.one(&format!("SELECT 1 FROM records WHERE id = ?1 AND {may}"), &args, |_| Ok(()))?.is_some())
}

/// A record as it is here, if it is the caller's business.
fn whole(db: &Db<'_>, caller: &Caller, id: &RecordId) -> anyhow::Result<Option<Entering>> {
    let (scope, values) = may_read("", caller, 1);
    let args: Vec<Sql> = std::iter::once(id.bytes().into()).chain(values).collect();
    Ok(db.one(&format!("SELECT id, area, document, row FROM records WHERE id = ?1 AND {scope}"), &args, entering)?)
}

/// Those of these files, and others that stand alone, that are known here and are not the caller's business. Whom this server does not know, it may hear of
/// yet, from the device that opened the file.
pub fn gone(db: &Db<'_>, caller: &Caller, persons: &[RecordId]) -> anyhow::Result<Vec<FeedItem>> {
    let mut gone = Vec::new();
    for person in persons {
        if store::scope_of_record(db, person)?.is_some() && !may_have(db, caller, person)? {
            gone.push(FeedItem::Leave { person: *person });
        }
    }
    Ok(gone)
}

/// Where every county of the scope stands now; what comes later is read from the feed.
pub fn start(db: &Db<'_>, caller: &Caller) -> anyhow::Result<BTreeMap<AreaCode, u64>> {
    let mut seqs = BTreeMap::new();
    for county in counties(db, caller)? {
        let seq = db.one("SELECT seq FROM counties WHERE code = ?1", args![county.as_str()], |r| r.count(0))?;
        // A county nobody has written in yet counts from 0.
        seqs.insert(county, seq.unwrap_or(0));
    }
    Ok(seqs)
}

/// How far each county's feed has come.
pub fn seqs(db: &Db<'_>) -> anyhow::Result<BTreeMap<AreaCode, u64>> {
    Ok(db.rows("SELECT code, seq FROM counties", &[], |r| Ok((r.parse(0)?, r.count(1)?)))?.into_iter().collect())
}

/// Whether a record is of a kind that devices hold for some time only, from before the moment that is argument `n`, and nothing is to be
/// done any more; for `records` under this name, with a dot.
pub fn is_old(table: &str, n: usize) -> String {
    format!("({table}kind IN ({}) AND {table}at < ?{n} AND {table}open = 0)", Kind::listed(Kind::fading()))
}

/// `(area BETWEEN …) AND programmes`, for the caller's scope; its arguments come after so many others.
pub fn in_scope(caller: &Caller, others: usize) -> (String, Vec<Sql>) {
    scope_of("", caller, others)
}

/// Whether the caller may read a record: in her scope, and of a kind that her role sees. For `records` under this name, with a dot.
fn may_read(table: &str, caller: &Caller, others: usize) -> (String, Vec<Sql>) {
    let (scope, values) = scope_of(table, caller, others);
    // Those that are seen, not those that are hidden: of a kind of next year this server does not know who sees it.
    let seen: Vec<&Kind> = Kind::ALL.iter().filter(|kind| caller.role.sees(**kind)).collect();
    let of_kinds = if seen.is_empty() { "1 = 0".to_owned() } else { format!("{table}kind IN ({})", Kind::listed(seen)) };
    (format!("{scope} AND {of_kinds}"), values)
}

/// The same for a table of this name, with a dot.
fn scope_of(table: &str, caller: &Caller, others: usize) -> (String, Vec<Sql>) {
    let mut values: Vec<Sql> = Vec::new();
    let mut value = |v: Sql| {
        values.push(v);
        format!("?{}", others + values.len())
    };
    let areas: Vec<String> = caller
        .areas
        .iter()
        .map(|a| {
            let (low, high) = range(a);
            format!("({table}area >= {} AND {table}area <= {})", value(low.into()), value(high.into()))
        })
        .collect();
    let programmes = value(programme_bits(caller.role.programmes()).into());
    (format!("({}) AND ({table}programmes & {programmes}) <> 0", areas.join(" OR ")), values)
}

/// Files first, then the newest visits, then reviews; a page at a time.
fn first_download(db: &Db<'_>, caller: &Caller, mut cursor: Cursor) -> anyhow::Result<FeedPage> {
    let (rank, after) = cursor.first.map_or((0, vec![0xff; 17]), |(rank, id)| (rank, id.bytes().to_vec()));
    let (scope, values) = may_read("", caller, 2);
    let from = format!("FROM records WHERE (rank > ?1 OR (rank = ?1 AND id < ?2)) AND {scope}");
    let args: Vec<Sql> = [rank.into(), after.into()].into_iter().chain(values).collect();
    let left = db.number(&format!("SELECT count(*) {from}"), &args)?;
    let (mut items, mut bytes) = (Vec::new(), 0);
    db.each(&format!("SELECT id, area, document, row, rank {from} ORDER BY rank, id DESC"), &args, |row| {
        let item = entering(row)?;
        bytes += item.bytes();
        cursor.first = Some((u8::try_from(row.int(4)?).unwrap_or(u8::MAX), item.record));
        items.push(item);
        Ok(bytes < FEED_BYTES)
    })?;
    let items = items.into_iter().map(Entering::item).collect::<anyhow::Result<Vec<_>>>()?;
    let left = u64::try_from(left)?.saturating_sub(items.len() as u64);
    if left == 0 {
        cursor = Cursor { first: None, complete: true, ..cursor };
    }
    // What was written meanwhile waits in the feed.
    Ok(FeedPage { items, cursor, more: true, left })
}

/// A record on its way to a device.
pub struct Entering {
    record: RecordId,
    area: AreaCode,
    document: Vec<u8>,
    row: Vec<u8>,
}

impl Entering {
    /// How large its document is.
    pub fn bytes(&self) -> usize {
        self.document.len()
    }
    /// As a device gets it.
    pub fn item(self) -> anyhow::Result<FeedItem> {
        let row: Row = rmp_serde::from_slice(&self.row)?;
        Ok(FeedItem::Enter { record: self.record, area: self.area, document: self.document, row: Box::new(row) })
    }
}

/// Reads one: id, area, document, row.
pub fn entering(row: &mut SqlRow) -> DbResult<Entering> {
    Ok(Entering { record: record_at(row, 0)?, area: row.parse(1)?, document: row.blob(2)?, row: row.blob(3)? })
}

/// One line of the feed, as a device hears it.
struct Told {
    seq: u64,
    record: RecordId,
    what: What,
}

enum What {
    Change(Vec<u8>),
    /// A change of a record that the device may not have.
    Whole,
    Enter,
    Leave,
    Nothing,
}

struct Reader<'a, 'd> {
    db: &'a Db<'d>,
    caller: &'a Caller,
    sent: &'a HashSet<Hash>,
    since: Option<Timestamp>,
    items: Vec<FeedItem>,
    bytes: usize,
}

impl Reader<'_, '_> {
    /// Reads on in one county; gives the place reached and whether there is more.
    fn read(&mut self, county: &AreaCode, after: u64) -> anyhow::Result<(u64, bool)> {
        let end = self.db.one("SELECT seq FROM counties WHERE code = ?1", args![county.as_str()], |r| r.int(0))?.unwrap_or(0);
        if after >= u64::try_from(end)? {
            return Ok((u64::try_from(end)?, false));
        }
        let (lines, full) = self.lines(county, after, end)?;
        let last = lines.last().map(|line| line.seq);
        for Told { seq, record, what } in lines {
            match what {
                What::Change(bytes) => {
                    self.bytes += bytes.len();
                    self.items.push(FeedItem::Change { record, bytes });
                }
                What::Whole => self.enter_one(record)?,
                What::Enter => self.enter(record)?,
                What::Leave => self.items.push(FeedItem::Leave { person: record }),
                What::Nothing => {}
            }
            if self.bytes >= FEED_BYTES || (full && Some(seq) == last) {
                return Ok((seq, true));
            }
        }
        Ok((u64::try_from(end)?, false))
    }

    /// The feed's next lines with all that is told of changes, in one statement, and whether there may be more.
    fn lines(&self, county: &AreaCode, after: u64, end: i64) -> anyhow::Result<(Vec<Told>, bool)> {
        let (scope, values) = scope_of("f.", self.caller, 4);
        let (seen, seen_values) = may_read("r.", self.caller, 4 + values.len());
        // A district keeps within its own areas' part of the feed; a county officer reads it all. What has left the scope since is told by
        // its leave, and of a visit older than what devices hold the whole.
        let old = is_old("r.", 4);
        let sql = format!(
            "SELECT f.seq, f.what, f.record, f.hash, c.bytes, CASE WHEN {old} THEN 1 ELSE 0 END,
                    CASE WHEN r.id IS NULL THEN 0 ELSE 1 END
             FROM feed f LEFT JOIN records r ON r.id = f.record AND {seen} LEFT JOIN changes c ON c.hash = f.hash AND r.id = f.record
             WHERE f.county = ?1 AND f.seq > ?2 AND f.seq <= ?3 AND {scope} ORDER BY f.seq LIMIT {PAGE_ROWS}"
        );
        let since = self.since.map_or(i64::MIN, |since| since.0);
        let head: [Sql; 4] = [county.as_str().into(), i64::try_from(after).unwrap_or(i64::MAX).into(), end.into(), since.into()];
        let args: Vec<Sql> = head.into_iter().chain(values).chain(seen_values).collect();
        let (mut lines, mut bytes) = (Vec::new(), self.bytes);
        self.db.each(&sql, &args, |r| {
            let line = self.told(r)?;
            bytes += if let What::Change(change) = &line.what { change.len() } else { 0 };
            lines.push(line);
            Ok(bytes < FEED_BYTES)
        })?;
        let full = lines.len() == PAGE_ROWS || bytes >= FEED_BYTES;
        Ok((lines, full))
    }

    fn told(&self, r: &mut SqlRow) -> DbResult<Told> {
        let (seq, record, what) = (r.count(0)?, record_at(r, 2)?, r.text(1)?);
        let what = match what.as_str() {
            "enter" => What::Enter,
            // It may have come back since.
            "leave" if r.flag(6)? => What::Nothing,
            "leave" => What::Leave,
            // Not by the device that wrote it: of a copied device, each copy must hear what the other wrote.
            _ if self.sent.contains(&Hash(r.bytes(3)?)) => What::Nothing,
            what if what == "whole" || r.flag(5)? => What::Whole,
            _ => r.blob(4).map_or(What::Nothing, What::Change),
        };
        Ok(Told { seq, record, what })
    }

    fn enter_one(&mut self, record: RecordId) -> anyhow::Result<()> {
        if let Some(record) = whole(self.db, self.caller, &record)? {
            self.bytes += record.bytes();
            self.items.push(record.item()?);
        }
        Ok(())
    }

    /// A file that came into the scope comes whole, with all that belongs to it.
    fn enter(&mut self, person: RecordId) -> anyhow::Result<()> {
        let (scope, values) = may_read("", self.caller, 1);
        let args: Vec<Sql> = std::iter::once(person.bytes().into()).chain(values).collect();
        let sql = format!("SELECT id, area, document, row FROM records WHERE person = ?1 AND {scope} ORDER BY rank, id");
        for record in self.db.rows(&sql, &args, entering)? {
            self.bytes += record.bytes();
            self.items.push(record.item()?);
        }
        Ok(())
    }
}
