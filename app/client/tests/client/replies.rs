//! What a device does with the server's replies, without a server: receipts, refusals, a clock that is wrong.
use crate::village::*;
use client::server::sync::{prepare, take_in};
use client::store::Durability;
use domain::api::*;
use domain::sync::{Cursor, FeedItem, Refusal, SyncReply};
use domain::{Code, Hash, Role, Timestamp};

fn reply(device: &Device, accepted: Vec<Hash>, refused: Vec<Refusal>) -> SyncReply {
    let cursor = Some(Cursor { complete: true, ..Cursor::default() });
    SyncReply { accepted, refused, cursor, ..SyncReply::new(7, device.core.env().now()) }
}

/// 李主任 with one file that the server has.
fn with_a_file() -> (Device, domain::RecordId) {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[("contact.address", "3组8号")]);
    let sent = prepare(&device.core).unwrap();
    let answer = reply(&device, sent.sent.clone(), vec![]);
    assert_eq!(take_in(&mut device.core, &sent, answer).unwrap().accepted, 1);
    assert_eq!(device.ask(Status {}).pending, 0);
    (device, id)
}

#[test]
fn what_was_taken_is_said_by_places_and_no_place_is_believed_that_is_not_there() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[("contact.address", "3组8号")]);
    device.ask(EditPerson { id, edits: vec![edit("contact.phone", "13800000001")] });
    device.ask(EditPerson { id, edits: vec![edit("situation.schooling", "三年级")] });
    let sent = prepare(&device.core).unwrap();
    let places = |taken| SyncReply { taken, ..reply(&device, vec![], vec![]) };
    let (one, wild) = (places(vec![(0, 1), (2, 3)]), places(vec![(2, 1), (1, u32::MAX), (0, 3), (u32::MAX, 0)]));
    assert_eq!(take_in(&mut device.core, &sent, one).unwrap().accepted, 2);
    assert_eq!(device.ask(Status {}).pending, 1);
    // What was named twice counts once.
    assert_eq!(take_in(&mut device.core, &sent, wild).unwrap().accepted, 1);
    assert_eq!(device.ask(Status {}).pending, 0);
}

#[test]
fn after_a_refusal_the_work_built_on_it_goes_on_without_it() {
    let (mut device, id) = with_a_file();
    device.ask(EditPerson { id, edits: vec![edit("situation.schooling", "三年级")] });
    device.ask(EditPerson { id, edits: vec![edit("contact.address", "3组18号")] });
    let sent = prepare(&device.core).unwrap();
    assert_eq!(sent.sent.len(), 2);
    let refusal = Refusal { n: 0, reason: Code::NotAllowed.into(), blocked: vec![1] };
    let answer = reply(&device, vec![], vec![refusal]);
    take_in(&mut device.core, &sent, answer).unwrap();

    let file = device.ask(Person { id });
    assert!(!file.fields.contains_key("situation.schooling"), "what was not taken is not shown as if it were");
    assert_eq!(file.fields["contact.address"], "3组18号".into());
    let status = device.ask(Status {});
    assert_eq!((status.pending, status.refused), (1, 1));
    let told = device.ask(Inbox {});
    let fields = told.iter().find_map(|m| match &m.about {
        About::Refused { fields, .. } => Some(fields.clone()),
        _ => None,
    });
    assert_eq!(fields, Some(vec!["situation.schooling".to_owned()]), "{told:?}");

    // The repeated edit is a change of its own, under another actor, and is taken.
    let again = prepare(&device.core).unwrap();
    assert_ne!(again.sent[0], sent.sent[1]);
    let answer = reply(&device, again.sent.clone(), vec![]);
    take_in(&mut device.core, &again, answer).unwrap();
    assert_eq!(device.ask(Status {}).pending, 0);
}

