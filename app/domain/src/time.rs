//! Moments and days. China keeps one official time, UTC+8 all year (国务院), so a day needs no time-zone database.
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00Z, as the clock of the device that wrote it told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Default, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const BEIJING_SECONDS: i32 = 8 * 3600;

impl Timestamp {
    /// The calendar moment in China.
    pub fn local(self) -> DateTime<FixedOffset> {
        let zone = FixedOffset::east_opt(BEIJING_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc));
        DateTime::from_timestamp_millis(self.0).unwrap_or_default().with_timezone(&zone)
    }
    /// The day in China.
    pub fn day(self) -> NaiveDate {
        self.local().date_naive()
    }
    /// A moment from a day and a time of day in China.
    pub fn from_local(day: NaiveDate, time: NaiveTime) -> Self {
        Self(NaiveDateTime::new(day, time).and_utc().timestamp_millis() - i64::from(BEIJING_SECONDS) * 1000)
    }
    /// The beginning of a day in China: the moment of what is known to the day only.
    pub fn of_day(day: NaiveDate) -> Self {
        Self::from_local(day, NaiveTime::MIN)
    }
    /// Milliseconds from `earlier` to this.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Whole years from `birth` to `today`; negative spans count as 0.
pub fn age(birth: NaiveDate, today: NaiveDate) -> u32 {
    today.years_since(birth).unwrap_or(0)
}
