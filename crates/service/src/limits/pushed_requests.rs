//! The rate limit of pushed requests, for each network.

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use catalogue::{Refusal, refusal};
use model::Timestamp;

use super::{
    network::network_of,
    rate_limit::{RateLimit, RateLimiter},
};

/// At most 1,920 requests of one network are stored at a time, because each lives half an hour.
const PER_NETWORK: RateLimit = RateLimit { burst: 120, refill_seconds: 1 };

/// The rate limiter. All senders without an address share one limit.
#[derive(Default)]
pub(crate) struct PushedRequests(Mutex<RateLimiter<Option<IpAddr>>>);

impl PushedRequests {
    /// Counts a request that is about to be stored.
    ///
    /// # Errors
    /// The rate limit of the network is reached.
    pub(crate) fn count(
        &self,
        remote_address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let network = remote_address.map(network_of);
        let mut limiter = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(minutes) = limiter.wait_minutes(&network, &PER_NETWORK, now) {
            return Err(refusal::too_many_pushed_requests(minutes));
        }
        limiter.consume(network, &PER_NETWORK, now);
        Ok(())
    }
}
