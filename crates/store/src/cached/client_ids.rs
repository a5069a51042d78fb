//! Recognizes client ids that no client has without a read. An app without a registration, or an
//! attacker, sends many requests with them.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use model::{ClientId, TenantId};
use parking_lot::RwLock;

/// The number of clients of a tenant that were read and do not exist, after which the ids of its
/// clients are kept.
const MISSES_MIN: u32 = 16;
/// Maximum number of tenants that are kept.
const TENANTS_MAX: usize = 1_024;
/// Maximum number of ids that are kept of all tenants: 4 MB.
const IDS_MAX: usize = 1_000_000;

/// The ids of the clients of some tenants.
#[derive(Default)]
pub(super) struct KnownClientIds {
    tenants: RwLock<HashMap<TenantId, OfTenant>>,
    hasher: RandomState,
}

/// The state of a tenant.
enum OfTenant {
    /// The number of clients that were read and do not exist.
    Misses(u32),
    /// The sorted hashes of the ids of all clients. If an unknown id has the hash of one of them,
    /// it is read.
    Ids(Vec<u32>),
}

impl KnownClientIds {
    /// Returns whether no client of the tenant has the id. If that is not known, returns `false`.
    pub(super) fn exclude(&self, tenant: TenantId, id: &ClientId) -> bool {
        match self.tenants.read().get(&tenant) {
            Some(OfTenant::Ids(hashes)) => hashes.binary_search(&self.hash(id)).is_err(),
            Some(OfTenant::Misses(_)) | None => false,
        }
    }

    /// Counts a client that was read and does not exist.
    pub(super) fn add_miss(&self, tenant: TenantId) {
        let mut tenants = self.tenants.write();
        if tenants.len() >= TENANTS_MAX && !tenants.contains_key(&tenant) {
            tenants.clear();
        }
        if let OfTenant::Misses(misses) = tenants.entry(tenant).or_insert(OfTenant::Misses(0)) {
            *misses += 1;
        }
    }

    /// Returns the tenants whose client ids should be read.
    pub(super) fn missed(&self) -> Vec<TenantId> {
        let is_missed = |of_tenant: &OfTenant| match of_tenant {
            OfTenant::Misses(misses) => *misses >= MISSES_MIN,
            OfTenant::Ids(_) => false,
        };
        let tenants = self.tenants.read();
        tenants.iter().filter(|(_, it)| is_missed(it)).map(|(tenant, _)| *tenant).collect()
    }

    /// Keeps the ids of all clients of a tenant, if they are still those of its clients. Removes
    /// others if there are too many in all.
    pub(super) fn put(
        &self,
        tenant: TenantId,
        ids: &[ClientId],
        are_current: impl FnOnce() -> bool,
    ) {
        let mut hashes: Vec<u32> = ids.iter().map(|id| self.hash(id)).collect();
        hashes.sort_unstable();
        let mut tenants = self.tenants.write();
        let kept: usize = tenants.values().map(OfTenant::len).sum();
        if kept + hashes.len() > IDS_MAX {
            tenants.clear();
        }
        // With the lock: a change invalidates the ids before, which shows here, or after.
        if hashes.len() <= IDS_MAX && are_current() {
            tenants.insert(tenant, OfTenant::Ids(hashes));
        }
    }

    /// Removes the ids of a tenant.
    pub(super) fn invalidate(&self, tenant: TenantId) {
        self.tenants.write().remove(&tenant);
    }

    /// Removes all ids.
    pub(super) fn invalidate_all(&self) {
        self.tenants.write().clear();
    }

    fn hash(&self, id: &ClientId) -> u32 {
        // The upper half: one id in some thousands has the hash of another one of a million.
        (self.hasher.hash_one(id) >> 32) as u32
    }
}

impl OfTenant {
    fn len(&self) -> usize {
        match self {
            Self::Misses(_) => 0,
            Self::Ids(hashes) => hashes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    const TENANT: TenantId = TenantId::from_bytes([1; 16]);
    const OTHER: TenantId = TenantId::from_bytes([2; 16]);

    fn ids(numbers: Range<usize>) -> Vec<ClientId> {
        numbers.map(|number| ClientId::new(&format!("app-{number}")).expect("an id")).collect()
    }

    #[test]
    fn client_ids_are_excluded_once_those_of_the_tenant_are_kept() {
        // Looks up clients that exist and others, before and after the ids are kept, in the tenant
        // and in another one, and after each way of invalidating them.
        let known = KnownClientIds::default();
        let excluded = |numbers| ids(numbers).iter().filter(|id| known.exclude(TENANT, id)).count();
        assert_eq!(excluded(0..200), 0);
        let invalidations: [&dyn Fn(); 2] =
            [&|| known.invalidate(TENANT), &|| known.invalidate_all()];
        for invalidate in invalidations {
            known.put(TENANT, &ids(0..100), || true);
            assert_eq!((excluded(0..100), excluded(100..200)), (0, 100));
            assert!(!known.exclude(OTHER, &ids(100..101)[0]));
            known.invalidate(OTHER);
            assert_eq!(excluded(100..200), 100);
            invalidate();
            assert_eq!(excluded(0..200), 0);
        }
        known.put(TENANT, &[], || true);
        assert_eq!(excluded(0..100), 100);
    }

    #[test]
    fn client_ids_that_were_read_before_a_change_are_not_kept() {
        // Keeps ids of which a client was created meanwhile.
        let known = KnownClientIds::default();
        known.put(TENANT, &ids(0..1), || false);
        assert!(!known.exclude(TENANT, &ids(1..2)[0]));
    }

    #[test]
    fn client_ids_are_read_after_some_misses_of_a_tenant() {
        // Misses one client less than necessary, then one more, then some after they were read.
        let known = KnownClientIds::default();
        for number in 1..=MISSES_MIN {
            assert_eq!(known.missed(), []);
            known.add_miss(TENANT);
            known.add_miss(TenantId::from_bytes(u128::from(number).to_be_bytes()));
        }
        assert_eq!(known.missed(), [TENANT]);
        known.put(TENANT, &ids(0..1), || true);
        (0..MISSES_MIN).for_each(|_| known.add_miss(TENANT));
        assert_eq!(known.missed(), []);
        assert!(known.exclude(TENANT, &ids(1..2)[0]));
    }

    #[test]
    fn number_of_kept_client_ids_is_bounded() {
        // Keeps as many as there may be, then one more of another tenant, then too many of one.
        // Misses clients of more tenants than are kept.
        let known = KnownClientIds::default();
        let (all, unknown) = (ids(0..IDS_MAX), ids(IDS_MAX..IDS_MAX + 9));
        let excludes = |tenant| unknown.iter().any(|id| known.exclude(tenant, id));
        known.put(TENANT, &all, || true);
        assert!(excludes(TENANT));
        known.put(OTHER, &all[..1], || true);
        assert!(excludes(OTHER) && !excludes(TENANT));
        known.put(TENANT, &[&all[..], &unknown[..]].concat(), || true);
        assert!(!excludes(OTHER) && !excludes(TENANT));
        for number in 0..3 * TENANTS_MAX as u128 {
            known.add_miss(TenantId::from_bytes(number.to_be_bytes()));
            assert!(known.tenants.read().len() <= TENANTS_MAX);
        }
    }
}
