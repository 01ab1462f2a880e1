//! What a foreign change touches, decided on its decoded operations. Patches are no basis for this: they leave out
//! writes that lose today and may surface tomorrow. A change that names things that do not exist, or misuses them,
//! can panic Automerge or leave a document that no longer loads; it is told apart here, before it is applied.
use crate::chunk::{CHANGE, MAX_OPS, MAX_TIME, check_limits};
use crate::error::{RecordError, guarded};
use crate::writer::{Actor, read_author};
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Automerge, ChangeHash, ExpandedChange, ObjId, ObjType, ReadDoc, ScalarValue};
use domain::roles::{Action, Section};
use domain::{Code, Hash, StaffId, Timestamp};
use forms::Form;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;

mod shape;

/// Longest key, bytes, and longest scalar, bytes.
const MAX_KEY: usize = 64;
const MAX_SCALAR: usize = 16 << 10;
/// So many of a record's changes are looked for one by one.
const MOST_BY_ONE: usize = 32;
/// Root, section, entry, value; and in answers a repeat, its entry, a choice of several, its options.
const MAX_DEPTH: u8 = 4;

/// A foreign change, decoded.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its name.
    pub hash: Hash,
    pub(crate) change: automerge::Change,
    expanded: ExpandedChange,
}

/// What a change does, for the role table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touch {
    /// Whether it makes the record.
    pub action: Action,
    /// The sections written.
    pub sections: BTreeSet<Section>,
}

impl Incoming {
    /// Decodes the bytes of one change. Never panics.
    pub fn parse(bytes: &[u8]) -> Result<Incoming, RecordError> {
        check_limits(bytes, CHANGE, MAX_OPS)?;
        guarded("change", || {
            let change = automerge::Change::from_bytes(bytes.to_vec()).map_err(|_| RecordError::Malformed("change"))?;
            if change.seq() == 0 {
                return Err(RecordError::Malformed("number of the change"));
            }
            let expanded = change.decode();
            // One name, one sequence of bytes: what Automerge would write down in another way might not come out of a document again.
            if automerge::Change::from(expanded.clone()).raw_bytes() != bytes {
                return Err(RecordError::Malformed("not as Automerge writes it"));
            }
            Ok(Incoming { hash: Hash(change.hash().0), change, expanded })
        })
    }

    /// The changes it builds on.
    pub fn deps(&self) -> Vec<Hash> {
        self.change.deps().iter().map(|d| Hash(d.0)).collect()
    }
    /// The actor, when it is one of ours (eight bytes).
    pub fn actor(&self) -> Option<Actor> {
        self.change.actor_id().to_bytes().try_into().ok().map(Actor)
    }
    /// The change's number among its actor's, from 1.
    pub fn seq(&self) -> u64 {
        self.change.seq()
    }
    /// The texts that it writes in, as Automerge spells their names.
    pub(crate) fn texts(&self) -> BTreeSet<String> {
        let written = self.expanded.operations.iter().filter(|op| matches!(op.key, Key::Seq(_)));
        written.filter_map(|op| if let ObjectId::Id(id) = &op.obj { Some(id.to_string()) } else { None }).collect()
    }
    /// Who says to have written it: staff id and the device's four characters. On an actor's first change only.
    pub fn author(&self) -> Option<(StaffId, String)> {
        self.change.author().and_then(|a| read_author(a.as_bytes()))
    }
}

/// Where an operation's target lies.
#[derive(Clone, Copy)]
struct OpPlace {
    kind: ObjType,
    section: Option<Section>,
    depth: u8,
}

#[derive(Clone)]
struct Known {
    obj: ObjectId,
    key: Key,
    insert: bool,
    makes: Option<ObjType>,
    change: usize,
}

impl Known {
    fn of(op: &Op, change: usize) -> Known {
        let makes = if let OpType::Make(kind) = op.action { Some(kind) } else { None };
        Known { obj: op.obj.clone(), key: op.key.clone(), insert: op.insert, makes, change }
    }
}

/// A record's past: who wrote which operations, and what those are that somebody names. Five years of a file are thousands, and a
/// change names few of them.
pub struct History {
    doc: Automerge,
    /// Whether its kind may get sections later.
    grows: bool,
    facts: Vec<Fact>,
    changes: HashMap<ChangeHash, usize>,
    /// An actor's changes in the order of their numbers.
    of_actor: HashMap<ActorId, Vec<usize>>,
    /// The operations of the changes that were decoded.
    ops: HashMap<OpId, Known>,
    decoded: HashSet<usize>,
}

