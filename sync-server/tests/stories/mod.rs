//! What a device may push: the role table on decoded operations, and malformed changes, told with named people. The crate says
//! over which database.
mod found;
mod load;
mod matters;
mod trust;
mod window;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ROOT, ReadDoc};
use domain::api::Edit;
use domain::form::Answers;
use domain::roles::{Caller, Role};
use domain::sync::{Cursor, FeedItem, Push};
use domain::visit::Decision;
use domain::{AreaCode, Code, DeviceId, Hash, Programme, RecordId, StaffId, Timestamp, Value};
use forms::{Form, Forms};
use records::{Actor, Change, Incoming, NewReview, NewVisit, Record, Writer};
use std::collections::HashSet;
use std::sync::Arc;
use sync_server::env::SystemEnv;
use sync_server::import;
use sync_server::office::roster;
use sync_server::store::{self, Store};
use sync_server::sync::admit::{Outcome, admit, prepare};
use sync_server::sync::sender::Sender;
use sync_server::sync::{feed, quarantine};

/// A form that ships.
fn form(name: &str) -> Arc<Form> {
    Forms::shipped().find(name).unwrap().clone()
}

const NOW: Timestamp = Timestamp(1_790_000_000_000);
/// Changes of a record that are taken of a device in a day.
const DAILY: u64 = 1000;

struct Village {
    store: Store,
    _kept: crate::Kept,
    _dir: tempfile::TempDir,
    actors: u8,
}

struct Worker {
    caller: Caller,
    device: DeviceId,
}

fn worker(staff: &str, role: Role, area: &str, n: u8) -> Worker {
    let caller = Caller { staff: staff.parse::<StaffId>().unwrap(), role, areas: vec![area.parse().unwrap()] };
    Worker { caller, device: DeviceId::new(1, [n; 10]) }
}
fn li() -> Worker {
    worker("S001", Role::ChildDirector, "990101001201", 1)
}
fn zhao() -> Worker {
    worker("S009", Role::ChildDirector, "990101001202", 9)
}
fn wang() -> Worker {
    worker("S002", Role::ChildSupervisor, "990101001", 2)
}
fn edit(path: &str, value: &str) -> Edit {
    Edit { path: path.parse().unwrap(), value: Value::from(value) }
}
fn id(n: u8) -> RecordId {
    RecordId::new(1, [n; 10])
}

impl Village {
    fn new() -> Village {
        let dir = tempfile::tempdir().unwrap();
        let (store, kept) = crate::store(dir.path());
        Village { store, _kept: kept, _dir: dir, actors: 100 }
    }
    fn writer(&mut self, w: &Worker) -> Writer {
        self.actors += 1;
        Writer { staff: w.caller.staff.clone(), device: w.device, at: NOW, actor: Actor([self.actors; 8]) }
    }
    fn push(&self, w: &Worker, record: RecordId, changes: &[Change]) -> Outcome {
        let pushes: Vec<Push> = changes.iter().map(|c| Push { record, bytes: c.bytes.clone() }).collect();
        let sender = Sender {
            caller: w.caller.clone(),
            device: w.device,
            cursor: Cursor::default(),
            now: NOW,
            daily: DAILY,
            forms: Forms::shipped(),
            vouches: None,
        };
        self.store.write_exclusive(|db| admit(db, &sender, prepare(&pushes, &Forms::shipped(), NOW))).unwrap()
    }
    fn file(&mut self, w: &Worker, n: u8, area: &str) -> Record {
        let writer = self.writer(w);
        let edits = [edit("identity.name", "测试一号"), edit("area.code", area), edit("risk.level", "low")];
        let (record, change) = Record::new_person(id(n), Programme::Child, "2026-01-05".parse().unwrap(), &edits, &writer).unwrap();
        let out = self.push(w, id(n), &[change]);
        assert_eq!((out.accepted.len(), out.refused.len()), (1, 0), "{out:?}");
        record
    }
    fn feed(&self, w: &Worker, cursor: &Cursor) -> (Vec<FeedItem>, Cursor) {
        let page = self.store.read(|db| feed::page(db, &w.caller, &HashSet::new(), cursor)).unwrap();
        (page.items, page.cursor)
    }
    fn caught_up(&self, w: &Worker) -> Cursor {
        let mut cursor = Cursor::default();
        loop {
            let page = self.store.read(|db| feed::page(db, &w.caller, &HashSet::new(), &cursor)).unwrap();
            cursor = page.cursor;
            if !page.more {
                return cursor;
            }
        }
    }
}

