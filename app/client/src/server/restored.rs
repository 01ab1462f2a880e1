//! After a server was restored from a backup: everything is read anew, and what the server lost comes back, first from those who wrote
//! it. Others' work that nobody brought back for a day is given to the server by whoever has it. What will never come as it is leaves
//! the documents here, so that in the end everybody has the same.
use crate::server::prepared::Prepared;
use crate::server::rebase::rebase;
use crate::server::unheard;
use crate::store::tx::Tx;
use crate::store::{View, blobs, changes, id_at, meta, strays};
use crate::{Result, Trouble};
use domain::roles::Kind;
use domain::sync::{Cursor, MAX_KNOWN, Push};
use domain::{Hash, RecordId};
use std::collections::{BTreeSet, HashSet};

/// About how many bytes of others' changes go into one request.
const GIVE_BYTES: usize = 1 << 20;
/// So many records are asked about at once.
const DOUBTS: usize = 200;
/// Before the server is asked again about a record: its authors may bring back what it lost meanwhile. Milliseconds.
const PAUSE: i64 = 24 * 3600 * 1000;

/// What a request asks a restored server.
#[derive(Default)]
pub(crate) struct Questions {
    pub(crate) known: Vec<Hash>,
    pub(crate) here: Vec<RecordId>,
    pub(crate) unheard: Vec<(RecordId, Vec<Hash>)>,
    pub(crate) found: Vec<Push>,
    pub(crate) doubts: Vec<(RecordId, Vec<Hash>)>,
}

/// One thing after the other: own changes, persons, records in doubt.
pub(crate) fn questions(view: &View<'_>, cursor: &Cursor) -> Result<Questions> {
    let db = view.db;
    let mut ask = Questions { found: strays::to_give(db, GIVE_BYTES)?.into_iter().map(|(_, push)| push).collect(), ..Questions::default() };
    if let Some(below) = meta::get(db, meta::HEALED_TO)? {
        ask.known = changes::answered_below(db, below, MAX_KNOWN)?.into_iter().map(|(_, hash)| hash).collect();
    }
    let begun = !cursor.complete;
    if !begun {
        ask.here = to_ask(db)?;
        ask.unheard = unheard::to_ask(view)?;
    }
    let busy =
        begun || !ask.unheard.is_empty() || meta::get::<RecordId>(db, meta::ASKED_TO)?.is_some() || meta::get::<i64>(db, meta::HEALED_TO)?.is_some();
    if !busy {
        ask.doubts = doubts(view)?;
        ask.known = ask.doubts.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    }
    Ok(ask)
}

