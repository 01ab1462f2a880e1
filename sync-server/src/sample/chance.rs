//! Chance that repeats itself: SplitMix64 (Steele, Lea, Flood 2014). Good enough for made-up people, and the same everywhere.

/// A stream of numbers from a seed.
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.bits() % (n.max(1) as u64)).unwrap_or_default()
    }
    /// A number from `low` to `high`, both among them.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0) + 1;
        low + i64::try_from(self.bits() % span).unwrap_or(0)
    }
    /// True so many times in a hundred.
    pub fn percent(&mut self, n: u64) -> bool {
        self.bits() % 100 < n
    }
    /// One of several, the default of an empty list.
    pub fn pick<T: Clone + Default>(&mut self, of: &[T]) -> T {
        let at = self.below(of.len());
        of.get(at).cloned().unwrap_or_default()
    }
    /// One of several by weight.
    pub fn weighted(&mut self, of: &[(&'static str, u64)]) -> &'static str {
        let total: u64 = of.iter().map(|(_, w)| w).sum();
        let mut at = self.bits() % total.max(1);
        for (what, weight) in of {
            if at < *weight {
                return what;
            }
            at -= weight;
        }
        of.first().map_or("", |(what, _)| what)
    }
    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for chunk in out.chunks_mut(8) {
            chunk.iter_mut().zip(self.bits().to_le_bytes()).for_each(|(to, from)| *to = from);
        }
        out
    }
    /// Puts a list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}