/// 李主任 writes a year of school, which is not taken, and then an address; 赵主任 writes another address meanwhile, which arrives
/// before the refusal. `then` is what 李主任 does when she has seen it.
fn refused_after_a_colleague_wrote(then: impl FnOnce(&mut Device, domain::RecordId)) -> (Device, domain::RecordId) {
    let (mut device, id) = with_a_file();
    let mut zhao = Device::of(zhao());
    device.ask(EditPerson { id, edits: vec![edit("situation.schooling", "三年级")] });
    device.ask(EditPerson { id, edits: vec![edit("contact.address", "3组18号")] });
    let (record, area) = device.core.transact(Durability::Batch, |w| Ok((w.record(id)?, w.area_of(id)?))).unwrap().0;
    let known = record.at(&[record.changes()[0].hash]).unwrap();
    zhao.core.transact(Durability::Batch, |w| w.take_in(&known, &area, &known.row().unwrap())).unwrap();
    zhao.ask(EditPerson { id, edits: vec![edit("contact.address", "东街三号")] });
    let bytes = prepare(&zhao.core).unwrap().request.changes.remove(0).bytes;

    let sent = prepare(&device.core).unwrap();
    let none = prepare(&device.core).unwrap();
    let mut answer = reply(&device, vec![], vec![]);
    answer.feed = vec![FeedItem::Change { record: id, bytes }];
    take_in(&mut device.core, &none, answer).unwrap();
    assert_eq!(device.ask(Conflicts {}).len(), 1);
    then(&mut device, id);
    let answer = reply(&device, vec![], vec![Refusal { n: 0, reason: Code::NotAllowed.into(), blocked: vec![1] }]);
    take_in(&mut device.core, &sent, answer).expect("a sync goes on");
    (device, id)
}

#[test]
fn what_is_repeated_does_not_write_over_what_its_writer_had_not_seen() {
    let (mut device, _) = refused_after_a_colleague_wrote(|_, _| {});
    let shown: Vec<String> = device.ask(Conflicts {}).remove(0).values.into_iter().map(|v| v.shown).collect();
    assert_eq!(shown.len(), 2, "both addresses are there: {shown:?}");
    assert_eq!(device.ask(Status {}).pending, 1);
}

#[test]
fn a_choice_is_repeated_with_what_it_chose_between() {
    let (mut device, id) = refused_after_a_colleague_wrote(|device, id| {
        let take = device.ask(Conflicts {}).remove(0).values.iter().position(|v| v.shown == "东街三号").unwrap();
        device.ask(Resolve { id, path: "contact.address".into(), take });
    });
    assert!(device.ask(Conflicts {}).is_empty());
    assert_eq!(device.ask(Person { id }).fields["contact.address"], "东街三号".into());
    assert_eq!((device.ask(Status {}).pending, device.ask(Status {}).refused), (2, 1));
}

#[test]
fn a_choice_whose_other_value_was_not_taken_stops_no_sync() {
    let (mut device, id) = refused_after_a_colleague_wrote(|device, id| {
        let take = device.ask(Conflicts {}).remove(0).values.iter().position(|v| v.shown == "东街三号").unwrap();
        device.ask(Resolve { id, path: "contact.address".into(), take });
    });
    // Now her own address is not taken either: there was nothing to choose.
    let sent = prepare(&device.core).unwrap();
    let answer = reply(&device, vec![], vec![Refusal { n: 0, reason: Code::NotAllowed.into(), blocked: vec![1] }]);
    take_in(&mut device.core, &sent, answer).expect("a sync goes on");
    assert_eq!(device.ask(Person { id }).fields["contact.address"], "东街三号".into());
    assert_eq!((device.ask(Status {}).pending, device.ask(Status {}).refused), (0, 2));
}

