//! How much of something is taken from whom: so much at once, and more as time goes by.

use std::{collections::HashMap, hash::Hash};

use model::Timestamp;

/// So many at once, and one more each time that so many seconds passed.
pub(crate) struct Pace {
    pub(crate) at_once: i64,
    pub(crate) seconds: i64,
}

/// What was taken from each.
pub(crate) struct Paces<K>(HashMap<K, Spent>);

/// The moment at which everything that was taken is made up for, in microseconds.
#[derive(Clone, Copy, Default)]
struct Spent(i64);

impl<K> Default for Paces<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Paces<K> {
    /// Minutes until one more is taken; `None` if it is now.
    pub(crate) fn wait(&self, key: &K, pace: &Pace, now: Timestamp) -> Option<i64> {
        self.0.get(key)?.wait(pace, now)
    }

    /// Takes one more. Who is made up with leaves no trace.
    pub(crate) fn spend(&mut self, key: K, pace: &Pace, now: Timestamp) {
        self.0.retain(|_, spent| spent.0 > now.microseconds());
        self.0.entry(key).or_default().spend(pace, now);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Spent {
    fn wait(self, pace: &Pace, now: Timestamp) -> Option<i64> {
        let step = pace.seconds * 1_000_000;
        let room = now.microseconds().saturating_add(step * (pace.at_once - 1));
        let late = self.0.saturating_sub(room);
        (late > 0).then(|| late.div_euclid(60_000_000) + 1)
    }

    fn spend(&mut self, pace: &Pace, now: Timestamp) {
        self.0 = self.0.max(now.microseconds()).saturating_add(pace.seconds * 1_000_000);
    }
}
