//! A file of before, which lacks sections that files have today.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Author, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use domain::api::{Edit, Entry};
use domain::form::Answers;
use domain::roles::{Action, Section};
use domain::{DeviceId, PersonRow, Programme, RecordId, Risk, Timestamp, Value};
use forms::{Form, Forms};
use records::{Actor, Incoming, NewVisit, Record, RecordDiff, RecordError, Writer};
use std::num::NonZero;
use std::sync::Arc;

/// A form that ships.
fn form(name: &str) -> Arc<Form> {
    Forms::shipped().find(name).unwrap().clone()
}
fn writer(staff: &str, n: u8) -> Writer {
    let at = Timestamp(1_760_000_000_000 + i64::from(n) * 86_400_000);
    Writer { staff: staff.parse().unwrap(), device: DeviceId::new(i64::from(n), [n; 10]), at, actor: Actor([n; 8]) }
}

fn edit(path: &str, value: &str) -> Edit {
    Edit { path: path.parse().unwrap(), value: value.into() }
}

fn id() -> RecordId {
    RecordId::new(1, [1; 10])
}

/// What somebody writes who may write anything.
fn written(doc: &mut Automerge, writer: &Writer, write: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) -> Vec<u8> {
    doc.set_author(Some(Author::from(format!("{}@{:02x}{:02x}", writer.staff, writer.actor.0[0], writer.actor.0[0]).into_bytes())));
    doc.set_actor(writer.actor.into());
    let mut tx = doc.transaction();
    write(&mut tx);
    let (hash, _) = tx.commit_with(CommitOptions::default().with_time(writer.at.0 / 1000));
    doc.get_change_by_hash(&hash.unwrap()).unwrap().raw_bytes().to_vec()
}

/// A file as a program of years ago may have made it, with the sections it had then.
fn of_before() -> Automerge {
    let mut doc = Automerge::new();
    written(&mut doc, &writer("S001", 1), |tx| {
        let mut section = |name: &str, fields: &[(&str, ScalarValue)]| {
            let map = tx.put_object(ROOT, name, ObjType::Map).unwrap();
            fields.iter().for_each(|(key, value)| tx.put(&map, *key, value.clone()).unwrap());
        };
        let meta =
            [("kind", "person".into()), ("schema", 1.into()), ("id", ScalarValue::Bytes(id().bytes().to_vec())), ("programme", "child".into())];
        section("meta", &[&meta[..], &[("opened", "2026-01-05".into())]].concat());
        section("identity", &[("name", "测试一号".into())]);
        section("area", &[("code", "990101001201".into())]);
        section("status", &[("state", "open".into())]);
    });
    doc
}

fn record(doc: &Automerge) -> Record {
    Record::load(&doc.save()).unwrap()
}

/// Two copies of such a file.
fn two_copies() -> (Record, Record) {
    let record = record(&of_before());
    (record.clone(), record)
}

fn exchange(a: &mut Record, b: &mut Record) {
    let changes = |of: &Record| of.changes().into_iter().map(|c| c.bytes).collect::<Vec<_>>();
    let (from_a, from_b) = (changes(a), changes(b));
    a.absorb(&from_b).unwrap();
    b.absorb(&from_a).unwrap();
    assert_eq!((a.heads(), a.file(), a.conflicts()), (b.heads(), b.file(), b.conflicts()));
    assert_eq!(a.row().unwrap(), b.row().unwrap());
    let again = Record::received(id(), &a.save()).unwrap();
    assert_eq!((again.file(), again.conflicts()), (a.file(), a.conflicts()));
}

#[test]
fn a_section_is_made_when_somebody_first_writes_in_it() {
    let (mut a, mut b) = two_copies();
    let changes = a
        .edit(&[edit("contact.address", "3组8号"), edit("contact.phone", "13800000001"), edit("plan.text", "每周走访。")], &writer("S001", 2))
        .unwrap();
    // One change a section, as always.
    let mut history = records::History::of(&b).unwrap();
    for change in &changes {
        let incoming = Incoming::parse(&change.bytes).unwrap();
        let touch = history.touch(&incoming).unwrap();
        assert_eq!((touch.action, touch.sections.len()), (Action::Amend, 1));
        history.extend(&incoming).unwrap();
    }
    exchange(&mut a, &mut b);
    assert_eq!((b.file().text("contact.address"), b.file().text("plan.text")), (Some("3组8号"), Some("每周走访。")));
    // From then on it is there.
    b.edit(&[edit("contact.address", "3组9号")], &writer("S002", 3)).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.file().text("contact.address"), Some("3组9号"));
    assert!(a.conflicts().is_empty());
}