/// A change: those it builds on by index, its operations, its actor and number.
struct Fact {
    hash: ChangeHash,
    deps: Vec<usize>,
    ops: RangeInclusive<u64>,
    actor: ActorId,
    seq: u64,
}

impl History {
    /// No past: for a record's first change.
    pub fn empty() -> History {
        let (changes, of_actor, ops) = (HashMap::new(), HashMap::new(), HashMap::new());
        History { doc: Automerge::new(), grows: false, facts: Vec::new(), changes, of_actor, ops, decoded: HashSet::new() }
    }

    /// A document's past; whether its kind allows sections to be made later.
    pub(crate) fn of_document(doc: &Automerge, grows: bool) -> Result<History, RecordError> {
        guarded("history", || {
            let mut history = History { doc: doc.clone(), grows, ..History::empty() };
            for change in doc.get_changes_meta(&[]) {
                let ops = change.start_op..=change.max_op;
                history.add(change.hash, &change.deps, ops, change.actor.into_owned(), change.seq)?;
            }
            Ok(history)
        })
    }

    fn add(&mut self, hash: ChangeHash, deps: &[ChangeHash], ops: RangeInclusive<u64>, actor: ActorId, seq: u64) -> Result<usize, RecordError> {
        let index = self.facts.len();
        let deps = deps.iter().map(|d| self.changes.get(d).copied().ok_or(RecordError::MissingDeps)).collect::<Result<_, _>>()?;
        self.of_actor.entry(actor.clone()).or_default().push(index);
        self.facts.push(Fact { hash, deps, ops, actor, seq });
        self.changes.insert(hash, index);
        Ok(index)
    }

    /// Decodes what these operations name, and what that lies in.
    fn learn(&mut self, change: &ExpandedChange) -> Result<(), RecordError> {
        let mut open: Vec<OpId> = change.operations.iter().flat_map(named).collect();
        let mut one_by_one = 0;
        while let Some(id) = open.pop() {
            // An operation of the change itself, or none there is: that is said where it is looked at.
            let Some(index) = self.maker(&id).filter(|index| !self.decoded.contains(index)) else { continue };
            one_by_one += 1;
            if one_by_one > MOST_BY_ONE {
                return self.learn_all();
            }
            let hash = self.facts.get(index).map(|fact| fact.hash);
            let made = hash.and_then(|hash| self.doc.get_change_by_hash(&hash)).ok_or(RecordError::Malformed("history"))?.decode();
            let parent = |op: &Op| if let (OpType::Make(_), ObjectId::Id(parent)) = (&op.action, &op.obj) { Some(parent.clone()) } else { None };
            open.extend(made.operations.iter().filter_map(parent));
            self.keep(&made, index);
        }
        Ok(())
    }

    /// Decodes everything: looking for one change may cost as much as telling all of them.
    fn learn_all(&mut self) -> Result<(), RecordError> {
        for change in self.doc.get_changes(&[]) {
            let index = *self.changes.get(&change.hash()).ok_or(RecordError::Malformed("history"))?;
            self.keep(&change.decode(), index);
        }
        Ok(())
    }

    fn keep(&mut self, change: &ExpandedChange, index: usize) {
        if self.decoded.insert(index) {
            self.ops.extend(numbered(change).map(|(id, op)| (id, Known::of(op, index))));
        }
    }

    /// The change that has this operation.
    fn maker(&self, id: &OpId) -> Option<usize> {
        let hers = self.of_actor.get(id.actor())?;
        let after = hers.partition_point(|index| self.facts.get(*index).is_some_and(|fact| *fact.ops.start() <= id.counter()));
        let index = *hers.get(after.checked_sub(1)?)?;
        self.facts.get(index).filter(|fact| fact.ops.contains(&id.counter())).map(|_| index)
    }

    /// Checks the change against this past and says what it touches.
    pub fn touch(&mut self, incoming: &Incoming) -> Result<Touch, RecordError> {
        self.look(incoming).map(|(touch, _)| touch)
    }

