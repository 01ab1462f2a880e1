//! Matters on two devices: begun, moved, said something about, handed on, due.
use crate::village::*;
use domain::api::*;
use domain::form::Answers;
use domain::{Code, RecordId, Role, Value};
use std::collections::BTreeMap;

fn said(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(question, value)| ((*question).to_owned(), Value::from(*value))).collect()
}

fn need() -> Answers {
    said(&[("title", "care"), ("reason", "奶奶住院，孩子没人照顾。"), ("to_unit", "镇社工站"), ("consent", "guardian")])
}

fn refer(device: &mut Device, person: RecordId) -> RecordId {
    device.ask(NewMatter { kind: "referral".into(), person: Some(person), area: None, answers: need(), charge: None, links: vec![] })
}

fn go(id: RecordId, stage: &str, answers: &[(&str, &str)]) -> MoveMatter {
    MoveMatter { id, stage: stage.into(), answers: said(answers), note: String::new() }
}

fn names(stages: &[StageItem]) -> Vec<&str> {
    stages.iter().map(|stage| stage.id.as_str()).collect()
}

#[test]
fn a_referral_goes_its_way_and_everybody_reads_the_same() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let id = refer(&mut li, person);
    let matter = li.ask(Matter { id });
    assert_eq!((matter.item.stage.as_str(), matter.item.stage_label.zh.as_str(), matter.item.title.zh.as_str()), ("sent", "等对方答复", "转介"));
    assert_eq!((matter.item.name.as_str(), matter.item.line.as_str(), matter.item.uploaded), ("陈小满", "照护", false));
    // Three days of work from Saturday on.
    assert_eq!(matter.item.due.map(|due| due.day.to_string()).as_deref(), Some("2026-11-25"));
    assert_eq!(names(&matter.next), ["accepted", "declined", "serving", "withdrawn"]);
    assert_eq!(
        matter.lines.iter().map(|line| line.shown.zh.as_str()).collect::<Vec<_>>(),
        ["照护", "奶奶住院，孩子没人照顾。", "镇社工站", "监护人同意"]
    );

    li.send_to(&mut wang);
    wang.ask(SayOfMatter { id, text: "我打过电话，他们周一答复。".into() });
    wang.clock.pass(DAY);
    wang.ask(go(id, "accepted", &[("accepted_on", "2026-11-22"), ("accepted_by", "周社工")]));
    wang.send_to(&mut li);
    let matter = li.ask(Matter { id });
    assert_eq!((matter.item.stage.as_str(), matter.item.due.map(|due| due.day.to_string()).as_deref()), ("accepted", Some("2026-11-29")));
    let story: Vec<_> = matter.story.iter().map(|s| (s.by.as_str(), s.stage.as_ref().map(|l| l.zh.as_str()), s.text.as_str())).collect();
    let told = [("李主任", Some("等对方答复"), ""), ("王督导", None, "我打过电话，他们周一答复。"), ("王督导", Some("对方已接收"), "")];
    assert_eq!(story, told);
    li.clock.pass(2 * DAY);
    li.ask(go(id, "done", &[("outcome", "solved"), ("result", "每天有人送饭。")]));
    let matter = li.ask(Matter { id });
    assert!(!matter.item.open && matter.item.due.is_none() && matter.next.is_empty());
    assert!(li.ask(Matters { query: MatterQuery { open: true, ..MatterQuery::default() } }).is_empty());
    assert_eq!(li.ask(Matters { query: MatterQuery { person: Some(person), ..MatterQuery::default() } }).len(), 1);
}

