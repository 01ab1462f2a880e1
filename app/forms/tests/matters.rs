//! The types of matter that ship: that each can be begun, moved and ended by the people who have it, and who that is (`matters/matters.txt`).
//! `matters/walks.json` has of each type answers to begin with, and walks from there to an end: who brings it to which stage, with what is
//! filled in on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use chrono::NaiveDate;
use domain::due::DueRules;
use domain::form::{Answers, LEVEL, NOTE, ProblemKind, QuestionKind, TITLE, unasked_key};
use domain::matter::{Again, MatterType, Move, Party, Span, Stage, Unit, Who, Whose, last_moves, moves_to, standing};
use domain::roles::{Action, Caller, Section};
use domain::{Programme, Role, Timestamp, Value};
use forms::sheet::heads::{CHINESE, chinese};
use forms::sheet::{file, rows};
use forms::{Form, Forms, Purpose};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use uuid::Uuid;

/// Saturday.
const TODAY: &str = "2026-11-21";
/// Stages in which a matter may stay as long as it likes, and why.
const NO_TERM: [(&str, &str, &str); 0] = [];
/// Of these no list says what they are about: who told something is read by who opens it.
const UNTITLED: [&str; 1] = ["report-source"];
const PEOPLE: [(&str, Role); 6] = [
    ("li", Role::ChildDirector),
    ("wang", Role::ChildSupervisor),
    ("sun", Role::ElderCareSpecialist),
    ("zhou", Role::SocialWorker),
    ("chen", Role::Reviewer),
    ("he", Role::CountyOfficer),
];

#[derive(Deserialize)]
struct Told {
    /// Who begins one.
    by: String,
    /// What its line in a list begins with.
    title: String,
    answers: Answers,
    walks: Vec<Walk>,
}

#[derive(Deserialize)]
struct Walk {
    by: Option<String>,
    /// Answers that differ.
    #[serde(default)]
    with: Answers,
    moves: Vec<(String, String, Answers)>,
}

fn walks() -> BTreeMap<String, Told> {
    serde_json::from_str(include_str!("matters/walks.json")).unwrap()
}
fn day() -> NaiveDate {
    TODAY.parse().unwrap()
}
fn types() -> Vec<Form> {
    Forms::shipped().all().filter(|form| form.matter.is_some()).map(|form| (**form).clone()).collect()
}
fn of(form: &Form) -> &MatterType {
    form.matter.as_ref().unwrap()
}
fn find(id: &str) -> Form {
    (**Forms::shipped().find(&format!("{id}@1")).unwrap()).clone()
}
fn json(form: &Form) -> &'static str {
    Forms::rows_of(&form.name()).unwrap()
}
fn beside(mut base: Answers, more: &Answers) -> Answers {
    base.extend(more.iter().map(|(id, value)| (id.clone(), value.clone())));
    base
}
fn said(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(id, value)| ((*id).to_owned(), Value::from(*value))).collect()
}

/// The kinds of record that a type has.
fn kinds(matter: &MatterType) -> Vec<domain::roles::Kind> {
    [true, false].into_iter().filter_map(|of_person| matter.kind(of_person)).collect()
}
/// Whether a role works in the programmes of a type.
fn has_it(matter: &MatterType, role: Role) -> bool {
    role.programmes().iter().any(|programme| matter.programmes.is_empty() || matter.programmes.contains(programme))
}
fn begins(matter: &MatterType, role: Role) -> bool {
    let caller = Caller { staff: "S1".parse().unwrap(), role, areas: vec![] };
    has_it(matter, role) && matter.may_open(&caller) && kinds(matter).iter().any(|kind| role.may(Action::Create, *kind, Section::Opening))
}
/// Whether a role sees matters of a type and writes in them.
fn works(matter: &MatterType, role: Role) -> bool {
    has_it(matter, role) && kinds(matter).iter().any(|kind| role.sees(*kind) && role.may(Action::Amend, *kind, Section::Moves))
}
/// Whether a role moves one there: nobody's, its opener's, or one that it is to see to.
fn moves(matter: &MatterType, to: &Stage, role: Role, [opened, in_charge]: [bool; 2]) -> bool {
    works(matter, role) && (!opened || begins(matter, role)) && matter.may_move(to, Party { role, opened, in_charge })
}
const PARTIES: [[bool; 2]; 3] = [[false, false], [true, false], [false, true]];

