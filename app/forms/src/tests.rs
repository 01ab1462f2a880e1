//! Tests of forms: what the shipped ones promise, and what every form keeps to.
use super::*;
use chrono::NaiveDate;
use domain::form::{Answers, DONE, Dates, KIND, MET, MET_YES, NEXT_DATE, NOTE, ProblemKind, QuestionKind, REFUSED_WHY, SheetQuestion};
use domain::{Programme, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn many(ids: &[&str]) -> Value {
    Value::Many(ids.iter().map(|s| (*s).to_owned()).collect())
}
fn answers<const N: usize>(list: [(&str, Value); N]) -> Answers {
    list.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}
/// Forms of visits; `tests/assessments.rs` has the others.
fn shipped() -> impl Iterator<Item = &'static Form> {
    static FORMS: LazyLock<Forms> = LazyLock::new(Forms::shipped);
    FORMS.all().map(|form| &**form).filter(|form| form.purpose == Purpose::Visit)
}
fn find(name: &str) -> &'static Form {
    shipped().find(|form| form.name() == name).unwrap()
}
fn child() -> &'static Form {
    find("child-visit@1")
}
fn first_kind(form: &Form) -> Value {
    form.question(KIND).unwrap().options[0].id.as_str().into()
}
const TODAY: &str = "2026-11-21";

fn carries(form: &Form, id: &str) -> bool {
    form.item(id).is_some_and(|item| form.blank.items[item].carry)
}

/// 李主任's visit to 陈小满, as on most days.
fn routine() -> Answers {
    answers([
        ("kind", "home".into()),
        ("met", "met".into()),
        ("present", many(&["grandparents"])),
        ("alone", "yes".into()),
        ("care_by", "grandparents".into()),
        ("care", "good".into()),
        ("school", "regular".into()),
        ("health", "good".into()),
        ("mood", "steady".into()),
        ("home", many(&["none"])),
        ("signs", many(&["none"])),
        ("problems", many(&["none"])),
        ("note", "祖母说都好".into()),
        ("next_date", "2026-11-28".into()),
    ])
}
fn with(mut base: Answers, id: &str, value: impl Into<Value>) -> Answers {
    base.insert(id.to_owned(), value.into());
    base
}
fn check(form: &Form, given: &Answers) -> Vec<domain::form::Problem> {
    form.filled(given, day(TODAY)).check()
}
fn visible(form: &Form, given: &Answers) -> Vec<String> {
    form.filled(given, day(TODAY)).visible().into_iter().map(str::to_owned).collect()
}
fn required(form: &Form, given: &Answers) -> BTreeSet<String> {
    form.filled(given, day(TODAY)).required().into_iter().map(str::to_owned).collect()
}
fn prune(form: &Form, given: &Answers) -> Answers {
    form.filled(given, day(TODAY)).prune()
}
fn alarms(form: &Form, given: &Answers) -> Vec<String> {
    form.filled(given, day(TODAY)).alarms().into_iter().map(str::to_owned).collect()
}
fn changes(form: &Form, last: &Answers, now: &Answers) -> Vec<String> {
    form.changes((last, day(TODAY)), (now, day(TODAY)))
}
/// What a visit as last time asks all the same, and whether that is enough for it.
fn anew(form: &Form, last: &Answers, given: &Answers) -> (Vec<String>, bool) {
    let screen = Filling { form, answers: given, last, same: true, before: None, day: day(TODAY) }.screen();
    let page = screen.part(domain::form::ANEW).map(|part| part.questions.iter().map(|q| q.id.clone()).collect());
    (page.unwrap_or_default(), screen.routine)
}
fn problems(form: &Form, given: &Answers) -> Vec<(String, ProblemKind)> {
    check(form, given).into_iter().map(|p| (p.question, p.kind)).collect()
}

#[test]
fn every_programme_has_a_visit_form_with_the_questions_lists_rely_on() {
    let kinds = [
        (Programme::Child, vec!["home", "phone", "school", "extra"]),
        (Programme::Elder, vec!["home", "phone", "video"]),
        (Programme::Social, vec!["home", "phone", "station"]),
    ];
    for (programme, kinds) in kinds {
        let forms = Forms::shipped();
        let form = forms.current_for(programme, Purpose::Visit).unwrap();
        let options = |id: &str| form.question(id).unwrap().options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>();
        assert_eq!(options(KIND), kinds);
        assert_eq!(options(MET), [MET_YES, "refused", "nobody"]);
        assert_eq!(form.question(NOTE).unwrap().kind, QuestionKind::Prose);
        assert_eq!(form.question(NEXT_DATE).unwrap().dates, Some(Dates::NotPast));
        assert!(![MET, NEXT_DATE, NOTE].iter().any(|id| carries(form, id)));
        assert!(form.question(DONE).is_some() && form.question(REFUSED_WHY).is_some());
    }
}

#[test]
fn a_routine_visit_demands_seven_to_fourteen_answers_most_of_them_carried_over() {
    for form in shipped() {
        // The calmest answer: "none of these" where there is one, else the first option.
        let calm = |q: &SheetQuestion| match q.kind {
            QuestionKind::Choice => q.options.first().map(|o| o.id.as_str().into()),
            QuestionKind::Choices => q.options.iter().find(|o| o.none).or(q.options.first()).map(|o| many(&[&o.id])),
            _ => None,
        };
        let mut given = Answers::new();
        while let Some((id, value)) = visible(form, &given)
            .into_iter()
            .filter(|id| !given.contains_key(id))
            .find_map(|id| Some((id.clone(), calm(form.question(&id).unwrap())?)))
        {
            given.insert(id, value);
        }
        let shown = visible(form, &given);
        let demanded = required(form, &given);
        assert!(shown.len() <= 19 && (7..=14).contains(&demanded.len()), "{}: {} of {}", form.name(), demanded.len(), shown.len());
        assert_eq!(check(form, &given), []);
        // What is left to tap at the next visit.
        let next = form.carry_over(&given, day(TODAY));
        let open = shown.iter().filter(|id| demanded.contains(*id) && !next.contains_key(*id)).count();
        assert!(open <= 3, "{}: {open}", form.name());
        assert!(next.keys().all(|id| carries(form, id)));
    }
}