#[test]
fn a_refused_visit_stays_readable_here_and_says_why() {
    let (mut device, person) = with_a_file();
    let visit = device.ask(NewVisit { person, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    let sent = prepare(&device.core).unwrap();
    let refusal = Refusal { n: 0, reason: Code::NotAllowed.into(), blocked: vec![] };
    let answer = reply(&device, vec![], vec![refusal]);
    take_in(&mut device.core, &sent, answer).unwrap();
    let detail = device.ask(Visit { id: visit });
    assert_eq!(detail.item.state, domain::visit::VisitState::Refused);
    assert_eq!(detail.refusal.unwrap().code, Code::NotAllowed);
}

#[test]
fn a_reply_that_comes_twice_changes_nothing_more() {
    let (mut device, id) = with_a_file();
    device.ask(EditPerson { id, edits: vec![edit("contact.address", "3组18号")] });
    let sent = prepare(&device.core).unwrap();
    for wanted in [1, 0] {
        let answer = reply(&device, sent.sent.clone(), vec![]);
        assert_eq!(take_in(&mut device.core, &sent, answer).unwrap().accepted, wanted);
    }
}

#[test]
fn a_clock_a_year_off_is_told_and_loses_nothing() {
    const YEAR: i64 = 365 * 24 * 3600;
    for off in [-YEAR, YEAR] {
        let (mut device, id) = with_a_file();
        device.ask(EditPerson { id, edits: vec![edit("contact.address", "3组18号")] });
        let sent = prepare(&device.core).unwrap();
        let mut answer = reply(&device, sent.sent.clone(), vec![]);
        answer.now = Timestamp(answer.now.0 - off * 1000);
        take_in(&mut device.core, &sent, answer).unwrap();
        let status = device.ask(Status {});
        assert_eq!((status.clock_off, status.pending), (Some(off), 0));
        let nothing = prepare(&device.core).unwrap();
        let answer = reply(&device, vec![], vec![]);
        take_in(&mut device.core, &nothing, answer).unwrap();
        assert_eq!(device.ask(Status {}).clock_off, None, "set right again");
    }
}

#[test]
fn a_visit_that_a_wrong_clock_dated_is_begun_anew_with_the_servers_time_and_keeps_all_of_it() {
    let (mut device, person) = with_a_file();
    let answers = serde_json::from_value(serde_json::json!({"kind": "home", "met": "refused", "refused_why": "busy", "note": "改天再来。"})).unwrap();
    let visit = device.ask(NewVisit { person, form: "child-visit@s2".into(), answers, sure: false });
    device.ask(AmendVisit { visit, answers: [("note".to_owned(), "改天再来，已约周三。".into())].into() });
    let sent = prepare(&device.core).unwrap();
    assert_eq!(sent.sent.len(), 2);
    // The server's clock says that this one is seventy years ahead.
    let servers = Timestamp(device.core.env().now().0 - 70 * 365 * 24 * 3600 * 1000);
    let refusal = Refusal { n: 0, reason: domain::Failure::of(Code::Clock, "head.at"), blocked: vec![1] };
    let answer = SyncReply { now: servers, ..reply(&device, vec![], vec![refusal]) };
    let taken = take_in(&mut device.core, &sent, answer).unwrap();
    assert!(taken.more && taken.refused == 0, "it goes up at once");
    let shown = device.ask(Visit { id: visit });
    assert_eq!(shown.item.at.day(), servers.day());
    assert!(serde_json::to_string(&shown).unwrap().contains("已约周三"));
    assert_eq!(device.ask(Status {}).refused, 0);
    let again = prepare(&device.core).unwrap();
    assert_eq!(again.sent.len(), 2);
    assert!(again.sent.iter().all(|hash| !sent.sent.contains(hash)), "under a new name");
    let answer = reply(&device, again.sent.clone(), vec![]);
    assert_eq!(take_in(&mut device.core, &again, answer).unwrap().accepted, 2);
}

#[test]
fn when_a_download_begins_anew_what_it_does_not_bring_is_asked_about() {
    let (mut device, child) = with_a_file();
    let visit = || NewVisit { person: child, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: true };
    let (older, newer) = (device.ask(visit()), device.ask(visit()));
    let sent = prepare(&device.core).unwrap();
    let answer = reply(&device, sent.sent.clone(), vec![]);
    take_in(&mut device.core, &sent, answer).unwrap();
    assert!(prepare(&device.core).unwrap().request.unheard.is_empty(), "every day");

    // The server was restored: everything is read anew, and one of them comes with it.
    let (record, area) = device.core.transact(Durability::Batch, |w| Ok((w.record(newer)?, w.area_of(newer)?))).unwrap().0;
    let comes = FeedItem::Enter { record: newer, area, document: record.save(), row: Box::new(record.row().unwrap()) };
    let says = |device: &mut Device, feed: Vec<FeedItem>, compared, refused| {
        let asked = prepare(&device.core).unwrap();
        let cursor = Some(Cursor { complete: true, scope: 1, ..Cursor::default() });
        let answer = SyncReply { epoch: 8, cursor, feed, compared, refused, ..reply(device, vec![], vec![]) };
        let taken = take_in(&mut device.core, &asked, answer).unwrap();
        (asked.request.unheard, taken.more)
    };
    assert!(says(&mut device, vec![], 0, vec![]).0.is_empty(), "it hears of the restore");
    assert!(says(&mut device, vec![], 0, vec![]).0.is_empty(), "it begins anew");
    let heads = |device: &mut Device, id| device.core.transact(Durability::Batch, |w| Ok(w.record(id)?.heads())).unwrap().0;
    let mut both = [(older, heads(&mut device, older)), (newer, heads(&mut device, newer))];
    both.sort();
    // A reply whose feed is left aside, for something is to be written anew first, answers nothing.
    device.ask(EditPerson { id: child, edits: vec![edit("situation.schooling", "三年级")] });
    let taken = Refusal { n: 0, reason: Code::WriterTaken.into(), blocked: vec![] };
    assert_eq!(says(&mut device, vec![comes.clone()], 2, vec![taken]).0, both);
    assert_eq!(says(&mut device, vec![comes], 0, vec![]).0, both, "a server that does not know the question");
    assert!(says(&mut device, vec![], 0, vec![]).0.is_empty());
}

#[test]
fn of_what_a_download_did_not_bring_as_much_is_asked_again_as_the_server_left() {
    let (mut device, child) = with_a_file();
    let visit = || NewVisit { person: child, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: true };
    let mut ids = [device.ask(visit()), device.ask(visit()), device.ask(visit())];
    ids.sort();
    let begins = Cursor { complete: true, scope: 1, ..Cursor::default() };
    let says = |device: &mut Device, epoch, compared| {
        let asked = prepare(&device.core).unwrap();
        let answer = SyncReply { epoch, cursor: Some(begins.clone()), compared, ..reply(device, asked.sent.clone(), vec![]) };
        let more = take_in(&mut device.core, &asked, answer).unwrap().more;
        (asked.request.unheard.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), more)
    };
    says(&mut device, 8, 0);
    says(&mut device, 8, 0);
    assert_eq!(says(&mut device, 8, 2), (ids.to_vec(), true));
    assert_eq!(says(&mut device, 8, 1), (ids[2..].to_vec(), true));
    assert_eq!(says(&mut device, 8, 0).0, []);
}

#[test]
fn what_was_opened_before_the_first_download_is_asked_about_after_it() {
    let mut device = Device::of(li());
    let before = prepare(&device.core).unwrap();
    assert!(!before.request.cursor.complete && before.request.here.is_empty());
    let id = device.new_file("陈小满", &[]);
    let sent = prepare(&device.core).unwrap();
    let answer = reply(&device, sent.sent.clone(), vec![]);
    take_in(&mut device.core, &sent, answer).unwrap();
    let after = prepare(&device.core).unwrap();
    assert_eq!(after.request.here, [id], "it may have left before, and no line of the feed says so");
    let answer = SyncReply { feed: vec![FeedItem::Leave { person: id }], ..reply(&device, vec![], vec![]) };
    take_in(&mut device.core, &after, answer).unwrap();
    assert_eq!(device.ask(Persons { query: PersonQuery::default() }).total, 0);
    // Once is enough; and who had nothing before asks nothing.
    assert!(prepare(&device.core).unwrap().request.here.is_empty());
    let mut empty = Device::of(zhao());
    let first = prepare(&empty.core).unwrap();
    let answer = reply(&empty, vec![], vec![]);
    take_in(&mut empty.core, &first, answer).unwrap();
    assert!(prepare(&empty.core).unwrap().request.here.is_empty());
}

#[test]
fn of_a_post_of_next_year_no_file_leaves_before_the_server_says_so() {
    let (mut device, id) = with_a_file();
    let mut me = li();
    me.role = Role::read("school_contact").unwrap();
    let sent = prepare(&device.core).unwrap();
    let answer = SyncReply { reference: Some(reference(me)), ..reply(&device, vec![], vec![]) };
    take_in(&mut device.core, &sent, answer).unwrap();
    assert_eq!(device.ask(Persons { query: PersonQuery::default() }).total, 1);
    assert!(device.ask(Status {}).newer);
    assert_eq!(prepare(&device.core).unwrap().request.here, [id], "but it is asked");
    assert_eq!(device.refuses(EditPerson { id, edits: vec![edit("contact.address", "3组9号")] }), Code::NotAllowed);
    // Somebody of a known post whose business it is not loses it, as ever.
    let sent = prepare(&device.core).unwrap();
    let answer =
        SyncReply { reference: Some(reference(staff("S0001", "李主任", Role::ElderCareSpecialist, COPPER))), ..reply(&device, vec![], vec![]) };
    take_in(&mut device.core, &sent, answer).unwrap();
    assert_eq!(device.ask(Persons { query: PersonQuery::default() }).total, 0);
}
