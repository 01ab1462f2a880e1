//! The six-digit PIN: which ones are taken, and how long to wait after wrong ones.
use domain::{Code, Failure};
use zeroize::Zeroizing;

/// Six digits, as typed. Not shown by `Debug`.
pub struct Pin(Zeroizing<String>);

/// Wrong PINs in a row that cost nothing.
pub const FREE_TRIES: u32 = 4;
/// Seconds to wait after the fifth wrong PIN, the sixth, and so on; the last one holds from then on.
const WAITS: [u32; 6] = [30, 60, 120, 300, 900, 3600];

/// Favourites that no rule below catches: keyboard columns, doubled digits, "I love you" in sound.
const FAVOURITES: [&str; 12] =
    ["112233", "332211", "223344", "445566", "778899", "111222", "123321", "147258", "159357", "258369", "520131", "521131"];

impl Pin {
    /// Reads a PIN: six digits, full-width ones and surrounding spaces accepted.
    pub fn read(typed: &str) -> Result<Pin, Failure> {
        let digit = |c: char| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            _ => None,
        };
        let digits: Option<String> = typed.trim().chars().map(digit).collect();
        match digits.map(Zeroizing::new) {
            Some(d) if d.len() == 6 => Ok(Pin(d)),
            _ => Err(Code::BadPin.into()),
        }
    }
    /// Reads a PIN to be set: the ones that everybody tries first are refused.
    pub fn choose(typed: &str) -> Result<Pin, Failure> {
        let pin = Pin::read(typed)?;
        if is_weak(&pin.0) { Err(Code::WeakPin.into()) } else { Ok(pin) }
    }
    /// The digits.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
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
    fn wrong_pins_get_slower() {
        let waits: Vec<u32> = (0..13).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 300, 900, 3600, 3600, 3600]);
    }
}
