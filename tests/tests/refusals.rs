//! Refusals: whatever is refused, lost on the way or written by others meanwhile, in the end every edit stands on the server once, or
//! is told as not accepted with its reason; what was built on it goes on, and nobody's words are written over unseen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use automerge::legacy::{ObjectId, OpId, OpType};
use automerge::{ObjType, ScalarValue};
use client::server::http::{pack, unpack};
use client::server::sync::{prepare, take_in};
use client::store::intent::Intent;
use client::store::{Durability, changes};
use domain::api::*;
use domain::form::Answers;
use domain::sync::{Push, Refusal, SyncReply, SyncRequest, runs};
use domain::visit::Decision;
use domain::{Code, Failure, Hash, RecordId, Value};
use proptest::prelude::*;
use records::{Incoming, Record};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use sync_server::sync::exchange;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::chaos::{Office, VILLAGE, decoded, edit};
use village::sim::{Asked, Chance, Device};

/// Two devices of 李主任's and one of 王督导's.
const STAFF: [&str; 3] = ["S001", "S002", "S001"];
const FIELDS: [&str; 4] = ["contact.address", "plan.text", "situation.health", "household.0192f0c1-2b3c-7def-8123-456789abcdef.name"];

#[derive(Clone, Debug)]
enum Step {
    Edit {
        who: usize,
        file: usize,
        field: usize,
        refused: bool,
    },
    /// A section that only supervisors write: by hand, since the app itself asks first.
    Charge {
        who: usize,
        file: usize,
    },
    Visit {
        who: usize,
        file: usize,
        refused: bool,
    },
    Amend {
        who: usize,
        nth: usize,
        refused: bool,
    },
    Settle {
        who: usize,
        nth: usize,
        take: usize,
    },
    Review {
        nth: usize,
        refused: bool,
    },
    Sync {
        who: usize,
        road: Road,
    },
}

#[derive(Clone, Debug)]
enum Road {
    Whole,
    RequestLost,
    AnswerLost,
    /// So slow that she writes meanwhile.
    Slow {
        file: usize,
        field: usize,
        refused: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let refused = || prop::bool::weighted(0.25);
    let road = prop_oneof![
        4 => Just(Road::Whole),
        1 => Just(Road::RequestLost),
        2 => Just(Road::AnswerLost),
        2 => (0..2usize, 0..4usize, refused()).prop_map(|(file, field, refused)| Road::Slow { file, field, refused }),
    ];
    prop_oneof![
        6 => (0..3usize, 0..2usize, 0..4usize, refused()).prop_map(|(who, file, field, refused)| Step::Edit { who, file, field, refused }),
        1 => (0..3usize, 0..2usize).prop_map(|(who, file)| Step::Charge { who, file }),
        1 => (0..3usize, 0..2usize, refused()).prop_map(|(who, file, refused)| Step::Visit { who, file, refused }),
        2 => (0..3usize, 0..4usize, refused()).prop_map(|(who, nth, refused)| Step::Amend { who, nth, refused }),
        2 => (0..3usize, 0..4usize, 0..2usize).prop_map(|(who, nth, take)| Step::Settle { who, nth, take }),
        1 => (0..4usize, refused()).prop_map(|(nth, refused)| Step::Review { nth, refused }),
        5 => (0..3usize, road).prop_map(|(who, road)| Step::Sync { who, road }),
    ]
}

/// The real server behind one that refuses what the test says, as the real one does: always again, with all that builds on it.
struct Server {
    office: Office,
    /// Words that are refused, with the reason.
    marked: BTreeMap<String, Failure>,
    refused: HashMap<Hash, Failure>,
    /// Every number that an actor ever used, and for what.
    numbers: HashMap<(RecordId, Vec<u8>, u64), Hash>,
}

impl Server {
    fn answer(&mut self, token: &str, mut request: SyncRequest) -> SyncReply {
        let (mut places, mut passed, mut refusals) = (Vec::new(), Vec::new(), Vec::<Refusal>::new());
        let mut roots: HashMap<Hash, u32> = HashMap::new();
        for (n, push) in (0u32..).zip(std::mem::take(&mut request.changes)) {
            let incoming = Incoming::parse(&push.bytes).unwrap();
            let number = (push.record, incoming.actor().unwrap().0.to_vec(), incoming.seq());
            let before = *self.numbers.entry(number).or_insert(incoming.hash);
            assert_eq!(before, incoming.hash, "an actor's number is used once");
            if let Some(root) = incoming.deps().iter().find_map(|d| roots.get(d)).copied() {
                refusals.iter_mut().find(|r| r.n == root).unwrap().blocked.push(n);
                let reason = refusals.iter().find(|r| r.n == root).unwrap().reason.clone();
                self.refused.insert(incoming.hash, reason);
                roots.insert(incoming.hash, root);
            } else if let Some(reason) = self.judge(&push, &incoming) {
                self.refused.insert(incoming.hash, reason.clone());
                roots.insert(incoming.hash, n);
                refusals.push(Refusal { n, reason, blocked: vec![] });
            } else {
                places.push(n);
                passed.push(push);
            }
        }
        request.changes = passed;
        let auth = exchange::auth(&self.office.app, token).unwrap();
        let mut reply: SyncReply = unpack(&exchange::sync(&self.office.app, auth, &pack(&request).unwrap()).unwrap()).unwrap();
        reply.taken = runs(reply.taken.iter().flat_map(|(from, to)| *from..*to).map(|n| places[n as usize]));
        for refusal in &mut reply.refused {
            refusal.n = places[refusal.n as usize];
            refusal.blocked.iter_mut().for_each(|n| *n = places[*n as usize]);
        }
        reply.refused.extend(refusals);
        reply
    }