/// The stages to which one leads, at last.
fn reached<'t>(matter: &'t MatterType, from: &'t str) -> BTreeSet<&'t str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(id) = open.pop() {
        open.extend(matter.next(id).map(|stage| stage.id.as_str()).filter(|to| found.insert(*to)));
    }
    found
}

#[test]
fn every_type_can_be_begun_moved_and_ended_by_who_has_it() {
    let forms = types();
    assert!(forms.len() >= 21);
    for form in &forms {
        let (id, matter) = (form.id.as_str(), of(form));
        assert_eq!((form.purpose, form.offered, form.fits_records()), (Purpose::Matter, true, true), "{id}");
        let field = [Role::ChildDirector, Role::ChildSupervisor, Role::ElderCareSpecialist, Role::SocialWorker];
        assert!(field.iter().any(|role| begins(matter, *role)), "{id}: nobody in the field begins one");
        let title = form.question(TITLE).or(form.question(NOTE).filter(|_| UNTITLED.contains(&id))).unwrap_or_else(|| panic!("{id}: no title"));
        let opening = |part: &str| !matter.stages.iter().any(|stage| stage.fill == part);
        assert!(opening(&form.part_of(&title.id).unwrap().id), "{id}: what it is about is said when it begins");
        let first = matter.stages[0].id.as_str();
        let from_first = reached(matter, first);
        for stage in &matter.stages {
            let at = format!("{id} {}", stage.id);
            assert!(stage.id == first || from_first.contains(stage.id.as_str()), "{at} is never reached");
            let ends = reached(matter, &stage.id).into_iter().any(|to| matter.stage(to).unwrap().end);
            assert!(stage.end || ends, "{at}: no end from there");
            assert_eq!(stage.end, matter.next(&stage.id).next().is_none(), "{at}");
            let excused = NO_TERM.iter().any(|(of, stage_id, why)| (*of, *stage_id) == (id, &stage.id) && !why.is_empty());
            // A day that nobody said leaves the term.
            assert!(stage.end || stage.term.is_some() || excused, "{at} has no term");
            assert!(stage.end || !stage.climbs.is_empty(), "{at}: nobody hears when its day has passed");
            assert!(
                stage.until.is_empty() || form.question(&stage.until).is_some_and(|q| q.kind == QuestionKind::Date),
                "{at}: until {}",
                stage.until
            );
            assert!(!stage.last || stage.end && matter.again.is_some(), "{at}");
            let part = form.sheet().sections.iter().find(|part| part.id == stage.fill);
            assert_eq!(part.is_some(), !stage.fill.is_empty(), "{at}: fills {}", stage.fill);
            // What is filled again and again for one stage is not counted for another.
            let shared = matter.stages.iter().filter(|other| other.fill == stage.fill).count() > 1;
            assert!(!shared || form.instances(&stage.fill, &Answers::new()).is_none(), "{at}: two stages fill one repeat");
            if stage.id != first || !stage.from.is_empty() {
                assert!(Role::ALL.iter().any(|role| PARTIES.iter().any(|party| moves(matter, stage, *role, *party))), "{at}: nobody brings it there");
            }
        }
        // It ends well for who began it alone, or a supervisor of hers ends it.
        for role in Role::ALL.iter().filter(|role| begins(matter, **role)) {
            let there = |who: &dyn Fn(&Stage) -> bool| matter.stages.iter().any(|stage| stage.end && who(stage));
            let alone = there(&|stage| moves(matter, stage, *role, [true, false]));
            let theirs = role.programmes();
            let hers = |other: &Role| other.programmes().iter().any(|programme| theirs.contains(programme));
            let above = Role::ALL.iter().filter(|other| hers(other)).any(|other| there(&|stage| moves(matter, stage, *other, [false, false])));
            assert!(alone || above, "{id}: nobody ends what {role} began");
        }
    }
}

