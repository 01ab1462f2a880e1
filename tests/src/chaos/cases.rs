//! The table of what may be wrong with a change.
use super::raw::{CHANGE, MAGIC, Raw, chunk, leb, run, signed};
use super::{Scene, at, bent, edit, opened};
use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use domain::{Code, RecordId};
use std::num::NonZeroU64;

/// What should become of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Refused by the server for this reason, and not taken in by a device.
    Refused(Code),
    /// Well-formed, but not the sender's to write, or of a shape that nobody writes: the server's business alone, and harmless to a
    /// device.
    NotHers(Code),
    /// Something is missing that may still come.
    Held,
    /// Of a newer program: refused by the server as what is malformed, and left by a device until it is updated.
    Newer,
    /// Odd, and harmless.
    Taken,
}
use Wanted::{Held, Newer, NotHers, Refused, Taken};

/// Makes a change that follows a scene's history.
pub type Following = Box<dyn Fn(&Scene) -> Vec<u8>>;
/// Makes a change that begins the `n`-th record, under whose name it is sent.
pub type Beginner = Box<dyn Fn(u64) -> (RecordId, Vec<u8>)>;

/// A change to be sent after a scene's history.
pub struct Case {
    /// What is wrong.
    pub name: &'static str,
    /// What should become of it.
    pub wanted: Wanted,
    /// Its bytes.
    pub bytes: Following,
}

fn case(name: &'static str, wanted: Wanted, bytes: impl Fn(&Scene) -> Vec<u8> + 'static) -> Case {
    Case { name, wanted, bytes: Box::new(bytes) }
}
/// Not well-formed.
fn bad(name: &'static str, bytes: impl Fn(&Scene) -> Vec<u8> + 'static) -> Case {
    case(name, Refused(Code::BadChange), bytes)
}
/// 李主任's next change with something else in its parts.
fn raw(name: &'static str, bend: impl Fn(Raw) -> Raw + 'static) -> Case {
    bad(name, move |s| bend(Raw::of(&s.next().bytes)).bytes())
}
/// Her next change with something else in its operations.
fn ops(name: &'static str, bend: impl Fn(&Scene, &mut ExpandedChange) + 'static) -> Case {
    bad(name, move |s| s.bent(|c| bend(s, c)))
}
/// Her next change with this one operation.
fn one(name: &'static str, op: impl Fn(&Scene) -> Op + 'static) -> Case {
    ops(name, move |s, c| c.operations = vec![op(s)])
}
/// The first change under an actor that she has not used yet.
fn by_new_actor(name: &'static str, wanted: Wanted, bend: impl Fn(&Scene, &mut ExpandedChange) + 'static) -> Case {
    case(name, wanted, move |s| bent(&s.next_by_new_actor().bytes, |c| bend(s, c)))
}

fn op(obj: ObjectId, key: Key, action: OpType, pred: Vec<OpId>) -> Op {
    Op { action, obj, key, pred: pred.into(), insert: false }
}
fn key(name: &str) -> Key {
    Key::Map(name.into())
}
fn put(value: impl Into<ScalarValue>) -> OpType {
    OpType::Put(value.into())
}
fn inserted(obj: ObjectId, key: Key, action: OpType) -> Op {
    Op { insert: true, ..op(obj, key, action, vec![]) }
}
/// A new value of a key in the contact section that nobody wrote yet.
fn contact(s: &Scene, name: &str, action: OpType) -> Op {
    op(s.section("contact"), key(name), action, vec![])
}
fn head() -> Key {
    Key::Seq(ElementId::Head)
}
fn nobody() -> ActorId {
    ActorId::from([0x55; 8])
}
fn actor_of(length: usize) -> ActorId {
    ActorId::from(vec![0x77; length])
}
/// A change's footer that names its author.
fn author(name: &str) -> Vec<u8> {
    [&[1, name.len() as u8], name.as_bytes()].concat()
}

