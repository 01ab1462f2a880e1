//! A kind that the table alone describes is written, judged, sent, kept, found and hidden as the table says, by a server and devices in which
//! nothing was written for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use domain::{Code, RecordId, Timestamp};
use fifth::Desk;
use records::{Change, Record};
use sync_server::store::facts;
use sync_server::sync::aside;
use uuid::Uuid;
use village::chaos::{LI, NOW, Office, VILLAGE, WANG, actor};

/// Fourteen months ago: what fades is gone from devices by then.
const LONG_AGO: Timestamp = Timestamp(NOW.0 - 425 * 24 * 3600 * 1000);

fn id(n: u8) -> RecordId {
    RecordId::new(5, [n; 10])
}

/// 王督导 made one.
fn made(n: u8, at: Timestamp) -> (Record, Change) {
    Record::new_made_up(id(n), &VILLAGE.parse().unwrap(), at, "雨后看一遍危房", &WANG.writer(actor(u64::from(n), 50))).unwrap()
}

fn fact(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn whoever_may_make_one_by_the_table_makes_one_and_nobody_else() {
    let office = Office::default();
    let (record, first) = made(1, NOW);
    // 李主任 reviews nobody's work.
    let (_, hers) = Record::new_made_up(id(2), &VILLAGE.parse().unwrap(), NOW, "无", &LI.writer(actor(2, 51))).unwrap();
    assert_eq!(office.push(&LI, id(2), [&hers.bytes]).refused[0].reason.code, Code::NotAllowed);
    // Not in another's town, and not in another's name.
    let (_, elsewhere) = Record::new_made_up(id(3), &"990101002201".parse().unwrap(), NOW, "无", &WANG.writer(actor(3, 50))).unwrap();
    assert_eq!(office.push(&WANG, id(3), [&elsewhere.bytes]).refused[0].reason.code, Code::NotAllowed);
    assert_eq!(office.push(&WANG, id(1), [&first.bytes]).accepted.len(), 1);
    // What she may not make she may not change either; nor may the supervisor what nobody changes.
    let step = record.clone().add_step(Uuid::from_u128(1), "看了", &LI.writer(actor(1, 52))).unwrap().unwrap();
    assert_eq!(office.push(&LI, id(1), [&step.bytes]).refused[0].reason.code, Code::NotAllowed);
    office.every_document_is_read();
}

#[test]
fn only_those_who_see_the_kind_get_it_by_pack_and_by_feed() {
    let office = Office::default();
    assert_eq!(office.push(&WANG, id(1), [&made(1, NOW).1.bytes]).accepted.len(), 1);
    let (mut li, mut wang, mut officer) = (Desk::of("S001", &office.app), Desk::of("S002", &office.app), Desk::of("S006", &office.app));
    assert_eq!((li.count(), wang.count(), officer.count()), (0, 1, 1), "by pack");
    assert_eq!(office.push(&WANG, id(2), [&made(2, NOW).1.bytes]).accepted.len(), 1);
    for desk in [&mut li, &mut wang, &mut officer] {
        desk.sync();
    }
    assert_eq!((li.count(), wang.count(), officer.count()), (0, 2, 2), "by feed");

    // A section made later, by two at once.
    let mut record = officer.record(id(1)).unwrap().0;
    let mut hers = record.clone();
    let one = record.add_step(Uuid::from_u128(1), "看了", &WANG.writer(actor(1, 53))).unwrap().unwrap();
    let two = hers.add_step(Uuid::from_u128(2), "修了", &WANG.writer(actor(1, 54))).unwrap().unwrap();
    assert_eq!(office.push(&WANG, id(1), [&one.bytes]).accepted.len(), 1);
    assert_eq!(office.push(&WANG, id(1), [&two.bytes]).accepted.len(), 1);
    officer.sync();
    let facts = [fact("steps", "修了"), fact("steps", "看了"), fact("title", "雨后看一遍危房")].into();
    assert_eq!(officer.line(id(1)), ("begun".to_owned(), true, facts));
    let there = office.app.store.read(|db| facts::of(db, &id(1))).unwrap();
    assert_eq!(there, officer.record(id(1)).unwrap().1.indexed());
    li.sync();
    assert_eq!(li.count(), 0);
}

#[test]
fn it_stays_on_devices_while_something_is_to_be_done_however_old_it_is() {
    let office = Office::default();
    for n in [1, 2] {
        assert_eq!(office.push(&WANG, id(n), [&made(n, LONG_AGO).1.bytes]).accepted.len(), 1);
    }
    let mut done = made(1, LONG_AGO).0;
    let change = done.put_state("done", &WANG.writer(actor(1, 50))).unwrap().unwrap();
    assert_eq!(office.push(&WANG, id(1), [&change.bytes]).accepted.len(), 1);
    // Whoever begins after that, with packs of then.
    office.app.store.write_exclusive(|db| Ok(db.run("UPDATE packs SET replaced = 1", &[])?)).unwrap();
    let mut officer = Desk::of("S006", &office.app);
    assert!(officer.record(id(1)).is_none() && officer.record(id(2)).is_some(), "what is done and old stays away");
    // It is begun again: whoever does not have it gets all of it.
    let again = done.put_state("begun", &WANG.writer(actor(1, 50))).unwrap().unwrap();
    assert_eq!(office.push(&WANG, id(1), [&again.bytes]).accepted.len(), 1);
    officer.sync();
    assert_eq!(officer.record(id(1)).unwrap().0.heads(), done.heads());
    assert!(officer.line(id(1)).1);
}

#[test]
fn whoever_does_not_see_the_kind_any_more_does_not_keep_it() {
    let office = Office::default();
    assert_eq!(office.push(&WANG, id(1), [&made(1, NOW).1.bytes]).accepted.len(), 1);
    let mut wang = Desk::of("S002", &office.app);
    assert_eq!(wang.count(), 1);
    let demoted = |db: &sync_server::store::db::Db<'_>| {
        db.run("UPDATE staff SET role = 'child_director' WHERE id = 'S002'", &[])?;
        Ok(sync_server::office::registry::count_change(db)?)
    };
    office.app.store.write_exclusive(demoted).unwrap();
    wang.sync();
    assert_eq!(wang.count(), 0);
    // Her files stay: she sees the village all the same.
    let files = "SELECT count(*) FROM records WHERE kind = 'person'";
    assert!(wang.record(id(1)).is_none() && wang.ask(files) > 0);
}

