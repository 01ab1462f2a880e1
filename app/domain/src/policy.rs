//! What a county sets for itself. The server sends it to every device; the shipped default is in `assets/policy/`.
use crate::due::{DueRule, DueRules};
use crate::lists::{List, ListEntry};
use crate::shape;
use crate::{Category, Programme, Risk};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A county's settings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
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
    /// Days after which a device that did not sync needs a new one-time code, 60 to 3660; 0 for never. Each renews its token after half of them.
    #[serde(default)]
    pub token_days: u32,
    /// What the county calls grades, and the reasons it offers. Of a list without an entry, what ships with the program is offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListEntry>,
    /// Whom to call when something must not wait, beside 110. None: what ships with the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Hotline>,
}

/// A number that is called at a touch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Hotline {
    /// Whose it is.
    pub name: String,
    /// Digits, with `-` between where that reads better.
    pub number: String,
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
            lists: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Whom to call when something must not wait: the county's numbers, or the one that is the same everywhere.
    pub fn hotlines(&self) -> Vec<Hotline> {
        let everywhere = || vec![Hotline { name: "政务服务便民热线".to_owned(), number: "12345".to_owned() }];
        if self.numbers.is_empty() { everywhere() } else { self.numbers.clone() }
    }

    /// The entry of a list of these words, as it holds on a day.
    pub fn entry(&self, list: List, name: &str, day: NaiveDate) -> Option<&ListEntry> {
        self.lists.iter().find(|e| e.list == list && e.name == name && e.holds(day))
    }

    /// Whether a county can work by it. `is_asked` says of a kind of visit whether a form knows it.
    ///
    /// # Errors
    /// The first setting that is out of its range, or a rule whose name stands twice or that says two things.
    pub fn check(&self, is_asked: &dyn Fn(&str) -> bool) -> Result<(), PolicyError> {
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
            known("due.first_visits", first.programme, first.category, None)?;
        }
        within("lists", u32::try_from(self.lists.len()).unwrap_or(u32::MAX), 0..=MOST_ENTRIES)?;
        for (n, entry) in self.lists.iter().enumerate() {
            check_entry(entry, self.lists.get(..n).unwrap_or_default())?;
        }
        within("numbers", u32::try_from(self.numbers.len()).unwrap_or(u32::MAX), 0..=MOST_NUMBERS)?;
        self.numbers.iter().try_for_each(check_number)?;
        let mut names = BTreeSet::new();
        for rule in rules {
            check_rule(rule, is_asked)?;
            if rule.id.is_empty() || !names.insert(&rule.id) {
                return Err(PolicyError::Twice(rule.id.clone()));
            }
        }
        Ok(())
    }
}

fn check_rule(rule: &DueRule, is_asked: &dyn Fn(&str) -> bool) -> Result<(), PolicyError> {
    let of = |key: &str| format!("due.rules.{}.{key}", rule.id);
    within(&of("every_days"), rule.every_days, 1..=DAYS)?;
    known(&format!("due.rules.{}", rule.id), rule.programme, rule.category, rule.risk)?;
    if let Some(times) = rule.times {
        within(&of("times"), times, 1..=MOST_TIMES)?;
    }
    if rule.interval().map_or(rule.times.is_some(), |days| days != rule.every_days) {
        return Err(PolicyError::Both(rule.id.clone()));
    }
    match rule.kinds.iter().find(|kind| !is_asked(kind)) {
        Some(kind) => Err(PolicyError::Kind { setting: of("kinds"), is: kind.clone() }),
        None => Ok(()),
    }
}

/// Words that a newer program may say to a device, and nobody to a server.
fn known(setting: &str, programme: Option<Programme>, category: Option<Category>, risk: Option<Risk>) -> Result<(), PolicyError> {
    let words = [
        programme.filter(|p| !p.is_known()).map(|p| ("programme", p.to_string())),
        category.filter(|c| !c.is_known()).map(|c| ("category", c.to_string())),
        risk.filter(|r| !r.is_known()).map(|r| ("risk", r.to_string())),
    ];
    match words.into_iter().flatten().next() {
        Some((key, is)) => Err(PolicyError::Word { setting: format!("{setting}.{key}"), is }),
        None => Ok(()),
    }
}

fn check_entry(entry: &ListEntry, before: &[ListEntry]) -> Result<(), PolicyError> {
    let wrong = |why: &'static str| Err(PolicyError::Entry { name: entry.name.clone(), why });
    let days = (entry.from.unwrap_or(NaiveDate::MIN), entry.until.unwrap_or(NaiveDate::MAX));
    let at_once = |other: &&ListEntry| {
        (other.list, &other.name) == (entry.list, &entry.name)
            && other.from.unwrap_or(NaiveDate::MIN) <= days.1
            && days.0 <= other.until.unwrap_or(NaiveDate::MAX)
    };
    match entry.list.codes() {
        _ if entry.name.trim() != entry.name || !(1..=MOST_NAME).contains(&entry.name.chars().count()) => {
            wrong("name 要有一到三十个字，前后不留空格 / a name has 1 to 30 characters and no spaces around it")
        }
        _ if shape::clean(&entry.name) != entry.name => wrong("name 里有看不见的字符 / the name has characters that cannot be seen"),
        _ if days.0 > days.1 => wrong("from 在 until 之后 / from is after until"),
        _ if before.iter().find(at_once).is_some() => wrong("同一个名单里同时有两个 / twice in one list at one time"),
        Some(codes) if codes.contains(&entry.name.as_str()) => wrong("name 不能是程序里的代号 / a name is no code"),
        Some(codes) if !codes.contains(&entry.counts_as.as_str()) => wrong(
            "counts_as 要写它算哪一级：risk 写 high、medium、low；guardianship 写 normal、insufficient、improper、absent / say what it counts as",
        ),
        None if !entry.counts_as.is_empty() => wrong("原因不写 counts_as / a reason counts as nothing"),
        _ => Ok(()),
    }
}

