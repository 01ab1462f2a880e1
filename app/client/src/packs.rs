//! The first download: packs of whole records, fetched from whatever byte is there already, each taken in as a whole. Files come
//! first, so the list can be used while visits still arrive.
use crate::missed;
use crate::online::{bearer, hold, tell};
use crate::store::{Durability, id_at, meta};
use crate::sync::take_unread;
use crate::wire::{self, Http};
use crate::{Core, Result};
use domain::api::{SyncReport, SyncState};
use domain::sync::{Cursor, FeedItem, MAX_PLAIN, MAX_WISHES, Pack, PackWish};
use domain::{Code, Failure, Hash, RecordId};
use records::Record;
use reqwest::Url;
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use uuid::Uuid;

/// What came of a pack that is not whole yet is put down whenever it grew by so many bytes.
const PUT_DOWN: usize = 64 << 10;
/// Documents read in one go: some hundredths of a second on a phone.
const READ_AT_ONCE: i64 = 50;

/// What is still to come.
pub struct Arriving {
    /// Whole packs, and the rest of one.
    pub packs: VecDeque<Pack>,
    /// Of the first of them.
    bytes: Vec<u8>,
    /// How much of that is on the disk.
    kept: usize,
}

impl Arriving {
    /// Where the device stands.
    pub fn read(core: &Core) -> Result<Arriving> {
        let view = core.view()?;
        let packs: VecDeque<Pack> = meta::get(view.db, meta::PACKS)?.unwrap_or_default();
        let bytes = meta::bytes(view.db, meta::PACK)?;
        Ok(Arriving { packs, kept: bytes.len(), bytes })
    }

    /// What to ask for next.
    pub fn wishes(&self) -> Vec<PackWish> {
        let from = |n: usize| if n == 0 { self.bytes.len() as u64 } else { 0 };
        self.packs.iter().take(MAX_WISHES).enumerate().map(|(n, pack)| PackWish { id: pack.id, from: from(n) }).collect()
    }

    fn state(&self) -> SyncState {
        let bytes = self.packs.iter().map(|pack| pack.bytes).sum::<u64>().saturating_sub(self.bytes.len() as u64);
        SyncState::Running { left: self.packs.iter().map(|pack| pack.records).sum(), bytes }
    }

    /// Takes in what came; gives the records that are here now.
    pub fn take(&mut self, core: &mut Core, part: &[u8], report: &mut SyncReport) -> Result<BTreeSet<RecordId>> {
        self.bytes.extend_from_slice(part);
        let mut changed = BTreeSet::new();
        while let Some(pack) = self.packs.front() {
            if pack.bytes > MAX_PLAIN as u64 {
                return Err(Code::ServerTrouble.into());
            }
            let Some(whole) = usize::try_from(pack.bytes).ok().and_then(|size| self.bytes.get(..size)) else { break };
            let items = match unpack(pack, whole) {
                Ok(items) => items,
                // It did not arrive as it is called: this one is fetched again, and nothing else.
                Err(f) => {
                    (self.bytes, self.kept) = (Vec::new(), 0);
                    core.transact(Durability::Batch, |work| meta::remove(work.db, meta::PACK))?;
                    return Err(f.into());
                }
            };
            let mut rest = self.packs.clone();
            rest.pop_front();
            let (_, here) = core.transact(Durability::Batch, |work| {
                report.pulled += take_unread(work, items)?;
                meta::remove(work.db, meta::PACK)?;
                if !rest.is_empty() {
                    return meta::put(work.db, meta::PACKS, &rest);
                }
                meta::put(work.db, meta::UNREAD, &RecordId(Uuid::nil()))?;
                meta::remove(work.db, meta::PACKS)
            })?;
            changed.extend(here);
            self.bytes.drain(..whole.len());
            (self.packs, self.kept) = (rest, 0);
        }
        if self.bytes.len() >= self.kept + PUT_DOWN {
            self.put_down(core)?;
        }
        core.sync = self.state();
        Ok(changed)
    }

    /// Keeps what came of a pack that is not whole.
    pub fn put_down(&mut self, core: &mut Core) -> Result<()> {
        if self.bytes.len() > self.kept {
            core.transact(Durability::Batch, |work| meta::put_bytes(work.db, meta::PACK, &self.bytes))?;
            self.kept = self.bytes.len();
        }
        Ok(())
    }
}

