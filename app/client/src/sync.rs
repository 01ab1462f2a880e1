//! One sync request: what goes up, and what is done with the reply. No network here; see `online`.
use crate::store::changes::{self, State};
use crate::store::intent::Intent;
use crate::store::work::Work;
use crate::store::{Durability, id_at, meta};
use crate::{Core, Result, Trouble};
use domain::sync::{Cursor, FeedItem, MAX_CHANGES, Refusal, SyncReply, SyncRequest, WIRE};
use domain::{Code, Hash, RecordId, Row};
use records::{Incoming, Record, RecordError};
use std::collections::BTreeSet;

/// About how many plain bytes of changes go into one request: well below what the server takes.
const PUSH_BYTES: usize = 3 << 20;
/// Device and server clocks further apart than this are told, seconds.
const CLOCK_TOLERANCE: i64 = 600;

/// A request with the names of the changes in it, in their order.
pub struct Prepared {
    /// What to send.
    pub request: SyncRequest,
    /// Its changes.
    pub sent: Vec<Hash>,
}

/// What a reply brought.
#[derive(Default)]
pub struct Taken {
    /// Records that are shown differently now.
    pub changed: BTreeSet<RecordId>,
    /// Changes the server took.
    pub accepted: u64,
    /// Changes it will take later.
    pub held: u64,
    /// Changes it did not take.
    pub refused: u64,
    /// Documents and changes by others.
    pub pulled: u64,
    /// Whether to ask again at once.
    pub more: bool,
    /// Something could not be taken in: the next request reads everything anew.
    pub anew: bool,
    /// Documents the first download still has to bring.
    pub left: u64,
}

/// Makes the next request: what waits, oldest first, and how far the feed was read.
pub fn prepare(core: &Core) -> Result<Prepared> {
    let view = core.view()?;
    let (sent, changes) = changes::waiting(view.db, MAX_CHANGES, PUSH_BYTES)?.into_iter().unzip();
    let request = SyncRequest {
        v: WIRE,
        device: view.book.device,
        epoch: meta::get(view.db, meta::EPOCH)?.unwrap_or(0),
        cursor: meta::get(view.db, meta::CURSOR)?.unwrap_or_default(),
        reference: view.book.reference().map_or(0, |r| r.version),
        changes,
        blob_hashes: Vec::new(),
    };
    Ok(Prepared { request, sent })
}

/// Takes in a reply, in one transaction: receipts, records, cursor.
pub fn take_in(core: &mut Core, sent: &[Hash], reply: SyncReply) -> Result<Taken> {
    let off = core.env().now().since(reply.now) / 1000;
    core.clock_off = (off.abs() > CLOCK_TOLERANCE).then_some(off);
    let (mut taken, changed) = core.transact(Durability::Batch, |work| receive(work, sent, reply))?;
    taken.changed = changed;
    Ok(taken)
}

fn receive(work: &mut Work<'_>, sent: &[Hash], reply: SyncReply) -> Result<Taken> {
    let mut taken = Taken { more: reply.more, left: reply.left, ..Taken::default() };
    let moved = reply.reference.as_ref().is_some_and(|new| work.book().me().is_ok_and(|me| (me.role, &me.areas) != (new.me.role, &new.me.areas)));
    if let Some(reference) = reply.reference {
        work.put_reference(reference)?;
    }
    for hash in &reply.accepted {
        taken.accepted += u64::from(receipt(work, hash, State::Accepted)?);
    }
    for hash in &reply.held {
        taken.held += u64::from(receipt(work, hash, State::Held)?);
    }
    for refusal in &reply.refused {
        taken.refused += refuse(work, sent, refusal)?;
    }
    let mut whole = true;
    for item in reply.feed {
        match take_item(work, item) {
            Ok(pulled) => taken.pulled += pulled,
            // A gap, or bytes that are no change: the record comes whole with the next first download.
            Err(Trouble::Record(_)) => whole = false,
            Err(e) => return Err(e),
        }
    }
    if moved {
        leave_old_scope(work)?;
    }
    // A new epoch means the server lost something: everything is read anew.
    let known: Option<u64> = meta::get(work.db, meta::EPOCH)?;
    let cursor = if whole && known.is_none_or(|e| e == reply.epoch) { reply.cursor } else { Some(Cursor::default()) };
    taken.anew = !whole;
    taken.more |= !whole;
    meta::put(work.db, meta::EPOCH, &reply.epoch)?;
    if let Some(cursor) = cursor {
        meta::put(work.db, meta::CURSOR, &cursor)?;
    }
    if !taken.more {
        meta::put(work.db, meta::LAST_SYNC, &work.now())?;
    }
    Ok(taken)
}

fn receipt(work: &mut Work<'_>, hash: &Hash, state: State) -> Result<bool> {
    let record = changes::receipt(work.db, hash, state, None)?;
    if let Some(id) = record {
        mark(work, id)?;
    }
    Ok(record.is_some())
}

