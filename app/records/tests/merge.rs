//! Two people and one file: what both wrote is there, or both values are shown until one is chosen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ROOT, ReadDoc};
use domain::api::Edit;
use domain::form::Answers;
use domain::photo::Photo;
use domain::{Code, DeviceId, Hash, PersonRow, Programme, RecordId, StaffId, Timestamp, Value, VisitRow};
use forms::{Form, Forms};
use proptest::prelude::*;
use records::{Actor, History, Incoming, NewVisit, Record, RecordError, Writer};
use std::sync::Arc;

/// A form that ships.
fn form(name: &str) -> Arc<Form> {
    Forms::shipped().find(name).unwrap().clone()
}
fn writer(staff: &str, n: u8) -> Writer {
    Writer {
        staff: staff.parse::<StaffId>().unwrap(),
        device: DeviceId::new(i64::from(n), [n; 10]),
        at: Timestamp(1_760_000_000_000 + i64::from(n) * 1000),
        actor: Actor([n; 8]),
    }
}
fn edit(path: &str, value: &str) -> Edit {
    Edit { path: path.parse().unwrap(), value: Value::from(value) }
}
fn id(n: u8) -> RecordId {
    RecordId::new(1, [n; 10])
}

/// 李主任 opens the file of a child; 王督导 has a copy.
fn two_copies() -> (Record, Record, Writer, Writer) {
    let (li, wang) = (writer("S001", 1), writer("S002", 2));
    let edits =
        [edit("identity.name", "测试一号"), edit("area.code", "990101001201"), edit("contact.address", "3组8号"), edit("plan.text", "每周走访。")];
    let (a, _) = Record::new_person(id(1), Programme::Child, "2026-01-05".parse().unwrap(), &edits, &li).unwrap();
    let b = Record::load(&a.save()).unwrap();
    (a, b, li, wang)
}

fn exchange(a: &mut Record, b: &mut Record) {
    let (from_a, from_b): (Vec<_>, Vec<_>) = (a.changes().into_iter().map(|c| c.bytes).collect(), b.changes().into_iter().map(|c| c.bytes).collect());
    a.absorb(&from_b).unwrap();
    b.absorb(&from_a).unwrap();
    assert_eq!(a.heads(), b.heads());
    assert_eq!(a.file(), b.file());
    assert_eq!(a.conflicts(), b.conflicts());
}

#[test]
fn edits_to_different_fields_both_survive() {
    let (mut a, mut b, li, wang) = two_copies();
    a.edit(&[edit("contact.phone", "13800000001")], &li).unwrap();
    b.edit(&[edit("contact.address", "3组18号")], &wang).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.file().text("contact.phone"), Some("13800000001"));
    assert_eq!(a.file().text("contact.address"), Some("3组18号"));
    assert!(a.conflicts().is_empty());
}

#[test]
fn two_values_of_one_field_are_both_shown_and_one_choice_is_everyones() {
    let (mut a, mut b, li, wang) = two_copies();
    a.edit(&[edit("contact.address", "3组9号")], &li).unwrap();
    b.edit(&[edit("contact.address", "3组18号")], &wang).unwrap();
    exchange(&mut a, &mut b);
    let conflict = &a.conflicts()[0];
    assert_eq!(conflict.path, "contact.address");
    let mut shown: Vec<_> =
        conflict.values.iter().map(|w| (w.value.text().unwrap(), w.by.as_ref().unwrap().as_str(), w.device.as_str(), w.at.0)).collect();
    shown.sort();
    assert_eq!(shown, [("3组18号", "S002", "0202", 1_760_000_002_000), ("3组9号", "S001", "0101", 1_760_000_001_000)]);
    let row = PersonRow::of(&a.row().unwrap()).unwrap();
    assert_eq!(row.conflicts, 1);
    b.settle("contact.address", &"3组18号".into(), &wang).unwrap();
    exchange(&mut a, &mut b);
    assert!(a.conflicts().is_empty());
    assert_eq!(a.file().text("contact.address"), Some("3组18号"));
}

#[test]
fn prose_that_two_people_wrote_at_once_stays_in_both_versions() {
    let (mut a, mut b, li, wang) = two_copies();
    a.edit(&[edit("plan.text", "每周走访。学校结对。")], &li).unwrap();
    b.edit(&[edit("plan.text", "心理疏导。")], &wang).unwrap();
    exchange(&mut a, &mut b);
    let conflict = a.conflicts().into_iter().find(|c| c.path == "plan.text").expect("both are shown");
    let mut said: Vec<&str> = conflict.values.iter().map(|w| w.value.text().unwrap()).collect();
    said.sort_unstable();
    assert_eq!(said, ["心理疏导。", "每周走访。学校结对。"], "nobody's letters are spliced into another's sentence");
    assert_eq!(a.conflicts(), b.conflicts());
}