#[test]
fn a_refusal_asks_the_reason_and_skips_the_rest() {
    for form in shipped() {
        let refused = answers([("kind", first_kind(form)), ("met", "refused".into())]);
        let shown = visible(form, &refused);
        assert_eq!(shown, [KIND, MET, REFUSED_WHY, NOTE, NEXT_DATE]);
        assert_eq!(problems(form, &refused), [(REFUSED_WHY.to_owned(), ProblemKind::Required)]);
        let told = with(refused, REFUSED_WHY, "正在吃饭");
        assert_eq!(problems(form, &told), []);
        assert!(!form.took_place(&told) && form.summary(&told, day(TODAY), "zh-CN").ends_with("：正在吃饭"));
    }
}

#[test]
fn signs_of_harm_call_for_a_report() {
    let words = |id: &String| child().question(id).unwrap().alarm.clone().unwrap().zh;
    let said = |a: &Answers| alarms(child(), a).into_iter().map(|id| (id.clone(), words(&id))).collect::<Vec<_>>();
    assert_eq!(said(&routine()), []);
    assert_eq!(said(&answers([])), []);
    for option in &child().question("signs").unwrap().options {
        let given = with(routine(), "signs", many(&[&option.id]));
        assert_eq!(said(&given).len(), usize::from(!option.none), "{}", option.id);
        assert!(said(&given).iter().all(|(q, l)| q == "signs" && l.contains("马上报告") && l.contains("110")));
    }
    assert_eq!(said(&with(routine(), "care_by", "nobody"))[0].0, "care_by");
    assert_eq!(
        said(&with(with(routine(), "met", "refused"), "signs", many(&["injuries"])))[0].0,
        "met",
        "an answer that is not asked raises no alarm"
    );
}

#[test]
fn wrong_answers_are_told() {
    use ProblemKind::*;
    let form = child();
    assert_eq!(problems(form, &routine()), []);
    let cases: [(&str, Value, ProblemKind); 16] = [
        ("kind", Value::Null, Required),
        ("kind", "".into(), Required),
        ("kind", "boat".into(), NotAnOption),
        ("kind", true.into(), WrongType),
        ("kind", many(&["home"]), WrongType),
        ("present", many(&[]), Required),
        ("present", many(&["nobody", "father"]), NoneAndOthers),
        ("present", many(&["ghost"]), NotAnOption),
        ("present", "father".into(), WrongType),
        ("note", Value::Int(3), WrongType),
        ("note", "好".repeat(5001).into(), TooLong),
        ("next_date", "2026-11-20".into(), BadDate),
        ("next_date", "2026-02-30".into(), BadDate),
        ("next_date", "11月28日".into(), BadDate),
        ("next_date", "2026-1-2".into(), BadDate),
        ("weather", "雨".into(), UnknownQuestion),
    ];
    for (id, value, wanted) in cases {
        assert_eq!(problems(form, &with(routine(), id, value.clone())), [(id.to_owned(), wanted)], "{id} {value:?}");
    }
    assert_eq!(problems(form, &with(routine(), "next_date", TODAY)), []);
    let refused = with(routine(), "met", "refused");
    assert_eq!(problems(form, &with(with(refused, "refused_why", "忙\n很忙"), "mood", true)), [("refused_why".to_owned(), WrongType)]);
}

#[test]
fn numbers_dates_and_conditions_keep_to_their_bounds() {
    let form = Form::from_json(
        r#"{"id":"t","version":2,"programme":"elder","title":{"zh":"题","en":"t"},"sections":[{"id":"s","title":{"zh":"节","en":"s"},"questions":[
        {"id":"falls","kind":"number","label":{"zh":"几次","en":"n"},"min":0,"max":9},
        {"id":"born","kind":"date","label":{"zh":"生","en":"b"},"dates":"not_future","show_if":{"q":"falls","answered":true}},
        {"id":"hurt","kind":"yes_no","label":{"zh":"伤","en":"h"},"show_if":{"q":"falls","gt":0},"required":{"q":"falls","gt":1}},
        {"id":"calm","kind":"text","label":{"zh":"好","en":"c"},"show_if":{"any":[{"q":"falls","lt":1},{"all":[{"q":"hurt","is":false},{"not":{"q":"born","answered":true}}]}]},"min":2,"max":3}
        ]}]}"#,
    )
    .unwrap();
    let shown = |a: &Answers| visible(&form, a).join(" ");
    assert_eq!(form.name(), "t@2");
    assert_eq!(shown(&answers([])), "falls");
    assert_eq!(shown(&answers([("falls", Value::Int(0))])), "falls born calm");
    assert_eq!(shown(&answers([("falls", Value::Int(1)), ("hurt", false.into())])), "falls born hurt calm");
    assert_eq!(shown(&answers([("falls", Value::Int(1)), ("hurt", false.into()), ("born", "2020-01-01".into())])), "falls born hurt");
    // 伤 is not asked without a fall, so its answer opens nothing.
    assert_eq!(shown(&answers([("hurt", false.into())])), "falls");
    let kinds = |a: &Answers| problems(&form, a).into_iter().map(|p| p.1).collect::<Vec<_>>();
    for (n, wanted) in [
        (Value::Int(-1), vec![ProblemKind::OutOfRange]),
        (Value::Int(9), vec![ProblemKind::Required]),
        (Value::Real(9.5), vec![ProblemKind::OutOfRange, ProblemKind::Required]),
        (Value::Real(f64::NAN), vec![ProblemKind::WrongType]),
        (Value::Int(1), vec![]),
    ] {
        assert_eq!(kinds(&answers([("falls", n.clone())])), wanted, "{n:?}");
    }
    assert_eq!(kinds(&answers([("falls", Value::Int(0)), ("born", "2026-11-22".into())])), [ProblemKind::BadDate]);
    assert_eq!(kinds(&answers([("falls", Value::Int(0)), ("calm", "好".into())])), [ProblemKind::OutOfRange]);
    assert_eq!(kinds(&answers([("falls", Value::Int(0)), ("calm", "好好好好".into())])), [ProblemKind::TooLong]);
    assert!(changes(&form, &answers([("falls", Value::Int(1))]), &answers([("falls", Value::Real(1.0))])).is_empty());
    assert!(form.took_place(&answers([])), "a form that does not ask was a visit");
}

