//! Numbers as texts: as ODK's engine writes them, which is as JavaScript does.

/// A number's text; empty for what is none.
pub fn number_text(number: f64) -> String {
    if number.is_nan() {
        return String::new();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// The number a text says, by XPath: digits with at most one point, perhaps a sign; not-a-number for anything else.
pub fn read_number(text: &str) -> f64 {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let points = digits.bytes().filter(|b| *b == b'.').count();
    let fits = digits.bytes().any(|b| b.is_ascii_digit()) && points <= 1 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if fits { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Rounded to so many digits after the point, halves away from zero; before it for negative ones.
pub(crate) fn round(number: f64, digits: f64) -> f64 {
    let factor = 10_f64.powi(digits.clamp(-30.0, 30.0) as i32);
    if digits >= 0.0 { (number * factor).round() / factor } else { (number / (1.0 / factor)).round() * (1.0 / factor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_reference_writes_them() {
        let cases =
            [(7.0, "7"), (0.1 + 0.2, "0.30000000000000004"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1e21, "1e+21"), (-0.0, "0"), (f64::NAN, "")];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
        assert_eq!([" 12 ", "-.5", "5."].map(read_number), [12.0, -0.5, 5.0]);
        assert!(["", "-", ".", "1.2.3", "1e3", "+1", "inf"].iter().all(|text| read_number(text).is_nan()));
        assert_eq!([round(1234.5, -2.0), round(15.0, -1.0), round(-2.5, 0.0), round(2.345, 2.0)], [1200.0, 20.0, -3.0, 2.35]);
    }
}
