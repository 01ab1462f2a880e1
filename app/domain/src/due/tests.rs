//! Tests of the due rules.
use super::*;
use crate::{RecordId, Sex};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Long after whatever the tests tell of.
fn far() -> NaiveDate {
    day("2030-01-01")
}

/// One visit at home, perhaps, and the day agreed at it.
fn past(last: Option<NaiveDate>, agreed: Option<NaiveDate>) -> Past {
    Past { visits: last.into_iter().map(|day| (day, "home".to_owned())).collect(), agreed }
}

/// The rule that holds for somebody who was visited: its name and interval.
fn rule_for(rules: &DueRules, person: &PersonRow) -> Option<(String, u32)> {
    let calm = PersonRow { risk_since: None, ..person.clone() };
    due(rules, &calm, &past(Some(person.opened), None), far()).map(|due| (due.rule, due.every_days))
}

/// 小林, on file since New Year.
fn person(categories: &[Category], risk: Option<Risk>) -> PersonRow {
    PersonRow {
        id: RecordId::new(1, [1; 10]),
        name: "林小满".into(),
        sex: Sex::Female,
        birth: None,
        id_number: None,
        relatives: vec![],
        phones: vec![],
        address: String::new(),
        area: "990101001201".parse().unwrap(),
        categories: categories.to_vec(),
        ending: vec![],
        programmes: categories.iter().filter_map(|c| c.programme()).collect(),
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
    assert!(rules.rules.iter().all(|r| r.every_days > 0 && r.interval().is_none_or(|days| days == r.every_days)));
    for category in Category::ALL {
        for risk in [None, Some(Risk::High), Some(Risk::Medium), Some(Risk::Low)] {
            assert!(rule_for(&rules, &person(&[*category], risk)).is_some(), "{category} has no rule");
        }
    }
}

#[test]
fn the_shortest_interval_that_matches_holds() {
    use Category::*;
    let rules = DueRules::shipped();
    let cases: [(&[Category], Option<Risk>, &str, u32); 16] = [
        (&[Orphan], Some(Risk::High), "child-high", 7),
        (&[LeftBehindChild], Some(Risk::Medium), "child-medium", 30),
        (&[LeftBehindChild], Some(Risk::Low), "child", 90),
        (&[MigrantChild], None, "child", 90),
        (&[LivingAlone], None, "elder", 30),
        (&[DisabledElder], Some(Risk::Low), "elder", 30),
        (&[SeverelyHandicapped], None, "elder", 30),
        (&[LivingAlone, DisabledElder], None, "elder", 30),
        (&[EmptyNest], None, "elder", 30),
        (&[EmptyNest], Some(Risk::Medium), "elder", 30),
        (&[LeftBehindElder], None, "elder", 30),
        (&[SpecialFamilyPlanning], None, "elder", 30),
        (&[LivingAlone], Some(Risk::High), "elder-high", 7),
        (&[SocialCase], None, "social", 30),
        (&[Orphan, SocialCase], Some(Risk::Low), "social", 30),
        (&[Orphan, SocialCase], Some(Risk::High), "child-high", 7),
    ];
    for (categories, risk, rule, days) in cases {
        assert_eq!(rule_for(&rules, &person(categories, risk)), Some((rule.to_owned(), days)), "{categories:?} {risk:?}");
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
        let due = due(&rules, &who, &past(last.map(day), agreed.map(day)), far()).unwrap();
        assert_eq!((due.date, due.why), (day(date), why), "{risk} {since:?} {last:?} {agreed:?}");
    }
}

#[test]
fn nothing_is_due_for_closed_files_and_ended_categories() {
    let rules = DueRules::shipped();
    let closed = PersonRow { status: FileStatus::Closed, ..person(&[Category::Orphan], Some(Risk::High)) };
    assert_eq!(due(&rules, &closed, &past(None, Some(day("2026-02-01"))), far()), None);
    let ended = PersonRow { programmes: vec![Programme::Child], ..person(&[], None) };
    assert_eq!(due(&rules, &ended, &Past::default(), far()), None);
    assert_eq!(due(&DueRules::default(), &person(&[Category::Orphan], None), &Past::default(), far()), None);
}

#[test]
fn a_due_day_lies_before_today_on_it_soon_or_later() {
    let due = Due { date: day("2026-03-10"), why: DueWhy::Rule, every_days: 30, per: None, times: None, risk: None, rule: "x".into() };
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
        let at = |d: u64| due(&rules, &who, &past(Some(day("2026-01-01") + Days::new(d)), None), far()).unwrap().date;
        prop_assert!(at(last) <= at(last + later));
    }

    #[test]
    fn a_visit_is_due_within_its_interval_and_never_later_than_agreed(who in any_person(), last in 0u64..400, agreed in proptest::option::of(0u64..800)) {
        let rules = DueRules::shipped();
        let last = day("2026-01-01") + Days::new(last);
        let agreed = agreed.map(|d| day("2026-01-01") + Days::new(d));
        let due = due(&rules, &who, &past(Some(last), agreed), far()).unwrap();
        let newest = who.risk_since.map_or(last, |s| s.max(last));
        // A calendar month may begin on the day after a visit and last for 31.
        let interval = if due.per.is_some() { 61 } else { u64::from(due.every_days) };
        prop_assert!(due.date > last && due.date <= newest + Days::new(interval));
        if let Some(agreed) = agreed.filter(|d| *d > last) { prop_assert!(due.date <= agreed); }
    }

    #[test]
    fn more_categories_or_more_risk_never_lengthen_the_interval(who in any_person(), extra in proptest::sample::select(Category::ALL)) {
        let rules = DueRules::shipped();
        let days = |p: &PersonRow| rule_for(&rules, p).unwrap().1;
        let mut more = who.clone();
        more.categories.push(extra);
        prop_assert!(days(&more) <= days(&who));
        let high = PersonRow { risk: Some(Risk::High), ..who.clone() };
        prop_assert!(days(&high) <= days(&who));
    }
}