#[test]
fn one_change_touches_one_section() {
    let (mut a, b, li, _) = two_copies();
    let changes = a.edit(&[edit("contact.phone", "13800000001"), edit("risk.level", "high"), edit("contact.address", "3组8号")], &li).unwrap();
    assert_eq!(changes.len(), 2, "the address was the same already");
    let mut history = b.clone();
    for change in &changes {
        let incoming = Incoming::parse(&change.bytes).unwrap();
        assert_eq!(History::of(&history).unwrap().touch(&incoming).unwrap().sections.len(), 1);
        history.absorb(std::slice::from_ref(&change.bytes)).unwrap();
    }
}

#[test]
fn a_change_whose_past_is_missing_waits() {
    let (mut a, mut b, li, _) = two_copies();
    a.edit(&[edit("contact.phone", "13800000001")], &li).unwrap();
    let second = a.edit(&[edit("contact.phone", "13800000002")], &li).unwrap();
    assert_eq!(b.absorb(&[second[0].bytes.clone()]), Err(RecordError::MissingDeps));
}

#[test]
fn a_visit_says_what_was_answered() {
    let answers: Answers =
        [("kind", "home"), ("met", "met"), ("note", "祖母腿伤。")].into_iter().map(|(q, a)| (q.to_owned(), Value::from(a))).collect();
    let new = NewVisit { person: id(1), form: form("child-visit@1"), at: Timestamp(1_760_000_000_000), answers };
    let (mut visit, _) = Record::new_visit(id(2), &new, &writer("S001", 1)).unwrap();
    let row = VisitRow::of(&visit.row().unwrap()).unwrap();
    assert_eq!((row.kind.as_str(), row.by.as_str(), row.person), ("home", "S001", id(1)));
    let before = visit.heads();
    visit.amend(&[("note".to_owned(), Value::from("祖母腿伤，已联系村医。"))].into(), &form("child-visit@1"), &writer("S001", 1)).unwrap().unwrap();
    assert_ne!(visit.heads(), before);
    assert!(visit.amend(&[("kind".to_owned(), Value::from("home"))].into(), &form("child-visit@1"), &writer("S001", 1)).unwrap().is_none());
}

#[test]
fn the_day_of_a_visit_is_put_right_under_its_answers_and_seen_by_those_who_know_of_it() {
    let at = Timestamp(1_760_000_000_000);
    let new = NewVisit { person: id(1), form: form("child-visit@1"), at, answers: Answers::from([("note".into(), "门锁坏了".into())]) };
    let (mut visit, _) = Record::new_visit(id(2), &new, &writer("S001", 1)).unwrap();
    assert_eq!(visit.visit().unwrap().at, at);
    let when = |day: &str| Answers::from([("when".to_owned(), Value::from(day))]);
    assert!(visit.amend(&when(&at.day().to_string()), &form("child-visit@1"), &writer("S001", 1)).unwrap().is_none(), "nothing is new");
    let change = visit.amend(&when("2025-10-01"), &form("child-visit@1"), &writer("S001", 1)).unwrap().unwrap();
    let touch = History::of(&visit.at(&[visit.changes()[0].hash]).unwrap()).unwrap().touch(&Incoming::parse(&change.bytes).unwrap()).unwrap();
    assert_eq!(touch.sections.iter().map(|s| s.code()).collect::<Vec<_>>(), ["answers"], "a change that servers of before admit");
    let row = VisitRow::of(&visit.row().unwrap()).unwrap();
    assert_eq!((row.at, row.at.day().to_string(), row.conflicts), (Timestamp::of_day(row.at.day()), "2025-10-01".into(), 0));
    // Programs of before read the answers as they were: the day is none of them.
    assert_eq!(visit.visit().unwrap().answers, new.answers);
    // Back on the day it was recorded on, it has its moment again.
    visit.amend(&when(&at.day().to_string()), &form("child-visit@1"), &writer("S001", 1)).unwrap().unwrap();
    assert_eq!(visit.visit().unwrap().at, at);
}

#[test]
fn a_risk_that_a_list_raises_without_a_day_is_raised_on_the_day_it_was_written() {
    let (mut a, _, li, wang) = two_copies();
    let since = |record: &Record| {
        let row = PersonRow::of(&record.row().unwrap()).unwrap();
        (row.risk, row.risk_since.map(|d| d.to_string()))
    };
    assert_eq!(since(&a), (None, None));
    a.edit(&[edit("risk.level", "high")], &wang).unwrap();
    assert_eq!(since(&a), (Some(domain::Risk::High), Some(wang.at.day().to_string())));
    a.edit(&[edit("risk.since", "2025-09-30")], &li).unwrap();
    assert_eq!(since(&a).1.as_deref(), Some("2025-09-30"), "a day that is said is the day");
}