/// A record's standing changed: it and its person's file are shown anew.
fn mark(work: &mut Work<'_>, id: RecordId) -> Result<()> {
    work.mark_changed(id);
    match work.view().row(id) {
        Ok(row) => work.touch(row.person()),
        Err(Trouble::Said(f)) if f.code == Code::NotFound => {}
        Err(e) => return Err(e),
    }
    Ok(())
}

fn take_item(work: &mut Work<'_>, item: FeedItem) -> Result<u64> {
    match item {
        FeedItem::Enter { record, area, document, row } => work.take_in(record, &area, &document, &row).map(|()| 1),
        FeedItem::Change { record, bytes } => take_change(work, record, &bytes),
        FeedItem::Own(hash) => receipt(work, &hash, State::Accepted).map(|_| 0),
        FeedItem::Leave { person } => leave(work, person).map(|()| 1),
    }
}

fn take_change(work: &mut Work<'_>, id: RecordId, bytes: &[u8]) -> Result<u64> {
    match work.absorb(id, &[bytes.to_vec()]) {
        Ok(new) => Ok(new.len() as u64),
        Err(Trouble::Said(f)) if f.code == Code::NotFound => {
            let incoming = Incoming::parse(bytes)?;
            if !incoming.deps().is_empty() {
                return Err(RecordError::MissingDeps.into());
            }
            let record = Record::from_first(&incoming)?;
            if record.id() != id {
                return Err(RecordError::Malformed("another record").into());
            }
            let area = match record.area() {
                Some(area) => area,
                // What belongs to a file that is not here is nothing to show.
                None => work.area_of(record.person()).map_err(|_| RecordError::MissingDeps)?,
            };
            work.put(id, &area, &record.reread()?, &record.row()?)?;
            Ok(1)
        }
        Err(e) => Err(e),
    }
}

/// A file left the scope: whatever was sent was answered before this line, so only what still waits keeps it here.
fn leave(work: &mut Work<'_>, person: RecordId) -> Result<()> {
    let sql = "SELECT id FROM records WHERE person = ?1 AND NOT EXISTS
               (SELECT 1 FROM changes WHERE changes.person = ?1 AND state IN ('pending', 'held')) ORDER BY kind DESC";
    let ids = {
        let mut statement = work.db.prepare_cached(sql)?;
        let found = statement.query_map([person.bytes()], |r| id_at(r, 0))?;
        found.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for id in ids {
        work.drop_record(id)?;
    }
    Ok(())
}

/// The caller's role or areas changed: files that are no longer her business go, once nothing of theirs waits here.
fn leave_old_scope(work: &mut Work<'_>) -> Result<()> {
    let caller = work.book().caller()?;
    let persons = {
        let mut statement = work.db.prepare_cached("SELECT row FROM records WHERE kind = 'person'")?;
        let rows = statement.query_map([], |r| r.get::<_, Vec<u8>>(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for packed in persons {
        let Row::Person(person) = rmp_serde::from_slice(&packed)? else { continue };
        if !caller.sees(&person.area, &person.programmes) {
            leave(work, person.id)?;
        }
    }
    Ok(())
}

/// A change that was not taken is kept and told. The record goes on without it under a new actor; what was built on it is
/// repeated there, to be judged by itself.
fn refuse(work: &mut Work<'_>, sent: &[Hash], refusal: &Refusal) -> Result<u64> {
    let at = |n: &u32| usize::try_from(*n).ok().and_then(|n| sent.get(n)).copied();
    let Some(root) = at(&refusal.n) else { return Ok(0) };
    let Some(id) = changes::receipt(work.db, &root, State::Refused, Some(&refusal.reason))? else { return Ok(0) };
    mark(work, id)?;
    let Ok(record) = work.record(id) else { return Ok(1) };
    // Without its first change there is no record: it stays here as it is, to be read.
    let Some(mut rest) = record.without(&[root])? else {
        for hash in refusal.blocked.iter().filter_map(at) {
            changes::receipt(work.db, &hash, State::Refused, Some(&refusal.reason))?;
        }
        return Ok(1);
    };
    let area = work.area_of(id)?;
    work.replace(&rest)?;
    for (hash, intent) in changes::intents_after(work.db, id, &root)? {
        if rest.has(&hash) {
            continue;
        }
        changes::forget(work.db, &hash)?;
        repeat(work, &mut rest, &area, intent)?;
    }
    Ok(1)
}

fn repeat(work: &mut Work<'_>, record: &mut Record, area: &domain::AreaCode, intent: Intent) -> Result<()> {
    let pen = work.pen(record.id())?;
    let written = match &intent {
        Intent::Edit { edits } => record.edit(edits, &pen)?,
        Intent::Amend { answers } => record.amend(answers, &pen)?.into_iter().collect(),
        Intent::Settle { path, value } => vec![record.settle(path, value, &pen)?],
        // A record is made once.
        Intent::NewPerson { .. } | Intent::NewVisit { .. } | Intent::Review { .. } => Vec::new(),
    };
    let written: Vec<_> = written.into_iter().map(|c| (c, intent.clone())).collect();
    work.keep(record, area, &written, &pen)
}