    fn judge(&self, push: &Push, incoming: &Incoming) -> Option<Failure> {
        let known = self.refused.get(&incoming.hash).or_else(|| incoming.deps().iter().find_map(|d| self.refused.get(d)));
        known.or_else(|| words(&push.bytes).into_iter().find_map(|(_, word)| self.marked.get(&word))).cloned()
    }
}

/// What a change writes, word for word, with the operation.
fn words(bytes: &[u8]) -> Vec<(OpId, String)> {
    let change = decoded(bytes);
    let ops: Vec<_> = change.operations.iter().zip(change.start_op.get()..).map(|(op, n)| (OpId::new(n, &change.actor_id), op)).collect();
    let letters = |text: &OpId| {
        let of = ops.iter().filter(|(_, op)| op.insert && op.obj == ObjectId::Id(text.clone()));
        of.filter_map(|(_, op)| if let OpType::Put(ScalarValue::Str(s)) = &op.action { Some(s.as_str()) } else { None }).collect::<String>()
    };
    let word = |(id, op): &(OpId, &automerge::legacy::Op)| match &op.action {
        OpType::Put(ScalarValue::Str(s)) if !op.insert => Some((id.clone(), s.to_string())),
        OpType::Make(ObjType::Text) => Some((id.clone(), letters(id))),
        _ => None,
    };
    ops.iter().filter_map(word).collect()
}

/// Something that was written.
#[derive(Debug)]
struct Said {
    who: usize,
    record: RecordId,
    word: String,
    /// What stood there when it was written.
    seen: BTreeSet<String>,
    /// One of several values, chosen.
    chosen: bool,
}

struct World {
    server: Server,
    devices: Vec<Device>,
    files: Vec<RecordId>,
    said: Vec<Said>,
    count: usize,
    _homes: TempDir,
}

fn values_at(record: &Record, path: &str) -> BTreeSet<String> {
    let text = |v: &Value| v.text().map(str::to_owned);
    if let Some(conflict) = record.conflicts().iter().find(|c| c.path == path) {
        return conflict.values.iter().filter_map(|w| text(&w.value)).collect();
    }
    let now = match record.visit() {
        Some(visit) => path.strip_prefix("answers.").and_then(|q| visit.answers.get(q).and_then(text)),
        None => {
            let file = record.file();
            let entry = || file.household.iter().find(|e| path == format!("household.{}.name", e.id)).and_then(|e| e.fields.get("name"));
            file.fields.get(path).or_else(entry).and_then(text)
        }
    };
    now.into_iter().collect()
}

impl World {
    fn new() -> World {
        let (office, homes) = (Office::default(), tempfile::tempdir().unwrap());
        let enrolled = |(n, staff): (usize, &&str)| {
            let env = Chance::seeded(n as u64 + 1);
            Device::enrolled(staff, homes.path().join(n.to_string()), env, &office.app, n as u64 + 1)
        };
        let devices = STAFF.iter().enumerate().map(enrolled).collect();
        let server = Server { office, marked: BTreeMap::new(), refused: HashMap::new(), numbers: HashMap::new() };
        let mut world = World { server, devices, files: vec![], said: vec![], count: 0, _homes: homes };
        for name in ["测试一号", "测试二号"] {
            let edits = vec![edit("identity.name", name), edit("categories.0192f0c1-2b3c-7def-8123-456789abcdef.code", "left_behind_child")];
            let id = world.ask(0, NewPerson { area: VILLAGE.parse().unwrap(), edits, another: true }).unwrap();
            world.files.push(id);
        }
        (0..3).for_each(|who| world.sync(who, &Road::Whole));
        world
    }

