//! Whose caseload a file is, what is put down when it is not hers, and that what was put down outlives a wipe and a new enrolment.
use crate::village::*;
use client::Core;
use client::server::sync::{prepare, take_in};
use client::store::Durability;
use domain::api::*;
use domain::audit::{Access, Reason};
use domain::sync::{Cursor, OwnDevice, SyncReply};
use domain::{Code, DeviceId, RecordId, Role, Timestamp};

/// A social worker who covers the town. Colleagues do the same work there.
fn zhou() -> domain::staff::Staff {
    staff("S0020", "周社工", Role::SocialWorker, TOWN)
}

const SOCIAL: &str = "categories.0192f0c1-2b3c-7def-8123-456789abcdef.code";

fn reply(device: &Device, logged: u64, me: Option<domain::sync::Reference>) -> SyncReply {
    let cursor = Some(Cursor { complete: true, ..Cursor::default() });
    SyncReply { cursor, logged, reference: me, ..SyncReply::new(7, device.core.env().now()) }
}

/// What would be sent of the log.
fn waits(core: &Core) -> Vec<Access> {
    prepare(core).unwrap().request.log
}

fn words(core: &Core) -> Vec<(String, String)> {
    waits(core).into_iter().map(|a| (a.what, a.reason)).collect()
}

/// A device whose county knows both social workers.
fn colleague(me: domain::staff::Staff) -> Device {
    let mut device = Device::of(me.clone());
    let mut known = reference(me);
    known.staff.extend([zhou(), staff("S0021", "吴社工", Role::SocialWorker, TOWN)]);
    let sent = prepare(&device.core).unwrap();
    let answer = reply(&device, 0, Some(known));
    take_in(&mut device.core, &sent, answer).unwrap();
    device
}

fn given(from: &mut Device, to: &mut Device, id: RecordId) {
    let (area, record) = from.core.transact(Durability::Batch, |w| Ok((w.area_of(id)?, w.record(id)?))).unwrap().0;
    to.core.transact(Durability::Batch, |w| w.take_in(&record, &area, &record.row().unwrap())).unwrap();
}

#[test]
fn a_file_in_a_colleagues_charge_is_opened_with_a_reason_and_her_own_without_a_word() {
    let (mut wu, mut zhou) = (colleague(staff("S0021", "吴社工", Role::SocialWorker, TOWN)), colleague(zhou()));
    let mine = zhou.new_file("陈小满", &[(SOCIAL, "social_case")]);
    let hers = wu.new_file("周小树", &[(SOCIAL, "social_case"), ("identity.id_number", "11010519491231002X")]);
    given(&mut wu, &mut zhou, hers);
    zhou.ask(Person { id: mine });
    assert_eq!(zhou.ask(Persons { query: PersonQuery::default() }).total, 2, "the list is there");
    let asked = zhou.call(Person { id: hers }).unwrap_err();
    assert_eq!((asked.code, asked.field), (Code::ReasonNeeded, Some(hers.to_string())), "and whose file it is, by its id");
    for refused in [zhou.refuses(RevealIdNumber { id: hers }), zhou.refuses(ExportRecord { id: hers })] {
        assert_eq!(refused, Code::ReasonNeeded);
    }
    let line = zhou.ask(PersonLine { id: hers });
    assert_eq!((line.name.as_str(), line.area_name.is_empty()), ("周小树", false), "whoever is asked sees whose file it is, as in the list");
    assert!(waits(&zhou.core).is_empty(), "what was not shown is not put down");
    zhou.ask(OpenFile { id: hers, reason: Reason::Cover });
    assert_eq!(zhou.ask(Person { id: hers }).item.name, "周小树");
    zhou.ask(RevealIdNumber { id: hers });
    // Not asked again that day, but the next.
    zhou.ask(Person { id: hers });
    let told = [("opened", "cover"), ("id_number", "")].map(|(what, why)| (what.to_owned(), why.to_owned()));
    assert_eq!(words(&zhou.core), told);
    zhou.clock.pass(DAY);
    assert_eq!(zhou.refuses(Person { id: hers }), Code::ReasonNeeded);
    // Who stands at the door records her visit; that is the reason, and the child is one of hers from then on.
    let draft = zhou.ask(StartVisit { person: hers, form: None, correct: None });
    assert_eq!(words(&zhou.core).last(), Some(&("opened".to_owned(), "visit".to_owned())));
    let form = draft.form.name.clone();
    for (question, value) in answers(&form) {
        zhou.ask(Answer { draft: draft.id, question, value });
    }
    let visit = zhou.ask(FinishDraft { draft: draft.id, sure: false });
    zhou.clock.pass(DAY);
    zhou.ask(Person { id: hers });
    zhou.ask(Visit { id: visit });
    assert_eq!(waits(&zhou.core).len(), 3);
}

