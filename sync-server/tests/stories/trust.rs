//! What a device may do to files that are no longer its owner's business, to its colleagues' changes and to their reviews: told
//! through the whole exchange, with a clock that the story moves.
use super::*;
use domain::roles::Kind;
use domain::staff::Staff;
use domain::sync::{EnrolRequest, SAYS_CLOCK, SyncReply, SyncRequest, WIRE};
use records::NewMatter;
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_server::app::App;
use sync_server::env::Env;
use sync_server::office::registry::{self, StaffEntry};
use sync_server::settings::Settings;
use sync_server::sync::{exchange, message};

const DAY: i64 = 24 * 3600 * 1000;
const HERS: &str = "990101001201";
const NEXT: &str = "990101001202";

struct Clock(AtomicI64);

impl Env for Clock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
    fn random(&self) -> [u8; 16] {
        [7; 16]
    }
}

struct County {
    app: App,
    clock: Arc<Clock>,
    actors: Cell<u8>,
    _kept: crate::Kept,
    _dir: tempfile::TempDir,
}

/// A member of staff with her device, which keeps its cursor and what it was told.
struct Hand {
    staff: &'static str,
    device: DeviceId,
    token: String,
    cursor: RefCell<Cursor>,
    told: RefCell<Vec<FeedItem>>,
}

impl County {
    fn new() -> County {
        let dir = tempfile::tempdir().unwrap();
        let (store, kept) = crate::store(dir.path());
        let clock = Arc::new(Clock(AtomicI64::new(NOW.0)));
        County { app: App::new(store, clock.clone(), Settings::default()), clock, actors: Cell::new(0), _kept: kept, _dir: dir }
    }
    fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
    /// What the staff list says of somebody from now on.
    fn list(&self, staff: &str, role: Role, areas: &[&str]) {
        self.pass(1000);
        let areas = areas.iter().map(|area| area.parse().unwrap()).collect();
        let staff = Staff { id: staff.parse().unwrap(), name: staff.into(), role, areas };
        let entry = StaffEntry { staff, phone: String::new(), active: true };
        self.app.store.write_exclusive(|db| Ok(registry::upsert_staff(db, &entry, self.now())?)).unwrap();
        self.pass(1000);
    }
    /// Somebody with a device that is in step.
    fn joins(&self, staff: &'static str, role: Role, area: &str) -> Hand {
        self.list(staff, role, &[area]);
        let hand = self.device_of(staff);
        self.sync(&hand, vec![]);
        hand
    }
    fn device_of(&self, staff: &'static str) -> Hand {
        let n = self.actor();
        let made = |db: &sync_server::store::db::Db<'_>| Ok(registry::new_code(db, &staff.parse().unwrap(), self.now(), [n; 16])?);
        let code = self.app.store.write_exclusive(made).unwrap().code;
        let (device, token) = (DeviceId::new(1, [n; 10]), format!("token {n}"));
        let request = EnrolRequest { v: WIRE, code, device, token_hash: Hash(Sha256::digest(&token).into()), label: "手机".into(), replaces: None };
        exchange::enrol(&self.app, &message::encode(&request).unwrap()).unwrap();
        Hand { staff, device, token, cursor: RefCell::default(), told: RefCell::default() }
    }
    fn actor(&self) -> u8 {
        self.actors.set(self.actors.get() + 1);
        self.actors.get()
    }
    fn writer(&self, hand: &Hand) -> Writer {
        Writer { staff: hand.staff.parse().unwrap(), device: hand.device, at: self.now(), actor: Actor([self.actor(); 8]) }
    }
    fn request(&self, hand: &Hand, changes: Vec<Push>, cursor: Cursor) -> SyncRequest {
        SyncRequest { changes, ..SyncRequest::new(hand.device, 7, cursor) }
    }
    fn send(&self, hand: &Hand, request: &SyncRequest) -> SyncReply {
        self.pass(1000);
        let auth = exchange::auth(&self.app, &hand.token).unwrap();
        message::decode(&exchange::sync(&self.app, auth, &message::encode(request).unwrap()).unwrap()).unwrap()
    }
    /// One honest sync: everything is sent with the cursor that the device has, and read to the end. The first reply.
    fn sync(&self, hand: &Hand, changes: Vec<Push>) -> SyncReply {
        let first = self.send(hand, &self.request(hand, changes, hand.cursor.borrow().clone()));
        let mut reply = first.clone();
        loop {
            hand.told.borrow_mut().extend(reply.feed);
            if let Some(cursor) = reply.cursor {
                *hand.cursor.borrow_mut() = cursor;
            } else if !reply.more {
                return first;
            }
            reply = self.send(hand, &self.request(hand, vec![], hand.cursor.borrow().clone()));
        }
    }
    fn push(&self, hand: &Hand, record: RecordId, changes: &[Change], cursor: Cursor) -> Vec<String> {
        said(&self.send(hand, &self.request(hand, pushes(record, changes), cursor)))
    }
    fn file(&self, hand: &Hand, n: u8, area: &str) -> Record {
        let edits = [edit("identity.name", "测试一号"), edit("area.code", area), edit("risk.level", "low")];
        let (record, change) = Record::new_person(id(n), Programme::Child, "2026-01-05".parse().unwrap(), &edits, &self.writer(hand)).unwrap();
        assert_eq!(said(&self.sync(hand, pushes(id(n), &[change]))), ["taken"]);
        record
    }
    fn visit(&self, hand: &Hand, n: u8, person: RecordId) -> (Record, Change) {
        let visit = NewVisit { person, form: form("child-visit@1"), at: self.now(), answers: Answers::new() };
        Record::new_visit(id(n), &visit, &self.writer(hand)).unwrap()
    }
    fn stored(&self, n: u8) -> Record {
        self.app.store.read(|db| store::load(db, &id(n))).unwrap().unwrap().record
    }
    fn area(&self, n: u8) -> String {
        self.stored(n).area().unwrap().to_string()
    }
}

