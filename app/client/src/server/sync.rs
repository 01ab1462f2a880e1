//! One sync request: what goes up, and what is done with the reply. No network here; see `online`.
use crate::device::left;
use crate::record::access;
use crate::server::missed::{Missed, Whose};
use crate::server::prepared::Prepared;
use crate::server::rebase::{Again, again_without, begin_from, make_room, rebase};
use crate::server::{newer, restored, unheard};
use crate::store::changes::{self, ChangeState};
use crate::store::intent::Intent;
use crate::store::tx::Tx;
use crate::store::{Durability, blobs, id_at, meta, strays};
use crate::{Core, Result, Trouble};
use domain::roles::Kind;
use domain::sync::{Cursor, DeviceKey, FeedItem, MAX_CHANGES, MAX_KNOWN, MAX_LOG, Refusal, SAYS_PLACES, SyncReply, SyncRequest};
use domain::{AreaCode, Code, Hash, RecordId, Row, Timestamp, shape};
use records::{Incoming, Link, NewMatter, NewReview, NewVisit, Record, RecordError};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// About how many plain bytes of changes go into one request: well below what the server takes.
const PUSH_BYTES: usize = 3 << 20;
/// Device and server clocks further apart than this are told, seconds.
const CLOCK_TOLERANCE: i64 = 600;
/// Least pause between two full readings anew that records which cannot be read bring about, milliseconds. Reading anew repairs a gap in the copy
/// here, never a record that the server itself has broken.
const ANEW_PAUSE: i64 = 24 * 3600 * 1000;

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
    /// Records that the server sends in a form that cannot be taken in.
    pub missed: u64,
}

/// Makes the next request: what waits, oldest first, and how far the feed was read.
pub fn prepare(core: &Core) -> Result<Prepared> {
    let view = core.view()?;
    let urgent: Vec<&str> = view.book.forms.urgent().into_iter().collect();
    let (sent, changes) = changes::waiting(view.db, &urgent, MAX_CHANGES, PUSH_BYTES)?.into_iter().unzip();
    let cursor: Cursor = meta::get(view.db, meta::CURSOR)?.unwrap_or_default();
    let questions = restored::questions(&view, &cursor)?;
    let request = SyncRequest {
        v: SAYS_PLACES,
        device: view.book.device,
        epoch: meta::get(view.db, meta::EPOCH)?.unwrap_or(0),
        packs: !cursor.complete,
        here: questions.here,
        unheard: questions.unheard,
        cursor,
        reference: view.book.reference().map_or(0, |r| r.version),
        changes,
        log: access::waiting(view.db, MAX_LOG)?,
        known: questions.known,
        found: questions.found,
        anew: strays::anew(view.db, MAX_KNOWN)?,
        keyless: meta::get::<DeviceKey>(view.db, meta::DEVICE_KEY)?.is_none(),
        former: left::former(core.vault())?,
        next: core.next_token()?,
    };
    Ok(Prepared { request, sent, doubts: questions.doubts })
}

/// Takes in a reply, in one transaction: receipts, records, cursor.
pub fn take_in(core: &mut Core, prepared: &Prepared, reply: SyncReply) -> Result<Taken> {
    let word = reply.token;
    let (mut taken, changed) = core.transact(Durability::Batch, |tx| receive(tx, prepared, reply))?;
    taken.changed = changed;
    if !prepared.request.log.is_empty() {
        access::keep_aside(core);
    }
    if let Some(word) = word {
        taken.more |= core.hear_of_token(word)?;
    }
    Ok(taken)
}

