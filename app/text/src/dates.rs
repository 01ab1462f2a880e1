//! Dates and moments as people say them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike};

use crate::Text;

impl Text {
    /// `11月21日`; with the year when it is not the year of `today`.
    pub fn date(&self, date: NaiveDate, today: NaiveDate) -> String {
        let (month, day) = (i64::from(date.month()), i64::from(date.day()));
        if date.year() == today.year() { self.date_short(month, day) } else { self.date_full(i64::from(date.year()), month, day) }
    }

    /// `2026年11月21日`, whatever today is.
    pub fn date_with_year(&self, date: NaiveDate) -> String {
        self.date_full(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
    }

    /// `11月21日 星期六`.
    pub fn date_and_weekday(&self, date: NaiveDate) -> String {
        let weekday = i64::from(date.weekday().number_from_monday());
        let weekday = self.date_weekday(weekday);
        self.date_long(i64::from(date.month()), i64::from(date.day()), &weekday)
    }

    /// `今天`, `昨天`, `明天`, otherwise [`Text::date`].
    pub fn date_near(&self, date: NaiveDate, today: NaiveDate) -> String {
        match date.signed_duration_since(today).num_days() {
            0 => self.date_today(),
            -1 => self.date_yesterday(),
            1 => self.date_tomorrow(),
            _ => self.date(date, today),
        }
    }

    /// `16:40` of today, otherwise `昨天 16:40` or `11月19日 16:40`; of what is known to the day only, the day. Both in the worker's own offset.
    pub fn moment(&self, at: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        let (date, today) = (at.date_naive(), now.date_naive());
        if at.time() == NaiveTime::MIN {
            return self.date_near(date, today);
        }
        if date == today { clock } else { format!("{} {clock}", self.date_near(date, today)) }
    }
}
