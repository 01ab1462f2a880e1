//! Telephone numbers of mainland China.
use super::plain;

/// The digits to dial, from a number as people write it: spaces, dashes, brackets, full width and +86 are dropped.
/// Mobile numbers are `1[3-9]` and nine digits; landlines keep their area code (`0931 812 3456` → `09318123456`).
/// `None` for anything that cannot be dialled from anywhere in the country, such as a landline without area code.
pub fn normalise_phone(raw: &str) -> Option<String> {
    let text: String = plain(raw).chars().filter(|c| !is_separator(*c)).collect();
    let abroad = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086"));
    let digits = abroad.unwrap_or(&text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Some write 86 without the plus, or a 0 before a mobile number, as one had to from another city.
    for candidate in [Some(digits), digits.strip_prefix("86"), digits.strip_prefix('0')].into_iter().flatten() {
        if is_mobile(candidate) {
            return Some(candidate.to_owned());
        }
    }
    // From abroad an area code loses its 0.
    let landline = if abroad.is_some() && !digits.starts_with('0') { format!("0{digits}") } else { digits.to_owned() };
    is_landline(&landline).then_some(landline)
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '(' | ')' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' | '・' | 'ー')
}

fn is_mobile(digits: &str) -> bool {
    let b = digits.as_bytes();
    b.len() == 11 && b.first() == Some(&b'1') && b.get(1).is_some_and(|d| (b'3'..=b'9').contains(d))
}

/// An area code of three digits (010, 02x) or four, then seven or eight digits of which the first is neither 0 nor 1.
fn is_landline(digits: &str) -> bool {
    let area = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return false,
    };
    digits.get(area..).is_some_and(|local| matches!(local.len(), 7 | 8) && !local.starts_with(['0', '1']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (raw, wanted) in [
            ("13800000001", "13800000001"),
            (" 138 0000 0001 ", "13800000001"),
            ("138-0000-0001", "13800000001"),
            ("１３８－００００－０００１", "13800000001"),
            ("+86 138 0000 0001", "13800000001"),
            ("0086-13800000001", "13800000001"),
            ("8613800000001", "13800000001"),
            ("＋８６ １９９００００００００", "19900000000"),
            ("013800000001", "13800000001"),
            ("\u{202d}13800000001\u{202c}", "13800000001"),
            ("(0931) 812-3456", "09318123456"),
            ("（０９３１）８１２３４５６", "09318123456"),
            ("0931—8123456", "09318123456"),
            ("010-81234567", "01081234567"),
            ("020 8123 4567", "02081234567"),
            ("0592-81234567", "059281234567"),
            ("+86 931 8123456", "09318123456"),
            ("+86 10 81234567", "01081234567"),
            ("12800000001", ""),
            ("1380000000", ""),
            ("138000000011", ""),
            ("8123456", ""),
            ("0931-0123456", ""),
            ("0931-812345", ""),
            ("110", ""),
            ("", ""),
            ("无", ""),
            ("13800000001/13800000002", ""),
            ("+1 202 5550100", ""),
            ("1380000000a", ""),
        ] {
            assert_eq!(normalise_phone(raw).unwrap_or_default(), wanted, "{raw}");
        }
    }
}