/// A form of two questions, in which a test changes something.
fn broken(question: &str) -> Result<Form, FormError> {
    Form::from_json(&format!(
        r#"{{"id":"t","version":1,"programme":"child","title":{{"zh":"题","en":"t"}},"sections":[{{"id":"s","title":{{"zh":"节","en":"s"}},"questions":[
        {{"id":"a","kind":"choice","label":{{"zh":"甲","en":"a"}},"options":[{{"id":"x","label":{{"zh":"一","en":"1"}}}}]}},{question}]}}]}}"#
    ))
}

#[test]
fn a_form_that_cannot_be_asked_is_refused() {
    use FormError::*;
    let b = |rest: &str| format!(r#"{{"id":"b","kind":"text","label":{{"zh":"乙","en":"b"}}{rest}}}"#);
    assert!(broken(&b("")).is_ok());
    let two = ("b".to_owned(), "a".to_owned());
    for (rest, wanted) in [
        (r#","show_if":{"q":"b","answered":true}"#, NotBefore("b".into(), "b".into())),
        (r#","show_if":{"all":[{"not":{"q":"later","is":"x"}}]}"#, NotBefore("b".into(), "later".into())),
        (r#","required":{"q":"b","answered":true}"#, NotBefore("b".into(), "b".into())),
        (r#","show_if":{"q":"a","is":"y"}"#, NeverHolds(two.0.clone(), two.1.clone())),
        (r#","show_if":{"q":"a","in":[]}"#, NeverHolds(two.0.clone(), two.1.clone())),
        (r#","show_if":{"q":"a","has":"x"}"#, NeverHolds(two.0.clone(), two.1.clone())),
        (r#","show_if":{"q":"a","gt":1}"#, NeverHolds(two.0, two.1)),
        (r#","options":[{"id":"x","label":{"zh":"一","en":"1"}}]"#, Options("b".into())),
        (r#","min":3,"max":2"#, Bounds("b".into())),
        (r#","dates":"not_past""#, Bounds("b".into())),
        (r#","hint":{"zh":"","en":"x"}"#, NoWords("b".into())),
    ] {
        assert_eq!(broken(&b(rest)), Err(wanted), "{rest}");
    }
    assert_eq!(broken(&b("").replace("\"b\",\"kind", "\"a\",\"kind")), Err(Duplicate("a".into())));
    assert_eq!(broken(&b("").replace("\"b\",\"kind", "\"photos\",\"kind")), Err(Taken("photos".into())));
    assert_eq!(broken(&b("").replace("\"b\",\"kind", "\"B\",\"kind")), Err(BadId("B".into())));
    assert_eq!(broken(&b("").replace("text", "choice")), Err(Options("b".into())));
    for unknown in [r#","colour":"red""#, r#","show_if":{"q":"a","is":"x","in":["x"]}"#, r#","show_if":{"q":"a"}"#] {
        assert!(matches!(broken(&b(unknown)), Err(Json(_))), "{unknown}");
    }
    assert!(matches!(Form::from_json("{"), Err(Json(_))));
    let deep = format!("{}{}{}", r#"{"not":"#.repeat(5000), r#"{"q":"a","is":"x"}"#, "}".repeat(5000));
    assert!(matches!(broken(&b(&format!(r#","show_if":{deep}"#))), Err(Json(_))));
}

#[test]
fn only_what_counts_is_kept_and_carried() {
    let form = child();
    let given = with(with(with(routine(), "needs", many(&["aid"])), "care", ""), "from_a_newer_app", "x");
    let kept = prune(form, &given);
    assert!(!kept.contains_key("needs") && !kept.contains_key("care") && kept.contains_key("from_a_newer_app"));
    let last = with(with(routine(), "mood", "gone_in_this_version"), "health", "disability");
    let next = form.carry_over(&last, day(TODAY));
    assert_eq!(next.keys().collect::<Vec<_>>(), ["care", "care_by", "health", "home", "kind", "present", "problems", "school"]);
    assert_eq!(next["health"], "disability".into());
}

#[test]
fn a_visit_as_last_time_asks_about_safety_anew() {
    let asked = |name: &str, last: &Answers, now: &[(&str, &str)]| {
        let form = find(name);
        let last = form.carry_over(last, day(TODAY));
        let mut given = form.as_last_time(&last, day(TODAY));
        given.extend(now.iter().map(|(id, option)| ((*id).to_owned(), Value::from(*option))));
        let (page, routine) = anew(form, &last, &given);
        let must = page.into_iter().filter(|id| required(form, &given).contains(id));
        (must.collect::<Vec<_>>().join(" "), routine)
    };
    let child = |last: &Answers, now: &[(&str, &str)]| asked("child-visit@1", last, now);
    assert_eq!(child(&routine(), &[]), ("met".to_owned(), true));
    assert_eq!(child(&routine(), &[("met", "met")]), ("met alone signs".to_owned(), true));
    assert_eq!(child(&routine(), &[("met", "refused")]), ("met refused_why".to_owned(), true), "there was no visit to go through");
    // What was not asked last time, by phone, is asked now.
    assert_eq!(child(&with(routine(), "kind", "phone"), &[("met", "met"), ("kind", "home")]).0, "met alone home signs");
    // What called for action last time is never taken over, and calls for the whole form as long as it does.
    for (id, option) in [("care_by", "nobody"), ("care", "absent"), ("care", "improper")] {
        let last = with(routine(), id, option);
        assert!(child(&last, &[("met", "met")]).0.contains(id), "{id} {option}");
        assert!(!child(&last, &[("met", "met"), (id, option)]).1);
    }
    assert!(child(&with(routine(), "care", "absent"), &[("met", "met"), ("care", "good")]).1);
    let elder = |now: &[(&str, &str)]| asked("elder-visit@1", &elder_routine(), now).0;
    assert_eq!(elder(&[("met", "met")]), "met falls");
    assert_eq!(elder(&[("met", "met"), ("falls", "once")]), "met falls fall_hurt");
}

fn elder_routine() -> Answers {
    let one = ["health", "self_care", "mood", "economy", "family", "willing"].map(|id| (id, ["good", "alone", "good", "enough", "often", "yes"]));
    let mut last =
        answers([("kind", "home".into()), ("met", "met".into()), ("falls", "none".into()), ("home", many(&["none"])), ("needs", many(&["none"]))]);
    last.extend(one.into_iter().enumerate().map(|(n, (id, options))| (id.to_owned(), options[n].into())));
    last
}

#[test]
fn changes_name_the_questions_answered_differently() {
    let form = child();
    let now = with(with(with(routine(), "mood", "low"), "problems", many(&["money"])), "done", many(&["talk"]));
    assert_eq!(changes(form, &routine(), &now), ["mood", "problems", "done"]);
    assert!(changes(form, &now, &now).is_empty());
    assert!(changes(form, &routine(), &with(routine(), "done", many(&["talk"]))).is_empty(), "not asked, so not changed");
}

#[test]
fn answers_are_shown_in_words() {
    let form = child();
    let show = |id: &str, value: Value, lang: &str| form.question(id).unwrap().show(&value, lang);
    assert_eq!(show("kind", "home".into(), "zh-CN"), "入户");
    assert_eq!(show("kind", "home".into(), "en"), "At home");
    assert_eq!(show("kind", "boat".into(), "zh-CN"), "boat");
    assert_eq!(show("present", many(&["father", "grandparents"]), "zh-CN"), "祖父母、外祖父母、父亲");
    assert_eq!(show("present", many(&["father", "mother"]), "en-GB"), "Father, Mother");
    assert_eq!(show("next_date", "2026-11-08".into(), "zh-CN"), "2026年11月8日");
    assert_eq!(show("next_date", "2026-11-08".into(), "en"), "8 Nov 2026");
    assert_eq!(show("next_date", "下周".into(), "zh-CN"), "下周");
    assert_eq!(show("note", Value::Null, "zh-CN"), "");
    assert_eq!((show("note", true.into(), "zh-CN"), show("note", Value::Int(3), "en")), ("是".into(), "3".into()));
    assert_eq!(form.question("mood").unwrap().brief("zh-CN"), "情绪");
}

#[test]
fn a_timeline_shows_the_first_words() {
    let form = child();
    let long = with(routine(), "note", "祖母说夜里常哭，\n已和班主任约周三。".to_owned() + &"再看。".repeat(30));
    let line = form.summary(&long, day(TODAY), "zh-CN");
    assert!(line.starts_with("祖母说夜里常哭， 已和班主任约周三。再看。") && line.ends_with('…') && line.chars().count() == 61, "{line}");
    let silent = with(with(with(routine(), "note", " "), "problems", many(&["money"])), "done", many(&["talk", "goods"]));
    assert_eq!(form.summary(&silent, day(TODAY), "zh-CN"), "陪伴、开导、送钱物");
    assert_eq!(form.summary(&with(routine(), "note", Value::Null), day(TODAY), "zh-CN"), "入户");
    assert_eq!(form.summary(&answers([("kind", "home".into()), ("met", "nobody".into())]), day(TODAY), "zh-CN"), "没有人在");
    assert_eq!(form.summary(&answers([]), day(TODAY), "zh-CN"), "");
}

#[test]
fn a_tap_chooses_and_none_of_these_excludes_the_rest() {
    let kind = child().question("kind").unwrap();
    assert_eq!(kind.toggle(&Value::Null, "home"), "home".into());
    assert_eq!(kind.toggle(&"home".into(), "phone"), "phone".into());
    assert_eq!(kind.toggle(&"home".into(), "home"), Value::Null);
    let home = child().question("home").unwrap();
    assert_eq!(home.toggle(&Value::Null, "gas"), many(&["gas"]));
    assert_eq!(home.toggle(&many(&["gas"]), "fire"), many(&["fire", "gas"]));
    assert_eq!(home.toggle(&many(&["fire", "gas"]), "gas"), many(&["fire"]));
    assert_eq!(home.toggle(&many(&["fire", "gas"]), "none"), many(&["none"]));
    assert_eq!(home.toggle(&many(&["none"]), "gas"), many(&["gas"]));
}

/// Any value for any question, mostly a fitting one.
fn any_answers(form: &'static Form) -> impl Strategy<Value = Answers> {
    let one = |q: &'static SheetQuestion| {
        let ids: Vec<String> = q.options.iter().map(|o| o.id.clone()).chain(["odd".to_owned()]).collect();
        let some = proptest::collection::btree_set(proptest::sample::select(ids.clone()), 0..3).prop_map(Value::Many);
        let text = proptest::sample::select(ids).prop_map(Value::Text);
        let date = (0i64..2000).prop_map(|d| Value::Text((day("2024-01-01") + chrono::Duration::days(d)).to_string()));
        let fitting = match q.kind {
            QuestionKind::Choices => some.boxed(),
            QuestionKind::Date => date.boxed(),
            _ => text.boxed(),
        };
        let odd = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(Value::Real),
            "\\PC{0,8}".prop_map(Value::Text)
        ];
        proptest::option::weighted(0.9, prop_oneof![9 => fitting, 1 => odd]).prop_map(|v| v.map(|v| (q.id.clone(), v)))
    };
    form.questions().map(one).collect::<Vec<_>>().prop_map(|all| all.into_iter().flatten().collect())
}

fn any_form_and_answers() -> impl Strategy<Value = (&'static Form, Answers, Answers)> {
    proptest::sample::select(shipped().collect::<Vec<_>>()).prop_flat_map(|form| (Just(form), any_answers(form), any_answers(form)))
}

proptest! {
    #[test]
    fn leaving_out_what_does_not_count_changes_nothing((form, given, _) in any_form_and_answers()) {
        let kept = prune(form, &given);
        prop_assert_eq!(visible(form, &kept), visible(form, &given));
        prop_assert_eq!(check(form, &kept), check(form, &given));
        prop_assert_eq!(alarms(form, &kept), alarms(form, &given));
        prop_assert_eq!(prune(form, &kept).len(), kept.len());
        let asked: BTreeSet<String> = visible(form, &given).into_iter().collect();
        prop_assert!(kept.keys().all(|id| asked.contains(id)));
    }

    #[test]
    fn what_is_carried_over_is_acceptable_as_it_is((form, last, now) in any_form_and_answers()) {
        let carried = form.carry_over(&last, day(TODAY));
        let mut next = now;
        next.extend(carried.clone());
        let wrong: Vec<String> = check(form, &next).into_iter().map(|p| p.question).collect();
        prop_assert!(carried.keys().all(|id| !wrong.contains(id)));
        prop_assert!(carried.iter().all(|(id, v)| last.get(id) == Some(v)));
    }

    #[test]
    fn one_page_is_enough_for_a_visit_as_last_time((form, last, now) in any_form_and_answers()) {
        let last = form.carry_over(&last, day(TODAY));
        let mut given = form.as_last_time(&last, day(TODAY));
        given.extend(now.into_iter().filter(|(id, _)| !given.contains_key(id)).collect::<Vec<_>>());
        let page: BTreeSet<String> = anew(form, &last, &given).0.into_iter().collect();
        prop_assert!(check(form, &given).iter().all(|p| page.contains(&p.question)));
        // What was worrying is asked again, and what is asked about safety was never taken over.
        prop_assert!(alarms(form, &given).iter().all(|id| page.contains(id)));
        prop_assert!(["met", "alone", "signs", "falls", "state"].iter().all(|id| !form.as_last_time(&last, day(TODAY)).contains_key(*id)));
    }

    #[test]
    fn only_answers_that_differ_are_changes((form, last, now) in any_form_and_answers()) {
        let there: BTreeSet<String> = changes(form, &last, &now).into_iter().collect();
        let back: BTreeSet<String> = changes(form, &now, &last).into_iter().collect();
        prop_assert_eq!(&there, &back);
        let (last, now) = (prune(form, &last), prune(form, &now));
        for question in form.questions().filter(|q| !there.contains(&q.id)) {
            prop_assert_eq!(last.get(&question.id), now.get(&question.id));
        }
    }

    #[test]
    fn a_tap_never_makes_a_wrong_answer((form, _, _) in any_form_and_answers(), taps in proptest::collection::vec((0usize..99, 0usize..99), 0..40)) {
        let mut given = answers([("kind", first_kind(form)), ("met", "met".into())]);
        let chosen: Vec<&SheetQuestion> = form.questions().filter(|q| !q.options.is_empty()).collect();
        for (q, o) in taps {
            let question = chosen[q % chosen.len()];
            let value = question.toggle(given.get(&question.id).unwrap_or(&Value::Null), &question.options[o % question.options.len()].id);
            given.insert(question.id.clone(), value);
        }
        prop_assert!(check(form, &given).iter().all(|p| p.kind == ProblemKind::Required));
    }

    #[test]
    fn any_answer_can_be_shown((form, given, _) in any_form_and_answers()) {
        for question in form.questions() {
            let _ = question.show(given.get(&question.id).unwrap_or(&Value::Null), "zh-CN");
        }
        prop_assert!(form.summary(&given, day(TODAY), "en").chars().count() <= 61);
    }
}

#[test]
fn a_newer_form_for_something_else_is_no_visits_form() {
    let json = include_str!("../../../assets/forms/child-visit@1.json");
    let json = json.replacen(r#""id": "child-visit""#, r#""id": "child-scale", "purpose": "assessment""#, 1).replacen(
        r#""version": 1"#,
        r#""version": 9"#,
        1,
    );
    let read = Form::from_json(&json).unwrap();
    assert_eq!(read.purpose, Purpose::Assessment);
    let visit = Form::from_json(include_str!("../../../assets/forms/child-visit@1.json")).unwrap();
    let forms: Forms = [visit, read].into_iter().collect();
    let newest = |programme, purpose| forms.current_for(programme, purpose).map(|form| form.name());
    assert_eq!(newest(Programme::Child, Purpose::Visit), Some("child-visit@1".to_owned()));
    assert_eq!(newest(Programme::Child, Purpose::Assessment), Some("child-scale@9".to_owned()));
    assert_eq!(newest(Programme::Elder, Purpose::Visit), None);
    let names = |name| forms.named(name).map(|form| form.name());
    assert_eq!(
        (names("child-visit"), names("child-scale@9"), names("child-scale@8")),
        (Some("child-visit@1".into()), Some("child-scale@9".into()), None)
    );
}

/// A form of rows, each `type name column=value …`.
fn written(survey: &[&[(&str, &str)]], choices: &[&[(&str, &str)]]) -> Form {
    let rows = |rows: &[&[(&str, &str)]]| -> Vec<std::collections::BTreeMap<String, String>> {
        rows.iter().map(|row| row.iter().map(|(head, cell)| ((*head).to_owned(), (*cell).to_owned())).collect()).collect()
    };
    let file = serde_json::json!({"format": 1, "settings": {"form_id": "f", "version": "1"}, "survey": rows(survey), "choices": rows(choices)});
    Form::from_kept(&file.to_string(), 1).unwrap()
}
fn after(form: &Form, answers: &Answers, id: &str, value: impl Into<Value>) -> Answers {
    form.filled(answers, day(TODAY)).after(&Change::Answer(id, &value.into()), [7; 32]).unwrap()
}
fn begun(form: &Form) -> Answers {
    form.begun(crate::sheet::instance::Around::default()).unwrap()
}

#[test]
fn a_count_that_is_lower_for_a_moment_takes_nothing_away() {
    let form = written(
        &[
            &[("type", "integer"), ("name", "n"), ("label", "N")],
            &[("type", "begin_repeat"), ("name", "r"), ("label", "R"), ("repeat_count", "${n}")],
            &[("type", "text"), ("name", "who"), ("label", "W")],
            &[("type", "end_repeat")],
        ],
        &[],
    );
    let mut given = after(&form, &begun(&form), "n", 9);
    let ids: Vec<String> = visible(&form, &given).into_iter().skip(1).collect();
    for id in &ids {
        given = after(&form, &given, id, "甲");
    }
    // 9 becomes 10, and she pauses after the first digit.
    let paused = after(&form, &given, "n", 1);
    assert_eq!((visible(&form, &paused).len(), prune(&form, &paused).len()), (2, 2), "what is not counted does not count");
    let after = after(&form, &paused, "n", 10);
    assert_eq!(visible(&form, &after).len(), 11);
    assert!(ids.iter().all(|id| after[id] == "甲".into()), "{after:?}");
}

#[test]
fn what_is_worked_out_follows_from_answers_however_they_came() {
    let form = written(
        &[
            &[("type", "decimal"), ("name", "height"), ("label", "H"), ("nuanfang::carry", "yes")],
            &[("type", "decimal"), ("name", "weight"), ("label", "W"), ("nuanfang::carry", "yes")],
            &[("type", "decimal"), ("name", "bmi"), ("label", "B"), ("required", "yes"), ("calculation", "${weight} div ${height}")],
            &[("type", "calculate"), ("name", "id"), ("calculation", "uuid()")],
        ],
        &[],
    );
    let taken = answers([("height", Value::Int(2)), ("weight", Value::Int(80))]);
    let settled = form.filled(&taken, day(TODAY)).settled().unwrap();
    assert_eq!((&settled["bmi"], check(&form, &taken)), (&Value::Int(40), vec![]));
    assert_eq!(prune(&form, &taken)["bmi"], Value::Int(40));
    // By hand, and back when something else is weighed.
    let byhand = after(&form, &settled, "bmi", 39);
    assert_eq!(prune(&form, &byhand)["bmi"], Value::Int(39));
    assert_eq!(after(&form, &byhand, "weight", 60)["bmi"], Value::Int(30));
    // What is of chance is drawn once.
    assert_eq!(prune(&form, &settled)["id"], settled["id"]);
    assert_eq!(prune(&form, &byhand)["id"], settled["id"]);
}

#[test]
fn a_date_that_may_not_be_past_or_future_is_asked_like_one_of_the_first_kind() {
    let form = written(
        &[
            &[("type", "date"), ("name", "next"), ("label", "N"), ("constraint", ". >= today()"), ("constraint_message", "晚一点")],
            &[("type", "date"), ("name", "born"), ("label", "B"), ("constraint", ".<=today()")],
            &[("type", "date"), ("name", "both"), ("label", "C"), ("constraint", ". >= today() and . < '2030-01-01'")],
            &[("type", "text"), ("name", "words"), ("label", "W"), ("constraint", ". >= today()")],
        ],
        &[],
    );
    let dates = |id: &str| form.question(id).unwrap().dates;
    assert_eq!(["next", "born", "both", "words"].map(dates), [Some(Dates::NotPast), Some(Dates::NotFuture), None, None]);
    assert_eq!(problems(&form, &answers([("next", TODAY.into()), ("born", TODAY.into()), ("both", TODAY.into())])), []);
    let wrong = answers([("next", "2026-11-20".into()), ("born", "2026-11-22".into()), ("both", "2026-11-20".into())]);
    let told = [("next", ProblemKind::BadDate), ("born", ProblemKind::BadDate), ("both", ProblemKind::OutOfRange)];
    assert_eq!(problems(&form, &wrong), told.map(|(id, kind)| (id.to_owned(), kind)));
    // In the form's own words, where it has some.
    let shown = Filling { form: &form, answers: &wrong, last: &Answers::new(), same: false, before: None, day: day(TODAY) }.screen();
    assert_eq!(shown.problems().next().and_then(|(q, _)| q.say.as_ref()).map(|say| say.zh.as_str()), Some("晚一点"));
    // A visit that is corrected said so before.
    let corrected = form.filled(&wrong, day(TODAY)).problems(Some(&wrong));
    assert_eq!(corrected.iter().map(|p| p.question.as_str()).collect::<Vec<_>>(), ["both"]);
}

#[test]
fn a_title_may_be_said_in_several_languages() {
    let title = |settings: &str| {
        let json = format!(r#"{{"format":1,"settings":{{"form_id":"f"{settings}}},"survey":[{{"type":"text","name":"a","label":"A"}}]}}"#);
        let title = Form::from_kept(&json, 1).unwrap().title().clone();
        (title.zh, title.en)
    };
    let both = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    assert_eq!(title(""), both("f", "f"));
    assert_eq!(title(r#","form_title":"走访""#), both("走访", "走访"));
    assert_eq!(title(r#","form_title":"走访","form_title::English (en)":"Visit""#), both("走访", "Visit"));
    assert_eq!(title(r#","form_title::中文 (zh)":"走访","form_title::English (en)":"Visit""#), both("走访", "Visit"));
}

#[test]
fn what_counts_is_what_the_form_goes_by() {
    let form = written(
        &[
            &[("type", "select_one s"), ("name", "from"), ("label", "F")],
            &[("type", "select_multiple h"), ("name", "help"), ("label", "H"), ("choice_filter", "of = ${from}")],
            &[("type", "integer"), ("name", "n"), ("label", "N")],
            &[("type", "rank s"), ("name", "order"), ("label", "O")],
            &[("type", "select_one s"), ("name", "met"), ("label", "M")],
        ],
        &[
            &[("list_name", "s"), ("name", "a"), ("label", "A")],
            &[("list_name", "s"), ("name", "b"), ("label", "B")],
            &[("list_name", "h"), ("name", "x"), ("label", "X"), ("of", "a")],
            &[("list_name", "h"), ("name", "y"), ("label", "Y"), ("of", "b")],
        ],
    );
    let given = answers([("from", "b".into()), ("help", many(&["x", "y"])), ("n", Value::Real(3.7)), ("order", "b".into())]);
    let kept = prune(&form, &given);
    assert_eq!((&kept["help"], &kept["n"], &kept["order"]), (&many(&["y"]), &Value::Int(3), &"b a".into()));
    // What is offered no more counts as not answered, and nothing is wrong with it.
    let other = with(given, "help", many(&["x"]));
    assert!(check(&form, &other).is_empty() && !prune(&form, &other).contains_key("help"));
    assert!(!form.questions().any(|q| q.id == MET), "a question means something when its form says so");
    assert!(form.took_place(&other));
}

#[test]
fn instances_are_found_by_their_keys_and_nothing_else() {
    let form = written(
        &[
            &[("type", "begin_repeat"), ("name", "家庭成员的情况登记"), ("label", "R")],
            &[("type", "begin_repeat"), ("name", "vaccination_history"), ("label", "S")],
            &[("type", "begin_repeat"), ("name", "third"), ("label", "T")],
            &[("type", "text"), ("name", "who"), ("label", "W")],
            &[("type", "end_repeat")],
            &[("type", "end_repeat")],
            &[("type", "end_repeat")],
        ],
        &[],
    );
    assert!(form.fits_records());
    let mut given = begun(&form);
    let who = visible(&form, &given).remove(0);
    assert!(domain::shape::is_name(&who), "{who}");
    given = after(&form, &given, &who, "甲");
    assert_eq!(prune(&form, &given)[&who], "甲".into());
    // What is no key of it is kept, and said to be none.
    let strange = with(given.clone(), "x-who", "乙");
    assert_eq!(
        (prune(&form, &strange).len(), problems(&form, &strange)),
        (given.len() + 1, vec![("x-who".to_owned(), ProblemKind::UnknownQuestion)])
    );
    // An instance that somebody took away does not come back by an answer to it, nor does one appear in another.
    let (outer, _) = who.split_at(who.len() - who.rsplit('-').next().unwrap().len() - 1);
    let gone = form.filled(&given, day(TODAY)).after(&Change::Remove(outer), [7; 32]).unwrap();
    assert!(visible(&form, &gone).is_empty());
    assert_eq!(after(&form, &gone, &who, "丙"), gone);
    let lost = form.filled(&given, day(TODAY)).after(&Change::Add("r-0000000-s"), [7; 32]).unwrap();
    assert_eq!(lost, given);
    // Two who add one at once have two.
    let repeat = outer.rsplit_once('-').unwrap().0;
    let added = |seed| form.filled(&given, day(TODAY)).after(&Change::Add(repeat), [seed; 32]).unwrap();
    let both: Answers = added(1).into_iter().chain(added(2)).collect();
    assert_eq!(visible(&form, &both).len(), 3);
    // Very many of a stranger are no work without end.
    let many: Answers = (0..20_000).map(|n| (format!("{}-{n:07}", form.key(1)), Value::Bool(true))).collect();
    assert!(!form.filled(&many, day(TODAY)).is_whole());
}

#[test]
fn what_could_not_be_asked_says_why_and_keeps_no_visit_open() {
    let form = child();
    let day = "2026-11-21".parse().unwrap();
    let begun = answers([("kind", "home".into()), ("met", "met".into())]);
    let wrong = |given: &Answers| form.filled(given, day).check().into_iter().map(|p| p.question).collect::<Vec<_>>();
    assert!(wrong(&begun).contains(&"mood".to_owned()));
    let said = form.filled(&begun, day).after(&Change::Answer("na-mood", &"unwilling".into()), [0; 32]).unwrap();
    assert!(!wrong(&said).contains(&"mood".to_owned()) && wrong(&said).contains(&"health".to_owned()));
    assert_eq!(form.filled(&said, day).prune().get("na-mood"), Some(&"unwilling".into()), "it is part of the visit");
    assert_eq!(form.changes((&begun, day), (&said, day)), ["mood"]);
    assert!(form.carry_over(&said, day).keys().all(|id| id != "na-mood"), "next time it is asked again");
    // It goes with the answer, and with the question.
    let asked = form.filled(&said, day).after(&Change::Answer("mood", &"steady".into()), [0; 32]).unwrap();
    assert!(!asked.contains_key("na-mood"));
    let refused = form.filled(&said, day).after(&Change::Answer("met", &"refused".into()), [0; 32]).unwrap();
    assert!(!form.filled(&refused, day).prune().contains_key("na-mood"));
    let unmet = answers([("kind", "home".into()), ("na-met", "unfit".into())]);
    assert!(wrong(&unmet).contains(&"met".to_owned()), "not by any hand");
    // Whether she was met is never left open; of what need not be answered there is nothing to say.
    let parts = form.filled(&begun, day).parts(&BTreeMap::new());
    let may: Vec<&str> = parts.iter().flat_map(|part| &part.questions).filter(|q| q.may_be_unasked).map(|q| q.id.as_str()).collect();
    assert!(may.contains(&"mood") && !may.contains(&"met") && !may.contains(&"kind") && !may.contains(&"note"));
    assert_eq!(
        wrong(&answers([("na-nothing", "unfit".into()), ("kind", "home".into()), ("met", "refused".into()), ("refused_why", "忙".into())])),
        ["na-nothing"]
    );
}

#[test]
fn a_form_of_several_languages_names_its_choices_in_its_own_and_is_shown_in_the_one_that_is_chosen() {
    let json = r#"{"format":1,"settings":{"form_id":"f","version":"1"},"survey":[
        {"type":"select_one l","name":"a","label::English (en)":"Water?","label::中文 (zh)":"水？","label::བོད་ཡིག (bo)":"ཆུ?"},
        {"type":"calculate","name":"b","calculation":"jr:choice-name(${a}, '${a}')"},
        {"type":"text","name":"c","label::中文 (zh)":"还有？","label::English (en)":"More?"}],
        "choices":[{"list_name":"l","name":"well","label::English (en)":"Well","label::中文 (zh)":"井","label::བོད་ཡིག (bo)":"ཁྲོན་པ"}]}"#;
    let form = Form::from_kept(json, 1).unwrap();
    assert_eq!(form.languages(), ["བོད་ཡིག (bo)".to_owned()].into());
    let named = |form: &Form| form.filled(&answers([("a", "well".into())]), day("2026-11-21")).prune().get("b").cloned();
    assert_eq!(named(&form), Some("井".into()), "not in the one that stands first by its letters");
    let spoken = form.speaking("བོད་ཡིག (bo)");
    let labels: Vec<&str> = spoken.questions().map(|q| q.label.zh.as_str()).collect();
    assert_eq!((labels, named(&spoken)), (vec!["ཆུ?", "还有？"], Some("ཁྲོན་པ".into())), "what has no words in it keeps its own");
    assert_eq!(spoken.question("a").unwrap().show(&"well".into(), "en"), "ཁྲོན་པ");
}

#[test]
fn a_person_written_down_above_is_chosen_below_and_read_by_name() {
    let form = written(
        &[
            &[("type", "begin_repeat"), ("name", "r"), ("label", "R")],
            &[("type", "text"), ("name", "q"), ("label", "Q")],
            &[("type", "end_repeat")],
            &[("type", "select_one ${q}"), ("name", "s"), ("label", "S"), ("nuanfang::carry", "yes")],
            &[("type", "select_multiple ${q}"), ("name", "m"), ("label", "M"), ("required", "yes")],
            &[("type", "calculate"), ("name", "c"), ("calculation", "concat(${s}, '-', ${m})")],
        ],
        &[],
    );
    let mut given = begun(&form);
    let first = visible(&form, &given).remove(0);
    given = after(&form, &given, &first, "王小明 ");
    given = form.filled(&given, day(TODAY)).after(&Change::Add("r"), [7; 32]).unwrap();
    let second = visible(&form, &given).remove(1);
    given = after(&form, &given, &second, "李四");
    let drawn = |given: &Answers| Filling { form: &form, answers: given, last: &Answers::new(), same: false, before: None, day: day(TODAY) }.screen();
    let options = |given: &Answers| {
        let screen = drawn(given);
        let question = screen.parts.iter().flat_map(|part| &part.questions).find(|q| q.id == "s").unwrap().clone();
        assert_eq!(question.offered, None);
        question.options
    };
    let named = options(&given);
    assert_eq!(named.iter().map(|o| o.label.zh.as_str()).collect::<Vec<_>>(), ["王小明 ", "李四"]);
    let keys: Vec<&str> = named.iter().map(|option| option.id.as_str()).collect();
    given = after(&form, &given, "s", keys[0]);
    given = after(&form, &given, "m", many(&[keys[1]]));
    assert_eq!((&given["c"], check(&form, &given)), (&"王小明 -李四".into(), vec![]));
    let read = |given: &Answers, id: &str| form.question_in(id, given).unwrap().show(&given[id], "zh-CN");
    assert_eq!((read(&given, "s"), read(&given, "m")), ("王小明 ".to_owned(), "李四".to_owned()));
    // What is kept reads the same.
    let kept = prune(&form, &given);
    assert_eq!((&kept["s"], &kept["m"], read(&kept, "m")), (&given["s"], &given["m"], "李四".to_owned()));
    assert_eq!(prune(&form, &kept), kept);
    // Written otherwise, it is chosen no more, and again when it is back.
    let other = after(&form, &given, &second, "赵六");
    assert_eq!((options(&other)[1].label.zh.as_str(), problems(&form, &other)), ("赵六", vec![("m".to_owned(), ProblemKind::Required)]));
    assert!(!prune(&form, &other).contains_key("m"));
    assert_eq!(prune(&form, &after(&form, &other, &second, "李四"))["m"], given["m"]);
    assert!(form.carry_over(&kept, day(TODAY)).is_empty(), "whom last time's names meant nobody knows");
}

#[test]
fn an_order_of_chance_stays_with_the_draft() {
    let choices: Vec<[(&str, &str); 3]> =
        ["a", "b", "c", "d", "e", "f", "g", "h"].iter().map(|name| [("list_name", "l"), ("name", *name), ("label", *name)]).collect();
    let choices: Vec<&[(&str, &str)]> = choices.iter().map(|row| &row[..]).collect();
    let form = written(
        &[
            &[("type", "select_one l"), ("name", "s"), ("label", "S"), ("parameters", "randomize=true")],
            &[("type", "begin_repeat"), ("name", "r"), ("label", "R")],
            &[("type", "rank l"), ("name", "k"), ("label", "K"), ("parameters", "randomize=true")],
            &[("type", "end_repeat")],
        ],
        &choices,
    );
    let around = |seed| crate::sheet::instance::Around { seed: [seed; 32], ..Default::default() };
    let orders = |given: &Answers| {
        let screen = Filling { form: &form, answers: given, last: &Answers::new(), same: false, before: None, day: day(TODAY) }.screen();
        screen.parts.iter().flat_map(|part| &part.questions).map(|q| q.offered.clone().unwrap().concat()).collect::<Vec<_>>()
    };
    let given = form.begun(around(7)).unwrap();
    let first = orders(&given);
    assert_ne!(first, orders(&form.begun(around(8)).unwrap()));
    let added = form.filled(&given, day(TODAY)).after(&Change::Add("r"), [9; 32]).unwrap();
    let orders_then = orders(&added);
    assert_eq!(orders_then[..2], first);
    let chosen = after(&form, &added, "s", "c");
    assert_eq!(orders(&chosen), orders_then);
    // It is put down with the answers, and is none.
    let kept = prune(&form, &chosen);
    assert_eq!(orders(&kept), orders_then);
    let other = with(form.begun(around(8)).unwrap(), "s", "c");
    assert_eq!(form.changes((&prune(&form, &with(given, "s", "c")), day(TODAY)), (&prune(&form, &other), day(TODAY))).len(), 2);
}

#[test]
fn an_appearance_says_how_a_question_is_drawn_and_its_answer_read() {
    let row = |kind, name, appearance| [("type", kind), ("name", name), ("label", name), ("appearance", appearance), ("required", "yes")];
    let rows = [
        row("date", "month", "month-year no-calendar"),
        row("date", "year", "year"),
        row("date", "day", "no-calendar"),
        row("text", "digits", "numbers"),
        row("text", "masked", "masked"),
        row("integer", "money", "thousands-sep"),
        row("image", "now", "new"),
        row("image", "self", "new-front"),
        row("select_one l", "head", "label"),
        row("select_one l", "line", "list-nolabel"),
        row("geotrace", "way", ""),
        row("geoshape", "field", ""),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(|row| &row[..]).collect();
    let form = written(&rows, &[&[("list_name", "l"), ("name", "a"), ("label", "A")]]);
    let kinds: Vec<_> = form.questions().map(|q| (q.kind, q.look)).collect();
    use domain::form::{Look, QuestionKind as K};
    let wanted = [
        (K::Date, Some(Look::Month)),
        (K::Date, Some(Look::Year)),
        (K::Date, None),
        (K::Text, Some(Look::Digits)),
        (K::Text, Some(Look::Masked)),
        (K::Number, Some(Look::Thousands)),
        (K::Photo, Some(Look::Camera)),
        (K::Photo, Some(Look::Selfie)),
        (K::Note, None),
        (K::Choice, None),
        (K::Trace, None),
        (K::Area, None),
    ];
    assert_eq!(kinds, wanted);
    let read = |id: &str, value: Value| ["zh-CN", "en"].map(|lang| form.question(id).unwrap().show(&value, lang));
    assert_eq!(read("month", "2026-03-01".into()), ["2026年3月", "Mar 2026"]);
    assert_eq!(read("year", "2026-01-01".into()), ["2026年", "2026"]);
    assert_eq!(read("money", Value::Int(-1_234_567)), ["-1,234,567", "-1,234,567"]);
    assert_eq!([Value::Real(1234.56789), Value::Int(-123), Value::Int(12)].map(|n| read("money", n)[0].clone()), ["1,234.56789", "-123", "12"]);
    assert_eq!(read("way", "1 2;3 4; 5 6".into()), ["3 个点", "points: 3"]);
    assert_eq!(read("field", "1 2;3 4;5 6;1 2".into())[0], "3 个点");
    // Nobody answers the head of a table, and a way that is none yet is told.
    assert!(!problems(&form, &Answers::new()).iter().any(|(id, _)| id == "head"));
    assert!(problems(&form, &answers([("way", "1 2".into())])).contains(&("way".to_owned(), ProblemKind::WrongType)));
    assert_eq!(prune(&form, &answers([("field", "1 2;3 4;1 2".into())]))["field"], "1 2;3 4;1 2".into());
}
