//! Admission: what a device pushes is taken, held or refused, change by change. Decided on decoded operations by the
//! role table; only what applies to a copy and can be saved and read again is committed.
use crate::store::db::Db;
use crate::store::{self, Accepted, RecordState, Stored};
use crate::sync::sender::Sender;
use crate::sync::{aside, found, good_faith, matters, shelf};
use domain::kinds::Subject;
use domain::roles::{Action, Caller, Kind, Right, Section};
use domain::sync::{MAX_CHANGE, Push, Refusal};
use domain::visit::Decision;
use domain::{AreaCode, Code, Failure, Hash, Programme, RecordId, Row, Timestamp, shape};
use forms::Forms;
use records::{History, Incoming, Record, RecordError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::NonZero;

/// As what a change of one person's records is judged.
enum Standing<'a> {
    /// The file is the caller's business.
    Business(&'a Sender),
    /// It was, as far as her device could know.
    GoodFaith(Caller),
}

impl Standing<'_> {
    fn caller(&self) -> &Caller {
        match self {
            Standing::Business(sender) => sender.judge(),
            Standing::GoodFaith(duty) => duty,
        }
    }
    fn may(&self, action: Action, kind: Kind, section: Section) -> bool {
        match self {
            Standing::Business(sender) => sender.may(action, kind, section),
            Standing::GoodFaith(duty) => {
                duty.role.may(action, kind, section) && !kind.spec().decides && !(kind.stands_alone() && good_faith::is_decision(section))
            }
        }
    }
}

/// What became of a push.
#[derive(Default, Debug)]
pub struct Outcome {
    /// Committed.
    pub accepted: Vec<Hash>,
    /// Their places in the request.
    pub places: Vec<u32>,
    /// To be sent again later.
    pub held: Vec<Hash>,
    /// Not taken; kept in quarantine.
    pub refused: Vec<Refusal>,
}

/// Why a change is not committed now.
pub(super) enum Stop {
    Held,
    Refused(Failure),
    /// Refused, and not this device's to send.
    RecordDiff(Failure),
    /// It builds on the one at this place of the request, which was refused.
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
type Next = (RecordState, AreaCode);
type First = Result<(RecordState, Vec<Section>), Stop>;

/// Decodes changes and makes the records that begin with one: most of the work of admission, done on all processors
/// while others still write.
pub fn prepare<'p>(changes: &'p [Push], forms: &Forms, now: Timestamp) -> Vec<Prepared<'p>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = changes.len().div_ceil(threads).max(LEAST_SHARE);
    if share >= changes.len() {
        return changes.iter().map(|push| prepare_one(push, forms, now)).collect();
    }
    std::thread::scope(|scope| {
        let work: Vec<_> = changes
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|push| prepare_one(push, forms, now)).collect::<Vec<_>>()))
            .collect();
        // What might panic in a change is caught in `records`; a thread that died all the same is made up for here.
        let done = work.into_iter().zip(changes.chunks(share));
        done.flat_map(|(thread, part)| thread.join().unwrap_or_else(|_| part.iter().map(unreadable).collect())).collect()
    })
}

/// So few changes are not worth a thread.
const LEAST_SHARE: usize = 4;
const DAY: i64 = 24 * 3600 * 1000;

fn prepare_one<'p>(push: &'p Push, forms: &Forms, now: Timestamp) -> Prepared<'p> {
    let incoming = match push.bytes.len() {
        ..=MAX_CHANGE => Incoming::parse(&push.bytes).map_err(Stop::from),
        _ => Err(Stop::from(Code::TooLarge)),
    };
    let first = incoming.as_ref().ok().filter(|incoming| incoming.deps().is_empty()).map(|incoming| first_change(push, incoming, forms, now));
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
        let mut file = Admission::new(db, sender, None);
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
    let mut file = Admission::new(db, sender, store::load(db, &push.record)?);
    let Prepared { incoming, first, .. } = prepare_one(push, &sender.forms, sender.now);
    let judged = match &incoming {
        Ok(incoming) => file.judge(push, incoming, first)?,
        Err(_) => Err(Code::BadChange.into()),
    };
    match (judged, &incoming) {
        (Ok(next), Ok(incoming)) => take(&mut file, incoming, next).map(Ok),
        (Err(Stop::Refused(reason) | Stop::RecordDiff(reason)), _) => Ok(Err(reason)),
        // It builds on something that is not here, or was refused itself.
        _ => Ok(Err(Failure::of(Code::BadChange, "deps"))),
    }
}

