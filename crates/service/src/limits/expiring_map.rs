//! A map whose entries expire.

use std::{collections::HashMap, hash::Hash};

/// The number of entries below which none are sought that have expired.
const SWEPT_MIN: usize = 64;

/// A map whose entries expire. A sweep looks at all of them, while other requests wait. So it runs
/// when there are twice as many as the last one has left: an entry costs little on average, and at
/// most half of them have expired, apart from the first few.
pub(super) struct ExpiringMap<K, V> {
    entries: HashMap<K, V>,
    /// The number of entries at which the next sweep runs.
    swept_at: usize,
}

impl<K, V> Default for ExpiringMap<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), swept_at: SWEPT_MIN }
    }
}

impl<K: Eq + Hash, V: Default> ExpiringMap<K, V> {
    /// Returns an entry, which may have expired.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// Returns an entry to change, which may have expired.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// Returns the entry of a key, and adds it if there is none.
    pub(super) fn entry(&mut self, key: K, is_live: impl Fn(&V) -> bool) -> &mut V {
        if self.entries.len() >= self.swept_at {
            self.entries.retain(|_, value| is_live(value));
            self.swept_at = SWEPT_MIN.max(2 * self.entries.len());
        }
        self.entries.entry(key).or_default()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn entries_are_swept_at_little_cost_each() {
        // Adds 100,000 entries that live for 1,000 further ones each. Counts those that were looked
        // at, and the largest number that was kept.
        let (mut map, looks, mut most) = (ExpiringMap::default(), Cell::new(0_u64), 0);
        for number in 0_u64..100_000 {
            let is_live = |added: &u64| {
                looks.set(looks.get() + 1);
                number - added < 1_000
            };
            *map.entry(number, is_live) = number;
            most = most.max(map.len());
        }
        assert!((1_000..=2_001).contains(&most), "{most}");
        assert!(looks.get() < 3 * 100_000, "{}", looks.get());
        assert!(map.get(&99_999).is_some() && map.get(&90_000).is_none());
    }
}
