use super::*;
use crate::office::registry;
use domain::api::AuditQuery;
use domain::audit::{Access, KEEP_DAYS};
use domain::roles::Role;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn open() -> Db<'static> {
    crate::store::db::in_memory()
}

fn li() -> Caller {
    Caller { staff: "S001".parse().unwrap(), role: Role::ChildDirector, areas: vec!["990101001201".parse().unwrap()] }
}

fn device(n: u8) -> DeviceId {
    DeviceId::new(1, [n; 10])
}

fn record(n: u8) -> RecordId {
    RecordId::new(1, [n; 10])
}

fn fill(db: &Db<'_>, days: std::ops::Range<i64>) {
    for day in days {
        append(db, Timestamp(NOW.0 + day * DAY), &Entry::new(Who::Operator, Act::CodeMade).to(&li().staff)).unwrap();
    }
}

#[test]
fn whoever_changes_takes_out_or_adds_an_entry_is_found_at_that_entry() {
    let tampered = [
        ("UPDATE audit SET whom = 'S009' WHERE n = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE n = 1", 1),
        ("UPDATE audit SET hash = x'00' WHERE n = 5", 5),
        ("DELETE FROM audit WHERE n = 4", 4),
        ("DELETE FROM audit WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 5", 5),
        ("UPDATE audit SET n = 9 WHERE n = 5", 5),
        ("UPDATE audit_head SET hash = x'00'", 5),
        ("DELETE FROM audit_head", 1),
        (
            "INSERT INTO audit SELECT 6, at, said, staff, role, device, told, what, whom, other, person, record, area, number, reason, hash FROM audit WHERE n = 5",
            6,
        ),
    ];
    for (sql, n) in tampered {
        let db = open();
        assert_eq!(verify(&db).unwrap().unwrap().newest, 0, "an empty log is whole");
        fill(&db, 0..5);
        assert_eq!(verify(&db).unwrap().map(|w| (w.oldest, w.newest)), Ok((1, 5)));
        db.batch(sql).unwrap();
        assert_eq!(verify(&db).unwrap(), Err(Broken { n }), "{sql}");
    }
}

#[test]
fn no_two_entries_are_written_alike() {
    let entry = |area: &str, reason: &str| Entry { area: area.into(), reason: reason.into(), ..Entry::default() };
    assert_ne!(entry("ab", "c").hash(b"", 1, 1), entry("a", "bc").hash(b"", 1, 1));
    assert_ne!(entry("", "").hash(b"a", 1, 1), entry("", "").hash(b"b", 1, 1));
}

#[test]
fn old_entries_go_after_the_days_set_but_never_before_half_a_year_and_the_chain_stays_whole() {
    let db = open();
    fill(&db, 0..400);
    let today = Timestamp(NOW.0 + 400 * DAY);
    // A day is asked for; the law's half year holds.
    assert_eq!(purge(&db, today, 1).unwrap(), 400 - u64::from(KEEP_DAYS));
    let whole = verify(&db).unwrap().unwrap();
    assert_eq!((whole.oldest, whole.newest), (221, 401), "and that it was done is put down");
    assert_eq!(purge(&db, today, 1).unwrap(), 0);
    assert_eq!(purge(&db, Timestamp(today.0 + 9999 * DAY), 400).unwrap(), 181);
    assert_eq!(verify(&db).unwrap().map(|w| (w.oldest, w.newest)), Ok((402, 402)));
    db.batch("UPDATE audit_head SET before_oldest = x'00'").unwrap();
    assert_eq!(verify(&db).unwrap(), Err(Broken { n: 402 }), "what was before the oldest is not made up later");
}

fn told(n: u64, what: &str) -> Access {
    Access { n, at: Timestamp(NOW.0 - 5), what: what.into(), record: record(7), reason: String::new(), device: None }
}

fn listed(db: &Db<'_>) -> Vec<domain::audit::AuditLine> {
    list(db, &Filter { most: 10_000, ..Filter::default() }).unwrap()
}

#[test]
fn what_a_device_tells_is_taken_once_and_in_bounds() {
    let db = open();
    db.run(
        "INSERT INTO records (id, rank, kind, person, area, programmes, document, row) VALUES (?1, 1, 'visit', ?2, '990101001201', 1, x'', x'')",
        args![record(7).bytes(), record(1).bytes()],
    )
    .unwrap();
    let first: Vec<Access> = (1..=3).map(|n| told(n, "export")).collect();
    for _ in 0..3 {
        assert_eq!(take_in(&db, NOW, &li(), device(1), &first).unwrap(), 3);
    }
    let lines = listed(&db);
    assert_eq!(lines.len(), 3);
    assert_eq!((lines[0].person, lines[0].said, lines[0].staff.clone()), (Some(record(1)), Some(Timestamp(NOW.0 - 5)), Some(li().staff)));
    // A copy of the device has a third entry of its own.
    let copys = Access { at: NOW, ..told(3, "id_number") };
    assert_eq!(take_in(&db, NOW, &li(), device(1), &[copys]).unwrap(), 1);
    assert_eq!(listed(&db).len(), 4);
    // More in a day than anybody looks at: the rest waits on the device, and is taken when the day is over.
    let many: Vec<Access> = (10..2000).map(|n| told(n, "opened")).collect();
    assert_eq!(take_in(&db, NOW, &li(), device(1), &many).unwrap(), 996);
    assert_eq!(take_in(&db, NOW, &li(), device(1), &many).unwrap(), 996, "known ones take no room");
    assert_eq!(take_in(&db, NOW, &li(), device(2), &first).unwrap(), 3, "another device has its own");
    assert_eq!(take_in(&db, Timestamp(NOW.0 + DAY + 1), &li(), device(1), &many).unwrap(), 1990);
    assert!(verify(&db).unwrap().is_ok());
}