#[test]
fn every_word_of_a_type_is_there_in_both_languages() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for form in types() {
        let book = file::workbook(json(&form)).unwrap();
        let checked = rows::read(&book, "");
        assert_eq!((checked.mistakes, checked.notes), (vec![], vec![]), "{}", form.id);
        let settings = book.settings.as_slice();
        let sheets = [("survey", &book.survey[..]), ("choices", &book.choices), ("stages", &book.stages), ("matter", book.matter.as_slice())];
        for (sheet, row) in sheets.iter().flat_map(|(sheet, rows)| rows.iter().map(move |row| (*sheet, row))) {
            let at = format!("{} {sheet} {:?}", form.id, row.cells.get("name"));
            for (head, cell) in &row.cells {
                let Some((plain, language)) = head.rsplit_once("::").filter(|(_, language)| language.contains('(')) else {
                    let known = chinese(sheet, head) != head || (sheet == "choices" && head == "of");
                    assert!(known, "{at}: {head} is no column");
                    let is_code =
                        cell.chars().any(is_chinese) && !["term", "again", "who", "from", "climbs", "opens", "programmes"].contains(&head.as_str());
                    assert!(!is_code, "{at}: {head} says {cell}");
                    continue;
                };
                assert_ne!(chinese(sheet, plain), plain, "{at}: {head} is no column");
                let (zh, en) = (format!("{plain}::中文 (zh)"), format!("{plain}::English (en)"));
                assert!(row.cells.contains_key(&zh) && row.cells.contains_key(&en), "{at}: {plain} in one language");
                assert_eq!(cell.chars().any(is_chinese), language.contains("zh"), "{at}: {cell}");
            }
            let shown = sheet == "stages" || sheet == "choices" || sheet == "survey" && !row.cells["type"].starts_with("end_");
            assert!(!shown || row.cells.contains_key("label::中文 (zh)") || row.cells["type"] == "calculate", "{at}: no words");
            assert_eq!(row.cells.contains_key("constraint"), row.cells.contains_key("constraint_message::中文 (zh)"), "{at}: says why");
            assert_eq!(row.cells.contains_key("nuanfang::alarm"), row.cells.contains_key("nuanfang::alarm_message::中文 (zh)"), "{at}");
        }
        assert!(settings.iter().all(|row| row.cells["form_title"].chars().any(is_chinese) && row.cells.contains_key("form_title::English (en)")));
        let names = form.questions().flat_map(|q| q.options.iter().map(|o| &o.id).chain([&q.id])).chain(of(&form).stages.iter().map(|s| &s.id));
        let fits = |id: &String| id.len() <= 24 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        names.for_each(|name| assert!(fits(name), "{} {name}", form.id));
        assert!(form.questions().filter_map(|q| q.short.as_ref()).all(|short| short.zh.chars().count() <= 6), "{}", form.id);
        let rows = book.survey.len() + book.choices.len() + book.stages.len();
        assert_eq!(json(&form).lines().filter(|line| line.starts_with("    {\"")).count(), rows, "{}: a row a line", form.id);
    }
    // Heads are told in Chinese everywhere.
    assert!(CHINESE.iter().any(|(sheet, heads)| *sheet == "stages" && heads.contains(&("不再办", "last"))));
}

/// A matter on its way.
struct Walked<'f> {
    form: &'f Form,
    answers: Answers,
    moves: Vec<Move>,
    opener: String,
    programme: Programme,
    /// The parts of the form that were filled in.
    parts: BTreeSet<String>,
    /// What was asked, and what called for action, on the way.
    asked: BTreeSet<String>,
    alarms: BTreeSet<String>,
}

