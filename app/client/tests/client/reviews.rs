use crate::village::*;
use domain::api::*;
use domain::visit::{Decision, VisitState};
use domain::{Code, RecordId};

fn visited() -> (Device, Device, RecordId, RecordId) {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let visit = li.ask(NewVisit { person, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    li.send_to(&mut wang);
    (li, wang, person, visit)
}

fn decide(item: &ReviewItem, decision: Decision, comment: &str) -> Review {
    Review { visit: item.visit.id, heads: item.heads.clone(), decision, comment: comment.into(), fields: Default::default() }
}

fn state(device: &mut Device, visit: RecordId) -> VisitState {
    device.ask(Visit { id: visit }).item.state
}

#[test]
fn a_visit_is_returned_corrected_and_approved() {
    let (mut li, mut wang, person, visit) = visited();
    assert_eq!(state(&mut li, visit), VisitState::Uploaded);
    assert_eq!(wang.ask(Status {}).to_review, 1);
    let item = wang.ask(ReviewQueue {}).remove(0);
    assert_eq!((item.visit.id, item.visit.name.as_str(), item.visit.by.as_str()), (visit, "陈小满", "李主任"));
    assert!(li.ask(Visit { id: visit }).item.mine && !item.visit.mine, "by who she is, not by her name");
    assert!(wang.ask(Visit { id: visit }).may_review && !wang.ask(Visit { id: visit }).may_correct);
    assert_eq!(wang.refuses(decide(&item, Decision::Returned, " ")), Code::Required);
    wang.ask(decide(&item, Decision::Returned, "请写明学校"));
    assert!(wang.ask(ReviewQueue {}).is_empty());
    wang.send_to(&mut li);
    assert_eq!((state(&mut li, visit), li.ask(Status {}).messages), (VisitState::Returned, 1));
    assert!(matches!(&li.ask(Inbox {})[0].about, About::Returned { comment, by, .. } if comment == "请写明学校" && by == "王督导"));

    let draft = li.ask(StartVisit { person, form: None, correct: Some(visit) });
    assert_eq!(draft.comment.map(|c| c.comment).as_deref(), Some("请写明学校"));
    li.ask(Answer { draft: draft.id, question: "note".into(), value: "铜都小学".into() });
    assert_eq!(li.ask(FinishDraft { draft: draft.id, sure: false }), visit);
    assert_eq!(state(&mut li, visit), VisitState::Saved);
    assert!(li.ask(Inbox {}).is_empty());
    li.send_to(&mut wang);
    assert_eq!(wang.refuses(decide(&item, Decision::Approved, "")), Code::Changed);
    let item = wang.ask(ReviewQueue {}).remove(0);
    wang.clock.pass(60_000);
    wang.ask(decide(&item, Decision::Approved, ""));
    wang.send_to(&mut li);
    for device in [&mut li, &mut wang] {
        assert_eq!(state(device, visit), VisitState::Approved);
    }
    assert_eq!(li.ask(Visits { person: Some(person), limit: 0 })[0].note, "铜都小学");
}

#[test]
fn a_visit_changed_after_approval_says_so() {
    let (mut li, mut wang, person, visit) = visited();
    let item = wang.ask(ReviewQueue {}).remove(0);
    wang.ask(decide(&item, Decision::Approved, ""));
    wang.send_to(&mut li);
    let draft = li.ask(StartVisit { person, form: None, correct: Some(visit) }).id;
    li.ask(Answer { draft, question: "note".into(), value: "补记".into() });
    li.ask(FinishDraft { draft, sure: false });
    assert_eq!(state(&mut li, visit), VisitState::Changed);
    li.send_to(&mut wang);
    assert_eq!(state(&mut wang, visit), VisitState::Changed);
    assert!(matches!(wang.ask(Inbox {})[0].about, About::ChangedAfterApproval { visit: v } if v == visit));
    assert_eq!(wang.ask(ReviewQueue {}).len(), 1, "it waits again");
}

#[test]
fn nobody_reviews_her_own_visits_and_directors_none() {
    let (mut li, mut wang, person, visit) = visited();
    let heads = li.ask(Visit { id: visit }).heads;
    let approve = |visit, heads| Review { visit, heads, decision: Decision::Approved, comment: String::new(), fields: Default::default() };
    assert_eq!(li.refuses(approve(visit, heads)), Code::NotAllowed);
    let own = wang.ask(NewVisit { person, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    let heads = wang.ask(Visit { id: own }).heads;
    assert_eq!(wang.refuses(approve(own, heads)), Code::NotAllowed);
    assert_eq!(wang.ask(ReviewQueue {}).len(), 1);
}

#[test]
fn the_overview_counts_who_was_visited_this_month() {
    let (mut li, mut wang, ..) = visited();
    li.new_file("周小树", &[("risk.level", "high")]);
    li.send_to(&mut wang);
    let lines = wang.ask(AreaSummary {});
    let copper = lines.iter().find(|l| l.area.code.as_str() == COPPER).unwrap();
    assert_eq!((copper.files, copper.high, copper.visited, copper.targets, copper.town.as_str()), (2, 1, 1, 2, "东岭镇"));
    assert_eq!(copper.workers, ["李主任", "赵主任"]);
    assert_eq!(lines.len(), 2);
    assert_eq!(wang.ask(Areas {}).iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["铜都村", "柳河村"]);
}

#[test]
fn what_differs_is_worked_out_for_some_visits_at_a_time() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    for n in 0..30 {
        let person = li.new_file(&format!("孩子{n}"), &[]);
        li.ask(NewVisit { person, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    }
    li.send_to(&mut wang);
    let mut asked = Vec::new();
    loop {
        let queue = wang.ask(ReviewQueue {});
        assert_eq!(queue.len(), 30, "all wait, whatever is known of them");
        assert!(queue.iter().all(|item| item.compared == (item.changes > 0)), "against no visit before every answer is new");
        asked.push(queue.iter().filter(|item| item.compared).count());
        if asked.last() == Some(&30) {
            break;
        }
    }
    assert_eq!(asked, [12, 24, 30]);
}

#[test]
fn of_what_waits_high_risk_comes_first_and_then_the_newest() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    for (name, risk) in [("陈小满", "high"), ("周小雨", "low"), ("赵小禾", "medium"), ("钱小苗", "low"), ("孙小田", "high")] {
        let person = li.new_file(name, &[("risk.level", risk)]);
        li.ask(NewVisit { person, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: true });
        li.clock.pass(60_000);
    }
    li.send_to(&mut wang);
    let names: Vec<String> = wang.ask(ReviewQueue {}).into_iter().map(|item| item.person.name).collect();
    assert_eq!(names, ["孙小田", "陈小满", "赵小禾", "钱小苗", "周小雨"]);
}