fn reasons(out: &Outcome) -> Vec<Code> {
    out.refused.iter().map(|r| r.reason.code).collect()
}

#[test]
fn what_a_director_writes_in_her_own_village_is_taken_once_however_often_it_is_sent() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let changes = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    for _ in 0..3 {
        assert_eq!(v.push(&li(), id(1), &changes).accepted.len(), 1);
    }
    assert_eq!(v.store.read(|db| store::load(db, &id(1))).unwrap().unwrap().record.heads(), record.heads());
    let fed = v.store.read(|db| Ok(db.number("SELECT count(*) FROM feed", &[])?)).unwrap();
    assert_eq!(fed, 2);
}

#[test]
fn a_director_of_another_village_gets_nothing_and_writes_nothing_there() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&zhao());
    let changes = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    assert_eq!(reasons(&v.push(&zhao(), id(1), &changes)), [Code::NotAllowed]);
    let kept = v.store.read(|db| Ok(db.one("SELECT bytes, staff FROM quarantine", &[], |r| Ok((r.blob(0)?, r.text(1)?)))?)).unwrap();
    assert_eq!(kept, Some((changes[0].bytes.clone(), "S009".to_owned())), "kept aside, byte for byte");
    assert!(v.feed(&zhao(), &Cursor::default()).0.is_empty());
    assert_eq!(v.feed(&li(), &Cursor::default()).0.len(), 1);

    let writer = v.writer(&zhao());
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: NOW, answers: Answers::new() };
    let (_, change) = Record::new_visit(id(2), &visit, &writer).unwrap();
    assert_eq!(reasons(&v.push(&zhao(), id(2), &[change])), [Code::NotAllowed]);
    let new = [edit("identity.name", "测试二号"), edit("area.code", "990101001201")];
    let writer = v.writer(&zhao());
    let (_, change) = Record::new_person(id(3), Programme::Child, "2026-01-05".parse().unwrap(), &new, &writer).unwrap();
    assert_eq!(reasons(&v.push(&zhao(), id(3), &[change])), [Code::NotAllowed]);
}

#[test]
fn sections_outside_the_role_are_refused_and_what_builds_on_them_goes_with_them() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let mut changes = record.edit(&[edit("status.state", "closed")], &writer).unwrap();
    changes.extend(record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap());
    let out = v.push(&li(), id(1), &changes);
    assert_eq!(reasons(&out), [Code::NotAllowed]);
    assert_eq!(out.refused[0].blocked, [1]);
    let again = v.push(&li(), id(1), &changes);
    assert_eq!(reasons(&again)[0], Code::NotAllowed, "the answer is the same when asked again");
    assert!(again.accepted.is_empty() && again.held.is_empty());
    let mut other = v.file(&li(), 5, "990101001201");
    let writer = v.writer(&wang());
    assert_eq!(v.push(&wang(), id(5), &other.edit(&[edit("status.state", "closed")], &writer).unwrap()).accepted.len(), 1);
}

#[test]
fn only_a_supervisor_settles_risk() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    let (mut a, mut b) = (record.clone(), record);
    let (pen_a, pen_b) = (v.writer(&li()), v.writer(&wang()));
    let from_a = a.edit(&[edit("risk.level", "high")], &pen_a).unwrap();
    let from_b = b.edit(&[edit("risk.level", "medium")], &pen_b).unwrap();
    assert_eq!(v.push(&li(), id(1), &from_a).accepted.len(), 1);
    assert_eq!(v.push(&wang(), id(1), &from_b).accepted.len(), 1);
    a.absorb(&[from_b[0].bytes.clone()]).unwrap();
    for value in ["high", "medium", "low"] {
        let mut mine = a.clone();
        let writer = v.writer(&li());
        let change = mine.settle("risk.level", &value.into(), &writer).unwrap().unwrap();
        assert_eq!(reasons(&v.push(&li(), id(1), &[change])), [Code::NeedsSupervisor], "{value}");
    }
    let writer = v.writer(&wang());
    let change = a.settle("risk.level", &"high".into(), &writer).unwrap().unwrap();
    assert_eq!(v.push(&wang(), id(1), &[change]).accepted.len(), 1);
}