fn with(rules: &str) -> DueRules {
    let mut with = DueRules { rules: serde_json::from_str(rules).unwrap(), first_visit_days: 30, terms: TermStart::shipped(), ..Default::default() };
    with.complete();
    with
}

fn visits(days: &[(&str, &str)]) -> Past {
    Past { visits: days.iter().map(|(at, kind)| (day(at), (*kind).to_owned())).collect(), agreed: None }
}

#[test]
fn a_category_that_ends_in_the_future_is_in_force_until_then() {
    let rules = DueRules::shipped();
    let child = PersonRow { ending: vec![(Category::LeftBehindChild, day("2026-09-01"))], ..person(&[], None) };
    let asked = |today: &str| due(&rules, &child, &past(Some(day("2026-03-01")), None), day(today)).map(|d| d.date);
    assert_eq!((asked("2026-03-02"), asked("2026-08-31")), (Some(day("2026-05-30")), Some(day("2026-05-30"))));
    assert_eq!(asked("2026-09-01"), None);
}

#[test]
fn monthly_is_a_visit_in_each_month_of_the_calendar() {
    let rules = DueRules::shipped();
    let elder = person(&[Category::EmptyNest], None);
    let due = |last: &str| due(&rules, &elder, &past(Some(day(last)), None), far()).unwrap();
    // 2 January and 28 February are 57 days apart and satisfy 月探访率.
    assert_eq!((due("2026-01-02").date, due("2026-02-28").date), (day("2026-02-28"), day("2026-03-31")));
    assert_eq!((due("2026-12-31").date, due("2028-01-31").date, due("2026-01-02").per), (day("2027-01-31"), day("2028-02-29"), Some(Period::Month)));
}

