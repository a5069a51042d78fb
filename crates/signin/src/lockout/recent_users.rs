//! The users that have signed in recently, per network and tenant. Each widens its allowance.

use std::collections::{HashMap, HashSet};

use model::{Digest, Seconds, TenantId, Timestamp, UserId};

/// A success counts for one to two of these periods.
const PERIOD: Seconds = Seconds::minutes(30);
/// Maximum number of entries in one period. Further successes widen no allowance.
const ENTRIES_MAX: usize = 65_536;

/// The users of recent sign-ins. They are in memory only: after a start, allowances are narrower
/// for a while.
#[derive(Default)]
pub struct RecentUsers {
    current: Period,
    previous: Period,
}

#[derive(Default)]
struct Period {
    started_at: Timestamp,
    users: HashMap<(TenantId, Digest), HashSet<UserId>>,
    entries: usize,
}

impl RecentUsers {
    /// Remembers a success for the counter with this key.
    pub fn add(&mut self, (tenant, key): (TenantId, Digest), user: UserId, now: Timestamp) {
        self.advance(now);
        if self.current.entries < ENTRIES_MAX
            && self.current.users.entry((tenant, key)).or_default().insert(user)
        {
            self.current.entries += 1;
        }
    }

    /// Returns the number of users with a recent success for the counter with this key.
    pub fn count(&mut self, (tenant, key): (TenantId, Digest), now: Timestamp) -> u32 {
        self.advance(now);
        let of = |period: &Period| period.users.get(&(tenant, key)).map_or(0, HashSet::len);
        u32::try_from(of(&self.current).max(of(&self.previous))).unwrap_or(u32::MAX)
    }

    /// Begins a new period if the current one is over.
    fn advance(&mut self, now: Timestamp) {
        let age = now - self.current.started_at;
        if age < PERIOD {
            return;
        }
        let ended = std::mem::take(&mut self.current);
        self.current.started_at = now;
        self.previous = if age.get() < 2 * PERIOD.get() { ended } else { Period::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn key(number: u8) -> (TenantId, Digest) {
        (TenantId::new(uuid::Uuid::nil()), [number; 32])
    }

    fn user(number: usize) -> UserId {
        UserId::new(uuid::Uuid::from_u128(number as u128))
    }

    #[test]
    fn user_counts_once_for_at_most_an_hour() {
        // Signs one user in many times and another one once; then looks after each period.
        let mut recent = RecentUsers::default();
        for _ in 0..100 {
            recent.add(key(1), user(1), NOW);
        }
        recent.add(key(1), user(2), NOW);
        assert_eq!((recent.count(key(1), NOW), recent.count(key(2), NOW)), (2, 0));
        assert_eq!(recent.count(key(1), NOW + Seconds::minutes(45)), 2);
        assert_eq!(recent.count(key(1), NOW + Seconds::minutes(75)), 0);
    }

    #[test]
    fn number_of_remembered_successes_is_bounded() {
        // Adds more users than fit; those of the next period fit again.
        let mut recent = RecentUsers::default();
        for number in 0..=ENTRIES_MAX {
            recent.add(key(1), user(number), NOW);
        }
        recent.add(key(2), user(0), NOW);
        assert_eq!(recent.count(key(1), NOW), 65_536);
        assert_eq!(recent.count(key(2), NOW), 0);
        let later = NOW + PERIOD;
        recent.add(key(2), user(0), later);
        assert_eq!(recent.count(key(2), later), 1);
    }
}
