//! The index row of a record, held against values written by hand: lists, search and due dates see nothing else of a document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use domain::api::Edit;
use domain::form::Answers;
use domain::person::FileStatus;
use domain::photo::Photo;
use domain::rows::Phone;
use domain::visit::Decision;
use domain::{Category, DeviceId, Hash, PersonRow, Programme, RecordId, ReviewRow, Risk, Row, Sex, Timestamp, Value, VisitRow};
use forms::{Form, Forms};
use records::{Actor, NewReview, NewVisit, Record, Writer};
use std::sync::Arc;
use uuid::Uuid;

/// 21 November 2026, 10:00 in China.
const MORNING: Timestamp = Timestamp(1_795_226_400_000);
const FATHER: &str = "00000000-0000-4000-8000-0000000000f1";
const GRANDMA: &str = "00000000-0000-4000-8000-0000000000f2";
const MOVED_OUT: &str = "00000000-0000-4000-8000-0000000000f3";
const CHILD: &str = "00000000-0000-4000-8000-0000000000c1";
const ELDER: &str = "00000000-0000-4000-8000-0000000000c2";

/// A form that ships.
fn form(name: &str) -> Arc<Form> {
    Forms::shipped().find(name).unwrap().clone()
}
fn writer(n: u8) -> Writer {
    Writer { staff: "S001".parse().unwrap(), device: DeviceId::new(1, [n; 10]), at: MORNING, actor: Actor([n; 8]) }
}
fn id(n: u8) -> RecordId {
    RecordId::new(1, [n; 10])
}
fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
fn edit(path: &str, value: impl Into<Value>) -> Edit {
    Edit { path: path.parse().unwrap(), value: value.into() }
}

fn file(edits: &[Edit]) -> Record {
    let needed = [edit("identity.name", "王小雨"), edit("area.code", "990101001201")];
    Record::new_person(id(1), Programme::Child, day("2026-01-05"), &[needed.as_slice(), edits].concat(), &writer(1)).unwrap().0
}
fn person(record: &Record) -> PersonRow {
    PersonRow::of(&record.row().unwrap()).unwrap()
}
fn visit(answers: &[(&str, &str)]) -> Record {
    let answers: Answers = answers.iter().map(|(question, answer)| ((*question).to_owned(), Value::from(*answer))).collect();
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: MORNING, answers };
    Record::new_visit(id(2), &visit, &writer(2)).unwrap().0
}
fn visited(record: &Record) -> VisitRow {
    VisitRow::of(&record.row().unwrap()).unwrap()
}

#[test]
fn a_list_shows_of_a_file_what_was_written_in_it() {
    let entry = |list: &str, id: &str, key: &str, value: Value| edit(&format!("{list}.{id}.{key}"), value);
    let row = person(&file(&[
        edit("identity.sex", "2"),
        edit("identity.birth", "2016-03-09"),
        edit("identity.id_number", "990101201603090028"),
        edit("contact.phone", "13800000001"),
        edit("contact.address", "3组8号"),
        entry("household", FATHER, "name", "王大山".into()),
        entry("household", FATHER, "relation", "father".into()),
        entry("household", FATHER, "phone", "13800000002".into()),
        entry("household", GRANDMA, "name", "刘桂花".into()),
        entry("household", GRANDMA, "relation", "grandparent".into()),
        entry("household", GRANDMA, "phone", "13800000003".into()),
        entry("household", GRANDMA, "guardian", true.into()),
        entry("household", MOVED_OUT, "name", "王大河".into()),
        entry("household", MOVED_OUT, "phone", "13800000004".into()),
        entry("household", MOVED_OUT, "gone", true.into()),
        entry("categories", CHILD, "code", "left_behind_child".into()),
        edit("risk.level", "high"),
        edit("risk.since", "2026-02-01"),
        edit("charge.staff", "S003"),
    ]));
    let phone = |relation: &str, name: &str, number: &str| Phone { relation: relation.into(), name: name.into(), number: number.into() };
    assert_eq!((row.id, row.name.as_str(), row.sex, row.birth), (id(1), "王小雨", Sex::Female, Some(day("2016-03-09"))));
    assert_eq!((row.id_number.as_deref(), row.address.as_str(), row.area.as_str()), (Some("990101201603090028"), "3组8号", "990101001201"));
    let numbers = [phone("", "", "13800000001"), phone("grandparent", "刘桂花", "13800000003"), phone("father", "王大山", "13800000002")];
    assert_eq!(row.phones, numbers, "her own, then the guardian's; not of those who moved out");
    assert_eq!((row.risk, row.risk_since, row.opened), (Some(Risk::High), Some(day("2026-02-01")), day("2026-01-05")));
    assert_eq!((row.status, row.charge.as_ref().map(|s| s.as_str()), row.conflicts), (FileStatus::Open, Some("S003"), 0));
    assert_eq!((row.categories, row.programmes), (vec![Category::LeftBehindChild], vec![Programme::Child]));
}

#[test]
fn an_empty_file_says_nothing_it_does_not_know() {
    let row = person(&file(&[]));
    assert_eq!((row.sex, row.birth, row.id_number, row.phones.len(), row.address.as_str()), (Sex::Unknown, None, None, 0, ""));
    assert_eq!((row.risk, row.risk_since, row.charge, row.categories.len()), (None, None, None, 0));
    assert_eq!(row.programmes, [Programme::Child], "it was opened for one");
}

