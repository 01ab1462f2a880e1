//! Long work in slices: whoever asks for something meanwhile waits for one slice, whatever the machine.

/// Longest slice wished for, milliseconds: some of them pass within the fifth of a second in which a tap is answered.
const LONGEST: i64 = 30;
/// Most pieces of work in one slice.
const MOST: usize = 256;

/// How much goes into one slice: learnt from how long the last ones took.
pub struct Slices {
    pieces: usize,
}

impl Default for Slices {
    fn default() -> Self {
        Slices { pieces: 8 }
    }
}

impl Slices {
    /// Pieces of work in the next slice; at least one.
    pub fn pieces(&self) -> usize {
        self.pieces
    }

    /// A full slice took so long, milliseconds.
    pub fn took(&mut self, millis: i64) {
        self.pieces = match millis {
            _ if millis < LONGEST / 2 => (self.pieces * 2).min(MOST),
            _ if millis <= LONGEST => self.pieces,
            // Not more than halved: the clock may have been set, or the machine had something else to do.
            _ => (self.pieces / 2).max(1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_as_long_as_the_machine_allows_and_no_longer() {
        for (cost, pieces) in [(0, 256..=256), (1, 16..=30), (7, 2..=4), (100, 1..=1)] {
            let mut slices = Slices::default();
            for _ in 0..20 {
                slices.took(cost * slices.pieces() as i64);
            }
            assert!(pieces.contains(&slices.pieces()), "{cost} ms a piece: {}", slices.pieces());
        }
    }
}
