//! The first download: packs of whole records, fetched from whatever byte is there already and taken in slice by slice. Files
//! come first, so the list can be used while visits still arrive; whoever uses it meanwhile waits for one slice at most.
use crate::device::token::bearer;
use crate::server::http::{self, Http};
use crate::server::link::{hold, tell};
use crate::server::slices::Slices;
use crate::server::sync::take_unread;
use crate::server::{coming, missed, newer};
use crate::store::changes::count_pending;
use crate::store::{Durability, Tx, id_at, meta};
use crate::{Core, Result};
use domain::api::{SyncReport, SyncState};
use domain::sync::{FeedItem, MAX_PACK_REQUESTS, MAX_PLAIN, Pack, PackRequest};
use domain::{Code, Failure, Hash, RecordId, Timestamp};
use records::{Record, RecordError};
use reqwest::Url;
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, VecDeque};
use std::io::{BufReader, Cursor, Read};
use std::sync::Mutex;
use uuid::Uuid;

/// What came of a pack that is not whole yet is put down whenever it grew by so many bytes.
const PUT_DOWN: usize = 64 << 10;
/// How often the interface is told how far it is, milliseconds.
const TELL_EVERY: i64 = 1000;
/// How often it is told that there is more to be shown, milliseconds: it asks anew for the whole screen.
const SHOW_EVERY: i64 = 3000;
/// Documents read until it is put down which was the last.
const READ_PUT_DOWN: usize = 500;

/// What is still to come.
pub struct PackDownload {
    /// Whole packs, and the rest of one.
    pub packs: VecDeque<Pack>,
    /// Of the first of them.
    bytes: Vec<u8>,
    /// How much of that is on the disk.
    kept: usize,
    /// The first of them, once it is whole and while it is taken in.
    taking: Option<Taking>,
    slices: Slices,
}

/// A pack on its way into the store. Cut off in the middle it is begun again, and what is there is skipped.
struct Taking {
    items: Items,
    /// Whose next visit is worked out when all is in: once a pack, not once a record.
    persons: BTreeSet<RecordId>,
}

impl PackDownload {
    /// Where the device stands.
    pub fn read(core: &Core) -> Result<PackDownload> {
        let view = core.view()?;
        let packs: VecDeque<Pack> = meta::get(view.db, meta::PACKS)?.unwrap_or_default();
        let bytes = meta::bytes(view.db, meta::PACK)?;
        Ok(PackDownload { packs, kept: bytes.len(), bytes, taking: None, slices: Slices::default() })
    }

    /// What to ask for next.
    pub fn wishes(&self) -> Vec<PackRequest> {
        let from = |n: usize| if n == 0 { self.bytes.len() as u64 } else { 0 };
        self.packs.iter().take(MAX_PACK_REQUESTS).enumerate().map(|(n, pack)| PackRequest { id: pack.id, from: from(n) }).collect()
    }

    fn state(&self) -> SyncState {
        let bytes = self.packs.iter().map(|pack| pack.bytes).sum::<u64>().saturating_sub(self.bytes.len() as u64);
        SyncState::Running { left: self.packs.iter().map(|pack| pack.records).sum(), bytes }
    }

    /// Takes in what came next, in one go; gives the records that are here now.
    pub fn take(&mut self, core: &mut Core, part: &[u8], report: &mut SyncReport) -> Result<BTreeSet<RecordId>> {
        self.bytes.extend_from_slice(part);
        let mut all = BTreeSet::new();
        while let Some(changed) = self.take_some(core, report)? {
            all.extend(changed);
        }
        Ok(all)
    }

