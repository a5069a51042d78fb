//! Limits how many requests run at once, in all and for each network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::networks::Network;

/// The share of one network (an IPv4 address or an IPv6 /48), as a divisor of all requests. Many
/// users can have one address, behind NAT.
const NETWORK_SHARE: usize = 4;
/// The share of one network while three quarters of all requests run, as a divisor: a few networks
/// cannot take all places.
const CROWDED_SHARE: usize = 16;
/// The body of a refused request. It is written without a look at the request, so it has no ids.
const BODY: &str = concat!(
    r#"{"error":"temporarily_unavailable","error_description":"Too many requests of this network "#,
    r#"address are running. Try again in a second."}"#
);

/// The policy of a response that is no page.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// The requests that run. Each may hold a body, a database connection and a place in a queue.
#[derive(Debug)]
pub(super) struct Requests {
    max: usize,
    running: AtomicUsize,
}

/// The place of a running request, which its end frees.
pub(crate) struct RunningRequest {
    requests: Arc<Requests>,
    network: Option<Arc<Network>>,
}

impl Requests {
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max, running: AtomicUsize::new(0) })
    }

    /// Returns a place for a request of this network. `None` if all places or those of the network
    /// are taken.
    ///
    /// `network` is `None` at a UNIX socket without a named sender, which has no share.
    pub(super) fn start(self: &Arc<Self>, network: Option<Arc<Network>>) -> Option<RunningRequest> {
        let running = self.running.fetch_add(1, Ordering::Relaxed);
        let is_crowded = running >= self.max / 4 * 3;
        let share = if is_crowded { CROWDED_SHARE } else { NETWORK_SHARE };
        let of_network = network.as_ref().map(|it| it.running.fetch_add(1, Ordering::Relaxed));
        // Dropped, it gives back what was counted.
        let place = RunningRequest { requests: Arc::clone(self), network };
        let has_share = of_network.is_none_or(|of_network| of_network < (self.max / share).max(1));
        (running < self.max && has_share).then_some(place)
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.requests.running.fetch_sub(1, Ordering::Relaxed);
        if let Some(network) = &self.network {
            network.running.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Returns the response to a request that gets no place.
pub(crate) fn refuse() -> Response {
    let mut response = Response::new(Body::from(BODY));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

#[cfg(test)]
mod tests {
    use super::super::networks::Networks;
    use super::*;

    fn start(
        (requests, networks): &(Arc<Requests>, Networks),
        sender: &str,
    ) -> Option<RunningRequest> {
        requests.start(Some(networks.of(sender.parse().expect("an address"))))
    }

    fn requests(max: usize) -> (Arc<Requests>, Networks) {
        (Requests::new(max), Networks::default())
    }

    #[test]
    fn a_network_has_a_quarter_of_the_running_requests() {
        // ED12: starts requests of many addresses of one IPv6 /48, then of an IPv4 address, until
        // they are refused; a place is free again when a request ends.
        let requests = requests(16);
        let of_site: Vec<_> =
            (0..9).filter_map(|one| start(&requests, &format!("2001:db8:1:{one}::1"))).collect();
        let mut other: Vec<_> = (0..9).filter_map(|_| start(&requests, "192.0.2.1")).collect();
        assert_eq!((of_site.len(), other.len()), (4, 4));
        other.pop();
        assert!(start(&requests, "192.0.2.1").is_some());
    }

    #[test]
    fn refused_request_gets_a_response_with_security_headers() {
        // Reads the headers of the response, which the service does not build.
        let response = refuse();
        let header = |name: http::HeaderName| response.headers().get(name).cloned();
        let expected = |value| Some(HeaderValue::from_static(value));
        assert_eq!(header(X_CONTENT_TYPE_OPTIONS), expected("nosniff"));
        assert_eq!(header(X_FRAME_OPTIONS), expected("DENY"));
        assert_eq!(header(REFERRER_POLICY), expected("no-referrer"));
        assert_eq!(header(CONTENT_SECURITY_POLICY), expected(NO_PAGE));
    }

    #[test]
    fn four_networks_with_many_requests_leave_places_to_others() {
        // ED12: three networks take their quarters; each further one gets a sixteenth.
        let requests = requests(64);
        let taken = |last: u8, places: usize| -> Vec<_> {
            let address = format!("192.0.2.{last}");
            (0..places).filter_map(|_| start(&requests, &address)).collect()
        };
        let floods: Vec<Vec<_>> = (1..=4).map(|last| taken(last, 40)).collect();
        let sizes: Vec<usize> = floods.iter().map(Vec::len).collect();
        assert_eq!(sizes, [16, 16, 16, 4]);
        assert_eq!((taken(5, 40).len(), taken(6, 3).len()), (4, 3));
    }

    #[test]
    fn all_running_requests_are_limited_and_leave_no_entry() {
        // ED12: starts requests of sixteen networks: all places are taken, also for a UNIX socket.
        // When they have ended, none is counted.
        let requests = requests(16);
        let running: Vec<_> =
            (0..32).filter_map(|one| start(&requests, &format!("192.0.2.{}", one % 16))).collect();
        assert_eq!(running.len(), 16);
        assert!(requests.0.start(None).is_none());
        drop(running);
        let of_network = requests.1.of([192, 0, 2, 1].into()).running.load(Ordering::Relaxed);
        assert_eq!((requests.0.running.load(Ordering::Relaxed), of_network), (0, 0));
    }
}
