//! Matters: who may begin one, who moves it where, and what nobody rewrites.
use super::*;
use domain::matter::Move;
use domain::roles::Kind;
use records::NewMatter;
use uuid::Uuid;

const TAOYUAN: &str = "990101001201";

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(question, value)| ((*question).to_owned(), Value::from(*value))).collect()
}

fn new_matter(v: &mut Village, w: &Worker, name: &str, kind: Kind, n: u8) -> (Record, Change) {
    let writer = v.writer(w);
    let matter = NewMatter {
        kind,
        person: (!kind.stands_alone()).then(|| id(1)),
        area: kind.stands_alone().then(|| TAOYUAN.parse().unwrap()),
        programme: Programme::Child,
        form: form(name),
        at: NOW,
        answers: answers(&[("title", "care"), ("reason", "奶奶住院"), ("to_unit", "镇社工站"), ("consent", "guardian")]),
        charge: None,
        links: vec![],
    };
    Record::new_matter(id(n), &matter, &writer).unwrap()
}

fn step(n: u8, w: &Worker, stage: &str, after: &[&Move], end: bool) -> Move {
    let (id, after) = (Uuid::from_bytes([n; 16]), after.iter().map(|step| step.id).collect());
    Move { id, stage: stage.into(), at: NOW, by: w.caller.staff.clone(), after, end, note: String::new() }
}

/// A referral that 李主任 made of a child in her village.
fn referred(v: &mut Village) -> Record {
    v.file(&li(), 1, TAOYUAN);
    let (record, change) = new_matter(v, &li(), "referral@1", Kind::Matter, 2);
    let out = v.push(&li(), id(2), &[change]);
    assert_eq!(out.accepted.len(), 1, "{out:?}");
    record
}

fn moved(v: &mut Village, w: &Worker, record: &mut Record, step: &Move) -> Vec<Code> {
    let mut next = record.clone();
    let writer = v.writer(w);
    let change = next.add_move(step, &writer).unwrap().unwrap();
    let out = v.push(w, record.id(), &[change]);
    assert!(out.held.is_empty(), "{out:?}");
    if out.refused.is_empty() {
        *record = next;
    }
    reasons(&out)
}

#[test]
fn a_matter_goes_the_way_its_type_says_and_no_other() {
    let mut v = Village::new();
    let mut record = referred(&mut v);
    // What is to be filled in on the way is missing; the stage is none; it leads nowhere from here; its end is no end.
    assert_eq!(moved(&mut v, &li(), &mut record, &step(1, &li(), "accepted", &[], false)), [Code::Required]);
    assert_eq!(moved(&mut v, &li(), &mut record, &step(2, &li(), "paid", &[], false)), [Code::NotAllowed]);
    assert_eq!(moved(&mut v, &li(), &mut record, &step(3, &li(), "done", &[], true)), [Code::NotAllowed]);
    assert_eq!(moved(&mut v, &li(), &mut record, &step(4, &li(), "withdrawn", &[], false)), [Code::NotAllowed]);
    let writer = v.writer(&li());
    let filled = record.answer(&answers(&[("accepted_on", "2026-09-20")]), &form("referral@1"), &writer).unwrap().unwrap();
    assert_eq!(v.push(&li(), id(2), &[filled]).accepted.len(), 1);
    let accepted = step(5, &li(), "accepted", &[], false);
    assert_eq!(moved(&mut v, &li(), &mut record, &accepted), []);
    // A move goes on from what its mover knew: not from the beginning again, not from a move that nobody made.
    assert_eq!(moved(&mut v, &li(), &mut record, &step(6, &li(), "withdrawn", &[], true)), [Code::NotAllowed]);
    let unknown = step(99, &li(), "accepted", &[], false);
    assert_eq!(moved(&mut v, &li(), &mut record, &step(7, &li(), "withdrawn", &[&unknown], true)), [Code::NotAllowed]);
    // Only whoever opened it, or a supervisor, withdraws it; and nobody moves in another's name.
    let wu = worker("S010", Role::ChildDirector, TAOYUAN, 10);
    assert_eq!(moved(&mut v, &wu, &mut record, &step(8, &wu, "withdrawn", &[&accepted], true)), [Code::NotAllowed]);
    assert_eq!(moved(&mut v, &wu, &mut record, &step(9, &li(), "withdrawn", &[&accepted], true)), [Code::NotAllowed]);
    assert_eq!(moved(&mut v, &wang(), &mut record, &step(10, &wang(), "withdrawn", &[&accepted], true)), []);
    let row = v.store.read(|db| store::load(db, &id(2))).unwrap().unwrap().record.row().unwrap();
    assert_eq!((row.state.as_str(), row.open), ("withdrawn", false));
}