#[test]
fn a_long_note_ends_with_an_ellipsis_in_lists() {
    let note = "祖母腿伤，".repeat(30);
    let answers = Answers::from([("note".into(), note.as_str().into()), ("met".into(), "met".into())]);
    let new = NewVisit { person: id(1), form: form("child-visit@1"), at: Timestamp(1_760_000_000_000), answers };
    let (visit, _) = Record::new_visit(id(2), &new, &writer("S001", 1)).unwrap();
    let row = VisitRow::of(&visit.row().unwrap()).unwrap();
    let note = row.said["note"].text().unwrap();
    assert_eq!((note.chars().count(), note.chars().last()), (61, Some('…')));
    assert_eq!(domain::form::first_words("短"), "短");
}

#[derive(Debug, Clone)]
enum Step {
    Write { who: usize, path: usize, value: u8 },
    Meet { a: usize, b: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3usize, 0..5usize, any::<u8>()).prop_map(|(who, path, value)| Step::Write { who, path, value }),
        (0..3usize, 0..3usize).prop_map(|(a, b)| Step::Meet { a, b }),
    ]
}

const PATHS: [&str; 5] = ["contact.address", "contact.phone", "plan.text", "risk.level", "household.0192f0c1-2b3c-7def-8123-456789abcdef.name"];

fn value(path: usize, n: u8) -> String {
    match PATHS[path] {
        "contact.phone" => format!("138000000{:02}", n % 100),
        "risk.level" => ["high", "medium", "low"][usize::from(n) % 3].to_owned(),
        _ => format!("第{n}号"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// However three people work and meet, once all have met all they read the same, and the last thing each wrote to a
    /// field is there unless somebody who had seen it wrote over it.
    #[test]
    fn replicas_agree_whatever_the_order(steps in prop::collection::vec(step(), 1..40)) {
        let (first, ..) = two_copies();
        let mut copies = [first.clone(), first.clone(), first];
        let pens = [writer("S001", 11), writer("S002", 12), writer("S003", 13)];
        for step in steps {
            match step {
                Step::Write { who, path, value: n } => { copies[who].edit(&[edit(PATHS[path], &value(path, n))], &pens[who]).unwrap(); }
                Step::Meet { a, b } if a != b => {
                    let (mut x, mut y) = (copies[a].clone(), copies[b].clone());
                    exchange(&mut x, &mut y);
                    copies[a] = x;
                    copies[b] = y;
                }
                Step::Meet { .. } => {}
            }
        }
        for (a, b) in [(0, 1), (1, 2), (0, 2), (0, 1)] {
            let (mut x, mut y) = (copies[a].clone(), copies[b].clone());
            exchange(&mut x, &mut y);
            copies[a] = x;
            copies[b] = y;
        }
        prop_assert_eq!(copies[0].heads(), copies[2].heads());
        prop_assert_eq!(copies[1].row().unwrap(), copies[2].row().unwrap());
    }

    /// Bytes of a change bent anywhere never panic and never leave a record that cannot be read.
    #[test]
    fn bent_changes_are_refused_or_harmless(at in 0usize..2000, bit in 0u8..8, cut in prop::option::of(0usize..2000)) {
        let (mut a, mut b, li, _) = two_copies();
        let mut bytes = a.edit(&[edit("contact.phone", "13800000001"), ], &li).unwrap().remove(0).bytes;
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Some(cut) = cut { bytes.truncate(cut % (bytes.len() + 1)); }
        let _ = b.absorb(&[bytes]);
        prop_assert!(Record::load(&b.save()).is_ok() && b.row().is_ok());
    }
}

fn photo(n: u8) -> Photo {
    Photo { id: uuid::Uuid::from_bytes([n; 16]), hash: Hash([n; 32]), width: 1600, height: 1200, size: 200_000 }
}

#[test]
fn the_first_photos_of_two_people_at_once_are_both_there() {
    let (li, wang) = (writer("S001", 1), writer("S002", 2));
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: li.at, answers: Answers::from([("note".into(), "门锁坏了".into())]) };
    let (mut a, _) = Record::new_visit(id(2), &visit, &li).unwrap();
    let mut b = Record::load(&a.save()).unwrap();
    assert!(a.photos().is_empty() && a.add_photos(&[], &li).unwrap().is_none());
    a.add_photos(&[photo(1), photo(3)], &li).unwrap().unwrap();
    b.add_photos(&[photo(2)], &wang).unwrap().unwrap();
    let exchange = |a: &mut Record, b: &mut Record| {
        let (from_a, from_b): (Vec<_>, Vec<_>) =
            (a.changes().into_iter().map(|c| c.bytes).collect(), b.changes().into_iter().map(|c| c.bytes).collect());
        a.absorb(&from_b).unwrap();
        b.absorb(&from_a).unwrap();
        assert_eq!((a.heads(), a.photos()), (b.heads(), b.photos()));
    };
    exchange(&mut a, &mut b);
    assert_eq!(a.photos(), [photo(1), photo(2), photo(3)]);
    assert!(a.conflicts().is_empty(), "that is nothing to decide on");
    // Whoever took one away, from whichever of the two maps, took it away; another one can be added.
    for (record, writer, gone) in [(&mut a, &li, 2), (&mut b, &wang, 1)] {
        record.remove_photo(photo(gone).id, writer).unwrap().unwrap();
        assert!(record.remove_photo(photo(gone).id, writer).unwrap().is_none(), "twice is once");
    }
    a.add_photos(&[photo(4)], &li).unwrap().unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.photos(), [photo(3), photo(4)]);
    assert_eq!(a.row().unwrap().photos, [Hash([3; 32]), Hash([4; 32])]);
    // The answers do not know of them.
    assert_eq!(a.visit().unwrap().answers, visit.answers);
    assert!(Record::load(&a.save()).unwrap().photos().len() == 2);
}

