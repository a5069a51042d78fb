//! Rate limits for problem reports: per network, per tenant, and for all together.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::{TenantId, Timestamp};

use super::{
    network::network_of,
    rate_limit::{RateLimit, RateLimiter},
};

const PER_NETWORK: RateLimit = RateLimit { burst: 5, refill_seconds: 120 };
const PER_TENANT: RateLimit = RateLimit { burst: 240, refill_seconds: 15 };
const GLOBAL: RateLimit = RateLimit { burst: 600, refill_seconds: 5 };
/// The rate limit of mails to one tenant's support.
const MAILS: RateLimit = RateLimit { burst: 20, refill_seconds: 180 };

/// The rate limits of problem reports.
#[derive(Default)]
pub(crate) struct Reports(Mutex<Limiters>);

/// The rate limiters. A report counts only if it passes every limit, so the global limit bounds the
/// memory of each limiter.
#[derive(Default)]
struct Limiters {
    networks: RateLimiter<IpAddr>,
    tenants: RateLimiter<Option<TenantId>>,
    mails: RateLimiter<Option<TenantId>>,
    all: RateLimiter<()>,
}

impl Reports {
    /// Counts a report.
    ///
    /// # Errors
    /// A rate limit is reached. The report does not count then.
    pub(crate) fn count(
        &self,
        remote_address: Option<IpAddr>,
        tenant: Option<TenantId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut limiters = self.limiters();
        let network = remote_address.map(network_of);
        let wait = network.and_then(|it| limiters.networks.wait_minutes(&it, &PER_NETWORK, now));
        if let Some(minutes) = wait {
            return Err(refusal::too_many_reports_from_address(minutes));
        }
        if let Some(minutes) = limiters.tenants.wait_minutes(&tenant, &PER_TENANT, now) {
            return Err(refusal::too_many_reports_of_tenant(minutes));
        }
        if let Some(minutes) = limiters.all.wait_minutes(&(), &GLOBAL, now) {
            return Err(refusal::too_many_reports(minutes));
        }
        if let Some(network) = network {
            limiters.networks.consume(network, &PER_NETWORK, now);
        }
        limiters.tenants.consume(tenant, &PER_TENANT, now);
        limiters.all.consume((), &GLOBAL, now);
        Ok(())
    }

    /// Returns whether the rate limit allows a mail to the tenant's support. If so, counts it.
    pub(crate) fn may_send_mail(&self, tenant: Option<TenantId>, now: Timestamp) -> bool {
        let mut limiters = self.limiters();
        let may_send = limiters.mails.wait_minutes(&tenant, &MAILS, now).is_none();
        if may_send {
            limiters.mails.consume(tenant, &MAILS, now);
        }
        may_send
    }

    fn limiters(&self) -> MutexGuard<'_, Limiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_363_200);

    fn address(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn report_rate_limit_applies_to_each_network_alone() {
        // Sends five at once and the sixth after two minutes, from addresses of one /64.
        let limits = Reports::default();
        let here = |end: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, end]));
        for end in 0..5 {
            assert!(limits.count(here(end), None, NOW).is_ok());
        }
        let refused = limits.count(here(9), None, NOW).expect_err("too many");
        assert_eq!(refused.number(), 88_000_244);
        assert_eq!(refused.arguments(), [("minutes", "3".to_owned())]);
        assert!(limits.count(Some(address(1)), None, NOW).is_ok());
        assert!(limits.count(here(9), None, NOW + Seconds::new(119)).is_err());
        assert!(limits.count(here(9), None, NOW + Seconds::new(120)).is_ok());
    }

    #[test]
    fn mail_rate_limit_applies_to_each_tenant_alone() {
        // Sends twenty mails at once and one after three minutes; another tenant's mail passes.
        let limits = Reports::default();
        let (one, other) = [1, 2].map(|id| Some(TenantId::new(uuid::Uuid::from_u128(id)))).into();
        let sent = (0..100).filter(|_| limits.may_send_mail(one, NOW)).count();
        assert_eq!((sent, limits.may_send_mail(other, NOW)), (20, true));
        let later = NOW + Seconds::minutes(3);
        assert_eq!(
            [limits.may_send_mail(one, later), limits.may_send_mail(one, later)],
            [true, false]
        );
    }

    #[test]
    fn refused_report_takes_no_memory() {
        // Sends a report from each of many addresses, for one tenant and then for many.
        let limits = Reports::default();
        let tenant = |number| Some(TenantId::new(uuid::Uuid::from_u128(number)));
        let numbers: Vec<u32> = (0..1_000)
            .filter_map(|at| limits.count(Some(address(at)), tenant(1), NOW).err())
            .map(|refusal| refusal.number())
            .collect();
        assert_eq!(numbers, [88_000_245].repeat(760));
        let numbers: Vec<u32> = (0..1_000)
            .filter_map(|at| limits.count(Some(address(10_000 + at)), tenant(at.into()), NOW).err())
            .map(|refusal| refusal.number())
            .filter(|number| *number == 88_000_246)
            .collect();
        // One of the thousand is for the tenant that has reached its own limit.
        assert_eq!(numbers.len(), 639);
        assert_eq!(
            (limits.limiters().networks.len(), limits.limiters().tenants.len() <= 600),
            (600, true)
        );
        let later = NOW + Seconds::hours(3);
        assert!(limits.count(Some(address(5)), tenant(1), later).is_ok());
        assert_eq!((limits.limiters().networks.len(), limits.limiters().tenants.len()), (1, 1));
    }
}