#[test]
fn a_category_that_ended_leaves_its_programme_and_a_closed_file_says_so() {
    let mut record = file(&[
        edit(&format!("categories.{CHILD}.code"), "left_behind_child"),
        edit(&format!("categories.{ELDER}.code"), "living_alone"),
        edit(&format!("categories.{ELDER}.until"), "2020-05-01"),
    ]);
    let row = person(&record);
    assert!(row.programmes.contains(&Programme::Elder) && row.programmes.contains(&Programme::Child), "{:?}", row.programmes);
    record.edit(&[edit("status.state", "closed")], &writer(1)).unwrap();
    assert_eq!(person(&record).status, FileStatus::Closed);
}

#[test]
fn two_values_of_a_field_are_counted_until_one_is_chosen() {
    let mut a = file(&[edit("contact.address", "3组8号")]);
    let mut b = Record::load(&a.save()).unwrap();
    a.edit(&[edit("contact.address", "3组9号")], &writer(1)).unwrap();
    let others = b.edit(&[edit("contact.address", "3组18号")], &writer(3)).unwrap();
    a.absorb(&others.into_iter().map(|c| c.bytes).collect::<Vec<_>>()).unwrap();
    assert_eq!(person(&a).conflicts, 1);
    a.settle("contact.address", &"3组18号".into(), &writer(1)).unwrap();
    let row = person(&a);
    assert_eq!((row.conflicts, row.address.as_str()), (0, "3组18号"));
}

fn line(row: &VisitRow) -> String {
    forms::line(Some(&form(&row.form)), row, "zh-CN")
}

#[test]
fn a_timeline_shows_of_a_visit_what_was_answered() {
    let mut record =
        visit(&[("kind", "school"), ("met", "met"), ("mood", "steady"), ("note", "上课认真。\n班主任也在。"), ("next_date", "2026-12-01")]);
    let row = visited(&record);
    assert_eq!((row.id, row.person, row.form.as_str(), row.kind.as_str()), (id(2), id(1), "child-visit@1", "school"));
    assert_eq!((row.at, row.by.as_str(), row.programme, row.met), (MORNING, "S001", Programme::Child, true));
    assert_eq!((row.next, row.note.as_str(), row.conflicts), (Some(day("2026-12-01")), "", 0));
    assert_eq!(row.said, [("note".to_owned(), Value::from("上课认真。 班主任也在。"))].into(), "no form was asked for it");
    assert_eq!(line(&row), "上课认真。 班主任也在。");
    assert_eq!(forms::line(None, &row, "zh-CN"), "上课认真。 班主任也在。");
    assert_eq!((row.heads, row.photos), (record.heads(), vec![]));

    let photo = |n: u8| Photo { id: Uuid::from_u128(u128::from(n)), hash: Hash([n; 32]), width: 4, height: 3, size: 9 };
    record.add_photos(&[photo(7), photo(8)], &writer(2)).unwrap();
    record.remove_photo(photo(7).id, &writer(2)).unwrap();
    let row = visited(&record);
    assert_eq!((row.photos, row.heads), (vec![Hash([8; 32])], record.heads()), "a photo taken away is none of its photos");
}

#[test]
fn a_visit_that_was_refused_did_not_take_place() {
    for (met, took_place) in [("met", true), ("refused", false), ("nobody", false)] {
        let row = visited(&visit(&[("kind", "home"), ("met", met), ("refused_why", "说正忙"), ("note", "改天再来。")]));
        assert_eq!((row.met, row.next), (took_place, None), "{met}");
    }
    let row = visited(&visit(&[("kind", "home"), ("met", "refused"), ("refused_why", "说正忙")]));
    assert_eq!(line(&row), "家里不愿意：说正忙");
    assert_eq!(line(&visited(&visit(&[("kind", "school"), ("met", "met")]))), "到学校");
    // A row of before has the line itself.
    assert_eq!(line(&VisitRow { note: "没有人在".into(), said: Answers::new(), ..row }), "没有人在");
}

#[test]
fn a_row_stays_small_whatever_an_answer_says() {
    let done = Value::Many((0..5000).map(|n| format!("option_{n}")).collect());
    let answers = Answers::from([("done".to_owned(), done), ("note".to_owned(), "很长。".repeat(3000).as_str().into())]);
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: MORNING, answers };
    let record = Record::new_visit(id(2), &visit, &writer(2)).unwrap().0;
    assert!(serde_json::to_string(&record.row().unwrap()).unwrap().len() < 2000);
}

#[test]
fn a_review_names_the_version_it_decided_on() {
    let visit = visit(&[("kind", "home"), ("met", "met"), ("mood", "steady")]);
    let review = NewReview {
        person: id(1),
        target: id(2),
        heads: visit.heads(),
        decision: Decision::Returned,
        comment: "请补充".into(),
        fields: [("mood".to_owned(), "怎么看出来的？".to_owned())].into(),
        programme: Programme::Child,
    };
    let (record, _) = Record::new_review(id(3), &review, &writer(3)).unwrap();
    let written = ReviewRow {
        id: id(3),
        person: id(1),
        target: id(2),
        heads: visit.heads(),
        decision: Decision::Returned,
        comment: "请补充".into(),
        fields: review.fields,
        by: "S001".parse().unwrap(),
        at: MORNING,
        programme: Programme::Child,
    };
    assert_eq!(record.row().unwrap(), Row::from(written));
}