#[test]
fn whoever_wrote_what_stands_in_an_answer_is_known() {
    let (li, wang) = (writer("S001", 1), writer("S002", 2));
    let answers: Answers = [
        ("met", Value::from("met")),
        ("note", Value::from("祖母腿伤。")),
        ("needs", Value::Many(["study".to_owned(), "health".to_owned()].into())),
        ("mood", Value::from("calm")),
    ]
    .map(|(question, value)| (question.to_owned(), value))
    .into();
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: li.at, answers };
    let (mut a, _) = Record::new_visit(id(2), &visit, &li).unwrap();
    let by = |record: &Record, question: &str| record.writers()[question].iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(["met", "note", "needs", "mood"].iter().all(|q| by(&a, q) == ["S001"]));
    let mut b = Record::load(&a.save()).unwrap();
    let amended = [("note", Value::from("祖母腿伤，已联系村医。")), ("needs", Value::Many(["study".to_owned()].into()))];
    b.amend(&amended.map(|(question, value)| (question.to_owned(), value)).into(), &form("child-visit@1"), &wang).unwrap().unwrap();
    a.amend(&[("mood".to_owned(), Value::from("low"))].into(), &form("child-visit@1"), &li).unwrap().unwrap();
    b.amend(&[("mood".to_owned(), Value::from("good"))].into(), &form("child-visit@1"), &wang).unwrap().unwrap();
    let from_b: Vec<_> = b.changes().into_iter().map(|c| c.bytes).collect();
    a.absorb(&from_b).unwrap();
    assert_eq!(by(&a, "note"), ["S002"], "prose is written whole");
    assert_eq!(by(&a, "needs"), ["S001", "S002"], "one took an option of the other's away");
    assert_eq!(by(&a, "mood"), ["S001", "S002"], "two values stand side by side");
    assert_eq!(by(&a, "met"), ["S001"]);
    // Whoever only chooses one of the two wrote neither.
    let officer = writer("S006", 3);
    a.settle("answers.mood", &Value::from("low"), &officer).unwrap().unwrap();
    assert_eq!((a.conflicts().len(), by(&a, "mood")), (0, vec!["S001".to_owned()]));
}

#[test]
fn a_text_may_be_written_in_for_years_and_holds_no_more_than_a_text_may() {
    let mut record = two_copies().0;
    // Another program writes in the text itself: each time something else in place of what stood there.
    let mut write = |delete: isize, letters: usize| {
        let mut doc = AutoCommit::load(&record.save()).unwrap().with_actor(vec![9; 8].into());
        let plan = doc.get(ROOT, "plan").unwrap().unwrap().1;
        let text = doc.get(&plan, "text").unwrap().unwrap().1;
        doc.splice_text(&text, 0, delete.min(doc.length(&text).cast_signed()), &"很".repeat(letters)).unwrap();
        let change = doc.get_last_local_change().unwrap().raw_bytes().to_vec();
        let incoming = Incoming::parse(&change).unwrap();
        record.apply(&incoming).unwrap();
        record.check_prose(&incoming)
    };
    for _ in 0..20 {
        assert_eq!(write(isize::MAX, 1000), Ok(()));
    }
    // 16 KiB, of three bytes each.
    assert_eq!(write(0, 4461), Ok(()));
    assert_eq!(write(0, 1), Err(RecordError::Rejected(Code::TooLarge.into())));
}