#[test]
fn a_matter_of_a_colleagues_file_is_read_with_a_reason_and_tells_nothing_through_another() {
    let (mut wu, mut zhou) = (colleague(staff("S0021", "吴社工", Role::SocialWorker, TOWN)), colleague(zhou()));
    let (mine, hers) = (zhou.new_file("陈小满", &[(SOCIAL, "social_case")]), wu.new_file("周小树", &[(SOCIAL, "social_case")]));
    let mut visit = answers("social-visit@1");
    visit.insert("note".into(), "不能给别人看的话".into());
    let visit = wu.ask(NewVisit { person: hers, form: "social-visit@1".into(), answers: visit, sure: true });
    let need = [("title", "care"), ("reason", "住院"), ("to_unit", "社工站"), ("consent", "self")];
    let need = need.map(|(question, value)| (question.to_owned(), domain::Value::from(value)));
    let new = NewMatter { kind: "referral".into(), person: Some(hers), area: None, answers: need.into(), charge: None, links: vec![] };
    let matter = wu.ask(new);
    for id in [hers, visit, matter] {
        given(&mut wu, &mut zhou, id);
    }
    assert_eq!(zhou.refuses(Matter { id: matter }), Code::ReasonNeeded);
    assert_eq!(zhou.refuses(StartStep { id: matter, stage: None }), Code::ReasonNeeded, "it would show the answers");
    let start = |person| StartMatter { kind: "alert".into(), person: Some(person), area: None, answers: Default::default(), source: Some(visit) };
    assert!(!zhou.ask(start(mine)).answers.contains_key("note"), "what a visit says goes to no other file");
    assert!(waits(&zhou.core).is_empty());
    // Whoever writes something down about her is put down, as whoever visits.
    zhou.ask(start(hers));
    assert_eq!(words(&zhou.core), [("opened".to_owned(), "visit".to_owned())]);
}

