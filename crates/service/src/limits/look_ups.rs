//! The rate limit of look-ups in the history: for each client, administrator and user.

use std::{
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::{ClientId, TenantId, Timestamp, UserId};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

const PER_SEEKER: RateLimit = RateLimit { burst: 300, refill_seconds: 1 };
/// Of an account page, for its user. Anyone can have many accounts.
const PER_USER: RateLimit = RateLimit { burst: 60, refill_seconds: 5 };

/// The rate limiters. A look-up reads up to 4,096 blocks of the history, and makes the service
/// write the records that wait. A limiter has at most one key for each client and user that has
/// proved who it is.
#[cfg_attr(test, derive(Default))]
pub(crate) struct LookUps {
    clients: Mutex<RateLimiter<(TenantId, ClientId)>>,
    administrators: Mutex<RateLimiter<(TenantId, UserId)>>,
    users: Mutex<RateLimiter<(TenantId, UserId)>>,
}

impl LookUps {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self {
            clients: Mutex::new(RateLimiter::new(nodes)),
            administrators: Mutex::new(RateLimiter::new(nodes)),
            users: Mutex::new(RateLimiter::new(nodes)),
        }
    }

    /// Counts a look-up of a client.
    ///
    /// # Errors
    /// The rate limit of the client is reached.
    pub(crate) fn count_of_client(
        &self,
        tenant: TenantId,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        count(&self.clients, (tenant, client.clone()), &PER_SEEKER, now)
    }

    /// Counts a look-up of an administrator.
    ///
    /// # Errors
    /// The rate limit of the administrator is reached.
    pub(crate) fn count_of_administrator(
        &self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        count(&self.administrators, (tenant, user), &PER_SEEKER, now)
    }

    /// Counts a look-up of a user on the account pages.
    ///
    /// # Errors
    /// The rate limit of the user is reached.
    pub(crate) fn count_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        count(&self.users, (tenant, user), &PER_USER, now)
    }
}

fn count<K: Eq + Hash>(
    limiter: &Mutex<RateLimiter<K>>,
    key: K,
    limit: &RateLimit,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut limiter = limiter.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(minutes) = limiter.wait_minutes(&key, limit, now) {
        return Err(refusal::too_many_look_ups(limit.burst, minutes));
    }
    limiter.consume(key, limit, now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    #[test]
    fn look_ups_of_one_client_leave_those_of_others() {
        // Hostile input LM7: looks up as often as a client may, then as another client, as an
        // administrator, and a second later. Then as a user of the account pages, who may look up
        // less often.
        let (limits, now) = (LookUps::default(), Timestamp::from_seconds(1_795_363_200));
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        let client = |name| ClientId::new(name).expect("a client id");
        let count = |name, now| limits.count_of_client(tenant, &client(name), now);
        assert_eq!((0..500).filter(|_| count("a", now).is_ok()).count(), 300);
        assert_eq!(count("a", now).expect_err("too many").number(), 88_000_208);
        assert!(count("b", now).is_ok() && count("a", now + Seconds::new(1)).is_ok());
        let user = UserId::new(uuid::Uuid::from_u128(2));
        assert!(limits.count_of_administrator(tenant, user, now).is_ok());
        let of_user = |user, now| limits.count_of_user(tenant, user, now);
        assert_eq!((0..100).filter(|_| of_user(user, now).is_ok()).count(), 60);
        let other = UserId::new(uuid::Uuid::from_u128(3));
        assert!(of_user(other, now).is_ok() && of_user(user, now + Seconds::new(5)).is_ok());
    }
}
