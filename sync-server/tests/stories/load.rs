//! What a device may leave on the server, and what its work may cost it.
use super::*;
use std::time::Duration;
use sync_server::store::db::DbError;
use sync_server::sync::{county, packs, shelf};
use tokio::time::Instant;

fn kept(v: &Village, device: &Worker) -> (i64, i64, i64) {
    let sql = "SELECT count(*), coalesce(sum(length(bytes)), 0), coalesce(sum(CASE WHEN length(bytes) = 0 THEN 1 ELSE 0 END), 0) FROM quarantine
         WHERE device = ?1";
    let read =
        |db: &sync_server::store::db::Db<'_>| Ok(db.one(sql, &[device.device.bytes().into()], |r| Ok((r.int(0)?, r.int(1)?, r.int(2)?)))?.unwrap());
    v.store.read(read).unwrap()
}

fn junk(n: usize, size: usize) -> Change {
    let bytes = [n.to_be_bytes().to_vec(), vec![7; size]].concat();
    Change { hash: Hash([0; 32]), bytes }
}

#[test]
fn of_bytes_that_are_no_change_little_is_kept_and_a_real_refusal_beside_them_is_seen_and_let_in() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    for n in 0..60 {
        assert_eq!(v.push(&zhao(), id(1), &[junk(n, 100)]).refused.len(), 1, "told all the same");
    }
    assert_eq!(kept(&v, &zhao()).0, 50);
    let large: Vec<Change> = (0..8).map(|n| junk(n, 200 << 10)).collect();
    v.push(&li(), id(1), &large);
    assert_eq!(kept(&v, &li()).0, 5, "a mebibyte, and no more");
    v.push(&li(), id(1), &[junk(99, 100)]);
    assert_eq!(kept(&v, &li()).0, 6, "something small still has room");

    let writer = v.writer(&zhao());
    let changes = record.clone().edit(&[edit("contact.phone", "13900000000")], &writer).unwrap();
    assert_eq!(reasons(&v.push(&zhao(), id(1), &changes)), [Code::NotAllowed]);
    let waiting = v.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &wang().caller, NOW)).unwrap();
    assert_eq!((waiting.len(), &waiting[0].edits[0].value), (1, &"13900000000".into()), "nothing that is no change is shown");
}

#[test]
fn of_refused_changes_ten_mebibytes_a_device_are_kept_and_of_the_rest_the_answer() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&zhao());
    let bytes = record.clone().edit(&[edit("situation.health", &"好".repeat(4000))], &writer).unwrap().remove(0).bytes;
    let reason = domain::Failure::from(Code::NotAllowed);
    let fill = |db: &sync_server::store::db::Db<'_>| {
        for n in 0..900u32 {
            let hash = Hash([&n.to_be_bytes()[..], &[1; 28]].concat().try_into().unwrap());
            let change = store::Accepted { hash, bytes: &bytes, device: *zhao().device.bytes(), staff: "S009", received: NOW };
            shelf::keep(db, &id(1), &change, &reason, false)?;
        }
        Ok(())
    };
    v.store.write_exclusive(fill).unwrap();
    let (entries, held, without) = kept(&v, &zhao());
    assert_eq!(entries, 900);
    assert!(held <= 10 << 20 && held > 10_000_000 && without > 0, "{held} {without}");

    let refused = |v: &mut Village, who: &Worker, value: &str| {
        let writer = v.writer(who);
        let changes = record.clone().edit(&[edit("situation.health", value)], &writer).unwrap();
        for _ in 0..2 {
            assert_eq!(v.push(who, id(1), &changes).refused.len(), 1, "asked again, the answer is the same");
        }
    };
    refused(&mut v, &zhao(), &"差".repeat(3000));
    assert_eq!(kept(&v, &zhao()), (901, held, without + 1));
    refused(&mut v, &worker("S010", Role::ChildDirector, "990101001203", 10), "一般");
    let of_wang = v.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &wang().caller, NOW)).unwrap();
    assert_eq!(of_wang.len(), 51, "another's are kept and shown beside them");

    // The operator clears that device: there is room again.
    assert_eq!(v.store.read(|db| Ok(quarantine::entries(db, Some(&zhao().device), 1000)?)).unwrap().len(), 901);
    let dropped = v.store.write_exclusive(|db| Ok(quarantine::drop_entries(db, Some(&zhao().device), Timestamp(NOW.0 + 1))?)).unwrap();
    assert_eq!(dropped, 901);
    refused(&mut v, &zhao(), "不好");
    let (entries, _, without) = kept(&v, &zhao());
    assert_eq!((entries, without), (1, 0));
    assert_eq!(v.store.write_exclusive(|db| Ok(quarantine::drop_entries(db, None, NOW)?)).unwrap(), 0, "nothing is older than that");
}

