//! The day of a visit: said, put right, asked about; and what a wrong clock may not do.
use crate::village::*;
use client::store::{Durability, meta};
use domain::api::*;
use domain::form::Answers;
use domain::visit::{Decision, VisitState};
use domain::{Code, RecordId, Timestamp, Value};

fn visit(person: RecordId, more: &[(&str, &str)], sure: bool) -> NewVisit {
    let mut all = answers("child-visit@s2");
    all.extend(more.iter().map(|(question, value)| ((*question).to_owned(), Value::from(*value))));
    NewVisit { person, form: "child-visit@s2".into(), answers: all, sure }
}

fn amend(visit: RecordId, more: &[(&str, &str)]) -> AmendVisit {
    let answers: Answers = more.iter().map(|(question, value)| ((*question).to_owned(), Value::from(*value))).collect();
    AmendVisit { visit, answers }
}

fn due(device: &mut Device, person: RecordId) -> String {
    device.ask(Person { id: person }).item.due.unwrap().date.to_string()
}

/// The server's clock was right and this device's, too, when they last spoke.
fn synced(device: &mut Device) {
    let now = client::Env::now(&device.clock);
    device.core.transact(Durability::Batch, |w| meta::put(w.db, meta::HEARD, &(now, now))).unwrap();
}

#[test]
fn a_visit_of_thursday_is_entered_on_saturday() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let child = li.new_file("陈小满", &[]);
    let thursday = li.ask(visit(child, &[("when", "2026-11-19")], false));
    let item = li.ask(Visit { id: thursday });
    assert_eq!((item.item.day.to_string(), item.entered.map(|d| d.to_string())), ("2026-11-19".into(), Some("2026-11-21".into())));
    assert_eq!((due(&mut li, child), li.ask(Today {}).visited_today), ("2027-02-17".into(), 0));
    li.send_to(&mut wang);
    assert_eq!((due(&mut wang, child), wang.ask(AreaSummary {})[0].visited), ("2027-02-17".into(), 1));
    // One that is of the moment says nothing beside its day.
    let now = li.ask(visit(child, &[], false));
    assert_eq!((li.ask(Visit { id: now }).entered, li.ask(Today {}).visited_today), (None, 1));
    // Not one to come, none from before the county's time, none that is no day.
    for (day, code) in [("2026-11-22", Code::VisitAhead), ("2026-09-21", Code::VisitTooOld), ("2026-02-30", Code::BadDate)] {
        assert_eq!(li.refuses(visit(child, &[("when", day)], true)), code, "{day}");
        assert_eq!(li.refuses(amend(thursday, &[("when", day)])), code, "{day}");
    }
    li.ask(visit(child, &[("when", "2026-09-22")], false));
}

#[test]
fn a_month_without_a_visit_gets_one_when_its_day_is_put_right_and_both_days_stay_in_the_history() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let child = li.new_file("陈小满", &[]);
    let id = li.ask(visit(child, &[("when", "2026-10-30")], false));
    li.send_to(&mut wang);
    assert_eq!(wang.ask(AreaSummary {})[0].visited, 0);
    li.ask(amend(id, &[("when", "2026-11-02")]));
    li.send_to(&mut wang);
    assert_eq!((wang.ask(AreaSummary {})[0].visited, due(&mut wang, child)), (1, "2027-01-31".into()));
    let record = wang.core.view().unwrap().record(id).unwrap();
    let first = record.changes()[0].hash;
    let was = record.at(&[first]).unwrap().visit().unwrap().at.day().to_string();
    assert_eq!((was, record.visit().unwrap().at.day().to_string()), ("2026-10-30".into(), "2026-11-02".into()));
    // Nothing of it among the answers, also for programs that do not know of days.
    assert!(!record.visit().unwrap().answers.contains_key("when"));
}

