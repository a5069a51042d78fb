//! The rate limit of new passwords of a user on the account page.

use std::sync::{Mutex, PoisonError};

use catalogue::{Refusal, refusal};
use model::{TenantId, Timestamp, UserId};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

const PER_USER: RateLimit = RateLimit { burst: 5, refill_seconds: 600 };

/// The rate limiter. Each new password is written to the directory, and a mail tells of it.
pub(crate) struct PasswordChanges(Mutex<RateLimiter<(TenantId, UserId)>>);

impl PasswordChanges {
    /// Creates the limiter of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self(Mutex::new(RateLimiter::new(nodes)))
    }

    /// Counts a new password.
    ///
    /// # Errors
    /// The rate limit of the user is reached.
    pub(crate) fn count(
        &self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut limiter = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(minutes) = limiter.wait_minutes(&(tenant, user), &PER_USER, now) {
            return Err(refusal::too_many_new_passwords(PER_USER.burst, minutes));
        }
        limiter.consume((tenant, user), &PER_USER, now);
        Ok(())
    }
}
