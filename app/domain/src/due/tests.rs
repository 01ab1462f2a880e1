//! Tests of the due rules.
use super::*;
use crate::{RecordId, Sex};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 小林, on file since New Year.
fn person(categories: &[Category], risk: Option<Risk>) -> PersonRow {
    PersonRow {
        id: RecordId::new(1, [1; 10]),
        name: "林小满".into(),
        sex: Sex::Female,
        birth: None,
        id_number: None,
        phones: vec![],
        address: String::new(),
        area: "990101001201".parse().unwrap(),
        categories: categories.to_vec(),
        programmes: categories.iter().map(|c| c.programme()).collect(),
        risk,
        risk_since: None,
        opened: day("2026-01-01"),
        status: FileStatus::Open,
        charge: None,
        conflicts: 0,
    }
}

#[test]
fn the_shipped_table_is_complete() {
    let rules: DueRules = serde_json::from_str(include_str!("../../../../assets/policy/due.json")).unwrap();
    assert_eq!(rules, DueRules::shipped());
    assert!(rules.rules.iter().all(|r| r.every_days > 0));
    for category in Category::ALL {
        for risk in [None, Some(Risk::High), Some(Risk::Medium), Some(Risk::Low)] {
            assert!(rules.rule_for(&person(&[*category], risk)).is_some(), "{category} has no rule");
        }
    }
}

#[test]
fn the_shortest_interval_that_matches_holds() {
    use Category::*;
    let rules = DueRules::shipped();
    let cases: [(&[Category], Option<Risk>, &str, u32); 14] = [
        (&[Orphan], Some(Risk::High), "child-high", 7),
        (&[LeftBehindChild], Some(Risk::Medium), "child-medium", 30),
        (&[LeftBehindChild], Some(Risk::Low), "child", 90),
        (&[MigrantChild], None, "child", 90),
        (&[LivingAlone], None, "elder-living-alone", 30),
        (&[DisabledElder], Some(Risk::Low), "elder-disabled", 30),
        (&[SeverelyHandicapped], None, "elder-severely-handicapped", 30),
        (&[LivingAlone, DisabledElder], None, "elder-disabled", 30),
        (&[EmptyNest], None, "elder", 90),
        (&[EmptyNest], Some(Risk::Medium), "elder", 90),
        (&[LivingAlone], Some(Risk::High), "elder-high", 7),
        (&[SocialCase], None, "social", 30),
        (&[Orphan, SocialCase], Some(Risk::Low), "social", 30),
        (&[Orphan, SocialCase], Some(Risk::High), "child-high", 7),
    ];
    for (categories, risk, rule, days) in cases {
        let found = rules.rule_for(&person(categories, risk)).unwrap();
        assert_eq!((found.id.as_str(), found.every_days), (rule, days), "{categories:?} {risk:?}");
    }
}

#[test]
fn a_due_day_says_why() {
    let rules = DueRules::shipped();
    // risk, its day, last visit, agreed → due, why
    let cases = [
        (Risk::Low, None, Some("2026-03-01"), None, "2026-05-30", DueWhy::Rule),
        (Risk::Low, None, Some("2026-03-01"), Some("2026-03-20"), "2026-03-20", DueWhy::Agreed),
        (Risk::Low, None, Some("2026-03-01"), Some("2026-09-01"), "2026-05-30", DueWhy::Rule),
        (Risk::Low, None, Some("2026-03-01"), Some("2026-03-01"), "2026-05-30", DueWhy::Rule),
        (Risk::Low, None, None, None, "2026-01-31", DueWhy::FirstVisit),
        (Risk::Low, None, None, Some("2026-01-10"), "2026-01-10", DueWhy::Agreed),
        (Risk::High, None, None, None, "2026-01-08", DueWhy::FirstVisit),
        (Risk::High, Some("2026-01-01"), None, None, "2026-01-02", DueWhy::RiskChange),
        (Risk::High, Some("2026-03-15"), Some("2026-03-01"), None, "2026-03-16", DueWhy::RiskChange),
        (Risk::High, Some("2026-03-15"), Some("2026-03-01"), Some("2026-03-12"), "2026-03-12", DueWhy::Agreed),
        (Risk::High, Some("2026-03-15"), Some("2026-03-15"), None, "2026-03-22", DueWhy::Rule),
        (Risk::High, Some("2026-03-15"), Some("2026-03-16"), None, "2026-03-23", DueWhy::Rule),
        // Long overdue before the change, and still so after it.
        (Risk::High, Some("2026-08-01"), Some("2026-03-01"), None, "2026-05-30", DueWhy::Rule),
        (Risk::High, Some("2026-08-01"), None, None, "2026-01-31", DueWhy::FirstVisit),
        // Only a change to high asks for a visit at once.
        (Risk::Medium, Some("2026-03-15"), Some("2026-03-01"), None, "2026-03-31", DueWhy::Rule),
    ];
    for (risk, since, last, agreed, date, why) in cases {
        let who = PersonRow { risk_since: since.map(day), ..person(&[Category::LeftBehindChild], Some(risk)) };
        let due = due(&rules, &who, last.map(day), agreed.map(day)).unwrap();
        assert_eq!((due.date, due.why), (day(date), why), "{risk} {since:?} {last:?} {agreed:?}");
    }
}

