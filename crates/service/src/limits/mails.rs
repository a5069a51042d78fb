//! Rate limits of mails: to the support of each tenant, and to reporters.

use std::sync::{Mutex, MutexGuard, PoisonError};

use catalogue::{Refusal, refusal};
use jose::digest::sha256;
use model::{Digest, TenantId, Timestamp};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

const SUPPORT: RateLimit = RateLimit { burst: 20, refill_seconds: 180 };
/// The part of the mails to support that a report of an unknown browser may use.
const SUPPORT_OF_UNKNOWN: i64 = 15;
/// The limit of answers of a tenant to confirmed addresses, and the one of mails to others. They
/// are counted apart: anyone can cause the latter.
const REPORTERS_OF_TENANT: RateLimit = RateLimit { burst: 60, refill_seconds: 60 };
const ANSWERS: RateLimit = RateLimit { burst: 10, refill_seconds: 600 };
/// The limit of mails to an address that is not confirmed.
const CONFIRMATIONS: RateLimit = RateLimit { burst: 2, refill_seconds: 12 * 3_600 };

/// The rate limits of mails.
#[cfg_attr(test, derive(Default))]
pub(crate) struct Mails(Mutex<Limiters>);

#[cfg_attr(test, derive(Default))]
struct Limiters {
    support: RateLimiter<Option<TenantId>>,
    tenant_answers: RateLimiter<Option<TenantId>>,
    answers: RateLimiter<Digest>,
    tenant_confirmations: RateLimiter<Option<TenantId>>,
    confirmations: RateLimiter<Digest>,
}

impl Mails {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self(Mutex::new(Limiters {
            support: RateLimiter::new(nodes),
            tenant_answers: RateLimiter::new(nodes),
            answers: RateLimiter::new(nodes),
            tenant_confirmations: RateLimiter::new(nodes),
            confirmations: RateLimiter::new(nodes),
        }))
    }

    /// Returns whether a mail to the tenant's support may be sent. If so, counts it.
    pub(crate) fn may_notify(
        &self,
        tenant: Option<TenantId>,
        is_known: bool,
        now: Timestamp,
    ) -> bool {
        let share = if is_known { SUPPORT.burst } else { SUPPORT_OF_UNKNOWN };
        let mut limiters = self.limiters();
        let wait = limiters.support.wait_minutes_of_share(&tenant, (&SUPPORT, share), now);
        if wait.is_none() {
            limiters.support.consume(tenant, &SUPPORT, now);
        }
        wait.is_none()
    }

    /// Returns the permit of a mail to the tenant's support that was not sent.
    pub(crate) fn give_back_notification(&self, tenant: Option<TenantId>) {
        self.limiters().support.give_back(&tenant, &SUPPORT);
    }

    /// Returns the permit of a mail that was not sent to an address.
    pub(crate) fn give_back_confirmation(&self, tenant: Option<TenantId>, address: &str) {
        let (key, mut limiters) = (mailbox_key(address), self.limiters());
        limiters.tenant_confirmations.give_back(&tenant, &REPORTERS_OF_TENANT);
        limiters.confirmations.give_back(&key, &CONFIRMATIONS);
    }

    /// Returns whether an address may be asked to confirm itself. If so, counts the mail.
    pub(crate) fn may_confirm(
        &self,
        tenant: Option<TenantId>,
        address: &str,
        now: Timestamp,
    ) -> bool {
        let (key, mut limiters) = (mailbox_key(address), self.limiters());
        let of_tenant =
            limiters.tenant_confirmations.wait_minutes(&tenant, &REPORTERS_OF_TENANT, now);
        let of_address = limiters.confirmations.wait_minutes(&key, &CONFIRMATIONS, now);
        let waits = of_tenant.or(of_address).is_some();
        if !waits {
            limiters.tenant_confirmations.consume(tenant, &REPORTERS_OF_TENANT, now);
            limiters.confirmations.consume(key, &CONFIRMATIONS, now);
        }
        !waits
    }

    /// Counts an answer to a confirmed address.
    ///
    /// # Errors
    /// The rate limit of the tenant or of the address is reached.
    pub(crate) fn count_answer(
        &self,
        tenant: Option<TenantId>,
        address: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let (key, mut limiters) = (mailbox_key(address), self.limiters());
        let of_tenant = limiters.tenant_answers.wait_minutes(&tenant, &REPORTERS_OF_TENANT, now);
        let of_address = limiters.answers.wait_minutes(&key, &ANSWERS, now);
        if let Some(minutes) = of_tenant.max(of_address) {
            return Err(refusal::too_many_answers(minutes));
        }
        limiters.tenant_answers.consume(tenant, &REPORTERS_OF_TENANT, now);
        limiters.answers.consume(key, &ANSWERS, now);
        Ok(())
    }

    fn limiters(&self) -> MutexGuard<'_, Limiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the key of an address, whatever the case of its letters. The addresses `ana+…@` have the
