//! Answers as they are written down: ODK's texts. What is not of a question's type reads as nothing.
use super::model::Answer;
use chrono::FixedOffset;
use domain::photo::is_file_name;
use expressions::{number_text, read_number};
use std::collections::HashSet;

/// A text as the answer of a question of this type; empty where it is none. `offered` are the choices of a select.
pub fn normal(answer: &Answer, text: &str, offered: &[&str], zone: FixedOffset) -> String {
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
        Answer::DateTime => expressions::moment(trimmed, zone).map(|m| expressions::Moment { is_day: false, ..m }.text()).unwrap_or_default(),
        Answer::SelectOne => offered.iter().find(|choice| **choice == trimmed).map(|c| (*c).to_owned()).unwrap_or_default(),
        Answer::SelectMultiple => each_once(trimmed.split_whitespace(), offered),
        // What was not ranked comes after what was.
        Answer::Rank => each_once(trimmed.split_whitespace().chain(offered.iter().copied()), offered),
        Answer::Acknowledge => if trimmed == "OK" { trimmed } else { "" }.to_owned(),
        Answer::GeoPoint => point(trimmed).unwrap_or_default(),
        Answer::GeoLine => {
            let points: Option<Vec<String>> = trimmed.split(';').map(str::trim).filter(|p| !p.is_empty()).map(point).collect();
            points.map(|points| points.join(";")).unwrap_or_default()
        }
    }
}

/// Those of several choices that are offered, each once.
fn each_once<'t>(choices: impl Iterator<Item = &'t str>, offered: &[&str]) -> String {
    let offered: HashSet<&str> = offered.iter().copied().collect();
    let mut seen = HashSet::new();
    choices.filter(|choice| offered.contains(choice) && seen.insert(*choice)).collect::<Vec<_>>().join(" ")
}

/// Whether a text can be what a control of this type gives: one of a time says its seconds, one of a day nothing but the day.
pub fn is_from_control(answer: &Answer, text: &str) -> bool {
    let time = match answer {
        Answer::Time => Some(text),
        Answer::DateTime => text.split_once('T').map(|(_, time)| time),
        Answer::Date => return text.trim().len() <= 10,
        _ => return true,
    };
    text.trim().is_empty() || time.is_some_and(|time| time.split(['+', '-', 'Z']).next().is_some_and(|clock| clock.matches(':').count() == 2))
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
    let text = number_text(number);
    if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
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

/// `30.5 114.3 0.0 0.0`
fn point(text: &str) -> Option<String> {
    let numbers: Vec<f64> = text.split_whitespace().map(read_number).collect();
    let [latitude, longitude, ..] = numbers.as_slice() else { return None };
    let fits = numbers.len() <= 4 && latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && numbers.iter().all(|n| n.is_finite());
    let each = (0..4).map(|n| decimal_text(numbers.get(n).copied().unwrap_or(0.0)));
    // Nowhere is how a device says that it does not know.
    let fits = fits && numbers.iter().any(|n| *n != 0.0);
    fits.then(|| each.collect::<Vec<_>>().join(" "))
}