#[test]
fn two_who_move_one_matter_at_once_are_both_heard_and_somebody_decides() {
    let mut v = Village::new();
    let record = referred(&mut v);
    let (mut hers, mut others) = (record.clone(), record);
    let writer = v.writer(&li());
    let why = hers.answer(&answers(&[("declined_why", "床位已满")]), &form("referral@1"), &writer).unwrap().unwrap();
    assert_eq!(v.push(&li(), id(2), &[why]).accepted.len(), 1);
    let (declined, withdrawn) = (step(1, &li(), "declined", &[], true), step(2, &wang(), "withdrawn", &[], true));
    assert_eq!(moved(&mut v, &li(), &mut hers, &declined), []);
    assert_eq!(moved(&mut v, &wang(), &mut others, &withdrawn), []);
    let mut both = v.store.read(|db| store::load(db, &id(2))).unwrap().unwrap().record;
    let row = domain::MatterRow::of(&both.row().unwrap()).unwrap();
    assert!(row.disputed && row.open, "{row:?}");
    // Whoever decides has seen both.
    let decision = step(3, &wang(), "declined", &[&declined, &withdrawn], true);
    assert_eq!(moved(&mut v, &wang(), &mut both, &decision), []);
    let row = domain::MatterRow::of(&both.row().unwrap()).unwrap();
    assert_eq!((row.stage.as_str(), row.open, row.conflicts), ("declined", false, 0));
}

#[test]
fn what_was_put_down_stays_as_it_is() {
    let mut v = Village::new();
    let mut record = referred(&mut v);
    let writer = v.writer(&li());
    let said = Uuid::from_bytes([7; 16]);
    let change = record.add_said(said, NOW, "对方说下周答复。", &writer).unwrap().unwrap();
    assert_eq!(v.push(&li(), id(2), &[change]).accepted.len(), 1);
    // Another Automerge writes into it.
    for by in [li(), wang()] {
        let writer = v.writer(&by);
        let mut doc = AutoCommit::load(&record.save()).unwrap().with_actor(writer.actor.0.to_vec().into());
        let (_, thread) = doc.get(ROOT, "thread").unwrap().unwrap();
        let (_, entry) = doc.get(&thread, said.to_string()).unwrap().unwrap();
        doc.put(&entry, "text", "从来没有说过。").unwrap();
        let change = doc.get_last_local_change().unwrap().clone();
        let forged = Change { hash: Hash(change.hash().0), bytes: change.raw_bytes().to_vec() };
        let out = v.push(&by, id(2), &[forged]);
        assert!(out.accepted.is_empty() && out.refused.len() == 1, "{out:?}");
    }
    // Nor does anybody say something in another's name.
    let mut zhang = v.writer(&wang());
    zhang.staff = li().caller.staff;
    let forged = record.clone().add_said(Uuid::from_bytes([8; 16]), NOW, "我同意。", &zhang).unwrap().unwrap();
    assert!(v.push(&wang(), id(2), &[forged]).accepted.is_empty());
}

