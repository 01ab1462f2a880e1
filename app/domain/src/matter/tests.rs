//! Tests of matters: terms, moves, who may.
use super::*;
use proptest::prelude::*;

fn at(day: &str, hour: i64) -> Timestamp {
    Timestamp(Timestamp::of_day(day.parse().unwrap()).0 + hour * 3_600_000)
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn rules() -> DueRules {
    DueRules::shipped()
}

#[test]
fn a_term_is_read_as_offices_write_it() {
    for (text, count, unit) in [
        ("24小时", 24, Unit::Hour),
        ("3 天", 3, Unit::Day),
        ("5个工作日", 5, Unit::WorkDay),
        ("5wd", 5, Unit::WorkDay),
        ("6个月", 6, Unit::Month),
        ("72 h", 72, Unit::Hour),
    ] {
        assert_eq!(Span::read(text), Some(Span { count, unit }), "{text}");
    }
    for text in ["", "三天", "0天", "-1天", "3", "9999天", "3 weeks", "天"] {
        assert_eq!(Span::read(text), None, "{text}");
    }
}

#[test]
fn hours_end_at_the_minute_days_with_the_day_and_work_rests_on_holidays() {
    let until = |text: &str, from| Span::read(text).unwrap().after(from, &rules());
    let report = until("24小时", at("2026-11-27", 21));
    assert_eq!((report.day, report.at), (day("2026-11-28"), Some(at("2026-11-28", 21))));
    assert!(!report.is_over(at("2026-11-28", 21)) && report.is_over(Timestamp(at("2026-11-28", 21).0 + 1)));
    // Friday evening: Monday to Wednesday.
    let work = until("3工作日", at("2026-11-27", 21));
    assert_eq!((work.day, work.at), (day("2026-12-02"), None));
    assert!(!work.is_over(at("2026-12-02", 23)) && work.is_over(at("2026-12-03", 0)));
    assert_eq!(until("1个月", at("2026-01-31", 9)).day, day("2026-02-28"));
}

#[test]
fn what_is_done_anew_says_by_when() {
    let due = |text: &str, ended: &str| Again::read(text).unwrap().due(at(ended, 9), &rules());
    assert_eq!(due("6个月", "2026-03-31"), day("2026-09-30"));
    assert_eq!(due("每半年", "2026-03-31"), day("2026-09-30"));
    // Every March and September: whoever was assessed in March is assessed again in September, whoever was late, too.
    assert_eq!(due("3月、9月", "2026-03-02"), day("2026-09-30"));
    assert_eq!(due("3月、9月", "2026-04-20"), day("2026-09-30"));
    assert_eq!(due("3月、9月", "2026-10-01"), day("2027-03-31"));
    assert_eq!(due("每学期", "2026-10-01"), day("2027-08-31"));
    assert_eq!(Again::read("13月"), None);
    assert_eq!(Again::read("有空的时候"), None);
}

#[test]
fn what_ended_for_good_is_not_done_anew() {
    let end = |id: &str, last| Stage { id: id.into(), end: true, last, ..Stage::default() };
    let first = Stage { id: "due".into(), ..Stage::default() };
    let mut kind = MatterType { stages: vec![first, end("done", false), end("moved", true)], again: Again::read("6个月"), ..MatterType::default() };
    let anew = |kind: &MatterType, stage: &str| kind.anew(stage, at("2026-03-31", 9), &rules());
    assert_eq!((anew(&kind, "done"), anew(&kind, "moved")), (Some(day("2026-09-30")), None));
    assert_eq!(anew(&kind, "of_next_year"), Some(day("2026-09-30")), "an end that nobody knows is one like any other");
    kind.again = None;
    assert_eq!(anew(&kind, "done"), None);
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn step(n: u128, stage: &str, minutes: i64, after: &[u128], end: bool) -> Move {
    let after = after.iter().map(|n| id(*n)).collect();
    Move { id: id(n), stage: stage.into(), at: Timestamp(minutes * 60_000), by: "S1".parse().unwrap(), after, end, note: String::new() }
}

#[test]
fn a_matter_is_where_its_moves_left_it_whatever_clocks_say() {
    assert_eq!(standing(&[]).stage(), "");
    // The second mover's clock is a day behind: she knew the first one.
    let moves = [step(1, "accepted", 2000, &[], false), step(2, "done", 10, &[1], true)];
    assert_eq!(standing(&moves).stage(), "done");
    assert!(standing(&moves).is_over());
}

#[test]
fn contradictory_ends_are_both_there_until_somebody_decides() {
    let mut moves = vec![step(1, "accepted", 5, &[], false), step(2, "declined", 3, &[], true)];
    let stands = standing(&moves);
    assert_eq!((stands.stage(), stands.against.len(), stands.is_over()), ("declined", 1, false));
    // Whoever decides has seen both.
    moves.push(step(3, "accepted", 9, &[1, 2], false));
    assert_eq!((standing(&moves).stage(), standing(&moves).against.len()), ("accepted", 0));
    // Two who say the same, or who only brought it further, contradict nobody.
    let same = [step(1, "done", 5, &[], true), step(2, "done", 3, &[], true)];
    assert!(standing(&same).is_over());
    let further = [step(1, "asked", 5, &[], false), step(2, "called", 3, &[], false)];
    assert_eq!((standing(&further).stage(), standing(&further).against.len()), ("asked", 0));
}

proptest! {
    #[test]
    fn in_whatever_order_moves_come_everybody_sees_the_same(order in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle(), known in prop::collection::vec(prop::collection::vec(0..6usize, 0..3), 6)) {
        let stages = [("a", false), ("b", true), ("c", true), ("d", false), ("e", true), ("f", false)];
        let moves: Vec<Move> = stages.iter().enumerate().map(|(n, (stage, end))| {
            let after: Vec<u128> = known[n].iter().filter(|m| **m < n).map(|m| *m as u128 + 1).collect();
            step(n as u128 + 1, stage, (n as i64 * 7) % 4, &after, *end)
        }).collect();
        let shuffled: Vec<Move> = order.iter().map(|n| moves[*n].clone()).collect();
        let (one, other) = (standing(&moves), standing(&shuffled));
        prop_assert_eq!(one.stage(), other.stage());
        prop_assert_eq!(one.against.iter().map(|m| m.id).collect::<BTreeSet<_>>(), other.against.iter().map(|m| m.id).collect::<BTreeSet<_>>());
    }
}

fn referral() -> MatterType {
    let stage = |id: &str, who: &[Who], from: &[&str], end: bool| Stage {
        id: id.into(),
        who: who.to_vec(),
        from: from.iter().map(|s| (*s).to_owned()).collect(),
        end,
        ..Stage::default()
    };
    let mut stages = vec![
        stage("sent", &[], &[], false),
        stage("accepted", &[Who::Charge, Who::Supervisors], &["sent"], false),
        stage("declined", &[Who::Charge, Who::Supervisors], &["sent"], true),
        stage("done", &[Who::Role(Role::CountyOfficer)], &[], true),
    ];
    stages[0].term = Span::read("3天");
    stages[0].climbs = vec![Who::Role(Role::ChildSupervisor), Who::Role(Role::CountyOfficer)];
    stages[3].another = true;
    MatterType { stages, opens: vec![Who::Role(Role::ChildDirector), Who::Supervisors], ..MatterType::default() }
}

#[test]
fn who_may_open_and_move_is_said_by_the_type() {
    let kind = referral();
    let caller = |role| Caller { staff: "S1".parse().unwrap(), role, areas: vec![] };
    assert!(kind.may_open(&caller(Role::ChildDirector)) && kind.may_open(&caller(Role::Reviewer)) && !kind.may_open(&caller(Role::SocialWorker)));
    let party = |role, opened, in_charge| Party { role, opened, in_charge };
    let may = |stage: &str, party| kind.may_move(kind.stage(stage).unwrap(), party);
    assert!(may("accepted", party(Role::SocialWorker, false, true)) && !may("accepted", party(Role::SocialWorker, false, false)));
    assert!(may("declined", party(Role::ChildSupervisor, false, false)));
    // Nobody closes what she opened herself, where the type says so.
    assert!(may("done", party(Role::CountyOfficer, false, false)) && !may("done", party(Role::CountyOfficer, true, false)));
    let next = |from: &'static str| kind.next(from).map(|stage| stage.id.clone()).collect::<Vec<_>>();
    assert_eq!(next(""), ["accepted", "declined", "done"]);
    assert_eq!(next("accepted"), ["done"]);
    assert_eq!(next("declined"), Vec::<String>::new());
    assert_eq!(next("nowhere"), Vec::<String>::new());
    let mut again = referral();
    again.stages[1].from = vec!["sent".into(), "accepted".into()];
    assert_eq!(again.next("accepted").map(|stage| stage.id.as_str()).collect::<Vec<_>>(), ["accepted", "done"]);
}

#[test]
fn what_stays_too_long_is_heard_of_higher_and_higher() {
    let kind = referral();
    let deadline = kind.deadline("", at("2026-11-01", 9), None, &rules()).unwrap();
    assert_eq!(deadline.day, day("2026-11-04"));
    let heard = |now| kind.heard("", deadline, now, &rules()).len();
    assert_eq!([heard(at("2026-11-04", 23)), heard(at("2026-11-05", 1)), heard(at("2026-11-07", 23)), heard(at("2026-11-08", 1))], [0, 1, 1, 2]);
    assert_eq!(heard(at("2027-11-08", 1)), 2);
    // An end has no deadline, an answered date goes before the term.
    assert_eq!(kind.deadline("done", at("2026-11-01", 9), None, &rules()), None);
    let mut dated = kind.clone();
    dated.stages[0].until = "review".into();
    assert_eq!(dated.deadline("", at("2026-11-01", 9), Some(day("2026-12-01")), &rules()).unwrap().day, day("2026-12-01"));
}

#[test]
fn a_type_says_whose_it_is_and_who_sees_it() {
    let of = |of, confidential| MatterType { of, confidential, ..MatterType::default() };
    assert_eq!(of(Whose::Either, false).kind(true), Some(Kind::Matter));
    assert_eq!(of(Whose::Either, false).kind(false), Some(Kind::AreaMatter));
    assert_eq!(of(Whose::Person, true).kind(true), Some(Kind::Confidential));
    assert_eq!(of(Whose::Person, true).kind(false), None);
    assert_eq!(of(Whose::Area, true).kind(false), Some(Kind::AreaConfidential));
}
