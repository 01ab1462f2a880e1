//! The first download: immutable packs of whole records, made once and sent to everybody who may see them. A pack holds records
//! of one village that are seen by the same people: those of the same programmes, and of a kind that fewer see nothing else. Its name is the hash of its bytes, so a device
//! asks for it from any byte on and knows when it is whole. What was written after it was made comes by the feed.
use crate::store::Store;
use crate::store::db::{Db, Sql, SqlRow, args};
use crate::store::window::window;
use crate::sync::feed;
use bytes::Bytes;
use domain::roles::{Caller, Kind, Role};
use domain::sync::{Cursor, FeedItem, Pack, PackRequest};
use domain::{AreaCode, Hash, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Plain bytes in one pack, about: it is taken in as a whole.
const PACK_BYTES: usize = 4 << 20;
/// Whoever began to read a pack that was replaced can go on for so long, milliseconds.
const KEEP: i64 = 7 * 24 * 3600 * 1000;
/// Compression: slow once, small for everybody.
const LEVEL: i32 = 15;

/// Records that the same people may see, and which part of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    part: Part,
    area: AreaCode,
    programmes: i64,
}

/// What of them is in one pack: files, what belongs to them, or records of a kind that not everybody sees. Its number never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Part {
    Files,
    Belongings,
    Of(Kind),
}

impl Part {
    fn all() -> impl Iterator<Item = Part> {
        [Part::Files, Part::Belongings].into_iter().chain(apart().map(|kind| Part::Of(*kind)))
    }
    fn number(self) -> i64 {
        match self {
            Part::Files => 0,
            Part::Belongings => 1,
            Part::Of(kind) => 16 + i64::from(kind.spec().rank),
        }
    }
    fn is_seen_by(self, role: Role) -> bool {
        if let Part::Of(kind) = self { role.sees(kind) } else { true }
    }
    /// Which records, with the moment before which devices do not hold them as argument 3.
    fn condition(self) -> String {
        // Of a kind of next year this server does not know who sees it.
        let for_all = Kind::listed(Kind::ALL.iter().filter(|kind| kind.spec().seen.is_none()));
        match self {
            Part::Files => format!("rank = 0 AND kind IN ({for_all})"),
            Part::Belongings => format!("rank > 0 AND kind IN ({for_all}) AND NOT {}", feed::is_old("", 3)),
            Part::Of(kind) => format!("kind = '{kind}' AND NOT {}", feed::is_old("", 3)),
        }
    }
}

/// The kinds that not everybody sees who sees the file.
fn apart() -> impl Iterator<Item = &'static Kind> {
    Kind::ALL.iter().filter(|kind| kind.spec().seen.is_some())
}

/// What a device begins with.
pub struct Start {
    /// What to fetch, files first.
    pub packs: Vec<Pack>,
    /// Where the feed of each county goes on.
    pub seq: BTreeMap<AreaCode, u64>,
}

/// Makes the packs of a scope that are missing or stale. To be called outside of transactions: compressing takes time.
pub fn refresh(store: &Store, caller: &Caller, now: Timestamp) -> anyhow::Result<Start> {
    let since = window(now);
    let (mut seq, groups) = store.read(|db| Ok((feed::start(db, caller)?, groups(db, caller)?)))?;
    let mut packs = Vec::new();
    for group in groups {
        let fresh = store.read(|db| kept(db, &group, since))?;
        let of_group = match fresh {
            Some(fresh) => fresh,
            None => make(store, &group, since, now)?,
        };
        for (pack, at) in of_group {
            if let Some(seq) = group.area.county().and_then(|county| seq.get_mut(&county)) {
                *seq = at.min(*seq);
            }
            packs.push(pack);
        }
    }
    Ok(Start { packs, seq })
}