fn receive(tx: &mut Tx<'_>, prepared: &Prepared, reply: SyncReply) -> Result<Taken> {
    let sent = prepared.sent.as_slice();
    newer::left(tx, reply.newer)?;
    let off = tx.now().since(reply.now) / 1000;
    match off.abs() > CLOCK_TOLERANCE {
        true => meta::put(tx.db, meta::CLOCK_OFF, &off)?,
        false => meta::remove(tx.db, meta::CLOCK_OFF)?,
    }
    meta::put(tx.db, meta::HEARD, &(reply.now, tx.now()))?;
    let mut taken = Taken { more: reply.more, left: reply.left, ..Taken::default() };
    let moved = reply.reference.as_ref().is_some_and(|new| tx.book().me().is_ok_and(|me| (me.role, &me.areas) != (new.me.role, &new.me.areas)));
    if let Some(reference) = reply.reference {
        tx.put_reference(reference)?;
    }
    let returning = restored::returning(tx)?;
    let (place, mut done) = (|n: &u32| usize::try_from(*n).unwrap_or(usize::MAX), 0);
    // Each place once, however a reply names it.
    let run = |(from, to): &(u32, u32)| {
        let from = place(from).max(done);
        done = done.max(place(to).min(sent.len()));
        sent.get(from..done).unwrap_or_default()
    };
    for hash in reply.accepted.iter().chain(reply.taken.iter().flat_map(run)) {
        taken.accepted += u64::from(receipt(tx, hash, ChangeState::Accepted)?);
    }
    for hash in &reply.held {
        taken.held += u64::from(receipt(tx, hash, ChangeState::Held)?);
    }
    for refusal in &reply.refused {
        taken.refused += refuse(tx, sent, refusal, reply.now)?;
    }
    let told = prepared.request.log.get(..usize::try_from(reply.logged).unwrap_or(usize::MAX)).unwrap_or_default();
    access::settle(tx.db, told, tx.now())?;
    taken.more |= told.len() == MAX_LOG;
    let restored = meta::get(tx.db, meta::EPOCH)?.is_some_and(|known: u64| known != reply.epoch);
    if restored {
        meta::remove(tx.db, meta::DEVICE_KEY)?;
        access::offer_again(tx.db)?;
        restored::begin(tx)?;
    } else {
        taken.more |= restored::answered(tx, prepared, &reply.lost, &reply.gone)?;
    }
    strays::told(tx.db, &prepared.request.anew)?;
    if let Some(key) = &reply.key {
        meta::put(tx.db, meta::DEVICE_KEY, key)?;
    }
    // What is written anew under another name goes up as it was meant, before this device hears that its file has left.
    let again = reply.refused.iter().any(|refusal| refusal.reason.code == Code::WriterTaken);
    taken.more |= again || reply.refused.iter().any(|refusal| refusal.reason.code == Code::Clock);
    let mut missed = Missed::read(tx.db)?;
    for item in reply.feed.into_iter().filter(|_| !again) {
        taken.pulled += apply_or_defer(tx, item, &mut missed)?;
    }
    if !restored && !again {
        taken.more |= restored::asked(tx, &prepared.request.here)?;
        taken.more |= unheard::answered(tx.db, &prepared.request.unheard, reply.compared)?;
    }
    missed.records.extend(restored::take_back(tx, returning)?);
    if moved {
        leave_old_scope(tx)?;
    }
    drop_departed(tx)?;
    drop_hidden(tx)?;
    taken.missed = missed.records.len() as u64;
    let waited = missed.anew.is_none_or(|at| tx.now().since(at).abs() >= ANEW_PAUSE);
    let gap = !taken.more && taken.missed > 0 && waited;
    if gap {
        // Whatever still cannot be taken in turns up again; what has left meanwhile does not.
        missed = Missed::looked_for(tx.now());
    }
    missed.keep(tx.db)?;
    taken.anew = restored || gap;
    taken.more |= taken.anew;
    let cursor = if taken.anew { Some(Cursor::default()) } else { reply.cursor.filter(|_| !again) };
    meta::put(tx.db, meta::EPOCH, &reply.epoch)?;
    if let Some(cursor) = cursor {
        if cursor.complete && !prepared.request.cursor.complete {
            unheard::begin(tx.db)?;
            // Of what was here before a download the feed that goes on from there does not say whether it left.
            if changes::count(tx.db, "SELECT EXISTS (SELECT 1 FROM records)")? > 0 {
                meta::put(tx.db, meta::ASKED_TO, &RecordId(uuid::Uuid::nil()))?;
            }
        }
        meta::put(tx.db, meta::CURSOR, &cursor)?;
    }
    if !taken.anew && !reply.packs.is_empty() {
        meta::remove(tx.db, meta::PACK)?;
        meta::put(tx.db, meta::PACKS, &reply.packs)?;
    }
    if !taken.more {
        meta::put(tx.db, meta::LAST_SYNC, &tx.now())?;
    }
    Ok(taken)
}

