//! The rate limit of dry runs, for each client.

use std::sync::{Mutex, PoisonError};

use catalogue::{Refusal, refusal};
use model::{ClientId, TenantId, Timestamp};

use super::rate_limit::{RateLimit, RateLimiter};

const PER_CLIENT: RateLimit = RateLimit { burst: 60, refill_seconds: 1 };

/// The rate limiter. An intercepted assertion stays unused in a dry run, so it could be tried
/// without end.
#[derive(Default)]
pub(crate) struct DryRuns(Mutex<RateLimiter<(TenantId, ClientId)>>);

impl DryRuns {
    /// Counts a dry run.
    ///
    /// # Errors
    /// The rate limit of the client is reached.
    pub(crate) fn count(
        &self,
        tenant: TenantId,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut limiter = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, client.clone());
        if let Some(minutes) = limiter.wait_minutes(&key, &PER_CLIENT, now) {
            return Err(refusal::too_many_dry_runs(PER_CLIENT.burst, minutes));
        }
        limiter.consume(key, &PER_CLIENT, now);
        Ok(())
    }
}