#[test]
fn one_that_was_laid_aside_comes_back_with_its_facts() {
    let office = Office::default();
    assert_eq!(office.push(&WANG, id(1), [&made(1, NOW).1.bytes]).accepted.len(), 1);
    let mut wang = Desk::of("S002", &office.app);
    let store = &office.app.store;
    let before = store.read(|db| facts::of(db, &id(1))).unwrap();
    assert_eq!(store.write_exclusive(|db| aside::lay(db, &id(1), NOW)).unwrap(), 1);
    wang.sync();
    assert_eq!((wang.count(), store.read(|db| facts::of(db, &id(1))).unwrap().len()), (0, 0));
    assert_eq!(store.write_exclusive(|db| aside::put_back(db, &id(1), NOW)).unwrap(), 1);
    wang.sync();
    assert_eq!((wang.count(), store.read(|db| facts::of(db, &id(1))).unwrap()), (1, before));
}

#[test]
fn what_no_index_takes_keeps_nothing_back() {
    let office = Office::default();
    let long = "长".repeat(4000);
    let (_, first) = Record::new_made_up(id(1), &VILLAGE.parse().unwrap(), NOW, &long, &WANG.writer(actor(1, 50))).unwrap();
    assert_eq!(office.push(&WANG, id(1), [&first.bytes]).accepted.len(), 1);
    assert!(office.app.store.read(|db| facts::of(db, &id(1))).unwrap().is_empty());
    let (_, never) = Record::new_made_up(id(2), &VILLAGE.parse().unwrap(), Timestamp(i64::MAX), "无", &WANG.writer(actor(2, 50))).unwrap();
    assert_eq!(office.push(&WANG, id(2), [&never.bytes]).refused[0].reason.code, Code::Clock, "a head's moment is one");
}
