//! How far back devices hold what fades.
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use domain::Timestamp;

/// Months of visits that a device holds; older ones come when somebody asks for them.
const MONTHS: u32 = 13;

/// What devices hold of visits: from the first day of the month, thirteen months ago.
pub fn window(now: Timestamp) -> Timestamp {
    let today = now.day();
    let months = today.year() * 12 + i32::try_from(today.month0()).unwrap_or(0) - i32::try_from(MONTHS).unwrap_or(0);
    let month0 = u32::try_from(months.rem_euclid(12)).unwrap_or(0);
    let first = NaiveDate::from_ymd_opt(months.div_euclid(12), month0 + 1, 1).unwrap_or(today - Days::new(400));
    Timestamp::from_local(first, NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_opens_on_the_first_of_a_month_thirteen_months_ago() {
        for (today, first) in [("2026-11-26", "2025-10-01"), ("2026-01-31", "2024-12-01"), ("2026-02-01", "2025-01-01")] {
            let now = Timestamp::from_local(today.parse().unwrap(), NaiveTime::MIN);
            assert_eq!(window(now).day(), first.parse::<NaiveDate>().unwrap());
        }
    }
}