/// What can be wrong with a change of a record that is there.
pub fn amendments() -> Vec<Case> {
    [chunks(), columns(), numbers(), writers(), sections(), keys(), texts(), values(), replaced(), odd(), shapes()].into_iter().flatten().collect()
}

fn chunks() -> Vec<Case> {
    let honest = |s: &Scene| s.next().bytes;
    vec![
        bad("no bytes", |_| Vec::new()),
        bad("nothing but the magic", |_| MAGIC.to_vec()),
        bad("text", |_| "这不是一个改动".into()),
        bad("a wrong checksum", move |s| flipped(honest(s), 4)),
        bad("a wrong magic", move |s| flipped(honest(s), 0)),
        bad("cut in its header", move |s| honest(s)[..9].to_vec()),
        bad("cut in the middle", move |s| honest(s)[..60].to_vec()),
        bad("without its last byte", move |s| honest(s)[..honest(s).len() - 1].to_vec()),
        bad("a byte after it", move |s| [honest(s), vec![0]].concat()),
        bad("two changes in one", move |s| [honest(s), honest(s)].concat()),
        bad("called a document", move |s| chunk(0, &honest(s)[10..])),
        bad("called a bundle", move |s| chunk(3, &honest(s)[10..])),
        bad("of an unknown kind", move |s| chunk(9, &honest(s)[10..])),
        bad("deflated", |s| {
            let long = "很长".repeat(400);
            let change = s.record.clone().edit(&[edit("situation.health", &long)], &s.li).unwrap().remove(0);
            automerge::Change::from_bytes(change.bytes).unwrap().bytes().into_owned()
        }),
        bad("deflated zeros without end", |_| chunk(2, &zeros(180_000))),
        bad("a whole document", |s| s.record.save()),
        bad("its length written too long", move |s| {
            let bytes = honest(s);
            [&bytes[..9], &[bytes[9] | 0x80, 0x81, 0x00], &bytes[10..]].concat()
        }),
        bad("longer than there are bytes", move |s| [&honest(s)[..9], &leb(u64::MAX), &honest(s)[10..]].concat()),
        case("larger than any change", Refused(Code::TooLarge), move |s| [honest(s), vec![0; domain::sync::MAX_CHANGE]].concat()),
    ]
}

/// Deflate that unrolls to about 160 times as many zeros: a fixed Huffman block with a zero and copies of 258 bytes at distance 1.
fn zeros(bytes: usize) -> Vec<u8> {
    let (mut out, mut bits, mut n) = (Vec::new(), 0u64, 0);
    let mut write = |value: u64, length: u32| {
        bits |= value << n;
        n += length;
        while n >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            n -= 8;
        }
    };
    // Last block, fixed codes; the literal 0; then length code 285 and distance code 0, codes bit by bit from the left.
    write(0b011, 3);
    write(0b0000_1100, 8);
    (0..bytes * 8 / 13).for_each(|_| write(0b0_0000_1010_0011, 13));
    write(0, 7);
    write(0, 8);
    out
}

fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}

/// So many operations in a few bytes: every column is a single run.
fn many(raw: Raw, times: i64) -> Raw {
    let columns = [(0x42, 1), (0x56, 0), (0x70, 0), (0x01, 0), (0x02, 1)];
    let raw = columns.into_iter().fold(raw, |raw, (column, value)| raw.column(column, run(times, &[value])));
    raw.column(0x15, run(times, b"\x05phone")).column(0x34, leb(times as u64)).column(0x57, vec![])
}

