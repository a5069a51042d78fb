//! The waits after failed sign-ins, for the metrics. The rule itself is in `signin::lockout`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Digest, Seconds, TenantId, Timestamp};
use prometheus_client::metrics::{counter::Counter, family::Family};
use signin::lockout::Wait;
use telemetry::{Metrics, metric_table as table};

use crate::system::now;

/// The scopes of waits.
const SCOPES: [&str; 5] = ["account", "browser", "address", "site", "tenant"];
/// Maximum number of waits in memory. Further ones are not in the gauge.
const LOCKS_MAX: usize = 16_384;
/// The time between two reports of password spraying in one tenant. Each guess would cause one.
const SPRAYING_REPORT_INTERVAL: Seconds = Seconds::hours(1);

/// The waits that this process has seen. The store has no list of them: its rows have no scope.
#[derive(Default)]
pub(crate) struct SignInLocks {
    imposed: Family<[(&'static str, &'static str); 1], Counter>,
    locks: Arc<Mutex<Locks>>,
    /// The time of the last report of password spraying in each tenant.
    spraying: Mutex<HashMap<TenantId, Timestamp>>,
}

/// The scope and the end of each wait, and when those in force were last looked for.
#[derive(Default)]
struct Locks {
    waits: HashMap<(TenantId, Digest), (&'static str, Timestamp)>,
    swept_at: Timestamp,
}

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

    /// Counts a wait that a failure imposes, and remembers it.
    pub(crate) fn imposed(&self, tenant: TenantId, wait: &Wait, now: Timestamp) {
        self.imposed.get_or_create(&[("scope", wait.scope)]).inc();
        self.remember(tenant, wait, now);
    }

    /// Remembers a wait in force, which another process or an earlier start may have imposed.
    pub(crate) fn remember(&self, tenant: TenantId, wait: &Wait, now: Timestamp) {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.is_full() {
            locks.sweep(now);
        }
        if !locks.is_full() {
            locks.waits.insert((tenant, wait.key), (wait.scope, wait.until));
        }
    }

    /// Returns whether password spraying in a tenant is to be reported: it was not for an hour.
    pub(crate) fn may_report_spraying(&self, tenant: TenantId, now: Timestamp) -> bool {
        let mut spraying = self.spraying.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |last: &Timestamp| {
            let age = now - *last;
            Seconds::new(0) <= age && age < SPRAYING_REPORT_INTERVAL
        };
        if spraying.get(&tenant).is_some_and(is_recent) {
            return false;
        }
        spraying.retain(|_, last| is_recent(last));
        spraying.insert(tenant, now);
        true
    }

    /// Forgets a wait whose count is deleted.
    pub(crate) fn cleared(&self, tenant: TenantId, key: Digest) {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner).waits.remove(&(tenant, key));
    }

    /// Returns how many waits of a scope are in force.
    #[cfg(test)]
    pub(crate) fn in_force(&self, scope: &str, now: Timestamp) -> u64 {
        let counts = SCOPES.into_iter().zip(in_force(&self.locks, now));
        counts.filter(|(name, _)| *name == scope).map(|(_, count)| count).sum()
    }
}

impl Locks {
    fn is_full(&self) -> bool {
        self.waits.len() >= LOCKS_MAX
    }

    /// Removes the waits that have ended, once a second at most: a flood of failures does not look
    /// at all of them for each. Returns whether it looked at them.
    fn sweep(&mut self, now: Timestamp) -> bool {
        let is_due = now.seconds() != self.swept_at.seconds();
        if is_due {
            self.waits.retain(|_, (_, until)| *until > now);
            self.swept_at = now;
        }
        is_due
    }
}

/// Returns the number of waits in force of each scope.
fn in_force(locks: &Mutex<Locks>, now: Timestamp) -> [u64; SCOPES.len()] {
    let mut locks = locks.lock().unwrap_or_else(PoisonError::into_inner);
    locks.sweep(now);
    SCOPES.map(|scope| {
        let of_scope = locks.waits.values().filter(|(of, until)| *of == scope && *until > now);
        u64::try_from(of_scope.count()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
    const TENANT: TenantId = TenantId::new(uuid::Uuid::nil());

    fn wait(scope: &'static str, key: u8) -> Wait {
        Wait { scope, key: [key; 32], until: NOW + Seconds::new(30) }
    }

    fn imposed(locks: &SignInLocks, scope: &'static str) -> u64 {
        locks.imposed.get_or_create(&[("scope", scope)]).get()
    }

    #[test]
    fn a_wait_is_counted_from_the_failure_that_imposes_it_to_its_end() {
        // Imposes waits of two scopes, one of them twice, and looks before and after the end.
        let locks = SignInLocks::default();
        locks.imposed(TENANT, &wait("account", 1), NOW);
        locks.imposed(TENANT, &wait("account", 1), NOW);
        locks.imposed(TENANT, &wait("address", 2), NOW);
        assert_eq!((imposed(&locks, "account"), locks.in_force("account", NOW)), (2, 1));
        assert_eq!((imposed(&locks, "site"), locks.in_force("site", NOW)), (0, 0));
        assert_eq!(locks.in_force("account", NOW + Seconds::new(30)), 0);
    }

    #[test]
    fn a_sign_in_that_clears_the_count_ends_the_wait() {
        // Clears the count of one of two locked browsers.
        let locks = SignInLocks::default();
        locks.imposed(TENANT, &wait("browser", 1), NOW);
        locks.imposed(TENANT, &wait("browser", 2), NOW);
        locks.cleared(TENANT, [1; 32]);
        assert_eq!(locks.in_force("browser", NOW), 1);
    }

    #[test]
    fn spraying_is_reported_once_an_hour_for_each_tenant() {
        // Asks again and again in one tenant, then in another one, and after a clock was ahead.
        let locks = SignInLocks::default();
        let other = TenantId::new(uuid::Uuid::from_u128(1));
        let reports = (0..3_600)
            .filter(|second| locks.may_report_spraying(TENANT, NOW + Seconds::new(*second)));
        assert_eq!(reports.count(), 1);
        assert!(locks.may_report_spraying(other, NOW));
        let later = NOW + Seconds::hours(1);
        assert!(locks.may_report_spraying(TENANT, later));
        assert!(!locks.may_report_spraying(TENANT, later));
        assert!(locks.may_report_spraying(TENANT, NOW));
    }

    #[test]
    fn waits_that_have_ended_are_looked_for_once_a_second() {
        // Looks at the beginning and the end of one second, in the next one, and after the clock
        // was set back.
        let mut locks = Locks::default();
        let end = Timestamp::from_microseconds(NOW.microseconds() + 999_999);
        let looked = [NOW, end, NOW + Seconds::new(1), NOW].map(|now| locks.sweep(now));
        assert_eq!(looked, [true, false, true, true]);
    }

    #[test]
    fn the_number_of_remembered_waits_is_bounded() {
        // Locks more accounts than the limit, all at one time; later ones replace ended ones.
        let locks = SignInLocks::default();
        for index in 0..=LOCKS_MAX {
            let mut wait = wait("account", 0);
            wait.key[..8].copy_from_slice(&index.to_be_bytes());
            locks.imposed(TENANT, &wait, NOW);
        }
        assert_eq!(locks.in_force("account", NOW), u64::try_from(LOCKS_MAX).unwrap());
        let later = NOW + Seconds::hours(2);
        locks.imposed(
            TENANT,
            &Wait { until: later + Seconds::new(1), ..wait("account", 9) },
            later,
        );
        assert_eq!(locks.in_force("account", later), 1);
    }
}
