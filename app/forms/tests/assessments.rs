//! Assessments that ship: what they come to, by cases that were worked out by hand from the standards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use chrono::NaiveDate;
use domain::Value;
use domain::form::{Answers, LEVEL, ProblemKind, QuestionKind, SCORE};
use forms::{Change, Form, Forms, Purpose};
use std::path::PathBuf;

fn json(id: &str) -> serde_json::Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../assets/forms/{id}@1.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn form(id: &str) -> Form {
    form_set(id, &[])
}

/// A form in which a county has set something else.
fn form_set(id: &str, set: &[(&str, &str)]) -> Form {
    let mut json = json(id);
    for (name, value) in set {
        let row = json["survey"].as_array_mut().unwrap().iter_mut().find(|row| row["name"] == *name).unwrap();
        row["calculation"] = (*value).into();
    }
    Form::from_kept(&json.to_string(), 1).unwrap()
}

fn day() -> NaiveDate {
    "2026-03-04".parse().unwrap()
}

fn with(mut base: Answers, more: &[(&str, Value)]) -> Answers {
    base.extend(more.iter().map(|(id, value)| ((*id).to_owned(), value.clone())));
    base
}

fn many(chosen: &[&str]) -> Value {
    Value::Many(chosen.iter().map(|one| (*one).to_owned()).collect())
}

/// Score and level that answers come to; empty where there is none.
fn outcome(form: &Form, given: &Answers) -> (Option<i64>, String) {
    let counted = form.filled(given, day()).prune();
    let score = counted.get(SCORE).map(|score| score.number().unwrap() as i64);
    (score, counted.get(LEVEL).and_then(Value::text).unwrap_or_default().to_owned())
}