    fn ask<C: Call>(&mut self, who: usize, call: C) -> Result<C::Reply, Failure> {
        match self.devices[who].ask(call, None) {
            Asked::Answered(answer) => answer,
            Asked::Killed => unreachable!(),
        }
    }
    fn record(&mut self, who: usize, id: RecordId) -> Record {
        self.devices[who].core().view().unwrap().record(id).unwrap()
    }
    fn word(&mut self, refused: bool) -> String {
        self.count += 1;
        let word = format!("第{}句话", self.count);
        if refused {
            let reasons = [Code::NotAllowed, Code::NeedsSupervisor, Code::BadValue];
            self.server.marked.insert(word.clone(), Failure::of(reasons[self.count % 3], format!("{}", self.count)));
        }
        word
    }
    fn note(&mut self, who: usize, record: RecordId, path: &str, word: String, seen: BTreeSet<String>, chosen: bool) {
        assert!(values_at(&self.record(who, record), path).contains(&word), "what was written is there");
        self.said.push(Said { who, record, word, seen, chosen });
    }

    fn live(&mut self, step: &Step) {
        match step {
            Step::Edit { who, file, field, refused } => self.edits(*who, *file, *field, *refused),
            Step::Charge { who, file } => self.charges(*who, *file),
            Step::Visit { who, file, refused } => self.visits(*who, *file, *refused),
            Step::Amend { who, nth, refused } => self.amends(*who, *nth, *refused),
            Step::Settle { who, nth, take } => self.settles(*who, *nth, *take),
            Step::Review { nth, refused } => self.reviews(*nth, *refused),
            Step::Sync { who, road } => self.sync(*who, road),
        }
    }

    fn edits(&mut self, who: usize, file: usize, field: usize, refused: bool) {
        let (id, path, word) = (self.files[file], FIELDS[field], self.word(refused));
        let seen = values_at(&self.record(who, id), path);
        self.ask(who, EditPerson { id, edits: vec![edit(path, &word)] }).unwrap();
        self.note(who, id, path, word, seen, false);
    }

    fn charges(&mut self, who: usize, file: usize) {
        let (id, path) = (self.files[file], "charge.staff");
        self.count += 1;
        let word = format!("S9{:04}", self.count);
        if STAFF[who] == "S001" {
            self.server.marked.insert(word.clone(), Failure::of(Code::NotAllowed, "charge"));
        }
        let edits = vec![edit(path, &word)];
        let seen = values_at(&self.record(who, id), path);
        self.devices[who]
            .core()
            .transact(Durability::Full, |work| {
                let (mut record, writer, area) = (work.record(id)?, work.writer(id)?, work.area_of(id)?);
                let written = record.edit(&edits, &writer)?.into_iter().map(|c| (c, Intent::Edit { edits: edits.clone() })).collect::<Vec<_>>();
                work.keep(&record, &area, &written, &writer)
            })
            .unwrap();
        self.note(who, id, path, word, seen, false);
    }