#[test]
fn of_those_who_may_write_nothing_nothing_is_kept_except_from_an_earlier_duty() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    let hire = |db: &sync_server::store::db::Db<'_>| {
        for (staff, role, area) in
            [("S001", "child_director", "990101001201"), ("S008", "volunteer", "990101001201"), ("S011", "volunteer", "990101001201")]
        {
            db.run("INSERT INTO staff (id, name, role) VALUES (?1, '测试', ?2)", &[staff.into(), role.into()])?;
            db.run("INSERT INTO staff_areas (staff, area) VALUES (?1, ?2)", &[staff.into(), area.into()])?;
        }
        Ok(db.run("INSERT INTO staff_past (staff, area) VALUES ('S011', '990101001202')", &[])?)
    };
    v.store.write_exclusive(hire).unwrap();
    let mut sent = |who: &Worker| {
        let writer = v.writer(who);
        let changes = record.clone().edit(&[edit("contact.phone", "13900000000")], &writer).unwrap();
        assert_eq!(v.push(who, id(1), &changes).refused.len(), 1);
        v.push(who, id(1), &[junk(1, 10)]);
        kept(&v, who).0
    };
    assert_eq!(sent(&worker("S008", Role::Volunteer, "990101001201", 8)), 0);
    assert_eq!(sent(&worker("S011", Role::Volunteer, "990101001201", 11)), 2, "what she wrote as a director may still be wanted");
    let colleagues = |who: &Worker| v.store.read(|db| county::reference(db, &who.caller)).unwrap().staff.len();
    assert_eq!(colleagues(&worker("S008", Role::Volunteer, "990101001201", 8)), 1, "she is told no colleague's role and areas");
    assert_eq!(colleagues(&li()), 3, "a director knows who works in her village");
}

#[test]
fn work_whose_time_is_over_ends_and_is_undone_and_the_next_goes_on() {
    let v = Village::new();
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let soon = || v.store.until(Instant::now() + Duration::from_millis(200));
    let too_long = |e: anyhow::Error| assert!(e.downcast_ref::<DbError>().is_some_and(DbError::took_too_long), "{e:#}");
    too_long(soon().read(|db| Ok(db.number(endless, &[])?)).unwrap_err());
    let wrote = soon().write_shared(|db| {
        store::set_meta(db, "test", "undone")?;
        Ok(db.number(endless, &[])?)
    });
    too_long(wrote.unwrap_err());
    let in_small_steps = soon().write_exclusive(|db| {
        store::set_meta(db, "test", "undone")?;
        loop {
            db.number("SELECT count(*) FROM counties", &[])?;
        }
        #[allow(unreachable_code)]
        Ok(())
    });
    too_long(in_small_steps.unwrap_err());
    assert_eq!(v.store.read(|db| Ok(store::meta(db, "test")?)).unwrap(), None);
    let patient = v.store.until(Instant::now() + Duration::from_secs(600));
    patient.write_shared(|db| store::set_meta(db, "test", "done")).unwrap();
    assert_eq!(patient.read(|db| Ok(store::meta(db, "test")?)).unwrap().as_deref(), Some("done"));
}

#[test]
fn a_cursor_costs_what_the_callers_own_counties_cost_and_hers_are_kept() {
    let mut v = Village::new();
    v.file(&li(), 1, "990101001201");
    let mut cursor = v.caught_up(&li());
    let own = cursor.seq.clone();
    cursor.seq.extend((0..4000).map(|n| (format!("{:06}", 110_000 + n).parse().unwrap(), 0)));
    let (items, after) = v.feed(&li(), &cursor);
    assert_eq!((items.len(), &after.seq), (0, &own));
    // The officer of a city with many counties keeps all of hers.
    let officer = worker("S050", Role::CountyOfficer, "9901", 50);
    for n in 2..40u8 {
        v.file(&worker("S060", Role::ChildDirector, &format!("9901{n:02}001201"), n + 60), n, &format!("9901{n:02}001201"));
    }
    let hers = v.caught_up(&officer);
    assert_eq!(hers.seq.len(), 39);
    assert_eq!(v.feed(&officer, &hers).1, hers);
}

#[test]
fn packs_that_nobody_will_ask_for_are_removed_and_those_in_use_stay() {
    let mut v = Village::new();
    let mut moved = v.file(&li(), 1, "990101001201");
    v.file(&zhao(), 2, "990101001202");
    let begin = |who: &Worker| packs::refresh(&v.store, &who.caller, NOW).unwrap().packs;
    let (of_li, of_zhao) = (begin(&li()), begin(&zhao()));
    assert_eq!((of_li.len(), of_zhao.len()), (1, 1));
    assert_eq!(packs::tidy(&v.store, NOW).unwrap(), 0);
    let count = |v: &Village| v.store.read(|db| Ok(db.number("SELECT count(*) FROM packs", &[])?)).unwrap();
    let writer = v.writer(&wang());
    let changes = moved.edit(&[edit("area.code", "990101001202")], &writer).unwrap();
    assert_eq!(v.push(&wang(), id(1), &changes).accepted.len(), 1);
    assert_eq!((packs::tidy(&v.store, NOW).unwrap(), count(&v)), (1, 1), "the village that has no file left");
    // A month later the packs of the old month are replaced; who began with one may go on for a week.
    let month = Timestamp(NOW.0 + 40 * 24 * 3600 * 1000);
    assert_eq!((packs::tidy(&v.store, month).unwrap(), count(&v)), (0, 1));
    assert_eq!((packs::tidy(&v.store, Timestamp(month.0 + 8 * 24 * 3600 * 1000)).unwrap(), count(&v)), (1, 0));
}
