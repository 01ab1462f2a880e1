//! On which days people are visited, so that the next visit lies to today as wanted.
use super::chance::Chance;
use super::people::{Person, Wanted};
use chrono::{Days, NaiveDate};
use domain::Risk;
use domain::due::DueRules;
use std::collections::BTreeSet;

/// How far back visits go, days: nine months.
const BACK: i64 = 270;

/// The days of one person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonDays {
    /// When her file was opened.
    pub opened: NaiveDate,
    /// Visits, the oldest first.
    pub visits: Vec<NaiveDate>,
    /// The day agreed at the last visit.
    pub agreed: Option<NaiveDate>,
    /// When the risk became what it is.
    pub risk_since: Option<NaiveDate>,
}

/// The days of everybody, with `visits` visits in all.
pub fn calendar(chance: &mut Chance, people: &[Person], visits: usize, today: NaiveDate) -> Vec<PersonDays> {
    let rules = DueRules::shipped();
    let mut order: Vec<usize> = (0..people.len()).collect();
    chance.shuffle(&mut order);
    // Some files are new, and where few visits are asked for, most are.
    let visited = people.len().min(visits).min(people.len() - people.len() / 50);
    let chosen: BTreeSet<usize> = order.into_iter().take(visited).collect();
    let mut all: Vec<PersonDays> = people.iter().enumerate().map(|(at, p)| days(chance, &rules, p, chosen.contains(&at), today)).collect();
    fit(chance, &mut all, visits, today);
    for (person, days) in people.iter().zip(&mut all) {
        if let Some(first) = days.visits.first() {
            days.opened = before(*first, if person.risk == Risk::High { chance.between(20, 200) } else { chance.between(1, 600) });
        }
    }
    all
}

fn before(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(day)
}
fn after(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(day)
}

/// Days from visit to visit by the shipped rules.
fn interval(rules: &DueRules, person: &Person, risk: Risk) -> i64 {
    let concerns = |r: &&domain::due::DueRule| {
        person.categories.iter().any(|c| r.category.is_none_or(|w| w == *c) && (r.programme.is_none() || r.programme == c.programme()))
            && r.risk.is_none_or(|w| w == risk)
    };
    rules.rules.iter().filter(concerns).map(|r| i64::from(r.every_days)).min().unwrap_or(90)
}

fn days(chance: &mut Chance, rules: &DueRules, person: &Person, visited: bool, today: NaiveDate) -> PersonDays {
    let every = interval(rules, person, person.risk);
    let due = match person.wanted {
        Wanted::Late => before(today, chance.between(1, if every <= 7 { 4 } else { 12 })),
        Wanted::Soon => after(today, chance.between(0, 7)),
        Wanted::Later => after(today, chance.between(8, every.max(8))),
    };
    if !visited {
        return PersonDays {
            opened: before(due, every.min(i64::from(rules.first_visit_days))).min(today),
            visits: Vec::new(),
            agreed: None,
            risk_since: None,
        };
    }
    let ahead = due.signed_duration_since(today).num_days();
    let (mut last, mut agreed) = (before(due, every).min(today), None);
    if every >= 30 && ahead < every - 2 && chance.percent(15) {
        last = before(due, chance.between(ahead.max(7), every - 1)).min(today);
        agreed = Some(due);
    }
    let mut risk_since = None;
    if person.risk == Risk::High {
        risk_since = Some(before(last, chance.between(10, 60)));
        // Just become high: someone must be there within a day.
        if person.wanted == Wanted::Soon && chance.percent(20) {
            last = before(today, chance.between(10, 25));
            risk_since = Some(before(today, chance.between(0, 1)));
        }
    }
    let calm = interval(rules, person, Risk::Medium);
    let mut visits = BTreeSet::from([last]);
    let mut day = last;
    loop {
        let step = if risk_since.is_some_and(|since| day <= since) { calm } else { every };
        day = before(day, (step * chance.between(78, 112) / 100).max(1));
        if today.signed_duration_since(day).num_days() > BACK {
            break;
        }
        visits.insert(day);
    }
    PersonDays { opened: last, visits: visits.into_iter().collect(), agreed, risk_since }
}

/// Leaves earlier visits out or adds some, until the number is right. The last visit of each stays: it makes the next one due.
fn fit(chance: &mut Chance, all: &mut [PersonDays], wanted: usize, today: NaiveDate) {
    let mut count: usize = all.iter().map(|d| d.visits.len()).sum();
    let mut earlier: Vec<usize> = all.iter().enumerate().flat_map(|(at, d)| std::iter::repeat_n(at, d.visits.len().saturating_sub(1))).collect();
    chance.shuffle(&mut earlier);
    while count > wanted
        && let Some(at) = earlier.pop()
    {
        if let Some(days) = all.get_mut(at) {
            days.visits.remove(chance.below(days.visits.len() - 1));
            count -= 1;
        }
    }
    let visited: Vec<usize> = all.iter().enumerate().filter(|(_, d)| !d.visits.is_empty()).map(|(at, _)| at).collect();
    let mut tries = wanted.saturating_mul(20);
    while count < wanted && !visited.is_empty() && tries > 0 {
        tries -= 1;
        let Some(days) = all.get_mut(chance.pick(&visited)) else { continue };
        let (day, last) = (before(today, chance.between(1, BACK)), days.visits.last().copied().unwrap_or(today));
        if day < last
            && let Err(at) = days.visits.binary_search(&day)
        {
            days.visits.insert(at, day);
            count += 1;
        }
    }
}