#[test]
fn a_visit_by_a_clock_a_year_ahead_puts_nothing_off_and_can_be_put_right() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[]);
    li.ask(visit(child, &[], false));
    let before = due(&mut li, child);
    li.clock.pass(365 * DAY);
    let ahead = li.ask(visit(child, &[], true));
    li.clock.pass(-365 * DAY);
    assert_eq!(due(&mut li, child), before, "the day that has not come counts for nothing");
    assert_eq!((li.ask(Person { id: child }).item.last.unwrap().day.to_string(), li.ask(Today {}).visited_today), ("2026-11-21".into(), 1));
    for days in [20, 60] {
        li.clock.pass(days * DAY);
        li.ask(EditPerson { id: child, edits: vec![edit("contact.address", &format!("3组{days}号"))] });
        assert_eq!(due(&mut li, child), before, "nor at any later write");
    }
    li.clock.pass(-80 * DAY);
    li.ask(amend(ahead, &[("when", "2026-11-20")]));
    assert_eq!((due(&mut li, child), li.ask(Visit { id: ahead }).item.day.to_string()), (before, "2026-11-20".into()));
    // Visits of colleagues whose clocks are ahead count from their day on, without anybody writing.
    li.clock.pass(DAY);
    let tomorrow = Timestamp(client::Env::now(&li.clock).0 + DAY).day().to_string();
    li.clock.pass(DAY);
    let early = li.ask(visit(child, &[], false));
    li.clock.pass(-DAY);
    assert_eq!(li.ask(Visit { id: early }).item.day.to_string(), tomorrow);
    assert_eq!(due(&mut li, child), "2027-02-19");
    li.clock.pass(DAY);
    assert_eq!(due(&mut li, child), "2027-02-21");
}

#[test]
fn a_clock_that_can_hardly_be_right_is_asked_about_before_a_visit_is_saved() {
    // By how much the clock is changed after the sync, and whether that is asked about: a device may be alone for weeks.
    for (days, asked) in [(-400, true), (-1, true), (0, false), (30, false), (89, false), (91, true), (365, true)] {
        let mut li = Device::of(li());
        let child = li.new_file("陈小满", &[]);
        synced(&mut li);
        li.clock.pass(days * DAY);
        if asked {
            assert_eq!(li.refuses(visit(child, &[], false)), Code::ClockDoubt, "{days}");
            // The day itself is known to her, whatever the clock says.
            li.ask(visit(child, &[("when", "2026-11-20")], false));
        }
        li.ask(visit(child, &[], asked));
    }
    // Off already when it last heard the server, and not put right since: then it is asked; put right, it is not.
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[]);
    let now = client::Env::now(&li.clock);
    li.core.transact(Durability::Batch, |w| meta::put(w.db, meta::HEARD, &(Timestamp(now.0 - 20 * DAY), now))).unwrap();
    li.clock.pass(DAY);
    assert_eq!(li.call(visit(child, &[], false)).unwrap_err().field.as_deref(), Some("2026-11-22"));
    li.clock.pass(-20 * DAY);
    li.ask(visit(child, &[], false));
}

#[test]
fn a_draft_begun_on_one_day_and_finished_on_another_asks_for_its_day() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[]);
    let draft = li.ask(StartVisit { person: child, form: None, correct: None });
    assert_eq!((draft.screen.day.to_string(), draft.screen.asks_day), ("2026-11-21".into(), false));
    for (question, value) in answers("child-visit@s2") {
        li.ask(Answer { draft: draft.id, question, value });
    }
    li.clock.pass(10 * DAY);
    let left = li.ask(OpenDraft { draft: draft.id });
    assert_eq!((left.screen.day.to_string(), left.screen.asks_day), ("2026-11-21".into(), true));
    assert_eq!((left.days.0.to_string(), left.days.1.to_string()), ("2026-09-22".into(), "2026-12-01".into()));
    let say = |day: Value| Answer { draft: draft.id, question: "when".into(), value: day };
    assert_eq!(li.refuses(say("2026-12-02".into())), Code::VisitAhead);
    let said = li.ask(say("2026-11-30".into()));
    assert_eq!((said.day.to_string(), said.asks_day), ("2026-11-30".into(), false));
    let mut li = li.killed();
    li.ask(Unlock { pin: PIN.into() });
    let id = li.ask(FinishDraft { draft: draft.id, sure: false });
    assert_eq!(li.ask(Visit { id }).item.day.to_string(), "2026-11-30");
    // A correction begins with the visit's day.
    let correction = li.ask(StartVisit { person: child, form: None, correct: Some(id) });
    assert_eq!((correction.screen.day.to_string(), correction.screen.asks_day), ("2026-11-30".into(), false));
    li.ask(Answer { draft: correction.id, question: "when".into(), value: "2026-11-29".into() });
    li.ask(FinishDraft { draft: correction.id, sure: false });
    assert_eq!(li.ask(Visit { id }).item.day.to_string(), "2026-11-29");
}

