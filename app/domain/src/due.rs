//! When the next visit is due, and why. The rules are a table that each county sets for itself.
use crate::person::FileStatus;
use crate::{Category, PersonRow, Programme, Risk};
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

mod calendar;

pub use calendar::{Holidays, Period, TermStart};

/// A county's table of visits. There is no national frequency for children; for elders of six groups 民发〔2022〕73号 asks for a
/// visit each calendar month (月探访率).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct DueRules {
    /// Version of the table, counted up by the county.
    pub version: u32,
    /// The rules. All that match a person hold, and the earliest day that one of them sets is the day.
    pub rules: Vec<DueRule>,
    /// Days from the opening of a file to its first visit, unless a rule asks for it sooner.
    pub first_visit_days: u32,
    /// Other times to the first visit, for some categories; the soonest that matches holds.
    #[serde(default)]
    pub first_visits: Vec<FirstVisit>,
    /// Days from a change to high risk to the visit that must follow.
    pub after_change_days: u32,
    /// From how many days ahead a visit counts as due soon.
    pub soon_days: u32,
    /// When the terms of school begin.
    #[serde(default = "TermStart::shipped")]
    pub terms: Vec<TermStart>,
    /// Holidays beside those that ship with the program.
    #[serde(default)]
    pub holidays: Holidays,
}

/// How often somebody is visited: each so many days, or so many times a calendar period. A condition that is absent holds for everybody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DueRule {
    /// Its name, for example `child-high`.
    pub id: String,
    /// For people in a category of this programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// For people in this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// For people at this risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// Days from one visit to the next, at least 1. Beside `per` it is made from that, for programs that know intervals only.
    #[serde(default)]
    pub every_days: u32,
    /// Instead of an interval: within each such period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Period>,
    /// How many times in it; absent: once.
    #[schemars(range(min = 1))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Kinds of visit that count (`home`, `phone`…: the answer to a form's question `kind`); none named: every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// How soon after the opening of a file somebody is visited first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FirstVisit {
    /// For people in a category of this programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// For people in this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// So many days …
    pub days: u32,
    /// … of work; holidays and weekends do not count.
    #[serde(default)]
    pub working: bool,
}

/// Why a visit is due on its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueWhy {
    /// The rule, counted from the last visit.
    Rule,
    /// Nobody was there yet.
    FirstVisit,
    /// The risk became high since the last visit.
    RiskChange,
    /// It was agreed at the last visit, for an earlier day than the rule's.
    Agreed,
}

/// The next visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Due {
    /// The last day on which it is in time.
    pub date: NaiveDate,
    /// What sets that day.
    pub why: DueWhy,
    /// The interval of the rule that holds, days; of a calendar rule about so.
    pub every_days: u32,
    /// The period of that rule, when it is one of the calendar …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Period>,
    /// … and how many times in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// The risk that this rule is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// The id of that rule.
    pub rule: String,
}

/// How a due day lies to today. The number is days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueState {
    /// So many days late.
    Overdue(u32),
    /// Due today.
    Today,
    /// In so many days, and that is soon.
    Soon(u32),
    /// In so many days.
    Later(u32),
}

/// What is known of the visits to a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Past {
    /// Those that took place: day and kind.
    pub visits: Vec<(NaiveDate, String)>,
    /// The day agreed at the last visit, whether or not it took place.
    pub agreed: Option<NaiveDate>,
}

impl DueRules {
    /// The default that ships with the program (`assets/policy/due.json`).
    pub fn shipped() -> DueRules {
        let mut rules: DueRules = serde_json::from_str(include_str!("../../../assets/policy/due.json")).unwrap_or_default();
        rules.complete();
        rules
    }

    /// Gives each calendar rule the interval that programs of before go by, where it has none.
    pub fn complete(&mut self) {
        for rule in self.rules.iter_mut().filter(|r| r.every_days == 0) {
            rule.every_days = rule.interval().unwrap_or(0);
        }
    }

    /// The rules that hold for a person on a day, also those for her risk alone.
    fn rules_for<'a>(&'a self, person: &'a PersonRow, today: NaiveDate) -> impl Iterator<Item = &'a DueRule> {
        self.rules.iter().filter(move |r| concerns(r.programme, r.category, person, today) && r.risk.is_none_or(|risk| person.risk == Some(risk)))
    }

    /// The day of the first visit by a rule.
    fn first(&self, rule: &DueRule, person: &PersonRow, today: NaiveDate) -> NaiveDate {
        let own = self.first_visits.iter().filter(|f| concerns(f.programme, f.category, person, today));
        let said = own.map(|f| if f.working { self.holidays.after(person.opened, f.days) } else { after(person.opened, f.days) }).min();
        said.unwrap_or_else(|| after(person.opened, self.first_visit_days)).min(after(person.opened, rule.days()))
    }