    /// The same for a change on its way into the server, which asks for the shape of values, too: inside, what [`domain::shape::check`]
    /// says, with the field. `form` is that of the visit it changes.
    pub fn admit(&mut self, incoming: &Incoming, form: Option<&Form>, latest: Timestamp) -> Result<(Touch, Result<(), RecordError>), RecordError> {
        let (touch, work) = self.look(incoming)?;
        let shape = work.check_shape(&incoming.expanded, form, latest);
        Ok((touch, shape))
    }

    fn look(&mut self, incoming: &Incoming) -> Result<(Touch, ChangeCheck<'_>), RecordError> {
        let change = &incoming.expanded;
        check_frame(change)?;
        guarded("history", || self.learn(change))?;
        let past = self.past(change)?;
        self.check_numbers(change, &past)?;
        let mut work = ChangeCheck { history: self, past, own: HashMap::new(), sections: BTreeSet::new() };
        for (id, op) in numbered(change) {
            work.take(id, op)?;
        }
        let action = if self.facts.is_empty() { Action::Create } else { Action::Amend };
        if work.sections.is_empty() {
            return Err(RecordError::Malformed("empty change"));
        }
        if action == Action::Amend && work.sections.len() > 1 {
            return Err(RecordError::Malformed("a change touches one section"));
        }
        Ok((Touch { action, sections: work.sections.clone() }, work))
    }

    /// Takes a change in that was checked.
    pub fn extend(&mut self, incoming: &Incoming) -> Result<(), RecordError> {
        let change = &incoming.expanded;
        let ops = change.start_op.get()..=change.start_op.get() + change.operations.len() as u64 - 1;
        let index = self.add(ChangeHash(incoming.hash.0), &change.deps, ops, change.actor_id.clone(), change.seq)?;
        self.keep(change, index);
        Ok(())
    }

    /// The changes the new one can know of.
    fn past(&self, change: &ExpandedChange) -> Result<HashSet<usize>, RecordError> {
        if change.deps.is_empty() && !self.facts.is_empty() {
            return Err(RecordError::Malformed("a second beginning"));
        }
        let mut open = change.deps.iter().map(|d| self.changes.get(d).copied().ok_or(RecordError::MissingDeps)).collect::<Result<Vec<_>, _>>()?;
        let mut past = HashSet::new();
        while let Some(index) = open.pop() {
            if past.insert(index) {
                open.extend(self.facts.get(index).into_iter().flat_map(|f| f.deps.iter().copied()));
            }
        }
        Ok(past)
    }

    /// `start_op` and the actor's number must be the next ones, exactly.
    fn check_numbers(&self, change: &ExpandedChange, past: &HashSet<usize>) -> Result<(), RecordError> {
        let facts = || past.iter().filter_map(|i| self.facts.get(*i));
        let max_op = facts().map(|f| *f.ops.end()).max().unwrap_or(0);
        if change.start_op.get() != max_op + 1 {
            return Err(RecordError::Malformed("start of operations"));
        }
        let mine = |f: &&Fact| f.actor == change.actor_id;
        let known = self.facts.iter().filter(mine).map(|f| f.seq).max().unwrap_or(0);
        let seen = facts().filter(mine).map(|f| f.seq).max().unwrap_or(0);
        // Another change has this number: a copy of the device wrote it.
        if change.seq <= known {
            return Err(RecordError::Rejected(Code::WriterTaken.into()));
        }
        if change.seq != known + 1 || seen != known {
            return Err(RecordError::Malformed("number of the change"));
        }
        Ok(())
    }
}

/// The rules for a change's header: an actor of eight bytes; an author on its first change and on no other; no message, no other bytes.
fn check_frame(change: &ExpandedChange) -> Result<(), RecordError> {
    if change.actor_id.to_bytes().len() != size_of::<Actor>() {
        return Err(RecordError::Malformed("actor"));
    }
    let author = change.author.as_ref().map(|a| a.as_bytes());
    if author.is_some() != (change.seq == 1) || author.is_some_and(|a| read_author(a).is_none()) {
        return Err(RecordError::Malformed("author"));
    }
    if change.time.unsigned_abs() > MAX_TIME {
        return Err(RecordError::Malformed("time"));
    }
    if !change.deps.is_sorted_by(|a, b| a < b) {
        return Err(RecordError::Malformed("builds on the same twice"));
    }
    // The author's kind and length are a byte each.
    if change.message.is_some() || change.extra_bytes.len() != author.map_or(0, |a| a.len() + 2) {
        return Err(RecordError::Malformed("bytes beside the operations"));
    }
    Ok(())
}

