use crate::village::*;
use domain::api::*;
use domain::form::Answers;
use domain::{Code, Role};

#[test]
fn a_director_decides_nothing_that_is_her_supervisors() {
    let mut li = Device::of(li());
    let id = li.new_file("陈小满", &[]);
    assert_eq!(li.refuses(EditPerson { id, edits: vec![edit("status.state", "closed")] }), Code::NeedsSupervisor);
    assert_eq!(li.refuses(EditPerson { id, edits: vec![edit("area.code", WILLOW)] }), Code::NeedsSupervisor);
    let elsewhere = NewPerson { area: WILLOW.parse().unwrap(), ..new_person("周小树", &[]) };
    assert_eq!(li.refuses(elsewhere), Code::NotAllowed);
    let town = NewPerson { area: TOWN.parse().unwrap(), ..new_person("周小树", &[]) };
    assert_eq!(li.refuses(town), Code::BadValue);
    assert!(li.ask(ReviewQueue {}).is_empty());
}

#[test]
fn a_supervisor_closes_and_moves_a_file_within_her_town() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let id = li.new_file("陈小满", &[]);
    li.send_to(&mut wang);
    assert_eq!(wang.refuses(EditPerson { id, edits: vec![edit("area.code", "990101002201")] }), Code::NotAllowed);
    wang.ask(EditPerson { id, edits: vec![edit("area.code", WILLOW), edit("status.state", "closed"), edit("status.reason", "转出")] });
    assert_eq!(wang.ask(Persons { query: PersonQuery::default() }).total, 0);
    let closed = wang.ask(Persons { query: PersonQuery { closed: true, area: Some(WILLOW.parse().unwrap()), ..Default::default() } });
    assert_eq!(closed.rows.first().map(|r| r.area_name.as_str()), Some("柳河村"));
    assert_eq!(closed.rows.first().and_then(|r| r.due.clone()), None);
}

#[test]
fn other_programmes_and_offices_write_nothing() {
    let mut li = Device::of(li());
    let id = li.new_file("陈小满", &[]);
    for stranger in [sun(), staff("S0009", "钱管理员", Role::Administrator, "990101"), staff("S0010", "吴志愿者", Role::Volunteer, COPPER)] {
        let mut device = Device::of(stranger);
        let (area, record) = li.core.transact(client::store::Durability::Batch, |w| Ok((w.area_of(id)?, w.record(id)?))).unwrap().0;
        device.core.transact(client::store::Durability::Batch, |w| w.take_in(&record, &area, &record.row().unwrap())).unwrap();
        assert_eq!(device.refuses(EditPerson { id, edits: vec![edit("contact.phone", "13800000001")] }), Code::NotAllowed);
        assert_eq!(
            device.refuses(NewVisit { person: id, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false }),
            Code::NotAllowed
        );
        assert_eq!(device.refuses(RevealIdNumber { id }), Code::NotAllowed);
        assert!(device.ask(Person { id }).may_amend.is_empty());
    }
    assert_eq!(li.refuses(NewVisit { person: id, form: "elder-visit@s2".into(), answers: Answers::new(), sure: false }), Code::NotAllowed);
}