fn receipt(tx: &mut Tx<'_>, hash: &Hash, state: ChangeState) -> Result<bool> {
    let record = changes::receipt(tx.db, hash, state, None)?;
    if let Some(id) = record {
        mark(tx, id)?;
    }
    Ok(record.is_some())
}

/// A record's standing changed: it and its person's file are shown anew.
fn mark(tx: &mut Tx<'_>, id: RecordId) -> Result<()> {
    tx.mark_changed(id);
    match tx.view().row(id) {
        Ok(row) => tx.touch(row.person),
        Err(Trouble::Failure(f)) if f.code == Code::NotFound => {}
        Err(e) => return Err(e),
    }
    Ok(())
}

/// Whole records outside the feed: each is read before it is kept.
pub(crate) fn take_whole(tx: &mut Tx<'_>, items: Vec<FeedItem>) -> Result<u64> {
    let mut missed = Missed::read(tx.db)?;
    let taken = items.into_iter().map(|item| apply_or_defer(tx, item, &mut missed)).sum::<Result<u64>>()?;
    missed.keep(tx.db)?;
    Ok(taken)
}

/// At the first download: a record that is not here goes in with its row, its document unread. How many came, and for whom the
/// next visit is to be worked out when all of the pack are there.
pub(crate) fn take_unread(tx: &mut Tx<'_>, items: impl Iterator<Item = Result<Option<FeedItem>>>) -> Result<(u64, BTreeSet<RecordId>)> {
    let before = Missed::read(tx.db)?;
    let mut missed = before.clone();
    let comes_back = !leaving(tx)?.is_empty();
    let (mut taken, mut unknown) = (0, 0);
    for item in items {
        let Some(item) = item? else {
            unknown += 1;
            continue;
        };
        match item {
            FeedItem::Enter { row, .. } if !row.is_whole() => unknown += 1,
            FeedItem::Enter { record, area, document, row } if row.id == record && Record::check_limits(&document).is_ok() => {
                match is_the_same(tx.db, &area, &document, &row)? {
                    // The pack was begun before.
                    Some(true) if changes::refused_of(tx.db, record)?.is_empty() => {
                        unheard::heard(tx.db, record)?;
                        tx.touch(row.person);
                    }
                    Some(_) => taken += apply_or_defer(tx, FeedItem::Enter { record, area, document, row }, &mut missed)?,
                    None => {
                        if comes_back {
                            cancel_leaving(tx, row.person)?;
                        }
                        tx.put(record, &area, &document, &row)?;
                        taken += 1;
                    }
                }
            }
            item => taken += apply_or_defer(tx, item, &mut missed)?,
        }
    }
    newer::left(tx, unknown)?;
    if missed != before {
        missed.keep(tx.db)?;
    }
    Ok((taken, tx.put_off()))
}

/// Whether this is the very record that is here; none where there is none.
fn is_the_same(db: &rusqlite::Connection, area: &AreaCode, document: &[u8], row: &Row) -> Result<Option<bool>> {
    let sql = "SELECT document = ?2 AND row = ?3 AND area = ?4 FROM records WHERE id = ?1";
    let packed = rmp_serde::to_vec_named(row)?;
    Ok(db.prepare_cached(sql)?.query_row(params![row.id.bytes(), document, packed, area.as_str()], |r| r.get(0)).optional()?)
}