#[test]
fn what_is_missing_or_may_not_be_is_told_and_changes_nothing() {
    let mut li = Device::of(li());
    let person = li.new_file("陈小满", &[]);
    let new = |kind: &str, person, area: Option<&str>, answers| NewMatter {
        kind: kind.into(),
        person,
        area: area.map(|area| area.parse().unwrap()),
        answers,
        charge: None,
        links: vec![],
    };
    assert_eq!(li.refuses(new("referral", Some(person), None, said(&[("title", "care")]))), Code::FormIncomplete);
    assert_eq!(li.refuses(new("referral", None, Some(COPPER), need())), Code::Required, "a referral is of a person");
    assert_eq!(li.refuses(new("child-visit", Some(person), None, need())), Code::UnknownForm);
    assert_eq!(li.refuses(new("lead", None, Some(WILLOW), need())), Code::NotAllowed, "another's village");
    assert_eq!(
        li.refuses(NewVisit { person, form: "referral@1".into(), answers: need(), sure: true }),
        Code::UnknownForm,
        "nor is a visit made by it"
    );
    assert_eq!(li.refuses(StartVisit { person, form: Some("referral".into()), correct: None }), Code::UnknownForm);
    assert!(li.ask(Matters { query: MatterQuery::default() }).is_empty());
    let id = refer(&mut li, person);
    assert_eq!(li.refuses(go(id, "accepted", &[])), Code::FormIncomplete);
    assert_eq!(li.refuses(go(id, "done", &[("outcome", "solved"), ("result", "好了")])), Code::BadValue, "it was accepted by nobody");
    assert_eq!(li.refuses(go(id, "paid", &[])), Code::BadValue);
    assert_eq!(li.refuses(EditMatter { id, answers: said(&[("title", "money")]) }), Code::FormIncomplete);
    assert_eq!(li.refuses(EditMatter { id, answers: said(&[("nothing", "x")]) }), Code::FormIncomplete);
    assert_eq!(li.refuses(SayOfMatter { id, text: "  ".into() }), Code::Required);
    assert_eq!(li.refuses(AssignMatter { id, staff: Some("S9999".parse().unwrap()) }), Code::NotFound);
    // A day that cannot be, and what belongs to another part.
    assert_eq!(li.refuses(go(id, "accepted", &[("accepted_on", "2027-01-01")])), Code::FormIncomplete);
    assert_eq!(li.refuses(go(id, "withdrawn", &[("title", "law")])), Code::UnknownField);
    let mut more = need();
    more.insert("outcome".into(), "solved".into());
    assert_eq!(li.refuses(new("referral", Some(person), None, more)), Code::UnknownField);
    assert_eq!(li.refuses(LinkMatter { id, add: Some(LinkTo { to: id, as_what: "from".into() }), remove: None }), Code::BadValue);
    let nowhere = LinkTo { to: RecordId::new(1, [1; 10]), as_what: "from".into() };
    assert_eq!(li.refuses(LinkMatter { id, add: Some(nowhere), remove: None }), Code::NotFound);
    assert_eq!(li.ask(Matter { id }).item.stage, "sent");
    li.ask(EditMatter { id, answers: said(&[("to_unit", "县福利院")]) });
    assert_eq!(li.ask(Matter { id }).answers["to_unit"], "县福利院".into());
}

#[test]
fn two_who_end_it_differently_are_both_seen_until_one_of_them_decides() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let id = refer(&mut li, person);
    li.send_to(&mut wang);
    li.ask(go(id, "declined", &[("declined_why", "床位已满")]));
    wang.ask(go(id, "withdrawn", &[]));
    li.send_to(&mut wang);
    wang.send_to(&mut li);
    for device in [&mut li, &mut wang] {
        let matter = device.ask(Matter { id });
        assert!(matter.item.disputed && matter.item.open);
        assert_eq!(matter.story.iter().filter(|s| s.stands || s.against).count(), 2);
    }
    assert_eq!(li.ask(Matter { id }).item.stage, wang.ask(Matter { id }).item.stage);
    wang.ask(go(id, "declined", &[]));
    wang.send_to(&mut li);
    let matter = li.ask(Matter { id }).item;
    assert_eq!((matter.stage.as_str(), matter.disputed, matter.open), ("declined", false, false));
}