#[test]
fn two_values_that_are_equal_are_no_choice_and_one_at_a_time_is_a_choice() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    let (mut a, mut b) = (record.clone(), record.clone());
    let pens = [v.writer(&li()), v.writer(&wang())];
    let from = [a.edit(&[edit("risk.level", "high")], &pens[0]).unwrap(), b.edit(&[edit("risk.level", "high")], &pens[1]).unwrap()];
    assert_eq!((v.push(&li(), id(1), &from[0]).accepted.len(), v.push(&wang(), id(1), &from[1]).accepted.len()), (1, 1));
    a.absorb(&[from[1][0].bytes.clone()]).unwrap();
    assert!(a.conflicts().is_empty());
    let next = a.edit(&[edit("risk.level", "medium")], &pens[0]).unwrap();
    assert_eq!(v.push(&li(), id(1), &next).accepted.len(), 1, "both said the same, and she says something else now");

    let from_wang = b.edit(&[edit("risk.level", "low")], &pens[1]).unwrap();
    assert_eq!(v.push(&wang(), id(1), &from_wang).accepted.len(), 1);
    a.absorb(&[from_wang[0].bytes.clone()]).unwrap();
    assert_eq!(a.conflicts().len(), 1);
    // She names only one of the two as replaced.
    let settled = a.clone().settle("risk.level", &"high".into(), &pens[0]).unwrap().unwrap();
    let mut half = automerge::Change::from_bytes(settled.bytes).unwrap().decode();
    half.operations[0].pred = half.operations[0].pred.iter().take(1).cloned().collect();
    let half = automerge::Change::from(half);
    let change = Change { hash: Hash(half.hash().0), bytes: half.raw_bytes().to_vec() };
    assert_eq!(reasons(&v.push(&li(), id(1), &[change])), [Code::NeedsSupervisor]);
}

#[test]
fn a_review_is_for_supervisors_and_never_of_ones_own_visit() {
    let mut v = Village::new();
    v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: NOW, answers: Answers::new() };
    let (visit, change) = Record::new_visit(id(2), &visit, &writer).unwrap();
    assert_eq!(v.push(&li(), id(2), &[change]).accepted.len(), 1);
    let review = |heads: Vec<Hash>| NewReview {
        person: id(1),
        target: id(2),
        heads,
        decision: Decision::Approved,
        comment: String::new(),
        fields: Default::default(),
        programme: Programme::Child,
    };
    let writer = v.writer(&li());
    assert_eq!(reasons(&v.push(&li(), id(3), &[Record::new_review(id(3), &review(visit.heads()), &writer).unwrap().1])), [Code::NotAllowed]);
    let writer = v.writer(&wang());
    let unknown = Record::new_review(id(4), &review(vec![Hash([7; 32])]), &writer).unwrap().1;
    assert_eq!(v.push(&wang(), id(4), &[unknown]).held.len(), 1, "a version the server has not seen yet");
    let writer = v.writer(&wang());
    assert_eq!(v.push(&wang(), id(5), &[Record::new_review(id(5), &review(visit.heads()), &writer).unwrap().1]).accepted.len(), 1);
}

#[test]
fn another_devices_actor_or_name_is_refused() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let lis = v.writer(&li());
    let changes = record.edit(&[edit("contact.phone", "13800000001")], &lis).unwrap();
    assert_eq!(reasons(&v.push(&wang(), id(1), &changes)), [Code::BadChange], "in another's name");
    let mut fresh = v.file(&li(), 2, "990101001201");
    let lis = v.writer(&li());
    assert_eq!(v.push(&li(), id(2), &fresh.edit(&[edit("contact.phone", "13800000001")], &lis).unwrap()).accepted.len(), 1);
    let as_li = Writer { staff: "S002".parse().unwrap(), device: wang().device, ..lis };
    let stolen = fresh.edit(&[edit("contact.phone", "13800000002")], &as_li).unwrap();
    assert_eq!(reasons(&v.push(&wang(), id(2), &stolen)), [Code::BadChange], "under another device's actor");
}

#[test]
fn a_change_whose_past_has_not_arrived_is_held_and_taken_later() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let first = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    let second = record.edit(&[edit("contact.phone", "13800000002")], &writer).unwrap();
    assert_eq!(v.push(&li(), id(1), &second).held.len(), 1);
    assert_eq!(v.push(&li(), id(1), &first).accepted.len(), 1);
    assert_eq!(v.push(&li(), id(1), &second).accepted.len(), 1);
}