    /// The day that one rule sets, risk aside.
    fn by(&self, rule: &DueRule, person: &PersonRow, past: &Past, today: NaiveDate) -> (NaiveDate, DueWhy) {
        match rule.counted(past).max() {
            Some(last) => (rule.next(last, rule.counted(past), &self.terms), DueWhy::Rule),
            // A file that was opened by a clock that is ahead is not out of sight until then.
            None if person.opened > today => (today, DueWhy::FirstVisit),
            None => (self.first(rule, person, today), if past.visits.is_empty() { DueWhy::FirstVisit } else { DueWhy::Rule }),
        }
    }
}

impl DueRule {
    /// Days from one visit to the next, about so for a calendar rule.
    pub fn days(&self) -> u32 {
        self.every_days.max(1)
    }

    /// The interval that stands for a calendar rule.
    pub(crate) fn interval(&self) -> Option<u32> {
        Some((self.per?.days() / self.times.unwrap_or(1).max(1)).max(1))
    }

    /// The days of the visits that count by it.
    fn counted(&self, past: &Past) -> impl Iterator<Item = NaiveDate> {
        let counts = |kind: &String| self.kinds.is_empty() || self.kinds.contains(kind);
        past.visits.iter().filter(move |(_, kind)| counts(kind)).map(|(day, _)| *day)
    }

    /// The last day in time after a visit. Of several in a period each has its share of it, so that they do not all fall on its end.
    fn next(&self, last: NaiveDate, visits: impl Iterator<Item = NaiveDate>, terms: &[TermStart]) -> NaiveDate {
        let Some(period) = self.per else { return after(last, self.days()) };
        let times = i64::from(self.times.unwrap_or(1).max(1));
        let (start, next) = period.around(last, terms);
        let days: BTreeSet<NaiveDate> = visits.filter(|day| *day >= start && *day < next).collect();
        let done = i64::try_from(days.len()).unwrap_or(times);
        let share = |(start, next): (NaiveDate, NaiveDate), n: i64| {
            let days = next.signed_duration_since(start).num_days() * n / times;
            after(start, u32::try_from(days - 1).unwrap_or(0))
        };
        let still = (done + 1..=times).map(|n| share((start, next), n)).find(|day| *day > last);
        still.unwrap_or_else(|| share(period.around(next, terms), 1))
    }
}

/// Programme and category are asked of one category in force: a programme a person has left asks for no visits.
fn concerns(programme: Option<Programme>, category: Option<Category>, person: &PersonRow, today: NaiveDate) -> bool {
    let fits = |c: Category| category.is_none_or(|wanted| wanted == c) && (programme.is_none() || programme == c.programme());
    (programme.is_none() && category.is_none()) || person.in_force(today).any(fits)
}

/// When the next visit to a person is due. A visit later than `today` counts for nothing: a wrong clock puts no visit off. `None`
/// when the file is closed or no rule matches.
pub fn due(rules: &DueRules, person: &PersonRow, past: &Past, today: NaiveDate) -> Option<Due> {
    if person.status == FileStatus::Closed {
        return None;
    }
    let past = Past { visits: past.visits.iter().filter(|(day, _)| *day <= today).cloned().collect(), agreed: past.agreed };
    let last_visit = past.visits.iter().map(|(day, _)| *day).max();
    let change = |last| became_high(person, last).map(|since| if since > today { today } else { after(since, rules.after_change_days) });
    let mut set: Option<(NaiveDate, DueWhy, &DueRule)> = None;
    for rule in rules.rules_for(person, today) {
        // A rule for high risk did not hold before the change, so nobody was late by it then.
        let (date, why) = match change(rule.counted(&past).max()).filter(|_| rule.risk.is_some()) {
            Some(change) => (change, DueWhy::RiskChange),
            None => rules.by(rule, person, &past, today),
        };
        // Of equal days the shortest interval says how often.
        if set.is_none_or(|(before, _, other)| (date, rule.days()) < (before, other.days())) {
            set = Some((date, why, rule));
        }
    }
    let (mut date, mut why, rule) = set?;
    if let Some(change) = change(last_visit).filter(|change| *change < date) {
        (date, why) = (change, DueWhy::RiskChange);
    }
    if let Some(agreed) = past.agreed.filter(|day| *day < date && last_visit.is_none_or(|last| *day > last)) {
        (date, why) = (agreed, DueWhy::Agreed);
    }
    Some(Due { date, why, every_days: rule.days(), per: rule.per, times: rule.times, risk: rule.risk, rule: rule.id.clone() })
}

/// The day the risk became high, when nobody was there since.
fn became_high(person: &PersonRow, last_visit: Option<NaiveDate>) -> Option<NaiveDate> {
    let since = person.risk_since.filter(|_| person.risk.is_some_and(Risk::is_pressing))?;
    last_visit.is_none_or(|last| since > last).then_some(since)
}

fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

impl Due {
    /// How the day lies to `today`; from `soon_days` ahead it counts as soon.
    pub fn state(&self, today: NaiveDate, soon_days: u32) -> DueState {
        let days = self.date.signed_duration_since(today).num_days();
        let distance = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
        match days {
            ..0 => DueState::Overdue(distance),
            0 => DueState::Today,
            _ if distance <= soon_days => DueState::Soon(distance),
            _ => DueState::Later(distance),
        }
    }
}

#[cfg(test)]
mod tests;