fn check_number(line: &Hotline) -> Result<(), PolicyError> {
    let digits = line.number.bytes().filter(u8::is_ascii_digit).count();
    let is_number = (3..=20).contains(&digits) && line.number.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let is_name = (1..=MOST_NAME).contains(&line.name.chars().count()) && shape::clean(&line.name) == line.name;
    if is_number && is_name { Ok(()) } else { Err(PolicyError::Number(line.name.clone())) }
}

/// Most numbers to call.
const MOST_NUMBERS: u32 = 20;

/// Most entries of all lists together, and most characters of one's name.
const MOST_ENTRIES: u32 = 200;
const MOST_NAME: usize = 30;

/// Most visits in one period.
const MOST_TIMES: u32 = 31;

/// The shortest life of a token, days: whoever synced before half of it was over can be away for the other half, a month of floods.
const LEAST_TOKEN_DAYS: u32 = 60;

/// The longest time a policy may name, days: ten years.
const DAYS: u32 = 3660;

/// What is wrong with a policy.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyError {
    /// A number that nobody can call.
    #[error("numbers 里的 {0:?}：name 写单位，一到三十个字；number 写电话，只用数字和 - / a number has a name of 1 to 30 characters, digits and -")]
    Number(String),
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
    /// An entry of a list that nobody could choose, or that says too much.
    #[error("lists 里的 {name:?}：{why}")]
    Entry {
        /// Its words.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A word that this program does not know.
    #[error("{setting} 里没有 {is:?} 这个代号 / there is no {is:?}")]
    Word {
        /// Where.
        setting: String,
        /// What it is.
        is: String,
    },
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

    fn checked(policy: &Policy) -> Result<(), PolicyError> {
        policy.check(&|kind| ["home", "phone", "school"].contains(&kind))
    }

    #[test]
    fn the_shipped_policy_is_one_to_work_by_and_nonsense_is_named() {
        assert_eq!(checked(&Policy::shipped()), Ok(()));
        let mut never = Policy::shipped();
        never.due.rules[1].every_days = 0;
        assert!(checked(&never).unwrap_err().to_string().contains("child-medium"), "{:?}", checked(&never));
        let mut twice = Policy::shipped();
        twice.due.rules[1].id = "child-high".into();
        assert_eq!(checked(&twice), Err(PolicyError::Twice("child-high".into())));
        assert!(checked(&Policy { lock_minutes: 0, ..Policy::shipped() }).is_err());
        let tokens = |token_days| checked(&Policy { token_days, ..Policy::shipped() }).is_ok();
        assert_eq!([0, 59, 60, 3660, 3661].map(tokens), [true, false, true, true, false]);
    }

    #[test]
    fn an_entry_of_a_list_can_be_chosen_and_is_there_once() {
        let with = |lists: &str| checked(&Policy { lists: serde_json::from_str(lists).unwrap(), ..Policy::shipped() });
        assert_eq!(with(r#"[{"list": "risk", "name": "重点关注", "counts_as": "medium"}, {"list": "closing_reason", "name": "迁出本县"}]"#), Ok(()));
        let again = r#"[{"list": "risk", "name": "重点", "counts_as": "medium", "until": "2026-06-30"},
            {"list": "risk", "name": "重点", "counts_as": "high", "from": "DAY"}]"#;
        assert_eq!(with(&again.replace("DAY", "2026-07-01")), Ok(()), "the same words count as another grade from a day on");
        for bad in [
            &again.replace("DAY", "2026-06-30"),
            r#"[{"list": "risk", "name": "重点关注", "counts_as": "extreme"}]"#,
            r#"[{"list": "risk", "name": "重点关注"}]"#,
            r#"[{"list": "closing_reason", "name": "迁出", "counts_as": "low"}]"#,
            r#"[{"list": "risk", "name": "", "counts_as": "low"}]"#,
            r#"[{"list": "risk", "name": "low", "counts_as": "high"}]"#,
            r#"[{"list": "risk", "name": "低 ", "counts_as": "low"}]"#,
            r#"[{"list": "risk", "name": "低", "counts_as": "low", "from": "2026-02-01", "until": "2026-01-01"}]"#,
        ] {
            assert!(matches!(with(bad), Err(PolicyError::Entry { .. })), "{bad}");
        }
    }

    #[test]
    fn a_rule_says_an_interval_or_a_period_and_names_kinds_that_exist() {
        let with = |json: &str| {
            let mut policy = Policy::shipped();
            policy.due.rules.push(serde_json::from_str(json).unwrap());
            policy.due.complete();
            checked(&policy)
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
        assert_eq!((checked(&policy), policy.visit_days_back, policy.token_days, policy.due.terms.len()), (Ok(()), 60, 0, 2));
        // They want every rule's interval.
        let sent = serde_json::to_value(Policy::shipped()).unwrap();
        assert!(sent["due"]["rules"].as_array().unwrap().iter().all(|r| r["every_days"].as_u64().unwrap() > 0));
    }
}
