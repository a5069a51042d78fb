//! Rate limits of problem reports: per sender, per tenant, and for all together.
//!
//! Each limit keeps a part for those who have not used it yet, and the last part for known
//! browsers: a flood spends only what is left to senders that have reported before.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::{PeerNetwork, TenantId, Timestamp};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

/// The limit of a browser that a user of the tenant has signed in with, and of a network.
const PER_SENDER: RateLimit = RateLimit { burst: 5, refill_seconds: 120 };
const PER_SITE: RateLimit = RateLimit { burst: 20, refill_seconds: 30 };
/// The limit of the known browsers of a site together: one user can have many known browsers.
/// Slower than the tenant's limit, which one site must not keep spent.
const KNOWN_PER_SITE: RateLimit = RateLimit { burst: 60, refill_seconds: 30 };
const PER_TENANT: RateLimit = RateLimit { burst: 240, refill_seconds: 15 };
const SHARES_OF_TENANT: Shares = Shares { repeated: 120, first: 216, known: PER_TENANT.burst };
const GLOBAL: RateLimit = RateLimit { burst: 600, refill_seconds: 5 };
const GLOBAL_SHARES: Shares = Shares { repeated: 300, first: 540, known: GLOBAL.burst };
/// A tenant with more recent reports gets the global share of those who have reported before.
const TENANT_FREE: i64 = 24;

/// The parts of a burst that senders may use.
struct Shares {
    /// For senders, or tenants, with earlier reports.
    repeated: i64,
    /// For all others.
    first: i64,
    /// For known browsers.
    known: i64,
}

/// The sender of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reporter {
    pub(crate) address: Option<IpAddr>,
    /// The id of the browser, if a user of the tenant has signed in with it.
    pub(crate) known_browser: Option<[u8; 16]>,
}

/// The rate limits of problem reports.
#[cfg_attr(test, derive(Default))]
pub(crate) struct Reports(Mutex<Limiters>);

/// The rate limiters. A report counts only if it passes every limit, so the global limit bounds the
/// memory of each limiter.
#[cfg_attr(test, derive(Default))]
struct Limiters {
    senders: RateLimiter<Sender>,
    tenants: RateLimiter<Option<TenantId>>,
    all: RateLimiter<()>,
}

/// A sender with a limit of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Sender {
    Browser([u8; 16]),
    Network(IpAddr),
    Site(IpAddr),
    /// The known browsers of a site.
    KnownSite(IpAddr),
}

impl Sender {
    const fn limit(self) -> &'static RateLimit {
        match self {
            Self::Browser(_) | Self::Network(_) => &PER_SENDER,
            Self::Site(_) => &PER_SITE,
            Self::KnownSite(_) => &KNOWN_PER_SITE,
        }
    }
}

impl Reporter {
    /// Returns the senders whose limits hold: those of strangers
    /// do not hold for a known browser.
    fn senders(self) -> Vec<Sender> {
        if let Some(browser) = self.known_browser {
            let site = self.address.map(|address| Sender::KnownSite(PeerNetwork::of(address).site));
            return std::iter::once(Sender::Browser(browser)).chain(site).collect();
        }
        let Some(address) = self.address else { return Vec::new() };
        let PeerNetwork { address, site } = PeerNetwork::of(address);
        match site {
            IpAddr::V6(_) => vec![Sender::Network(address), Sender::Site(site)],
            IpAddr::V4(_) => vec![Sender::Network(address)],
        }
    }
}

impl Shares {
    const fn of(&self, is_known: bool, is_repeated: bool) -> i64 {
        match (is_known, is_repeated) {
            (true, _) => self.known,
            (false, true) => self.repeated,
            (false, false) => self.first,
        }
    }
}

