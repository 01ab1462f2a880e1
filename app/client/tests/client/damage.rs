use crate::village::*;
use client::store::{Durability, changes};
use domain::Code;
use domain::api::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

fn unlock() -> Unlock {
    Unlock { pin: PIN.into() }
}

#[test]
fn a_database_that_will_not_open_is_moved_aside_and_never_deleted() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    device.ask(Lock {});
    let database = device.folder.path().join("nuanfang.db");
    fs::write(&database, vec![0x5a; 40_000]).unwrap();
    let status = device.ask(unlock());
    let aside = status.moved_aside.expect("told where it is");
    assert_eq!((status.phase, status.persons), (Phase::Open, 0));
    assert_eq!(fs::read(device.folder.path().join(&aside)).unwrap(), vec![0x5a; 40_000]);
    assert!(aside.starts_with("nuanfang.db.damaged-20261121-"), "{aside}");
    let mut device = device.killed();
    assert_eq!(device.ask(unlock()).moved_aside, Some(aside));
}

#[test]
fn what_was_not_sent_is_taken_over_from_a_damaged_database() {
    let mut device = Device::of(li());
    let sent = device.new_file("陈小满", &[]);
    let mut server = Device::of(wang());
    device.send_to(&mut server);
    // Long enough that its pages lie beyond those of the other tables.
    for n in 0..60 {
        device.new_file(&format!("周{n}"), &[("plan.text", &"很长的帮扶计划".repeat(200))]);
    }
    let draft = device.ask(StartVisit { person: sent, form: None, correct: None });
    device.ask(Answer { draft: draft.id, question: "note".into(), value: "奶奶腿疼".into() });
    let pending = device.ask(Status {}).pending;
    device.ask(Lock {});
    let size = break_from(&device, 0.55);
    assert!(size > 400_000, "{size}");
    // The damage is found when a document is read, or at once.
    let mut damaged = device.call(unlock()).is_err();
    for person in device.call(Persons { query: PersonQuery { limit: 500, ..Default::default() } }).map(|l| l.rows).unwrap_or_default() {
        damaged |= device.call(Person { id: person.id }).is_err_and(|f| f.code == Code::DatabaseDamaged);
        if damaged {
            break;
        }
    }
    let status = device.ask(unlock());
    assert!(status.moved_aside.is_some(), "damaged: {damaged}");
    assert_eq!(status.me.map(|m| m.name).as_deref(), Some("李主任"));
    assert!(status.pending > 0 && status.pending <= pending, "{} of {pending}", status.pending);
    device
        .core
        .transact(Durability::Batch, |w| {
            for (_, push) in changes::waiting(w.db, &[], 1000, usize::MAX)? {
                assert!(!push.bytes.is_empty());
            }
            Ok(())
        })
        .unwrap();
}

fn break_from(device: &Device, part: f64) -> u64 {
    let path = device.folder.path().join("nuanfang.db");
    let size = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((size as f64 * part) as u64)).unwrap();
    file.write_all(&vec![0xa5; (size as f64 * (1.0 - part)) as usize]).unwrap();
    size
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let mut device = Device::of(li());
    device.core.transact(Durability::Full, |w| Ok(w.db.pragma_update(None, "user_version", 99)?)).unwrap();
    device.ask(Lock {});
    assert_eq!(device.refuses(unlock()), Code::DatabaseNewer);
    assert!(!device.files().iter().any(|f| f.contains("damaged")));
    assert_eq!(device.ask(Status {}).phase, Phase::Locked);
}

#[test]
fn a_full_disk_loses_nothing_and_says_so() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    device
        .core
        .transact(Durability::Full, |w| {
            let pages: i64 = w.db.query_row("PRAGMA page_count", [], |r| r.get(0))?;
            w.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |r| r.get::<_, i64>(0))?;
            Ok(())
        })
        .unwrap();
    let long = "很长的帮扶计划".repeat(500);
    let mut full = None;
    for n in 0..20 {
        if let Err(failure) = device.call(EditPerson { id, edits: vec![edit("plan.text", &format!("{n}{long}"))] }) {
            full = Some(failure.code);
            break;
        }
    }
    assert_eq!(full, Some(Code::DiskFull));
    let before = device.ask(Status {}).pending;
    let file = device.ask(Person { id });
    let mut device = device.killed();
    assert_eq!(device.ask(unlock()).pending, before);
    assert_eq!(device.ask(Person { id }).fields, file.fields);
    device.ask(EditPerson { id, edits: vec![edit("plan.text", "有空间了")] });
}