fn pushes(record: RecordId, changes: &[Change]) -> Vec<Push> {
    changes.iter().map(|c| Push { record, bytes: c.bytes.clone() }).collect()
}

fn said(reply: &SyncReply) -> Vec<String> {
    let refused = reply.refused.iter().map(|r| r.reason.to_string());
    let times = |what: &str, n: usize| vec![what.to_owned(); n];
    times("taken", reply.accepted.len()).into_iter().chain(times("held", reply.held.len())).chain(refused).collect()
}

fn edited(record: &mut Record, path: &str, value: &str, writer: &Writer) -> Vec<Change> {
    record.edit(&[edit(path, value)], writer).unwrap()
}

/// Everything a device could forge of its cursor.
fn forged(old: &Cursor, now: &Cursor) -> Vec<Cursor> {
    let zero = |cursor: &Cursor| Cursor { seq: cursor.seq.keys().map(|county| (county.clone(), 0)).collect(), complete: true, ..cursor.clone() };
    vec![old.clone(), zero(old), now.clone(), zero(now), Cursor { scope: 1, ..zero(now) }]
}

fn tells_of(hand: &Hand, what: &str) -> bool {
    hand.told.borrow().iter().any(|item| match item {
        FeedItem::Enter { document, .. } => document.windows(what.len()).any(|w| w == what.as_bytes()),
        FeedItem::Change { bytes, .. } => bytes.windows(what.len()).any(|w| w == what.as_bytes()),
        _ => false,
    })
}

#[test]
fn a_supervisor_who_was_given_another_town_brings_no_file_along() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let cheng = county.joins("S034", Role::ChildSupervisor, "990101001");
    let mut record = county.file(&li, 1, HERS);
    county.sync(&cheng, vec![]);
    let mut hers = record.clone();
    county.list("S034", Role::ChildSupervisor, &["990101003"]);
    let secret = edited(&mut record, "risk.reason", "SECRET", &county.writer(&li));
    assert_eq!(said(&county.sync(&li, pushes(id(1), &secret))), ["taken"]);

    let old = cheng.cursor.borrow().clone();
    let moves = edited(&mut hers, "area.code", "990101003201", &county.writer(&cheng));
    for cursor in forged(&old, &old) {
        assert_eq!(county.push(&cheng, id(1), &moves, cursor), ["not_allowed (area)"], "she has not heard of it");
    }
    county.sync(&cheng, vec![]);
    let now = cheng.cursor.borrow().clone();
    for cursor in forged(&old, &now) {
        let phone = edited(&mut hers.clone(), "contact.phone", "13800000001", &county.writer(&cheng));
        assert_eq!(county.push(&cheng, id(1), &phone, cursor.clone()), ["not_allowed (area)"], "she showed that she has heard");
        let moves = edited(&mut hers.clone(), "area.code", "990101003202", &county.writer(&cheng));
        assert_eq!(county.push(&cheng, id(1), &moves, cursor), ["not_allowed (area)"]);
    }
    county.sync(&cheng, vec![]);
    assert!(!tells_of(&cheng, "SECRET") && county.area(1) == HERS);
}

