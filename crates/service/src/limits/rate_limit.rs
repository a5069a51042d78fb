//! A rate limiter per key.

use std::hash::Hash;

use model::Timestamp;

use super::expiring_map::ExpiringMap;

/// A rate limit: a burst of `burst`, then one permit every `refill_seconds`.
pub(super) struct RateLimit {
    pub(super) burst: i64,
    pub(super) refill_seconds: i64,
}

/// A rate limiter (GCRA) with a bucket for each key.
pub(super) struct RateLimiter<K>(ExpiringMap<K, Bucket>);

/// The time at which a bucket is full again, in microseconds.
#[derive(Clone, Copy, Default)]
struct Bucket(i64);

impl<K> Default for RateLimiter<K> {
    fn default() -> Self {
        Self(ExpiringMap::default())
    }
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// Returns the minutes until the next permit is available, or `None` if one is available now.
    pub(super) fn wait_minutes(&self, key: &K, limit: &RateLimit, now: Timestamp) -> Option<i64> {
        self.wait_minutes_of_share(key, (limit, limit.burst), now)
    }

    /// Returns the minutes until a permit is available to a requester that may use only a share of
    /// the burst, or `None` if one is available now.
    pub(super) fn wait_minutes_of_share(
        &self,
        key: &K,
        (limit, share): (&RateLimit, i64),
        now: Timestamp,
    ) -> Option<i64> {
        self.0.get(key)?.wait_minutes((limit, share), now)
    }

    /// Returns whether a key has used a permit that is not refilled yet.
    pub(super) fn is_used(&self, key: &K, now: Timestamp) -> bool {
        self.0.get(key).is_some_and(|bucket| bucket.0 > now.microseconds())
    }

    /// Consumes one permit. Sometimes removes the keys whose bucket is full again.
    pub(super) fn consume(&mut self, key: K, limit: &RateLimit, now: Timestamp) {
        let bucket = self.0.entry(key, |bucket| bucket.0 > now.microseconds());
        bucket.consume(limit, now);
    }

    /// Returns a permit that was consumed for something that then was not done.
    pub(super) fn give_back(&mut self, key: &K, limit: &RateLimit) {
        if let Some(bucket) = self.0.get_mut(key) {
            bucket.0 = bucket.0.saturating_sub(limit.refill_seconds * 1_000_000);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Bucket {
    fn wait_minutes(self, (limit, share): (&RateLimit, i64), now: Timestamp) -> Option<i64> {
        let step = limit.refill_seconds * 1_000_000;
        let latest = now.microseconds().saturating_add(step * (share - 1));
        let wait = self.full_at(limit, now).saturating_sub(latest);
        (wait > 0).then(|| (wait - 1).div_euclid(60_000_000) + 1)
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

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    #[test]
    fn wait_ends_after_the_minutes_that_it_names() {
        // Spends a burst, and asks for the wait of all and of a share of it.
        let limit = RateLimit { burst: 10, refill_seconds: 90 };
        let (mut limiter, now) = (RateLimiter::default(), Timestamp::from_seconds(1_000_000));
        for _ in 0..10 {
            assert_eq!(limiter.wait_minutes(&(), &limit, now), None);
            limiter.consume((), &limit, now);
        }
        assert!(limiter.is_used(&(), now) && !limiter.is_used(&(), now + Seconds::minutes(15)));
        assert_eq!(limiter.wait_minutes(&(), &limit, now), Some(2));
        let of_share = |now| limiter.wait_minutes_of_share(&(), (&limit, 4), now);
        assert_eq!(of_share(now), Some(11));
        assert_eq!(of_share(now + Seconds::minutes(10)), Some(1));
        assert_eq!(of_share(now + Seconds::minutes(11)), None);
        limiter.give_back(&(), &limit);
        assert_eq!(limiter.wait_minutes(&(), &limit, now), None);
        limiter.consume((), &limit, now);
        assert_eq!(limiter.wait_minutes(&(), &limit, now), Some(2));
    }
}