impl Reports {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self(Mutex::new(Limiters {
            senders: RateLimiter::new(nodes),
            tenants: RateLimiter::new(nodes),
            all: RateLimiter::new(nodes),
        }))
    }

    /// Counts a report.
    ///
    /// # Errors
    /// A rate limit is reached. The report does not count then.
    pub(crate) fn count(
        &self,
        reporter: Reporter,
        tenant: Option<TenantId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut limiters = self.limiters();
        let (senders, is_known) = (reporter.senders(), reporter.known_browser.is_some());
        let waits = |sender: &Sender| limiters.senders.wait_minutes(sender, sender.limit(), now);
        if let Some(minutes) = senders.iter().filter_map(waits).max() {
            return Err(refusal::too_many_reports_from_address(minutes));
        }
        // Without an address, nothing says who has reported before.
        let has_reported = |sender: &Sender| limiters.senders.is_used(sender, now);
        let is_repeated = senders.is_empty() || senders.iter().any(has_reported);
        let of_tenant =
            |share| limiters.tenants.wait_minutes_of_share(&tenant, (&PER_TENANT, share), now);
        if let Some(minutes) = of_tenant(SHARES_OF_TENANT.of(is_known, is_repeated)) {
            return Err(refusal::too_many_reports_of_tenant(minutes));
        }
        let share = GLOBAL_SHARES.of(is_known, of_tenant(TENANT_FREE).is_some());
        if let Some(minutes) = limiters.all.wait_minutes_of_share(&(), (&GLOBAL, share), now) {
            return Err(refusal::too_many_reports(minutes));
        }
        for sender in senders {
            limiters.senders.consume(sender, sender.limit(), now);
        }
        limiters.tenants.consume(tenant, &PER_TENANT, now);
        limiters.all.consume((), &GLOBAL, now);
        Ok(())
    }

    /// Returns the permits of a report that was counted, and is the repetition of another one.
    pub(crate) fn give_back(&self, reporter: Reporter, tenant: Option<TenantId>) {
        let mut limiters = self.limiters();
        for sender in reporter.senders() {
            limiters.senders.give_back(&sender, sender.limit());
        }
        limiters.tenants.give_back(&tenant, &PER_TENANT);
        limiters.all.give_back(&(), &GLOBAL);
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

    fn at(address: &str) -> Reporter {
        Reporter { address: Some(address.parse().expect("an address")), known_browser: None }
    }

    fn numbered(number: u32) -> Reporter {
        Reporter { address: Some(IpAddr::from(number.to_be_bytes())), known_browser: None }
    }

    fn known(number: u8) -> Reporter {
        Reporter { known_browser: Some([number; 16]), ..at("192.0.2.1") }
    }

    fn id(number: u128) -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(number))
    }

    /// Returns how many reports are accepted, and the number of the last refusal.
    fn send(reports: &Reports, of: impl Iterator<Item = (Reporter, u128)>) -> (usize, u32) {
        let results: Vec<_> = of.map(|(one, to)| reports.count(one, Some(id(to)), NOW)).collect();
        let last = results.iter().filter_map(|it| it.as_ref().err()).next_back();
        (results.iter().filter(|it| it.is_ok()).count(), last.map_or(0, Refusal::number))
    }

    #[test]
    fn report_rate_limit_applies_to_each_network_alone() {
        // Sends five at once and the sixth after two minutes, from addresses of one /64.
        let limits = Reports::default();
        let here = |end: u16| at(&format!("2001:db8:0:1::{end}"));
        for end in 0..5 {
            assert!(limits.count(here(end), None, NOW).is_ok());
        }
        let refused = limits.count(here(9), None, NOW).expect_err("too many");
        assert_eq!(refused.number(), 88_000_244);
        assert_eq!(refused.arguments(), [("minutes", "2".to_owned())]);
        assert!(limits.count(at("192.0.2.1"), None, NOW).is_ok());
        assert!(limits.count(here(9), None, NOW + Seconds::new(119)).is_err());
        assert!(limits.count(here(9), None, NOW + Seconds::new(120)).is_ok());
    }

    #[test]
    fn networks_of_one_site_share_a_limit() {
        // Sends one report from each of many /64 networks of one /48, and one from another site.
        let limits = Reports::default();
        let flood = (0..100).map(|one| (at(&format!("2001:db8:0:{one}::1")), 1));
        assert_eq!(send(&limits, flood), (20, 88_000_244));
        assert!(limits.count(at("2001:db8:1::1"), Some(id(1)), NOW).is_ok());
    }

    #[test]
    fn flood_of_48_addresses_leaves_reporting_open_to_others() {
        // Hostile input LM5: sends five reports from each of 48 addresses, as often as they pass.
        // Then 90 other addresses report, and a known browser.
        let limits = Reports::default();
        let flood = (0..480).map(|one| (numbered(one % 48), 1));
        assert_eq!(send(&limits, flood), (120, 88_000_245));
        let others = (100..190).map(|one| (numbered(one), 1));
        assert_eq!(send(&limits, others), (90, 0));
        assert!(limits.count(known(1), Some(id(1)), NOW).is_ok());
    }

    #[test]
    fn known_browsers_report_though_the_limit_of_others_is_spent() {
        // Spends the limit of unknown senders from ever new addresses. Five known browsers report
        // then, each up to its own limit, from an address that many share.
        let limits = Reports::default();
        let flood = (0..1_000).map(|one| (numbered(one), 1));
        assert_eq!(send(&limits, flood), (216, 88_000_245));
        let known_browsers = (0..30).map(|one| (known(one / 6), 1));
        assert_eq!(send(&limits, known_browsers), (24, 88_000_245));
    }

    #[test]
    fn known_browsers_of_one_address_leave_reporting_open_to_others() {
        // Hostile input LM5: one user reports with 48 browsers at one address, each up to its own
        // limit. Then other addresses report, and a known browser at another address.
        let limits = Reports::default();
        let flood = (0..240).map(|one| (known(one % 48), 1));
        assert_eq!(send(&limits, flood), (60, 88_000_244));
        let others = (100..250).map(|one| (numbered(one), 1));
        assert_eq!(send(&limits, others), (150, 0));
        let elsewhere = Reporter { known_browser: Some([99; 16]), ..at("198.51.100.1") };
        assert!(limits.count(elsewhere, Some(id(1)), NOW).is_ok());
        assert!(limits.count(known(49), Some(id(1)), NOW + Seconds::new(30)).is_ok());
    }

    #[test]
    fn flood_of_two_tenants_leaves_reporting_open_in_others() {
        // Hostile input LM5: floods five tenants from ever new addresses. Ten other tenants still
        // get twenty reports each.
        let limits = Reports::default();
        let flood = (0..5_000).map(|one| (numbered(one), u128::from(one % 5)));
        assert_eq!(send(&limits, flood), (300, 88_000_246));
        let others = (10_000..10_200).map(|one| (numbered(one), u128::from(10 + one % 10)));
        assert_eq!(send(&limits, others), (200, 0));
    }

    #[test]
    fn refused_report_takes_no_memory() {
        // Sends a report from each of many addresses, each for another tenant; and as many from
        // others after three hours, when the first ones have expired.
        let limits = Reports::default();
        let flood = (0..2_000).map(|one| (numbered(one), u128::from(one)));
        assert_eq!(send(&limits, flood), (540, 88_000_246));
        let sizes = |it: &Reports| {
            let limiters = it.limiters();
            (limiters.senders.len(), limiters.tenants.len())
        };
        assert_eq!(sizes(&limits), (540, 540));
        for one in 2_000..4_000 {
            let later = NOW + Seconds::hours(3);
            drop(limits.count(numbered(one), Some(id(u128::from(one))), later));
        }
        assert_eq!(sizes(&limits), (540, 540));
    }
}
