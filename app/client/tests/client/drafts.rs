use crate::village::*;
use client::store::Durability;
use domain::api::*;
use domain::form::ANEW;
use domain::visit::VisitState;
use domain::{Code, Value};

fn start(person: domain::RecordId) -> StartVisit {
    StartVisit { person, form: None, correct: None }
}

#[test]
fn every_answer_survives_a_kill_in_the_middle() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    let draft = device.ask(start(id));
    assert_eq!(draft.form.name, "child-visit@s2");
    let all = answers("child-visit@s2");
    for (question, value) in all.iter().take(3) {
        device.ask(Answer { draft: draft.id, question: question.clone(), value: value.clone() });
        device = device.killed();
        device.ask(Unlock { pin: PIN.into() });
    }
    let again = device.ask(OpenDraft { draft: draft.id });
    assert_eq!(again.answers, all.iter().take(3).map(|(q, v)| (q.clone(), v.clone())).collect());
    assert_eq!(device.ask(start(id)).id, draft.id, "goes on with the unfinished one");
    assert_eq!(device.ask(Drafts {}).first().map(|d| (d.answered, d.name.clone())), Some((3, "陈小满".to_owned())));
    let item = device.ask(Person { id }).item;
    assert_eq!(item.draft, Some(draft.id));
}

#[test]
fn a_visit_is_finished_when_nothing_is_open() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    let draft = device.ask(start(id)).id;
    let failure = device.call(FinishDraft { draft, sure: false }).unwrap_err();
    assert_eq!((failure.code, failure.field.is_some()), (Code::FormIncomplete, true));
    assert_eq!(device.refuses(Answer { draft, question: "no_such_question".into(), value: true.into() }), Code::UnknownField);
    for (question, value) in answers("child-visit@s2") {
        device.ask(Answer { draft, question, value });
    }
    device.ask(Answer { draft, question: "note".into(), value: "奶奶腿疼".into() });
    let visit = device.ask(FinishDraft { draft, sure: false });
    assert!(device.ask(Drafts {}).is_empty());
    let shown = device.ask(Visit { id: visit });
    assert_eq!((shown.item.state, shown.item.by.as_str(), shown.item.name.as_str()), (VisitState::Saved, "李主任", "陈小满"));
    assert!(shown.lines.iter().any(|l| l.now == "奶奶腿疼"));
    assert_eq!(device.ask(Status {}).pending, 2);
    assert_eq!(device.ask(Today {}).visited_today, 1);
}

#[test]
fn the_last_visit_is_carried_over_and_only_differences_are_entered() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    device.ask(NewVisit { person: id, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    device.clock.pass(7 * DAY);
    let draft = device.ask(start(id));
    assert!(draft.answers.is_empty() && !draft.last.is_empty());
    assert_eq!(draft.last_day, Some("2026-11-21".parse().unwrap()));
    let (question, value) = draft.last.iter().next_back().map(|(q, v)| (q.clone(), v.clone())).unwrap();
    device.ask(Answer { draft: draft.id, question: question.clone(), value: value.clone() });
    let same = device.ask(SameAsLast { draft: draft.id });
    let mut taken = draft.last.clone();
    taken.remove(&question);
    assert_eq!(same.given, taken, "what the core gave, and nothing else");
    assert_eq!(device.ask(OpenDraft { draft: draft.id }).answers, draft.last);
    device.ask(Answer { draft: draft.id, question: question.clone(), value: Value::Null });
    assert!(!device.ask(OpenDraft { draft: draft.id }).answers.contains_key(&question));
    device.ask(DiscardDraft { draft: draft.id });
    assert_eq!(device.refuses(OpenDraft { draft: draft.id }), Code::NotFound);
}

#[test]
fn a_visit_as_last_time_goes_on_so_after_a_kill_and_asks_again_what_was_worrying() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    let mut worrying = answers("child-visit@s2");
    worrying.insert("care".into(), "absent".into());
    let visit = device.ask(NewVisit { person: id, form: "child-visit@s2".into(), answers: worrying, sure: false });
    device.clock.pass(7 * DAY);
    let draft = device.ask(start(id));
    assert_ne!(draft.screen.parts[0].id, ANEW);
    assert_eq!(draft.last["care"], "absent".into(), "it is shown beside the question");
    let same = device.ask(SameAsLast { draft: draft.id });
    assert!(same.parts[0].id == ANEW && !same.given.contains_key("care") && same.given.contains_key("school"));
    device = device.killed();
    device.ask(Unlock { pin: PIN.into() });
    let again = device.ask(start(id));
    assert_eq!((again.screen.parts, again.answers), (same.parts, same.given));
    // A correction shows one part after the other as ever.
    let correction = device.ask(StartVisit { person: id, form: None, correct: Some(visit) }).id;
    assert_ne!(device.ask(SameAsLast { draft: correction }).parts[0].id, ANEW);
}

