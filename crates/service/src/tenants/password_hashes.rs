//! The cost of password hashes: that of new ones, and those that the hashes of a tenant have.
//!
//! An imported hash takes another time to verify than one of Admit, and a name without a user takes
//! the time of the latter. So the time of a refusal would reveal which names exist. In a tenant
//! with imported hashes, every refusal is therefore sent at a multiple of 250 ms after the request,
//! and not before the most expensive hash of the tenant could have been verified.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{Fault, FaultKind, TenantId, TenantStore};
use rustix::time::{ClockId, clock_gettime};
use signin::factor::password::{HashCost, StoredHash, after_cost, cost_prefix};
use tokio::time::Instant;

use crate::limits::{Priority, hash};

/// A refusal is sent at a multiple of this time.
const STEP: Duration = Duration::from_millis(250);
/// The lifetime of a cached result: the time until imported hashes have an effect.
const LIFETIME: Duration = Duration::from_secs(10);
/// Maximum number of costs that are distinguished in a tenant.
const COSTS_MAX: usize = 32;
/// Maximum number of cached tenants, and of measured costs.
const CACHED_MAX: usize = 1_024;

/// The cost of new hashes, and the costs and times of those that tenants hold.
pub(crate) struct PasswordHashes {
    /// The cost of new hashes.
    pub(crate) cost: HashCost,
    tenants: Mutex<HashMap<TenantId, HeldHashes>>,
    measurements: Arc<Measurements>,
}

/// The times of verifications.
#[derive(Default)]
struct Measurements {
    /// The time of the slowest verification, by the beginning of the hash.
    durations: Mutex<HashMap<String, Duration>>,
    /// Held while a cost is measured, so that each is measured once.
    measuring: tokio::sync::Mutex<()>,
}

/// A hash of each cost that a tenant holds, apart from the default cost.
#[derive(Clone)]
struct HeldHashes {
    hashes: Arc<[String]>,
    until: Instant,
}

impl PasswordHashes {
    pub(crate) fn new(cost: HashCost) -> Self {
        Self { cost, tenants: Mutex::default(), measurements: Arc::default() }
    }

    /// Waits until the refusal of a password may be sent. Holds neither a thread nor a slot.
    /// `elapsed` is the time since the request arrived.
    pub(crate) async fn delay_refusal(
        &self,
        store: TenantStore<'_>,
        elapsed: impl Fn() -> Duration,
    ) {
        let slowest = match self.slowest(store).await {
            Ok(None) => return,
            Ok(Some(slowest)) => slowest,
            Err(fault) => {
                let cause = fault.cause();
                tracing::warn!(cause, "the kinds of password hashes could not be read");
                Duration::ZERO
            }
        };
        let elapsed = elapsed();
        tokio::time::sleep(response_time(elapsed, slowest).saturating_sub(elapsed)).await;
    }

    /// Returns the time that the most expensive hash of the tenant takes. `None` if all hashes have
    /// the default cost, and new ones, too.
    async fn slowest(&self, store: TenantStore<'_>) -> Result<Option<Duration>, Fault> {
        let hashes = self.held(store).await?;
        if hashes.is_empty() && self.cost == HashCost::default() {
            return Ok(None);
        }
        // The hash of a name without a password, and of users who are not imported.
        let mut slowest = self.measured(&self.cost.example()).await?;
        for hash in hashes.iter() {
            slowest = slowest.max(self.measured(hash).await?);
        }
        Ok(Some(slowest))
    }

    async fn held(&self, store: TenantStore<'_>) -> Result<Arc<[String]>, Fault> {
        let (tenant, now) = (store.tenant(), Instant::now());
        let cached = lock(&self.tenants).get(&tenant).filter(|held| held.until > now).cloned();
        if let Some(held) = cached {
            return Ok(held.hashes);
        }
        let mut hashes = Vec::new();
        let mut after = String::new();
        while hashes.len() < COSTS_MAX {
            let Some(hash) = store.unusual_hash_after(&after).await? else { break };
            // The next hash of another cost.
            after = after_cost(&hash);
            hashes.push(hash);
        }
        let hashes: Arc<[String]> = hashes.into();
        let held = HeldHashes { hashes: Arc::clone(&hashes), until: now + LIFETIME };
        insert(&self.tenants, tenant, held);
        Ok(hashes)
    }

    /// Returns the time of a verification, which is measured once for each cost. It is measured to
    /// the end also if the request ends before.
    async fn measured(&self, text: &str) -> Result<Duration, Fault> {
        if let Some(known) = self.measurements.known(text) {
            return Ok(known);
        }
        let (measurements, text) = (Arc::clone(&self.measurements), text.to_owned());
        let measured = tokio::spawn(async move { measurements.measure(&text).await });
        measured.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

impl Measurements {
    fn known(&self, text: &str) -> Option<Duration> {
        lock(&self.durations).get(cost_prefix(text)).copied()
    }

    async fn measure(&self, text: &str) -> Result<Duration, Fault> {
        let _measuring = self.measuring.lock().await;
        if let Some(known) = self.known(text) {
            return Ok(known);
        }
        let Ok(parsed) = StoredHash::parse(text) else { return Ok(Duration::ZERO) };
        let duration = hash(Priority::Low, move || {
            let started = thread_time();
            parsed.verify_slowest();
            thread_time().saturating_sub(started)
        });
        let duration = duration.await?;
        insert(&self.durations, cost_prefix(text).to_owned(), duration);
        Ok(duration)
    }
}

/// Returns the CPU time of this thread. A thread of low priority waits for others meanwhile, which
/// is no time of the verification.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Returns the time after the arrival of a request at which its refusal is sent. `elapsed` has
/// passed, and `slowest` is the time of the most expensive hash. A quarter of it is added, because
/// the time of one verification varies.
fn response_time(elapsed: Duration, slowest: Duration) -> Duration {
    let earliest = elapsed.max(slowest + slowest / 4);
    let steps = earliest.as_nanos().div_ceil(STEP.as_nanos()).max(1);
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

fn insert<K: Eq + std::hash::Hash, V>(map: &Mutex<HashMap<K, V>>, key: K, value: V) {
    let mut map = lock(map);
    if map.len() >= CACHED_MAX {
        map.clear();
    }
    map.insert(key, value);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn own_cost_is_measured_once() {
        // Measures the default cost of new hashes, twice.
        let hashes = PasswordHashes::new(HashCost::default());
        let text = HashCost::default().example();
        let first = hashes.measured(&text).await.expect("a duration");
        assert!(first > Duration::from_millis(1), "{first:?}");
        assert_eq!(hashes.measured(&text).await.expect("a duration"), first);
    }

    #[test]
    fn refusal_is_sent_at_the_next_step() {
        // Computes the time for requests that took less and more than the most expensive hash.
        for (elapsed, slowest, expected) in [
            (0, 0, 250),
            (40, 0, 250),
            (250, 0, 250),
            (251, 0, 500),
            (40, 190, 250),
            (40, 240, 500),
            (300, 240, 500),
            (40, 900, 1_250),
            (1_300, 900, 1_500),
        ] {
            let [elapsed, slowest, expected] =
                [elapsed, slowest, expected].map(Duration::from_millis);
            assert_eq!(response_time(elapsed, slowest), expected);
        }
    }
}