#[test]
fn one_bad_record_does_not_keep_others_back() {
    let mut v = Village::new();
    v.file(&li(), 1, "990101001201");
    let mut good = v.file(&li(), 2, "990101001201");
    let writer = v.writer(&li());
    let change = good.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap().remove(0);
    let pushes = [Push { record: id(1), bytes: vec![1, 2, 3] }, Push { record: id(2), bytes: change.bytes }];
    let sender = Sender {
        caller: li().caller,
        device: li().device,
        cursor: Cursor::default(),
        now: NOW,
        daily: DAILY,
        forms: Forms::shipped(),
        vouches: None,
    };
    let out = v.store.write_exclusive(|db| admit(db, &sender, prepare(&pushes, &Forms::shipped(), NOW))).unwrap();
    assert_eq!((out.accepted.len(), out.refused.len(), out.refused[0].n), (1, 1, 0));
}

#[test]
fn a_transferred_file_leaves_one_village_and_enters_the_other_whole() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: NOW, answers: Answers::new() };
    assert_eq!(v.push(&li(), id(2), &[Record::new_visit(id(2), &visit, &writer).unwrap().1]).accepted.len(), 1);
    let (at_li, at_zhao, at_wang) = (v.caught_up(&li()), v.caught_up(&zhao()), v.caught_up(&wang()));
    let writer = v.writer(&wang());
    assert_eq!(v.push(&wang(), id(1), &record.edit(&[edit("area.code", "990101001202")], &writer).unwrap()).accepted.len(), 1);
    assert_eq!(v.feed(&li(), &at_li).0, [FeedItem::Leave { person: id(1) }]);
    let entered: Vec<RecordId> = v
        .feed(&zhao(), &at_zhao)
        .0
        .iter()
        .filter_map(|i| match i {
            FeedItem::Enter { record, .. } => Some(*record),
            _ => None,
        })
        .collect();
    assert_eq!(entered, [id(1), id(2)]);
    let area = |i: &FeedItem| match i {
        FeedItem::Enter { area, .. } => Some(area.clone()),
        _ => None,
    };
    assert!(v.feed(&wang(), &at_wang).0.iter().filter_map(area).all(|a| a == "990101001202".parse::<AreaCode>().unwrap()));
    let outside = record.edit(&[edit("area.code", "990101002201")], &v.writer(&wang())).unwrap();
    assert_eq!(reasons(&v.push(&wang(), id(1), &outside)), [Code::NotAllowed], "out of her own town is not hers to decide");
}

#[test]
fn a_colleagues_change_sent_under_a_wrong_record_does_not_hurt_the_right_one() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let changes = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    // Before it was taken, and after.
    for _ in 0..2 {
        assert_eq!(v.push(&zhao(), id(77), &changes).accepted.len(), 0);
        assert_eq!(v.push(&li(), id(1), &changes).accepted.len(), 1);
    }
    let writer = v.writer(&li());
    let next = record.edit(&[edit("contact.address", "3组9号")], &writer).unwrap();
    assert_eq!(v.push(&li(), id(1), &next).accepted.len(), 1, "what builds on it goes on");
}

#[test]
fn a_device_that_sends_what_is_refused_crowds_nobody_out_of_the_supervisors_list() {
    let mut v = Village::new();
    let record = v.file(&li(), 1, "990101001201");
    let refuse = |v: &mut Village, who: &Worker, value: &str| {
        let writer = v.writer(who);
        let changes = record.clone().edit(&[edit("contact.phone", value)], &writer).unwrap();
        assert_eq!(reasons(&v.push(who, id(1), &changes)), [Code::NotAllowed]);
    };
    (0..60).for_each(|n| refuse(&mut v, &zhao(), &format!("138000000{n:02}")));
    let other = worker("S010", Role::ChildDirector, "990101001203", 10);
    refuse(&mut v, &other, "13900000000");
    let list = |who: &Worker| v.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &who.caller, NOW)).unwrap();
    let of_wang = list(&wang());
    assert_eq!(of_wang.len(), 51, "of each device the oldest");
    assert!(of_wang.iter().any(|item| item.edits.iter().any(|e| e.value == "13900000000".into())));
    assert!(list(&worker("S032", Role::ChildSupervisor, "990101002", 32)).is_empty(), "another town's");
    assert!(list(&worker("S003", Role::ElderCareSpecialist, "990101001", 33)).is_empty(), "no supervisor");
}