    fn visits(&mut self, who: usize, file: usize, refused: bool) {
        let (person, word) = (self.files[file], self.word(refused));
        let answers: Answers = serde_json::from_value(routine_visit("child-visit@s2", &word)).unwrap();
        let id = self.ask(who, NewVisit { person, form: "child-visit@s2".into(), answers, sure: false }).unwrap();
        self.note(who, id, "answers.note", word, BTreeSet::new(), false);
    }

    fn amends(&mut self, who: usize, nth: usize, refused: bool) {
        let visits = self.ask(who, Visits { person: None, limit: 10 }).unwrap();
        let Some(visit) = visits.get(nth).map(|v| v.id) else { return };
        let word = self.word(refused);
        let seen = values_at(&self.record(who, visit), "answers.note");
        let answers = [("note".to_owned(), Value::from(word.as_str()))].into();
        if self.ask(who, AmendVisit { visit, answers }).is_ok() {
            self.note(who, visit, "answers.note", word, seen, false);
        }
    }

    fn settles(&mut self, who: usize, nth: usize, take: usize) {
        let open = self.ask(who, Conflicts {}).unwrap();
        let Some(conflict) = open.get(nth).filter(|c| c.may_settle) else { return };
        let seen: BTreeSet<String> = conflict.values.iter().filter_map(|v| v.value.text().map(str::to_owned)).collect();
        let word = conflict.values[take].value.text().unwrap().to_owned();
        self.ask(who, Resolve { id: conflict.record, path: conflict.path.clone(), take }).unwrap();
        self.note(who, conflict.record, &conflict.path, word, seen, true);
    }

    fn reviews(&mut self, nth: usize, refused: bool) {
        let queue = self.ask(1, ReviewQueue {}).unwrap();
        let Some(item) = queue.get(nth) else { return };
        let comment = self.word(refused);
        let (visit, heads) = (item.visit.id, item.heads.clone());
        self.ask(1, Review { visit, heads, decision: Decision::Returned, comment: comment.clone(), fields: BTreeMap::new() }).unwrap();
        let sql = "SELECT id FROM records WHERE kind = 'review' ORDER BY rowid DESC LIMIT 1";
        let core = self.devices[1].core();
        let id: [u8; 16] = core.view().unwrap().db.query_row(sql, [], |r| r.get(0)).unwrap();
        let record = RecordId::from_slice(&id).unwrap();
        self.said.push(Said { who: 1, record, word: comment, seen: BTreeSet::new(), chosen: false });
    }

    fn sync(&mut self, who: usize, road: &Road) {
        for _ in 0..100 {
            let prepared = prepare(self.devices[who].core()).unwrap();
            if matches!(road, Road::RequestLost) {
                return;
            }
            let token = self.devices[who].token().to_owned();
            let request = unpack(&pack(&prepared.request).unwrap()).unwrap();
            let reply = self.server.answer(&token, request);
            match road {
                Road::AnswerLost => return,
                Road::Slow { file, field, refused } => self.edits(who, *file, *field, *refused),
                _ => {}
            }
            let taken = take_in(self.devices[who].core(), &prepared, reply).expect("a reply that is taken in");
            let again = taken.more || (self.devices[who].waiting() > 0 && taken.accepted + taken.refused > 0);
            if !again || matches!(road, Road::Slow { .. }) {
                return;
            }
        }
        panic!("a sync that never ends");
    }

    fn come_to_rest(&mut self) {
        for _ in 0..3 {
            (0..3).for_each(|who| self.sync(who, &Road::Whole));
        }
        for who in 0..3 {
            assert_eq!(changes::count_waiting(self.devices[who].core().view().unwrap().db).unwrap(), 0, "device {who} still waits");
        }
    }

    /// Words that must not be on the server: marked, or in a record that never came to be.
    fn is_refused(&self, said: &Said) -> bool {
        self.server.marked.contains_key(&said.word) || self.server.office.record(said.record).is_none()
    }

