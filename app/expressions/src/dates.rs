//! Days and moments. As a number each is days since 1970-01-01T00:00Z, a day being its midnight in the form's zone.
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};

const DAY: f64 = 86_400_000.0;
/// Farthest moment from 1970 that is one, milliseconds: three thousand years, far from the calendar's ends.
const FARTHEST: f64 = 1e14;

/// A day, or a moment of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Moment {
    /// When, in the form's zone.
    pub at: DateTime<FixedOffset>,
    /// Whether only the day is meant.
    pub is_day: bool,
}

impl Moment {
    /// The day of a moment.
    pub fn day(at: DateTime<FixedOffset>) -> Moment {
        Moment { at: midnight(at.date_naive(), *at.offset()).unwrap_or(at), is_day: true }
    }
    /// Days since 1970-01-01T00:00Z.
    pub fn days(self) -> f64 {
        self.at.timestamp_millis() as f64 / DAY
    }
    /// So many days after that, in a zone; none beyond the calendar.
    pub(crate) fn of_days(days: f64, zone: FixedOffset) -> Option<Moment> {
        let millis = (days * DAY).round();
        let millis = (millis.abs() < FARTHEST).then_some(millis as i64)?;
        Some(Moment { at: DateTime::from_timestamp_millis(millis)?.with_timezone(&zone), is_day: false })
    }
    /// As it is written.
    pub fn text(self) -> String {
        if self.is_day { day_text(self.at.date_naive()) } else { self.at.format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string() }
    }
}

/// A day as it is written.
pub fn day_text(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn midnight(day: NaiveDate, zone: FixedOffset) -> Option<DateTime<FixedOffset>> {
    zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).single()
}

/// The day or moment that a text says: `2026-03-04`, `2026-03-04T10:20:30.000+08:00`, with `Z`, or without a zone.
pub fn moment(text: &str, zone: FixedOffset) -> Option<Moment> {
    let text = text.trim();
    let day = text.get(..10).filter(|day| is_day(day))?.parse::<NaiveDate>().ok()?;
    match text.get(10..)? {
        "" => Some(Moment { at: midnight(day, zone)?, is_day: true }),
        time => {
            let (time, offset) = clock(time.strip_prefix('T')?)?;
            let local = NaiveDateTime::new(day, time);
            let at = offset.unwrap_or(zone).from_local_datetime(&local).single()?;
            Some(Moment { at: at.with_timezone(&zone), is_day: false })
        }
    }
}

fn is_day(text: &str) -> bool {
    text.bytes().enumerate().all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// `10:20`, `10:20:30`, `10:20:30.000`, each perhaps with a zone.
fn clock(text: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let at = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    let (time, zone) = text.split_at_checked(at)?;
    let time = NaiveTime::parse_from_str(time, "%H:%M:%S%.f").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M")).ok()?;
    let zone = match zone {
        "" => None,
        "Z" => FixedOffset::east_opt(0),
        zone => Some(zone.parse().ok()?),
    };
    Some((time, zone))
}

/// The part of a day that has passed at a time of day; not-a-number for what is none.
pub(crate) fn part_of_day(text: &str, zone: FixedOffset) -> f64 {
    let Some((time, offset)) = clock(text.trim()) else { return f64::NAN };
    let seconds = f64::from(time.num_seconds_from_midnight()) + f64::from(time.nanosecond()) / 1e9;
    let shift = offset.map_or(0, |offset| zone.local_minus_utc() - offset.local_minus_utc());
    (seconds + f64::from(shift)).rem_euclid(86_400.0) / 86_400.0
}

/// A moment by a pattern of ODK's: `%Y-%m-%d %H:%M`.
pub(crate) fn formatted(moment: Moment, pattern: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let at = moment.at;
    let mut text = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let name = |names: &[&'static str], n: u32| names.get(n as usize).copied().unwrap_or_default().to_owned();
        let said = match rest.peek() {
            Some('Y') => format!("{:04}", at.year()),
            Some('y') => format!("{:02}", at.year().rem_euclid(100)),
            Some('m') => format!("{:02}", at.month()),
            Some('n') => at.month().to_string(),
            Some('b') => name(&MONTHS, at.month0()),
            Some('d') => format!("{:02}", at.day()),
            Some('e') => at.day().to_string(),
            Some('a') => name(&DAYS, at.weekday().num_days_from_monday()),
            Some('H') => format!("{:02}", at.hour()),
            Some('h') => at.hour().to_string(),
            Some('M') => format!("{:02}", at.minute()),
            Some('S') => format!("{:02}", at.second()),
            Some('3') => format!("{:03}", at.timestamp_subsec_millis()),
            _ => {
                text.push('%');
                continue;
            }
        };
        text.push_str(&said);
        rest.next();
    }
    text
}
