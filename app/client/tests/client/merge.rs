use crate::village::*;
use domain::api::*;
use domain::{Code, RecordId};

fn two_directors() -> (Device, Device, RecordId) {
    let (mut li, mut zhao) = (Device::of(li()), Device::of(zhao()));
    let id = li.new_file("陈小满", &[("contact.address", "桥头巷七号")]);
    li.send_to(&mut zhao);
    (li, zhao, id)
}

fn exchange(a: &mut Device, b: &mut Device) {
    a.send_to(b);
    b.send_to(a);
}

#[test]
fn edits_to_different_fields_both_survive() {
    let (mut li, mut zhao, id) = two_directors();
    li.ask(EditPerson { id, edits: vec![edit("contact.phone", "13800000001")] });
    zhao.ask(EditPerson { id, edits: vec![edit("contact.address", "东街三号")] });
    exchange(&mut li, &mut zhao);
    for device in [&mut li, &mut zhao] {
        let file = device.ask(Person { id });
        assert_eq!((file.fields["contact.phone"].text(), file.fields["contact.address"].text()), (Some("13800000001"), Some("东街三号")));
        assert!(file.conflicts.is_empty() && !file.item.pending);
    }
}

#[test]
fn two_values_of_one_field_stay_until_somebody_chooses() {
    let (mut li, mut zhao, id) = two_directors();
    li.ask(EditPerson { id, edits: vec![edit("contact.address", "西街一号")] });
    zhao.ask(EditPerson { id, edits: vec![edit("contact.address", "东街三号")] });
    exchange(&mut li, &mut zhao);
    let (mine, theirs) = (li.ask(Conflicts {}), zhao.ask(Conflicts {}));
    let shown = |c: &[Conflict]| c[0].values.iter().map(|v| (v.shown.clone(), v.by.clone())).collect::<Vec<_>>();
    assert_eq!(shown(&mine), shown(&theirs), "in the same order on every device");
    assert_eq!((mine[0].path.as_str(), mine[0].name.as_str(), mine[0].may_settle), ("contact.address", "陈小满", true));
    assert_eq!(mine[0].values.iter().filter(|v| v.mine).map(|v| v.by.as_str()).collect::<Vec<_>>(), ["李主任"]);
    assert_eq!((li.ask(Status {}).conflicts, li.ask(Status {}).messages), (1, 1));
    assert_eq!(li.ask(Inbox {}).len(), 1);
    assert_eq!(li.ask(Status {}).messages, 0, "seen");
    let take = mine[0].values.iter().position(|v| v.shown == "东街三号").unwrap();
    assert_eq!(li.refuses(Resolve { id, path: "contact.address".into(), take: 9 }), Code::BadValue);
    li.ask(Resolve { id, path: "contact.address".into(), take });
    li.send_to(&mut zhao);
    for device in [&mut li, &mut zhao] {
        assert_eq!(device.ask(Person { id }).fields["contact.address"].text(), Some("东街三号"));
        assert_eq!((device.ask(Status {}).conflicts, device.ask(Conflicts {}).len(), device.ask(Inbox {}).len()), (0, 0, 0));
    }
}

#[test]
fn two_values_of_the_risk_are_for_the_supervisor() {
    let (mut li, mut zhao, id) = two_directors();
    let mut wang = Device::of(wang());
    li.ask(EditPerson { id, edits: vec![edit("risk.level", "high")] });
    zhao.ask(EditPerson { id, edits: vec![edit("risk.level", "low")] });
    exchange(&mut li, &mut zhao);
    let conflict = li.ask(Conflicts {}).remove(0);
    assert_eq!((conflict.path.as_str(), conflict.may_settle), ("risk.level", false));
    assert!(conflict.values.iter().any(|v| v.shown == "高风险"));
    assert_eq!(li.refuses(Resolve { id, path: "risk.level".into(), take: 0 }), Code::NeedsSupervisor);
    assert_eq!(li.refuses(EditPerson { id, edits: vec![edit("risk.level", "medium")] }), Code::NeedsSupervisor);
    let (area, record) = li.core.transact(client::store::Durability::Batch, |w| Ok((w.area_of(id)?, w.record(id)?))).unwrap().0;
    wang.core.transact(client::store::Durability::Batch, |w| w.take_in(&record, &area, &record.row().unwrap())).unwrap();
    assert!(wang.ask(Conflicts {}).remove(0).may_settle);
    wang.ask(Resolve { id, path: "risk.level".into(), take: 0 });
    assert!(wang.ask(Conflicts {}).is_empty());
}

#[test]
fn a_record_that_comes_again_keeps_what_was_not_sent() {
    let (mut li, mut zhao, id) = two_directors();
    li.ask(EditPerson { id, edits: vec![edit("contact.phone", "13800000001")] });
    zhao.ask(EditPerson { id, edits: vec![edit("contact.address", "东街三号")] });
    let (area, theirs) = zhao.core.transact(client::store::Durability::Batch, |w| Ok((w.area_of(id)?, w.record(id)?))).unwrap().0;
    li.core.transact(client::store::Durability::Batch, |w| w.take_in(&theirs, &area, &theirs.row().unwrap())).unwrap();
    let file = li.ask(Person { id });
    assert_eq!((file.fields["contact.phone"].text(), file.fields["contact.address"].text()), (Some("13800000001"), Some("东街三号")));
    assert_eq!(li.ask(Status {}).pending, 1);
    li.core.transact(client::store::Durability::Batch, |w| w.drop_record(id)).unwrap();
    assert_eq!(li.refuses(Person { id }), Code::NotFound);
    assert_eq!((li.ask(Persons { query: PersonQuery::default() }).total, li.ask(Status {}).pending), (0, 1));
}