    /// Takes in some of what came, in one transaction and in little time; gives the records that are here now, or nothing when more
    /// must come first.
    fn take_some(&mut self, core: &mut Core, report: &mut SyncReport) -> Result<Option<BTreeSet<RecordId>>> {
        let taking = match self.taking.take() {
            Some(taking) => Some(taking),
            None => self.whole(core)?,
        };
        let Some(mut taking) = taking else {
            if self.bytes.len() >= self.kept + PUT_DOWN {
                self.persist(core)?;
            }
            return Ok(None);
        };
        let (began, some) = (core.env().now(), self.slices.pieces());
        let changed = if taking.items.left > 0 {
            let items = taking.items.by_ref().take(some);
            let ((taken, persons), changed) = core.transact(Durability::Batch, |tx| take_unread(tx, items))?;
            report.pulled += taken;
            taking.persons.extend(persons);
            changed
        } else if !taking.persons.is_empty() {
            let some: Vec<RecordId> = std::iter::from_fn(|| taking.persons.pop_first()).take(some).collect();
            let renew = |tx: &mut Tx<'_>| {
                some.iter().for_each(|person| tx.renew(*person));
                Ok(())
            };
            core.transact(Durability::Batch, renew)?.1
        } else {
            self.done_with_first(core)?;
            return Ok(Some(BTreeSet::new()));
        };
        self.slices.took(core.env().now().since(began));
        self.taking = Some(taking);
        Ok(Some(changed))
    }

    /// The first pack once it is whole.
    fn whole(&mut self, core: &mut Core) -> Result<Option<Taking>> {
        let Some(pack) = self.packs.front() else { return Ok(None) };
        if pack.bytes > MAX_PLAIN as u64 {
            return Err(Code::ServerTrouble.into());
        }
        let Some(whole) = usize::try_from(pack.bytes).ok().and_then(|size| self.bytes.get(..size)) else { return Ok(None) };
        match Items::of(pack, whole) {
            Ok(items) => Ok(Some(Taking { items, persons: BTreeSet::new() })),
            // It did not arrive as it is called: this one is fetched again, and nothing else.
            Err(f) => {
                (self.bytes, self.kept) = (Vec::new(), 0);
                core.transact(Durability::Batch, |tx| meta::remove(tx.db, meta::PACK))?;
                Err(f.into())
            }
        }
    }

    fn done_with_first(&mut self, core: &mut Core) -> Result<()> {
        let mut rest = self.packs.clone();
        let size = rest.pop_front().and_then(|pack| usize::try_from(pack.bytes).ok()).unwrap_or(0);
        core.transact(Durability::Batch, |tx| {
            meta::remove(tx.db, meta::PACK)?;
            if !rest.is_empty() {
                return meta::put(tx.db, meta::PACKS, &rest);
            }
            meta::put(tx.db, meta::UNREAD, &RecordId(Uuid::nil()))?;
            meta::remove(tx.db, meta::PACKS)
        })?;
        self.bytes.drain(..size);
        (self.packs, self.kept) = (rest, 0);
        Ok(())
    }

    /// Keeps what came of a pack that is not whole.
    pub fn persist(&mut self, core: &mut Core) -> Result<()> {
        if self.bytes.len() > self.kept {
            core.transact(Durability::Batch, |tx| meta::put_bytes(tx.db, meta::PACK, &self.bytes))?;
            self.kept = self.bytes.len();
        }
        Ok(())
    }
}

/// The records of a pack, unpacked one after the other.
struct Items {
    left: u32,
    from: BufReader<Box<dyn Read>>,
}

impl Items {
    fn of(pack: &Pack, bytes: &[u8]) -> std::result::Result<Items, Failure> {
        if Hash(Sha256::digest(bytes).into()) != pack.id {
            return Err(Code::ServerTrouble.into());
        }
        let mut from = BufReader::new(wire::plain(Cursor::new(bytes.to_vec()), MAX_PLAIN).map_err(|_| Failure::from(Code::ServerTrouble))?);
        let left = rmp::decode::read_array_len(&mut from).map_err(|_| Failure::from(Code::ServerTrouble))?;
        Ok(Items { left, from })
    }
}

impl Iterator for Items {
    /// None for what only a newer program can read.
    type Item = Result<Option<FeedItem>>;
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let item = wire::next_item(&mut self.from).map_err(|_| Code::ServerTrouble.into());
        Some(item.map(|item| wire::read(&item).ok()))
    }
}