#[test]
fn a_lead_needs_nobody_on_file_and_says_when_its_hours_are_over() {
    let mut li = Device::of(li());
    let answers =
        said(&[("title", "child_alone"), ("where", "河边小卖部旁"), ("how", "neighbour"), ("note", "两个孩子自己过了三天"), ("danger", "no")]);
    let lead = NewMatter { kind: "lead".into(), person: None, area: Some(COPPER.parse().unwrap()), answers, charge: None, links: vec![] };
    let id = li.ask(lead);
    let item = li.ask(Matter { id }).item;
    assert_eq!((item.person, item.line.as_str(), item.overdue), (None, "孩子没人管 · 两个孩子自己过了三天", false));
    assert_eq!(item.due.and_then(|due| due.at).map(|at| at.0), Some(MORNING + DAY));
    li.clock.pass(DAY + 1);
    let due = li.ask(Matters { query: MatterQuery { due: true, ..MatterQuery::default() } });
    assert!(due.len() == 1 && due[0].overdue);
    // It comes from a visit, and leads to a file.
    let person = li.new_file("陈小满", &[]);
    li.ask(LinkMatter { id, add: Some(LinkTo { to: person, as_what: "person".into() }), remove: None });
    let link = li.ask(Matter { id }).links.remove(0);
    assert_eq!((link.to, link.name.zh.as_str()), (person, "陈小满"));
    assert_eq!(li.ask(Matters { query: MatterQuery { person: Some(person), ..MatterQuery::default() } }).len(), 1);
    li.ask(LinkMatter { id, add: None, remove: link.id });
    assert!(li.ask(Matter { id }).links.is_empty());
}

#[test]
fn a_matter_is_handed_to_somebody_and_found_among_hers() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let id = refer(&mut li, person);
    li.ask(AssignMatter { id, staff: Some("S0002".parse().unwrap()) });
    li.send_to(&mut wang);
    let mine = MatterQuery { mine: true, ..MatterQuery::default() };
    assert_eq!(wang.ask(Matters { query: mine.clone() }).len(), 1);
    assert_eq!(wang.ask(Matter { id }).item.charge.as_deref(), Some("王督导"));
    wang.ask(AssignMatter { id, staff: None });
    assert!(wang.ask(Matters { query: mine }).is_empty());
    let types = li.ask(MatterTypes { person: None });
    let others: Vec<&str> = types.iter().filter(|kind| !kind.may_open).map(|kind| kind.id.as_str()).collect();
    assert_eq!(others, ["ability-due", "case", "conference", "home-safety"], "elders', social workers', and what is called together");
    assert!(["alert", "lead", "referral", "report", "report-source"].iter().all(|id| types.iter().any(|kind| kind.id == *id && kind.may_open)));
}

#[test]
fn a_child_is_followed_up_as_often_as_needed_and_each_time_is_there() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let answers = said(&[("title", "injuries"), ("danger", "yes"), ("where", "家里"), ("note", "身上多处瘀伤")]);
    let id = li.ask(NewMatter { kind: "report".into(), person: Some(person), area: None, answers, charge: None, links: vec![] });
    li.ask(go(id, "已报告，等反馈", &[("police_at", "2026-11-21T10:10:00.000+08:00"), ("police_unit", "城关派出所")]));
    assert_eq!(li.refuses(go(id, "following", &[])), Code::FormIncomplete, "a follow-up without a word is none");
    let follow = |n: u8, day: &str| {
        [
            (format!("followup-{n}-seen_on"), day.to_owned()),
            (format!("followup-{n}-safe"), "safe".into()),
            (format!("followup-{n}-seen"), format!("第{n}次")),
        ]
    };
    let follow = |n: u8, day: &str| -> Answers { follow(n, day).into_iter().map(|(q, v)| (q, Value::from(v.as_str()))).collect() };
    let moved = |n, day: &str| MoveMatter { id, stage: "following".into(), answers: follow(n, day), note: String::new() };
    li.ask(moved(1, "2026-11-21"));
    assert!(names(&li.ask(Matter { id }).next).contains(&"following"), "again and again");
    assert_eq!(li.refuses(moved(1, "2026-11-21")), Code::FormIncomplete, "the first one is no second");
    li.ask(moved(2, "2026-11-21"));
    li.ask(EditMatter { id, answers: said(&[("followup-1-seen", "第1次，已上药")]) });
    li.send_to(&mut wang);
    let matter = wang.ask(Matter { id });
    let seen: Vec<&str> = matter.lines.iter().filter(|line| line.question.ends_with("-seen")).map(|line| line.shown.zh.as_str()).collect();
    assert_eq!((seen, matter.story.len()), (vec!["第1次，已上药", "第2次"], 4));
    assert!(!names(&li.ask(Matter { id }).next).contains(&"closed"), "whoever opened it does not close it");
    wang.ask(go(id, "closed", &[("closing_why", "孩子安全了")]));
    assert!(!wang.ask(Matter { id }).item.open);
}

