//! A document in which a newer program wrote: what this one knows is read, what it does not is the newer one's, never a fault.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use domain::api::Edit;
use domain::{Category, DeviceId, PersonRow, Programme, RecordId, Risk, Timestamp};
use records::{Actor, Record, RecordError, Writer};

const ORPHAN: &str = "00000000-0000-4000-8000-0000000000c1";
const CARER: &str = "00000000-0000-4000-8000-0000000000c2";

/// A child's file in which a newer program wrote.
fn file(write: impl FnOnce(&mut AutoCommit)) -> Result<Record, RecordError> {
    let at = Timestamp(1_795_226_400_000);
    let writer = Writer { staff: "S001".parse().unwrap(), device: DeviceId::new(1, [1; 10]), at, actor: Actor([1; 8]) };
    let edit = |path: &str, value: &str| Edit { path: path.parse().unwrap(), value: value.into() };
    let edits = [
        edit("identity.name", "王小雨"),
        edit("area.code", "990101001201"),
        edit("risk.level", "low"),
        edit(&format!("categories.{ORPHAN}.code"), "orphan"),
    ];
    let (record, _) = Record::new_person(RecordId::new(1, [1; 10]), Programme::Child, at.day(), &edits, &writer).unwrap();
    let mut doc = AutoCommit::load(&record.save()).unwrap().with_actor(vec![9; 8].into());
    write(&mut doc);
    Record::load(&doc.save())
}

fn section(doc: &AutoCommit, name: &str) -> ObjId {
    doc.get(ROOT, name).unwrap().unwrap().1
}

#[test]
fn a_kind_or_a_schema_of_next_year_is_the_newer_programs_and_nonsense_is_not() {
    let meta = |key: &'static str, value: automerge::ScalarValue| {
        file(move |doc| {
            let meta = section(doc, "meta");
            doc.put(&meta, key, value).unwrap();
        })
    };
    assert_eq!(meta("kind", "errand".into()).unwrap_err(), RecordError::Newer("kind"));
    assert_eq!(meta("schema", 2_i64.into()).unwrap_err(), RecordError::Newer("schema"));
    for nonsense in [meta("kind", 7_i64.into()), meta("schema", 0_i64.into()), meta("schema", "two".into())] {
        assert!(matches!(nonsense, Err(RecordError::Malformed(_))), "{nonsense:?}");
    }
}

#[test]
fn words_and_sections_of_next_year_leave_the_rest_as_it_is() {
    let record = file(|doc| {
        let (risk, categories) = (section(doc, "risk"), section(doc, "categories"));
        doc.put(&risk, "level", "critical").unwrap();
        let carer = doc.put_object(&categories, CARER, ObjType::Map).unwrap();
        doc.put(&carer, "code", "young_carer").unwrap();
        let matters = doc.put_object(ROOT, "matters", ObjType::Map).unwrap();
        doc.put(&matters, "stage", "open").unwrap();
    })
    .unwrap();
    let row = PersonRow::of(&record.row().unwrap()).unwrap();
    assert_eq!((row.risk, row.programmes), (Risk::read("critical"), vec![Programme::Child]));
    assert_eq!(row.categories, [Category::Orphan, Category::read("young_carer").unwrap()]);
    assert_eq!(record.file().text("identity.name"), Some("王小雨"));
    // As it came: a program that knows the words reads them in what this one kept.
    assert_eq!(row.categories.iter().map(ToString::to_string).collect::<Vec<_>>(), ["orphan", "young_carer"]);
}

#[test]
fn what_is_written_in_a_section_of_next_year_is_the_newer_programs_too() {
    let mut theirs = None;
    let mut record = file(|doc| {
        let matters = doc.put_object(ROOT, "matters", ObjType::Map).unwrap();
        doc.commit();
        let before = doc.get_heads();
        let mut later = doc.clone().with_actor(doc.get_actor().clone());
        later.put(&matters, "stage", "closed").unwrap();
        theirs = later.save_after(&before).into();
    })
    .unwrap();
    let before = record.heads();
    assert_eq!(record.absorb(&[theirs.unwrap()]).unwrap_err(), RecordError::Newer("section"));
    assert_eq!(record.heads(), before);
}