/// A first download under way: what came is taken in slice by slice, and between two whoever asks for something has her turn.
struct Download<'a> {
    core: &'a Mutex<Core>,
    http: &'a Http,
    report: &'a mut SyncReport,
    arriving: PackDownload,
    /// What is here and was not told yet.
    news: BTreeSet<RecordId>,
    /// When the interface was last told how far it is, and that there is more to be shown.
    told: Timestamp,
    shown: Timestamp,
}

impl Download<'_> {
    /// Takes in what came next; whether a pack became whole.
    async fn take(&mut self, part: &[u8]) -> std::result::Result<bool, Failure> {
        let before = self.arriving.packs.len();
        self.arriving.bytes.extend_from_slice(part);
        loop {
            let taken = {
                let mut core = hold(self.core);
                let taken = self.arriving.take_some(&mut core, self.report);
                core.settle(taken)?
            };
            let Some(changed) = taken else { break };
            self.news.extend(changed);
            self.tell_at_times();
            self.http.rest().await;
        }
        self.tell_at_times();
        Ok(self.arriving.packs.len() < before)
    }

    fn tell_at_times(&mut self) {
        let now = hold(self.core).env().now();
        if (0..TELL_EVERY).contains(&now.since(self.told)) {
            return;
        }
        self.told = now;
        if (0..SHOW_EVERY).contains(&now.since(self.shown)) {
            hold(self.core).sync = self.arriving.state();
            tell(self.core, self.http, Vec::new());
        } else {
            self.shown = now;
            self.tell();
        }
    }

    fn tell(&mut self) {
        hold(self.core).sync = self.arriving.state();
        tell(self.core, self.http, std::mem::take(&mut self.news).into_iter().collect());
    }
}

/// Reads the documents that the first download brought unread, slice by slice. How many of them are no records of ours. Ends early
/// when something waits to go up, or the server has news: the shell was woken then, and comes back to it.
///
/// # Errors
/// `Locked` when the device was locked meanwhile.
pub async fn read_unread(core: &Mutex<Core>, http: &Http) -> std::result::Result<u64, Failure> {
    let (mut slices, mut bad, mut kept) = (Slices::default(), 0, 0);
    let (mut after, waiting) = {
        let mut core = hold(core);
        let Some(after) = meta::get(core.view()?.db, meta::UNREAD)? else { return Ok(0) };
        if std::mem::replace(&mut core.reading, true) {
            return Ok(0);
        }
        (after, count_pending(core.view()?.db)?)
    };
    loop {
        {
            let mut core = hold(core);
            let began = core.env().now();
            let some = slices.pieces();
            let read = read_some(&core, after, some).and_then(|read| {
                (bad, kept) = (bad + read.bad.len() as u64, kept + some);
                let called = core.is_behind() || count_pending(core.view()?.db)? > waiting;
                let last = read.last;
                if !read.bad.is_empty() || !read.newer.is_empty() || called || last.is_none() || kept >= READ_PUT_DOWN {
                    kept = 0;
                    put_down_read(&mut core, read)?;
                }
                Ok(last.filter(|_| !called))
            });
            core.reading = matches!(read, Ok(Some(_)));
            match core.settle(read)? {
                Some(last) => after = last,
                None => return Ok(bad),
            }
            slices.took(core.env().now().since(began));
        }
        http.rest().await;
    }
}

/// What came of reading some documents.
#[derive(Default)]
struct Found {
    /// Those that are no records of ours.
    bad: Vec<RecordId>,
    /// Those that only a newer program can read.
    newer: Vec<RecordId>,
    /// The last of them.
    last: Option<RecordId>,
}