#[test]
fn who_wrote_down_what_few_may_see_keeps_it_and_hands_it_to_nobody_who_may_not() {
    let mut li = Device::of(li());
    let person = li.new_file("陈小满", &[]);
    let answers = said(&[("name", "测试邻居"), ("told_at", "2026-11-21T10:00:00.000+08:00")]);
    let id = li.ask(NewMatter { kind: "report-source".into(), person: Some(person), area: None, answers, charge: None, links: vec![] });
    let mut wang = Device::of(wang());
    li.send_to(&mut wang);
    assert_eq!(wang.refuses(AssignMatter { id, staff: Some("S0001".parse().unwrap()) }), Code::NotAllowed);
    let matter = li.ask(Matter { id });
    assert!(!matter.may_edit && matter.next.is_empty());
    assert_eq!(li.refuses(SayOfMatter { id, text: "补充".into() }), Code::NotAllowed);
}

#[test]
fn a_mandatory_report_goes_before_everything_that_waits() {
    let mut li = Device::of(li());
    let others: Vec<RecordId> = (0..3).map(|n| li.new_file(&format!("测试{n}号"), &[])).collect();
    let child = li.new_file("陈小满", &[]);
    refer(&mut li, others[0]);
    let answers = said(&[("title", "injuries"), ("danger", "yes"), ("where", "家里"), ("note", "身上多处瘀伤")]);
    let id = li.ask(NewMatter { kind: "report".into(), person: Some(child), area: None, answers, charge: None, links: vec![] });
    assert_eq!(li.ask(Matter { id }).item.due.and_then(|due| due.at).map(|at| at.0), Some(MORNING + 3_600_000));
    let sent: Vec<RecordId> = client::server::sync::prepare(&li.core).unwrap().request.changes.iter().map(|push| push.record).collect();
    assert_eq!(sent[..2], [child, id], "with the file that it is about");
    assert_eq!(sent.len(), 6);
}

fn fill(device: &mut Device, draft: &Draft, answers: &[(&str, &str)]) -> domain::form::Screen {
    let mut screen = draft.screen.clone();
    for (question, value) in answers {
        screen = device.ask(Answer { draft: draft.id, question: (*question).into(), value: (*value).into() });
    }
    screen
}

fn questions(screen: &domain::form::Screen) -> Vec<&str> {
    screen.parts.iter().flat_map(|part| &part.questions).map(|question| question.id.as_str()).collect()
}

fn start(kind: &str, person: Option<RecordId>, area: Option<&str>) -> StartMatter {
    StartMatter { kind: kind.into(), person, area: area.map(|area| area.parse().unwrap()), answers: Answers::new(), source: None }
}

