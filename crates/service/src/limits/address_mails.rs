//! The rate limits of mails with a code for an e-mail address, which signed-in users request. That
//! of the mailbox is in `user_mails`.

use std::sync::{Mutex, PoisonError};

use catalogue::{Refusal, refusal};
use model::{TenantId, Timestamp, UserId};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

const PER_USER: RateLimit = RateLimit { burst: 5, refill_seconds: 720 };
/// The limit of a tenant. Mails that reset a password are counted apart: users without a password
/// do not wait for those who change their address.
const PER_TENANT: RateLimit = RateLimit { burst: 120, refill_seconds: 10 };

/// The rate limiters.
pub(crate) struct AddressMails(Mutex<Limiters>);

struct Limiters {
    users: RateLimiter<(TenantId, UserId)>,
    tenants: RateLimiter<TenantId>,
}

impl AddressMails {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        let (users, tenants) = (RateLimiter::new(nodes), RateLimiter::new(nodes));
        Self(Mutex::new(Limiters { users, tenants }))
    }

    /// Counts a request for a mail, whether it is sent or not.
    ///
    /// # Errors
    /// There were too many of this user, or in the tenant.
    pub(crate) fn count(
        &self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = limiters.users.wait_minutes(&(tenant, user), &PER_USER, now);
        let of_tenant = limiters.tenants.wait_minutes(&tenant, &PER_TENANT, now);
        if let Some(minutes) = of_user.max(of_tenant) {
            return Err(refusal::too_many_address_mails(PER_USER.burst, minutes));
        }
        limiters.users.consume((tenant, user), &PER_USER, now);
        limiters.tenants.consume(tenant, &PER_TENANT, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use model::Seconds;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn user_gets_five_address_mails_and_leaves_those_of_others() {
        // Hostile input S26: requests mails of one user without end, then of many users of a
        // tenant, then in another tenant.
        let mails = AddressMails::new(&NodeCount::default());
        let now = Timestamp::from_seconds(1_795_363_200);
        let [tenant, other] = [1, 2].map(|it| TenantId::new(Uuid::from_u128(it)));
        let count = |tenant, user: u128, now| {
            mails.count(tenant, UserId::new(Uuid::from_u128(user)), now).is_ok()
        };
        assert_eq!((0..20).filter(|_| count(tenant, 1, now)).count(), 5);
        assert_eq!((2..400).filter(|user| count(tenant, *user, now)).count(), 115);
        assert!(count(other, 1, now) && count(tenant, 1, now + Seconds::minutes(12)));
    }
}
