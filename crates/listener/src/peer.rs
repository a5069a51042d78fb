//! The address of the sender of a request: the peer, or the client that a trusted proxy names.

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue};

/// The IP address of the sender of a request. An extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The address. IPv4-mapped IPv6 addresses are stored as IPv4.
    pub address: IpAddr,
}

/// The addresses of trusted proxies: only their `X-Forwarded-For` header counts.
pub(crate) struct TrustedProxies(Vec<IpAddr>);

/// Maximum number of addresses that are read from `X-Forwarded-For`, starting at its end.
const HOPS_MAX: usize = 32;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Headers that proxies set. They are removed from every request; no handler reads them.
static FORWARDED_HEADERS: [HeaderName; 9] = [
    FORWARDED_FOR,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-client-cert"),
    HeaderName::from_static("x-ssl-cert"),
    HeaderName::from_static("x-real-ip"),
    FORWARDED,
];

impl TrustedProxies {
    pub(crate) fn new(addresses: Vec<IpAddr>) -> Self {
        Self(addresses.into_iter().map(|address| address.to_canonical()).collect())
    }

    /// Returns whether others than the proxies and this machine can reach a plain HTTP listener at
    /// this local address. Returns `false` without proxies: the operator then chose to serve every
    /// client.
    pub(crate) fn is_exposed(&self, local: Option<IpAddr>) -> bool {
        let is_loopback = local.is_some_and(|local| local.to_canonical().is_loopback());
        !self.0.is_empty() && !is_loopback
    }

    /// Returns whether the peer of a connection is a trusted proxy.
    pub(crate) fn contains(&self, connected: Peer) -> bool {
        self.0.contains(&connected.address)
    }

    /// Returns the sender of a request, and removes the headers that proxies set.
    pub(crate) fn resolve(&self, connected: Peer, headers: &mut HeaderMap) -> Peer {
        let peer = if self.contains(connected) {
            self.forwarded_for(connected, headers)
        } else {
            connected
        };
        for name in &FORWARDED_HEADERS {
            headers.remove(name);
        }
        peer
    }

    /// Returns the last address of `X-Forwarded-For` that is not a trusted proxy. The sender can
    /// forge every address before it.
    fn forwarded_for(&self, connected: Peer, headers: &HeaderMap) -> Peer {
        let values: Vec<&HeaderValue> = headers.get_all(FORWARDED_FOR).iter().collect();
        let hops = values
            .into_iter()
            .rev()
            .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','))
            .take(HOPS_MAX);
        let mut peer = connected;
        for hop in hops {
            let Some(address) = parse(hop) else { break };
            peer = Peer { address };
            if !self.0.contains(&address) {
                break;
            }
        }
        peer
    }
}

fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn resolve(connected: &str, forwarded: &[&str]) -> (String, HeaderMap) {
        let proxies = TrustedProxies::new(vec![PROXY.parse().expect("an address")]);
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        headers.insert("x-forwarded-host", HeaderValue::from_static("evil.test"));
        headers.insert("host", HeaderValue::from_static("login.test"));
        let connected = Peer { address: connected.parse().expect("an address") };
        let peer = proxies.resolve(connected, &mut headers);
        (peer.address.to_string(), headers)
    }

    #[test]
    fn only_a_trusted_proxy_can_name_another_sender() {
        // Row S17: a client forges the header, on a direct connection and through the proxy.
        assert_eq!(resolve("192.0.2.9", &["198.51.100.1"]).0, "192.0.2.9");
        assert_eq!(resolve(PROXY, &["198.51.100.1"]).0, "198.51.100.1");
        assert_eq!(resolve(PROXY, &["203.0.113.66, 198.51.100.1"]).0, "198.51.100.1");
        assert_eq!(resolve(PROXY, &["203.0.113.66", "198.51.100.1, 10.0.0.1"]).0, "198.51.100.1");
    }

    #[test]
    fn plain_http_beyond_loopback_is_exposed_if_there_are_proxies() {
        // Checks each kind of local address, with proxies and without; `0.0.0.0` is not loopback.
        let proxies = TrustedProxies::new(vec![PROXY.parse().expect("an address")]);
        let exposed = |local: &str| proxies.is_exposed(local.parse().ok());
        assert!(["0.0.0.0", "::", "10.0.0.9", "2001:db8::1", "unknown"].map(exposed) == [true; 5]);
        assert!(["127.0.0.1", "::1", "::ffff:127.0.0.1"].map(exposed) == [false; 3]);
        assert!(!TrustedProxies::new(Vec::new()).is_exposed("0.0.0.0".parse().ok()));
        let from = |address: &str| Peer { address: address.parse().expect("an address") };
        assert!(proxies.contains(from(PROXY)));
        assert!(!proxies.contains(from("10.0.0.2")));
    }

    #[test]
    fn a_malformed_hop_ends_the_search_for_the_sender() {
        // A malformed address before the proxy: the proxy is the last known address.
        assert_eq!(resolve(PROXY, &["198.51.100.1, unknown"]).0, PROXY);
        assert_eq!(resolve(PROXY, &["198.51.100.1, nonsense, 10.0.0.1"]).0, PROXY);
        assert_eq!(resolve(PROXY, &[]).0, PROXY);
        assert_eq!(resolve(PROXY, &["::ffff:198.51.100.1"]).0, "198.51.100.1");
    }

    #[test]
    fn forwarded_headers_are_removed_from_every_request() {
        // Row H1: compares the remaining headers of a proxy and of another peer.
        for connected in [PROXY, "192.0.2.9"] {
            let (_, headers) = resolve(connected, &["198.51.100.1"]);
            assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["host"]);
        }
    }
}
