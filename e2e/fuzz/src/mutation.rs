//! Mutations of inputs: bytes, pieces of other inputs, words of a dictionary, and lengths.

use std::hash::{BuildHasher, RandomState};

/// The longest input. Longer ones only meet the limits of the parsers.
const LENGTH_MAX: usize = 16 * 1024;
/// The largest number of mutations of one input.
const MUTATIONS_MAX: u64 = 6;
/// Bytes that parsers treat in their own way.
const SPECIAL: &[u8] = b"\0\t\n\r \"%&'()*+,-./:;<=>?@[\\]^_`{|}~0A\x7f\x80\xc3\xe2\xff";

/// Creates inputs from a corpus.
pub(crate) struct Mutator<'a> {
    state: u64,
    corpus: &'a [Vec<u8>],
    dictionary: &'a [&'a str],
}

/// Returns a seed that differs in each run.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one("seed") >> 32
}

impl<'a> Mutator<'a> {
    pub(crate) const fn new(seed: u64, corpus: &'a [Vec<u8>], dictionary: &'a [&'a str]) -> Self {
        Self { state: seed, corpus, dictionary }
    }

    /// Returns an input of the corpus with one to six mutations.
    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.choose(self.corpus).cloned().unwrap_or_default();
        for _ in 0..=self.below(MUTATIONS_MAX) {
            self.mutate(&mut input);
        }
        input.truncate(LENGTH_MAX);
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let place = self.index(input.len() + 1);
        let end = (place + 1 + self.index(16)).min(input.len());
        match self.below(9) {
            0 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = input.get_mut(place) {
                    *byte ^= bit;
                }
            }
            1 => {
                let special = self.choose(SPECIAL).copied().unwrap_or_default();
                input.insert(place, special);
            }
            2 => drop(input.drain(place.min(end)..end)),
            3 => input.truncate(place),
            4 => {
                let word = self.choose(self.dictionary).copied().unwrap_or_default();
                input.splice(place..place, word.bytes());
            }
            5 => {
                let word = self.choose(self.dictionary).copied().unwrap_or_default();
                input.splice(place.min(end)..end, word.bytes());
            }
            6 => {
                let other = self.choose(self.corpus).cloned().unwrap_or_default();
                let from = self.index(other.len() + 1);
                input.splice(place.., other.into_iter().skip(from));
            }
            7 => {
                // A piece many times: nesting, long lists, long numbers.
                let piece = input.get(place.min(end)..end).unwrap_or_default().to_vec();
                let times = 1 << self.below(8);
                input.splice(place..place, piece.repeat(times));
            }
            _ => {
                let byte = u8::try_from(self.below(256)).unwrap_or_default();
                if let Some(old) = input.get_mut(place) {
                    *old = byte;
                }
            }
        }
    }

    fn choose<'b, T>(&mut self, values: &'b [T]) -> Option<&'b T> {
        values.get(self.index(values.len()))
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)).checked_rem(limit).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Mutator;

    #[test]
    fn a_seed_repeats_its_inputs_and_they_differ() {
        // Creates two hundred inputs with one seed twice, and counts the different ones.
        let corpus = [b"abc.def.ghi".to_vec(), b"{\"a\":1}".to_vec()];
        let inputs = |seed| {
            let mut mutator = Mutator::new(seed, &corpus, &["null"]);
            (0..200).map(|_| mutator.next_input()).collect::<Vec<_>>()
        };
        assert_eq!(inputs(7), inputs(7));
        assert_ne!(inputs(7), inputs(8));
        assert!(inputs(7).into_iter().collect::<BTreeSet<_>>().len() > 150);
    }
}