impl<'f> Walked<'f> {
    fn begin(form: &'f Form, by: &str, answers: &Answers) -> Walked<'f> {
        let matter = of(form);
        let role = role(by);
        assert!(begins(matter, role), "{}: {by} begins none", form.id);
        let programme = *role.programmes().iter().find(|p| matter.programmes.is_empty() || matter.programmes.contains(p)).unwrap();
        let parts = form.sheet().sections.iter().map(|part| part.id.clone()).filter(|part| !matter.stages.iter().any(|stage| stage.fill == *part));
        let (parts, nothing) = (parts.collect(), BTreeSet::new());
        let mut walked =
            Walked { form, answers: Answers::new(), moves: vec![], opener: by.into(), programme, parts, asked: nothing.clone(), alarms: nothing };
        walked.fill(answers, &walked.parts.clone());
        walked
    }

    /// Answers that stand in these parts, as a device takes them: with what is worked out, when nothing is open or wrong in them.
    fn fill(&mut self, said: &Answers, parts: &BTreeSet<String>) {
        let (form, before) = (self.form, self.answers.clone());
        let part = |question: &str| form.part_of(question.strip_prefix("na-").unwrap_or(question)).map(|part| part.id.clone()).unwrap_or_default();
        let others: Vec<&String> = said.keys().filter(|question| !parts.contains(&part(question))).collect();
        assert!(others.is_empty(), "{}: {others:?} are asked elsewhere", form.id);
        let given = beside(before.clone(), said);
        let filled = form.filled(&given, day());
        assert!(filled.is_whole());
        let problems: Vec<_> = filled.problems(Some(&before)).into_iter().filter(|problem| parts.contains(&part(&problem.question))).collect();
        assert_eq!(problems, [], "{} {:?}", form.id, self.moves.last().map(|step| &step.stage));
        let base = |id: &str| id.rsplit('-').next().unwrap_or_default().to_owned();
        self.asked.extend(filled.visible().into_iter().filter(|id| parts.contains(&part(id))).map(base));
        self.alarms.extend(filled.alarms().into_iter().map(base));
        self.answers = filled.prune();
        let lost: Vec<&String> = said.iter().filter(|(id, value)| !value.is_empty() && !self.answers.contains_key(*id)).map(|(id, _)| id).collect();
        assert!(lost.is_empty(), "{}: {lost:?} are not asked", form.id);
    }

    fn go(&mut self, by: &str, to: &str, said: &Answers) {
        let (form, matter) = (self.form, of(self.form));
        let at = format!("{} to {to} by {by}", form.id);
        let role = role(by);
        assert!(works(matter, role) && role.programmes().contains(&self.programme), "{at}: does not see it");
        let stage = form.stage(to).unwrap_or_else(|| panic!("{at}"));
        assert!(matter.may_go(stage, &self.moves, Party { role, opened: by == self.opener, in_charge: false }), "{at}: may not");
        let part: BTreeSet<String> = [stage.fill.clone()].into_iter().filter(|fill| !fill.is_empty()).collect();
        self.fill(said, &part);
        assert!(form.instances(&stage.fill, &self.answers).is_none_or(|there| there == moves_to(&self.moves, &stage.id) + 1), "{at}: once each time");
        self.parts.extend(part);
        let after = last_moves(&self.moves).into_iter().map(|step| step.id).collect();
        let id = Uuid::from_u128(self.moves.len() as u128 + 1);
        let time = Timestamp(Timestamp::of_day(day()).0 + 60_000 * i64::try_from(self.moves.len()).unwrap());
        self.moves.push(Move { id, stage: stage.id.clone(), at: time, by: "S1".parse().unwrap(), after, end: stage.end, note: String::new() });
        assert!(stage.end || self.deadline().is_some(), "{at}: until when?");
    }

    /// The last day on which it is in time where it is.
    fn deadline(&self) -> Option<domain::matter::Deadline> {
        let matter = of(self.form);
        let stands = standing(&self.moves);
        let until = matter.stage(stands.stage()).map(|stage| stage.until.as_str()).unwrap_or_default();
        let answered = self.answers.get(until).and_then(|value| value.text()?.parse().ok());
        matter.deadline(stands.stage(), Timestamp::of_day(day()), answered, &DueRules::shipped())
    }
}

fn role(name: &str) -> Role {
    PEOPLE.iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn each_type_goes_every_way_from_its_beginning_to_an_end() {
    let told = walks();
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), types().into_iter().map(|form| form.id).collect());
    for (id, told) in told {
        let form = find(&id);
        let title = form.question(TITLE).and_then(|q| Some(q.show(told.answers.get(TITLE)?, "zh-CN"))).unwrap_or_default();
        assert_eq!(title, told.title, "{id}");
        let (mut stages, mut asked, mut alarms) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for walk in &told.walks {
            let mut walked = Walked::begin(&form, walk.by.as_ref().unwrap_or(&told.by), &beside(told.answers.clone(), &walk.with));
            assert!(walked.deadline().is_some_and(|due| due.day >= day()), "{id}");
            for (by, to, answers) in &walk.moves {
                assert!(!standing(&walked.moves).is_over(), "{id}: {to} after an end");
                walked.go(by, to, answers);
            }
            assert!(standing(&walked.moves).is_over(), "{id}: a walk that does not end");
            let open = form.filled(&walked.answers, day()).problems(None);
            let gone = |question: &str| form.part_of(question).is_some_and(|part| walked.parts.contains(&part.id));
            assert!(open.iter().all(|problem| problem.kind == ProblemKind::Required && !gone(&problem.question)), "{id}: {open:?}");
            stages.extend(walked.moves.iter().map(|step| step.stage.clone()));
            asked.extend(walked.asked);
            alarms.extend(walked.alarms);
        }
        // The walks together come by everything that there is.
        let moved_to = of(&form).stages.iter().skip(1).map(|stage| stage.id.clone());
        assert_eq!(stages, moved_to.collect(), "{id}: stages");
        assert_eq!(asked, form.questions().map(|q| q.id.clone()).collect(), "{id}: questions");
        assert_eq!(alarms, form.questions().filter(|q| q.alarm.is_some()).map(|q| q.id.clone()).collect(), "{id}: alarms");
    }
}

