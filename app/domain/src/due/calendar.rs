//! The county's calendar: months, quarters, terms and years, and which days are worked.
use crate::codes::codes;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::OnceLock;

codes!(
    /// A stretch of the calendar in which so many visits are to take place.
    Period {
        /// 自然月
        Month = "month",
        /// 季度
        Quarter = "quarter",
        /// 学期
        Term = "term",
        /// 自然年
        Year = "year",
    }
);

impl Period {
    /// About how long it is, days: what programs go by that know intervals only.
    pub fn days(self) -> u32 {
        match self {
            Period::Month => 30,
            Period::Quarter => 90,
            Period::Term => 180,
            Period::Year => 365,
        }
    }

    /// The first day of the period that `day` lies in, and of the one after it. `terms` are the days on which school terms begin.
    pub fn around(self, day: NaiveDate, terms: &[TermStart]) -> (NaiveDate, NaiveDate) {
        let months = |count: u32| {
            let first = day.with_day(1).unwrap_or(day);
            let start = first.checked_sub_months(Months::new(first.month0() % count)).unwrap_or(first);
            (start, start.checked_add_months(Months::new(count)).unwrap_or(start))
        };
        match self {
            Period::Month => months(1),
            Period::Quarter => months(3),
            Period::Year => months(12),
            Period::Term => {
                let years = [day.year() - 1, day.year(), day.year() + 1];
                let starts: BTreeSet<NaiveDate> = years.iter().flat_map(|year| terms.iter().filter_map(|t| t.in_year(*year))).collect();
                match (starts.range(..=day).next_back(), starts.range(day..).find(|start| **start > day)) {
                    (Some(start), Some(next)) => (*start, *next),
                    _ => months(6),
                }
            }
        }
    }
}

/// Month and day on which a term of school begins, `09-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[0-9]{2}-[0-9]{2}$"))]
pub struct TermStart {
    month: u32,
    day: u32,
}

impl TermStart {
    /// Early March and the first of September, about when terms begin in most provinces.
    pub fn shipped() -> Vec<TermStart> {
        vec![TermStart { month: 3, day: 1 }, TermStart { month: 9, day: 1 }]
    }
    fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}
impl TryFrom<String> for TermStart {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        // Of a year without 29 February: a term begins each year.
        let day: Option<NaiveDate> = format!("2026-{text}").parse().ok().filter(|_| text.len() == 5);
        day.map(|day| TermStart { month: day.month(), day: day.day() })
            .ok_or("学期开始的日子要写成 09-01 这样 / the beginning of a term is written as 09-01")
    }
}
impl From<TermStart> for String {
    fn from(t: TermStart) -> String {
        format!("{:02}-{:02}", t.month, t.day)
    }
}

/// Days that differ from the week's own order: holidays, and weekends that are worked instead (国务院办公厅关于部分节假日安排的通知).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Holidays {
    /// Not worked.
    pub off: BTreeSet<NaiveDate>,
    /// Weekends that are worked.
    pub on: BTreeSet<NaiveDate>,
}

impl Holidays {
    /// Those that ship with the program (`assets/policy/holidays.json`): 2026. A county adds the coming years.
    pub fn shipped() -> &'static Holidays {
        static SHIPPED: OnceLock<Holidays> = OnceLock::new();
        SHIPPED.get_or_init(|| serde_json::from_str(include_str!("../../../../assets/policy/holidays.json")).unwrap_or_default())
    }

    /// Whether people work on this day. The county's own word goes before what ships.
    pub fn is_worked(&self, day: NaiveDate) -> bool {
        let said = |h: &Holidays| h.on.contains(&day).then_some(true).or(h.off.contains(&day).then_some(false));
        said(self).or_else(|| said(Self::shipped())).unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The day after so many days of work, the first of them the one after `from`.
    pub fn after(&self, from: NaiveDate, working_days: u32) -> NaiveDate {
        let later = from.iter_days().skip(1).filter(|day| self.is_worked(*day));
        // No run of holidays is so long that the days would run out.
        let most = from.checked_add_days(Days::new(u64::from(working_days) * 4 + 60)).unwrap_or(from);
        match working_days.checked_sub(1).and_then(|n| usize::try_from(n).ok()) {
            Some(n) => later.take_while(|day| *day <= most).nth(n).unwrap_or(most),
            None => from,
        }
    }
}