/// The page that goes with it: the feed is read from there when the packs are in.
pub fn begin(start: &Start, caller: &Caller, now: Timestamp) -> feed::FeedPage {
    let cursor = Cursor { scope: feed::scope(caller), seq: start.seq.clone(), first: None, complete: true, since: Some(window(now)) };
    feed::FeedPage { items: Vec::new(), cursor, more: true, left: start.packs.iter().map(|pack| pack.records).sum() }
}

fn groups(db: &Db<'_>, caller: &Caller) -> anyhow::Result<Vec<Group>> {
    let (scope, values) = feed::in_scope(caller, 0);
    let sql = format!("SELECT DISTINCT area, programmes FROM records WHERE {scope}");
    let found = db.rows(&sql, &values, |r| Ok((r.parse(0)?, r.int(1)?)))?;
    let parts: Vec<Part> = Part::all().filter(|part| part.is_seen_by(caller.role)).collect();
    let of = |(area, programmes): (AreaCode, i64)| parts.iter().map(move |part| Group { part: *part, area: area.clone(), programmes });
    let mut groups: Vec<Group> = found.into_iter().flat_map(of).collect();
    groups.sort();
    Ok(groups)
}

/// The packs of a group while they are worth sending. A file that left must not be in one any more; and much that is newer would come twice.
fn kept(db: &Db<'_>, group: &Group, since: Timestamp) -> anyhow::Result<Option<Vec<(Pack, u64)>>> {
    let sql = "SELECT id, size, records, seq FROM packs WHERE area = ?1 AND programmes = ?2 AND part = ?3 AND since = ?4 AND replaced = 0 ORDER BY made, id";
    let packs = db.rows(sql, args![group.area.as_str(), group.programmes, group.part.number(), since.0], |r| {
        Ok((Pack { id: Hash(r.bytes(0)?), bytes: r.count(1)?, records: r.count(2)? }, r.count(3)?))
    })?;
    let (Some(seq), Some(county)) = (packs.iter().map(|(_, seq)| *seq).min(), group.area.county()) else { return Ok(None) };
    let newer = "SELECT count(*) FROM feed WHERE county = ?1 AND area = ?2 AND seq > ?3";
    let after = args![county.as_str(), group.area.as_str(), i64::try_from(seq)?];
    let left = db.number(&format!("{newer} AND what = 'leave'"), after)?;
    let records: u64 = packs.iter().map(|(pack, _)| pack.records).sum();
    let fresh = left == 0 && db.number(newer, after)? <= i64::try_from(records / 4)? + 20;
    Ok(fresh.then_some(packs))
}

fn make(store: &Store, group: &Group, since: Timestamp, now: Timestamp) -> anyhow::Result<Vec<(Pack, u64)>> {
    let county = group.area.county().ok_or_else(|| anyhow::anyhow!("a village lies in a county"))?;
    let (seq, records) = store.read(|db| {
        // The number first: what comes in between is in the pack and in the feed.
        let seq = db.one("SELECT seq FROM counties WHERE code = ?1", args![county.as_str()], |r| r.count(0))?.unwrap_or(0);
        let which = group.part.condition();
        let sql = format!("SELECT id, area, document, row FROM records WHERE area = ?1 AND programmes = ?2 AND {which} ORDER BY rank, id DESC");
        let mut args: Vec<Sql> = vec![group.area.as_str().into(), group.programmes.into()];
        if group.part != Part::Files {
            args.push(since.0.into());
        }
        Ok((seq, db.rows(&sql, &args, feed::entering)?))
    })?;
    let mut made = Vec::new();
    let mut items: Vec<FeedItem> = Vec::new();
    let mut size = 0;
    let mut records = records.into_iter().peekable();
    while records.peek().is_some() {
        for record in records.by_ref() {
            size += record.bytes();
            items.push(record.item()?);
            if size >= PACK_BYTES {
                break;
            }
        }
        let bytes = zstd::bulk::compress(&rmp_serde::to_vec_named(&items)?, LEVEL)?;
        let pack = Pack { id: Hash(Sha256::digest(&bytes).into()), bytes: bytes.len() as u64, records: items.len() as u64 };
        made.push((pack, bytes));
        items.clear();
        size = 0;
    }
    if made.is_empty() {
        return Ok(Vec::new());
    }
    store.write_shared(|db| {
        let old = "UPDATE packs SET replaced = ?4 WHERE area = ?1 AND programmes = ?2 AND part = ?3 AND replaced = 0";
        let part = group.part.number();
        db.run(old, args![group.area.as_str(), group.programmes, part, now.0])?;
        db.run("DELETE FROM packs WHERE replaced > 0 AND replaced < ?1", args![now.0 - KEEP])?;
        let new =
            "INSERT INTO packs (id, area, programmes, part, since, seq, records, size, bytes, made) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                   ON CONFLICT (id) DO UPDATE SET replaced = 0, seq = excluded.seq, since = excluded.since";
        for (pack, bytes) in &made {
            let (area, seq, records, size) = (group.area.as_str(), i64::try_from(seq)?, i64::try_from(pack.records)?, i64::try_from(pack.bytes)?);
            db.run(new, args![&pack.id.0, area, group.programmes, part, since.0, seq, records, size, bytes, now.0])?;
        }
        Ok(())
    })?;
    Ok(made.into_iter().map(|(pack, _)| (pack, seq)).collect())
}