#[test]
fn who_may_not_begin_one_does_not_and_what_few_may_see_goes_to_few() {
    let mut v = Village::new();
    v.file(&li(), 1, TAOYUAN);
    // A type of one kind is no record of another.
    for (name, kind) in [("referral@1", Kind::Confidential), ("report-source@1", Kind::Matter), ("referral@1", Kind::AreaMatter)] {
        let (_, change) = new_matter(&mut v, &li(), name, kind, 3);
        assert_eq!(reasons(&v.push(&li(), id(3), &[change])), [Code::NotAllowed], "{name} as {kind}");
    }
    // No visit's form is one; and another village's director has no business here.
    let (_, change) = new_matter(&mut v, &li(), "child-visit@s2", Kind::Matter, 4);
    assert_eq!(reasons(&v.push(&li(), id(4), &[change])), [Code::NotAllowed]);
    let (_, change) = new_matter(&mut v, &zhao(), "lead@1", Kind::AreaMatter, 5);
    assert_eq!(reasons(&v.push(&zhao(), id(5), &[change])), [Code::NotAllowed]);
    // Her supervisor reads what she wrote.
    let waiting = v.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &wang().caller, NOW)).unwrap();
    let lead = waiting.iter().find(|item| item.record == id(5)).unwrap();
    assert_eq!((lead.form.as_deref(), lead.answers.get("title")), (Some("lead@1"), Some(&Value::from("care"))));
    // Who told is written down by whoever was told, and comes to supervisors alone.
    let (source, change) = new_matter(&mut v, &li(), "report-source@1", Kind::Confidential, 6);
    assert_eq!(v.push(&li(), id(6), &[change]).accepted.len(), 1);
    let (_, change) = new_matter(&mut v, &li(), "lead@1", Kind::AreaMatter, 7);
    assert_eq!(v.push(&li(), id(7), &[change]).accepted.len(), 1);
    let entered = |item: &FeedItem| if let FeedItem::Enter { record, .. } = item { Some(*record) } else { None };
    let gets = |w: &Worker| v.feed(w, &Cursor::default()).0.iter().filter_map(entered).collect::<HashSet<_>>();
    let wu = worker("S010", Role::ChildDirector, TAOYUAN, 10);
    assert_eq!(gets(&wu), [id(1), id(7)].into());
    assert_eq!(gets(&wang()), [id(1), id(6), id(7)].into());
    let mut theirs = source.clone();
    assert_eq!(moved(&mut v, &li(), &mut theirs, &step(1, &li(), "closed", &[], true)), [Code::NotAllowed]);
}