#[test]
fn a_draft_of_a_form_unknown_here_is_kept() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    assert_eq!(device.refuses(StartVisit { person: id, form: Some("child-visit@99".into()), correct: None }), Code::UnknownForm);
    let draft = device.ask(start(id)).id;
    device.core.transact(Durability::Full, |w| Ok(w.db.execute("UPDATE drafts SET form = 'child-visit@99'", [])?)).unwrap();
    assert_eq!(device.refuses(OpenDraft { draft }), Code::UnknownForm);
    assert_eq!(device.refuses(FinishDraft { draft, sure: false }), Code::UnknownForm);
    assert_eq!(device.ask(Drafts {}).len(), 1);
}

#[test]
fn a_visit_and_assessments_are_filled_in_beside_each_other_and_show_what_they_came_to() {
    let mut device = Device::of(sun());
    let edits = [("identity.name", "老周"), ("categories.0192f0c1-2b3c-7def-8123-456789abcdef.code", "living_alone")];
    let edits = edits.map(|(path, value)| edit(path, value)).into();
    let id = device.ask(NewPerson { area: COPPER.parse().unwrap(), edits, another: true });
    let visit = device.ask(start(id));
    let begin = |form: &str| StartVisit { person: id, form: Some(form.into()), correct: None };
    let barthel = device.ask(begin("barthel"));
    assert_eq!((visit.form.name.as_str(), visit.title.is_none()), ("elder-visit@s2", true));
    assert_eq!((barthel.form.name.as_str(), barthel.title.is_some()), ("barthel@1", true));
    assert_eq!(device.ask(begin("barthel@1")).id, barthel.id, "goes on with the unfinished one of that form");
    assert_eq!(device.ask(start(id)).id, visit.id, "and the visit with its own");
    let file = device.ask(Person { id });
    assert_eq!(file.drafts.iter().map(|draft| (draft.id, draft.title.is_some())).collect::<Vec<_>>(), [(visit.id, false), (barthel.id, true)]);

    let fill = |device: &mut Device, draft, eat: &str| {
        let best = [("bathe", "5"), ("groom", "5"), ("dress", "10"), ("stool", "10"), ("urine", "10"), ("toilet", "10")];
        let more = [("transfer", "15"), ("walk", "15"), ("stairs", "10"), ("eat", eat)];
        for (question, value) in best.into_iter().chain(more) {
            device.ask(Answer { draft, question: question.into(), value: value.into() });
        }
        device.ask(FinishDraft { draft, sure: false })
    };
    let first = fill(&mut device, barthel.id, "10");
    assert_eq!(device.ask(Visit { id: first }).item.title.map(|title| title.zh), Some("日常生活能力（Barthel 指数）".to_owned()));
    device.clock.pass(40 * DAY);
    let again = device.ask(begin("barthel"));
    let second = fill(&mut device, again.id, "5");
    let found = device.ask(FilledForms { person: id, form: "barthel".into() });
    let came_to = |one: &FilledForm| (one.visit, one.score.unwrap(), one.level.as_ref().unwrap().zh.clone());
    assert_eq!(
        found.iter().map(came_to).collect::<Vec<_>>(),
        [(second, 95.0, "轻度受损（65–95）".to_owned()), (first, 100.0, "能力完好（100）".to_owned())]
    );
    let file = device.ask(Person { id });
    let of = |id: &str| file.forms.iter().find(|form| form.id == id).unwrap();
    assert_eq!(of("barthel").last.as_ref().map(|last| last.visit), Some(second));
    assert!(of("gbt-42195").offered && of("gbt-42195").last.is_none());
    assert!(file.forms.iter().all(|form| !["elder-visit", "child-risk", "school-visit"].contains(&form.id.as_str())), "what is hers to fill in");

    // Who may not fill it in reads what it came to; a director has nothing to do with an elder's.
    let mut wang = Device::of(li());
    assert_eq!(wang.refuses(StartVisit { person: id, form: Some("barthel".into()), correct: None }), Code::NotFound);
}
