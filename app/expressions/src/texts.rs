//! Functions of texts. Places are counted in UTF-16 units, as the reference does.

/// From one place to before another, from 0; negative ones count from the end.
pub(crate) fn substr(text: &str, from: f64, to: Option<f64>) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    if from.is_nan() || to.is_some_and(f64::is_nan) {
        return String::new();
    }
    let place = |at: f64| {
        let length = units.len() as f64;
        (if at < 0.0 { (length + at).max(0.0) } else { at.min(length) }) as usize
    };
    cut(&units, place(from), to.map_or(units.len(), place))
}

/// XPath's: from a place, from 1, so many.
pub(crate) fn substring(text: &str, from: f64, count: Option<f64>) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let half_up = |n: f64| (n + 0.5).floor();
    let (first, count) = (half_up(from) - 1.0, count.map(half_up));
    if first.is_nan() || first == f64::INFINITY || count.is_some_and(f64::is_nan) {
        return String::new();
    }
    let length = units.len() as f64;
    let place = |at: f64| if at.is_nan() { 0 } else { at.clamp(0.0, length) as usize };
    let (first, end) = (place(first), place(count.map_or(length, |count| first + count)));
    // Fewer than none are those before.
    cut(&units, first.min(end), first.max(end))
}

fn cut(units: &[u16], from: usize, to: usize) -> String {
    String::from_utf16_lossy(units.get(from..to).unwrap_or_default())
}

pub(crate) fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    let other = |c: char| match from.chars().position(|f| f == c) {
        Some(place) => to.get(place).copied(),
        None => Some(c),
    };
    text.chars().filter_map(other).collect()
}
