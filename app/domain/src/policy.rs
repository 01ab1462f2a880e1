//! What a county sets for itself. The server sends it to every device; the shipped default is in `assets/policy/`.
use crate::due::DueRules;
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
}

impl Policy {
    /// The default that ships with the program.
    pub fn shipped() -> Policy {
        Policy { version: 1, due: DueRules::shipped(), pin_without_keystore: true, lock_minutes: 10, review_days: 31 }
    }

    /// Whether a county can work by it.
    ///
    /// # Errors
    /// The first setting that is out of its range, or a rule whose name stands twice.
    pub fn check(&self) -> Result<(), PolicyError> {
        let DueRules { rules, first_visit_days, after_change_days, soon_days, .. } = &self.due;
        within("version", self.version, 1..=1)?;
        within("lock_minutes", self.lock_minutes, 1..=240)?;
        within("review_days", self.review_days, 1..=DAYS)?;
        within("due.first_visit_days", *first_visit_days, 1..=DAYS)?;
        within("due.after_change_days", *after_change_days, 0..=DAYS)?;
        within("due.soon_days", *soon_days, 0..=DAYS)?;
        let mut names = BTreeSet::new();
        for rule in rules {
            within(&format!("due.rules.{}.every_days", rule.id), rule.every_days, 1..=DAYS)?;
            if rule.id.is_empty() || !names.insert(&rule.id) {
                return Err(PolicyError::Twice(rule.id.clone()));
            }
        }
        Ok(())
    }
}

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
    }
}