/// Reads some of the documents that came unread, now that everything is there. How many of them are no records of ours; none when
/// all were read.
pub fn read_some(core: &mut Core) -> Result<Option<u64>> {
    let (bad, last) = {
        let view = core.view()?;
        let Some(after) = meta::get::<RecordId>(view.db, meta::UNREAD)? else { return Ok(None) };
        let mut statement = view.db.prepare_cached("SELECT id, document FROM records WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let mut rows = statement.query(params![after.bytes(), READ_AT_ONCE])?;
        let (mut bad, mut last) = (Vec::new(), None);
        while let Some(row) = rows.next()? {
            let id = id_at(row, 0)?;
            if Record::received(id, &row.get::<_, Vec<u8>>(1)?).and_then(|record| record.row()).is_err() {
                bad.push(id);
            }
            last = Some(id);
        }
        (bad, last)
    };
    let count = bad.len() as u64;
    core.transact(Durability::Batch, |work| {
        missed::miss(work, bad)?;
        match last {
            Some(last) => meta::put(work.db, meta::UNREAD, &last),
            None => meta::remove(work.db, meta::UNREAD),
        }
    })?;
    Ok(last.map(|_| count))
}

fn unpack(pack: &Pack, bytes: &[u8]) -> std::result::Result<Vec<FeedItem>, Failure> {
    if Hash(Sha256::digest(bytes).into()) != pack.id {
        return Err(Code::ServerTrouble.into());
    }
    wire::unpack(bytes)
}

/// Begins anew: with the packs that the server has now.
pub fn forget(core: &mut Core) -> Result<()> {
    let forget = |work: &mut crate::store::Work<'_>| {
        meta::remove(work.db, meta::PACK)?;
        meta::remove(work.db, meta::PACKS)?;
        meta::remove(work.db, meta::TROUBLE)?;
        meta::put(work.db, meta::CURSOR, &Cursor::default())
    };
    core.transact(Durability::Batch, forget).map(|_| ())
}

/// The server's trouble with the pack that is next. The second time all begins anew: what was written here must not wait for it.
fn give_up(core: &mut Core) -> Result<()> {
    let next = Arriving::read(core)?.packs.front().map(|pack| pack.id);
    if meta::get(core.view()?.db, meta::TROUBLE)? == next {
        return forget(core);
    }
    core.transact(Durability::Batch, |work| meta::put(work.db, meta::TROUBLE, &next)).map(|_| ())
}

/// Fetches what is still to come of the first download, if anything; or only its first packs, so that there is something to see.
/// Whether everything is there.
///
/// # Errors
/// `Offline`, and the server's own. What came is kept.
pub async fn fetch(core: &Mutex<Core>, http: &Http, report: &mut SyncReport, first_only: bool) -> std::result::Result<bool, Failure> {
    loop {
        let (arriving, server, token) = {
            let mut core = hold(core);
            let read = Arriving::read(&core);
            let arriving = core.settle(read)?;
            let secret = core.secret()?;
            (arriving, wire::address(&secret.server)?, bearer(&secret.token))
        };
        if arriving.packs.is_empty() {
            return Ok(true);
        }
        hold(core).sync = arriving.state();
        tell(core, http, Vec::new());
        match fetch_some(core, http, server.join("v1/packs"), &token, arriving, report, first_only).await {
            // They were replaced meanwhile: the sync that follows says by which.
            Err(f) if f.code == Code::NotFound => {
                let mut core = hold(core);
                let forgotten = forget(&mut core);
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
async fn fetch_some(
    core: &Mutex<Core>,
    http: &Http,
    url: Url,
    token: &str,
    mut arriving: Arriving,
    report: &mut SyncReport,
    first_only: bool,
) -> std::result::Result<(), Failure> {
    let (wishes, waiting) = (arriving.wishes(), arriving.packs.len());
    let mut cost = (0, 0);
    report.requests += 1;
    let fetched = http
        .stream(url, token, &wishes, &mut cost, |part| {
            let changed = {
                let mut core = hold(core);
                let taken = arriving.take(&mut core, part, report);
                core.settle(taken)?
            };
            let enough = first_only && !changed.is_empty();
            tell(core, http, changed.into_iter().collect());
            Ok(!enough)
        })
        .await;
    report.up_bytes += cost.0;
    report.down_bytes += cost.1;
    let mut core = hold(core);
    let kept = arriving.put_down(&mut core);
    core.settle(kept)?;
    fetched?;
    // A reply that ended too soon, as when a road is cut without a word.
    let all = waiting - arriving.packs.len() == wishes.len();
    if all || first_only { Ok(()) } else { Err(Code::Offline.into()) }
}