/// What cannot be taken in is remembered until the record comes whole, and keeps nothing else back.
fn apply_or_defer(tx: &mut Tx<'_>, item: FeedItem, missed: &mut Missed) -> Result<u64> {
    let (record, whole) = match &item {
        FeedItem::Enter { record, .. } => (*record, true),
        FeedItem::Change { record, .. } => (*record, false),
        FeedItem::Leave { person } => (*person, true),
        FeedItem::Own(_) => return take_item(tx, item),
    };
    let whose = Whose::of(&item);
    match tx.whole(|tx| take_item(tx, item)) {
        Ok(pulled) => {
            if whole {
                missed.remove(&record);
            }
            Ok(pulled)
        }
        Err(Trouble::Record(e)) => {
            // What builds on something that was left to a newer program is left to it, too.
            if matches!(e, RecordError::Newer(_)) || (e == RecordError::MissingDeps && newer::may_build_on_it(tx.db, record)?) {
                return newer::left_of(tx, record).map(|()| 0);
            }
            missed.insert(record, whose);
            Ok(0)
        }
        Err(e) => Err(e),
    }
}

fn take_item(tx: &mut Tx<'_>, item: FeedItem) -> Result<u64> {
    match item {
        FeedItem::Enter { record, area, document, row } => {
            let theirs = Record::received(record, &document)?;
            if (row.id, row.kind, row.person) != (theirs.id(), theirs.kind(), theirs.person()) {
                return Err(RecordError::Malformed("a row of another record").into());
            }
            cancel_leaving(tx, theirs.person())?;
            unheard::heard(tx.db, record)?;
            match tx.take_in(&theirs, &area, &row) {
                Err(Trouble::Record(_)) => take_its_place(tx, &theirs, &area, &row),
                taken => taken,
            }?;
            if strays::is_doubtful(tx.db, record)? && tx.record(record)?.heads() == theirs.heads() {
                strays::sure_of(tx.db, record)?;
            }
            accept_after_quarantine(tx, record, |hash| theirs.has(hash)).map(|()| 1)
        }
        FeedItem::Change { record, bytes } => {
            let new = take_change(tx, record, &bytes)?;
            let change = Incoming::parse(&bytes)?.hash;
            accept_after_quarantine(tx, record, |hash| *hash == change).map(|()| new)
        }
        FeedItem::Own(hash) => receipt(tx, &hash, ChangeState::Accepted).map(|_| 0),
        FeedItem::Leave { person } => mark_departed(tx, person).map(|()| 1),
    }
}

/// A supervisor may have let in what was refused here before: what is among `theirs` now. What was built on it, in a record that was
/// nothing without it, is written anew, to be judged by itself.
fn accept_after_quarantine(tx: &mut Tx<'_>, id: RecordId, theirs: impl Fn(&Hash) -> bool) -> Result<()> {
    let refused = changes::refused_of(tx.db, id)?;
    if refused.is_empty() {
        return Ok(());
    }
    let Ok(record) = tx.record(id) else { return Ok(()) };
    let mut again = false;
    for hash in refused.iter().filter(|hash| record.has(hash)) {
        let is_in = theirs(hash);
        again |= !is_in;
        receipt(tx, hash, if is_in { ChangeState::Accepted } else { ChangeState::Pending })?;
    }
    if again {
        let unsent = changes::unsent_of(tx.db, id)?;
        rebase(tx, id, &unsent, &[])?;
    }
    blobs::offer_of(tx.db, id)
}

