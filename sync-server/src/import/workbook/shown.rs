//! Numbers as the office program shows them, where that says more than the number: 31 in the format `"S"000` is S031.

/// How a number looks in a format; none where the format adds nothing, or more than this reads.
pub fn shown(n: f64, format: &str) -> Option<String> {
    // 2015.10 is the year and the month in a cell of two decimals, and 2015.1 in the file.
    if format == "0.00" || format == "0.00_ " || format == "0.00_);[Red]\\(0.00\\)" {
        return (n.fract() != 0.0 && n.abs() < 1e9).then(|| format!("{n:.2}"));
    }
    if n.fract() != 0.0 || !(0.0..1e15).contains(&n) {
        return None;
    }
    let (before, zeros, after) = parts(format)?;
    let plain = before.is_empty() && after.is_empty() && zeros < 2;
    (!plain).then(|| format!("{before}{n:0zeros$}{after}"))
}

/// The words before the digits, how many digits there are at least, the words after.
fn parts(format: &str) -> Option<(String, usize, String)> {
    let (mut before, mut after, mut zeros) = (String::new(), String::new(), 0);
    let mut chars = format.chars();
    let mut digits = false;
    while let Some(c) = chars.next() {
        let number = matches!(c, '0' | '#') && after.is_empty();
        let text = if digits { &mut after } else { &mut before };
        match c {
            '"' => text.extend(chars.by_ref().take_while(|c| *c != '"')),
            '\\' => text.extend(chars.next()),
            // The width of another character is left free.
            '_' => _ = chars.next(),
            '0' | '#' if number => {
                digits = true;
                zeros += usize::from(c == '0');
            }
            '-' | ' ' | '(' | ')' | ':' => text.push(c),
            _ => return None,
        }
    }
    digits.then(|| (before.trim().to_owned(), zeros, after.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_number_is_taken_as_the_office_sees_it() {
        for (n, format, wanted) in [
            (31.0, "\"S\"000", Some("S031")),
            (32.0, "000", Some("032")),
            (7.0, "\\S00", Some("S07")),
            (2015.1, "0.00", Some("2015.10")),
            (3.0, "0\"组\"", Some("3组")),
            (3.0, "0", None),
            (3.0, "0_ ", None),
            (3.0, "General", None),
            (3.0, "#,##0", None),
            (2015.1, "General", None),
            (2015.0, "0.00", None),
            (1234.0, "0000\"年\"00\"月\"", None),
        ] {
            assert_eq!(shown(n, format).as_deref(), wanted, "{n} {format}");
        }
    }
}
