//! Random numbers that a seed repeats.

use std::hash::{BuildHasher, RandomState};

/// A generator (SplitMix64). The same seed gives the same numbers.
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Creates the generator of one row. Rows with the same seed have different numbers, so that a
    /// row can be repeated alone.
    pub(crate) fn new(seed: u64, row: &str) -> Self {
        let mixed = row
            .bytes()
            .fold(seed, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mixed)
    }

    /// Returns a seed that differs in each run.
    pub(crate) fn seed() -> u64 {
        RandomState::new().hash_one("seed") >> 32
    }

    /// Returns 64 random bits.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a number below `limit`, or 0 if the limit is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or_default()
    }

    /// Returns an index of a collection of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// Returns one of the values.
    pub(crate) fn choose<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        values.get(self.index(values.len()))
    }

    /// Returns 32 random bytes.
    pub(crate) fn key(&mut self) -> Vec<u8> {
        [self.bytes(), self.bytes()].concat()
    }

    /// Returns sixteen random bytes.
    pub(crate) fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_repeats_the_numbers_of_a_row_only() {
        // Draws from two generators of the same row, and from one of another row.
        let draw = |row| {
            let mut random = Random::new(7, row);
            [random.next(), random.below(10), random.next()]
        };
        assert_eq!(draw("kill"), draw("kill"));
        assert_ne!(draw("kill"), draw("clock"));
    }
}
