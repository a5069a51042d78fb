//! The waits after failed sign-ins, for the metrics. The rule itself is in `signin::lockout`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Digest, FailedSignIns, TenantId, Timestamp};
use prometheus_client::metrics::{counter::Counter, family::Family};
use signin::lockout::Counter as FailureCounter;
use telemetry::{Metrics, metric_table as table};

use crate::system::now;

/// The scopes of waits.
const SCOPES: [&str; 4] = ["account", "browser", "address", "tenant"];
/// Maximum number of waits in memory. Further ones are not in the gauge.
const LOCKS_MAX: usize = 16_384;

/// The waits that this process has seen. The store has no list of them: its rows have no scope.
#[derive(Default)]
pub(crate) struct SignInLocks {
    imposed: Family<[(&'static str, &'static str); 1], Counter>,
    locks: Arc<Mutex<Locks>>,
}

type Locks = HashMap<(TenantId, Digest), (&'static str, Timestamp)>;

impl SignInLocks {
    /// Exposes the number of waits imposed, and of those in force.
    pub(crate) fn register(&self, metrics: &Metrics) {
        for scope in SCOPES {
            drop(self.imposed.get_or_create(&[("scope", scope)]));
        }
        metrics.register(&table::SIGN_IN_LOCKS_TOTAL, self.imposed.clone());
        let locks = Arc::clone(&self.locks);
        metrics.register_gauges(&table::SIGN_IN_LOCKS, move || {
            let in_force = in_force(&locks, now());
            SCOPES.into_iter().map(str::to_owned).zip(in_force).collect()
        });
    }

    /// Counts a failure. If it imposes a wait, remembers it.
    pub(crate) fn failed(&self, counter: &FailureCounter, failed: &FailedSignIns) {
        if counter.locked_until(failed) > failed.last_failed_at {
            self.imposed.get_or_create(&[("scope", counter.scope())]).inc();
            self.remember(counter, failed, failed.last_failed_at);
        }
    }

    /// Remembers a wait in force, which another process or an earlier start may have imposed.
    pub(crate) fn remember(
        &self,
        counter: &FailureCounter,
        failed: &FailedSignIns,
        now: Timestamp,
    ) {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.len() >= LOCKS_MAX {
            locks.retain(|_, (_, until)| *until > now);
        }
        if locks.len() < LOCKS_MAX {
            let until = counter.locked_until(failed);
            locks.insert((failed.tenant, failed.key), (counter.scope(), until));
        }
    }

    /// Forgets a wait whose count is deleted.
    pub(crate) fn cleared(&self, tenant: TenantId, key: Digest) {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner).remove(&(tenant, key));
    }

    /// Returns how many waits of a scope are in force.
    #[cfg(test)]
    pub(crate) fn in_force(&self, scope: &str, now: Timestamp) -> u64 {
        let counts = SCOPES.into_iter().zip(in_force(&self.locks, now));
        counts.filter(|(name, _)| *name == scope).map(|(_, count)| count).sum()
    }
}

/// Returns the number of waits in force of each scope, and removes the others.
fn in_force(locks: &Mutex<Locks>, now: Timestamp) -> [u64; SCOPES.len()] {
    let mut locks = locks.lock().unwrap_or_else(PoisonError::into_inner);
    locks.retain(|_, (_, until)| *until > now);
    SCOPES.map(|scope| {
        let of_scope = locks.values().filter(|(of, _)| *of == scope);
        u64::try_from(of_scope.count()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use model::Seconds;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn failures(count: u32, key: u8) -> FailedSignIns {
        FailedSignIns {
            tenant: TenantId::new(uuid::Uuid::nil()),
            key: [key; 32],
            count,
            last_failed_at: NOW,
            expires_at: NOW + Seconds::hours(24),
        }
    }

    fn imposed(locks: &SignInLocks, scope: &'static str) -> u64 {
        locks.imposed.get_or_create(&[("scope", scope)]).get()
    }

    #[test]
    fn a_wait_is_counted_from_the_failure_that_imposes_it_to_its_end() {
        // Counts failures below and at the limit of an account, and looks before and after the end.
        let (locks, account) = (SignInLocks::default(), FailureCounter::Account("rina".to_owned()));
        locks.failed(&account, &failures(9, 1));
        assert_eq!((imposed(&locks, "account"), locks.in_force("account", NOW)), (0, 0));
        locks.failed(&account, &failures(10, 1));
        locks.failed(&FailureCounter::Address(IpAddr::from([192, 0, 2, 1])), &failures(10, 2));
        assert_eq!((imposed(&locks, "account"), locks.in_force("account", NOW)), (1, 1));
        assert_eq!((imposed(&locks, "address"), locks.in_force("address", NOW)), (0, 0));
        assert_eq!(locks.in_force("account", NOW + Seconds::new(30)), 0);
    }

    #[test]
    fn a_sign_in_that_clears_the_count_ends_the_wait() {
        // Clears the count of one of two locked accounts.
        let (locks, account) = (SignInLocks::default(), FailureCounter::Account("rina".to_owned()));
        locks.failed(&account, &failures(10, 1));
        locks.failed(&account, &failures(10, 2));
        locks.cleared(failures(10, 1).tenant, failures(10, 1).key);
        assert_eq!(locks.in_force("account", NOW), 1);
    }

    #[test]
    fn the_number_of_remembered_waits_is_bounded() {
        // Locks more accounts than the limit, all at one time; later ones replace ended ones.
        let (locks, account) = (SignInLocks::default(), FailureCounter::Account("rina".to_owned()));
        for index in 0..=LOCKS_MAX {
            let mut failed = failures(10, 0);
            failed.key[..8].copy_from_slice(&index.to_be_bytes());
            locks.failed(&account, &failed);
        }
        assert_eq!(locks.in_force("account", NOW), u64::try_from(LOCKS_MAX).unwrap());
        let later = NOW + Seconds::hours(2);
        let failed = FailedSignIns { last_failed_at: later, ..failures(10, 9) };
        locks.failed(&account, &failed);
        assert_eq!(locks.in_force("account", later), 1);
    }
}