/// One change being checked, operation by operation.
struct ChangeCheck<'a> {
    history: &'a History,
    past: HashSet<usize>,
    own: HashMap<OpId, Known>,
    sections: BTreeSet<Section>,
}

impl ChangeCheck<'_> {
    fn known(&self, id: &OpId) -> Result<&Known, RecordError> {
        let seen = |k: &&Known| self.past.contains(&k.change);
        self.own.get(id).or_else(|| self.history.ops.get(id).filter(seen)).ok_or(RecordError::Malformed("names an unknown operation"))
    }

    fn place(&self, obj: &ObjectId) -> Result<OpPlace, RecordError> {
        match obj {
            ObjectId::Root => Ok(ROOT),
            ObjectId::Id(id) => {
                self.known(id)?;
                self.place_of(id, MAX_DEPTH).ok_or(RecordError::Malformed("not an object"))
            }
        }
    }

    /// Where an object lies, however long ago it was made; none for what is no object, or lies deeper than ours.
    fn place_of(&self, id: &OpId, deepest: u8) -> Option<OpPlace> {
        let known = self.own.get(id).or_else(|| self.history.ops.get(id))?;
        let (parent, section) = match &known.obj {
            ObjectId::Root => (ROOT, if let Key::Map(key) = &known.key { key.parse().ok() } else { None }),
            ObjectId::Id(parent) => {
                let parent = self.place_of(parent, deepest.checked_sub(1)?)?;
                (parent, parent.section)
            }
        };
        Some(OpPlace { kind: known.makes?, section, depth: parent.depth + 1 })
    }

    fn take(&mut self, id: OpId, op: &Op) -> Result<(), RecordError> {
        let parent = self.place(&op.obj)?;
        let section = self.section(op, parent)?;
        match (parent.kind, &op.key) {
            (ObjType::Map, Key::Map(key)) if is_key(key) && !op.insert => {}
            (ObjType::Text, Key::Seq(at)) => self.check_element(op, at)?,
            _ => return Err(RecordError::Malformed("wrong key for the object")),
        }
        check_action(op, parent)?;
        self.check_pred(op)?;
        let list = parent.depth == SECTION && section.has_entries();
        if list && (!op.pred.is_empty() || op.action != OpType::Make(ObjType::Map) || self.is_made(&op.obj, &op.key)) {
            return Err(RecordError::Malformed("entries are made once"));
        }
        // What somebody put down nobody writes into, she neither.
        if section.is_log() && parent.depth > SECTION && !matches!(&op.obj, ObjectId::Id(id) if self.own.contains_key(id)) {
            return Err(RecordError::Malformed("what was put down stays as it is"));
        }
        self.sections.insert(section);
        self.own.insert(id, Known::of(op, usize::MAX));
        Ok(())
    }

    /// Sections are made once, as far as their maker knows: by the first change, or, where the kind grows, when one is first written in.
    fn section(&self, op: &Op, parent: OpPlace) -> Result<Section, RecordError> {
        match (&op.obj, &op.key) {
            (ObjectId::Root, Key::Map(key)) => {
                let section = key.parse().map_err(|_| RecordError::Newer("section"))?;
                let made = op.pred.is_empty() && matches!(op.action, OpType::Make(ObjType::Map)) && !self.sections.contains(&section);
                if !made || !(self.history.facts.is_empty() || self.history.grows && !self.is_made(&op.obj, &op.key)) {
                    return Err(RecordError::Malformed("sections are made once"));
                }
                Ok(section)
            }
            // It was made by a newer program: nobody else gives a record a section that we do not have.
            _ => parent.section.ok_or(RecordError::Newer("section")),
        }
    }

    /// Whether something was made under this key of an object in what the change knows, or in itself.
    fn is_made(&self, obj: &ObjectId, key: &Key) -> bool {
        let (History { doc, ops, .. }, Key::Map(name)) = (self.history, key) else { return false };
        let place = match obj {
            ObjectId::Root => Some(automerge::ROOT),
            ObjectId::Id(id) => doc.import(&id.to_string()).ok().map(|(id, _)| id),
        };
        let maker = |id| if let ObjId::Id(n, actor, _) = id { self.history.maker(&OpId::new(n, &actor)) } else { None };
        let all = place.map(|place| doc.get_all(&place, name.as_str()).unwrap_or_default()).unwrap_or_default();
        let here = all.into_iter().filter_map(|(_, id)| maker(id)).any(|change| self.past.contains(&change));
        // What came with this one is not in the document yet.
        let at = |op: &&Known| op.obj == *obj && op.key == *key;
        here || self.own.values().any(|op| at(&op)) || ops.values().filter(at).any(|op| self.past.contains(&op.change))
    }

    /// An element of a text must be one that was inserted into that text.
    fn check_element(&self, op: &Op, at: &ElementId) -> Result<(), RecordError> {
        match at {
            ElementId::Head if op.insert => Ok(()),
            ElementId::Head => Err(RecordError::Malformed("nothing at the head")),
            ElementId::Id(id) => {
                let element = self.known(id)?;
                if element.insert && element.obj == op.obj { Ok(()) } else { Err(RecordError::Malformed("not an element of this text")) }
            }
        }
    }

    /// What an operation replaces must exist, in the same place.
    fn check_pred(&self, op: &Op) -> Result<(), RecordError> {
        if op.insert && !op.pred.is_empty() {
            return Err(RecordError::Malformed("an insertion replaces nothing"));
        }
        let mut last = None;
        for id in op.pred.iter() {
            if last.replace(id) == Some(id) {
                return Err(RecordError::Malformed("replaces the same twice"));
            }
            let old = self.known(id)?;
            if op.action == OpType::Delete && old.makes.is_some() {
                return Err(RecordError::Malformed("entries and texts are not deleted"));
            }
            let same = old.obj == op.obj
                && match &op.key {
                    Key::Map(_) => old.key == op.key,
                    Key::Seq(ElementId::Id(element)) => id == element || (!old.insert && old.key == op.key),
                    Key::Seq(ElementId::Head) => false,
                };
            if !same {
                return Err(RecordError::Malformed("replaces something elsewhere"));
            }
        }
        Ok(())
    }
}

