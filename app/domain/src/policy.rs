//! What a county sets for itself. The server sends it to every device; the shipped default is in `assets/policy/`.
use crate::due::{DueRule, DueRules};
use crate::form::{self, KIND};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A county's settings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Version of this structure, 1.
    pub version: u32,
    /// When visits are due.
    pub due: DueRules,
    /// Whether a six-digit PIN is enough on a device without a keystore.
    pub pin_without_keystore: bool,
    /// Minutes without a touch after which the app locks.
    pub lock_minutes: u32,
    /// A visit older than this many days without a review no longer waits in the review list.
    pub review_days: u32,
    /// How many days back a visit may be entered.
    #[serde(default = "visit_days_back")]
    pub visit_days_back: u32,
    /// Days after which a device that did not sync needs a new one-time code; 0 for never. Each renews its token after half of them.
    #[serde(default)]
    pub token_days: u32,
}

fn visit_days_back() -> u32 {
    60
}

impl Policy {
    /// The default that ships with the program.
    pub fn shipped() -> Policy {
        Policy {
            version: 1,
            due: DueRules::shipped(),
            pin_without_keystore: true,
            lock_minutes: 10,
            review_days: 31,
            visit_days_back: visit_days_back(),
            token_days: 0,
        }
    }

    /// Whether a county can work by it.
    ///
    /// # Errors
    /// The first setting that is out of its range, or a rule whose name stands twice or that says two things.
    pub fn check(&self) -> Result<(), PolicyError> {
        let DueRules { rules, first_visit_days, first_visits, after_change_days, soon_days, terms, .. } = &self.due;
        within("version", self.version, 1..=1)?;
        within("lock_minutes", self.lock_minutes, 1..=240)?;
        within("review_days", self.review_days, 1..=DAYS)?;
        within("due.first_visit_days", *first_visit_days, 1..=DAYS)?;
        within("due.after_change_days", *after_change_days, 0..=DAYS)?;
        within("due.soon_days", *soon_days, 0..=DAYS)?;
        within("visit_days_back", self.visit_days_back, 0..=DAYS)?;
        if self.token_days > 0 {
            within("token_days", self.token_days, LEAST_TOKEN_DAYS..=DAYS)?;
        }
        within("due.terms", u32::try_from(terms.len()).unwrap_or(u32::MAX), 1..=4)?;
        for first in first_visits {
            within("due.first_visits.days", first.days, 1..=DAYS)?;
        }
        let mut names = BTreeSet::new();
        for rule in rules {
            check_rule(rule)?;
            if rule.id.is_empty() || !names.insert(&rule.id) {
                return Err(PolicyError::Twice(rule.id.clone()));
            }
        }
        Ok(())
    }
}

fn check_rule(rule: &DueRule) -> Result<(), PolicyError> {
    let of = |key: &str| format!("due.rules.{}.{key}", rule.id);
    within(&of("every_days"), rule.every_days, 1..=DAYS)?;
    if let Some(times) = rule.times {
        within(&of("times"), times, 1..=MOST_TIMES)?;
    }
    if rule.interval().map_or(rule.times.is_some(), |days| days != rule.every_days) {
        return Err(PolicyError::Both(rule.id.clone()));
    }
    let known = |kind: &str| form::shipped().iter().filter_map(|f| f.question(KIND)).any(|q| q.option(kind).is_some());
    match rule.kinds.iter().find(|kind| !known(kind)) {
        Some(kind) => Err(PolicyError::Kind { setting: of("kinds"), is: kind.clone() }),
        None => Ok(()),
    }
}

/// Most visits in one period.
const MOST_TIMES: u32 = 31;

/// The shortest life of a token, days: whoever synced before half of it was over can be away for the other half, a month of floods.
const LEAST_TOKEN_DAYS: u32 = 60;

/// The longest time a policy may name, days: ten years.
const DAYS: u32 = 3660;