fn columns() -> Vec<Case> {
    vec![
        raw("operations without end", |r| many(r, i64::MAX)),
        raw("an operation more than there may be", |r| many(r, 20_001)),
        raw("predecessors without end", |r| r.column(0x70, run(1, &leb(1 << 40))).column(0x71, run(1 << 40, &[0])).column(0x73, run(1 << 40, &[1]))),
        raw("a run of nothing without end", |r| r.column(0x15, [signed(0), leb(u64::MAX)].concat())),
        raw("a literal run of the least number", |r| r.column(0x42, signed(i64::MIN))),
        raw("booleans without end", |r| r.column(0x34, leb(u64::MAX))),
        raw("no operations", |r| Raw { columns: vec![], ..r }),
        raw("an action nobody knows", |r| r.column(0x42, run(1, &[99]))),
        raw("an increment by a word", |r| r.column(0x42, run(1, &[5]))),
        raw("an actor that is not in the list", |r| r.column(0x01, run(1, &[9]))),
        raw("a value of an unknown type", |r| r.column(0x56, run(1, &[0x0f]))),
        raw("a value longer than its column", |r| r.column(0x56, run(1, &leb((1 << 40) | 6)))),
        raw("a key that is not UTF-8", |r| r.column(0x15, run(1, &[2, 0xff, 0xfe]))),
        raw("a message that is not UTF-8", |r| Raw { message: vec![0xff], ..r }),
        raw("an unknown column", |r| r.column(0xf2, run(1, &[1]))),
        raw("a deflated column", |mut r| {
            r.columns[0].0 |= 8;
            r
        }),
        raw("columns in another order", |mut r| {
            r.columns.reverse();
            r
        }),
        raw("the same column twice", |mut r| {
            r.columns.insert(0, r.columns[0].clone());
            r
        }),
        bad("columns without end", |s| Raw::of(&s.next().bytes).with_table(&leb(u64::MAX))),
        bad("a column without end", |s| Raw::of(&s.next().bytes).with_table(&[vec![1, 0x42], leb(u64::MAX)].concat())),
        bad("changes it builds on without end", |_| chunk(CHANGE, &leb(u64::MAX))),
    ]
}

fn numbers() -> Vec<Case> {
    let start = |c: &mut ExpandedChange, by: i64| c.start_op = NonZeroU64::new(c.start_op.get().saturating_add_signed(by)).unwrap();
    vec![
        raw("the number 0", |r| Raw { seq: 0, ..r }),
        raw("the last number there is", |r| Raw { seq: u64::MAX, ..r }),
        ops("a number left out", |_, c| c.seq += 1),
        case("a number used before", Refused(Code::WriterTaken), |s| s.bent(|c| c.seq -= 1)),
        raw("operations from 0", |r| Raw { start_op: 0, ..r }),
        ops("operations from 1", |_, c| c.start_op = NonZeroU64::MIN),
        ops("operations from one too low", move |_, c| start(c, -1)),
        ops("operations from one too high", move |_, c| start(c, 1)),
        raw("operations to the end of 32 bits", |r| Raw { start_op: u32::MAX.into(), ..r }),
        raw("operations to the end of 64 bits", |r| Raw { start_op: u64::MAX, ..r }),
        case("building on what is not here", Held, |s| s.bent(|c| c.deps.push(ChangeHash([9; 32])))),
        ops("building on nothing", |_, c| c.deps.clear()),
        ops("building on one of two heads, not her own", |s, c| {
            c.deps = vec![ChangeHash(s.changes[3].1.hash.0)];
        }),
        ops("building on one of two heads, counted as on both", move |s, c| {
            c.deps = vec![ChangeHash(s.changes[2].1.hash.0)];
            start(c, 9);
        }),
        ops("building on the same change twice", |_, c| c.deps.push(c.deps[0])),
        raw("what it builds on in another order", |mut r| {
            r.deps.reverse();
            r
        }),
    ]
}

