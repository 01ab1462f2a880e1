//! The forms that ship: what the second versions keep of the first, and what is new in them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use chrono::NaiveDate;
use domain::Value;
use domain::form::{ANEW, Answers, DONE, Dates, KIND, Label, MET, NEXT_DATE, NOTE, ProblemKind, QuestionKind, SheetQuestion};
use forms::sheet::heads::CHINESE;
use forms::sheet::instance::Around;
use forms::sheet::{file, rows};
use forms::{Filling, Form, Forms};
use std::collections::{BTreeMap, BTreeSet};

const TODAY: &str = "2026-11-21";
const WRITTEN: [(&str, &str); 3] = [
    ("child-visit@s2", include_str!("../../../assets/forms/child-visit@s2.json")),
    ("elder-visit@s2", include_str!("../../../assets/forms/elder-visit@s2.json")),
    ("school-visit@1", include_str!("../../../assets/forms/school-visit@1.json")),
];
/// What differs between versions 1 and 2, and is meant to: the form, its new questions, the sections that are called otherwise now, since no
/// question may be called like its group.
type Meant = (&'static str, &'static [&'static str], (&'static str, &'static str));
const MEANT: [Meant; 2] = [
    ("child-visit", &["risks"], ("care", "guardians")),
    ("elder-visit", &["response", "benefits", "kin_reached", "hygiene", "visit_wish"], ("health", "body")),
];

fn day() -> NaiveDate {
    TODAY.parse().unwrap()
}
fn find(name: &str) -> Form {
    (**Forms::shipped().find(name).unwrap()).clone()
}
fn many(ids: &[&str]) -> Value {
    Value::Many(ids.iter().map(|id| (*id).to_owned()).collect())
}
fn answers<const N: usize>(list: [(&str, Value); N]) -> Answers {
    list.into_iter().map(|(id, value)| (id.to_owned(), value)).collect()
}
fn with(mut base: Answers, id: &str, value: impl Into<Value>) -> Answers {
    base.insert(id.to_owned(), value.into());
    base
}
fn owned(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    ids.into_iter().map(|id| id.as_ref().to_owned()).collect()
}
fn visible(form: &Form, given: &Answers) -> Vec<String> {
    owned(form.filled(given, day()).visible())
}
fn alarms(form: &Form, given: &Answers) -> Vec<String> {
    owned(form.filled(given, day()).alarms())
}
fn problems(form: &Form, given: &Answers) -> Vec<(String, ProblemKind)> {
    form.filled(given, day()).check().into_iter().map(|p| (p.question, p.kind)).collect()
}
/// What must still be answered after "as last time", once the person is met.
fn demanded_as_last_time(form: &Form, last: &Answers) -> String {
    let last = form.carry_over(last, day());
    let given = with(form.as_last_time(&last, day()), MET, "met");
    let screen = Filling { form, answers: &given, last: &last, same: true, before: None, day: day() }.screen();
    let page = screen.part(ANEW).unwrap().questions.iter().filter(|q| q.required && q.problem == Some(ProblemKind::Required));
    page.map(|q| q.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn elder() -> Answers {
    answers([
        ("kind", "home".into()),
        ("met", "met".into()),
        ("health", "chronic".into()),
        ("self_care", "alone".into()),
        ("mood", "lonely".into()),
        ("falls", "none".into()),
        ("economy", "tight".into()),
        ("family", "often".into()),
        ("home", many(&["floor"])),
        ("needs", many(&["meals", "company"])),
        ("willing", "yes".into()),
        ("done", many(&["talk"])),
        ("note", "腿脚还好".into()),
        ("next_date", "2026-12-20".into()),
    ])
}
fn child() -> Answers {
    answers([
        ("kind", "home".into()),
        ("met", "met".into()),
        ("present", many(&["grandparents"])),
        ("alone", "yes".into()),
        ("care_by", "grandparents".into()),
        ("care", "lacking".into()),
        ("school", "regular".into()),
        ("health", "good".into()),
        ("mood", "quiet".into()),
        ("home", many(&["fire"])),
        ("signs", many(&["none"])),
        ("problems", many(&["money"])),
        ("needs", many(&["aid"])),
    ])
}
fn school() -> Answers {
    answers([
        ("kind", "school".into()),
        ("met", "met".into()),
        ("spoke_with", many(&["teacher", "child"])),
        ("attendance", "regular".into()),
        ("study", "hard".into()),
        ("behaviour", many(&["none"])),
        ("mates", "well".into()),
        ("mood", "steady".into()),
        ("signs", many(&["none"])),
        ("teacher_asks", many(&["tutor"])),
        ("done", many(&["teachers"])),
        ("feedback", "told".into()),
    ])
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);
impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// Any answer to a question, mostly a fitting one.
fn any_answer(q: &SheetQuestion, chance: &mut Chance) -> Value {
    let texts = ["", "忙", "忙\n很忙", "2026-02-30"];
    match (chance.below(20), q.kind) {
        (0, _) => [Value::Null, true.into(), Value::Int(3), Value::Real(f64::NAN), many(&[]), "odd".into()][chance.below(6)].clone(),
        (1, QuestionKind::Choices) => many(&["odd"]),
        (_, QuestionKind::Choice) => q.options[chance.below(q.options.len())].id.as_str().into(),
        (_, QuestionKind::Choices) => {
            let picked: Vec<&str> = (0..=chance.below(2)).map(|_| q.options[chance.below(q.options.len())].id.as_str()).collect();
            many(&picked)
        }
        (_, QuestionKind::Date) => (day() + chrono::Duration::days(i64::try_from(chance.below(21)).unwrap() - 10)).to_string().as_str().into(),
        _ => texts[chance.below(texts.len())].into(),
    }
}

#[test]
fn the_second_versions_ask_everything_of_the_first_in_the_same_words() {
    for (id, new, (before, after)) in MEANT {
        let (one, two) = (find(&format!("{id}@1")), find(&format!("{id}@s2")));
        assert_eq!((one.title(), one.programme, one.purpose), (two.title(), two.programme, two.purpose));
        let of_two: Vec<&SheetQuestion> = two.questions().filter(|q| !new.contains(&q.id.as_str())).collect();
        assert_eq!(one.questions().collect::<Vec<_>>(), of_two, "{id}");
        assert_eq!(two.questions().count(), of_two.len() + new.len());
        let sections = |form: &Form| -> Vec<(String, Label)> { form.sheet().sections.iter().map(|s| (s.id.clone(), s.title.clone())).collect() };
        let renamed = sections(&one).into_iter().map(|(id, title)| (if id == before { after.to_owned() } else { id }, title));
        assert_eq!(renamed.collect::<Vec<_>>(), sections(&two));
        // Each question stands in the section in which it stood.
        for (s, t) in one.sheet().sections.iter().zip(&two.sheet().sections) {
            assert!(s.questions.iter().all(|q| t.questions.contains(q)), "{id} {}", s.id);
        }
    }
}

#[test]
fn the_second_versions_go_as_the_first_on_the_same_answers() {
    for (id, new, _) in MEANT {
        let (one, two) = (find(&format!("{id}@1")), find(&format!("{id}@s2")));
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        let (mut kinds, mut warned, mut asked) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for n in 0..800 {
            let mut given = Answers::new();
            for q in one.questions() {
                if chance.below(9) > 0 {
                    given.insert(q.id.clone(), any_answer(q, &mut chance));
                }
            }
            if chance.below(4) > 0 {
                given.insert(MET.to_owned(), "met".into());
            }
            let (a, b) = (one.filled(&given, day()), two.filled(&given, day()));
            let old = |ids: Vec<&str>| -> Vec<String> { owned(ids.into_iter().filter(|id| !new.contains(id))) };
            assert_eq!(old(a.visible()), old(b.visible()), "{id} {n} {given:?}");
            assert_eq!(old(a.required().into_iter().collect()), old(b.required().into_iter().collect()), "{id} {n} {given:?}");
            assert_eq!(old(a.alarms()), old(b.alarms()), "{id} {n} {given:?}");
            let before = one.questions().take(chance.below(20)).filter_map(|q| Some((q.id.clone(), given.get(&q.id)?.clone()))).collect();
            for before in [None, Some(&Answers::new()), Some(&before)] {
                let wrong = |all: Vec<domain::form::Problem>| -> Vec<_> { all.into_iter().filter(|p| !new.contains(&p.question.as_str())).collect() };
                assert_eq!(wrong(a.problems(before)), wrong(b.problems(before)), "{id} {n} {given:?}");
            }
            // Nothing of NaN is equal to itself.
            let text = |answers: Answers| format!("{answers:?}");
            assert_eq!(text(a.prune()), text(b.prune()));
            assert_eq!(text(one.carry_over(&given, day())), text(two.carry_over(&given, day())), "{id} {n} {given:?}");
            assert_eq!(one.took_place(&given), two.took_place(&given));
            assert_eq!(one.summary(&given, day(), "zh-CN"), two.summary(&given, day(), "zh-CN"));
            a.check().into_iter().for_each(|p| *kinds.entry(format!("{:?}", p.kind)).or_insert(0) += 1);
            warned.extend(old(a.alarms()));
            asked.extend(old(a.visible()));
        }
        // Chance came by everything there is.
        let every: BTreeSet<String> = one.questions().map(|q| q.id.clone()).collect();
        assert_eq!(asked, every);
        assert_eq!(warned, one.questions().filter(|q| q.alarm.is_some()).map(|q| q.id.clone()).collect());
        let wanted = ["BadDate", "NoneAndOthers", "NotAnOption", "Required", "WrongType"];
        assert!(wanted.iter().all(|kind| kinds.get(*kind) > Some(&20)), "{kinds:?}");
    }
}

#[test]
fn what_version_1_said_is_carried_into_version_2_and_what_is_new_is_asked_once() {
    let (form, last) = (find("elder-visit@s2"), elder());
    let carried = form.carry_over(&last, day());
    assert_eq!(owned(carried.keys()), ["economy", "family", "health", "home", "kind", "mood", "needs", "self_care", "willing"]);
    assert!(carried.iter().all(|(id, value)| last[id] == *value));
    assert_eq!(demanded_as_last_time(&form, &last), "response falls visit_wish");
    let last = with(with(last, "response", "clear"), "visit_wish", "home");
    assert_eq!(problems(&form, &last), [], "benefits, family reached and hygiene may stay open");
    assert_eq!(demanded_as_last_time(&form, &last), "falls", "five taps as before");

    let (form, last) = (find("child-visit@s2"), child());
    let carried = form.carry_over(&last, day());
    assert_eq!(
        owned(carried.keys()),
        ["care", "care_by", "health", "home", "kind", "mood", "needs", "present", "problems", "school"].map(str::to_owned)
    );
    assert_eq!(demanded_as_last_time(&form, &last), "alone risks signs");
    assert_eq!(demanded_as_last_time(&form, &with(last, "risks", many(&["hazard"]))), "alone signs", "six taps as before");
}

#[test]
fn what_is_new_about_elders_is_asked_where_it_can_be_seen() {
    let form = find("elder-visit@s2");
    let full = with(with(with(elder(), "response", "slow"), "visit_wish", "phone"), "benefits", many(&["old_age", "dibao"]));
    let full = with(with(full, "hygiene", "fair"), "kin_reached", "yes");
    assert_eq!(problems(&form, &full), []);
    let carried = form.carry_over(&full, day());
    assert!(["response", "visit_wish", "benefits", "hygiene"].iter().all(|id| carried.get(*id) == full.get(*id)));
    assert!(!carried.contains_key("kin_reached"), "what happened last month did not happen this month");
    // Nobody sees by phone how clean it is, nor is it asked anew for that.
    let asks = |kind: &str| visible(&form, &with(full.clone(), "kind", kind)).contains(&"hygiene".to_owned());
    assert_eq!(["home", "video", "phone"].map(asks), [true, true, false]);
    let by_phone = with(full.clone(), "kind", "phone");
    assert!(!form.carry_over(&by_phone, day()).contains_key("hygiene"));
    assert_eq!(demanded_as_last_time(&form, &with(by_phone, "kind", "home")), "falls");
    // A stroke calls for action at once; nothing else of what is new does.
    assert_eq!(alarms(&form, &full), [""; 0]);
    for option in &form.question("response").unwrap().options {
        let wanted: &[&str] = if option.id == "sudden" { &["response"] } else { &[] };
        assert_eq!(alarms(&form, &with(full.clone(), "response", option.id.as_str())), wanted, "{}", option.id);
    }
    assert!(form.question("response").unwrap().alarm.as_ref().is_some_and(|say| say.zh.contains("120") && say.en.contains("120")));
    let both = with(full, "benefits", many(&["none", "dibao"]));
    assert_eq!(problems(&form, &both), [("benefits".to_owned(), ProblemKind::NoneAndOthers)]);
}

#[test]
fn risks_of_a_child_are_one_question() {
    let form = find("child-visit@s2");
    let calm = with(child(), "risks", many(&["none"]));
    assert_eq!((problems(&form, &calm), alarms(&form, &calm)), (vec![], vec![]));
    assert_eq!(problems(&form, &child()), [("risks".to_owned(), ProblemKind::Required)]);
    assert_eq!(problems(&form, &with(child(), "risks", many(&["none", "fights"]))), [("risks".to_owned(), ProblemKind::NoneAndOthers)]);
    assert_eq!(form.carry_over(&calm, day()).get("risks"), Some(&many(&["none"])));
    for option in &form.question("risks").unwrap().options {
        let given = with(child(), "risks", many(&[&option.id]));
        assert_eq!(alarms(&form, &given).len(), usize::from(["violence", "runs_away"].contains(&option.id.as_str())), "{}", option.id);
    }
    // What called for action is asked again.
    assert_eq!(demanded_as_last_time(&form, &with(child(), "risks", many(&["violence"]))), "alone risks signs");
}

#[test]
fn a_visit_at_school_is_one_of_kind_school_and_of_a_child_that_was_seen() {
    let form = find("school-visit@1");
    let begun = form.begun(Around::default()).unwrap();
    assert_eq!(begun, answers([("kind", "school".into())]), "it is said without a tap");
    let option = |form: &Form, question: &str, id: &str| form.question(question).and_then(|q| q.option(id)).cloned();
    assert_eq!(option(&form, KIND, "school"), option(&find("child-visit@1"), KIND, "school"));
    let shown = Filling { form: &form, answers: &begun, last: &Answers::new(), same: false, before: None, day: day() }.screen();
    assert!(shown.parts[0].questions[0].readonly);
    assert_eq!(visible(&form, &begun), [KIND, MET, NOTE, NEXT_DATE]);
    assert_eq!(problems(&form, &school()), []);
    assert_eq!(visible(&form, &school()).len(), 14);
    // The same answers as in a visit to the child, where the same is asked.
    let visit = find("child-visit@s2");
    for id in ["mood", "signs"] {
        assert_eq!(form.question(id).unwrap().options, visit.question(id).unwrap().options);
    }
    // A child that is not there: the teacher is heard, and the child still waits for a visit.
    let absent = with(with(school(), "met", "nobody"), "attendance", "dropped_out");
    assert!(!form.took_place(&absent) && problems(&form, &absent).is_empty());
    assert_eq!(alarms(&form, &absent), ["attendance"]);
    assert_eq!(form.summary(&with(absent, NOTE, "老师说一周没来"), day(), "zh-CN"), "没见到（不在、放假）：老师说一周没来");
    let closed = answers([("kind", "school".into()), ("met", "nobody".into())]);
    assert_eq!((problems(&form, &closed), visible(&form, &closed).len()), (vec![], 5), "a day without school is no more than that");
    let mute = answers([("kind", "school".into()), ("met", "met".into())]);
    assert_eq!(problems(&form, &mute), [("spoke_with".to_owned(), ProblemKind::Required)]);
    let refused = with(with(school(), "met", "refused"), "refused_why", "考试");
    assert_eq!((problems(&form, &refused), alarms(&form, &refused)), (vec![], vec!["met".to_owned()]));
    // What must be reported is asked at school as at home.
    assert_eq!(alarms(&form, &with(school(), "signs", many(&["injuries"]))), ["signs"]);
    assert_eq!(alarms(&form, &with(school(), "mates", "bullied")), ["mates"]);
    assert_eq!(demanded_as_last_time(&form, &school()), "spoke_with");
    assert!(form.question(DONE).is_some() && form.question(NEXT_DATE).unwrap().dates == Some(Dates::NotPast));
}

#[test]
fn written_forms_have_words_in_both_languages_and_names_a_record_can_have() {
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (name, _) in WRITTEN {
        let form = find(name);
        assert!(form.fits_records());
        let sections = form.sheet().sections.iter();
        let mut words: Vec<&Label> = sections.map(|s| &s.title).chain([form.title()]).collect();
        for q in form.questions() {
            words.extend([&q.label].into_iter().chain(&q.short).chain(&q.hint).chain(&q.alarm).chain(q.options.iter().map(|o| &o.label)));
            let names = q.options.iter().map(|o| &o.id).chain([&q.id]);
            let fits = |id: &String| id.len() <= 24 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(names.into_iter().all(fits), "{name} {}", q.id);
            assert!(q.short.as_ref().is_some_and(|short| short.zh.chars().count() <= 6), "{name} {}", q.id);
        }
        for label in words {
            assert!(label.zh.contains(chinese) && !label.en.contains(chinese) && !label.en.is_empty(), "{name} {label:?}");
        }
    }
}

#[test]
fn written_forms_are_kept_one_row_a_line_under_known_heads() {
    for (name, json) in WRITTEN {
        let book = file::workbook(json).unwrap();
        let checked = rows::read(&book, "");
        assert_eq!((checked.mistakes, checked.notes), (vec![], vec![]), "{name}");
        assert_eq!(json.lines().filter(|line| line.starts_with("    {\"")).count(), book.survey.len() + book.choices.len(), "{name}");
        assert!(json.ends_with("}\n") && !json.contains('\r'), "{name}");
        for (sheet, rows) in [("survey", &book.survey), ("choices", &book.choices), ("settings", &book.settings.into_iter().collect())] {
            let heads: Vec<&str> = CHINESE.iter().filter(|(of, _)| *of == sheet).flat_map(|(_, heads)| heads.iter().map(|(_, head)| *head)).collect();
            let known = |head: &str| {
                heads.contains(&head) || ["::中文 (zh)", "::English (en)"].iter().any(|l| head.strip_suffix(l).is_some_and(|h| heads.contains(&h)))
            };
            for head in rows.iter().flat_map(|row| row.cells.keys()) {
                assert!(known(head), "{name} {sheet} {head}");
            }
        }
    }
}
