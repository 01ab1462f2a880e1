//! Which six-digit PINs, and passphrases in their place, may be set: told while somebody types, and checked where one is set.
use crate::Code;
use crate::narrow::narrow;

/// Fewest characters of a passphrase, and of different ones among them.
pub const PHRASE: (usize, usize) = (10, 5);

/// Favourites that no rule below catches: keyboard columns, doubled digits, "I love you" in sound.
const FAVOURITES: [&str; 12] =
    ["112233", "332211", "223344", "445566", "778899", "111222", "123321", "147258", "159357", "258369", "520131", "521131"];

/// Whether it is meant as a passphrase.
pub fn is_phrase(typed: &str) -> bool {
    typed.trim().chars().count() >= PHRASE.0
}

/// The six digits in what was typed: full-width ones and surrounding spaces are accepted; none for anything else.
pub fn digits(typed: &str) -> Option<String> {
    let digits: Option<String> = typed.trim().chars().map(|c| Some(narrow(c)).filter(char::is_ascii_digit)).collect();
    digits.filter(|d| d.len() == 6)
}

/// Why it may not be set, if so: `BadPin` for what is neither, `WeakPin` for those that everybody tries first.
pub fn fault(typed: &str) -> Option<Code> {
    let weak = match digits(typed) {
        _ if is_phrase(typed) => different(typed.trim()) < PHRASE.1,
        Some(digits) => is_weak(&digits),
        None => return Some(Code::BadPin),
    };
    weak.then_some(Code::WeakPin)
}

fn different(phrase: &str) -> usize {
    phrase.char_indices().filter(|(at, c)| phrase.get(..*at).is_some_and(|before| !before.contains(*c))).count()
}

fn is_weak(pin: &str) -> bool {
    let d = pin.as_bytes();
    let step = |by: u8| d.iter().zip(d.iter().skip(1)).all(|(a, b)| (a - b'0' + by) % 10 == b - b'0');
    let repeats = |n: usize| d.iter().zip(d.iter().skip(n)).all(|(a, b)| a == b);
    step(0) || step(1) || step(9) || repeats(2) || repeats(3) || FAVOURITES.contains(&pin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for weak in ["111111", "123456", "654321", "890123", "121212", "123123", "112233", "520131", "000000"] {
            assert_eq!(fault(weak), Some(Code::WeakPin), "{weak}");
        }
        for bad in ["", "12345", "1234567", "12345a", "１２３"] {
            assert_eq!(fault(bad), Some(Code::BadPin), "{bad}");
        }
        for good in ["274951", " 802417 ", "８０２４１７"] {
            assert_eq!(fault(good), None, "{good}");
        }
    }

    #[test]
    fn a_passphrase_has_ten_characters_and_some_variety() {
        for good in ["夏天的荷花开满了池塘边上", "tall green 7 hill", "2749518236"] {
            assert!(fault(good).is_none() && is_phrase(good), "{good}");
        }
        for weak in ["aaaaaaaaaaaa", "1212121212"] {
            assert_eq!(fault(weak), Some(Code::WeakPin), "{weak}");
        }
        assert_eq!(fault("荷花开了"), Some(Code::BadPin));
    }
}