/// What is wrong with a policy.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyError {
    /// A setting out of its range.
    #[error("{setting} 是 {is}，应当在 {least} 到 {most} 之间 / is {is}, must be {least} to {most}")]
    Range {
        /// Which.
        setting: String,
        /// What it is.
        is: u32,
        /// The least it may be.
        least: u32,
        /// The most it may be.
        most: u32,
    },
    /// Two rules of one name, or one without.
    #[error("规则名 {0:?} 重复或为空 / the rule's name {0:?} stands twice or is empty")]
    Twice(String),
    /// A rule with an interval and a period that do not go together, or with times of no period.
    #[error(
        "规则 {0}：every_days（隔几天）和 per、times（每月几次）只写一种；写了 per 就删去 every_days / rule {0}: give every_days or per and times, not both"
    )]
    Both(String),
    /// A kind of visit that no form has.
    #[error("{setting} 里的 {is:?} 不是走访方式；有 home、phone、video、school 等 / {is:?} is no kind of visit")]
    Kind {
        /// Where.
        setting: String,
        /// What it is.
        is: String,
    },
}

fn within(setting: &str, is: u32, range: RangeInclusive<u32>) -> Result<(), PolicyError> {
    let (least, most) = range.clone().into_inner();
    if range.contains(&is) { Ok(()) } else { Err(PolicyError::Range { setting: setting.to_owned(), is, least, most }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_is_one_to_work_by_and_nonsense_is_named() {
        assert_eq!(Policy::shipped().check(), Ok(()));
        let mut never = Policy::shipped();
        never.due.rules[1].every_days = 0;
        assert!(never.check().unwrap_err().to_string().contains("child-medium"), "{:?}", never.check());
        let mut twice = Policy::shipped();
        twice.due.rules[1].id = "child-high".into();
        assert_eq!(twice.check(), Err(PolicyError::Twice("child-high".into())));
        assert!(Policy { lock_minutes: 0, ..Policy::shipped() }.check().is_err());
        let tokens = |token_days| Policy { token_days, ..Policy::shipped() }.check().is_ok();
        assert_eq!([0, 59, 60, 3660, 3661].map(tokens), [true, false, true, true, false]);
    }

    #[test]
    fn a_rule_says_an_interval_or_a_period_and_names_kinds_that_exist() {
        let with = |json: &str| {
            let mut policy = Policy::shipped();
            policy.due.rules.push(serde_json::from_str(json).unwrap());
            policy.due.complete();
            policy.check()
        };
        assert_eq!(with(r#"{"id": "a", "category": "orphan", "per": "month", "times": 2}"#), Ok(()));
        assert_eq!(with(r#"{"id": "a", "risk": "high", "every_days": 3, "kinds": ["phone"]}"#), Ok(()));
        // As this program prints it, and as one who changes a printed policy gets it wrong.
        assert_eq!(with(r#"{"id": "a", "every_days": 90, "per": "quarter"}"#), Ok(()));
        assert_eq!(with(r#"{"id": "a", "every_days": 30, "per": "quarter"}"#), Err(PolicyError::Both("a".into())));
        assert_eq!(with(r#"{"id": "a", "every_days": 30, "times": 2}"#), Err(PolicyError::Both("a".into())));
        assert!(with(r#"{"id": "a"}"#).unwrap_err().to_string().contains("due.rules.a.every_days"));
        assert!(with(r#"{"id": "a", "per": "year", "times": 32}"#).unwrap_err().to_string().contains("due.rules.a.times"));
        assert!(with(r#"{"id": "a", "every_days": 3, "kinds": ["fax"]}"#).unwrap_err().to_string().contains("fax"));
    }

    #[test]
    fn a_policy_of_before_is_read_and_one_of_today_is_read_by_programs_of_before() {
        let old = r#"{"version":1,"due":{"version":1,"rules":[{"id":"child","programme":"child","every_days":90}],"first_visit_days":30,
            "after_change_days":1,"soon_days":7},"pin_without_keystore":true,"lock_minutes":10,"review_days":31}"#;
        let policy: Policy = serde_json::from_str(old).unwrap();
        assert_eq!((policy.check(), policy.visit_days_back, policy.token_days, policy.due.terms.len()), (Ok(()), 60, 0, 2));
        // They want every rule's interval.
        let sent = serde_json::to_value(Policy::shipped()).unwrap();
        assert!(sent["due"]["rules"].as_array().unwrap().iter().all(|r| r["every_days"].as_u64().unwrap() > 0));
    }
}
