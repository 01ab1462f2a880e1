//! Matters on two devices: begun, moved, said something about, handed on, due.
use crate::village::*;
use domain::api::*;
use domain::form::Answers;
use domain::{Code, RecordId, Value};

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
    assert_eq!((link.to, link.name.as_str()), (person, "陈小满"));
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
    assert_eq!(li.ask(MatterTypes {}).iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>(), ["lead", "referral", "report", "report-source"]);
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
