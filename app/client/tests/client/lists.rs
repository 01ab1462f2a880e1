//! A county's own lists on a device.
use crate::village::*;
use client::store::Durability;
use domain::Code;
use domain::api::*;
use domain::policy::Policy;

const LISTS: &str = r#"[{"list": "risk", "name": "重点关注", "counts_as": "medium", "until": "2026-12-01"},
    {"list": "risk", "name": "红色", "counts_as": "high"},
    {"list": "closing_reason", "name": "迁出本县"}]"#;

fn publish(device: &mut Device, lists: &str) {
    let mut reference = reference(device.ask(Status {}).me.unwrap());
    reference.policy = Policy { lists: serde_json::from_str(lists).unwrap(), ..Policy::shipped() };
    assert_eq!(reference.policy.check(&|_| true), Ok(()));
    device.core.transact(Durability::Batch, |w| w.put_reference(reference)).unwrap();
}

#[test]
fn a_grade_is_said_in_the_countys_words_and_counts_as_the_county_says() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[("risk.level", "low")]);
    publish(&mut device, LISTS);
    let offered: Vec<String> = device.ask(Status {}).lists.into_iter().map(|e| e.name).collect();
    assert_eq!(offered, ["重点关注", "红色", "迁出本县"]);
    let said = |device: &mut Device| {
        let file = device.ask(Person { id });
        let text = |path: &str| file.fields.get(path).and_then(domain::Value::text).unwrap_or_default().to_owned();
        (file.item.risk.map(|r| r.code().to_owned()).unwrap_or_default(), text("risk.words"), text("risk.since"))
    };
    device.ask(EditPerson { id, edits: vec![edit("risk.level", "重点关注")] });
    assert_eq!(said(&mut device), ("medium".into(), "medium:重点关注".into(), "2026-11-21".into()));
    // What has ended is offered no more, and stays what was said; the code it counts as, said once more, changes nothing.
    device.clock.pass(20 * DAY);
    assert_eq!(device.ask(Status {}).lists.len(), 2);
    assert_eq!(device.refuses(EditPerson { id, edits: vec![edit("risk.level", "重点关注")] }), Code::BadValue);
    device.ask(EditPerson { id, edits: vec![edit("risk.level", "medium")] });
    assert_eq!(said(&mut device), ("medium".into(), "medium:重点关注".into(), "2026-11-21".into()));
    device.ask(EditPerson { id, edits: vec![edit("risk.level", "红色")] });
    assert_eq!(said(&mut device), ("high".into(), "high:红色".into(), "2026-12-11".into()));
    // A program of before says the code alone; words of another grade go, and none come by themselves.
    device.ask(EditPerson { id, edits: vec![edit("risk.level", "low")] });
    assert_eq!(said(&mut device), ("low".into(), String::new(), "2026-12-11".into()));
    assert_eq!(device.refuses(EditPerson { id, edits: vec![edit("risk.words", "high:红色")] }), Code::UnknownField);
    // A county without lists goes on as ever.
    publish(&mut device, "[]");
    assert!(device.ask(Status {}).lists.is_empty());
    device.ask(EditPerson { id, edits: vec![edit("risk.level", "medium")] });
    assert_eq!(said(&mut device).0, "medium");
}

#[test]
fn a_grade_of_which_two_people_said_different_words_is_left_to_a_supervisor_at_once() {
    let (mut one, mut other) = (Device::of(li()), Device::of(zhao()));
    let id = one.new_file("陈小满", &[("risk.level", "low")]);
    one.send_to(&mut other);
    let lists = r#"[{"list": "risk", "name": "橙色", "counts_as": "medium"}, {"list": "risk", "name": "黄色", "counts_as": "medium"}]"#;
    for (device, words) in [(&mut one, "橙色"), (&mut other, "黄色")] {
        publish(device, lists);
        device.ask(EditPerson { id, edits: vec![edit("risk.level", words)] });
    }
    other.send_to(&mut one);
    let open: Vec<String> = one.ask(Conflicts {}).into_iter().map(|c| c.path).collect();
    assert_eq!(open, ["risk.words"], "both count as the same grade");
    // The server would not take it from her: she is told before anything is called saved, at the field that she sees.
    let failure = one.call(EditPerson { id, edits: vec![edit("risk.level", "low")] }).unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (Code::NeedsSupervisor, Some("risk.level")));
}

#[test]
fn a_grade_and_the_countys_words_for_it_are_one_question() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let id = li.new_file("陈小满", &[("risk.level", "low")]);
    li.send_to(&mut wang);
    let lists = r#"[{"list": "risk", "name": "橙色", "counts_as": "medium"}, {"list": "risk", "name": "红色", "counts_as": "high"}]"#;
    for (device, words) in [(&mut li, "橙色"), (&mut wang, "红色")] {
        publish(device, lists);
        device.ask(EditPerson { id, edits: vec![edit("risk.level", words)] });
    }
    li.send_to(&mut wang);
    let open = wang.ask(Conflicts {});
    let shown: Vec<Vec<&str>> = open.iter().map(|c| c.values.iter().map(|v| v.shown.as_str()).collect()).collect();
    let take = shown[0].iter().position(|words| *words == "红色").unwrap();
    assert_eq!((open.len(), open[0].path.as_str(), shown[0].len()), (1, "risk.level", 2));
    assert_eq!((wang.ask(Person { id }).item.conflicts, wang.ask(Status {}).conflicts), (1, 1));
    wang.ask(Resolve { id, path: "risk.level".into(), take });
    let file = wang.ask(Person { id });
    assert!(file.conflicts.is_empty() && wang.ask(Conflicts {}).is_empty());
    assert_eq!((file.fields["risk.level"].clone(), file.fields["risk.words"].clone()), ("high".into(), "high:红色".into()));
}

#[test]
fn a_countys_word_that_goes_with_no_grade_in_question_is_seen_before_it_goes() {
    let (mut li, mut zhao, mut wang) = (Device::of(li()), Device::of(zhao()), Device::of(wang()));
    let id = li.new_file("陈小满", &[("risk.level", "low")]);
    let (record, area) = li.core.transact(Durability::Batch, |w| Ok((w.record(id)?, w.area_of(id)?))).unwrap().0;
    for other in [&mut zhao, &mut wang] {
        other.core.transact(Durability::Batch, |w| w.take_in(&record, &area, &record.row().unwrap())).unwrap();
    }
    let lists = r#"[{"list": "risk", "name": "橙色", "counts_as": "medium"}, {"list": "risk", "name": "黄色", "counts_as": "medium"},
        {"list": "risk", "name": "红色", "counts_as": "high"}]"#;
    for (device, words) in [(&mut li, "橙色"), (&mut zhao, "黄色"), (&mut wang, "红色")] {
        publish(device, lists);
        device.ask(EditPerson { id, edits: vec![edit("risk.level", words)] });
    }
    li.send_to(&mut wang);
    zhao.send_to(&mut wang);
    let open = wang.ask(Conflicts {});
    let asked: Vec<(&str, usize)> = open.iter().map(|c| (c.path.as_str(), c.values.len())).collect();
    assert_eq!(asked, [("risk.level", 2), ("risk.words", 3)]);
    let take = open[0].values.iter().position(|v| v.value == "medium".into()).unwrap();
    wang.ask(Resolve { id, path: "risk.level".into(), take });
    assert_eq!(wang.ask(Conflicts {}).into_iter().map(|c| c.path).collect::<Vec<_>>(), ["risk.words"]);
}