fn writers() -> Vec<Case> {
    let mut all = vec![
        case("王督导's actor", NotHers(Code::BadChange), |s| {
            let change = s.record.clone().edit(&[edit("contact.address", "3组20号")], &s.wang).unwrap().remove(0);
            change.bytes
        }),
        by_new_actor("no author", Refused(Code::BadChange), |_, c| c.extra_bytes.clear()),
        by_new_actor("an author who is no one", Refused(Code::BadChange), |_, c| c.extra_bytes = author("李主任")),
        by_new_actor("王督导 as author", NotHers(Code::BadChange), |_, c| c.extra_bytes = author("S002@0202")),
        by_new_actor("two authors", Refused(Code::BadChange), |_, c| c.extra_bytes.extend(author("S002@0202"))),
        by_new_actor("half an author", Refused(Code::BadChange), |_, c| c.extra_bytes.truncate(4)),
        by_new_actor("bytes after the author", Refused(Code::BadChange), |_, c| c.extra_bytes.push(0)),
        by_new_actor("an actor's second change before its first", Refused(Code::BadChange), |_, c| {
            c.extra_bytes.clear();
            c.seq = 2;
        }),
        ops("an author where there was one before", |_, c| c.extra_bytes = author("S001@0101")),
        ops("bytes for nobody", |_, c| c.extra_bytes = vec![7; 100]),
        ops("at the end of time", |_, c| c.time = i64::MAX),
        ops("before all time", |_, c| c.time = i64::MIN),
        ops("a message", |_, c| c.message = Some("悄悄话".into())),
    ];
    for (name, length) in [("no actor", 0), ("an actor of 7 bytes", 7), ("an actor of 9 bytes", 9), ("an actor of 128 bytes", 128)] {
        all.push(by_new_actor(name, Refused(Code::BadChange), move |_, c| c.actor_id = actor_of(length)));
    }
    // That nothing is known of the actor yet is no reason to refuse: its first change may be under way.
    all[7].wanted = Held;
    all
}

fn sections() -> Vec<Case> {
    let make = |kind| OpType::Make(kind);
    let meta = |s: &Scene, name: &str, value: ScalarValue| op(s.section("meta"), key(name), put(value), vec![s.op_at("meta", name)]);
    let not_allowed = |name, value: fn() -> (&'static str, ScalarValue)| {
        case(name, Refused(Code::NotAllowed), move |s| {
            let (key, value) = value();
            s.bent(|c| c.operations = vec![meta(s, key, value)])
        })
    };
    vec![
        ops("no operation at all", |_, c| c.operations.clear()),
        ops("two sections", |s, c| c.operations.push(op(s.section("situation"), key("health"), put("好"), vec![]))),
        case("an unknown section", Newer, move |s| s.bent(|c| c.operations = vec![op(ObjectId::Root, key("secrets"), make(ObjType::Map), vec![])])),
        one("a section made again", move |_| op(ObjectId::Root, key("contact"), make(ObjType::Map), vec![])),
        one("a section replaced", move |s| {
            let ObjectId::Id(old) = s.section("contact") else { unreachable!() };
            op(ObjectId::Root, key("contact"), make(ObjType::Map), vec![old])
        }),
        one("a section deleted", move |s| {
            let ObjectId::Id(old) = s.section("contact") else { unreachable!() };
            op(ObjectId::Root, key("contact"), OpType::Delete, vec![old])
        }),
        one("a value where sections are", |_| op(ObjectId::Root, key("contact"), put("好"), vec![])),
        not_allowed("another record's id", || ("id", ScalarValue::Bytes(vec![9; 16]))),
        not_allowed("another kind", || ("kind", "visit".into())),
        not_allowed("a schema from the future", || ("schema", 2.into())),
        case("a section that is not hers", NotHers(Code::NotAllowed), |s| {
            s.bent(|c| c.operations = vec![op(s.section("status"), key("state"), put("closed"), vec![s.op_at("status", "state")])])
        }),
        case("another village", NotHers(Code::NotAllowed), |s| {
            s.bent(|c| c.operations = vec![op(s.section("area"), key("code"), put("990101001202"), vec![s.op_at("area", "code")])])
        }),
    ]
}