#[test]
fn a_rule_counts_times_in_a_month_a_quarter_a_term_or_a_year() {
    // per, times, visits → due
    let cases: [(&str, u32, &[&str], &str); 9] = [
        ("month", 2, &["2026-04-03"], "2026-04-30"),
        ("month", 2, &["2026-04-03", "2026-04-20"], "2026-05-15"),
        ("month", 2, &["2026-04-29"], "2026-04-30"),
        ("month", 3, &["2026-04-28"], "2026-04-30"),
        ("quarter", 1, &["2026-01-31"], "2026-06-30"),
        ("term", 1, &["2026-03-02"], "2027-02-28"),
        ("term", 1, &["2026-02-10"], "2026-08-31"),
        ("term", 2, &["2026-09-10"], "2027-02-28"),
        ("year", 1, &["2026-11-30"], "2027-12-31"),
    ];
    for (per, times, at, wanted) in cases {
        let rules = with(&format!(r#"[{{"id": "x", "per": "{per}", "times": {times}}}]"#));
        let past = visits(&at.iter().map(|at| (*at, "home")).collect::<Vec<_>>());
        assert_eq!(due(&rules, &person(&[Category::Orphan], None), &past, far()).unwrap().date, day(wanted), "{per} {times} {at:?}");
    }
}

#[test]
fn a_rule_counts_the_kinds_of_visit_it_names_and_all_rules_hold() {
    let rules = with(
        r#"[{"id": "home", "every_days": 30, "kinds": ["home", "extra"]}, {"id": "call", "risk": "high", "every_days": 3, "kinds": ["phone", "home"]}]"#,
    );
    let high = person(&[Category::Orphan], Some(Risk::High));
    let asked = |past: &Past| due(&rules, &high, past, far()).map(|d| (d.date.to_string(), d.rule)).unwrap();
    assert_eq!(asked(&visits(&[("2026-03-01", "home")])), ("2026-03-04".into(), "call".into()));
    // Calls every three days are well, and put the visit at home off by nothing.
    let calls: Vec<String> = (1..12).map(|n| (day("2026-03-01") + Days::new(3 * n)).to_string()).collect();
    let mut both: Vec<(&str, &str)> = calls.iter().map(|at| (at.as_str(), "phone")).collect();
    both.push(("2026-03-01", "home"));
    assert_eq!(asked(&visits(&both)), ("2026-03-31".into(), "home".into()));
    assert_eq!(asked(&visits(&[("2026-03-01", "extra")])).1, "call", "a call is not an extra visit");
}

#[test]
fn a_first_visit_may_be_due_in_days_of_work() {
    let mut rules = with(r#"[{"id": "child", "programme": "child", "every_days": 90}]"#);
    rules.first_visits = serde_json::from_str(r#"[{"category": "orphan", "days": 5, "working": true}, {"programme": "child", "days": 10}]"#).unwrap();
    let first = |categories: &[Category], opened: &str| {
        let who = PersonRow { opened: day(opened), ..person(categories, None) };
        due(&rules, &who, &Past::default(), far()).unwrap().date.to_string()
    };
    // Spring festival: off from 15 to 23 February, and 14 and 28 February, Saturdays, are worked.
    assert_eq!(first(&[Category::Orphan], "2026-02-13"), "2026-02-23", "ten days are sooner than five days of work");
    assert_eq!(first(&[Category::Orphan], "2026-03-06"), "2026-03-13");
    assert_eq!(first(&[Category::LeftBehindChild], "2026-03-06"), "2026-03-16");
    let holidays = Holidays::default();
    assert_eq!(holidays.after(day("2026-02-13"), 5), day("2026-02-27"));
    assert_eq!(holidays.after(day("2026-02-27"), 1), day("2026-02-28"), "a Saturday that is worked");
    // A county adds the coming year's, and may say otherwise than what ships.
    let own: Holidays = serde_json::from_str(r#"{"off": ["2027-02-08"], "on": ["2026-02-23"]}"#).unwrap();
    assert_eq!((own.after(day("2027-02-05"), 1), own.after(day("2026-02-14"), 1)), (day("2027-02-09"), day("2026-02-23")));
}

#[test]
fn a_day_that_has_not_come_puts_no_visit_off() {
    let rules = DueRules::shipped();
    let child = person(&[Category::LeftBehindChild], None);
    let today = day("2026-03-10");
    let ahead = visits(&[("2026-03-01", "home"), ("2027-03-01", "home")]);
    assert_eq!(due(&rules, &child, &ahead, today), due(&rules, &child, &visits(&[("2026-03-01", "home")]), today));
    let opened_ahead = PersonRow { opened: day("2027-03-01"), ..child.clone() };
    assert_eq!(due(&rules, &opened_ahead, &Past::default(), today).unwrap().date, today);
    let raised_ahead = PersonRow { risk: Some(Risk::High), risk_since: Some(day("2027-03-01")), ..child };
    assert_eq!(due(&rules, &raised_ahead, &visits(&[("2026-03-01", "home")]), today).unwrap().date, today);
}

fn any_rule() -> impl Strategy<Value = DueRule> {
    let per = proptest::option::of((proptest::sample::select(Period::ALL), 1u32..4));
    let kinds = proptest::sample::subsequence(vec!["home".to_owned(), "phone".to_owned()], 0..3);
    let risk = proptest::option::of(proptest::sample::select(Risk::ALL));
    (1u32..200, per, kinds, risk).prop_map(|(every_days, per, kinds, risk)| {
        let mut rule =
            DueRule { id: "x".into(), programme: None, category: None, risk, every_days, per: per.map(|p| p.0), times: per.map(|p| p.1), kinds };
        rule.every_days = rule.interval().unwrap_or(every_days);
        rule
    })
}

proptest! {
    #[test]
    fn by_any_rules_one_more_visit_never_brings_the_next_one_forward(
        rules in proptest::collection::vec(any_rule(), 1..4), who in any_person(), past in proptest::collection::vec((0u64..400, any::<bool>()), 0..6),
        later in 0u64..200, phone in any::<bool>(),
    ) {
        let rules = DueRules { rules, first_visit_days: 30, terms: TermStart::shipped(), ..Default::default() };
        let kind = |phone: bool| if phone { "phone" } else { "home" }.to_owned();
        let at = |d: u64| day("2026-01-01") + Days::new(d);
        let visits: Vec<_> = past.iter().map(|(d, phone)| (at(*d), kind(*phone))).collect();
        let newest = past.iter().map(|(d, _)| *d).max().unwrap_or(0);
        let mut more = visits.clone();
        more.push((at(newest + later), kind(phone)));
        let asked = |visits: Vec<_>| due(&rules, &who, &Past { visits, agreed: None }, far()).map(|d| d.date);
        let (before, after) = (asked(visits), asked(more));
        prop_assert!(before <= after, "{before:?} {after:?}");
    }

    #[test]
    fn within_each_month_of_a_monthly_rule_lies_a_visit_of_who_is_never_late(delays in proptest::collection::vec(0u32..100, 1..30)) {
        let rules = with(r#"[{"id": "x", "per": "month"}]"#);
        let elder = person(&[Category::EmptyNest], None);
        let mut visits = vec![(day("2026-01-15"), "home".to_owned())];
        for delay in delays {
            let last = visits.iter().map(|(day, _)| *day).max().unwrap();
            let due = due(&rules, &elder, &Past { visits: visits.clone(), agreed: None }, far()).unwrap().date;
            // Somewhere between the last visit and the day on which the next one is due.
            let span = due.signed_duration_since(last).num_days().unsigned_abs();
            visits.push((last + Days::new((span * u64::from(delay) / 100).max(1)), "home".to_owned()));
        }
        use chrono::Datelike;
        let months: std::collections::BTreeSet<i32> = visits.iter().map(|(day, _)| day.year() * 12 + day.month0() as i32).collect();
        let (first, last) = (*months.first().unwrap(), *months.last().unwrap());
        prop_assert!((first..=last).all(|month| months.contains(&month)), "{months:?}");
    }
}