#[test]
fn a_matter_is_filled_in_step_by_step_and_nothing_of_it_is_lost() {
    let mut li = Device::of(li());
    let person = li.new_file("陈小满", &[]);
    let draft = li.ask(start("referral", Some(person), None));
    assert_eq!((&draft.of, draft.name.as_str(), draft.title.as_ref().map(|title| title.zh.as_str())), (&DraftOf::Matter, "陈小满", Some("转介")));
    assert_eq!(draft.screen.parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["need"], "what is asked later is not asked now");
    fill(&mut li, &draft, &[("title", "care")]);
    // She is called away, and the app is killed; it is there again by the same touch, and stands among what is unfinished.
    let mut li = li.killed();
    li.core.unlock(PIN).unwrap();
    let again = li.ask(start("referral", Some(person), None));
    assert_eq!((again.id, &again.answers["title"]), (draft.id, &"care".into()));
    let unfinished = li.ask(Today {}).drafts;
    assert_eq!(unfinished.iter().map(|d| (d.id, d.person, d.of.clone())).collect::<Vec<_>>(), [(draft.id, Some(person), DraftOf::Matter)]);
    assert!(li.ask(PersonLine { id: person }).draft.is_none(), "it is no visit");
    assert_eq!(li.refuses(FinishDraft { draft: draft.id, sure: false }), Code::FormIncomplete);
    let screen = fill(&mut li, &draft, &[("reason", "奶奶住院"), ("to_unit", "镇社工站"), ("consent", "guardian")]);
    assert!(screen.problems().next().is_none());
    let id = li.ask(FinishDraft { draft: draft.id, sure: false });
    let matter = li.ask(Matter { id });
    assert_eq!((matter.item.stage.as_str(), matter.answers.len(), matter.drafts.len()), ("sent", 4, 0));
    assert!(li.ask(Drafts {}).is_empty());
    assert_eq!(li.ask(Person { id: person }).matters.iter().map(|item| item.id).collect::<Vec<_>>(), [id]);

    // On the way to a stage its part is asked, with the day that a new form would have.
    let step = li.ask(StartStep { id, stage: Some("accepted".into()) });
    assert_eq!((questions(&step.screen), &step.answers["accepted_on"]), (vec!["accepted_on", "accepted_by"], &"2026-11-21".into()));
    fill(&mut li, &step, &[("accepted_by", "周社工")]);
    assert_eq!(li.ask(Matter { id }).drafts.len(), 1);
    assert_eq!(li.ask(FinishDraft { draft: step.id, sure: false }), id);
    let matter = li.ask(Matter { id });
    assert_eq!((matter.item.stage.as_str(), &matter.answers["accepted_by"], matter.drafts.len()), ("accepted", &"周社工".into(), 0));
    assert_eq!(li.refuses(StartStep { id, stage: Some("declined".into()) }), Code::BadValue, "it was accepted");

    // What was said is changed, as far as it was said.
    let change = li.ask(StartStep { id, stage: None });
    assert_eq!(change.screen.parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["need", "answer"]);
    li.ask(EditMatter { id, answers: said(&[("reason", "奶奶住院一个月")]) });
    fill(&mut li, &change, &[("to_unit", "县福利院")]);
    li.ask(FinishDraft { draft: change.id, sure: false });
    let answers = li.ask(Matter { id }).answers;
    assert_eq!((&answers["to_unit"], &answers["reason"]), (&"县福利院".into(), &"奶奶住院一个月".into()), "what was changed meanwhile stays");
    let other = li.ask(StartStep { id, stage: None });
    li.ask(DiscardDraft { draft: other.id });
    assert!(li.ask(Matter { id }).drafts.is_empty());
}

#[test]
fn a_follow_up_is_asked_once_each_time_and_those_before_it_are_not_asked_again() {
    let mut li = Device::of(li());
    let report = li.ask(start("report", None, Some(COPPER)));
    assert!(report.person.is_none() && report.name.contains("村"), "{}", report.name);
    fill(&mut li, &report, &[("title", "injuries"), ("danger", "no"), ("child", "约九岁"), ("where", "小卖部"), ("note", "手臂有伤")]);
    assert_eq!(li.ask(Drafts {}).iter().map(|d| d.person).collect::<Vec<_>>(), [None]);
    let id = li.ask(FinishDraft { draft: report.id, sure: false });
    let go_by = |device: &mut Device, stage: &str, answers: &[(&str, &str)]| {
        let step = device.ask(StartStep { id, stage: Some(stage.into()) });
        let asked: Vec<String> = questions(&step.screen).into_iter().map(str::to_owned).collect();
        let key = |end: &str| asked.iter().find(|id| id.ends_with(end)).unwrap_or_else(|| panic!("{end} of {asked:?}")).clone();
        let answers: Vec<(String, &str)> = answers.iter().map(|(end, value)| (key(end), *value)).collect();
        let answers: Vec<(&str, &str)> = answers.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        fill(device, &step, &answers);
        device.ask(FinishDraft { draft: step.id, sure: false });
        asked.len()
    };
    go_by(&mut li, "reported", &[("police_at", "2026-11-21T08:30:00+08:00")]);
    for n in 1..=3 {
        let asked = go_by(&mut li, "following", &[("seen_on", "2026-11-21"), ("safe", "safe"), ("seen", "在外婆家")]);
        assert_eq!(asked, 3, "follow-up {n}");
    }
    let matter = li.ask(Matter { id });
    assert_eq!((matter.item.stage.as_str(), matter.lines.iter().filter(|line| line.question.ends_with("seen")).count()), ("following", 3));
    // Its photos wait beside a draft, and go with it.
    let step = li.ask(StartStep { id, stage: Some("following".into()) });
    li.ask(EditPhotos { of: step.id, add: Some(crate::photos::picture(9)), remove: None });
    assert_eq!(li.ask(Photos { of: step.id, fetch: false, whole: None }).len(), 1);
    let asked: Vec<String> = questions(&step.screen).into_iter().map(str::to_owned).collect();
    let answers: Vec<(&str, &str)> = asked
        .iter()
        .map(|id| {
            (
                id.as_str(),
                if id.ends_with("safe") {
                    "safe"
                } else if id.ends_with("seen_on") {
                    "2026-11-21"
                } else {
                    "好"
                },
            )
        })
        .collect();
    fill(&mut li, &step, &answers);
    li.ask(FinishDraft { draft: step.id, sure: false });
    assert_eq!(li.ask(Photos { of: id.0, fetch: false, whole: None }).len(), 1);
}