fn a_transferred_file_stays_where_it_is(to: &str, officer_of: &str) {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
    let he = county.joins("S006", Role::CountyOfficer, officer_of);
    let mut record = county.file(&li, 1, HERS);
    county.sync(&wang, vec![]);
    let mut wangs = record.clone();
    let old = wang.cursor.borrow().clone();
    assert_eq!(said(&county.sync(&he, pushes(id(1), &edited(&mut record, "area.code", to, &county.writer(&he))))), ["taken"]);
    let there = county.joins("S035", Role::ChildDirector, to);
    let secret = edited(&mut record, "risk.reason", "SECRET", &county.writer(&there));
    assert_eq!(said(&county.sync(&there, pushes(id(1), &secret))), ["taken"]);

    // He was never told, and honestly; it is not his to move all the same, nor to close or to give to somebody.
    let forged = forged(&old, &old);
    for cursor in &forged {
        for (path, value) in [("area.code", NEXT), ("status.state", "closed"), ("charge.staff", "S002")] {
            let moves = edited(&mut wangs.clone(), path, value, &county.writer(&wang));
            let section = path.split('.').next().unwrap();
            assert_eq!(county.push(&wang, id(1), &moves, cursor.clone()), [format!("not_allowed ({section})")], "{path}");
        }
    }
    let note = edited(&mut wangs, "contact.phone", "13800000001", &county.writer(&wang));
    assert_eq!(county.push(&wang, id(1), &note, old.clone()), ["taken"], "what he noted meanwhile is not lost");
    // Now he reads on, and shows it.
    county.sync(&wang, vec![]);
    county.sync(&wang, vec![]);
    for cursor in &forged {
        let note = edited(&mut wangs.clone(), "contact.phone", "13800000002", &county.writer(&wang));
        assert_eq!(county.push(&wang, id(1), &note, cursor.clone()), ["not_allowed (area)"]);
    }
    assert!(!tells_of(&wang, "SECRET") && county.area(1) == to);
    assert!(wang.told.borrow().contains(&FeedItem::Leave { person: id(1) }));
}

#[test]
fn a_file_that_was_transferred_is_not_fetched_back_by_an_old_cursor() {
    a_transferred_file_stays_where_it_is("990101003201", "990101");
}

#[test]
fn a_file_that_went_to_another_county_is_not_fetched_back_either() {
    a_transferred_file_stays_where_it_is("990102001201", "9901");
}

#[test]
fn whoever_was_promoted_decides_nothing_where_she_worked_before() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let zhao = county.joins("S009", Role::ChildDirector, HERS);
    let mut record = county.file(&li, 1, HERS);
    let (visit, change) = county.visit(&zhao, 2, id(1));
    assert_eq!(said(&county.sync(&zhao, pushes(id(2), &[change]))), ["taken"]);
    county.sync(&li, vec![]);
    let old = li.cursor.borrow().clone();
    county.list("S001", Role::CountyOfficer, &["990102"]);
    let send = |change: Change, n: u8, cursor: &Cursor| county.push(&li, id(n), &[change], cursor.clone());
    for cursor in [old.clone(), Cursor { seq: [("990101".parse().unwrap(), 0)].into(), ..old.clone() }] {
        for (path, value) in [("status.state", "closed"), ("area.code", NEXT)] {
            let change = edited(&mut record.clone(), path, value, &county.writer(&li)).remove(0);
            assert!(send(change, 1, &cursor)[0].starts_with("not_allowed"), "{path}");
        }
        let review = NewReview {
            person: id(1),
            target: id(2),
            heads: visit.heads(),
            decision: Decision::Approved,
            comment: String::new(),
            fields: Default::default(),
            programme: Programme::Child,
        };
        let n = 100 + county.actor();
        assert_eq!(send(Record::new_review(id(n), &review, &county.writer(&li)).unwrap().1, n, &cursor), ["not_allowed (meta)"]);
    }
    // What she did as what she was is taken, until she shows that she knows.
    assert_eq!(send(county.visit(&li, 4, id(1)).1, 4, &old), ["taken"]);
    assert_eq!(send(edited(&mut record, "situation.health", "近视", &county.writer(&li)).remove(0), 1, &old), ["taken"]);
    county.sync(&li, vec![]);
    assert_eq!(send(county.visit(&li, 5, id(1)).1, 5, &old), ["not_allowed (area)"]);
}

