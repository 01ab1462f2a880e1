//! Answers as they are written down: ODK's texts. What is not of a question's type reads as nothing.
use super::model::Answer;
use chrono::FixedOffset;
use domain::photo::is_file_name;
use expressions::{number_text, read_number};
use std::borrow::Cow;
use std::collections::HashSet;

/// A text as the answer of a question of this type; empty where it is none. `offered` are the choices of a select.
pub fn normal(answer: &Answer, text: &str, offered: &[Cow<'_, str>], zone: FixedOffset) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return String::new();
    }
    match answer {
        Answer::Text => text.to_owned(),
        Answer::YesNo => if ["yes", "no"].contains(&trimmed) { trimmed } else { "" }.to_owned(),
        // A file comes by itself, never as a text; of a photo that came its name is there.
        Answer::Image => if is_file_name(trimmed) { trimmed } else { "" }.to_owned(),
        Answer::File => String::new(),
        Answer::Integer => whole(trimmed).map(|n| n.to_string()).unwrap_or_default(),
        Answer::Decimal => decimal_text(read_number(trimmed)),
        Answer::Range(from, to, step) => range(trimmed, *from, *to, *step),
        Answer::Date => day(trimmed).unwrap_or_default(),
        Answer::Time => time(trimmed, zone),
        Answer::DateTime => moment(trimmed, zone),
        // One that is somebody's answer may have spaces around it.
        Answer::SelectOne => [text, trimmed].into_iter().find(|text| offered.iter().any(|choice| choice == text)).unwrap_or_default().to_owned(),
        Answer::SelectMultiple => each_once(trimmed.split_whitespace(), offered),
        // What was not ranked comes after what was.
        Answer::Rank => each_once(trimmed.split_whitespace().chain(offered.iter().map(Cow::as_ref)), offered),
        Answer::Acknowledge => if trimmed == "OK" { trimmed } else { "" }.to_owned(),
        Answer::GeoPoint => point(trimmed).unwrap_or_default(),
        Answer::GeoTrace => points(trimmed).filter(|(points, closed)| points.len() >= 2 && !closed).map(joined).unwrap_or_default(),
        Answer::GeoShape => points(trimmed).filter(|(points, closed)| points.len() >= 3 && *closed).map(joined).unwrap_or_default(),
    }
}

/// Those of several choices that are offered, each once.
fn each_once<'t>(choices: impl Iterator<Item = &'t str>, offered: &[Cow<'_, str>]) -> String {
    let offered: HashSet<&str> = offered.iter().map(Cow::as_ref).collect();
    let mut seen = HashSet::new();
    choices.filter(|choice| offered.contains(choice) && seen.insert(*choice)).collect::<Vec<_>>().join(" ")
}

/// Whether a text is an answer of this type as a control or a calculation gives it: a time says its seconds, a moment its time, a day no zone.
pub fn is_exact(answer: &Answer, text: &str) -> bool {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    match answer {
        _ if text.trim().is_empty() => true,
        Answer::Time => is_clock(text),
        Answer::DateTime => is_like(day, "0000-00-00") && time.is_some_and(is_clock),
        Answer::Date => is_like(day, "0000-00-00") && time.is_none_or(|time| is_like(time, "00") || is_like(time, "00:00") || has_seconds(time)),
        _ => true,
    }
}

/// `10:20:30`, `10:20:30.000`, each perhaps with a zone.
fn is_clock(text: &str) -> bool {
    let (time, zone) = text.split_at(text.find(['+', '-', 'Z']).unwrap_or(text.len()));
    has_seconds(time) && (["", "Z"].contains(&zone) || is_like(zone.get(1..).unwrap_or_default(), "00:00"))
}

fn has_seconds(time: &str) -> bool {
    let (clock, part) = time.split_once('.').unwrap_or((time, "0"));
    is_like(clock, "00:00:00") && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text has digits where a pattern has, and else the same.
fn is_like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(|(b, p)| if p == b'0' { b.is_ascii_digit() } else { b == p })
}

/// A whole number that fits into 32 bits; the fraction of one is dropped.
fn whole(text: &str) -> Option<i32> {
    let number = read_number(text).trunc();
    (number.is_finite() && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number)).then_some(number as i32)
}

/// A number with a fraction, `7.0`.
pub fn decimal_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let text = number.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

fn range(text: &str, from: f64, to: f64, step: f64) -> String {
    let number = read_number(text);
    if !(from.min(to)..=from.max(to)).contains(&number) {
        return String::new();
    }
    let whole = [from, to, step].iter().all(|n| n.fract() == 0.0);
    if whole { number_text(number.trunc()) } else { decimal_text(number) }
}

fn day(text: &str) -> Option<String> {
    let day = text.get(..10)?.parse::<chrono::NaiveDate>().ok()?;
    let rest = text.get(10..)?;
    (rest.is_empty() || rest.starts_with('T')).then(|| expressions::day_text(day))
}

fn time(text: &str, zone: FixedOffset) -> String {
    let is_one = expressions::moment(&format!("1970-01-01T{text}"), zone).is_some();
    if is_one { text.to_owned() } else { String::new() }
}

/// As it was said, where it says everything; else with what it leaves out.
fn moment(text: &str, zone: FixedOffset) -> String {
    let moment = expressions::moment(text, zone).map(|moment| expressions::Moment { is_day: false, ..moment });
    if moment.is_some() && is_exact(&Answer::DateTime, text) { text.to_owned() } else { moment.map(|moment| moment.text()).unwrap_or_default() }
}

/// `30.5 114.3`, perhaps with altitude and accuracy.
fn point(text: &str) -> Option<String> {
    let numbers: Vec<f64> = text.split_whitespace().take(4).map(read_number).collect();
    let [latitude, longitude, ..] = numbers.as_slice() else { return None };
    let fits = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && numbers.iter().all(|n| n.is_finite());
    // Nowhere is how a device says that it does not know.
    let fits = fits && (*latitude != 0.0 || *longitude != 0.0);
    fits.then(|| numbers.iter().map(|n| decimal_text(*n)).collect::<Vec<_>>().join(" "))
}

/// Points parted by semicolons, and whether the last is where the first is.
fn points(text: &str) -> Option<(Vec<String>, bool)> {
    let points: Vec<String> = text.strip_suffix(';').unwrap_or(text).split(';').map(point).collect::<Option<_>>()?;
    let place = |point: Option<&String>| point.map(|point| point.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>());
    let closed = place(points.first()) == place(points.last());
    Some((points, closed))
}

fn joined((points, _): (Vec<String>, bool)) -> String {
    points.join(";")
}
