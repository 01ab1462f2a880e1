//! Admission: what a device pushes is taken, held or refused, change by change. Decided on decoded operations by the
//! role table; only what applies to a copy and can be saved and read again is committed.
use crate::db::Db;
use crate::store::{self, Accepted, State, Stored};
use crate::{feed, found, registry};
use domain::roles::{Action, Caller, Kind, Section};
use domain::sync::{Cursor, MAX_CHANGE, Push, Refusal};
use domain::visit::Decision;
use domain::{AreaCode, Code, DeviceId, Failure, Hash, RecordId, Row, Timestamp};
use records::{History, Incoming, Record, RecordError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::NonZero;

/// Who pushes, and when the server heard of it.
pub struct Sender {
    /// The caller, from the server's own tables.
    pub caller: Caller,
    /// Her device.
    pub device: DeviceId,
    /// How far the device had read when it sent this.
    pub cursor: Cursor,
    /// The server's clock.
    pub now: Timestamp,
    /// A supervisor who lets in what was refused: it is judged by what she may do, too, and by her areas.
    pub vouches: Option<Caller>,
}

impl Sender {
    /// Whose areas and programmes count.
    fn judge(&self) -> &Caller {
        self.vouches.as_ref().unwrap_or(&self.caller)
    }
    fn may(&self, action: Action, kind: Kind, section: Section) -> bool {
        self.caller.role.may(action, kind, section) || self.judge().role.may(action, kind, section)
    }
}

/// What became of a push.
#[derive(Default, Debug)]
pub struct Outcome {
    /// Committed.
    pub accepted: Vec<Hash>,
    /// To be sent again later.
    pub held: Vec<Hash>,
    /// Not taken; kept in quarantine.
    pub refused: Vec<Refusal>,
}

/// Why a change is not committed now.
enum Stop {
    Held,
    Refused(Failure),
    Blocked(u32),
}

impl From<Code> for Stop {
    fn from(c: Code) -> Self {
        Stop::Refused(c.into())
    }
}
impl From<RecordError> for Stop {
    fn from(e: RecordError) -> Self {
        if e == RecordError::MissingDeps { Stop::Held } else { Stop::Refused(e.into()) }
    }
}

/// What a change says by itself, worked out before anything is asked of the store.
pub struct Prepared<'a> {
    push: &'a Push,
    incoming: Result<Incoming, Stop>,
    /// The record that a first change makes, and the sections it fills.
    first: Option<First>,
}

/// What a record would be, and where it belongs.
type Next = (State, AreaCode);
type First = Result<(State, Vec<Section>), Stop>;

/// Decodes changes and makes the records that begin with one: most of the work of admission, done on all processors
/// while others still write.
pub fn prepare(changes: &[Push]) -> Vec<Prepared<'_>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = changes.len().div_ceil(threads).max(LEAST_SHARE);
    if share >= changes.len() {
        return changes.iter().map(prepare_one).collect();
    }
    std::thread::scope(|scope| {
        let work: Vec<_> = changes.chunks(share).map(|part| scope.spawn(|| part.iter().map(prepare_one).collect::<Vec<_>>())).collect();
        // What might panic in a change is caught in `records`; a thread that died all the same is made up for here.
        let done = work.into_iter().zip(changes.chunks(share));
        done.flat_map(|(thread, part)| thread.join().unwrap_or_else(|_| part.iter().map(unreadable).collect())).collect()
    })
}

/// So few changes are not worth a thread.
const LEAST_SHARE: usize = 4;

fn prepare_one(push: &Push) -> Prepared<'_> {
    let incoming = match push.bytes.len() {
        ..=MAX_CHANGE => Incoming::parse(&push.bytes).map_err(Stop::from),
        _ => Err(Stop::from(Code::TooLarge)),
    };
    let first = incoming.as_ref().ok().filter(|incoming| incoming.deps().is_empty()).map(|incoming| first_change(push, incoming));
    Prepared { push, incoming, first }
}

fn unreadable(push: &Push) -> Prepared<'_> {
    Prepared { push, incoming: Err(Stop::from(Code::BadChange)), first: None }
}

