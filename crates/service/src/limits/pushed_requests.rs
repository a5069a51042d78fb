//! The rate limit of pushed requests, for each network and site.

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::{PeerNetwork, Timestamp};

use super::rate_limit::{RateLimit, RateLimiter};

/// At most 1,920 requests of one network are stored at a time, because each lives half an hour.
const PER_NETWORK: RateLimit = RateLimit { burst: 120, refill_seconds: 1 };
/// At most 2,280 requests of one IPv6 /48 are stored at a time.
const PER_SITE: RateLimit = RateLimit { burst: 480, refill_seconds: 1 };

/// The rate limiters. All senders without an address share one limit.
#[derive(Default)]
pub(crate) struct PushedRequests(Mutex<Limiters>);

#[derive(Default)]
struct Limiters {
    networks: RateLimiter<Option<IpAddr>>,
    sites: RateLimiter<Option<IpAddr>>,
}

impl PushedRequests {
    /// Counts a request that is about to be stored.
    ///
    /// # Errors
    /// The rate limit of the network or its site is reached.
    pub(crate) fn count(
        &self,
        remote_address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let networks = remote_address.map(PeerNetwork::of);
        let (network, site) = (networks.map(|it| it.address), networks.map(|it| it.site));
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_requests_are_limited_for_each_network_and_site() {
        // Hostile input LM9: pushes from one /64, from the others of its /48, and from elsewhere.
        let (limits, now) = (PushedRequests::default(), Timestamp::from_seconds(1_795_363_200));
        let pushed = |address: &dyn Fn(u32) -> String| {
            let address = |one| Some(address(one).parse().expect("an address"));
            (0..1_000).filter(|one| limits.count(address(*one), now).is_ok()).count()
        };
        assert_eq!(pushed(&|one| format!("2001:db8:0:1::{one}")), 120);
        assert_eq!(pushed(&|one| format!("2001:db8:0:{one}::1")), 360);
        assert_eq!(pushed(&|_| "2001:db8:1::1".to_owned()), 120);
        assert_eq!(pushed(&|_| "192.0.2.1".to_owned()), 120);
    }
}
