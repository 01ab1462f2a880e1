//! When the next visit is due, and why. The rules are a table that each county sets for itself.
use crate::person::FileStatus;
use crate::{Category, PersonRow, Programme, Risk};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A county's table of visit intervals. There is no national frequency for children; for elders 民发〔2022〕73号 asks for a visit
/// a month to the disabled.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DueRules {
    /// Version of the table, counted up by the county.
    pub version: u32,
    /// The rules; of those that match a person the one with the shortest interval holds.
    pub rules: Vec<DueRule>,
    /// Days from the opening of a file to its first visit, unless a rule asks for it sooner.
    pub first_visit_days: u32,
    /// Days from a change to high risk to the visit that must follow.
    pub after_change_days: u32,
    /// From how many days ahead a visit counts as due soon.
    pub soon_days: u32,
}

/// One interval. A condition that is absent holds for everybody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    /// Days from one visit to the next, at least 1.
    pub every_days: u32,
}

/// Why a visit is due on its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueWhy {
    /// The interval since the last visit.
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
    /// The interval of the rule that holds, days.
    pub every_days: u32,
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

impl DueRules {
    /// The default that ships with the program (`assets/policy/due.json`).
    pub fn shipped() -> DueRules {
        serde_json::from_str(include_str!("../../../assets/policy/due.json")).unwrap_or_default()
    }
    /// The rule that holds for a person: the shortest interval of those that match, the first of equals.
    pub fn rule_for(&self, person: &PersonRow) -> Option<&DueRule> {
        self.rules.iter().filter(|r| r.concerns(person) && r.risk.is_none_or(|risk| person.risk == Some(risk))).min_by_key(|r| r.days())
    }
    /// The interval that would hold at any risk.
    fn days_at_any_risk(&self, person: &PersonRow) -> Option<u32> {
        self.rules.iter().filter(|r| r.risk.is_none() && r.concerns(person)).map(DueRule::days).min()
    }
}

impl DueRule {
    /// Programme and category are asked of one category in force: a programme a person has left asks for no visits.
    fn concerns(&self, person: &PersonRow) -> bool {
        if self.programme.is_none() && self.category.is_none() {
            return true;
        }
        let fits = |c: &Category| self.category.is_none_or(|wanted| wanted == *c) && self.programme.is_none_or(|p| p == c.programme());
        person.categories.iter().any(fits)
    }
    fn days(&self) -> u32 {
        self.every_days.max(1)
    }
}

/// When the next visit to a person is due. `last_visit` is the day of the last visit that took place, `agreed_next` the day
/// agreed at the last visit, whether or not it took place. `None` when the file is closed or no rule matches.
pub fn due(rules: &DueRules, person: &PersonRow, last_visit: Option<NaiveDate>, agreed_next: Option<NaiveDate>) -> Option<Due> {
    if person.status == FileStatus::Closed {
        return None;
    }
    let rule = rules.rule_for(person)?;
    let counted = |interval: u32| match last_visit {
        Some(last) => (after(last, interval), DueWhy::Rule),
        None => (after(person.opened, interval.min(rules.first_visit_days)), DueWhy::FirstVisit),
    };
    let set = match became_high(person, last_visit) {
        None => counted(rule.days()),
        // The short interval of high risk did not hold before the change, so nobody was late by it then.
        Some(since) => {
            let change = (after(since, rules.after_change_days), DueWhy::RiskChange);
            rules.days_at_any_risk(person).map(counted).filter(|before| before.0 < change.0).unwrap_or(change)
        }
    };
    let agreed = agreed_next.filter(|day| *day < set.0 && last_visit.is_none_or(|last| *day > last)).map(|day| (day, DueWhy::Agreed));
    let (date, why) = agreed.unwrap_or(set);
    Some(Due { date, why, every_days: rule.days(), rule: rule.id.clone() })
}

/// The day the risk became high, when nobody was there since.
fn became_high(person: &PersonRow, last_visit: Option<NaiveDate>) -> Option<NaiveDate> {
    let since = person.risk_since.filter(|_| person.risk == Some(Risk::High))?;
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