/// Removes packs that nobody will ask for any more: replaced more than a week ago, of a month gone by, or of a village that has no such
/// file left; how many. Who is in the middle of one of those begins with what there is now.
///
/// # Errors
/// The database's.
pub fn tidy(store: &Store, now: Timestamp) -> anyhow::Result<u64> {
    store.write_shared(|db| {
        db.run("UPDATE packs SET replaced = ?1 WHERE replaced = 0 AND since <> ?2", args![now.0, window(now).0])?;
        let emptied = "NOT EXISTS (SELECT 1 FROM records r WHERE r.area = packs.area AND r.programmes = packs.programmes)";
        Ok(db.run(&format!("DELETE FROM packs WHERE (replaced > 0 AND replaced < ?1) OR {emptied}"), args![now.0 - KEEP])?)
    })
}

/// How many bytes a wish is for; none for what is not there, or not for this caller.
pub fn size(db: &Db<'_>, caller: &Caller, wish: &PackRequest) -> anyhow::Result<Option<u64>> {
    let (scope, values) = feed::in_scope(caller, 1);
    let args: Vec<Sql> = std::iter::once(Sql::from(&wish.id.0)).chain(values).collect();
    let seen: Vec<String> = Part::all().filter(|part| part.is_seen_by(caller.role)).map(|part| part.number().to_string()).collect();
    let seen = seen.join(", ");
    let size = db.one(&format!("SELECT size FROM packs WHERE id = ?1 AND {scope} AND part IN ({seen})"), &args, |r: &mut SqlRow| r.count(0))?;
    Ok(size.and_then(|size| size.checked_sub(wish.from)))
}

/// The villages whose packs are wished for, each with the records in them.
pub(crate) fn villages(db: &Db<'_>, wishes: &[PackRequest]) -> anyhow::Result<Vec<(AreaCode, u64)>> {
    let mut villages: BTreeMap<AreaCode, u64> = BTreeMap::new();
    for wish in wishes {
        let pack = db.one("SELECT area, records FROM packs WHERE id = ?1", args![&wish.id.0], |r| Ok((r.parse(0)?, r.count(1)?)))?;
        if let Some((village, records)) = pack {
            *villages.entry(village).or_default() += records;
        }
    }
    Ok(villages.into_iter().collect())
}

/// The bytes wished for.
pub fn part(db: &Db<'_>, wish: &PackRequest) -> anyhow::Result<Bytes> {
    let bytes = db.one("SELECT bytes FROM packs WHERE id = ?1", args![&wish.id.0], |r| r.blob(0))?.unwrap_or_default();
    Ok(Bytes::from(bytes).slice(usize::try_from(wish.from)?..))
}