/// The document here and the server's do not go together: a copy of a device wrote in one what another wrote in the other, and a
/// backup brought both to light.
fn take_its_place(tx: &mut Tx<'_>, theirs: &Record, area: &domain::AreaCode, row: &Row) -> Result<()> {
    let changes: Vec<Vec<u8>> = theirs.changes().into_iter().map(|change| change.bytes).collect();
    let room = tx.whole(|tx| make_room(tx, theirs.id(), &changes));
    if room.is_ok_and(|made| made) { Ok(()) } else { begin_from(tx, theirs.clone(), area, row) }
}

fn take_change(tx: &mut Tx<'_>, id: RecordId, bytes: &[u8]) -> Result<u64> {
    match tx.absorb(id, &[bytes.to_vec()]) {
        Ok(new) => Ok(new.len() as u64),
        // It does not go together with what is here: a copy of some device wrote it.
        Err(Trouble::Record(_)) if tx.whole(|tx| make_room(tx, id, &[bytes.to_vec()])).is_ok_and(|made| made) => Ok(1),
        // Or that copy began it: the server heard that one first.
        Err(Trouble::Record(_)) if tx.whole(|tx| begin_by_theirs(tx, id, bytes)).is_ok_and(|begun| begun) => Ok(1),
        Err(Trouble::Failure(f)) if f.code == Code::NotFound => {
            let incoming = Incoming::parse(bytes)?;
            if !incoming.deps().is_empty() {
                return Err(RecordError::MissingDeps.into());
            }
            let (record, _) = Record::from_first(&incoming)?;
            let record = Record::received(id, &record.reread()?)?;
            let area = match record.area() {
                Some(area) => area,
                // What belongs to a file that is not here is nothing to show.
                None => tx.area_of(record.person()).map_err(|_| RecordError::MissingDeps)?,
            };
            tx.put(id, &area, &record.save(), &record.row()?)?;
            Ok(1)
        }
        Err(e) => Err(e),
    }
}

/// Two beginnings of one record, this device's and the server's: what was written on this one is written anew on that, also what was refused for
/// it. False for what is no beginning.
fn begin_by_theirs(tx: &mut Tx<'_>, id: RecordId, bytes: &[u8]) -> Result<bool> {
    let incoming = Incoming::parse(bytes)?;
    if !incoming.deps().is_empty() {
        return Ok(false);
    }
    let mine = tx.record(id)?;
    let theirs = Record::received(id, &Record::from_first(&incoming)?.0.reread()?)?;
    for hash in changes::refused_of(tx.db, id)?.iter().filter(|hash| mine.has(hash)) {
        receipt(tx, hash, ChangeState::Pending)?;
    }
    let (area, row) = (tx.area_of(id)?, theirs.row()?);
    begin_from(tx, theirs, &area, &row).map(|()| true)
}

/// Files that left the scope while something of theirs still waited here.
fn leaving(tx: &Tx<'_>) -> Result<BTreeSet<RecordId>> {
    Ok(meta::get(tx.db, meta::LEAVING)?.unwrap_or_default())
}

/// A file that came back, or never really left.
fn cancel_leaving(tx: &Tx<'_>, person: RecordId) -> Result<()> {
    let mut all = leaving(tx)?;
    if all.remove(&person) { meta::put(tx.db, meta::LEAVING, &all) } else { Ok(()) }
}

/// Those of which nothing waits any more go now.
fn drop_departed(tx: &mut Tx<'_>) -> Result<()> {
    for person in leaving(tx)? {
        mark_departed(tx, person)?;
    }
    Ok(())
}