/// Takes in the changes of one request. Each record stands for itself: one that fails does not keep others back.
pub fn admit(db: &Db<'_>, sender: &Sender, changes: Vec<Prepared<'_>>) -> anyhow::Result<Outcome> {
    // By record, the records in the order of their first change.
    let mut place: HashMap<RecordId, usize> = HashMap::new();
    let mut records: Vec<Vec<(u32, Prepared<'_>)>> = Vec::new();
    for (n, change) in (0..).zip(changes) {
        let at = *place.entry(change.push.record).or_insert(records.len());
        match records.get_mut(at) {
            Some(record) => record.push((n, change)),
            None => records.push(vec![(n, change)]),
        }
    }
    let mut out = Outcome::default();
    for record in records {
        let mut file = Admission { db, sender, stored: None, refused: HashMap::new() };
        for (n, change) in record {
            file.take(n, change, &mut out)?;
        }
    }
    Ok(out)
}

/// Takes a change out of quarantine as it is, when the supervisor who vouches for it may let it in.
///
/// # Errors
/// Inner: why it cannot be let in. Outer: the server's own trouble.
pub fn let_in(db: &Db<'_>, sender: &Sender, push: &Push) -> anyhow::Result<Result<(), Failure>> {
    judge_again(db, sender, push, |file, incoming, next| file.commit(push, incoming, next))
}

/// Whether [`let_in`] would take it.
///
/// # Errors
/// As there.
pub fn could_be_let_in(db: &Db<'_>, sender: &Sender, push: &Push) -> anyhow::Result<Result<(), Failure>> {
    judge_again(db, sender, push, |_, _, _| Ok(()))
}

fn judge_again(
    db: &Db<'_>,
    sender: &Sender,
    push: &Push,
    take: impl FnOnce(&mut Admission<'_, '_>, &Incoming, Next) -> anyhow::Result<()>,
) -> anyhow::Result<Result<(), Failure>> {
    let mut file = Admission { db, sender, stored: store::load(db, &push.record)?, refused: HashMap::new() };
    let Prepared { incoming, first, .. } = prepare_one(push);
    let judged = match &incoming {
        Ok(incoming) => file.judge(push, incoming, first)?,
        Err(_) => Err(Code::BadChange.into()),
    };
    match (judged, &incoming) {
        (Ok(next), Ok(incoming)) => take(&mut file, incoming, next).map(Ok),
        (Err(Stop::Refused(reason)), _) => Ok(Err(reason)),
        // It builds on something that is not here, or was refused itself.
        _ => Ok(Err(Failure::of(Code::BadChange, "deps"))),
    }
}

/// One record's changes, in order.
struct Admission<'a, 'd> {
    db: &'a Db<'d>,
    sender: &'a Sender,
    stored: Option<Stored>,
    /// Refused in this request: hash → place in the request of the change that began it.
    refused: HashMap<Hash, u32>,
}

impl Admission<'_, '_> {
    fn take(&mut self, n: u32, Prepared { push, incoming, first }: Prepared<'_>, out: &mut Outcome) -> anyhow::Result<()> {
        if self.stored.is_none() {
            self.stored = store::load(self.db, &push.record)?;
        }
        // Bytes that are no change are kept under their own hash.
        let hash = incoming.as_ref().map_or_else(|_| Hash(Sha256::digest(&push.bytes).into()), |i| i.hash);
        let result = match incoming {
            Ok(incoming) => self.decide(push, &incoming, first)?,
            Err(stop) => Err(stop),
        };
        match result {
            Ok(()) => out.accepted.push(hash),
            Err(Stop::Held) => out.held.push(hash),
            Err(Stop::Refused(reason)) => {
                store::quarantine(self.db, &push.record, &self.change(hash, push), &reason, false)?;
                self.refused.insert(hash, n);
                out.refused.push(Refusal { n, reason, blocked: Vec::new() });
            }
            Err(Stop::Blocked(root)) => {
                let blocked = out.refused.iter_mut().find(|r| r.n == root);
                let reason = blocked.as_ref().map_or_else(|| Code::BadChange.into(), |r| r.reason.clone());
                if let Some(r) = blocked {
                    r.blocked.push(n);
                }
                store::quarantine(self.db, &push.record, &self.change(hash, push), &reason, true)?;
                self.refused.insert(hash, root);
            }
        }
        Ok(())
    }

    fn change<'b>(&'b self, hash: Hash, push: &'b Push) -> Accepted<'b> {
        let sender = self.sender;
        Accepted { hash, bytes: &push.bytes, device: *sender.device.bytes(), staff: sender.caller.staff.as_str(), received: sender.now }
    }

    /// Commits the change, or says why not. The outer error is the server's own trouble.
    fn decide(&mut self, push: &Push, incoming: &Incoming, first: Option<First>) -> anyhow::Result<Result<(), Stop>> {
        if self.stored.as_ref().is_some_and(|s| s.record.has(&incoming.hash)) {
            return Ok(Ok(()));
        }
        if store::is_taken(self.db, &incoming.hash)? {
            return Ok(Err(Stop::Refused(Failure::of(Code::BadChange, "record"))));
        }
        if let Some(reason) = store::quarantined(self.db, &push.record, &incoming.hash)? {
            return Ok(Err(Stop::Refused(reason)));
        }
        for dep in incoming.deps() {
            if let Some(root) = self.refused.get(&dep) {
                return Ok(Err(Stop::Blocked(*root)));
            }
            if let Some(reason) = store::quarantined(self.db, &push.record, &dep)? {
                return Ok(Err(Stop::Refused(reason)));
            }
        }
        match self.judge(push, incoming, first)? {
            Ok(next) => self.commit(push, incoming, next).map(Ok),
            Err(stop) => Ok(Err(stop)),
        }
    }

    /// What the record would be with this change, if it may be made.
    fn judge(&self, push: &Push, incoming: &Incoming, first: Option<First>) -> anyhow::Result<Result<Next, Stop>> {
        match self.check_actor(push, incoming)? {
            Ok(()) => self.try_on(incoming, first),
            Err(stop) => Ok(Err(stop)),
        }
    }

    /// The next change of an actor that belongs to this device, written by the caller.
    fn check_actor(&self, push: &Push, incoming: &Incoming) -> anyhow::Result<Result<(), Stop>> {
        let refused = |what: &str| Ok(Err(Stop::Refused(Failure::of(Code::BadChange, what))));
        let Some(actor) = incoming.actor() else { return refused("actor") };
        match store::actor_device(self.db, &push.record, &actor)? {
            Some(device) if device != *self.sender.device.bytes() => return refused("actor"),
            Some(_) => {}
            None if incoming.seq() == 1 => {
                if incoming.author().is_none_or(|(staff, _)| staff != self.sender.caller.staff) {
                    return refused("author");
                }
            }
            // Its first change is not here yet, or the actor is somebody else's.
            None => return Ok(Err(Stop::Held)),
        }
        Ok(Ok(()))
    }

    /// Applies the change to a copy, having asked the role table.
    fn try_on(&self, incoming: &Incoming, first: Option<First>) -> anyhow::Result<Result<Next, Stop>> {
        Ok(match (&self.stored, first) {
            (Some(stored), _) => self.amended(stored, incoming)?.and_then(|state| {
                let area = if state.record.kind() == Kind::Person { state.record.area().ok_or(Code::BadChange)? } else { stored.area.clone() };
                Ok((state, area))
            }),
            (None, Some(Ok((state, sections)))) => self.may_create(&state, &sections)?.map(|area| (state, area)),
            (None, Some(Err(stop))) => Err(stop),
            // It builds on a change that is not here.
            (None, None) => Err(Stop::Held),
        })
    }

    /// Where the new record belongs, if it may be.
    fn may_create(&self, state: &State, sections: &[Section]) -> anyhow::Result<Result<AreaCode, Stop>> {
        let State { record, row, .. } = state;
        let caller = self.sender.judge();
        if let Some(s) = sections.iter().find(|s| !self.sender.may(Action::Create, record.kind(), **s)) {
            return Ok(Err(not_allowed(*s)));
        }
        if record.kind() == Kind::Person {
            let Some(area) = record.area() else { return Ok(Err(Code::BadChange.into())) };
            let sees = caller.sees(&area, &row.programmes()) && area.county().is_some();
            return Ok(if sees { Ok(area) } else { Err(not_allowed(Section::Area)) });
        }
        // A person this server does not know: not yet, or her file was not taken from this device.
        let Some((area, programmes)) = store::place(self.db, &record.person())? else {
            let reason = store::not_taken(self.db, &record.person(), &self.sender.device)?;
            return Ok(Err(reason.map_or(Stop::Held, Stop::Refused)));
        };
        let business = caller.sees(&area, &programmes) || self.left_unheard(&record.person())?;
        let sees = business && row.programmes().iter().all(|p| caller.role.programmes().contains(p));
        if !sees {
            return Ok(Err(not_allowed(Section::Area)));
        }
        let may = match row {
            Row::Review(review) => self.may_review(review)?,
            // Nobody records a visit in another's name.
            Row::Visit(visit) if visit.by != self.sender.caller.staff => Err(not_allowed(Section::Head)),
            _ => Ok(()),
        };
        Ok(may.map(|()| area))
    }

    /// A review decides on a version that exists, of another's visit, in which nothing has two values.
    fn may_review(&self, review: &domain::ReviewRow) -> anyhow::Result<Result<(), Stop>> {
        let Some(target) = store::load(self.db, &review.target)? else { return Ok(Err(Stop::Held)) };
        let Ok(Row::Visit(visit)) = target.record.row() else { return Ok(Err(Code::BadChange.into())) };
        let own = visit.by == self.sender.caller.staff || review.by != self.sender.caller.staff || target.record.person() != review.person;
        if own {
            return Ok(Err(not_allowed(Section::Decision)));
        }
        if review.heads.is_empty() {
            return Ok(Err(Code::BadChange.into()));
        }
        let missing: Vec<Hash> = review.heads.iter().filter(|h| !target.record.has(h)).copied().collect();
        if !missing.is_empty() {
            let gone = !found::gone(self.db, self.sender.now, &missing)?.is_empty();
            return Ok(Err(if gone { Code::Changed.into() } else { Stop::Held }));
        }
        let open = visit.conflicts > 0 && domain::visit::same_heads(&review.heads, &visit.heads);
        Ok(if open && review.decision == Decision::Approved { Err(Code::HasConflict.into()) } else { Ok(()) })
    }

    /// Whether a file left the caller's scope, or she was given other areas, and her device had not read so far when it sent this: she wrote in good faith, in
    /// what was hers as far as she could know, and nothing of it is lost. She sees no more of it for that.
    fn left_unheard(&self, person: &RecordId) -> anyhow::Result<bool> {
        let Sender { caller, cursor, vouches, .. } = self.sender;
        if !cursor.complete || vouches.is_some() {
            return Ok(false);
        }
        // She works elsewhere now, and her device has not heard of it.
        if cursor.scope != feed::scope(caller) {
            let before = Caller { areas: registry::areas_ever(self.db, &caller.staff)?, ..caller.clone() };
            return Ok(store::place(self.db, person)?.is_some_and(|(area, programmes)| before.sees(&area, &programmes)));
        }
        let left = store::departures(self.db, person)?;
        let unheard = |d: &store::Departure| {
            let read = d.area.county().and_then(|county| cursor.seq.get(&county).copied());
            read.is_some_and(|read| d.seq > read) && caller.sees(&d.area, &d.programmes)
        };
        Ok(left.iter().any(unheard))
    }

    fn amended(&self, stored: &Stored, incoming: &Incoming) -> anyhow::Result<Result<State, Stop>> {
        let business = self.sender.judge().sees(&stored.area, &stored.programmes) || self.left_unheard(&stored.record.person())?;
        if business { Ok(self.try_amend(stored, incoming)) } else { self.not_hers().map(Err) }
    }

    /// A file that is not the caller's business. Not yet, perhaps, where a restored server lost that it moved, or that she has its area.
    fn not_hers(&self) -> anyhow::Result<Stop> {
        let waits = self.sender.vouches.is_none() && found::restored_within(self.db, self.sender.now, found::PATIENCE)?;
        Ok(if waits { Stop::Held } else { not_allowed(Section::Area) })
    }

    fn try_amend(&self, stored: &Stored, incoming: &Incoming) -> Result<State, Stop> {
        let caller = self.sender.judge();
        let touch = History::of(&stored.record)?.touch(incoming)?;
        for section in &touch.sections {
            if !self.sender.may(Action::Amend, stored.record.kind(), *section) {
                return Err(not_allowed(*section));
            }
        }
        let mut next = stored.record.clone();
        next.apply(incoming)?;
        let only_supervisors = |section: &Section| !caller.role.may_settle(*section);
        if touch.sections.iter().any(only_supervisors) && next.settled_by(incoming)?.iter().any(only_supervisors) {
            return Err(Code::NeedsSupervisor.into());
        }
        let inside = |area: domain::AreaCode| caller.covers(&area) && area.county().is_some();
        if touch.sections.contains(&Section::Area) && !next.area().is_some_and(inside) {
            return Err(not_allowed(Section::Area));
        }
        Ok(State::of(next)?)
    }

    fn commit(&mut self, push: &Push, incoming: &Incoming, (next, area): Next) -> anyhow::Result<()> {
        let change = self.change(incoming.hash, push);
        let before = self.stored.as_ref().map(|s| (&s.area, s.programmes.as_slice()));
        store::commit(self.db, &next, &area, before, &change)?;
        if let Some(actor) = incoming.actor() {
            store::claim_actor(self.db, &push.record, &actor, self.sender.device.bytes())?;
        }
        let programmes = next.row.programmes();
        self.stored = Some(Stored { record: next.record, area, programmes });
        Ok(())
    }
}

/// A record made by its first change, and the sections it fills.
fn first_change(push: &Push, incoming: &Incoming) -> First {
    let (record, touch) = Record::from_first(incoming)?;
    if record.id() != push.record {
        return Err(Stop::Refused(Failure::of(Code::BadChange, "id")));
    }
    Ok((State::of(record)?, touch.sections.into_iter().collect()))
}

fn not_allowed(section: Section) -> Stop {
    Stop::Refused(Failure::of(Code::NotAllowed, section.code()))
}
