//! The six-digit PIN, or the passphrase in its place: which ones are taken, and how long to wait after wrong ones.
use domain::narrow::narrow;
use domain::{Code, Failure};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Six digits, or a passphrase. Not shown by `Debug`.
pub struct Pin {
    typed: Zeroizing<String>,
    phrase: bool,
}

/// Fewest characters of a passphrase, and of different ones among them.
const PHRASE: (usize, usize) = (10, 5);

/// Wrong PINs in a row that cost nothing.
pub const FREE_TRIES: u32 = 4;
/// Seconds to wait after the fifth wrong PIN, the sixth, and so on; the last one holds from then on.
const WAITS: [u32; 6] = [30, 60, 120, 300, 900, 3600];

/// Favourites that no rule below catches: keyboard columns, doubled digits, "I love you" in sound.
const FAVOURITES: [&str; 12] =
    ["112233", "332211", "223344", "445566", "778899", "111222", "123321", "147258", "159357", "258369", "520131", "521131"];

impl Pin {
    /// Reads a PIN: six digits, full-width ones and surrounding spaces accepted. Ten characters and more are a passphrase.
    ///
    /// # Errors
    /// `BadPin` for anything else.
    pub fn read(typed: &str) -> Result<Pin, Failure> {
        let typed = typed.trim();
        if typed.chars().count() >= PHRASE.0 {
            return Ok(Pin { typed: Zeroizing::new(typed.to_owned()), phrase: true });
        }
        let digits: Option<String> = typed.chars().map(|c| Some(narrow(c)).filter(char::is_ascii_digit)).collect();
        match digits.map(Zeroizing::new) {
            Some(d) if d.len() == 6 => Ok(Pin { typed: d, phrase: false }),
            _ => Err(Code::BadPin.into()),
        }
    }
    /// Reads a PIN to be set: the ones that everybody tries first are refused.
    ///
    /// # Errors
    /// `BadPin`, `WeakPin`.
    pub fn choose(typed: &str) -> Result<Pin, Failure> {
        let pin = Pin::read(typed)?;
        let weak = if pin.phrase { pin.typed.chars().collect::<BTreeSet<_>>().len() < PHRASE.1 } else { is_weak(&pin.typed) };
        if weak { Err(Code::WeakPin.into()) } else { Ok(pin) }
    }
    /// Whether it is a passphrase.
    pub fn is_phrase(&self) -> bool {
        self.phrase
    }
    /// What was typed.
    pub fn bytes(&self) -> &[u8] {
        self.typed.as_bytes()
    }
}

fn is_weak(pin: &str) -> bool {
    let d = pin.as_bytes();
    let step = |by: u8| d.iter().zip(d.iter().skip(1)).all(|(a, b)| (a - b'0' + by) % 10 == b - b'0');
    let repeats = |n: usize| d.iter().zip(d.iter().skip(n)).all(|(a, b)| a == b);
    step(0) || step(1) || step(9) || repeats(2) || repeats(3) || FAVOURITES.contains(&pin)
}

/// Seconds to wait after so many wrong PINs in a row.
pub fn wait_after(wrong: u32) -> u32 {
    let Some(beyond) = wrong.checked_sub(FREE_TRIES + 1) else { return 0 };
    let last = WAITS.last().copied().unwrap_or(3600);
    usize::try_from(beyond).ok().and_then(|i| WAITS.get(i).copied()).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for weak in ["111111", "123456", "654321", "890123", "121212", "123123", "112233", "520131", "000000"] {
            assert_eq!(Pin::choose(weak).err().map(|f| f.code), Some(Code::WeakPin), "{weak}");
        }
        for bad in ["", "12345", "1234567", "12345a", "１２３"] {
            assert_eq!(Pin::choose(bad).err().map(|f| f.code), Some(Code::BadPin), "{bad}");
        }
        for good in ["274951", " 802417 ", "８０２４１７"] {
            assert!(Pin::choose(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_passphrase_has_ten_characters_and_some_variety() {
        for good in ["夏天的荷花开满了池塘边上", "tall green 7 hill", "2749518236"] {
            assert!(Pin::choose(good).is_ok_and(|p| p.is_phrase()), "{good}");
        }
        for weak in ["aaaaaaaaaaaa", "1212121212"] {
            assert_eq!(Pin::choose(weak).err().map(|f| f.code), Some(Code::WeakPin), "{weak}");
        }
        assert_eq!(Pin::choose("荷花开了").err().map(|f| f.code), Some(Code::BadPin));
    }

    #[test]
    fn wrong_pins_get_slower() {
        let waits: Vec<u32> = (0..13).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 300, 900, 3600, 3600, 3600]);
    }
}
