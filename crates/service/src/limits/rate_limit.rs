//! A rate limiter per key.

use std::{collections::HashMap, hash::Hash};

use model::Timestamp;

/// A rate limit: a burst of `burst`, then one permit every `refill_seconds`.
pub(crate) struct RateLimit {
    pub(crate) burst: i64,
    pub(crate) refill_seconds: i64,
}

/// A rate limiter (GCRA) with a bucket for each key.
pub(crate) struct RateLimiter<K>(HashMap<K, Bucket>);

/// The time at which a bucket is full again, in microseconds.
#[derive(Clone, Copy, Default)]
struct Bucket(i64);

impl<K> Default for RateLimiter<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// Returns the minutes until the next permit is available, or `None` if one is available now.
    pub(crate) fn wait_minutes(&self, key: &K, limit: &RateLimit, now: Timestamp) -> Option<i64> {
        self.0.get(key)?.wait_minutes(limit, now)
    }

    /// Consumes one permit. Removes the keys whose bucket is full again.
    pub(crate) fn consume(&mut self, key: K, limit: &RateLimit, now: Timestamp) {
        self.0.retain(|_, bucket| bucket.0 > now.microseconds());
        self.0.entry(key).or_default().consume(limit, now);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Bucket {
    fn wait_minutes(self, limit: &RateLimit, now: Timestamp) -> Option<i64> {
        let step = limit.refill_seconds * 1_000_000;
        let latest = now.microseconds().saturating_add(step * (limit.burst - 1));
        let wait = self.full_at(limit, now).saturating_sub(latest);
        (wait > 0).then(|| wait.div_euclid(60_000_000) + 1)
    }

    fn consume(&mut self, limit: &RateLimit, now: Timestamp) {
        let step = limit.refill_seconds * 1_000_000;
        self.0 = self.full_at(limit, now).max(now.microseconds()).saturating_add(step);
    }

    /// Returns when the bucket is full again: at the latest as if it were empty now, also if it was
    /// used while the clock was ahead.
    fn full_at(self, limit: &RateLimit, now: Timestamp) -> i64 {
        let emptied_now = limit.refill_seconds * 1_000_000 * limit.burst;
        self.0.min(now.microseconds().saturating_add(emptied_now))
    }
}