#[test]
fn a_worker_whose_village_was_given_away_loses_nothing_for_sixty_days() {
    for (days, file_moves, taken) in [(0, false, true), (59, false, true), (61, false, false), (59, true, true), (61, true, false)] {
        let county = County::new();
        let li = county.joins("S001", Role::ChildDirector, HERS);
        let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
        let mut record = county.file(&li, 1, HERS);
        let (mut visit, change) = county.visit(&li, 2, id(1));
        assert_eq!(said(&county.sync(&li, pushes(id(2), &[change]))), ["taken"]);
        county.sync(&wang, vec![]);
        if file_moves {
            let moves = edited(&mut record.clone(), "area.code", NEXT, &county.writer(&wang));
            assert_eq!(said(&county.sync(&wang, pushes(id(1), &moves))), ["taken"]);
        } else {
            county.list("S001", Role::ChildDirector, &["990101003201"]);
        }
        county.pass(days * DAY);
        let mut work = pushes(id(3), &[county.visit(&li, 3, id(1)).1]);
        work.extend(pushes(id(1), &edited(&mut record, "situation.health", "感冒", &county.writer(&li))));
        let answers = [("note".to_owned(), Value::from("补记：祖母腿伤。"))].into();
        work.extend(pushes(id(2), &[visit.amend(&answers, &form("child-visit@1"), &county.writer(&li)).unwrap().unwrap()]));
        let wanted = if taken { vec!["taken"; 3] } else { vec!["not_allowed (area)"; 3] };
        assert_eq!(said(&county.sync(&li, work)), wanted, "{days} days");
        let caller = auth(&county, &wang);
        let list = county.app.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &caller, county.now())).unwrap();
        assert_eq!(list.len(), if taken { 0 } else { 3 }, "what is not taken waits for her supervisor");
    }
}

#[test]
fn a_report_that_was_written_in_a_village_before_it_was_given_away_is_taken() {
    for (days, taken) in [(1, true), (61, false)] {
        let county = County::new();
        let li = county.joins("S001", Role::ChildDirector, HERS);
        let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
        county.list("S001", Role::ChildDirector, &["990101003201"]);
        let answers: Answers = [("title", "injuries"), ("danger", "yes"), ("where", "河边"), ("note", "身上多处瘀伤")]
            .into_iter()
            .map(|(question, said)| (question.to_owned(), Value::from(said)))
            .collect();
        let report = NewMatter {
            kind: Kind::AreaMatter,
            person: None,
            area: Some(HERS.parse().unwrap()),
            programme: Programme::Child,
            form: form("report@1"),
            at: county.now(),
            answers,
            charge: None,
            links: vec![],
        };
        let (_, change) = Record::new_matter(id(4), &report, &county.writer(&li)).unwrap();
        county.pass(days * DAY);
        let wanted = if taken { "taken" } else { "not_allowed (area)" };
        assert_eq!(said(&county.sync(&li, pushes(id(4), &[change]))), [wanted], "{days} days");
        county.sync(&wang, vec![]);
        let caller = auth(&county, &wang);
        let waits = county.app.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &caller, county.now())).unwrap();
        assert_eq!(waits.first().map(|item| item.answers["note"].clone()), (!taken).then(|| "身上多处瘀伤".into()), "her supervisor reads it");
    }
}

fn auth(county: &County, hand: &Hand) -> Caller {
    exchange::auth(&county.app, &hand.token).unwrap().caller
}

#[test]
fn a_device_that_joined_later_cannot_have_been_away_before() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let mut record = county.file(&li, 1, HERS);
    let old = li.cursor.borrow().clone();
    county.list("S001", Role::ChildDirector, &["990101003201"]);
    let second = county.device_of("S001");
    for cursor in forged(&old, &old) {
        let change = edited(&mut record.clone(), "contact.phone", "13800000001", &county.writer(&second));
        assert_eq!(county.push(&second, id(1), &change, cursor), ["not_allowed (area)"]);
    }
    let change = edited(&mut record, "contact.phone", "13800000001", &county.writer(&li));
    assert_eq!(county.push(&li, id(1), &change, old), ["taken"], "her first one was");
}