#[test]
fn of_two_who_make_it_at_once_nothing_is_lost() {
    let (mut a, mut b) = two_copies();
    let mother = "00000000-0000-4000-8000-0000000000a1";
    let aunt = "00000000-0000-4000-8000-0000000000a2";
    let (li, wang) = (writer("S001", 2), writer("S002", 3));
    let hers = [edit("contact.phone", "13800000001"), edit("risk.level", "low"), edit(&format!("household.{mother}.name"), "测试母亲")];
    let theirs = [edit("contact.address", "3组8号"), edit("risk.level", "high"), edit(&format!("household.{aunt}.name"), "测试姑姑")];
    a.edit(&hers, &li).unwrap();
    b.edit(&theirs, &wang).unwrap();
    exchange(&mut a, &mut b);
    let file = a.file();
    assert_eq!((file.text("contact.phone"), file.text("contact.address")), (Some("13800000001"), Some("3组8号")));
    let names: Vec<&Value> = file.household.iter().flat_map(|e: &Entry| e.fields.get("name")).collect();
    assert_eq!(names.len(), 2, "{names:?}");

    // Two values of one field are asked about, and the one that is shown has a day.
    let conflicts = a.conflicts();
    let [risk] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((risk.path.as_str(), risk.section, risk.values.len()), ("risk.level", Section::Risk, 2));
    let row = PersonRow::of(&a.row().unwrap()).unwrap();
    let shown = risk.values.iter().find(|w| w.value.text() == file.text("risk.level")).unwrap();
    assert_eq!((row.conflicts, row.risk_since), (1, Some(shown.at.day())));

    // Whatever is chosen stands alone, on both sides, whichever of the maps is shown.
    for chosen in ["low", "high"] {
        let (mut a, mut b) = (a.clone(), b.clone());
        a.settle("risk.level", &chosen.into(), &writer("S003", 4)).unwrap().unwrap();
        exchange(&mut a, &mut b);
        assert!(b.conflicts().is_empty(), "{:?}", b.conflicts());
        assert_eq!(PersonRow::of(&b.row().unwrap()).unwrap().risk, Risk::read(chosen));
        // And what is written after that, in either map, is what is there.
        for (path, value) in [("risk.level", "medium"), ("contact.phone", "13800000002"), ("contact.address", "3组9号")] {
            b.edit(&[edit(path, value)], &writer("S002", 5)).unwrap();
            exchange(&mut a, &mut b);
            assert_eq!(a.file().text(path), Some(value));
            assert!(a.conflicts().is_empty());
            // Emptied, it does not come back from the other map.
            b.edit(&[Edit { path: path.parse().unwrap(), value: Value::Null }], &writer("S002", 5)).unwrap();
            exchange(&mut a, &mut b);
            assert_eq!(a.file().text(path), None);
            assert!(a.conflicts().is_empty());
        }
    }
}

#[test]
fn a_section_that_is_there_is_not_made_again_nor_one_of_a_kind_that_does_not_grow() {
    let refused = |doc: &Automerge, mine: &Record, section: &str| {
        let mut theirs = doc.clone();
        let bytes = written(&mut theirs, &writer("S002", 9), |tx| {
            let map: ObjId = tx.put_object(ROOT, section, ObjType::Map).unwrap();
            tx.put(&map, "note", "好").unwrap();
        });
        let mut mine = mine.clone();
        let before = mine.heads();
        let error = mine.absorb(&[bytes]).unwrap_err();
        assert_eq!(mine.heads(), before);
        error
    };
    let twice = RecordError::Malformed("sections are made once");
    let nobody = RecordError::Malformed("a section that nobody writes");
    let file = of_before();
    for section in ["identity", "area"] {
        let here = record(&file);
        assert!(matches!(refused(&file, &here, section), RecordError::Malformed(_)), "{section}");
    }
    // One that was made later is there just the same: also when it comes with the change that makes it again.
    let mut grown = record(&file);
    grown.edit(&[edit("contact.address", "3组8号")], &writer("S001", 2)).unwrap();
    let doc = Automerge::load(&grown.save()).unwrap();
    assert!(matches!(refused(&doc, &grown, "contact"), RecordError::Malformed(_)));
    let first = grown.changes().last().unwrap().bytes.clone();
    let second = written(&mut of_before(), &writer("S002", 9), |tx| {
        tx.put_object(ROOT, "contact", ObjType::Map).unwrap();
    });
    // By a writer who says to have seen the first.
    let seen = automerge::Change::from_bytes(first.clone()).unwrap();
    let mut second = automerge::Change::from_bytes(second).unwrap().decode();
    (second.deps, second.start_op) = (vec![seen.hash()], NonZero::new(seen.max_op() + 1).unwrap());
    let second = automerge::Change::from(second).raw_bytes().to_vec();
    let mut apart = record(&file);
    apart.absorb(std::slice::from_ref(&first)).unwrap();
    assert_eq!(apart.absorb(std::slice::from_ref(&second)).unwrap_err(), twice);
    assert_eq!(record(&file).absorb(&[first, second]).unwrap_err(), twice);
    // What belongs to another kind, or is nobody's to change, is not made at all.
    assert_eq!(refused(&file, &record(&file), "answers"), nobody);
    assert_eq!(refused(&file, &record(&file), "decision"), nobody);
    let visit = NewVisit { person: id(), form: form("child-visit@1"), at: writer("S001", 1).at, answers: Answers::new() };
    let (visit, _) = Record::new_visit(RecordId::new(2, [2; 10]), &visit, &writer("S001", 1)).unwrap();
    let doc = Automerge::load(&visit.save()).unwrap();
    assert_eq!(refused(&doc, &visit, "contact"), twice);
    assert_eq!(visit.programme(), Some(Programme::Child));
    assert!(doc.get(ROOT, "contact").unwrap().is_none());
}

