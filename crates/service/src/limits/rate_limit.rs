//! A rate limiter per key.

use std::hash::Hash;

use model::Timestamp;

use super::expiring_map::ExpiringMap;
use crate::nodes::NodeCount;

/// The rate limit of all nodes together: a burst of `burst`, then one permit every
/// `refill_seconds`.
pub(super) struct RateLimit {
    pub(super) burst: i64,
    pub(super) refill_seconds: i64,
}

/// A rate limiter (GCRA) with a bucket for each key.
///
/// Each node counts alone, and allows its part of the limit. With three live nodes, a permit is
/// refilled after three times `refill_seconds`. An empty bucket is full after the same time as with
/// one, so it has a third of the permits, but one at least.
pub(super) struct RateLimiter<K> {
    buckets: ExpiringMap<K, Bucket>,
    nodes: NodeCount,
}

/// The time at which a bucket is full again, in microseconds.
#[derive(Clone, Copy, Default)]
struct Bucket(i64);

/// The part of a limit that one node allows, in microseconds.
#[derive(Clone, Copy)]
struct NodePart {
    /// The time after which a permit is refilled.
    step: i64,
    /// The time after which an empty bucket is full. It holds one permit at least.
    capacity: i64,
}

impl<K> Default for RateLimiter<K> {
    fn default() -> Self {
        Self::new(&NodeCount::default())
    }
}

impl<K> RateLimiter<K> {
    /// Creates a limiter that follows the number of live nodes.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self { buckets: ExpiringMap::default(), nodes: nodes.clone() }
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
        let (whole, part) = (self.part(limit, limit.burst), self.part(limit, share));
        self.buckets.get(key)?.wait_minutes(whole, part, now)
    }

    /// Returns whether a key has used a permit that is not refilled yet.
    pub(super) fn is_used(&self, key: &K, now: Timestamp) -> bool {
        self.buckets.get(key).is_some_and(|bucket| bucket.0 > now.microseconds())
    }

    /// Consumes one permit. Sometimes removes the keys whose bucket is full again.
    pub(super) fn consume(&mut self, key: K, limit: &RateLimit, now: Timestamp) {
        let part = self.part(limit, limit.burst);
        let bucket = self.buckets.entry(key, |bucket| bucket.0 > now.microseconds());
        bucket.consume(part, now);
    }

    /// Returns a permit that was consumed for something that then was not done.
    pub(super) fn give_back(&mut self, key: &K, limit: &RateLimit) {
        let part = self.part(limit, limit.burst);
        if let Some(bucket) = self.buckets.get_mut(key) {
            bucket.0 = bucket.0.saturating_sub(part.step);
        }
    }

    /// Returns what this node allows of a share of the burst.
    fn part(&self, limit: &RateLimit, share: i64) -> NodePart {
        let refill = limit.refill_seconds.saturating_mul(1_000_000);
        let step = refill.saturating_mul(self.nodes.get());
        NodePart { step, capacity: refill.saturating_mul(share).max(step) }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.buckets.len()
    }
}

impl Bucket {
    /// Returns the minutes until the bucket has a permit that a part of it may use.
    fn wait_minutes(self, whole: NodePart, part: NodePart, now: Timestamp) -> Option<i64> {
        let latest = now.microseconds().saturating_add(part.capacity - part.step);
        let wait = self.full_at(whole, now).saturating_sub(latest);
        (wait > 0).then(|| (wait - 1).div_euclid(60_000_000) + 1)
    }

    fn consume(&mut self, whole: NodePart, now: Timestamp) {
        self.0 = self.full_at(whole, now).max(now.microseconds()).saturating_add(whole.step);
    }

    /// Returns when the bucket is full again: at the latest as if it were empty now, also if it was
    /// used while the clock was ahead.
    fn full_at(self, whole: NodePart, now: Timestamp) -> i64 {
        self.0.min(now.microseconds().saturating_add(whole.capacity))
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

    /// Returns how many of the attempts pass that reach the nodes in turn, and which share is used.
    fn pass(
        nodes: usize,
        (limit, share): (&RateLimit, i64),
        attempts: impl Iterator<Item = Timestamp>,
    ) -> usize {
        let count = NodeCount::default();
        count.set(nodes);
        let mut limiters: Vec<_> = (0..nodes).map(|_| RateLimiter::new(&count)).collect();
        let mut passed = 0;
        for (number, at) in attempts.enumerate() {
            let limiter = &mut limiters[number % nodes];
            if limiter.wait_minutes_of_share(&(), (limit, share), at).is_none() {
                limiter.consume((), limit, at);
                passed += 1;
            }
        }
        passed
    }

    #[test]
    fn several_nodes_together_allow_the_limit_of_one() {
        // Sends a flood at one moment, and one for two hours, to one node, and to several in turn:
        // each allows its part, rounded down.
        let limit = RateLimit { burst: 60, refill_seconds: 10 };
        let start = Timestamp::from_seconds(1_000_000);
        let burst = |nodes, share| pass(nodes, (&limit, share), std::iter::repeat_n(start, 1_000));
        assert_eq!([1, 2, 3, 7].map(|nodes| burst(nodes, 60)), [60, 60, 60, 56]);
        assert_eq!([1, 2, 3, 7].map(|nodes| burst(nodes, 24)), [24, 24, 24, 21]);
        let flood = |nodes| {
            let seconds = (0..7_200).map(|second| start + Seconds::new(second));
            pass(nodes, (&limit, 60), seconds)
        };
        let alone = flood(1);
        assert_eq!(alone, 60 + 719);
        for nodes in [2, 3, 7] {
            let together = flood(nodes);
            assert!((alone - 10..=alone).contains(&together), "{nodes} nodes: {together}");
        }
    }

    #[test]
    fn each_of_many_nodes_allows_one_permit_at_least() {
        // Five nodes share a burst of two. Each allows one, and a further one after five refills.
        let limit = RateLimit { burst: 2, refill_seconds: 60 };
        let start = Timestamp::from_seconds(1_000_000);
        assert_eq!(pass(5, (&limit, 2), std::iter::repeat_n(start, 50)), 5);
        assert_eq!(pass(5, (&limit, 1), std::iter::repeat_n(start, 50)), 5);
        let count = NodeCount::default();
        count.set(5);
        let mut limiter = RateLimiter::new(&count);
        limiter.consume((), &limit, start);
        assert_eq!(limiter.wait_minutes(&(), &limit, start), Some(5));
        assert_eq!(limiter.wait_minutes(&(), &limit, start + Seconds::minutes(5)), None);
    }

    #[test]
    fn limiter_follows_the_number_of_live_nodes() {
        // Spends the part of one of three nodes. Once the others are gone, it allows all.
        let limit = RateLimit { burst: 30, refill_seconds: 60 };
        let (count, now) = (NodeCount::default(), Timestamp::from_seconds(1_000_000));
        count.set(3);
        let mut limiter = RateLimiter::new(&count);
        let mut flood = |now| {
            let allowed = (0..100).filter(|_| {
                let allowed = limiter.wait_minutes(&(), &limit, now).is_none();
                if allowed {
                    limiter.consume((), &limit, now);
                }
                allowed
            });
            allowed.count()
        };
        assert_eq!(flood(now), 10);
        count.set(0);
        assert_eq!(flood(now + Seconds::minutes(10)), 10);
        assert_eq!(flood(now + Seconds::minutes(60)), 30);
    }
}
