//! The rate limit of pushed requests, for each network and site, and for each known browser.

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::{PeerNetwork, Timestamp};

use super::rate_limit::{RateLimit, RateLimiter};
use crate::nodes::NodeCount;

/// At most 1,920 requests of one network are stored at a time, because each lives half an hour.
const PER_NETWORK: RateLimit = RateLimit { burst: 120, refill_seconds: 1 };
/// At most 2,280 requests of one IPv6 /48 are stored at a time.
const PER_SITE: RateLimit = RateLimit { burst: 480, refill_seconds: 1 };

/// At most 210 requests of one known browser are stored at a time.
const PER_BROWSER: RateLimit = RateLimit { burst: 30, refill_seconds: 10 };

/// The rate limiters. All senders without an address share one limit.
///
/// A browser in which a user has signed in has a limit of its own, which other senders at its
/// address do not use up. The known browsers of a site share one, too: one user can have many.
#[cfg_attr(test, derive(Default))]
pub(crate) struct PushedRequests(Mutex<Limiters>);

#[cfg_attr(test, derive(Default))]
struct Limiters {
    networks: RateLimiter<Option<IpAddr>>,
    sites: RateLimiter<Option<IpAddr>>,
    browsers: RateLimiter<[u8; 16]>,
    known_sites: RateLimiter<Option<IpAddr>>,
}

impl PushedRequests {
    /// Creates the limiters of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self(Mutex::new(Limiters {
            networks: RateLimiter::new(nodes),
            sites: RateLimiter::new(nodes),
            browsers: RateLimiter::new(nodes),
            known_sites: RateLimiter::new(nodes),
        }))
    }

    /// Counts a request that is about to be stored.
    ///
    /// # Errors
    /// The rate limit of the network or its site is reached, and that of the browser if it is
    /// known.
    pub(crate) fn count(
        &self,
        remote_address: Option<IpAddr>,
        known_browser: Option<[u8; 16]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let networks = remote_address.map(PeerNetwork::of);
        let (network, site) = (networks.map(|it| it.address), networks.map(|it| it.site));
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known_browser.is_some_and(|browser| limiters.is_known_counted((browser, site), now)) {
            return Ok(());
        }
        let of_network = limiters.networks.wait_minutes(&network, &PER_NETWORK, now);
        let of_site = limiters.sites.wait_minutes(&site, &PER_SITE, now);
        if let Some(minutes) = of_network.max(of_site) {
            return Err(refusal::too_many_pushed_requests(minutes));
        }
        limiters.networks.consume(network, &PER_NETWORK, now);
        limiters.sites.consume(site, &PER_SITE, now);
        Ok(())
    }
}

impl Limiters {
    /// Counts a request of a known browser. Returns whether its limits let it pass.
    fn is_known_counted(
        &mut self,
        (browser, site): ([u8; 16], Option<IpAddr>),
        now: Timestamp,
    ) -> bool {
        let of_browser = self.browsers.wait_minutes(&browser, &PER_BROWSER, now);
        let of_site = self.known_sites.wait_minutes(&site, &PER_SITE, now);
        if of_browser.or(of_site).is_some() {
            return false;
        }
        self.browsers.consume(browser, &PER_BROWSER, now);
        self.known_sites.consume(site, &PER_SITE, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_requests_are_limited_for_each_network_and_site() {
        // Hostile input LM9: pushes from one /64, from the others of its /48, and from elsewhere.
        let (limits, now) = (PushedRequests::default(), Timestamp::from_seconds(1_795_363_200));
        let pushed = |address: &dyn Fn(u32) -> String| {
            let address = |one| Some(address(one).parse().expect("an address"));
            (0..1_000).filter(|one| limits.count(address(*one), None, now).is_ok()).count()
        };
        assert_eq!(pushed(&|one| format!("2001:db8:0:1::{one}")), 120);
        assert_eq!(pushed(&|one| format!("2001:db8:0:{one}::1")), 360);
        assert_eq!(pushed(&|_| "2001:db8:1::1".to_owned()), 120);
        assert_eq!(pushed(&|_| "192.0.2.1".to_owned()), 120);
    }

    #[test]
    fn flood_of_one_address_leaves_the_known_browsers_at_it() {
        // Pushes from one address until it is refused, then from a browser there that is known, and
        // from many that are. The known ones of a site have a limit together, too.
        let (limits, now) = (PushedRequests::default(), Timestamp::from_seconds(1_795_363_200));
        let pushed = |browser: &dyn Fn(u32) -> Option<[u8; 16]>| {
            let address = "192.0.2.1".parse().ok();
            (0..1_000).filter(|one| limits.count(address, browser(*one), now).is_ok()).count()
        };
        let known = |one: u32| Some(u128::from(one).to_be_bytes());
        assert_eq!(pushed(&|_| None), 120);
        assert_eq!(pushed(&|_| known(1_000)), 30);
        assert_eq!(pushed(&known), 450);
        let elsewhere = limits.count("192.0.2.2".parse().ok(), known(2_000), now);
        assert!(elsewhere.is_ok());
    }
}