/// key of `ana@`, because they usually are one mailbox.
pub(super) fn mailbox_key(address: &str) -> Digest {
    let address = address.to_lowercase();
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let mailbox = local.split_once('+').map_or(local, |(mailbox, _)| mailbox);
    sha256(format!("{mailbox}@{domain}").as_bytes())
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_363_200);

    fn id(number: u128) -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn mail_rate_limit_applies_to_each_tenant_alone() {
        // Sends mails to support until the limit; another tenant and a known browser have more.
        let mails = Mails::default();
        let sent = (0..100).filter(|_| mails.may_notify(Some(id(1)), false, NOW)).count();
        assert_eq!((sent, mails.may_notify(Some(id(2)), false, NOW)), (15, true));
        let known = (0..100).filter(|_| mails.may_notify(Some(id(1)), true, NOW)).count();
        assert_eq!(known, 5);
        let later = NOW + Seconds::minutes(18);
        assert!(mails.may_notify(Some(id(1)), false, later));
        assert!(!mails.may_notify(Some(id(1)), false, later));
    }

    #[test]
    fn address_that_is_not_confirmed_gets_two_mails() {
        // Hostile input LM6: asks one address in other spellings and for other tenants to confirm
        // itself, then sixty others for one tenant.
        let mails = Mails::default();
        let asked = [
            ("eve@else.test", 1),
            ("Eve+1@ELSE.test", 2),
            ("EVE@else.test", 3),
            ("eve+2+3@else.test", 4),
        ];
        let asked = asked.map(|(address, to)| mails.may_confirm(Some(id(to)), address, NOW));
        assert_eq!(asked, [true, true, false, false]);
        let later = NOW + Seconds::hours(12);
        let addresses = (0..100).map(|one| format!("{one}@else.test"));
        let sent = addresses.filter(|address| mails.may_confirm(Some(id(1)), address, later));
        assert_eq!(sent.count(), 60);
        assert!(mails.may_confirm(Some(id(2)), "eve@else.test", later));
    }

    #[test]
    fn mails_to_unconfirmed_addresses_leave_the_answers_of_a_tenant() {
        // Hostile input LM6: asks ever new addresses of one tenant until the limit. The tenant
        // still answers sixty confirmed ones.
        let mails = Mails::default();
        let asked = (0..100).map(|one| format!("{one}@else.test"));
        assert_eq!(asked.filter(|it| mails.may_confirm(Some(id(1)), it, NOW)).count(), 60);
        let answered = (0..100).map(|one| format!("{one}@demo.test"));
        let answered = answered.filter(|it| mails.count_answer(Some(id(1)), it, NOW).is_ok());
        assert_eq!(answered.count(), 60);
    }

    #[test]
    fn address_gets_ten_answers_at_once_and_one_more_in_ten_minutes() {
        // Hostile input LM6: answers one address 109 times, also for another tenant.
        let mails = Mails::default();
        let answer = |to, after| {
            mails.count_answer(Some(id(to)), "eve@else.test", NOW + Seconds::minutes(after))
        };
        assert_eq!((0..109).filter(|_| answer(1, 0).is_ok()).count(), 10);
        let refused = answer(2, 0).expect_err("too many");
        assert_eq!(refused.number(), 88_000_252);
        assert_eq!(refused.arguments(), [("minutes", "10".to_owned())]);
        assert!(answer(1, 10).is_ok() && answer(1, 10).is_err());
        assert!(mails.count_answer(Some(id(1)), "ana@else.test", NOW).is_ok());
    }
}