#[test]
fn an_entry_that_was_made_twice_is_one_and_shows_what_both_say() {
    let orphan = "00000000-0000-4000-8000-0000000000c1";
    let code = format!("categories.{orphan}.code");
    let (mut a, mut b) = two_copies();
    a.edit(&[edit(&code, "orphan"), edit(&format!("categories.{orphan}.since"), "2026-01-01")], &writer("S001", 2)).unwrap();
    b.edit(&[edit(&code, "left_behind_child")], &writer("S002", 3)).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.file().categories.len(), 1);
    assert_eq!(a.conflicts().iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), [code.as_str()]);
    a.settle(&code, &"orphan".into(), &writer("S003", 4)).unwrap().unwrap();
    exchange(&mut a, &mut b);
    // Ended, it is ended wherever it stands.
    b.edit(&[edit(&format!("categories.{orphan}.until"), "2026-11-01")], &writer("S002", 5)).unwrap();
    exchange(&mut a, &mut b);
    let row = PersonRow::of(&a.row().unwrap()).unwrap();
    assert_eq!((a.conflicts().len(), row.categories.len(), row.ending.len()), (0, 0, 1));
    assert_eq!(a.diff_from(Some(&b)), RecordDiff::File(Vec::new()), "it differs from itself in nothing");
}

#[test]
fn a_third_who_says_nothing_of_a_field_changes_nothing_of_what_is_shown() {
    let (mut a, mut b) = two_copies();
    let mut c = a.clone();
    a.edit(&[edit("risk.level", "low")], &writer("S001", 2)).unwrap();
    b.edit(&[edit("risk.level", "high")], &writer("S002", 3)).unwrap();
    exchange(&mut a, &mut b);
    let (shown, asked) = (a.file().text("risk.level").unwrap().to_owned(), a.conflicts());
    c.edit(&[edit("risk.reason", "无")], &writer("S003", 9)).unwrap();
    exchange(&mut a, &mut c);
    assert_eq!((a.file().text("risk.level"), a.conflicts()), (Some(shown.as_str()), asked));
    assert_eq!(a.file().text("risk.reason"), Some("无"));
}

#[test]
fn emptying_what_is_not_there_writes_nothing() {
    let (mut a, _) = two_copies();
    let nothing = Edit { path: "contact.phone".parse().unwrap(), value: Value::Null };
    assert!(a.edit(&[nothing], &writer("S001", 2)).unwrap().is_empty());
}

#[test]
fn nothing_can_be_chosen_where_one_wrote_prose_and_the_other_emptied_it() {
    for (first, second) in [("每周走访。", ""), ("", "每周走访。")] {
        let (mut a, mut b) = two_copies();
        a.edit(&[edit("plan.text", "旧的。")], &writer("S001", 2)).unwrap();
        exchange(&mut a, &mut b);
        let said = |text: &str| Edit { path: "plan.text".parse().unwrap(), value: if text.is_empty() { Value::Null } else { text.into() } };
        a.edit(&[said(first)], &writer("S001", 2)).unwrap();
        b.edit(&[said(second)], &writer("S002", 3)).unwrap();
        exchange(&mut a, &mut b);
        assert_eq!(a.conflicts().len(), 1);
        a.settle("plan.text", &Value::Null, &writer("S003", 4)).unwrap().unwrap();
        exchange(&mut a, &mut b);
        assert_eq!((b.conflicts().len(), b.file().text("plan.text")), (0, None));
    }
}
