//! Honest changes, mutated: their bytes, and their operations.
use super::raw::{CHANGE, chunk};
use super::{Scene, decoded, written};
use automerge::ExpandedChange;
use automerge::legacy::{Key, ObjectId, Op, OpId};
use std::num::NonZeroU64;

/// Something done to bytes. Places are taken modulo the length.
#[derive(Clone, Debug)]
pub enum Bend {
    /// One bit.
    Flip(usize, u8),
    /// One byte.
    Set(usize, u8),
    /// What comes after goes.
    Cut(usize),
    /// So many bytes at a place go.
    Drop(usize, usize),
    /// So many bytes at a place come twice.
    Twice(usize, usize),
    /// So many bytes at a place of another change are put in.
    Splice(usize, usize, usize),
}

/// Bends the bytes of a chunk, one bend after the other. With `sealed`, checksum and length are right again in the end: else
/// nothing looks further than those.
pub fn bend(bytes: &[u8], other: &[u8], bends: &[Bend], kind: u8, sealed: bool) -> Vec<u8> {
    let header = 9 + bytes[9..].iter().take_while(|b| **b & 0x80 != 0).count() + 1;
    let mut bent = if sealed { bytes[header..].to_vec() } else { bytes.to_vec() };
    for b in bends {
        let length = bent.len().max(1);
        match *b {
            Bend::Flip(at, bit) => bent.iter_mut().skip(at % length).take(1).for_each(|byte| *byte ^= 1 << (bit % 8)),
            Bend::Set(at, to) => bent.iter_mut().skip(at % length).take(1).for_each(|byte| *byte = to),
            Bend::Cut(at) => bent.truncate(at % length),
            Bend::Drop(at, n) => {
                let (from, to) = range(at, n, bent.len());
                bent.drain(from..to);
            }
            Bend::Twice(at, n) => {
                let (from, to) = range(at, n, bent.len());
                let part = bent[from..to].to_vec();
                bent.splice(to..to, part);
            }
            Bend::Splice(at, from, n) => {
                let (from, to) = range(from, n, other.len());
                let at = at % length;
                bent.splice(at.min(bent.len())..at.min(bent.len()), other[from..to].to_vec());
            }
        }
    }
    if sealed { chunk(kind, &bent) } else { bent }
}

fn range(at: usize, n: usize, length: usize) -> (usize, usize) {
    let from = at % length.max(1);
    (from.min(length), (from + n % 40).min(length))
}

/// Something done to a decoded change.
#[derive(Clone, Debug)]
pub enum Twist {
    /// Two operations change places.
    Swap(usize, usize),
    /// One goes.
    Drop(usize),
    /// One comes twice.
    Twice(usize),
    /// One of the record's past is done here, too.
    Borrow(usize),
    /// One gets another's object, key, value, predecessors.
    Object(usize, usize),
    /// See `Object`.
    Key(usize, usize),
    /// See `Object`.
    Action(usize, usize),
    /// See `Object`.
    Pred(usize, usize),
    /// A predecessor more.
    Replace(usize, usize),
    /// Inserted, or not.
    Insert(usize),
    /// The change's number.
    Seq(i8),
    /// The number of its first operation.
    Start(i8),
    /// What it builds on: one less, or one more.
    Deps(usize, bool),
    /// Its moment.
    Time(i64),
    /// What follows.
    Extra(Vec<u8>),
}

/// Twists a change of a scene.
pub fn twist(scene: &Scene, bytes: &[u8], twists: &[Twist]) -> Vec<u8> {
    let mut change = decoded(bytes);
    let past: Vec<(OpId, Op)> = scene.changes.iter().flat_map(|(_, c)| numbered(&decoded(&c.bytes))).collect();
    for t in twists {
        once(&mut change, &past, scene, t);
    }
    written(change)
}

fn numbered(change: &ExpandedChange) -> Vec<(OpId, Op)> {
    change.operations.iter().zip(change.start_op.get()..).map(|(op, n)| (OpId::new(n, &change.actor_id), op.clone())).collect()
}

fn once(change: &mut ExpandedChange, past: &[(OpId, Op)], scene: &Scene, twist: &Twist) {
    let length = change.operations.len().max(1);
    let of = |n: usize| &past[n % past.len()];
    let mut at = |n: usize, f: &mut dyn FnMut(&mut Op)| change.operations.iter_mut().skip(n % length).take(1).for_each(f);
    match twist {
        Twist::Object(n, from) => at(*n, &mut |op| op.obj = if from % 7 == 0 { ObjectId::Id(of(*from).0.clone()) } else { of(*from).1.obj.clone() }),
        Twist::Key(n, from) => at(*n, &mut |op| op.key = if from % 7 == 0 { super::at(of(*from).0.clone()) } else { of(*from).1.key.clone() }),
        Twist::Action(n, from) => at(*n, &mut |op| op.action = of(*from).1.action.clone()),
        Twist::Pred(n, from) => at(*n, &mut |op| op.pred = of(*from).1.pred.clone()),
        Twist::Replace(n, from) => at(*n, &mut |op| op.pred = op.pred.iter().cloned().chain([of(*from).0.clone()]).collect()),
        Twist::Insert(n) => at(*n, &mut |op| op.insert = !op.insert),
        Twist::Swap(a, b) if !change.operations.is_empty() => change.operations.swap(a % length, b % length),
        Twist::Drop(n) if !change.operations.is_empty() => _ = change.operations.remove(n % length),
        Twist::Twice(n) if !change.operations.is_empty() => {
            let op = change.operations[n % length].clone();
            change.operations.push(op);
        }
        Twist::Borrow(n) => change.operations.push(of(*n).1.clone()),
        Twist::Swap(..) | Twist::Drop(_) | Twist::Twice(_) => {}
        Twist::Seq(by) => change.seq = change.seq.saturating_add_signed((*by).into()),
        Twist::Start(by) => change.start_op = NonZeroU64::new(change.start_op.get().saturating_add_signed((*by).into())).unwrap_or(NonZeroU64::MIN),
        Twist::Deps(n, true) => change.deps.push(automerge::ChangeHash(scene.changes[n % scene.changes.len()].1.hash.0)),
        Twist::Deps(n, false) => {
            if !change.deps.is_empty() {
                _ = change.deps.remove(n % change.deps.len());
            }
        }
        Twist::Time(time) => change.time = *time,
        Twist::Extra(bytes) => change.extra_bytes.clone_from(bytes),
    }
    // A key of the map kind is never empty in Automerge's own writing.
    for op in &mut change.operations {
        if op.key == Key::Map("".into()) {
            op.key = Key::Map("x".into());
        }
    }
}

/// The kind of a change's chunk, for [`bend`].
pub const OF_CHANGE: u8 = CHANGE;