/// Keys are names of fields, questions and options, and ids. A path is keys with dots between them.
fn is_key(key: &str) -> bool {
    (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() && b != b'.')
}

/// How deep a section's map lies.
const SECTION: u8 = 1;
/// How deep a map or a text may lie in a section.
fn deepest(section: Option<Section>) -> u8 {
    if section == Some(Section::Answers) { MAX_DEPTH } else { MAX_DEPTH - 1 }
}
const ROOT: OpPlace = OpPlace { kind: ObjType::Map, section: None, depth: 0 };

/// The operations that one names: the object it writes in, the element it stands beside, what it replaces.
fn named(op: &Op) -> impl Iterator<Item = OpId> {
    let object = if let ObjectId::Id(id) = &op.obj { Some(id.clone()) } else { None };
    let element = if let Key::Seq(ElementId::Id(id)) = &op.key { Some(id.clone()) } else { None };
    object.into_iter().chain(element).chain(op.pred.iter().cloned().collect::<Vec<_>>())
}

fn numbered(change: &ExpandedChange) -> impl Iterator<Item = (OpId, &Op)> {
    let start = change.start_op.get();
    change.operations.iter().zip(start..).map(|(op, n)| (OpId::new(n, &change.actor_id), op))
}

/// What our documents consist of: maps, texts, and scalars in them. No lists, counters or marks. A key's scalar is deleted
/// only where Automerge settles a conflict by keeping the value it already shows and deleting the others.
fn check_action(op: &Op, parent: OpPlace) -> Result<(), RecordError> {
    let fine = match (&op.action, parent.kind) {
        (OpType::Make(ObjType::Map | ObjType::Text), ObjType::Map) => parent.depth < deepest(parent.section),
        (OpType::Put(value), ObjType::Map) => match value {
            ScalarValue::Str(s) => s.len() <= MAX_SCALAR,
            ScalarValue::Bytes(b) => b.len() <= MAX_SCALAR,
            ScalarValue::F64(n) => n.is_finite(),
            ScalarValue::Int(_) | ScalarValue::Boolean(_) | ScalarValue::Null => true,
            _ => false,
        },
        (OpType::Put(ScalarValue::Str(s)), ObjType::Text) => op.insert && s.len() <= MAX_KEY,
        (OpType::Delete, ObjType::Text | ObjType::Map) => !op.insert && !op.pred.is_empty(),
        _ => false,
    };
    if fine { Ok(()) } else { Err(RecordError::Malformed("an operation our documents do not have")) }
}