#[test]
fn two_who_move_a_file_at_once_are_not_decided_between_by_chance() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
    let he = county.joins("S006", Role::CountyOfficer, "990101");
    // Whichever writer's name is the greater one.
    for (n, order) in [(1, [&wang, &he]), (2, [&he, &wang])] {
        let record = county.file(&li, n, HERS);
        [&wang, &he].iter().for_each(|hand| _ = county.sync(hand, vec![]));
        let pens = if n == 1 { [0xd0, 0xf0] } else { [0xf1, 0xd1] };
        let writer = |k: usize| Writer { actor: Actor([pens[k]; 8]), ..county.writer(order[k]) };
        let mut theirs = [record.clone(), record.clone()];
        let first = edited(&mut theirs[0], "area.code", NEXT, &writer(0));
        let second = edited(&mut theirs[1], "area.code", "990101001203", &writer(1));
        assert_eq!(said(&county.sync(order[0], pushes(id(n), &first))), ["taken"]);
        assert_eq!(said(&county.sync(order[1], pushes(id(n), &second))), ["changed (area)"]);
        assert_eq!(county.area(n), NEXT);
        // To the same village is no quarrel, and whoever has seen where it is moves it on.
        let same = edited(&mut record.clone(), "area.code", NEXT, &county.writer(order[1]));
        assert_eq!(said(&county.sync(order[1], pushes(id(n), &same))), ["taken"]);
        let seen = edited(&mut county.stored(n), "area.code", "990101001203", &county.writer(order[1]));
        assert_eq!(said(&county.sync(order[1], pushes(id(n), &seen))), ["taken"]);
        assert_eq!(county.area(n), "990101001203");
    }
}

fn approval(visit: &Record, decision: Decision) -> NewReview {
    NewReview {
        person: visit.person(),
        target: visit.id(),
        heads: visit.heads(),
        decision,
        comment: "看过".into(),
        fields: Default::default(),
        programme: Programme::Child,
    }
}

#[test]
fn whoever_approves_wrote_none_of_it() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let zhao = county.joins("S009", Role::ChildDirector, HERS);
    let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
    let zheng = county.joins("S005", Role::Reviewer, "990101");
    county.file(&li, 1, HERS);
    let note = |text: &str| -> Answers { [("note".to_owned(), Value::from(text))].into() };
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: county.now(), answers: note("孩子身上有伤") };
    let (mut visit, change) = Record::new_visit(id(2), &visit, &county.writer(&li)).unwrap();
    assert_eq!(said(&county.sync(&li, pushes(id(2), &[change]))), ["taken"]);

    let over = visit.clone().amend(&note("一切正常"), &form("child-visit@1"), &county.writer(&wang)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&wang, pushes(id(2), &[over]))), ["not_allowed (answers)"], "a supervisor does not write in others' visits");
    let own = county.visit(&wang, 3, id(1));
    assert_eq!(said(&county.sync(&wang, pushes(id(3), &[own.1]))), ["taken"]);
    let mut own = own.0;
    let mended = own.amend(&note("我自己的"), &form("child-visit@1"), &county.writer(&wang)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&wang, pushes(id(3), &[mended]))), ["taken"], "in his own he does");

    // Two directors answer at once; he chooses, and may approve what he chose.
    let mut hers = visit.clone();
    let from_li = hers.amend(&note("左臂有伤"), &form("child-visit@1"), &county.writer(&li)).unwrap().unwrap();
    let from_zhao = visit.amend(&note("右臂有伤"), &form("child-visit@1"), &county.writer(&zhao)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&li, pushes(id(2), &[from_li]))), ["taken"]);
    assert_eq!(said(&county.sync(&zhao, pushes(id(2), &[from_zhao]))), ["taken"]);
    let mut both = county.stored(2);
    let third = both.clone().settle("answers.note", &"没有伤".into(), &county.writer(&wang)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&wang, pushes(id(2), &[third]))), ["not_allowed (answers)"], "a third value is his own");
    let chosen = both.settle("answers.note", &"左臂有伤".into(), &county.writer(&wang)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&wang, pushes(id(2), &[chosen]))), ["taken"]);
    let review = |n: u8, of: &Record, decision: Decision, by: &Hand| {
        let change = Record::new_review(id(n), &approval(of, decision), &county.writer(by)).unwrap().1;
        said(&county.sync(by, pushes(id(n), &[change])))
    };
    assert_eq!(review(10, &both, Decision::Approved, &wang), ["taken"]);

    // 赵主任 corrects it and is made supervisor: hers to return, and another's to approve.
    let mut record = county.stored(2);
    let corrected = record.amend(&note("两臂有伤"), &form("child-visit@1"), &county.writer(&zhao)).unwrap().unwrap();
    assert_eq!(said(&county.sync(&zhao, pushes(id(2), &[corrected]))), ["taken"]);
    county.list("S009", Role::ChildSupervisor, &["990101001"]);
    county.sync(&zhao, vec![]);
    assert_eq!(review(11, &record, Decision::Approved, &zhao), ["not_allowed (decision)"]);
    assert_eq!(review(12, &record, Decision::Returned, &zhao), ["taken"]);
    assert_eq!(review(13, &record, Decision::Approved, &zhao), ["not_allowed (decision)"], "her own word does not make it another's");
    assert_eq!(review(14, &record, Decision::Approved, &zheng), ["taken"]);
    assert_eq!(review(15, &record, Decision::Approved, &zhao), ["taken"], "what another decided on");
}