#[test]
fn a_device_puts_no_act_of_the_servers_into_the_log_and_no_prose() {
    let db = open();
    let words = ["revoked", "code_made", "陈小满", "EXPORT", "a word", "", "opened_by_a_newer_app"];
    let mut log: Vec<Access> = words.iter().zip(1..).map(|(what, n)| told(n, what)).collect();
    log.push(Access { reason: "身份证 110105194912310021".into(), ..told(20, "opened") });
    assert_eq!(take_in(&db, NOW, &li(), device(1), &log).unwrap(), 8);
    let mut lines = listed(&db);
    lines.reverse();
    let what: Vec<&str> = lines.iter().map(|l| l.what.as_str()).collect();
    assert_eq!(what, ["unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "opened_by_a_newer_app", "opened"]);
    assert_eq!(lines[7].reason, "unknown");
}

#[test]
fn what_was_put_down_before_a_device_was_enrolled_anew_is_its_former_owners() {
    let db = open();
    let staff = |id: &str, name: &str| registry::StaffEntry {
        staff: domain::staff::Staff { id: id.parse().unwrap(), name: name.into(), role: Role::ChildDirector, areas: li().areas },
        phone: String::new(),
        active: true,
    };
    registry::upsert_staff(&db, &staff("S001", "李秀梅"), NOW).unwrap();
    registry::upsert_staff(&db, &staff("S009", "张桂兰"), NOW).unwrap();
    let code = registry::new_code(&db, &"S009".parse().unwrap(), NOW, [1; 16]).unwrap().code;
    let joined =
        domain::sync::EnrolRequest { v: 1, code, device: device(9), token_hash: domain::Hash([9; 32]), label: String::new(), replaces: None };
    registry::redeem(&db, &joined, NOW).unwrap();
    let log = [Access { device: Some(device(9)), ..told(1, "export") }];
    assert_eq!(take_in(&db, NOW, &li(), device(1), &log).unwrap(), 1);
    let line = listed(&db).remove(0);
    assert_eq!((line.name.as_str(), line.device, line.other), ("张桂兰", Some(device(9)), Some(device(1))), "and by which device it came");
}

#[test]
fn what_may_be_asked_without_end_is_put_down_once() {
    let db = open();
    for minute in 0..30 {
        let now = Timestamp(NOW.0 + minute * MINUTE);
        began(&db, now, &li(), device(1), 40).unwrap();
        fetched(&db, now, &li(), device(1), &[("990101001201".parse().unwrap(), 40), ("990101001202".parse().unwrap(), 2)]).unwrap();
        fetched_older(&db, now, &li(), device(1), &record(1), 12).unwrap();
        fetched_older(&db, now, &li(), device(1), &record(2), 12).unwrap();
    }
    began(&db, NOW, &li(), device(2), 0).unwrap();
    let mut what: Vec<String> = listed(&db).into_iter().map(|l| l.what).collect();
    what.reverse();
    assert_eq!(what, ["first_download", "packs", "packs", "older", "older"]);
}

#[test]
fn an_administrator_is_shown_acts_and_a_county_officer_what_is_in_her_areas() {
    let db = open();
    let elsewhere = Caller { staff: "T001".parse().unwrap(), areas: vec!["990102001201".parse().unwrap()], ..li() };
    let city = Caller { staff: "C001".parse().unwrap(), areas: vec!["9901".parse().unwrap()], ..li() };
    append(&db, NOW, &Entry::new(Who::Operator, Act::Policy)).unwrap();
    for (n, caller) in [(1, li()), (2, elsewhere), (3, city)] {
        append(&db, NOW, &Entry::new(Who::Staff(&caller, device(n)), Act::Revoked)).unwrap();
        take_in(&db, NOW, &caller, device(n), &[told(1, "export")]).unwrap();
    }
    let of = |filter: Filter| list(&db, &Filter { most: 100, ..filter }).unwrap().into_iter().map(|l| l.n).collect::<Vec<_>>();
    assert_eq!(of(Filter { acts_only: true, ..Filter::default() }), [6, 4, 2, 1]);
    assert_eq!(of(Filter { within: Some(vec!["990101".parse().unwrap()]), ..Filter::default() }), [7, 6, 3, 2, 1]);
    let query = AuditQuery { staff: Some("T001".parse().unwrap()), since: Some(NOW.day()), until: Some(NOW.day()), ..AuditQuery::default() };
    assert_eq!(of(Filter { query: query.clone(), ..Filter::default() }), [5, 4]);
    assert_eq!(of(Filter { query: AuditQuery { before: Some(5), ..query.clone() }, ..Filter::default() }), [4]);
    assert!(of(Filter { query: AuditQuery { until: NOW.day().pred_opt(), ..query }, ..Filter::default() }).is_empty());
    let query = AuditQuery { person: Some(record(7)), ..AuditQuery::default() };
    assert_eq!(of(Filter { query, ..Filter::default() }), [7, 5, 3]);
}
