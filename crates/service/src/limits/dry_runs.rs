//! The rate limit of dry runs, for each client.

use std::sync::{Mutex, PoisonError};

use catalogue::{Refusal, refusal};
use model::{ClientId, Digest, TenantId, Timestamp, UsedValue};

use super::{
    expiring_map::ExpiringMap,
    rate_limit::{RateLimit, RateLimiter},
};
use crate::nodes::NodeCount;

/// The limit of a client, and that of an assertion that is sent again.
const LIMIT: RateLimit = RateLimit { burst: 60, refill_seconds: 1 };

/// The rate limiters.
///
/// An assertion stays unused in the dry run of a token request, so one that was captured can be
/// sent again while it lives. The client loses one dry run by it, and not one each time.
#[cfg_attr(test, derive(Default))]
pub(crate) struct DryRuns(Mutex<Limiters>);

#[cfg_attr(test, derive(Default))]
struct Limiters {
    clients: RateLimiter<(TenantId, ClientId)>,
    assertions: RateLimiter<(TenantId, Digest)>,
    /// The assertions for which a client was counted, with their end.
    counted: ExpiringMap<(TenantId, Digest), Timestamp>,
}

impl DryRuns {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self(Mutex::new(Limiters {
            clients: RateLimiter::new(nodes),
            assertions: RateLimiter::new(nodes),
            counted: ExpiringMap::default(),
        }))
    }

    /// Counts a dry run of a client that has authenticated, with the assertion that it sent.
    ///
    /// # Errors
    /// The rate limit of the client, or of an assertion that is sent again, is reached.
    pub(crate) fn count(
        &self,
        (tenant, client): (TenantId, &ClientId),
        assertion: Option<UsedValue>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let limiters = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = assertion.as_ref().map(|assertion| (tenant, assertion.digest));
        let is_live = |expires_at: &Timestamp| *expires_at > now;
        let is_counted = |sent: &_| limiters.counted.get(sent).is_some_and(is_live);
        if let Some(again) = sent.filter(is_counted) {
            return take(&mut limiters.assertions, again, now);
        }
        take(&mut limiters.clients, (tenant, client.clone()), now)?;
        if let Some(assertion) = assertion {
            // The rate of the clients bounds the number of entries.
            let key = (tenant, assertion.digest);
            *limiters.counted.entry(key, is_live) = assertion.expires_at;
        }
        Ok(())
    }
}

fn take<K: Eq + std::hash::Hash>(
    limiter: &mut RateLimiter<K>,
    key: K,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(minutes) = limiter.wait_minutes(&key, &LIMIT, now) {
        return Err(refusal::too_many_dry_runs(LIMIT.burst, minutes));
    }
    limiter.consume(key, &LIMIT, now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::{Seconds, UsedValueKind};

    use super::*;

    #[test]
    fn a_captured_assertion_costs_its_client_one_dry_run() {
        // LM11: sends one assertion a hundred times, and again each ten seconds while it lives. The
        // client then has all but one of its dry runs.
        let (limits, start) = (DryRuns::default(), Timestamp::from_seconds(1_795_363_200));
        let (tenant, client) =
            (TenantId::new(uuid::Uuid::from_u128(1)), ClientId::new("web").expect("an id"));
        let captured = UsedValue {
            tenant,
            kind: UsedValueKind::ClientAssertion,
            digest: [1; 32],
            expires_at: start + Seconds::minutes(10),
        };
        let of = (tenant, &client);
        let sent = (0..100).filter(|_| limits.count(of, Some(captured.clone()), start).is_ok());
        assert_eq!(sent.count(), 61);
        let mut now = start;
        for _ in 0..30 {
            now = now + Seconds::new(10);
            assert!(limits.count(of, Some(captured.clone()), now).is_ok());
        }
        let own = (0..100_u8).filter(|number| {
            let assertion = UsedValue { digest: [*number + 2; 32], ..captured.clone() };
            limits.count(of, Some(assertion), now).is_ok()
        });
        assert_eq!(own.count(), 60);
        assert!(limits.count(of, None, now).is_err());
        let later = captured.expires_at + Seconds::new(1);
        assert!(limits.count(of, None, later).is_ok());
    }
}