#[test]
fn a_change_that_a_colleague_sent_first_is_taken_from_its_author() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
    // Lost by a restore: wang's device has it, and the server does not.
    let edits = [edit("identity.name", "测试一号"), edit("area.code", HERS)];
    let writer = county.writer(&li);
    let (mut record, first) = Record::new_person(id(1), Programme::Child, "2026-01-05".parse().unwrap(), &edits, &writer).unwrap();
    let second = edited(&mut record, "contact.phone", "13800000001", &writer).remove(0);
    let lost = [first, second];
    for _ in 0..2 {
        let said = county.push(&wang, id(1), &lost, wang.cursor.borrow().clone());
        assert!(said.iter().all(|said| said == "bad_change (author)"), "{said:?}");
    }
    assert_eq!(said(&county.sync(&li, pushes(id(1), &lost))), ["taken", "taken"]);

    // What is refused from its author is let in as hers, whoever sent it before.
    let third = edited(&mut record, "contact.phone", "13800000002", &writer).remove(0);
    assert_eq!(county.push(&wang, id(1), std::slice::from_ref(&third), wang.cursor.borrow().clone()), ["bad_change (actor)"]);
    let fourth = edited(&mut record, "plan.text", "每月一次。", &writer).remove(0);
    county.list("S001", Role::ElderCareSpecialist, &[HERS]);
    county.sync(&li, vec![]);
    assert_eq!(said(&county.sync(&li, pushes(id(1), &[third.clone(), fourth.clone()]))), ["not_allowed (area)"]);
    let caller = auth(&county, &wang);
    // What builds on it waits behind it; the file is not hers any more, so her device will not write it anew.
    for wanted in [third.hash, fourth.hash] {
        let waiting = county.app.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &caller, county.now())).unwrap();
        let fits: Vec<Hash> = waiting.iter().filter(|item| item.fits).map(|item| item.hash).collect();
        assert_eq!(fits, [wanted]);
        county.app.store.write_exclusive(|db| quarantine::settle(db, &Forms::shipped(), &caller, county.now(), &wanted, true)).unwrap();
        assert!(county.stored(1).has(&wanted));
    }
}

#[test]
fn an_actor_that_a_colleague_used_first_costs_its_owner_a_new_name_and_nothing_else() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let wang = county.joins("S002", Role::ChildSupervisor, "990101001");
    let record = county.file(&li, 1, HERS);
    let lis = county.writer(&li);
    let lost = edited(&mut record.clone(), "contact.phone", "13800000001", &lis);
    let taken = Writer { actor: lis.actor, ..county.writer(&wang) };
    assert_eq!(said(&county.sync(&wang, pushes(id(1), &edited(&mut record.clone(), "plan.text", "每周。", &taken)))), ["taken"]);
    assert_eq!(county.push(&li, id(1), &lost, li.cursor.borrow().clone()), ["writer_taken"], "her device writes it again under another name");
    let again = edited(&mut record.clone(), "contact.phone", "13800000001", &county.writer(&li));
    assert_eq!(said(&county.sync(&li, pushes(id(1), &again))), ["taken"]);
}