fn keys() -> Vec<Case> {
    let to = |name, object: fn(&Scene) -> ObjectId| one(name, move |s| op(object(s), key("address"), put("好"), vec![]));
    let named = |title, name: &'static str| one(title, move |s| contact(s, name, put("好")));
    vec![
        to("an object nobody made", |_| ObjectId::Id(OpId::new(3, &nobody()))),
        to("an object of the number 0", |s| ObjectId::Id(OpId::new(0, &s.li.actor.into()))),
        to("an object of a number to come", |s| ObjectId::Id(OpId::new(1 << 40, &s.li.actor.into()))),
        to("a value as an object", |s| ObjectId::Id(s.op_at("contact", "address"))),
        to("a map's operation on a text", Scene::text),
        one("a list's operation on a map", |s| inserted(s.section("contact"), head(), put("好"))),
        one("an element's operation on a map", |s| op(s.section("contact"), at(s.op_at("contact", "address")), put("好"), vec![])),
        one("an insertion under a key", |s| inserted(s.section("contact"), key("address"), put("好"))),
        named("an empty key", ""),
        named("a key of 65 letters", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"),
        named("a key with a line's end", "address\n"),
        named("a key with a zero byte", "addr\0ess"),
        named("a key that reads as a path", "new.address"),
        named("a key nobody can type", "地址"),
        one("an entry that is a word", |s| op(s.section("household"), key("0192f0c1-2b3c-7def-8123-456789abcde0"), put("好"), vec![])),
        one("an entry replaced", |s| {
            let entry = s.op_at("household", super::MEMBER);
            op(s.section("household"), key(super::MEMBER), OpType::Make(ObjType::Map), vec![entry])
        }),
        ops("maps in maps in maps", |s, c| {
            let mut parent = s.section("contact");
            c.operations.clear();
            for depth in 0..4 {
                c.operations.push(op(parent, key("deep"), OpType::Make(ObjType::Map), vec![]));
                parent = ObjectId::Id(OpId::new(c.start_op.get() + depth, &c.actor_id));
            }
        }),
        ops("an object made later in the same change", |s, c| {
            let own = ObjectId::Id(OpId::new(c.start_op.get() + 1, &c.actor_id));
            c.operations = vec![op(own, key("a"), put("好"), vec![]), contact(s, "b", OpType::Make(ObjType::Map))];
        }),
    ]
}

fn texts() -> Vec<Case> {
    let second = |s: &Scene| {
        // 王督导's text of the plan: another one.
        let ObjectId::Id(first) = s.text() else { unreachable!() };
        let mut made: Vec<OpId> =
            s.ops.iter().filter(|(_, o)| o.0 == s.section("plan") && matches!(o.2, OpType::Make(_))).map(|(id, _)| id.clone()).collect();
        made.retain(|id| *id != first);
        ObjectId::Id(made.remove(0))
    };
    vec![
        one("a deletion at the head", |s| op(s.text(), head(), OpType::Delete, vec![s.element(&s.text(), 0)])),
        one("a letter in the head's place", |s| op(s.text(), head(), put("好"), vec![])),
        one("a letter after one of another text", move |s| inserted(s.text(), at(s.element(&second(s), 0)), put("好"))),
        one("a letter after none", |s| inserted(s.text(), at(OpId::new(7, &nobody())), put("好"))),
        one("a letter after a value", |s| inserted(s.text(), at(s.op_at("contact", "address")), put("好"))),
        one("a letter after itself", |s| inserted(s.text(), at(OpId::new(s.bent_start(), &s.li.actor.into())), put("好"))),
        one("a letter with a past", |s| {
            let first = s.element(&s.text(), 0);
            Op { pred: vec![first.clone()].into(), ..inserted(s.text(), at(first), put("好")) }
        }),
        one("a letter in another's place", |s| op(s.text(), at(s.element(&s.text(), 0)), put("好"), vec![s.element(&s.text(), 0)])),
        one("a letter deleted that nobody names", |s| op(s.text(), at(s.element(&s.text(), 0)), OpType::Delete, vec![])),
        one("one letter deleted in the place of another", |s| {
            op(s.text(), at(s.element(&s.text(), 0)), OpType::Delete, vec![s.element(&s.text(), 1)])
        }),
        one("a number in a text", |s| inserted(s.text(), head(), put(7))),
        one("a map in a text", |s| inserted(s.text(), head(), OpType::Make(ObjType::Map))),
        one("a book as one letter", |s| inserted(s.text(), head(), put("好".repeat(30)))),
        one("a text deleted", |s| {
            let ObjectId::Id(text) = s.text() else { unreachable!() };
            op(s.section("plan"), key("text"), OpType::Delete, vec![text])
        }),
        one("a beginning of a mark", |s| {
            let mark = MarkData { name: "bold".into(), value: true.into(), expand: false };
            inserted(s.text(), head(), OpType::MarkBegin(mark))
        }),
        one("an end of a mark", |s| inserted(s.text(), head(), OpType::MarkEnd(true))),
    ]
}

fn values() -> Vec<Case> {
    let value = |name, value: fn() -> ScalarValue| one(name, move |s| contact(s, "x", put(value())));
    vec![
        one("a list", |s| contact(s, "x", OpType::Make(ObjType::List))),
        one("a table", |s| contact(s, "x", OpType::Make(ObjType::Table))),
        one("an increment", |s| contact(s, "x", OpType::Increment(1))),
        one("a mark on a key", |s| contact(s, "x", OpType::MarkEnd(false))),
        value("a counter", || ScalarValue::counter(1)),
        value("a moment", || ScalarValue::Timestamp(1)),
        value("a number without a sign", || ScalarValue::Uint(1)),
        value("no number", || ScalarValue::F64(f64::NAN)),
        value("a number without end", || ScalarValue::F64(f64::INFINITY)),
        value("a value of a type to come", || ScalarValue::Unknown { type_code: 12, bytes: vec![1] }),
        value("a text longer than any", || "好".repeat(6000).into()),
        value("bytes longer than any", || ScalarValue::Bytes(vec![0; (16 << 10) + 1])),
        ops("more operations than there may be", |s, c| {
            c.operations = (0..20_001).map(|_| contact(s, "phone", put(ScalarValue::Null))).collect();
        }),
    ]
}

fn replaced() -> Vec<Case> {
    let old = |name, old: fn(&Scene, u64) -> Vec<OpId>| {
        ops(name, move |s, c| c.operations = vec![op(s.section("contact"), key("address"), put("好"), old(s, c.start_op.get()))])
    };
    vec![
        old("replacing what nobody wrote", |_, _| vec![OpId::new(5, &nobody())]),
        old("replacing what is to come", |s, _| vec![OpId::new(1 << 30, &s.li.actor.into())]),
        old("replacing the number 0", |s, _| vec![OpId::new(0, &s.li.actor.into())]),
        old("replacing itself", |s, start| vec![OpId::new(start, &s.li.actor.into())]),
        old("replacing another key's value", |s, _| vec![s.op_at("contact", "phone")]),
        old("replacing another section's value", |s, _| vec![s.op_at("risk", "level")]),
        old("replacing a letter", |s, _| vec![s.element(&s.text(), 0)]),
        old("replacing the same twice", |s, _| vec![s.op_at("contact", "address"); 2]),
        one("deleting what nobody names", |s| op(s.section("contact"), key("address"), OpType::Delete, vec![])),
        one("an entry made again", |s| op(s.section("household"), key(super::MEMBER), OpType::Make(ObjType::Map), vec![])),
        one("deleting an entry", |s| op(s.section("household"), key(super::MEMBER), OpType::Delete, vec![s.op_at("household", super::MEMBER)])),
        by_new_actor("replacing what she cannot know of", Refused(Code::BadChange), |s, c| {
            let known = super::decoded(&s.changes[0].1.bytes);
            c.deps = vec![ChangeHash(s.changes[0].1.hash.0)];
            c.start_op = NonZeroU64::new(1 + known.operations.len() as u64).unwrap();
        }),
    ]
}

/// Nobody writes so, and it hurts nobody.
fn odd() -> Vec<Case> {
    let taken = |name, bend: fn(&Scene, &mut ExpandedChange)| case(name, Taken, move |s| s.bent(|c| bend(s, c)));
    vec![
        taken("by a clock that is far ahead", |_, c| c.time = 1 << 40),
        taken("by a clock that is far behind", |_, c| c.time = -(1 << 40)),
        taken("a second value of her own", |_, c| c.operations[0].pred = vec![].into()),
        taken("the same value again", |s, c| {
            let OpType::Put(value) = s.ops[&s.op_at("contact", "address")].2.clone() else { unreachable!() };
            c.operations[0].action = put(value);
        }),
        taken("a value deleted", |_, c| c.operations[0].action = OpType::Delete),
        taken("a key that a newer program has", |s, c| c.operations = vec![contact(s, "wechat_2", put("xiaoyu"))]),
        taken("a list that a newer program has", |s, c| {
            let list = ObjectId::Id(OpId::new(c.start_op.get(), &c.actor_id));
            c.operations = vec![contact(s, "numbers", OpType::Make(ObjType::Map)), op(list, key("first"), put("13800000001"), vec![])];
        }),
        taken("two lines in one", |_, c| c.operations[0].action = put("3组8号\n后门进")),
        taken("an emoji of five parts", |_, c| c.operations[0].action = put("👩\u{200d}❤\u{fe0f}\u{200d}👩")),
        taken("a date taken away", |s, c| c.operations = vec![op(s.section("identity"), key("birth"), put(ScalarValue::Null), vec![])]),
    ]
}

/// Well-formed, and no device of ours writes so: what would hurt whoever reads it.
fn shapes() -> Vec<Case> {
    let value = |name, code, value: fn() -> ScalarValue| case(name, NotHers(code), move |s| s.bent(|c| c.operations[0].action = put(value())));
    let write = |name, code, ops: fn(&Scene, u64, &ActorId) -> Vec<Op>| {
        case(name, NotHers(code), move |s| s.bent(|c| c.operations = ops(s, c.start_op.get(), &c.actor_id)))
    };
    vec![
        value("control characters in a value", Code::BadValue, || "a\0b\u{7}\u{202e}\r\n".into()),
        value("what wipes a terminal", Code::BadValue, || "\u{1b}[2J\u{1b}[31mEVIL".into()),
        value("a name that reads from right to left", Code::BadValue, || "王\u{202e}雨小".into()),
        value("letters that nobody sees", Code::BadValue, || "王\u{200b}小\u{feff}雨".into()),
        value("a line of a book's length", Code::BadValue, || "好".repeat(267).into()),
        value("the largest number", Code::BadValue, || i64::MAX.into()),
        value("bytes in the place of a word", Code::BadValue, || ScalarValue::Bytes(vec![1, 2, 3])),
        case("a choice in the place of a word", NotHers(Code::BadValue), |s| s.bent(|c| c.operations[0].action = OpType::Make(ObjType::Map))),
        write("a key that is no name", Code::BadValue, |s, _, _| vec![contact(s, "addr$ess", put("好"))]),
        write("an entry that is called something", Code::BadValue, |s, _, _| {
            vec![op(s.section("household"), key("grandmother"), OpType::Make(ObjType::Map), vec![])]
        }),
        write("a day that is none", Code::BadValue, |s, _, _| vec![op(s.section("identity"), key("birth"), put("2017-02-30"), vec![])]),
        write("a choice in words", Code::BadValue, |s, _, _| vec![op(s.section("risk"), key("level"), put("很高"), vec![s.op_at("risk", "level")])]),
        write("a prose without end", Code::TooLarge, |s, start, actor| {
            let (text, mut all) = (OpId::new(start, actor), vec![op(s.section("plan"), key("text"), OpType::Make(ObjType::Text), vec![])]);
            all.push(inserted(ObjectId::Id(text.clone()), head(), put("很")));
            for n in 0..6000 {
                all.push(inserted(ObjectId::Id(text.clone()), at(OpId::new(start + 1 + n, actor)), put("很")));
            }
            all
        }),
        write("a letter that does something", Code::BadValue, |s, start, actor| {
            let text = ObjectId::Id(OpId::new(start, actor));
            vec![op(s.section("plan"), key("text"), OpType::Make(ObjType::Text), vec![]), inserted(text, head(), put("\u{202e}"))]
        }),
    ]
}

/// A change that should begin a record, under the name of which it is sent.
pub struct Beginning {
    /// What is wrong.
    pub name: &'static str,
    /// What should become of it.
    pub wanted: Wanted,
    /// The record it is sent for, and its bytes.
    pub bytes: Beginner,
}

fn first(name: &'static str, wanted: Wanted, bend: impl Fn(&mut ExpandedChange) + 'static) -> Beginning {
    Beginning {
        name,
        wanted,
        bytes: Box::new(move |n| {
            let (record, change, _) = opened(n);
            (record.id(), bent(&change.bytes, &bend))
        }),
    }
}

/// The operation on a key, wherever it is.
fn on<'a>(c: &'a mut ExpandedChange, name: &str) -> &'a mut Op {
    c.operations.iter_mut().find(|op| op.key == key(name)).unwrap()
}