#[test]
fn nothing_that_must_be_said_is_left_out_on_the_way() {
    for (id, told) in walks() {
        let form = find(&id);
        let given = form.filled(&told.answers, day()).prune();
        let filled = form.filled(&given, day());
        for question in filled.required().into_iter().filter(|question| given.contains_key(*question)) {
            let mut less = given.clone();
            less.remove(question);
            let worked_out = form.filled(&less, day()).prune().contains_key(question);
            let open = form.filled(&less, day()).problems(None).iter().any(|problem| problem.question == question);
            assert!(open || worked_out, "{id} {question}");
            // But why it could not be said may be said instead; a level is decided.
            if question == LEVEL {
                continue;
            }
            less.insert(unasked_key(question), "unknown".into());
            assert!(form.filled(&less, day()).problems(None).iter().all(|problem| problem.question != question), "{id} {question}");
        }
    }
}

#[test]
fn days_by_risk_level_and_hazard_stand_there_and_stay() {
    let due = |id: &str, by: &str, more: &Answers| {
        let (form, told) = (find(id), walks());
        let walked = Walked::begin(&form, by, &beside(told[id].answers.clone(), more));
        // Whoever looks at it three days later sees the same day.
        let later = form.filled(&walked.answers, day() + chrono::Days::new(3)).prune();
        assert_eq!(later, walked.answers, "{id}");
        let due = walked.deadline().unwrap();
        (due.day.to_string(), due.at.is_some())
    };
    let level = |level: &str| said(&[("level", level)]);
    let is = |day: &str, hours: bool| (day.to_owned(), hours);
    assert_eq!(due("alert", "li", &level("high")), is("2026-11-22", true), "24 hours");
    assert_eq!(due("alert", "li", &level("medium")), is("2026-11-24", false));
    assert_eq!(due("alert", "li", &level("low")), is("2026-11-28", false));
    assert_eq!(due("alert", "li", &said(&[("answer_by", "2026-11-23")])), is("2026-11-23", false), "who sees it knows better");
    for (one, day) in [("one", "2026-11-28"), ("three", "2026-12-21"), ("six", "2027-05-20")] {
        assert_eq!(due("service", "zhou", &level(one)), is(day, false), "{one}");
    }
    let hazards = |list: &[&str]| [(TITLE.to_owned(), Value::Many(list.iter().map(|h| (*h).to_owned()).collect()))].into();
    assert_eq!(due("home-safety", "sun", &hazards(&["gas", "floor"])), is("2026-11-24", false));
    assert_eq!(due("home-safety", "sun", &hazards(&["floor"])), is("2026-12-21", false));
    assert_eq!(due("home-safety", "sun", &hazards(&["none"])), is("2026-12-21", false), "a month, as where no day is said");
    assert_eq!(due("conference", "wang", &Answers::new()), is("2026-12-20", false));
}