/// Drawn by a rule of its own, the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A scored question: its answers from the worst to the best, each with its points.
type Scored = (&'static str, &'static [(&'static str, i64)]);

/// What is said beside a base of answers.
type Said = Vec<(&'static str, Value)>;

/// What holds of every scale: the total is the sum, no level without all answers, and a better answer never gives a worse level. `levels` are
/// from the worst to the best; `fixed` is answered beside what is drawn, and gives these points.
fn keeps_to_its_rules(form: &Form, scored: &[Scored], (fixed, points): (&Answers, i64), levels: &[&str]) {
    let place = |level: &str| levels.iter().position(|one| *one == level).unwrap_or_else(|| panic!("{} has a level {level:?}", form.name()));
    let mut draw = Draw(42);
    let most = points + scored.iter().map(|(_, options)| options.iter().map(|(_, points)| *points).max().unwrap()).sum::<i64>();
    for _ in 0..60 {
        let mut chosen: Vec<usize> = scored.iter().map(|(_, options)| draw.below(options.len())).collect();
        let given = |chosen: &[usize]| {
            let each = scored.iter().zip(chosen).map(|((id, options), n)| ((*id).to_owned(), Value::from(options[*n].0)));
            fixed.clone().into_iter().chain(each).collect::<Answers>()
        };
        let all = given(&chosen);
        let (score, level) = outcome(form, &all);
        let sum: i64 = scored.iter().zip(&chosen).map(|((_, options), n)| options[*n].1).sum();
        assert_eq!(score, Some(points + sum), "{all:?}");
        assert!((0..=most).contains(&score.unwrap()));
        let mut open = all.clone();
        open.remove(scored[draw.below(scored.len())].0);
        assert_eq!(outcome(form, &open), (None, String::new()), "{open:?}");
        let which = draw.below(scored.len());
        if chosen[which] + 1 < scored[which].1.len() {
            chosen[which] += 1;
            let (_, better) = outcome(form, &given(&chosen));
            assert!(place(&better) >= place(&level), "{} better in {}: {level} became {better}", form.name(), scored[which].0);
        }
    }
}

#[test]
fn every_assessment_has_a_score_a_decision_and_a_reason() {
    let forms = Forms::shipped();
    let assessments: Vec<_> = forms.all().filter(|form| form.purpose == Purpose::Assessment).collect();
    for form in &assessments {
        let ids: Vec<&str> = form.questions().map(|question| question.id.as_str()).collect();
        for id in [SCORE, LEVEL, "advised", "level_why"] {
            assert!(ids.contains(&id), "{} has no {id}", form.name());
        }
        assert!(form.fits_records(), "{}", form.name());
        for question in form.questions() {
            let words = [&question.label].into_iter().chain(question.options.iter().map(|option| &option.label));
            for label in words {
                assert!(!label.zh.is_empty() && !label.en.is_empty(), "{} {}", form.name(), question.id);
                assert!(!label.zh.is_ascii() && label.en.chars().all(|c| !('\u{4e00}'..='\u{9fff}').contains(&c)), "{} {label:?}", form.name());
            }
        }
        assert_eq!(outcome(form, &Answers::new()).1, "", "{}: nothing is said of nothing", form.name());
    }
    assert_eq!(assessments.len(), 8);
}

/// The items of GB/T 42195-2022, B.1 to B.4, with their maxima.
const GBT: [(&str, i64); 26] = [
    ("eat", 4),
    ("groom", 4),
    ("bathe", 4),
    ("dress_top", 4),
    ("dress_low", 4),
    ("urine", 4),
    ("stool", 4),
    ("toilet", 4),
    ("turn", 4),
    ("transfer", 4),
    ("walk", 4),
    ("stairs", 3),
    ("time", 4),
    ("place", 4),
    ("person", 4),
    ("memory", 4),
    ("grasp", 4),
    ("express", 4),
    ("attack", 1),
    ("mood", 1),
    ("mind", 2),
    ("sight", 2),
    ("hear", 2),
    ("tasks", 4),
    ("transport", 3),
    ("social", 4),
];

fn calm() -> Answers {
    [("events".to_owned(), many(&["none"])), ("illness".to_owned(), many(&["none"]))].into()
}

/// An elder of this total: points are lost from the first item on.
fn elder(total: i64) -> Answers {
    let mut lost = 90 - total;
    let mut given = calm();
    for (item, most) in GBT {
        let points = most - lost.min(most);
        lost -= most - points;
        let said = if item == "mind" { ["stupor", "drowsy", "clear"][usize::try_from(points).unwrap()].to_owned() } else { points.to_string() };
        given.insert(item.to_owned(), said.as_str().into());
    }
    given
}

#[test]
fn an_elders_level_is_the_standards() {
    let form = form("gbt-42195");
    for (total, level) in
        [(90, "able"), (89, "mild"), (66, "mild"), (65, "moderate"), (46, "moderate"), (45, "severe"), (30, "severe"), (29, "total"), (0, "total")]
    {
        assert_eq!(outcome(&form, &elder(total)), (Some(total), level.to_owned()));
    }
    let all = form.filled(&elder(90), day()).prune();
    let subs = ["sub_self", "sub_move", "sub_mind", "sub_social"].map(|id| all[id].number().unwrap());
    assert_eq!(subs, [32.0, 15.0, 28.0, 15.0]);
}

#[test]
fn an_elders_level_changes_on_three_grounds() {
    let (once, twice) = (form("gbt-42195"), form_set("gbt-42195", &[("set_stack", "1")]));
    let dementia = ("illness", many(&["f00", "i10"]));
    let mental = ("illness", many(&["f04"]));
    let falls = |n: i64| [("events", many(&["fall"])), ("n_fall", Value::Int(n))];
    let fell_and_choked = [("events", many(&["fall", "choke"])), ("n_fall", Value::Int(1)), ("n_choke", Value::Int(1))];
    let both = [&falls(2)[..], std::slice::from_ref(&dementia)].concat();
    let coma = [("mind", "coma".into())];
    // Total before, what is said, the level where both grounds count once, and where they add up.
    let cases: [(i64, Said, &str, &str); 15] = [
        (90, coma.to_vec(), "total", "total"),
        (90, [&coma[..], &both].concat(), "total", "total"),
        (90, vec![dementia.clone()], "mild", "mild"),
        (66, vec![dementia.clone()], "moderate", "moderate"),
        (90, vec![mental.clone(), ("f04_by", "yes".into())], "mild", "mild"),
        (90, vec![mental.clone(), ("f04_by", "no".into())], "able", "able"),
        (90, vec![mental], "", ""),
        (90, falls(1).to_vec(), "able", "able"),
        (90, falls(2).to_vec(), "mild", "mild"),
        (90, fell_and_choked.to_vec(), "mild", "mild"),
        (90, vec![("events", many(&["fall"]))], "", ""),
        (90, both.clone(), "mild", "moderate"),
        (65, both.clone(), "severe", "total"),
        (45, both.clone(), "total", "total"),
        (0, both, "total", "total"),
    ];
    for (total, said, wanted, stacked) in cases {
        let given = with(elder(total), &said);
        assert_eq!((outcome(&once, &given).1.as_str(), outcome(&twice, &given).1.as_str()), (wanted, stacked), "{total} {said:?}");
    }
    let grounds = |given: &Answers| once.filled(given, day()).prune()["grounds"].clone();
    assert_eq!(grounds(&elder(90)), many(&["none"]));
    assert_eq!(grounds(&with(with(elder(90), &both_grounds()), &coma)), many(&["coma", "illness", "events"]));
    let stupor = once.filled(&with(elder(90), &[("mind", "stupor".into())]), day()).prune();
    assert_eq!((stupor[SCORE].number(), stupor[LEVEL].text(), stupor["mind"].text()), (Some(88.0), Some("mild"), Some("stupor")));
}

#[test]
fn an_elder_in_coma_has_the_lowest_level_at_once_and_no_item_is_asked() {
    let form = form("gbt-42195");
    let coma = with(Answers::new(), &[("mind", "coma".into())]);
    assert_eq!(outcome(&form, &coma), (None, "total".to_owned()));
    let asked = |given: &Answers| form.filled(given, day()).visible().into_iter().filter(|id| GBT.iter().any(|(item, _)| item == id)).count();
    assert_eq!((asked(&coma), asked(&Answers::new()), asked(&elder(90))), (1, 26, 26));
    let woken = with(elder(90), &[("mind", "coma".into())]);
    assert_eq!(outcome(&form, &woken), (None, "total".to_owned()), "what was answered before is no score");
    assert_eq!(outcome(&form, &with(woken, &[("mind", "clear".into())])), (Some(90), "able".to_owned()));
    let open = form.filled(&coma, day()).check().into_iter().map(|p| p.question).collect::<Vec<_>>();
    assert!(!open.iter().any(|id| GBT.iter().any(|(item, _)| item == id)) && open.contains(&"informant".to_owned()), "{open:?}");
}

#[test]
fn the_standards_items_carry_its_numbers() {
    let form = form("gbt-42195");
    let number = |id: &str| form.question(id).unwrap().label.zh.split(' ').next().unwrap().to_owned();
    let numbers: Vec<String> = GBT.iter().map(|(id, _)| number(id)).collect();
    let wanted = [(1, 8), (2, 4), (3, 9), (4, 5)].into_iter().flat_map(|(part, items)| (1..=items).map(move |n| format!("B.{part}.{n}")));
    assert_eq!(numbers, wanted.collect::<Vec<_>>());
}

fn both_grounds() -> Said {
    vec![("illness", many(&["f00"])), ("events", many(&["fall"])), ("n_fall", Value::Int(2))]
}

/// Answers from the worst to the best of an item of this many points.
fn steps(most: i64) -> &'static [(&'static str, i64)] {
    const STEPS: [(&str, i64); 5] = [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("4", 4)];
    &STEPS[..=usize::try_from(most).unwrap()]
}

#[test]
fn an_elders_assessment_keeps_to_its_rules() {
    const MIND: &[(&str, i64)] = &[("stupor", 0), ("drowsy", 1), ("clear", 2)];
    let scored: Vec<Scored> = GBT.into_iter().map(|(item, most)| (item, if item == "mind" { MIND } else { steps(most) })).collect();
    keeps_to_its_rules(&form("gbt-42195"), &scored, (&calm(), 0), &["total", "severe", "moderate", "mild", "able"]);
}

#[test]
fn a_person_decides_and_says_why_where_she_differs() {
    let form = form("gbt-42195");
    let say = |given: &Answers, id: &str, value: Value| form.filled(given, day()).after(&Change::Answer(id, &value), [1; 32]).unwrap();
    let asked = |given: &Answers| form.filled(given, day()).visible().contains(&"level_why");
    let missing = |given: &Answers| form.filled(given, day()).check().iter().any(|p| p.question == "level_why" && p.kind == ProblemKind::Required);
    let mut given = say(&elder(66), "hear", "2".into());
    assert_eq!((given["level"].text(), asked(&given)), (Some("mild"), false));
    given = say(&given, "level", "moderate".into());
    assert_eq!((given["level"].text(), given["advised"].text(), missing(&given)), (Some("moderate"), Some("mild"), true));
    given = say(&given, "level_why", "眼睛看不见以后样样要人".into());
    given = say(&given, "remark", "女儿在场".into());
    assert_eq!((given["level"].text(), missing(&given)), (Some("moderate"), false), "her decision stays while what is advised is the same");
    given = say(&given, "hear", "0".into());
    assert_eq!((given["score"].number(), given["level"].text(), asked(&given)), (Some(64.0), Some("moderate"), false));
}

#[test]
fn what_can_only_be_read_is_worked_out_anew() {
    let form = form("gbt-42195");
    // Another device had other answers; both were put together.
    let stale = with(elder(66), &[("advised", "able".into()), ("first", "able".into()), ("score", Value::Int(90))]);
    let counted = form.filled(&stale, day()).prune();
    assert_eq!((counted["score"].number(), counted["advised"].text(), counted["first"].text()), (Some(66.0), Some("mild"), Some("mild")));
}

#[test]
fn a_result_says_where_most_points_went() {
    let form = form("gbt-42195");
    let given = with(elder(90), &[("eat", "1".into()), ("walk", "1".into()), ("hear", "1".into())]);
    assert_eq!(form.filled(&given, day()).called("n_most").unwrap().zh, "扣分最多的（各扣 3 分）：进食、平地走");
}

const TEN: &[(&str, i64)] = &[("0", 0), ("5", 5), ("10", 10)];
const FIVE: &[(&str, i64)] = &[("0", 0), ("5", 5)];
const FIFTEEN: &[(&str, i64)] = &[("0", 0), ("5", 5), ("10", 10), ("15", 15)];
const BARTHEL: [Scored; 10] = [
    ("eat", TEN),
    ("bathe", FIVE),
    ("groom", FIVE),
    ("dress", TEN),
    ("stool", TEN),
    ("urine", TEN),
    ("toilet", TEN),
    ("transfer", FIFTEEN),
    ("walk", FIFTEEN),
    ("stairs", TEN),
];

/// All questions answered with the worst, and points given from the first on until they come to this.
fn scale(scored: &[Scored], total: i64) -> Answers {
    let mut left = total;
    let mut each = |(id, options): &Scored| {
        let (said, points) = options.iter().filter(|(_, points)| *points <= left).max_by_key(|(_, points)| *points).unwrap();
        left -= points;
        ((*id).to_owned(), Value::from(*said))
    };
    scored.iter().map(&mut each).collect()
}

#[test]
fn barthel_has_two_sets_of_bands() {
    let (mz, nursing) = (form("barthel"), form_set("barthel", &[("set_bands", "2")]));
    for (total, of_mz, of_nursing) in [
        (100, "mz_able", "nu_none"),
        (95, "mz_mild", "nu_light"),
        (65, "mz_mild", "nu_light"),
        (60, "mz_moderate", "nu_medium"),
        (45, "mz_moderate", "nu_medium"),
        (40, "mz_severe", "nu_heavy"),
        (0, "mz_severe", "nu_heavy"),
    ] {
        let given = scale(&BARTHEL, total);
        assert_eq!(outcome(&mz, &given), (Some(total), of_mz.to_owned()));
        assert_eq!(outcome(&nursing, &given), (Some(total), of_nursing.to_owned()));
    }
    let counted = |form: &Form| form.filled(&scale(&BARTHEL, 95), day()).prune()["bands"].clone();
    assert_eq!((counted(&mz), counted(&nursing)), ("1".into(), "2".into()), "which set it was is kept with the result");
    keeps_to_its_rules(&mz, &BARTHEL, (&Answers::new(), 0), &["mz_severe", "mz_moderate", "mz_mild", "mz_able"]);
    keeps_to_its_rules(&nursing, &BARTHEL, (&Answers::new(), 0), &["nu_heavy", "nu_medium", "nu_light", "nu_none"]);
}

/// The fifteen questions with what speaks for being low: no to those of 1, 5, 7, 11 and 13, yes to the others.
fn gds() -> Vec<Scored> {
    const YES: &[(&str, i64)] = &[("yes", 1), ("no", 0)];
    const NO: &[(&str, i64)] = &[("no", 1), ("yes", 0)];
    const IDS: [&str; 15] = ["g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", "g10", "g11", "g12", "g13", "g14", "g15"];
    (1..).zip(IDS).map(|(n, id)| (id, if [1, 5, 7, 11, 13].contains(&n) { NO } else { YES })).collect()
}

#[test]
fn the_scale_of_low_spirits_has_its_key() {
    let form = form("gds-15");
    let all = |said: &str| outcome(&form, &gds().iter().map(|(id, _)| ((*id).to_owned(), Value::from(said))).collect());
    assert_eq!(all("no"), (Some(5), "mild".to_owned()), "five are reversed");
    assert_eq!(all("yes"), (Some(10), "moderate".to_owned()));
    for (total, level) in [(0, "none"), (4, "none"), (5, "mild"), (8, "mild"), (9, "moderate"), (11, "moderate"), (12, "severe"), (15, "severe")] {
        assert_eq!(outcome(&form, &scale(&gds(), total)), (Some(total), level.to_owned()));
    }
    let alarms = |total: i64| form.filled(&scale(&gds(), total), day()).alarms().into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(alarms(10).is_empty());
    assert_eq!(alarms(11), ["g11"]);
    assert_eq!(alarms(12), ["g11", "score"]);
    keeps_to_its_rules(&form, &gds(), (&Answers::new(), 0), &["severe", "moderate", "mild", "none"]);
}

const MORSE: [Scored; 6] = [
    ("history", &[("25", 25), ("0", 0)]),
    ("second", &[("15", 15), ("0", 0)]),
    ("aid", &[("30", 30), ("15", 15), ("0", 0)]),
    ("drip", &[("20", 20), ("0", 0)]),
    ("gait", &[("20", 20), ("10", 10), ("0", 0)]),
    ("aware", &[("15", 15), ("0", 0)]),
];

#[test]
fn the_risk_of_falling_has_the_countys_cut_offs() {
    let (usual, other) = (form("morse"), form_set("morse", &[("set_high", "51")]));
    // History, second illness, aid, drip, gait, awareness; the total; the level by 25 and 45, by 25 and 51.
    let cases: [([&str; 6], i64, &str, &str); 9] = [
        (["0", "0", "0", "0", "0", "0"], 0, "low", "low"),
        (["0", "0", "0", "20", "0", "0"], 20, "low", "low"),
        (["25", "0", "0", "0", "0", "0"], 25, "medium", "medium"),
        (["25", "15", "0", "0", "0", "0"], 40, "medium", "medium"),
        (["0", "15", "30", "0", "0", "0"], 45, "high", "medium"),
        (["25", "0", "15", "0", "10", "0"], 50, "high", "medium"),
        (["25", "0", "30", "0", "0", "0"], 55, "high", "high"),
        (["25", "0", "0", "0", "20", "15"], 60, "high", "high"),
        (["25", "15", "30", "20", "20", "15"], 125, "high", "high"),
    ];
    for (said, total, by_usual, by_other) in cases {
        let given = MORSE.iter().zip(said).map(|((id, _), said)| ((*id).to_owned(), Value::from(said))).collect();
        assert_eq!(outcome(&usual, &given), (Some(total), by_usual.to_owned()));
        assert_eq!(outcome(&other, &given), (Some(total), by_other.to_owned()));
    }
    keeps_to_its_rules(&usual, &MORSE, (&Answers::new(), 0), &["high", "medium", "low"]);
    keeps_to_its_rules(&other, &MORSE, (&Answers::new(), 0), &["high", "medium", "low"]);
}

#[test]
fn self_care_of_who_is_in_hardship_is_told_by_six_acts() {
    let form = form("tekun-self-care");
    const ACT: &[(&str, i64)] = &[("cannot", 1), ("can", 0)];
    let acts: Vec<Scored> = ["eat", "dress", "bed", "toilet", "walk", "bathe"].map(|act| (act, ACT)).into();
    for (lost, level) in [(0, "full"), (1, "partly"), (3, "partly"), (4, "wholly"), (6, "wholly")] {
        assert_eq!(outcome(&form, &scale(&acts, lost)), (Some(lost), level.to_owned()));
    }
    keeps_to_its_rules(&form, &acts, (&Answers::new(), 0), &["wholly", "partly", "full"]);
}

const RISK: [Scored; 9] = [
    ("age", &[("3", 3), ("5", 5), ("10", 10)]),
    ("body", TEN),
    ("mood", &[("0", 0), ("3", 3), ("5", 5)]),
    ("school", TEN),
    ("helpline", FIVE),
    ("money", TEN),
    ("carer", &[("0", 0), ("8", 8), ("15", 15)]),
    ("family", TEN),
    ("contact", TEN),
];

/// A child without habits or dangers: 5 and 10 points.
fn safe() -> Answers {
    [("habits".to_owned(), many(&["none"])), ("hazards".to_owned(), many(&["none"]))].into()
}

#[test]
fn a_left_behind_childs_risk() {
    let (form, by_score) = (form("child-risk"), form_set("child-risk", &[("set_straight", "0")]));
    let best: Answers = safe().into_iter().chain(scale(&RISK, 85)).collect();
    let one = |id, said: &str| (id, Value::from(said));
    let danger = |said: &[&str]| ("hazards", many(said));
    let habit = |said: &[&str]| ("habits", many(said));
    // What is not the best, the total, the level, the level by the score alone.
    let cases: [(Said, i64, &str, &str); 12] = [
        (vec![], 100, "low", "low"),
        (vec![one("age", "5"), one("body", "5"), one("school", "5"), one("contact", "5")], 80, "low", "low"),
        (vec![one("age", "3"), one("carer", "8"), one("mood", "3"), one("contact", "5")], 79, "medium", "medium"),
        (vec![one("age", "5"), one("body", "0"), one("school", "0"), one("contact", "0"), one("money", "5")], 60, "medium", "medium"),
        (vec![one("age", "3"), one("carer", "8"), one("mood", "3"), one("body", "0"), one("school", "0"), one("contact", "5")], 59, "high", "high"),
        (vec![one("carer", "0")], 85, "high", "low"),
        (vec![danger(&["violence"])], 95, "high", "low"),
        (vec![danger(&["sexual", "house"])], 90, "high", "low"),
        (vec![danger(&["water"])], 95, "low", "low"),
        (vec![danger(&["water", "fire", "gas"])], 90, "low", "low"),
        (vec![habit(&["phone"])], 98, "low", "low"),
        (vec![habit(&["phone", "smoke"])], 95, "low", "low"),
    ];
    for (said, total, level, scored) in cases {
        let given = with(best.clone(), &said);
        assert_eq!(outcome(&form, &given), (Some(total), level.to_owned()), "{said:?}");
        assert_eq!(outcome(&by_score, &given), (Some(total), scored.to_owned()), "{said:?}");
    }
    let mut open = best;
    open.remove("hazards");
    assert_eq!(outcome(&form, &open), (None, String::new()));
    keeps_to_its_rules(&form, &RISK, (&safe(), 15), &["high", "medium", "low"]);
    keeps_to_its_rules(&by_score, &RISK, (&safe(), 15), &["high", "medium", "low"]);
}

/// Ten questions of no to three points each.
fn difficulty() -> Vec<Scored> {
    const THREE: &[(&str, i64)] = &[("3", 3), ("2", 2), ("1", 1), ("0", 0)];
    ["parents", "care", "money", "illness", "disability", "mood", "school", "house", "others", "safety"].map(|id| (id, THREE)).into()
}

#[test]
fn what_is_urgent_goes_past_the_score() {
    let form = form("child-difficulty");
    let no = [("urgent", many(&["none"]))];
    for (total, level) in [(0, "l5"), (1, "l4"), (5, "l4"), (6, "l3"), (15, "l3"), (16, "l2"), (25, "l2"), (26, "l1"), (30, "l1")] {
        assert_eq!(outcome(&form, &with(scale(&difficulty(), total), &no)), (Some(total), level.to_owned()));
        assert_eq!(outcome(&form, &scale(&difficulty(), total)).1, "", "what is urgent was not asked");
    }
    for urgent in ["violence", "runaway", "sudden", "danger"] {
        let said = [("urgent", many(&[urgent]))];
        assert_eq!(outcome(&form, &with(scale(&difficulty(), 0), &said)), (Some(0), "l1".to_owned()));
        let alone = with(Answers::new(), &said);
        assert_eq!(outcome(&form, &alone), (None, "l1".to_owned()));
        let filled = form.filled(&alone, day());
        assert!(filled.check().is_empty() && filled.alarms() == ["urgent"], "the rest need not be answered: {:?}", filled.check());
    }
    let missing = form.filled(&with(Answers::new(), &no), day()).check();
    assert_eq!(missing.iter().filter(|problem| problem.kind == ProblemKind::Required).count(), 10);
    keeps_to_its_rules(&form, &difficulty(), (&with(Answers::new(), &no), 0), &["l1", "l2", "l3", "l4", "l5"]);
}

/// Twenty items of at most five points.
fn guarding() -> Vec<Scored> {
    const FOUR: &[(&str, i64)] = &[("0", 0), ("1", 1), ("3", 3), ("5", 5)];
    const THREE: &[(&str, i64)] = &[("0", 0), ("3", 3), ("5", 5)];
    let items = [
        ("growth", THREE),
        ("ill", THREE),
        ("mood", FOUR),
        ("talk", THREE),
        ("watch", FOUR),
        ("harm", THREE),
        ("accidents", THREE),
        ("school", FOUR),
        ("study", THREE),
        ("friends", THREE),
        ("g_body", FOUR),
        ("g_mind", THREE),
        ("income", FOUR),
        ("company", FOUR),
        ("parents", THREE),
        ("house", THREE),
        ("clean", THREE),
        ("bed", THREE),
        ("neighbours", THREE),
        ("kin", FOUR),
    ];
    items.into()
}

#[test]
fn guardianship_is_graded() {
    let (form, by_score) = (form("guardianship"), form_set("guardianship", &[("set_straight", "0")]));
    for (total, grade) in
        [(100, "normal"), (80, "normal"), (79, "short"), (60, "short"), (59, "improper"), (40, "improper"), (39, "absent"), (0, "absent")]
    {
        assert_eq!(outcome(&form, &scale(&guarding(), total)), (Some(total), grade.to_owned()));
    }
    for (said, grade) in [(("harm", "0"), "improper"), (("harm", "3"), "normal"), (("watch", "0"), "absent"), (("watch", "1"), "normal")] {
        let given = with(scale(&guarding(), 100), &[(said.0, said.1.into())]);
        assert_eq!((outcome(&form, &given).1.as_str(), outcome(&by_score, &given).1.as_str()), (grade, "normal"));
    }
    // Nights alone have no level of their own in any standard that was seen: the points stand, and she is told to look closer.
    let alone = form.filled(&with(scale(&guarding(), 100), &[("watch", "1".into())]), day());
    assert!(alone.visible().contains(&"n_nights") && alone.required().contains("proposed"));
    let watched = form.filled(&scale(&guarding(), 100), day());
    assert!(!watched.visible().contains(&"n_nights") && !watched.required().contains("proposed"));
    let grades = ["absent", "improper", "short", "normal"];
    keeps_to_its_rules(&form, &guarding(), (&Answers::new(), 0), &grades);
    keeps_to_its_rules(&by_score, &guarding(), (&Answers::new(), 0), &grades);
}

/// Answers what is required with the first that may be said, until nothing is missing.
fn finished(form: &Form) -> Answers {
    let mut given = form.begun(forms::sheet::instance::Around { now: "2026-03-04T09:00:00+08:00".parse().unwrap(), ..Default::default() }).unwrap();
    for _ in 0..200 {
        let filled = form.filled(&given, day());
        let Some(problem) = filled.check().into_iter().next() else { return given };
        assert_eq!(problem.kind, ProblemKind::Required, "{} {}", form.name(), problem.question);
        let question = form.question(&problem.question).unwrap();
        let value = match question.kind {
            QuestionKind::Choice => Value::from(question.options[0].id.as_str()),
            QuestionKind::Choices => many(&[&question.options[0].id]),
            QuestionKind::Date => "2026-03-04".into(),
            QuestionKind::Text | QuestionKind::Prose => "李秀梅".into(),
            kind => panic!("{} {} {kind:?}", form.name(), question.id),
        };
        given = filled.after(&Change::Answer(&problem.question, &value), [3; 32]).unwrap();
    }
    panic!("{} is never finished: {:?}", form.name(), form.filled(&given, day()).check());
}

#[test]
fn every_assessment_can_be_finished_and_taken_up_again() {
    let forms = Forms::shipped();
    for form in forms.all().filter(|form| form.purpose == Purpose::Assessment) {
        let given = finished(form);
        let counted = form.filled(&given, day()).prune();
        let (score, level) = outcome(form, &given);
        assert!(score.is_some() && !level.is_empty() && counted["advised"] == counted["level"], "{}", form.name());
        assert_eq!(form.filled(&counted, day()).prune(), counted, "{}", form.name());
    }
}

#[test]
fn a_county_that_wants_one_assessor_asks_for_one() {
    let asked = |set: &[(&str, &str)]| form_set("gbt-42195", set).filled(&elder(90), day()).visible().contains(&"assessor2");
    assert_eq!((asked(&[]), asked(&[("set_assessors", "1")])), (true, false));
}

#[test]
fn score_and_level_are_of_their_types() {
    let wrong = |kind: &str, rest: &str, means: &str| {
        let json = format!(
            r#"{{"format":1,"settings":{{}},"survey":[{{"type":"{kind}","name":"a","label":"A",{rest}"nuanfang::means":"{means}"}}],"choices":[{{"list_name":"l","name":"x","label":"X"}}]}}"#
        );
        !forms::sheet::rows::read(&forms::sheet::file::workbook(&json).unwrap(), "f").mistakes.is_empty()
    };
    let calculation = r#""calculation":"1","#;
    assert!(!wrong("integer", calculation, "score") && !wrong("decimal", calculation, "score") && !wrong("select_one l", "", "level"));
    assert!(
        wrong("integer", "", "score")
            && wrong("calculate", calculation, "score")
            && wrong("text", "", "level")
            && wrong("select_multiple l", "", "level")
    );
}

#[test]
fn a_title_is_in_both_languages() {
    let form = form("tekun-self-care");
    assert_eq!((form.title().zh.as_str(), form.title().en.as_str()), ("特困人员生活自理能力", "Self-care of people in extreme hardship"));
}