#[test]
fn a_visit_proposes_what_its_alarms_call_for_until_that_is_begun() {
    let mut li = Device::of(li());
    let person = li.new_file("陈小满", &[]);
    let mut answers = crate::village::answers("child-visit@1");
    answers.insert("signs".into(), Value::Many(["injuries".to_owned()].into()));
    answers.insert("note".into(), "手臂上有伤".into());
    let visit = li.ask(NewVisit { person, form: "child-visit@1".into(), answers, sure: true });
    let proposed = |device: &mut Device| device.ask(Visit { id: visit }).proposals.iter().map(|kind| kind.id.clone()).collect::<Vec<_>>();
    assert_eq!(proposed(&mut li), ["report"]);
    let draft = li.ask(StartMatter { source: Some(visit), ..start("report", Some(person), None) });
    assert_eq!(draft.answers.get("note"), Some(&"手臂上有伤".into()), "what the visit says is not written again");
    assert_eq!(proposed(&mut li), ["report"], "nothing is made without her");
    fill(&mut li, &draft, &[("title", "injuries"), ("danger", "no"), ("where", "在家")]);
    let id = li.ask(FinishDraft { draft: draft.id, sure: false });
    assert!(proposed(&mut li).is_empty());
    let link = li.ask(Matter { id }).links.remove(0);
    assert_eq!((link.to, link.as_what.as_str(), link.kind), (visit, "from", Some(domain::roles::Kind::Visit)));
    assert_eq!(li.ask(Status {}).due_now, 1, "it is of today; the next visit has its days");
    li.clock.pass(2 * 3_600_000);
    assert!(li.ask(Matter { id }).item.overdue);
}

#[test]
fn what_is_done_anew_is_begun_from_the_one_before_and_not_for_a_closed_file() {
    let mut li = Device::of(li());
    let person = li.new_file("陈小满", &[]);
    let id = refer(&mut li, person);
    li.ask(go(id, "withdrawn", &[]));
    assert!(!li.ask(Matter { id }).again, "a referral is not done anew");
    let types = li.ask(MatterTypes { person: Some(person) });
    assert_eq!(types.iter().find(|kind| !kind.urgent).map(|kind| kind.id.as_str()), Some("referral"), "what she begins often comes first");

    let due = said(&[("title", "first"), ("due_on", "2026-11-21")]);
    let kind = "guardianship-due".to_owned();
    let first = li.ask(NewMatter { kind: kind.clone(), person: Some(person), area: None, answers: due, charge: None, links: vec![] });
    li.ask(go(first, "assessed", &[("assessed_on", "2026-11-21"), ("level", "normal")]));
    let matter = li.ask(Matter { id: first });
    assert!(matter.again && matter.next.is_empty(), "{:?}", matter.item);
    assert_eq!(matter.item.due.map(|due| due.day.to_string()).as_deref(), Some("2028-11-21"));
    // A file that is closed asks for nothing, and one that is opened again does.
    let mut wang = Device::of(wang());
    li.send_to(&mut wang);
    let mut set = |li: &mut Device, state: &str| {
        wang.ask(EditPerson { id: person, edits: vec![edit("status.state", state)] });
        wang.send_to(li);
    };
    set(&mut li, "closed");
    assert!(li.ask(Matter { id: first }).item.due.is_none());
    set(&mut li, "open");
    li.clock.pass(DAY);
    let next = StartMatter { source: Some(first), ..start(&kind, Some(person), None) };
    let draft = li.ask(next);
    fill(&mut li, &draft, &[("title", "first"), ("due_on", "2028-11-01")]);
    let second = li.ask(FinishDraft { draft: draft.id, sure: false });
    let link = li.ask(Matter { id: second }).links.remove(0);
    assert_eq!((link.to, link.as_what.as_str()), (first, "follows"));
    let before = li.ask(Matter { id: first });
    assert!(before.item.due.is_none() && !before.again, "the next one stands for it");
}