#[test]
fn what_is_offered_follows_from_what_was_said() {
    let offered = |form: &Form, answers: &Answers, question: &str, value: &str| {
        let many = form.question(question).unwrap().kind == QuestionKind::Choices;
        let value = if many { Value::Many([value.to_owned()].into()) } else { value.into() };
        let answers = beside(answers.clone(), &[(question.to_owned(), value)].into());
        form.filled(&answers, day()).prune().contains_key(question)
    };
    let form = find("orphan-evidence");
    let dead = said(&[("title", "new"), ("father_is", "dead"), ("mother_is", "prison")]);
    for (paper, is) in [("cancelled", true), ("cremated", true), ("village_dead", true), ("none", true), ("judgment", false), ("police_lost", false)]
    {
        assert_eq!(offered(&form, &dead, "father_seen", paper), is, "{paper}");
    }
    assert!(offered(&form, &dead, "mother_seen", "judgment") && !offered(&form, &dead, "mother_seen", "cremated"));
    let noted = |father: &str, mother: &str| -> Vec<String> {
        let answers = said(&[("father_is", father), ("mother_is", mother)]);
        let filled = form.filled(&answers, day());
        let shown: Vec<String> = filled.visible().into_iter().filter(|id| ["not_both", "orphan"].contains(id)).map(str::to_owned).collect();
        shown
    };
    assert_eq!(noted("dead", "prison"), [""; 0]);
    assert_eq!(noted("lost", "illness"), [""; 0]);
    assert_eq!(noted("dead", "missing"), ["orphan"]);
    assert_eq!(noted("none", "dead"), ["not_both"]);
    // Of a hazard that nobody found nothing is needed.
    let form = find("home-safety");
    let found = walks().remove("home-safety").unwrap().answers;
    assert!(offered(&form, &found, "need-1-need_of", "bath") && !offered(&form, &found, "need-1-need_of", "roof"));
    assert!(offered(&form, &found, "left", "none") && !offered(&form, &found, "left", "roof"));
}

#[test]
fn a_wish_that_everybody_reads_names_no_number() {
    let form = find("wish");
    let wrong = |public: &str| {
        let answers = said(&[("public", public)]);
        form.filled(&answers, day()).problems(None).iter().any(|problem| problem.question == "public" && problem.kind != ProblemKind::Required)
    };
    assert!(!wrong("女孩，8 岁，想要 120 色的彩笔") && wrong("打 13800000000 找奶奶") && wrong("身份证\n990101201811210012"));
    assert!(wrong(&"想".repeat(101)));
}