#[test]
fn an_agreed_day_that_has_passed_keeps_nothing_from_being_put_right() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let child = li.new_file("陈小满", &[]);
    assert_eq!(li.call(visit(child, &[("next_date", "2026-11-20")], false)).unwrap_err().field.as_deref(), Some("next_date"));
    let id = li.ask(visit(child, &[("next_date", "2026-11-28")], false));
    li.send_to(&mut wang);
    li.clock.pass(8 * DAY);
    wang.clock.pass(8 * DAY);
    li.ask(amend(id, &[("note", "祖母腿伤，村医来过")]));
    li.ask(amend(id, &[("kind", "phone")]));
    // What changes is asked, by the visit's own day.
    assert_eq!(li.refuses(amend(id, &[("next_date", "2026-11-20")])), Code::FormIncomplete);
    li.ask(amend(id, &[("next_date", "2026-11-25")]));
    li.send_to(&mut wang);
    let item = wang.ask(ReviewQueue {}).remove(0);
    let review = Review { visit: id, heads: item.heads, decision: Decision::Returned, comment: "请写明学校".into(), fields: Default::default() };
    wang.ask(review);
    wang.send_to(&mut li);
    assert_eq!(li.ask(Visit { id }).item.state, VisitState::Returned);
    let draft = li.ask(StartVisit { person: child, form: None, correct: Some(id) });
    assert_eq!(draft.screen.problems().count(), 0);
    li.ask(Answer { draft: draft.id, question: "note".into(), value: "铜都小学".into() });
    li.ask(FinishDraft { draft: draft.id, sure: false });
    assert_eq!(li.ask(Visits { person: Some(child), limit: 0 })[0].note, "铜都小学");
    // One entered for an earlier day may name a day between the two.
    li.ask(visit(child, &[("when", "2026-11-24"), ("next_date", "2026-11-27")], false));
}

#[test]
fn a_visit_to_a_closed_file_is_asked_about() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let child = li.new_file("陈小满", &[]);
    li.send_to(&mut wang);
    let draft = li.ask(StartVisit { person: child, form: None, correct: None });
    for (question, value) in answers("child-visit@s2") {
        li.ask(Answer { draft: draft.id, question, value });
    }
    wang.ask(EditPerson { id: child, edits: vec![edit("status.state", "closed"), edit("status.reason", "迁出")] });
    wang.send_to(&mut li);
    assert_eq!(li.refuses(visit(child, &[], false)), Code::FileClosed);
    assert_eq!(li.refuses(FinishDraft { draft: draft.id, sure: false }), Code::FileClosed);
    assert_eq!(li.ask(Drafts {}).len(), 1, "nothing is lost by being asked");
    li.ask(FinishDraft { draft: draft.id, sure: true });
    li.ask(visit(child, &[], true));
}

#[test]
fn two_people_who_put_one_day_right_at_once_leave_both_days_to_be_chosen_from() {
    let (mut li, mut zhao) = (Device::of(li()), Device::of(zhao()));
    let child = li.new_file("陈小满", &[]);
    let id = li.ask(visit(child, &[], false));
    li.send_to(&mut zhao);
    li.ask(amend(id, &[("when", "2026-11-19")]));
    zhao.ask(amend(id, &[("when", "2026-11-20")]));
    li.send_to(&mut zhao);
    zhao.send_to(&mut li);
    let conflict = li.ask(Conflicts {}).remove(0);
    assert_eq!((conflict.path.as_str(), conflict.values.len()), ("answers.when", 2));
    let take = conflict.values.iter().position(|v| v.shown == "2026-11-19").unwrap();
    li.ask(Resolve { id, path: conflict.path, take });
    li.send_to(&mut zhao);
    for device in [&mut li, &mut zhao] {
        assert_eq!((device.ask(Conflicts {}).len(), device.ask(Visit { id }).item.day.to_string()), (0, "2026-11-19".into()));
    }
}

#[test]
fn a_visit_that_is_entered_late_waits_for_review_from_then_on() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let child = li.new_file("陈小满", &[]);
    let late = li.ask(visit(child, &[("when", "2026-09-25")], false));
    li.send_to(&mut wang);
    assert_eq!((wang.ask(ReviewQueue {}).len(), wang.ask(Status {}).to_review), (1, 1));
    assert_eq!(wang.ask(ReviewQueue {})[0].visit.id, late);
    wang.clock.pass(32 * DAY);
    assert_eq!((wang.ask(ReviewQueue {}).len(), wang.ask(Status {}).to_review), (0, 0));
}