#[test]
fn a_supervisors_daily_work_asks_nothing_and_who_supervises_a_county_is_put_down_once_a_day() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let mut he = Device::of(staff("S0030", "何区民政", Role::CountyOfficer, "990101"));
    let id = li.new_file("陈小满", &[]);
    let visit = li.ask(NewVisit { person: id, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    for device in [&mut wang, &mut he] {
        given(&mut li, device, id);
        given(&mut li, device, visit);
        for _ in 0..2 {
            device.ask(Visit { id: visit });
            device.ask(Person { id });
        }
    }
    li.ask(Person { id });
    assert!(waits(&li.core).is_empty() && waits(&wang.core).is_empty());
    assert_eq!(words(&he.core), [("opened".to_owned(), "duty".to_owned())]);
}

#[test]
fn what_was_put_down_is_told_until_the_server_has_it_and_again_to_a_restored_one() {
    let mut li = Device::of(li());
    let id = li.new_file("陈小满", &[]);
    for _ in 0..3 {
        li.clock.pass(1);
        li.ask(ExportRecord { id });
    }
    let sent = prepare(&li.core).unwrap();
    assert_eq!(sent.request.log.len(), 3);
    // An older server says nothing of it; a bounded one takes two.
    let answer = reply(&li, 0, None);
    take_in(&mut li.core, &sent, answer).unwrap();
    assert_eq!(waits(&li.core), sent.request.log);
    let answer = reply(&li, 2, None);
    take_in(&mut li.core, &sent, answer).unwrap();
    assert_eq!(waits(&li.core), sent.request.log[2..]);
    let answer = SyncReply { epoch: 8, ..reply(&li, 1, None) };
    let sent = prepare(&li.core).unwrap();
    take_in(&mut li.core, &sent, answer).unwrap();
    assert_eq!(waits(&li.core).len(), 3, "it may have lost what it had");
}

/// Puts the same home under another name, as after a wipe or a forgotten PIN.
fn enrolled_anew(device: Device, me: domain::staff::Staff) -> Device {
    let Device { mut core, clock, folder } = device.killed();
    // A forgotten PIN leaves the key file until the server took a new code.
    let joining = core.joining().or_else(|_| core.joining_anew().map(|(joining, _)| joining)).unwrap();
    core.finish_enrol(&joining, PIN, "https://nuanfang.example", "nuanfang.example", 7, reference(me)).unwrap();
    Device { core, clock, folder }
}

#[test]
fn neither_a_wipe_nor_a_new_enrolment_destroys_what_was_not_told() {
    for wiped in [true, false] {
        let mut li = Device::of(li());
        let id = li.new_file("陈小满", &[]);
        li.ask(ExportRecord { id });
        let (old, told) = (li.core.secret().unwrap().device, waits(&li.core));
        let aside = std::fs::read_to_string(li.folder.path().join("access.json")).unwrap();
        assert!(!aside.contains("陈小满"), "ids and codes: {aside}");
        if wiped {
            li.core.wipe().unwrap();
        } else {
            li.ask(Lock {});
        }
        let mut zhao = enrolled_anew(li, zhao());
        let inherited = waits(&zhao.core);
        assert_eq!((inherited.len(), inherited[0].device), (1, Some(old)), "as that device's");
        assert_eq!((inherited[0].at, inherited[0].record, &inherited[0].what), (told[0].at, id, &told[0].what));
        // Opened again it is there once; told, it lies nowhere any more.
        zhao = zhao.killed();
        zhao.ask(Unlock { pin: PIN.into() });
        let sent = prepare(&zhao.core).unwrap();
        assert_eq!(sent.request.log, inherited);
        let answer = reply(&zhao, 1, None);
        take_in(&mut zhao.core, &sent, answer).unwrap();
        assert!(waits(&zhao.core).is_empty() && !zhao.files().contains(&"access.json".to_owned()), "{:?}", zhao.files());
        zhao.core.wipe().unwrap();
        assert!(!zhao.files().iter().any(|f| f.starts_with("access")), "a wipe leaves nothing where all was told");
    }
}

#[test]
fn a_device_enrolled_in_her_name_is_told_until_she_knows_it() {
    let mut li = Device::of(li());
    let (own, now) = (li.core.secret().unwrap().device, li.core.env().now());
    let device = |n: u8, enrolled: i64| OwnDevice { device: DeviceId::new(1, [n; 10]), label: format!("手机{n}"), enrolled: Timestamp(enrolled) };
    let mut known = reference(crate::village::li());
    known.devices = vec![device(1, now.0 - DAY), OwnDevice { device: own, ..device(2, now.0) }, device(3, now.0 + 1)];
    let sent = prepare(&li.core).unwrap();
    let answer = reply(&li, 0, Some(known));
    take_in(&mut li.core, &sent, answer).unwrap();
    assert_eq!(li.ask(Status {}).messages, 1);
    let messages = li.ask(Inbox {});
    let about = About::NewDevice { device: DeviceId::new(1, [3; 10]), label: "手机3".into() };
    assert_eq!(messages.iter().map(|m| &m.about).collect::<Vec<_>>(), [&about], "not her own, nor one from before it");
    assert_eq!((li.ask(Status {}).messages, li.ask(Inbox {}).len()), (0, 1), "seen, and still there");
    li.ask(KnowDevice { device: DeviceId::new(1, [3; 10]) });
    assert!(li.ask(Inbox {}).is_empty());
}