#[test]
fn what_is_last_is_an_end() {
    let plan = json(&find("plan")).replace(r#""fill": "progress""#, r#""last": "yes", "fill": "progress""#);
    let mistakes = rows::read(&file::workbook(&plan).unwrap(), "").mistakes;
    assert_eq!(mistakes.iter().map(|m| (&*m.sheet, m.column)).collect::<Vec<_>>(), [("stages", Some("last"))]);
    let plan = find("plan");
    let anew = |stage: &str| of(&plan).anew(stage, Timestamp::of_day(day()), &DueRules::shipped()).map(|day| day.to_string());
    assert_eq!((anew("renewed").as_deref(), anew("finished"), anew("stopped")), (Some("2026-12-21"), None, None));
}

#[test]
fn every_type_has_its_line_in_the_guide() {
    let guide = include_str!("../../../docs/forms.md");
    let (_, part) = guide.split_once("### 软件带的事项").unwrap();
    let lines: Vec<&str> = part.lines().take_while(|line| !line.starts_with("###")).filter(|line| line.starts_with("| `")).collect();
    assert_eq!(lines.len(), types().len());
    for form in types() {
        let line = lines.iter().find(|line| line.starts_with(&format!("| `{}`", form.id))).unwrap_or_else(|| panic!("{}", form.id));
        // Its hours and days of work are promises; what a month is counts as one.
        for term in of(&form).stages.iter().filter_map(|stage| stage.term).filter(|term| [Unit::Hour, Unit::WorkDay].contains(&term.unit)) {
            let said = format!("{}{}", term.count, if term.unit == Unit::Hour { "小时" } else { "工作日" });
            assert!(line.contains(&said), "{}: {said}", form.id);
        }
    }
}

/// Type × stage × role, as it was agreed. Whoever changes a type reads it first.
const AGREED: &str = include_str!("matters/matters.txt");

fn span(span: Span) -> String {
    let unit = match span.unit {
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::WorkDay => "days of work",
        Unit::Month => "months",
    };
    format!("{} {}", span.count, if span.count == 1 { unit.trim_end_matches('s') } else { unit })
}

fn printed() -> String {
    let mut table = String::new();
    let list = |codes: Vec<&str>| codes.join(" ");
    for form in types() {
        let matter = of(&form);
        let codes = |who: &[Who]| who.iter().map(|who| who.code().to_owned()).collect::<Vec<_>>().join(", then ");
        let of_whom = match matter.of {
            Whose::Person => "of a person",
            Whose::Area => "of a village",
            Whose::Either => "of a person or a village",
        };
        let programmes: Vec<&str> = matter.programmes.iter().map(|programme| programme.code()).collect();
        let again = match &matter.again {
            None => String::new(),
            Some(Again::After(after)) => format!(", anew after {}", span(*after)),
            Some(Again::Months(months)) => format!(", anew in months {months:?}"),
            Some(Again::Term) => ", anew each term".to_owned(),
        };
        let more = [(matter.confidential, ", confidential"), (matter.urgent, ", urgent")].map(|(so, word)| if so { word } else { "" }).concat();
        writeln!(table, "{} {}: {of_whom}{more}{again}", form.id, form.title().zh).unwrap();
        if !programmes.is_empty() {
            writeln!(table, "  programmes: {}", list(programmes)).unwrap();
        }
        writeln!(table, "  begun by: {}", list(Role::ALL.iter().filter(|role| begins(matter, **role)).map(Role::code).collect())).unwrap();
        for (n, stage) in matter.stages.iter().enumerate() {
            let from: Vec<&str> =
                matter.stages.iter().filter(|from| matter.next(&from.id).any(|to| to.id == stage.id)).map(|from| from.id.as_str()).collect();
            let end = match (stage.end, stage.last) {
                (true, true) => ", the end for good",
                (true, false) => ", an end",
                _ => "",
            };
            writeln!(table, "  {} {}{end}", stage.id, stage.label.zh).unwrap();
            if n > 0 || !from.is_empty() {
                // A role, or those of it who opened it, or who are to see to it.
                let who = |role: &Role| {
                    let [any, opener, charge] = PARTIES.map(|party| moves(matter, stage, *role, party));
                    let not = if any && !opener && begins(matter, *role) { "(not the opener)" } else { "" };
                    match (any, opener, charge) {
                        (true, ..) => Some(format!("{}{not}", role.code())),
                        (_, true, true) => Some(format!("{}(the opener, in charge)", role.code())),
                        (_, true, _) => Some(format!("{}(the opener)", role.code())),
                        (.., true) => Some(format!("{}(in charge)", role.code())),
                        _ => None,
                    }
                };
                let who: Vec<String> = Role::ALL.iter().filter_map(who).collect();
                writeln!(table, "    from {} by: {}", list(from), who.join(" ")).unwrap();
            }
            if !stage.fill.is_empty() {
                writeln!(table, "    fills {}", stage.fill).unwrap();
            }
            let until = if stage.until.is_empty() { String::new() } else { format!(" or until {}", stage.until) };
            if let Some(term) = stage.term {
                writeln!(table, "    {}{until}; tells {}", span(term), codes(&stage.climbs)).unwrap();
            }
        }
    }
    table
}

#[test]
fn who_begins_and_moves_what_is_as_it_was_agreed() {
    assert!(printed() == AGREED, "matters.txt says otherwise; it would be:\n{}", printed());
}
