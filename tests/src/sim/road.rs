//! The road between a device and the server.
use super::Village;
use super::device::Asked;
use axum::body::Bytes;
use client::server::http::{pack, unpack};
use client::server::packs::PackDownload;
use client::server::sync::{prepare, take_in};
use domain::api::SyncReport;
use domain::sync::SyncReply;
use domain::{Code, Failure};
use sync_server::error::AppError;
use sync_server::sync::{exchange, packs};

/// What the road does: each happens once in so many requests, never at 0.
pub struct Road {
    lost: usize,
    answer_lost: usize,
    doubled: usize,
    cut: usize,
    kept: usize,
    killed: usize,
}

impl Road {
    /// Nothing goes wrong.
    pub const WHOLE: Road = Road { lost: 0, answer_lost: 0, doubled: 0, cut: 0, kept: 0, killed: 0 };
    const BAD: Road = Road { lost: 12, answer_lost: 12, doubled: 12, cut: 20, kept: 6, killed: 12 };
}

/// How a sync went.
pub struct Went {
    /// Both sides are up to date, and nothing was said.
    pub settled: bool,
}

impl Village {
    /// Somebody's device syncs over a bad road.
    pub(super) fn somebody_syncs(&mut self) {
        let n = self.somebody();
        let went = self.sync(n, &Road::BAD);
        self.tell(format!("device {n} syncs{}", if went.is_some() { "" } else { ", and the road ends it" }));
    }

    /// A request from earlier arrives late, or once more.
    pub(super) fn an_old_request_arrives(&mut self) {
        let n = self.somebody();
        let Some(body) = self.chance.pick(&self.devices[n].late).cloned() else { return };
        self.tell(format!("an old request of device {n} arrives"));
        // Nobody waits for the answer any more.
        _ = self.server_answers(n, &body);
    }

    fn server_answers(&mut self, n: usize, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let answer = exchange::auth(&self.server, self.devices[n].token()).and_then(|auth| exchange::sync(&self.server, auth, body));
        answer.map_err(|e| match e {
            AppError::Told(failure) => failure,
            AppError::Trouble(trouble) => panic!("the server's own trouble: {trouble:#}"),
        })
    }

    /// One sync, request by request. None when the road or a death ended it.
    pub(super) fn sync(&mut self, n: usize, road: &Road) -> Option<Went> {
        let mut settled = true;
        for _ in 0..200 {
            let happens = |once_in: usize, chance: &super::Chance| once_in > 0 && chance.one_in(once_in);
            settled &= self.fetch_packs(n, road)?;
            let prepared = prepare(self.devices[n].core()).unwrap();
            let mut body = pack(&prepared.request).unwrap();
            if happens(road.kept, &self.chance) {
                self.devices[n].late.push(body.clone());
            }
            if happens(road.lost, &self.chance) {
                return None;
            }
            if happens(road.cut, &self.chance) {
                body.truncate(self.chance.below(body.len()));
            }
            let mut answer = self.server_answers(n, &body);
            if happens(road.doubled, &self.chance) {
                let second = self.server_answers(n, &body);
                if self.chance.one_in(2) {
                    answer = second;
                }
            }
            let Ok(mut answer) = answer else {
                // A device that joined after the backup is a stranger now; a body that was cut is none of ours.
                self.join_again(n, answer.err());
                return None;
            };
            if happens(road.answer_lost, &self.chance) {
                return None;
            }
            if happens(road.cut, &self.chance) {
                answer.truncate(self.chance.below(answer.len()));
            }
            let reply: SyncReply = unpack(&answer).ok()?;
            let fuse = happens(road.killed, &self.chance).then(|| self.chance.below(6));
            let taken = match self.devices[n].guarded(fuse, |core| {
                let taken = take_in(core, &prepared, reply);
                core.settle(taken)
            }) {
                Asked::Answered(taken) => taken.unwrap_or_else(|e| panic!("device {n} cannot take a reply in: {e:?}")),
                Asked::Killed => return None,
            };
            settled &= taken.accepted + taken.refused + taken.pulled == 0 && !taken.anew;
            let waiting = self.devices[n].waiting();
            if !(taken.more || (waiting > 0 && taken.accepted + taken.refused > 0)) {
                return Some(Went { settled: settled && waiting == 0 });
            }
        }
        panic!("device {n}'s sync never ends");
    }

    /// What is still to come of the first download; whether nothing was. None when the road or a death ended it.
    fn fetch_packs(&mut self, n: usize, road: &Road) -> Option<bool> {
        let mut arriving = PackDownload::read(self.devices[n].core()).unwrap();
        if arriving.packs.is_empty() {
            return Some(true);
        }
        let wishes = arriving.wishes();
        let caller = exchange::auth(&self.server, self.devices[n].token()).ok()?.caller;
        let parts: Option<Vec<Bytes>> = self
            .server
            .store
            .read(|db| wishes.iter().map(|w| packs::size(db, &caller, w)?.map(|_| packs::part(db, w)).transpose()).collect())
            .unwrap();
        let Some(parts) = parts else {
            client::server::coming::forget(self.devices[n].core()).unwrap();
            return Some(false);
        };
        let mut bytes = parts.concat();
        let cut = road.cut > 0 && self.chance.one_in(3);
        if cut {
            bytes.truncate(self.chance.below(bytes.len()));
        }
        let dies = road.killed > 0 && self.chance.one_in(road.killed);
        let fuse = dies.then(|| self.chance.below(12));
        let fetched = self.devices[n].guarded(fuse, |core| {
            for part in bytes.chunks(999) {
                let taken = arriving.take(core, part, &mut SyncReport::default());
                core.settle(taken)?;
            }
            let kept = arriving.persist(core);
            core.settle(kept)
        });
        match fetched {
            Asked::Answered(done) => done.unwrap_or_else(|e| panic!("device {n} cannot take packs in: {e:?}")),
            Asked::Killed => return None,
        }
        if cut { None } else { Some(false) }
    }

    /// The administrator gives a device that a restored server does not know its place again.
    fn join_again(&mut self, n: usize, why: Option<Failure>) {
        let stranger = why.is_some_and(|f| f.code == Code::NotAllowed && f.field.as_deref() == Some("device"));
        if stranger {
            self.tell(format!("device {n} is made known again"));
            self.devices[n].make_known(&self.server);
        }
    }
}
