//! The six-digit PIN, or the passphrase in its place: which ones are taken, and how long to wait after wrong ones.
use domain::{Code, Failure, pin};
use zeroize::Zeroizing;

/// Six digits, or a passphrase. Not shown by `Debug`.
pub struct Pin {
    typed: Zeroizing<String>,
    phrase: bool,
}

/// Wrong PINs in a row that cost nothing.
pub const FREE_TRIES: u32 = 4;
/// Seconds to wait after the fifth wrong PIN, the sixth, and so on; the last one holds from then on.
const WAITS: [u32; 6] = [30, 60, 120, 300, 900, 3600];

impl Pin {
    /// Reads a PIN: six digits, full-width ones and surrounding spaces accepted. Ten characters and more are a passphrase.
    ///
    /// # Errors
    /// `BadPin` for anything else.
    pub fn read(typed: &str) -> Result<Pin, Failure> {
        if pin::is_phrase(typed) {
            return Ok(Pin { typed: Zeroizing::new(typed.trim().to_owned()), phrase: true });
        }
        let digits = pin::digits(typed).ok_or(Code::BadPin)?;
        Ok(Pin { typed: Zeroizing::new(digits), phrase: false })
    }
    /// Reads a PIN to be set: the ones that everybody tries first are refused.
    ///
    /// # Errors
    /// `BadPin`, `WeakPin`.
    pub fn choose(typed: &str) -> Result<Pin, Failure> {
        match pin::fault(typed) {
            Some(code) => Err(code.into()),
            None => Pin::read(typed),
        }
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
    fn wrong_pins_get_slower() {
        let waits: Vec<u32> = (0..13).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 300, 900, 3600, 3600, 3600]);
    }
}
