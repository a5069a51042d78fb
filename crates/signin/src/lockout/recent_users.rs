//! The users that have signed in recently, per network and tenant. Each widens its allowance.

use std::collections::{HashMap, HashSet};

use model::{Digest, Seconds, Shares, TenantId, Timestamp, UserId};

/// A success counts for one to two of these periods.
const PERIOD: Seconds = Seconds::minutes(30);
/// Maximum number of entries in one period. If there are more, the tenant with most loses one: some
/// success of its users widens no allowance any more.
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
    tenants: HashMap<TenantId, OfTenant>,
    /// The numbers of their entries.
    shares: Shares<TenantId>,
}

#[derive(Default)]
struct OfTenant {
    users: HashMap<Digest, HashSet<UserId>>,
    /// The numbers of users of each counter.
    shares: Shares<Digest>,
}

impl RecentUsers {
    /// Remembers a success for the counter with this key.
    pub fn add(&mut self, (tenant, key): (TenantId, Digest), user: UserId, now: Timestamp) {
        self.advance(now);
        if self.current.has(tenant, key, user) || !self.current.make_room(tenant) {
            return;
        }
        let of_tenant = self.current.tenants.entry(tenant).or_default();
        if of_tenant.users.entry(key).or_default().insert(user) {
            of_tenant.shares.add(&key, 1);
            self.current.shares.add(&tenant, 1);
        }
    }

    /// Returns the number of users with a recent success for the counter with this key.
    pub fn count(&mut self, (tenant, key): (TenantId, Digest), now: Timestamp) -> u32 {
        self.advance(now);
        let of = |period: &Period| period.users_of(tenant, key).map_or(0, HashSet::len);
        u32::try_from(of(&self.current).max(of(&self.previous))).unwrap_or(u32::MAX)
    }

    /// Returns the number of entries in the current period.
    pub const fn entries(&self) -> usize {
        self.current.shares.total()
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

impl Period {
    fn users_of(&self, tenant: TenantId, key: Digest) -> Option<&HashSet<UserId>> {
        self.tenants.get(&tenant)?.users.get(&key)
    }

    fn has(&self, tenant: TenantId, key: Digest, user: UserId) -> bool {
        self.users_of(tenant, key).is_some_and(|users| users.contains(&user))
    }

    /// Removes an entry of the tenant with most if there are too many. Returns whether this tenant
    /// may add one: not if it would then have the most.
    fn make_room(&mut self, tenant: TenantId) -> bool {
        if self.shares.total() < ENTRIES_MAX {
            return true;
        }
        let Some(loser) = self.shares.loser(&tenant, 1) else { return false };
        if self.tenants.get_mut(&loser).is_some_and(OfTenant::remove_one) {
            self.shares.remove(&loser, 1);
        }
        true
    }
}

impl OfTenant {
    /// Removes an entry of the counter with most, which misses it least.
    fn remove_one(&mut self) -> bool {
        let Some(key) = self.shares.largest() else { return false };
        let Some(users) = self.users.get_mut(&key) else { return false };
        let Some(user) = users.iter().next().copied() else { return false };
        self.shares.remove(&key, 1);
        users.remove(&user)
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
    fn successes_of_a_large_tenant_leave_room_for_those_of_others() {
        // Hostile input LM23: one tenant adds more users than fit, for an address and itself. Two
        // others add some: all are remembered, and the first tenant loses as many, mostly those of
        // its own counter.
        let mut recent = RecentUsers::default();
        for number in 0..ENTRIES_MAX {
            recent.add(key(u8::from(number.is_multiple_of(64))), user(number), NOW);
        }
        let other = |number| (TenantId::new(uuid::Uuid::from_u128(number)), [7; 32]);
        for number in 0..1_000 {
            recent.add(other(1), user(number), NOW);
            recent.add(other(2), user(number), NOW);
        }
        assert_eq!([1, 2].map(|tenant| recent.count(other(tenant), NOW)), [1_000, 1_000]);
        assert_eq!([0, 1].map(|one| recent.count(key(one), NOW)), [65_536 - 1_024 - 2_000, 1_024]);
        assert_eq!(recent.current.shares.total(), ENTRIES_MAX);
    }

    #[test]
    fn number_of_remembered_successes_is_bounded() {
        // Adds more users than fit; those of the next period fit again.
        let mut recent = RecentUsers::default();
        for number in 0..=ENTRIES_MAX {
            recent.add(key(1), user(number), NOW);
        }
        recent.add(key(2), user(0), NOW);
        assert_eq!((recent.count(key(1), NOW), recent.entries()), (65_536, ENTRIES_MAX));
        assert_eq!(recent.count(key(2), NOW), 0);
        let later = NOW + PERIOD;
        recent.add(key(2), user(0), later);
        assert_eq!((recent.count(key(2), later), recent.entries()), (1, 1));
    }
}