/// A file left the scope: whatever was sent was answered before this line, so only what still waits keeps it here, until that
/// was answered, too, and what others wrote that a restored server may lack. Photos are sent after the records.
fn mark_departed(tx: &mut Tx<'_>, person: RecordId) -> Result<()> {
    let sql = "SELECT id FROM records WHERE person = ?1 AND NOT EXISTS
               (SELECT 1 FROM changes WHERE changes.person = ?1 AND state IN ('pending', 'held')) AND NOT EXISTS
               (SELECT 1 FROM records r JOIN doubtful d ON d.record = r.id WHERE r.person = ?1 AND d.asks < 2) AND NOT EXISTS
               (SELECT 1 FROM items i JOIN photos p ON p.record = i.id JOIN blobs b ON b.hash = p.hash
                WHERE i.person = ?1 AND b.state = 'pending') ORDER BY kind DESC";
    let ids = {
        let mut statement = tx.db.prepare_cached(sql)?;
        let found = statement.query_map([person.bytes()], |r| id_at(r, 0))?;
        found.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let gone = ids.contains(&person) || tx.view().row(person).is_err();
    for id in ids {
        tx.drop_record(id)?;
    }
    let mut all = leaving(tx)?;
    let differs = if gone { all.remove(&person) } else { all.insert(person) };
    if differs { meta::put(tx.db, meta::LEAVING, &all) } else { Ok(()) }
}

/// The caller's role or areas changed: files that are no longer her business go, once nothing of theirs waits here.
fn leave_old_scope(tx: &mut Tx<'_>) -> Result<()> {
    let caller = tx.book().caller()?;
    // Of a post of next year this program does not know what is its business: it asks.
    if !caller.role.is_known() {
        return meta::put(tx.db, meta::ASKED_TO, &RecordId(uuid::Uuid::nil()));
    }
    let standing = {
        let mut statement = tx.db.prepare_cached("SELECT row, area FROM records WHERE person = id")?;
        let rows = statement.query_map([], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, String>(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (packed, area) in standing {
        // One that only another program can read is told elsewhere.
        let Ok(row) = rmp_serde::from_slice::<Row>(&packed) else { continue };
        if !area.parse().is_ok_and(|area| caller.sees(&area, &row.programmes) && caller.role.sees(row.kind)) {
            mark_departed(tx, row.id)?;
        }
    }
    Ok(())
}

/// What her role does not see, or not any more, goes from files that stay, once nothing of it waits here: as [`mark_departed`] says it. What she
/// wrote down herself stays where she did.
fn drop_hidden(tx: &mut Tx<'_>) -> Result<()> {
    let caller = tx.book().caller()?;
    let role = caller.role;
    let hidden: Vec<&Kind> = Kind::ALL.iter().filter(|kind| kind.spec().seen.is_some() && role.is_known() && !role.sees(**kind)).collect();
    if hidden.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT id FROM records r WHERE person <> id AND kind IN ({}) AND NOT EXISTS
         (SELECT 1 FROM changes WHERE record = r.id AND state IN ('pending', 'held')) AND NOT EXISTS
         (SELECT 1 FROM doubtful WHERE record = r.id AND asks < 2) AND NOT EXISTS
         (SELECT 1 FROM photos p JOIN blobs b ON b.hash = p.hash WHERE p.record = r.id AND b.state = 'pending') AND NOT EXISTS
         (SELECT 1 FROM items i WHERE i.id = r.id AND i.by = ?1)",
        Kind::listed(hidden)
    );
    let ids = {
        let mut statement = tx.db.prepare_cached(&sql)?;
        let found = statement.query_map([caller.staff.as_str()], |r| id_at(r, 0))?;
        found.collect::<rusqlite::Result<Vec<_>>>()?
    };
    ids.into_iter().try_for_each(|id| tx.drop_record(id))
}

/// A change that was not taken is kept and told. The record goes on without it under a new actor; what was built on it is
/// repeated there, to be judged by itself. What was refused only because a copy of this device wrote under the same name is
/// repeated, too.
fn refuse(tx: &mut Tx<'_>, sent: &[Hash], refusal: &Refusal, servers: Timestamp) -> Result<u64> {
    let at = |n: &u32| usize::try_from(*n).ok().and_then(|n| sent.get(n)).copied();
    let Some(root) = at(&refusal.n) else { return Ok(0) };
    let Some((id, _)) = changes::place_of(tx.db, &root)? else { return Ok(0) };
    if refusal.reason.code == Code::WriterTaken {
        mark(tx, id)?;
        if rebase(tx, id, &[root], &[])? {
            return Ok(0);
        }
        // Its file left, and there is nothing here to write it on anew.
    }
    if refusal.reason.code == Code::Clock && redate(tx, id, servers)? {
        return mark(tx, id).map(|()| 0);
    }
    if changes::receipt(tx.db, &root, ChangeState::Refused, Some(&refusal.reason))?.is_none() {
        return Ok(0);
    }
    mark(tx, id)?;
    // Without its first change there is no record: it stays here as it is, to be read.
    if !rebase(tx, id, &[root], &[])? {
        for hash in refusal.blocked.iter().filter_map(at) {
            changes::receipt(tx.db, &hash, ChangeState::Refused, Some(&refusal.reason))?;
        }
    }
    Ok(1)
}

/// A visit, a review or a matter that a wrong clock dated is begun anew with the right moment, and what was put down of a matter is put down so: by so much as this clock differs from the server's
/// now, or, where that makes no sense either, today. What was written in it since follows. False for what is neither.
fn redate(tx: &mut Tx<'_>, id: RecordId, servers: Timestamp) -> Result<bool> {
    let Ok(old) = tx.record(id) else { return Ok(false) };
    let hashes = changes::unsent_of(tx.db, id)?;
    let intents = changes::intents_of(tx.db, &hashes)?;
    let Some((first, intent)) = intents.first().cloned() else { return Ok(false) };
    let area = tx.area_of(id)?;
    tx.forget_actor(id)?;
    let mut writer = tx.writer(id)?;
    let off = tx.now().since(servers);
    let right = |at: Timestamp| Some(Timestamp(at.0.saturating_sub(off))).filter(|at| shape::is_possible(*at, servers)).unwrap_or(servers);
    let (mut record, change, intent) = match intent {
        Intent::NewVisit { person, form, at, answers } => {
            writer.at = right(at);
            let visit = NewVisit { person, form: tx.book().form(&form)?, at: writer.at, answers: answers.clone() };
            let (record, change) = Record::new_visit(id, &visit, &writer)?;
            (record, change, Intent::NewVisit { person, form, at: writer.at, answers })
        }
        Intent::Review { target, heads, decision, comment, fields } => {
            writer.at = right(tx.now());
            let programme = old.programme().ok_or(Code::Internal)?;
            let review = NewReview { person: old.person(), target, heads, decision, comment, fields, programme };
            let (record, change) = Record::new_review(id, &review, &writer)?;
            let NewReview { target, heads, decision, comment, fields, .. } = review;
            (record, change, Intent::Review { target, heads, decision, comment, fields })
        }
        Intent::NewMatter { form, at, person, area: village, programme, answers, charge, links } => {
            writer.at = right(at);
            let links: Vec<Link> = links.into_iter().map(|(id, to, as_what)| Link { id, to, as_what }).collect();
            let new =
                NewMatter { kind: old.kind(), person, area: village, programme, form: tx.book().form(&form)?, at: writer.at, answers, charge, links };
            let (record, change) = Record::new_matter(id, &new, &writer)?;
            (record, change, Intent::of_matter(new))
        }
        _ if intents.iter().any(|(_, intent)| matches!(intent, Intent::Move { .. } | Intent::Say { .. })) => {
            let dated = intents.into_iter().map(|(hash, intent)| (hash, intent.dated(&right))).collect();
            return again_without(tx, &old, &hashes, dated);
        }
        _ => return Ok(false),
    };
    tx.keep(&record, &area, &[(change.clone(), intent)], &writer)?;
    changes::forget(tx.db, &first)?;
    let again = Again { old: &old, made: HashMap::from([(first, change.hash)]), last: Some(change.hash) };
    again.all(tx, &mut record, &area, intents.into_iter().skip(1).map(|(hash, intent)| (hash, intent.dated(&right))))?;
    Ok(true)
}