/// What can be wrong with a record's first change.
pub fn beginnings() -> Vec<Beginning> {
    let bad = |name, bend: fn(&mut ExpandedChange)| first(name, Refused(Code::BadChange), bend);
    vec![
        Beginning {
            name: "another record's beginning",
            wanted: Refused(Code::BadChange),
            bytes: Box::new(|n| (RecordId::new(3, [n as u8; 10]), opened(n).1.bytes)),
        },
        bad("no id", |c| on(c, "id").key = key("idea")),
        bad("an id of 15 bytes", |c| on(c, "id").action = put(ScalarValue::Bytes(vec![1; 15]))),
        bad("no kind", |c| on(c, "kind").key = key("kin")),
        bad("an unknown kind", |c| on(c, "kind").action = put("elephant")),
        bad("a visit with a file's sections", |c| {
            on(c, "kind").action = put("visit");
            let id = on(c, "id").clone();
            c.operations.push(Op { key: key("person"), ..id });
        }),
        bad("no schema", |c| on(c, "schema").key = key("scheme")),
        bad("a schema from the future", |c| on(c, "schema").action = put(2)),
        bad("a schema from before the beginning", |c| on(c, "schema").action = put(0)),
        bad("a schema in words", |c| on(c, "schema").action = put("1")),
        bad("no day of opening", |c| on(c, "opened").key = key("open")),
        bad("no village", |c| on(c, "code").key = key("cod")),
        bad("no village that there could be", |c| on(c, "code").action = put("somewhere")),
        bad("no meta", |c| on(c, "meta").key = key("status")),
        bad("a section twice", |c| {
            let contact = on(c, "contact").clone();
            c.operations.push(contact);
        }),
        bad("a section as a text", |c| on(c, "plan").action = OpType::Make(ObjType::Text)),
        bad("operations from 2", |c| c.start_op = NonZeroU64::new(2).unwrap()),
        bad("no author", |c| c.extra_bytes.clear()),
        first("another village", NotHers(Code::NotAllowed), |c| on(c, "code").action = put("990101001202")),
        first("another county", NotHers(Code::NotAllowed), |c| on(c, "code").action = put("990102001201")),
        first("a whole town", NotHers(Code::NotAllowed), |c| on(c, "code").action = put("990101001")),
        first("a name that wipes a terminal", NotHers(Code::BadValue), |c| on(c, "name").action = put("\u{1b}[2J王小雨")),
        first("a member who is called so", NotHers(Code::BadValue), |c| on(c, super::MEMBER).key = key("grandmother")),
        first("on something that is not here", Held, |c| c.deps = vec![ChangeHash([9; 32])]),
        first("the second of an actor", Held, |c| c.seq = 2),
    ]
}

impl Scene {
    /// The number of the first operation of 李主任's next change.
    fn bent_start(&self) -> u64 {
        super::decoded(&self.next().bytes).start_op.get()
    }
}