/// One record's changes, in order.
struct Admission<'a, 'd> {
    db: &'a Db<'d>,
    sender: &'a Sender,
    stored: Option<Stored>,
    /// The stored record's past, once it was asked for.
    history: Option<History>,
    /// How many more changes of this record are taken from the device today, once it was asked.
    quota: Option<u64>,
    /// Refused in this request: hash → place in the request of the change that began it, and whether that was not the device's to send.
    refused: HashMap<Hash, (u32, bool)>,
}

impl<'a, 'd> Admission<'a, 'd> {
    fn new(db: &'a Db<'d>, sender: &'a Sender, stored: Option<Stored>) -> Self {
        Admission { db, sender, stored, history: None, quota: None, refused: HashMap::new() }
    }

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
            Ok(()) => {
                out.accepted.push(hash);
                out.places.push(n);
            }
            Err(Stop::Held) => out.held.push(hash),
            Err(Stop::Refused(reason)) => self.refuse(n, push, hash, reason, false, out)?,
            Err(Stop::RecordDiff(reason)) => self.refuse(n, push, hash, reason, true, out)?,
            Err(Stop::Blocked(root)) => {
                let blocked = out.refused.iter_mut().find(|r| r.n == root);
                let reason = blocked.as_ref().map_or_else(|| Code::BadChange.into(), |r| r.reason.clone());
                if let Some(r) = blocked {
                    r.blocked.push(n);
                }
                let foreign = self.refused.values().any(|known| *known == (root, true));
                self.keep_aside(push, hash, &reason, foreign, true)?;
                self.refused.insert(hash, (root, foreign));
            }
        }
        Ok(())
    }

    fn refuse(&mut self, n: u32, push: &Push, hash: Hash, reason: Failure, foreign: bool, out: &mut Outcome) -> anyhow::Result<()> {
        self.keep_aside(push, hash, &reason, foreign, false)?;
        self.refused.insert(hash, (n, foreign));
        out.refused.push(Refusal { n, reason, blocked: Vec::new() });
        Ok(())
    }

    fn keep_aside(&self, push: &Push, hash: Hash, reason: &Failure, foreign: bool, blocked: bool) -> anyhow::Result<()> {
        let name = if foreign { store::foreign_name(&hash, self.sender.device.bytes()) } else { hash };
        shelf::keep(self.db, &push.record, &self.change(name, push), reason, blocked)
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
        if let Some(stop) = self.refused_before(push, &incoming.hash)? {
            return Ok(Err(stop));
        }
        for dep in incoming.deps() {
            if let Some((root, _)) = self.refused.get(&dep) {
                return Ok(Err(Stop::Blocked(*root)));
            }
            if self.stored.as_ref().is_some_and(|s| s.record.has(&dep)) {
                continue;
            }
            match self.refused_before(push, &dep)? {
                // Its writer wrote it anew, so that it will never come. Whoever has it of before a restore asks about it, takes it out and goes on.
                Some(Stop::Refused(reason)) if reason.code == Code::WriterTaken => return Ok(Err(Stop::Held)),
                Some(stop) => return Ok(Err(stop)),
                None => {}
            }
        }
        match self.judge(push, incoming, first)? {
            Ok(next) => self.commit(push, incoming, next).map(Ok),
            Err(stop) => Ok(Err(stop)),
        }
    }

    fn refused_before(&self, push: &Push, hash: &Hash) -> anyhow::Result<Option<Stop>> {
        let found = store::quarantined(self.db, &push.record, hash, self.sender.device.bytes())?;
        Ok(found.map(|(reason, foreign)| if foreign { Stop::RecordDiff(reason) } else { Stop::Refused(reason) }))
    }

    /// What the record would be with this change, if it may be made.
    fn judge(&mut self, push: &Push, incoming: &Incoming, first: Option<First>) -> anyhow::Result<Result<Next, Stop>> {
        match self.check_actor(push, incoming)? {
            Ok(()) if self.is_too_much(push)? => Ok(Err(Stop::Held)),
            Ok(()) => self.try_on(push, incoming, first),
            Err(stop) => Ok(Err(stop)),
        }
    }

    /// Whether the device had as many changes of this record taken today as people do not write.
    fn is_too_much(&mut self, push: &Push) -> anyhow::Result<bool> {
        if self.stored.is_none() {
            return Ok(false);
        }
        let quota = match self.quota {
            Some(quota) => quota,
            None => {
                let since = Timestamp(self.sender.now.0.saturating_sub(DAY));
                self.sender.daily.saturating_sub(store::count_changes(self.db, &push.record, &self.sender.device, since)?)
            }
        };
        self.quota = Some(quota.saturating_sub(1));
        Ok(quota == 0)
    }

    /// The next change of an actor that belongs to this device, written by the caller.
    fn check_actor(&self, push: &Push, incoming: &Incoming) -> anyhow::Result<Result<(), Stop>> {
        let foreign = |what: &str| Ok(Err(Stop::RecordDiff(Failure::of(Code::BadChange, what))));
        let Some(actor) = incoming.actor() else { return foreign("actor") };
        let hers = incoming.seq() == 1 && incoming.author().is_some_and(|(staff, _)| staff == self.sender.caller.staff);
        match store::actor_device(self.db, &push.record, &actor)? {
            Some(device) if device == *self.sender.device.bytes() => Ok(Ok(())),
            // Somebody else wrote under her actor while this server did not know of it: she writes it again under another.
            Some(_) if hers => Ok(Err(Code::WriterTaken.into())),
            Some(_) => foreign("actor"),
            None if hers => Ok(Ok(())),
            None if incoming.seq() == 1 => foreign("author"),
            // Its first change is not here yet, or the actor is somebody else's.
            None => Ok(Err(Stop::Held)),
        }
    }

    /// Applies the change to a copy, having asked the role table.
    fn try_on(&mut self, push: &Push, incoming: &Incoming, first: Option<First>) -> anyhow::Result<Result<Next, Stop>> {
        if let Some(stored) = &self.stored {
            let mut history = match self.history.take().map_or_else(|| History::of(&stored.record), Ok) {
                Ok(history) => history,
                Err(e) => return Ok(Err(e.into())),
            };
            let state = self.amended(stored, incoming, &mut history)?;
            self.history = Some(history);
            return Ok(state.and_then(|state| {
                let area = if state.record.kind().stands_alone() { state.record.area().ok_or(Code::BadChange)? } else { stored.area.clone() };
                Ok((state, area))
            }));
        }
        Ok(match first {
            Some(Ok((state, sections))) => self.may_create(&state, &sections)?.map(|area| (state, area)),
            Some(Err(stop)) => Err(stop),
            None if aside::is_aside(self.db, &push.record)? => Err(Code::TooLarge.into()),
            // It builds on a change that is not here.
            None => Err(Stop::Held),
        })
    }

    /// As what a change of this person's records is judged, when she is or was the caller's business.
    fn standing(&self, person: &RecordId, area: &AreaCode, programmes: &[Programme]) -> anyhow::Result<Option<Standing<'a>>> {
        let sender = self.sender;
        if sender.judge().sees(area, programmes) {
            return Ok(Some(Standing::Business(sender)));
        }
        if sender.vouches.is_some() {
            return Ok(None);
        }
        let duty = good_faith::duty(self.db, &sender.caller, &sender.device, &sender.cursor, person, sender.now)?;
        Ok(duty.map(Standing::GoodFaith))
    }

    /// The same of something new in a village. A file is opened by whoever has the village today; what is a village's own may come from who had it.
    fn standing_there(&self, kind: Kind, area: &AreaCode, programmes: &[Programme]) -> anyhow::Result<Option<Standing<'a>>> {
        let sender = self.sender;
        if sender.judge().sees(area, programmes) {
            return Ok(Some(Standing::Business(sender)));
        }
        if sender.vouches.is_some() || kind == Kind::Person {
            return Ok(None);
        }
        let duty = good_faith::duty_there(self.db, &sender.caller, &sender.device, &sender.cursor, (area, programmes), sender.now)?;
        Ok(duty.map(Standing::GoodFaith))
    }

    /// Where the new record belongs, if it may be.
    fn may_create(&self, state: &RecordState, sections: &[Section]) -> anyhow::Result<Result<AreaCode, Stop>> {
        let RecordState { record, row, .. } = state;
        let refuse = |may: &dyn Fn(Section) -> bool| sections.iter().find(|s| !may(**s)).map(|s| not_allowed(*s));
        let kind = record.kind();
        // Nobody writes in another's name; a file is nobody's work.
        let own = row.by.as_ref().map_or(kind.spec().subject == Subject::File, |by| *by == self.sender.caller.staff);
        if kind.stands_alone() {
            let Some(area) = record.area() else { return Ok(Err(Code::BadChange.into())) };
            let standing = self.standing_there(kind, &area, &row.programmes)?;
            if let Some(stop) =
                refuse(&|s| standing.as_ref().map_or(self.sender.may(Action::Create, kind, s), |there| there.may(Action::Create, kind, s)))
            {
                return Ok(Err(stop));
            }
            if !own {
                return Ok(Err(not_allowed(Section::Meta)));
            }
            let Some(standing) = standing.filter(|_| area.county().is_some()) else { return Ok(Err(not_allowed(Section::Area))) };
            let begun = if kind.is_matter() { matters::may_begin(record, &self.sender.forms, standing.caller()) } else { Ok(()) };
            return Ok(begun.map(|()| area));
        }
        // A person this server does not know: not yet, or her file was not taken from this device.
        let Some((area, programmes)) = store::scope_of_person(self.db, &record.person())? else {
            if aside::is_aside(self.db, &record.person())? {
                return Ok(Err(Code::TooLarge.into()));
            }
            let reason = store::not_taken(self.db, &record.person(), &self.sender.device)?;
            return Ok(Err(reason.map_or(Stop::Held, Stop::Refused)));
        };
        let Some(standing) = self.standing(&record.person(), &area, &programmes)? else { return Ok(Err(not_allowed(Section::Area))) };
        if let Some(stop) = refuse(&|s| standing.may(Action::Create, kind, s)) {
            return Ok(Err(stop));
        }
        if !row.programmes.iter().all(|p| standing.caller().role.programmes().contains(p)) {
            return Ok(Err(not_allowed(Section::Area)));
        }
        if kind.is_matter()
            && let Err(stop) = matters::may_begin(record, &self.sender.forms, standing.caller())
        {
            return Ok(Err(stop));
        }
        let may = match kind.spec().about {
            _ if !own => Err(not_allowed(kind.head())),
            Some(of) => self.may_speak_of(row, of)?,
            None => Ok(()),
        };
        Ok(may.map(|()| area))
    }

    /// What a record speaks of is here, of the kind that the table says, and of the same person.
    fn may_speak_of(&self, row: &Row, of: Kind) -> anyhow::Result<Result<(), Stop>> {
        let Some(about) = &row.about else { return Ok(Err(Code::BadChange.into())) };
        let Some(target) = store::load(self.db, about)? else { return Ok(Err(Stop::Held)) };
        if target.record.kind() != of {
            return Ok(Err(Code::BadChange.into()));
        }
        if target.record.person() != row.person {
            return Ok(Err(not_allowed(row.kind.head())));
        }
        if row.kind.spec().decides { self.may_decide(row, &target.record) } else { Ok(Ok(())) }
    }

    /// A decision is on a version that exists, of another's work, in which nothing has two values. Whoever approves it wrote none of it.
    fn may_decide(&self, decision: &Row, target: &Record) -> anyhow::Result<Result<(), Stop>> {
        let not_hers = || Ok(Err(not_allowed(decision.kind.head())));
        let Ok(work) = target.row() else { return Ok(Err(Code::BadChange.into())) };
        if work.by.as_ref().is_none_or(|by| *by == self.sender.caller.staff) {
            return not_hers();
        }
        if decision.heads.is_empty() {
            return Ok(Err(Code::BadChange.into()));
        }
        let missing: Vec<Hash> = decision.heads.iter().filter(|h| !target.has(h)).copied().collect();
        if !missing.is_empty() {
            let gone = !found::gone(self.db, self.sender.now, &missing)?.is_empty();
            return Ok(Err(if gone { Code::Changed.into() } else { Stop::Held }));
        }
        if decision.state != Decision::Approved.code() {
            return Ok(Ok(()));
        }
        if work.conflicts > 0 && domain::visit::same_heads(&decision.heads, &work.heads) {
            return Ok(Err(Code::HasConflict.into()));
        }
        if self.wrote_some(target, decision)? { not_hers() } else { Ok(Ok(())) }
    }

    /// Whether the reviewer wrote something in this version that nobody else decided on since. Choosing between others' answers is not
    /// writing.
    fn wrote_some(&self, work: &Record, decision: &Row) -> anyhow::Result<bool> {
        let me = self.sender.caller.staff.as_str();
        let mut hers = store::changes_by(self.db, &work.id(), me)?;
        if hers.is_empty() {
            return Ok(false);
        }
        let past = work.past(&decision.heads);
        hers.retain(|hash| past.contains(hash));
        let others = store::decisions_on(self.db, decision.kind, work)?;
        for other in others.iter().filter(|other| other.by.as_ref().is_some_and(|by| by.as_str() != me)) {
            let decided = work.past(&other.heads);
            hers.retain(|hash| !decided.contains(hash));
        }
        Ok(hers.iter().any(|hash| !work.only_chooses(hash).unwrap_or(false)))
    }

    fn amended(&self, stored: &Stored, incoming: &Incoming, history: &mut History) -> anyhow::Result<Result<RecordState, Stop>> {
        match self.standing(&stored.record.person(), &stored.area, &stored.programmes)? {
            Some(standing) => Ok(self.try_amend(stored, incoming, history, &standing)),
            None => self.not_hers().map(Err),
        }
    }

    /// A file that is not the caller's business. Not yet, perhaps, where a restored server lost that it moved, or that she has its area.
    fn not_hers(&self) -> anyhow::Result<Stop> {
        let waits = self.sender.vouches.is_none() && found::restored_within(self.db, self.sender.now, found::PATIENCE)?;
        Ok(if waits { Stop::Held } else { not_allowed(Section::Area) })
    }

    fn try_amend(&self, stored: &Stored, incoming: &Incoming, history: &mut History, standing: &Standing<'_>) -> Result<RecordState, Stop> {
        let caller = standing.caller();
        let visit = if stored.record.kind() == Kind::Visit { stored.record.visit() } else { None };
        let form = stored.record.form_name().and_then(|name| self.sender.forms.find(&name)).map(|form| &**form);
        // Who may write is asked first, then what.
        let (touch, shape) = history.admit(incoming, form, shape::latest(self.sender.now))?;
        for section in &touch.sections {
            if !standing.may(Action::Amend, stored.record.kind(), *section) {
                return Err(not_allowed(*section));
            }
        }
        shape?;
        let mut next = stored.record.clone();
        next.apply(incoming)?;
        next.check_prose(incoming)?;
        next.check_maps(&touch.sections)?;
        let only_supervisors = |section: &Section| !caller.role.may_settle(*section);
        if touch.sections.iter().any(only_supervisors) && next.settled_by(incoming, &stored.record)?.iter().any(only_supervisors) {
            return Err(Code::NeedsSupervisor.into());
        }
        if touch.sections.contains(&Section::Area) {
            // Where a file belongs is never left to chance: whoever moves it has seen where it is.
            if !next.has_one_area() {
                return Err(Stop::Refused(Failure::of(Code::Changed, Section::Area.code())));
            }
            let inside = |area: AreaCode| caller.covers(&area) && area.county().is_some();
            if !next.area().is_some_and(inside) {
                return Err(not_allowed(Section::Area));
            }
        }
        if stored.record.kind().is_matter() {
            matters::may_write(&stored.record, &next, (incoming, &touch.sections), form, (&self.sender.caller.staff, caller.role))?;
        }
        // Who decides on others' visits does not write in them.
        let others = visit.is_some_and(|visit| visit.by != self.sender.caller.staff);
        if others && self.sender.caller.role.has(Right::Review) && !next.only_chooses(&incoming.hash)? {
            return Err(not_allowed(Section::Answers));
        }
        Ok(RecordState::of(next)?)
    }

    fn commit(&mut self, push: &Push, incoming: &Incoming, (next, area): Next) -> anyhow::Result<()> {
        let change = self.change(incoming.hash, push);
        let before = self.stored.as_ref().map(Stored::before);
        store::commit(self.db, &next, &area, before, &change)?;
        if let Some(actor) = incoming.actor() {
            store::claim_actor(self.db, &push.record, &actor, self.sender.device.bytes())?;
        }
        let (programmes, at, open) = (next.row.programmes.clone(), store::moment(&next.row), next.row.open);
        if self.history.as_mut().is_some_and(|history| history.extend(incoming).is_err()) {
            self.history = None;
        }
        self.stored = Some(Stored { record: next.record, area, programmes, at, open });
        Ok(())
    }
}

/// A record made by its first change, and the sections it fills.
fn first_change(push: &Push, incoming: &Incoming, forms: &Forms, now: Timestamp) -> First {
    let (record, touch) = Record::from_first(incoming)?;
    if record.id() != push.record {
        return Err(Stop::Refused(Failure::of(Code::BadChange, "id")));
    }
    let form = record.form_name().and_then(|name| forms.find(&name)).map(|form| &**form);
    let state = RecordState::of(record)?;
    History::empty().admit(incoming, form, shape::latest(now))?.1?;
    Ok((state, touch.sections.into_iter().collect()))
}

pub(super) fn not_allowed(section: Section) -> Stop {
    Stop::Refused(Failure::of(Code::NotAllowed, section.code()))
}