#[test]
fn nothing_is_due_for_closed_files_and_ended_categories() {
    let rules = DueRules::shipped();
    let closed = PersonRow { status: FileStatus::Closed, ..person(&[Category::Orphan], Some(Risk::High)) };
    assert_eq!(due(&rules, &closed, None, Some(day("2026-02-01"))), None);
    let ended = PersonRow { programmes: vec![Programme::Child], ..person(&[], None) };
    assert_eq!(due(&rules, &ended, None, None), None);
    assert_eq!(due(&DueRules::default(), &person(&[Category::Orphan], None), None, None), None);
}

#[test]
fn a_due_day_lies_before_today_on_it_soon_or_later() {
    let due = Due { date: day("2026-03-10"), why: DueWhy::Rule, every_days: 30, rule: "x".into() };
    for (today, wanted) in [
        ("2026-03-13", DueState::Overdue(3)),
        ("2026-03-11", DueState::Overdue(1)),
        ("2026-03-10", DueState::Today),
        ("2026-03-09", DueState::Soon(1)),
        ("2026-03-03", DueState::Soon(7)),
        ("2026-03-02", DueState::Later(8)),
        ("2025-03-10", DueState::Later(365)),
    ] {
        assert_eq!(due.state(day(today), 7), wanted, "{today}");
    }
    assert_eq!(serde_json::to_string(&DueState::Overdue(3)).unwrap(), r#"{"overdue":3}"#);
    assert_eq!(serde_json::to_string(&DueWhy::RiskChange).unwrap(), r#""risk_change""#);
}

fn any_person() -> impl Strategy<Value = PersonRow> {
    let categories = proptest::collection::vec(proptest::sample::select(Category::ALL), 1..4);
    let risk = proptest::option::of(proptest::sample::select(Risk::ALL));
    (categories, risk, proptest::option::of(0u64..400))
        .prop_map(|(categories, risk, since)| PersonRow { risk_since: since.map(|d| day("2026-01-01") + Days::new(d)), ..person(&categories, risk) })
}

proptest! {
    #[test]
    fn a_visit_never_brings_the_next_one_forward(who in any_person(), last in 0u64..400, later in 0u64..400) {
        let rules = DueRules::shipped();
        let at = |d: u64| due(&rules, &who, Some(day("2026-01-01") + Days::new(d)), None).unwrap().date;
        prop_assert!(at(last) <= at(last + later));
    }

    #[test]
    fn a_visit_is_due_within_its_interval_and_never_later_than_agreed(who in any_person(), last in 0u64..400, agreed in proptest::option::of(0u64..800)) {
        let rules = DueRules::shipped();
        let last = day("2026-01-01") + Days::new(last);
        let agreed = agreed.map(|d| day("2026-01-01") + Days::new(d));
        let due = due(&rules, &who, Some(last), agreed).unwrap();
        let newest = who.risk_since.map_or(last, |s| s.max(last));
        prop_assert!(due.date > last && due.date <= newest + Days::new(u64::from(due.every_days)));
        if let Some(agreed) = agreed.filter(|d| *d > last) { prop_assert!(due.date <= agreed); }
    }

    #[test]
    fn more_categories_or_more_risk_never_lengthen_the_interval(who in any_person(), extra in proptest::sample::select(Category::ALL)) {
        let rules = DueRules::shipped();
        let days = |p: &PersonRow| rules.rule_for(p).unwrap().every_days;
        let mut more = who.clone();
        more.categories.push(extra);
        prop_assert!(days(&more) <= days(&who));
        let high = PersonRow { risk: Some(Risk::High), ..who.clone() };
        prop_assert!(days(&high) <= days(&who));
    }
}