/// Takes one walk of those that `forms` tries its types by, each step on the device of whoever takes it.
fn walk(devices: &mut BTreeMap<&str, Device>, person: RecordId, (kind, told): (&str, &serde_json::Value), walk: &serde_json::Value) {
    let said = |value: &serde_json::Value| -> Answers { serde_json::from_value(value.clone()).unwrap() };
    let mut here = walk["by"].as_str().or(told["by"].as_str()).unwrap();
    let device = devices.get_mut(here).unwrap();
    let of_person = device.ask(MatterTypes { person: None }).iter().any(|known| known.id == kind && known.may_open && known.of_person);
    let (of, area) = if of_person { (Some(person), None) } else { (None, Some(COPPER.parse().unwrap())) };
    let mut answers = said(&told["answers"]);
    answers.extend(walk.get("with").map(said).unwrap_or_default());
    let id = device.ask(NewMatter { kind: kind.into(), person: of, area, answers, charge: None, links: vec![] });
    let (line, another) = (device.ask(Matter { id }).item.line, walk["with"].get("title").is_some());
    assert!(another || line.starts_with(told["title"].as_str().unwrap()), "{kind}: {line}");
    for step in walk["moves"].as_array().unwrap() {
        let (by, stage) = (step[0].as_str().unwrap(), step[1].as_str().unwrap());
        if by != here {
            let (name, mut before) = devices.remove_entry(here).unwrap();
            before.copy_to(devices.get_mut(by).unwrap(), id);
            devices.insert(name, before);
            here = by;
        }
        let device = devices.get_mut(by).unwrap();
        let matter = device.ask(Matter { id });
        assert!(matter.item.open && matter.item.due.is_some() && names(&matter.next).contains(&stage), "{kind} to {stage} by {by}");
        device.ask(MoveMatter { id, stage: stage.into(), answers: said(&step[2]), note: String::new() });
        assert_eq!(device.ask(Matter { id }).item.stage, stage);
    }
    assert!(!devices.get_mut(here).unwrap().ask(Matter { id }).item.open, "{kind}");
}

#[test]
fn every_type_that_ships_goes_its_ways_from_device_to_device() {
    let walks: BTreeMap<String, serde_json::Value> = serde_json::from_str(include_str!("../../../forms/tests/matters/walks.json")).unwrap();
    let social_worker = staff("S0005", "周社工", Role::SocialWorker, TOWN);
    let (reviewer, officer) = (staff("S0006", "陈主管", Role::Reviewer, "990101"), staff("S0007", "何科长", Role::CountyOfficer, "990101"));
    let people = [("li", li()), ("wang", wang()), ("sun", sun()), ("zhou", social_worker), ("chen", reviewer)];
    let mut devices: BTreeMap<&str, Device> = people.into_iter().map(|(name, staff)| (name, Device::of(staff))).collect();
    // Whose file is everybody's business.
    let mut he = Device::of(officer);
    let more = [("456789abcdee", "living_alone"), ("456789abcded", "social_case")];
    let more = more.map(|(id, code)| (format!("categories.0192f0c1-2b3c-7def-8123-{id}.code"), code));
    let person = he.new_file("测试全", &more.each_ref().map(|(path, code)| (path.as_str(), *code)));
    devices.values_mut().for_each(|device| he.copy_to(device, person));
    devices.insert("he", he);
    for (kind, told) in &walks {
        told["walks"].as_array().unwrap().iter().for_each(|one| walk(&mut devices, person, (kind, told), one));
    }
}

#[test]
fn what_ended_is_due_anew_unless_that_was_the_last() {
    let mut li = Device::of(li());
    let due = |li: &mut Device, stage: &str, answers: &[(&str, &str)]| {
        let person = li.new_file("陈小满", &[]);
        let begun = said(&[("title", "regular"), ("due_on", "2026-12-20")]);
        let new = NewMatter { kind: "guardianship-due".into(), person: Some(person), area: None, answers: begun, charge: None, links: vec![] };
        let id = li.ask(new);
        assert_eq!(li.ask(Matter { id }).item.due.map(|due| due.day.to_string()).as_deref(), Some("2026-12-20"));
        li.ask(go(id, stage, answers));
        let item = li.ask(Matter { id }).item;
        assert!(!item.open);
        item.due.map(|due| due.day.to_string())
    };
    assert_eq!(due(&mut li, "assessed", &[("assessed_on", "2026-11-21"), ("level", "short")]).as_deref(), Some("2028-11-21"));
    assert_eq!(due(&mut li, "stopped", &[("stopped_why", "moved")]), None);
}