#[test]
fn a_list_that_brings_more_than_one_new_thing_about_a_person_goes_in() {
    let v = Village::new();
    let areas = "code,name\n990101,安和县\n990101001,清溪镇\n990101001201,桃源村\n990101001202,柳湾村\n";
    v.store.write_exclusive(|db| Ok(import::areas(db, "areas.csv", areas.as_bytes(), None, NOW.day())?)).unwrap();
    let take = |village: &str, phone: &str, risk: &str| {
        let list = format!("姓名,身份证号,所在村,类别,联系电话,风险等级\n王小雨,990101201101011000,{village},留守儿童,{phone},{risk}\n");
        let report = v.store.write_exclusive(|db| roster::take_in(db, &SystemEnv, "list.csv", list.as_bytes())).unwrap();
        (report.added, report.updated, report.errors.len())
    };
    assert_eq!(take("桃源村", "13800000001", "低"), (1, 0, 0));
    let (at_li, at_zhao) = (v.caught_up(&li()), v.caught_up(&zhao()));
    assert_eq!(take("桃源村", "13800000002", "高"), (0, 1, 0));
    assert_eq!(take("柳湾村", "13800000003", "中"), (0, 1, 0));
    let told = |w: &Worker, cursor, is: fn(&FeedItem) -> bool| v.feed(w, cursor).0.iter().filter(|item| is(item)).count();
    assert_eq!(told(&li(), &at_li, |item| matches!(item, FeedItem::Leave { .. })), 1, "she left once");
    assert_eq!(told(&zhao(), &at_zhao, |item| matches!(item, FeedItem::Enter { .. })), 1);
}

#[test]
fn a_county_that_gets_its_first_file_later_is_heard_of_in_the_whole_city() {
    let mut v = Village::new();
    v.file(&li(), 1, "990101001201");
    let officer = worker("S050", Role::CountyOfficer, "9901", 50);
    let cursor = v.caught_up(&officer);
    v.file(&worker("S060", Role::ChildDirector, "990102001201", 60), 2, "990102001201");
    let (items, cursor) = v.feed(&officer, &cursor);
    assert_eq!(items.len(), 1, "{items:?}");
    assert!(v.feed(&officer, &cursor).0.is_empty());
}

/// By a clock a year ahead, then put right: the server files a visit under the day that it has now.
#[test]
fn a_visit_whose_day_is_put_right_lies_on_that_day_here_too() {
    let mut v = Village::new();
    v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    let visit = NewVisit { person: id(1), form: form("child-visit@1"), at: Timestamp(NOW.0 + 1000), answers: Answers::new() };
    let (mut record, change) = Record::new_visit(id(2), &visit, &writer).unwrap();
    assert_eq!(v.push(&li(), id(2), &[change]).accepted.len(), 1);
    let at = |v: &Village| v.store.read(|db| Ok(db.number("SELECT at FROM records WHERE kind = 'visit'", &[])?)).unwrap();
    assert_eq!(at(&v), NOW.0 + 1000);
    let day = Timestamp(NOW.0 - 40 * 24 * 3600 * 1000).day();
    let change = record.amend(&[("when".to_owned(), Value::from(day.to_string()))].into(), &form("child-visit@1"), &writer).unwrap().unwrap();
    assert_eq!(v.push(&li(), id(2), &[change]).accepted.len(), 1);
    assert_eq!(at(&v), Timestamp::of_day(day).0);
    let older = |before: Timestamp| v.store.read(|db| feed::older(db, &li().caller, &id(1), before)).unwrap().len();
    assert_eq!((older(Timestamp::of_day(day)), older(NOW)), (0, 1));
}

#[test]
fn a_text_that_others_programs_write_in_grows_to_what_a_text_may_hold() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, "990101001201");
    let writer = v.writer(&li());
    assert_eq!(v.push(&li(), id(1), &record.edit(&[edit("plan.text", "每周走访。")], &writer).unwrap()).accepted.len(), 1);
    let writer = v.writer(&li());
    let changes = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    assert_eq!(v.push(&li(), id(1), &changes).accepted.len(), 1);
    let mut doc = AutoCommit::load(&record.save()).unwrap().with_actor(writer.actor.0.to_vec().into());
    let plan = doc.get(ROOT, "plan").unwrap().unwrap().1;
    let text = doc.get(&plan, "text").unwrap().unwrap().1;
    let outcomes: Vec<Vec<Code>> = (0..2)
        .map(|_| {
            // Each is short enough by itself.
            doc.splice_text(&text, 0, 0, &"很".repeat(4000)).unwrap();
            let bytes = doc.get_last_local_change().unwrap().raw_bytes().to_vec();
            let change = Change { hash: Incoming::parse(&bytes).unwrap().hash, bytes };
            reasons(&v.push(&li(), id(1), &[change]))
        })
        .collect();
    assert_eq!(outcomes, [vec![], vec![Code::TooLarge]]);
}