/// Reads the next documents.
fn read_some(core: &Core, after: RecordId, most: usize) -> Result<Found> {
    let view = core.view()?;
    let mut statement = view.db.prepare_cached("SELECT id, document FROM records WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let mut rows = statement.query(params![after.bytes(), i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut read = Found::default();
    while let Some(row) = rows.next()? {
        let id = id_at(row, 0)?;
        match Record::received(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?).and_then(|record| record.row()) {
            Ok(_) => {}
            Err(RecordError::Newer(_)) => read.newer.push(id),
            Err(_) => read.bad.push(id),
        }
        read.last = Some(id);
    }
    Ok(read)
}

fn put_down_read(core: &mut Core, read: Found) -> Result<()> {
    let put = |tx: &mut Tx<'_>| {
        missed::miss(tx, read.bad)?;
        read.newer.into_iter().try_for_each(|record| newer::left_of(tx, record))?;
        match read.last {
            Some(last) => meta::put(tx.db, meta::UNREAD, &last),
            None => meta::remove(tx.db, meta::UNREAD),
        }
    };
    core.transact(Durability::Batch, put).map(|_| ())
}

/// The server's trouble with the pack that is next. The second time all begins anew: what was written here must not wait for it.
fn give_up(core: &mut Core) -> Result<()> {
    let next = PackDownload::read(core)?.packs.front().map(|pack| pack.id);
    if meta::get(core.view()?.db, meta::TROUBLE)? == next {
        return coming::forget(core);
    }
    core.transact(Durability::Batch, |tx| meta::put(tx.db, meta::TROUBLE, &next)).map(|_| ())
}

/// Fetches what is still to come of the first download, if anything; or only its first packs, so that there is something to see.
/// Whether everything is there.
///
/// # Errors
/// `Offline`, and the server's own. What came is kept.
pub async fn fetch(core: &Mutex<Core>, http: &Http, report: &mut SyncReport, first_only: bool) -> std::result::Result<bool, Failure> {
    loop {
        let (arriving, server, token, told) = {
            let mut core = hold(core);
            let read = PackDownload::read(&core);
            let arriving = core.settle(read)?;
            let secret = core.secret()?;
            (arriving, http::address(&secret.server)?, bearer(&secret.token), core.env().now())
        };
        if arriving.packs.is_empty() {
            return Ok(true);
        }
        let mut download = Download { core, http, report: &mut *report, arriving, news: BTreeSet::new(), told, shown: told };
        download.tell();
        let fetched = fetch_some(&mut download, server.join("v1/packs"), &token, first_only).await;
        download.tell();
        match fetched {
            // They were replaced meanwhile: the sync that follows says by which.
            Err(f) if f.code == Code::NotFound => {
                let mut core = hold(core);
                let forgotten = coming::forget(&mut core);
                return core.settle(forgotten).map(|()| true);
            }
            Err(f) if f.code == Code::ServerTrouble => {
                let mut core = hold(core);
                let given_up = give_up(&mut core);
                core.settle(given_up)?;
                return Err(f);
            }
            fetched => fetched?,
        }
        if first_only {
            return Ok(false);
        }
    }
}

/// One request's packs.
async fn fetch_some(download: &mut Download<'_>, url: Url, token: &str, first_only: bool) -> std::result::Result<(), Failure> {
    // A pack may be whole, and cut off while it was taken in.
    if download.take(&[]).await? && (first_only || download.arriving.packs.is_empty()) {
        return Ok(());
    }
    let (wishes, waiting) = (download.arriving.wishes(), download.arriving.packs.len());
    let mut cost = (0, 0);
    download.report.requests += 1;
    let stream = download.http.stream(url, token, &wishes, &mut cost, async |part: &[u8]| Ok(!(download.take(part).await? && first_only)));
    let fetched = stream.await;
    download.report.up_bytes += cost.0;
    download.report.down_bytes += cost.1;
    let mut core = hold(download.core);
    let kept = download.arriving.persist(&mut core);
    core.settle(kept)?;
    fetched?;
    // A reply that ended too soon, as when a road is cut without a word.
    let all = waiting - download.arriving.packs.len() == wishes.len();
    if all || first_only { Ok(()) } else { Err(Code::Offline.into()) }
}