    fn check(&mut self) {
        let server: BTreeMap<RecordId, Record> =
            self.said.iter().map(|s| s.record).chain(self.files.clone()).filter_map(|id| Some((id, self.server.office.record(id)?))).collect();
        for (who, device) in self.devices.iter().enumerate() {
            // What was refused whole stays where it was written; all else is the same everywhere.
            let here = device.documents();
            for (id, theirs) in &server {
                assert_eq!(here[id].heads(), theirs.heads(), "record {id} on device {who}");
            }
            device.index_equals_documents(who);
        }
        for said in self.said.iter().filter(|s| !s.chosen) {
            let times = server.get(&said.record).map_or(0, |record| self.times_written(record, said));
            assert_eq!(times, u32::from(!self.is_refused(said)), "{said:?}");
        }
        (0..3).for_each(|who| self.refusals_are_told(who));
    }

    /// How often a word was written in the history, not counting where it was chosen again; and nobody wrote it over what she had
    /// not seen.
    fn times_written(&self, record: &Record, said: &Said) -> u32 {
        let mut by_op: HashMap<OpId, String> = HashMap::new();
        let (mut times, mut fair) = (0, false);
        let seen = self.ever_seen(said);
        for change in record.changes() {
            let written = words(&change.bytes);
            by_op.extend(written.iter().cloned());
            let ops = decoded(&change.bytes);
            // An entry that two people made at once stands twice, and one edit writes into both.
            times += usize::from(written.iter().any(|(_, w)| *w == said.word));
            for (id, _) in written.iter().filter(|(_, w)| *w == said.word) {
                let op = &ops.operations[usize::try_from(id.0 - ops.start_op.get()).unwrap()];
                fair |= op.pred.iter().filter_map(|p| by_op.get(p)).all(|w| seen.contains(w));
            }
        }
        assert!(times == 0 || fair, "{said:?} was written over what its writer had not seen; she saw {seen:?}");
        let chosen = self.said.iter().filter(|s| s.chosen && s.word == said.word).count();
        if (1..=1 + chosen).contains(&times) { 1 } else { u32::try_from(times).unwrap() }
    }

    /// What stood there, and below it, should that have been refused.
    fn ever_seen(&self, said: &Said) -> BTreeSet<String> {
        let mut all = said.seen.clone();
        loop {
            let below = self.said.iter().filter(|s| all.contains(&s.word)).flat_map(|s| s.seen.clone());
            let more: BTreeSet<String> = below.chain(all.iter().cloned()).collect();
            if more == all {
                return all;
            }
            all = more;
        }
    }

    /// Each of her words that was refused is told once with its reason, and no other.
    fn refusals_are_told(&mut self, who: usize) {
        let mut wanted: BTreeMap<String, RecordId> = BTreeMap::new();
        for said in self.said.iter().filter(|s| s.who == who && !s.chosen && self.is_refused(s)) {
            wanted.insert(said.word.clone(), said.record);
        }
        let marked = self.server.marked.clone();
        let refused = changes::refused(self.devices[who].core().view().unwrap().db).unwrap();
        for one in &refused {
            let intent = one.intent.clone().expect("what it was meant to do");
            let reason = one.reason.clone().expect("a reason");
            if matches!(serde_json::from_str(&intent).unwrap(), Intent::Settle { .. }) {
                continue;
            }
            let word = wanted.keys().find(|w| intent.contains(&format!("\"{w}\""))).cloned();
            let word = word.unwrap_or_else(|| panic!("told as refused, and not: {intent} {reason:?}"));
            assert_eq!(wanted.remove(&word), Some(one.record));
            if let Some(mark) = marked.get(&word) {
                assert!(marked.values().any(|m| *m == reason) && (mark.code == reason.code || one.record != self.files[0]), "{intent} {reason:?}");
            }
        }
        assert!(wanted.is_empty(), "refused and not told on device {who}: {wanted:?}");
        let told = self.ask(who, Inbox {}).unwrap();
        let told = told.iter().filter(|m| matches!(m.about, About::Refused { .. })).count();
        assert_eq!(told, refused.len());
    }
}

/// How many lives: `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edit_is_taken_once_or_told_as_not_accepted(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        steps.iter().for_each(|step| world.live(step));
        world.come_to_rest();
        world.check();
    }
}