#[test]
fn what_stays_too_long_climbs_to_those_whom_its_type_names() {
    let (mut li, mut wang, mut he) =
        (Device::of(li()), Device::of(wang()), Device::of(staff("S0009", "何区民政", domain::Role::CountyOfficer, "990101")));
    let person = li.new_file("陈小满", &[]);
    let id = refer(&mut li, person);
    for device in [&mut wang, &mut he] {
        li.copy_to(device, person);
        li.copy_to(device, id);
    }
    let late = |device: &mut Device| {
        let messages = device.ask(Inbox {});
        messages.iter().filter(|message| matches!(message.about, About::Late { .. }) && message.matter == Some(id)).count()
    };
    assert_eq!((late(&mut li), late(&mut wang), late(&mut he)), (0, 0, 0));
    // Three days of work are over on the fifth day; the town hears, and the county so much later.
    for device in [&mut li, &mut wang, &mut he] {
        device.clock.pass(5 * DAY);
    }
    assert_eq!((late(&mut li), late(&mut wang), late(&mut he)), (0, 1, 0));
    assert!(wang.ask(Status {}).messages == 0, "she has read it");
    for device in [&mut li, &mut wang, &mut he] {
        device.clock.pass(6 * DAY);
    }
    assert_eq!((late(&mut li), late(&mut wang), late(&mut he)), (0, 1, 1));
    li.ask(go(id, "withdrawn", &[]));
    li.copy_to(&mut wang, id);
    assert_eq!(late(&mut wang), 0);
}

#[test]
fn a_signature_on_a_declaration_goes_with_it_and_what_others_did_meanwhile_stops_a_step_and_loses_none_of_it() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let person = li.new_file("陈小满", &[]);
    let draft = li.ask(start("declaration", Some(person), None));
    fill(&mut li, &draft, &[("title", "orphan"), ("declared_by", "奶奶"), ("note", "父母都不在了。"), ("signed", "screen")]);
    li.ask(Answer { draft: draft.id, question: "told".into(), value: Value::Bool(true) });
    li.ask(AnswerPhoto { draft: draft.id, question: "declared_sign".into(), content: crate::photos::picture(30) });
    let id = li.ask(FinishDraft { draft: draft.id, sure: false });
    let signed = li.ask(Matter { id }).answers["declared_sign"].clone();
    let photos = li.ask(Photos { of: id.0, fetch: false, whole: None });
    assert_eq!(photos.iter().map(|photo| Value::from(photo.name.as_str())).collect::<Vec<_>>(), [signed]);
    assert_eq!(li.refuses(EditPhotos { of: id.0, add: None, remove: Some(photos[0].id) }), Code::NotAllowed, "it answers a question");

    // She fills in the check while her supervisor ends it: the step leads nowhere any more, and what she wrote is still there.
    li.copy_to(&mut wang, person);
    li.copy_to(&mut wang, id);
    let stage = |device: &mut Device, end: bool| {
        device.ask(Matter { id }).next.iter().find(|stage| stage.end == end && !stage.fill.is_empty()).unwrap().clone()
    };
    let (check, end) = (stage(&mut li, false), stage(&mut wang, true));
    let step = li.ask(StartStep { id, stage: Some(check.id) });
    fill(&mut li, &step, &[("checked_by", "李主任"), ("found", "same")]);
    let ended = wang.ask(StartStep { id, stage: Some(end.id) });
    for asked in questions(&ended.screen) {
        fill(&mut wang, &ended, &[(asked, "自己撤回")]);
    }
    wang.ask(FinishDraft { draft: ended.id, sure: false });
    wang.copy_to(&mut li, id);
    assert_eq!(li.refuses(FinishDraft { draft: step.id, sure: false }), Code::BadValue);
    assert_eq!(li.ask(OpenDraft { draft: step.id }).answers["checked_by"], "李主任".into());
}