#[test]
fn a_matter_of_a_type_that_is_not_known_here_waits_for_it() {
    let mut v = Village::new();
    v.file(&li(), 1, TAOYUAN);
    let rows = Forms::rows_of("referral@1").unwrap().replace(r#""form_id": "referral""#, r#""form_id": "referral-of-next-year""#);
    let newer = Arc::new(Form::from_kept(&rows, 1).unwrap());
    let writer = v.writer(&li());
    let (at, programme) = (NOW, Programme::Child);
    let matter = NewMatter {
        kind: Kind::Matter,
        person: Some(id(1)),
        area: None,
        programme,
        form: newer,
        at,
        answers: Answers::new(),
        charge: None,
        links: vec![],
    };
    let (_, change) = Record::new_matter(id(2), &matter, &writer).unwrap();
    let out = v.push(&li(), id(2), &[change]);
    assert_eq!((out.held.len(), out.refused.len()), (1, 0));
}

#[test]
fn nobody_writes_over_what_was_put_down_by_going_back_before_it() {
    let mut v = Village::new();
    let before = referred(&mut v);
    let (mut record, said) = (before.clone(), Uuid::from_bytes([7; 16]));
    let writer = v.writer(&wang());
    let change = record.add_said(said, NOW, "我同意转介。", &writer).unwrap().unwrap();
    assert_eq!(v.push(&wang(), id(2), &[change]).accepted.len(), 1);
    let accepted = step(5, &wang(), "withdrawn", &[], true);
    assert_eq!(moved(&mut v, &wang(), &mut record, &accepted), []);
    // The same names once more, written beside them by somebody who says not to have known them; several answers first, to be the later one.
    let mut forked = before;
    let writer = v.writer(&li());
    for n in 0..4 {
        let more = forked.answer(&answers(&[("to_whom", &format!("第{n}个"))]), &form("referral@1"), &writer).unwrap().unwrap();
        assert_eq!(v.push(&li(), id(2), &[more]).accepted.len(), 1);
    }
    let over = forked.clone().add_said(said, NOW, "我不同意。", &writer).unwrap().unwrap();
    assert_eq!(reasons(&v.push(&li(), id(2), &[over])), [Code::NotAllowed]);
    let writer = v.writer(&li());
    let again = forked.clone().add_move(&step(5, &li(), "withdrawn", &[], true), &writer).unwrap().unwrap();
    assert_eq!(reasons(&v.push(&li(), id(2), &[again])), [Code::NotAllowed]);
    let stands = v.store.read(|db| store::load(db, &id(2))).unwrap().unwrap().record.matter().unwrap();
    assert_eq!((stands.thread[0].text.as_str(), stands.thread[0].by.as_str(), stands.moves[0].by.as_str()), ("我同意转介。", "S002", "S002"));
}

#[test]
fn what_ended_is_changed_and_handed_on_by_those_who_supervise() {
    let mut v = Village::new();
    let mut record = referred(&mut v);
    let wu = worker("S010", Role::ChildDirector, TAOYUAN, 10);
    let assigned = |v: &mut Village, w: &Worker, record: &Record| {
        let (mut next, writer) = (record.clone(), v.writer(w));
        let change = next.assign(Some(&w.caller.staff), &writer).unwrap().unwrap();
        (reasons(&v.push(w, id(2), &[change])), next)
    };
    // Nobody takes charge of a colleague's matter by herself, so as to be allowed what those in charge are.
    assert_eq!(assigned(&mut v, &wu, &record).0, [Code::NotAllowed]);
    let (refused, next) = assigned(&mut v, &li(), &record);
    assert_eq!(refused, []);
    record = next;
    assert_eq!(moved(&mut v, &li(), &mut record, &step(1, &li(), "withdrawn", &[], true)), []);
    let changed = |v: &mut Village, w: &Worker, record: &Record| {
        let writer = v.writer(w);
        let change = record.clone().answer(&answers(&[("to_whom", "周社工")]), &form("referral@1"), &writer).unwrap().unwrap();
        reasons(&v.push(w, id(2), &[change]))
    };
    assert_eq!(changed(&mut v, &li(), &record), [Code::NotAllowed]);
    assert_eq!(changed(&mut v, &wang(), &record), []);
}

#[test]
fn a_matter_begins_with_nothing_said_or_done_in_it() {
    use automerge::ObjType;
    use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
    let mut v = Village::new();
    v.file(&li(), 1, TAOYUAN);
    let (_, change) = new_matter(&mut v, &li(), "referral@1", Kind::Matter, 2);
    for section in ["thread", "moves"] {
        let mut made = automerge::Change::from_bytes(change.bytes.clone()).unwrap().decode();
        let (actor, start) = (made.actor_id.clone(), made.start_op.get());
        let place = made.operations.iter().position(|op| op.key == Key::Map(section.into())).unwrap() as u64;
        let next = start + made.operations.len() as u64;
        let op = |action, obj: &OpId, key: &str| Op {
            action,
            obj: ObjectId::Id(obj.clone()),
            key: Key::Map(key.into()),
            pred: Vec::new().into(),
            insert: false,
        };
        let (list, entry) = (OpId::new(start + place, &actor), OpId::new(next, &actor));
        made.operations.push(op(OpType::Make(ObjType::Map), &list, &Uuid::from_bytes([9; 16]).to_string()));
        made.operations.push(op(OpType::Put("王督导：我同意。".into()), &entry, "text"));
        made.operations.push(op(OpType::Put("S002".into()), &entry, "by"));
        let forged = automerge::Change::from(made);
        let forged = Change { hash: Hash(forged.hash().0), bytes: forged.raw_bytes().to_vec() };
        assert_eq!(reasons(&v.push(&li(), id(2), &[forged])), [Code::NotAllowed], "{section}");
    }
    assert_eq!(v.push(&li(), id(2), &[change]).accepted.len(), 1, "the honest one is taken");
}