#[test]
fn a_visit_in_a_time_that_cannot_be_is_refused_in_words_that_its_program_knows() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    county.file(&li, 1, HERS);
    let send = |v: u32, n: u8, at: Timestamp| {
        let visit = NewVisit { person: id(1), form: form("child-visit@1"), at, answers: Answers::new() };
        let change = Record::new_visit(id(n), &visit, &county.writer(&li)).unwrap().1;
        let request = SyncRequest { v, ..county.request(&li, pushes(id(n), &[change]), li.cursor.borrow().clone()) };
        said(&county.send(&li, &request))
    };
    let year = 365 * DAY;
    for (n, at) in [(10, NOW.0 + 70 * year), (20, 1 << 52), (30, -5), (40, NOW.0 + 2 * DAY), (50, 0)] {
        assert_eq!(send(SAYS_CLOCK, n, Timestamp(at)), ["clock (head.at)"]);
        assert_eq!(send(WIRE, n + 1, Timestamp(at)), ["bad_date (head.at)"]);
    }
    for (n, at) in [(60, NOW.0), (61, NOW.0 - 10 * year), (62, NOW.0 + DAY)] {
        assert_eq!(send(SAYS_CLOCK, n, Timestamp(at)), ["taken"]);
    }
}

#[test]
fn no_document_grows_beyond_what_devices_take_in() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let mut record = county.file(&li, 1, HERS);
    let other = county.file(&li, 2, HERS);
    let writer = county.writer(&li);
    let (mut taken, mut last) = (0, Vec::new());
    for n in 0..8 {
        // Fifteen keys of a newer program's, 16 kB each.
        let mut filled = record.clone();
        let change = edited(&mut filled, "situation.schooling", &format!("{n}年级"), &writer).remove(0);
        let mut change = automerge::Change::from_bytes(change.bytes).unwrap().decode();
        let one = change.operations[0].clone();
        for k in 0..15 {
            let mut op = one.clone();
            op.key = automerge::legacy::Key::Map(format!("newer_{n}_{k}").into());
            op.pred = vec![].into();
            op.action = automerge::legacy::OpType::Put("x".repeat(16 << 10).into());
            change.operations.push(op);
        }
        let change = automerge::Change::from(change);
        let change = Change { hash: Hash(change.hash().0), bytes: change.raw_bytes().to_vec() };
        last = county.push(&li, id(1), std::slice::from_ref(&change), li.cursor.borrow().clone());
        if last != ["taken"] {
            break;
        }
        taken += 1;
        record.absorb(&[change.bytes]).unwrap();
    }
    assert_eq!((taken, last), (4, vec!["too_large".to_owned()]));
    let document = county.stored(1).save();
    assert!(document.len() <= records::MAX_DOCUMENT);
    Record::received(id(1), &document).expect("every device takes it in");
    let phone = edited(&mut other.clone(), "contact.phone", "13800000001", &county.writer(&li));
    assert_eq!(county.push(&li, id(2), &phone, li.cursor.borrow().clone()), ["taken"], "everybody else's file goes on");
}

#[test]
fn a_device_that_writes_without_end_in_one_file_waits_for_tomorrow() {
    let county = County::new();
    let li = county.joins("S001", Role::ChildDirector, HERS);
    let mut record = county.file(&li, 1, HERS);
    let writer = county.writer(&li);
    let many = "INSERT INTO changes (hash, record, bytes, device, staff, received) VALUES (?1, ?2, ?3, ?4, 'S001', ?5)";
    // As if they had been taken today; the file itself counts, too.
    let write = |db: &sync_server::store::db::Db<'_>| {
        for n in 0..DAILY - 3 {
            let hash = [n as u8, (n >> 8) as u8].repeat(16);
            db.run(many, &[hash.into(), id(1).bytes().into(), vec![0u8].into(), li.device.bytes().into(), county.now().0.into()])?;
        }
        Ok(())
    };
    county.app.store.write_exclusive(write).unwrap();
    let changes: Vec<Change> = (0..4).flat_map(|n| edited(&mut record, "contact.address", &format!("{n}号"), &writer)).collect();
    assert_eq!(said(&county.sync(&li, pushes(id(1), &changes))), ["taken", "taken", "held", "held"]);
    county.pass(DAY + 5000);
    assert_eq!(said(&county.sync(&li, pushes(id(1), &changes))), ["taken"; 4], "nothing is lost");
}
