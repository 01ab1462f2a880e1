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

/// The number a text says, as JavaScript reads it; not-a-number for what is none, and for nothing.
pub fn read_number(text: &str) -> f64 {
    let text = text.trim();
    let of_base = |prefix: &str, base: u32| text.strip_prefix(prefix).map(|digits| u64::from_str_radix(digits, base).map_or(f64::NAN, |n| n as f64));
    if let Some(number) = of_base("0x", 16).or_else(|| of_base("0o", 8)).or_else(|| of_base("0b", 2)) {
        return number;
    }
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.len() < 10 => text.parse().unwrap_or(f64::NAN),
        digits if digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// The whole number that a text begins with; not-a-number where it begins with none.
pub(crate) fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let sign = usize::from(text.starts_with(['+', '-']));
    let digits = text.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
    text.get(..sign + digits).filter(|_| digits > 0).and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
}

/// Rounded to so many digits after the point, halves away from zero; before it for negative ones.
pub(crate) fn round(number: f64, digits: f64) -> f64 {
    let factor = 10_f64.powf(digits);
    (number.abs() * factor).round() / factor * if number < 0.0 { -1.0 } else { 1.0 }
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
        assert_eq!([" 12 ", "-.5", "5.", "1e3", "+1", "0x10", "-Infinity"].map(read_number), [12.0, -0.5, 5.0, 1e3, 1.0, 16.0, f64::NEG_INFINITY]);
        assert!(["", "-", ".", "1.2.3", "1e", "+-1", "inf", "nan", "1,5", "e5"].iter().all(|text| read_number(text).is_nan()));
        assert_eq!(["7.9", " -3x", "1e3"].map(leading_number), [7.0, -3.0, 1.0]);
        assert!(["", ".5", "x1", "-"].iter().all(|text| leading_number(text).is_nan()));
        assert_eq!([round(1234.5, -2.0), round(15.0, -1.0), round(-2.5, 0.0), round(2.345, 2.0)], [1200.0, 20.0, -3.0, 2.35]);
    }
}