/// After everything was read anew: which files, and others that stand alone, the server is asked about next.
fn to_ask(db: &rusqlite::Connection) -> Result<Vec<RecordId>> {
    let Some(after): Option<RecordId> = meta::get(db, meta::ASKED_TO)? else { return Ok(Vec::new()) };
    let most = i64::try_from(MAX_KNOWN).unwrap_or(i64::MAX);
    let alone = Kind::listed(Kind::ALL.iter().filter(|kind| kind.stands_alone()));
    let sql = format!("SELECT person FROM records WHERE person > ?1 AND kind IN ({alone}) ORDER BY person LIMIT ?2");
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map(rusqlite::params![after.bytes(), most], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Records it is time to ask about, with others' changes in them.
fn doubts(view: &View<'_>) -> Result<Vec<(RecordId, Vec<Hash>)>> {
    let (mut found, mut names) = (Vec::new(), 0);
    for id in strays::doubtful(view.db, view.now, PAUSE, DOUBTS)? {
        let theirs = match crate::store::record(view.db, id) {
            Ok(record) => others(view.db, record.changes().into_iter().map(|change| change.hash))?,
            Err(_) => Vec::new(),
        };
        names += theirs.len();
        if names > MAX_KNOWN && !found.is_empty() {
            break;
        }
        found.push((id, theirs));
    }
    Ok(found)
}

/// Those that were not written here.
fn others(db: &rusqlite::Connection, hashes: impl IntoIterator<Item = Hash>) -> Result<Vec<Hash>> {
    let mut theirs = Vec::new();
    for hash in hashes {
        if changes::place_of(db, &hash)?.is_none() {
            theirs.push(hash);
        }
    }
    theirs.truncate(MAX_KNOWN);
    Ok(theirs)
}

/// Its numbers mean something else now, and what it took may be gone: everything is read anew and asked about.
pub(crate) fn begin(tx: &Tx<'_>) -> Result<()> {
    meta::put(tx.db, meta::HEALED_TO, &i64::MAX)?;
    strays::doubt_all(tx.db)?;
    blobs::offer_again(tx.db)
}

/// Does what the server's answers ask for. Whether there is more to ask at once.
pub(crate) fn answered(tx: &mut Tx<'_>, prepared: &Prepared, lost: &[Hash], gone: &[Hash]) -> Result<bool> {
    let request = &prepared.request;
    let mut more = heal(tx, &request.known, lost)?;
    for push in &request.found {
        // A reader of before strays skips them: then they stay until they make room.
        let hash = records::Incoming::parse(&push.bytes)?.hash;
        strays::given(tx.db, &hash, tx.now())?;
        if gone.contains(&hash) {
            part_with(tx, push.record, &[hash])?;
        }
    }
    let (lost, gone): (HashSet<&Hash>, HashSet<&Hash>) = (lost.iter().collect(), gone.iter().collect());
    for (id, names) in &prepared.doubts {
        let stays: Vec<Hash> = names.iter().filter(|name| lost.contains(name) && !gone.contains(name)).copied().collect();
        if strays::asked(tx.db, *id, tx.now())? > 0 {
            give(tx, *id, &stays)?;
        }
        let gone: Vec<Hash> = names.iter().filter(|name| gone.contains(name)).copied().collect();
        let parted = gone.is_empty() || part_with(tx, *id, &gone)?;
        if stays.is_empty() && parted {
            strays::sure_of(tx.db, *id)?;
        }
    }
    more |= !prepared.doubts.is_empty() || !strays::to_give(tx.db, 0)?.is_empty();
    Ok(more)
}

/// Others' changes that nobody brought back: the server is to keep them.
fn give(tx: &Tx<'_>, id: RecordId, lost: &[Hash]) -> Result<()> {
    let Some(record) = tx.record(id).ok().filter(|_| !lost.is_empty()) else { return Ok(()) };
    record.changes().iter().filter(|change| lost.contains(&change.hash)).try_for_each(|change| strays::keep(tx.db, id, change))
}

/// Takes out of a record what will not come as it is. A record that is nothing without it goes, unless something written here waits
/// for its file. Whether it is done.
fn part_with(tx: &mut Tx<'_>, id: RecordId, gone: &[Hash]) -> Result<bool> {
    let Ok(record) = tx.record(id) else { return Ok(true) };
    let gone: Vec<Hash> = others(tx.db, gone.iter().copied())?.into_iter().filter(|hash| record.has(hash)).collect();
    if gone.is_empty() || rebase(tx, id, &gone, &[])? {
        return Ok(true);
    }
    let waits = changes::unsent_of_person(tx.db, record.person())?;
    if !waits {
        tx.drop_record(id)?;
    }
    Ok(!waits)
}

/// What the server lost is sent again; what it was asked about is not asked again. Whether there was anything to ask about.
fn heal(tx: &mut Tx<'_>, known: &[Hash], lost: &[Hash]) -> Result<bool> {
    if meta::get::<i64>(tx.db, meta::HEALED_TO)?.is_none() {
        return Ok(false);
    }
    let mut returning: BTreeSet<Hash> = meta::get(tx.db, meta::RETURNING)?.unwrap_or_default();
    for hash in lost {
        if tx.send_again(hash)? {
            returning.insert(*hash);
        }
    }
    meta::put(tx.db, meta::RETURNING, &returning)?;
    match known.last().map(|hash| changes::place_of(tx.db, hash)).transpose()?.flatten() {
        Some((_, n)) => meta::put(tx.db, meta::HEALED_TO, &n)?,
        None => meta::remove(tx.db, meta::HEALED_TO)?,
    }
    Ok(true)
}

/// The server was asked about these persons, and what it said was taken in; whether there are more to ask about.
pub(crate) fn asked(tx: &Tx<'_>, here: &[RecordId]) -> Result<bool> {
    if meta::get::<RecordId>(tx.db, meta::ASKED_TO)?.is_none() {
        return Ok(false);
    }
    match here.last() {
        Some(last) => meta::put(tx.db, meta::ASKED_TO, last)?,
        // Not yet: the first download comes before.
        None if !meta::get::<Cursor>(tx.db, meta::CURSOR)?.unwrap_or_default().complete => {}
        None => meta::remove(tx.db, meta::ASKED_TO)?,
    }
    Ok(true)
}

/// Own changes that are sent again from outside of any document, with their bytes.
pub(crate) fn returning(tx: &Tx<'_>) -> Result<Vec<(Hash, RecordId, Vec<u8>)>> {
    let hashes: BTreeSet<Hash> = meta::get(tx.db, meta::RETURNING)?.unwrap_or_default();
    let mut found = Vec::new();
    for hash in hashes {
        if let (Some((id, _)), Some(bytes)) = (changes::place_of(tx.db, &hash)?, changes::bytes_of(tx.db, &hash)?) {
            found.push((hash, id, bytes));
        }
    }
    found.sort_by_key(|(hash, ..)| changes::place_of(tx.db, hash).ok().flatten().map(|(_, n)| n));
    Ok(found)
}

/// Their documents came again, as the backup had them: what was written here belongs into them. Names records that must come whole.
pub(crate) fn take_back(tx: &mut Tx<'_>, returning: Vec<(Hash, RecordId, Vec<u8>)>) -> Result<BTreeSet<RecordId>> {
    let (mut rest, mut missed) = (BTreeSet::new(), BTreeSet::new());
    if returning.is_empty() {
        return Ok(missed);
    }
    for (hash, id, bytes) in returning {
        // By this very reply it may have been refused, or written anew.
        if !changes::stands(tx.db, &hash)? {
            continue;
        }
        match tx.whole(|tx| tx.absorb(id, std::slice::from_ref(&bytes))) {
            Ok(_) => {}
            Err(Trouble::Record(_) | Trouble::Failure(_)) if changes::bytes_of(tx.db, &hash)?.is_some() => _ = rest.insert(hash),
            // The server has it, and the document here is not there yet.
            Err(Trouble::Record(_)) => _ = missed.insert(id),
            Err(Trouble::Failure(_)) => {}
            Err(e) => return Err(e),
        }
    }
    meta::put(tx.db, meta::RETURNING, &rest)?;
    Ok(missed)
}
