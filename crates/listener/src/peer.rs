//! Who sent a request: the other end of the connection, or whom a listed proxy names.

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue};

/// The address that a request came from, as an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The address, IPv4 where it is an IPv4 address.
    pub address: IpAddr,
}

/// Addresses of proxies that may say on whose behalf they connect.
pub(super) struct Proxies(Vec<IpAddr>);

/// Addresses that are looked at in `X-Forwarded-For`, from the end.
const HOPS_MAX: usize = 32;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What only a proxy may say. Nothing in the service reads these, from anybody.
static SAID_BY_PROXIES: [HeaderName; 9] = [
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

impl Proxies {
    pub(super) fn new(addresses: Vec<IpAddr>) -> Self {
        Self(addresses.into_iter().map(|address| address.to_canonical()).collect())
    }

    /// Whether plain HTTP at this address would be open to more than the proxies and this machine.
    /// A listener without proxies is one that anybody may reach: its operator decided so.
    pub(super) fn must_be_asked(&self, local: Option<IpAddr>) -> bool {
        let loopback = local.is_some_and(|local| local.to_canonical().is_loopback());
        !self.0.is_empty() && !loopback
    }

    /// Whether the other end of a connection is one of them.
    pub(super) fn contain(&self, connected: Peer) -> bool {
        self.0.contains(&connected.address)
    }

    /// Who sent the request, and takes the headers away that say so.
    pub(super) fn resolve(&self, connected: Peer, headers: &mut HeaderMap) -> Peer {
        let peer = if self.contain(connected) { self.named(connected, headers) } else { connected };
        for name in &SAID_BY_PROXIES {
            headers.remove(name);
        }
        peer
    }

    /// The last address that is not one of ours: whatever stands before it, anybody can write.
    fn named(&self, connected: Peer, headers: &HeaderMap) -> Peer {
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

    fn resolved(connected: &str, forwarded: &[&str]) -> (String, HeaderMap) {
        let proxies = Proxies::new(vec![PROXY.parse().expect("an address")]);
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
    fn nobody_but_a_listed_proxy_names_another_sender() {
        // Row S17: a caller writes the header itself, straight and through the proxy.
        assert_eq!(resolved("192.0.2.9", &["198.51.100.1"]).0, "192.0.2.9");
        assert_eq!(resolved(PROXY, &["198.51.100.1"]).0, "198.51.100.1");
        assert_eq!(resolved(PROXY, &["203.0.113.66, 198.51.100.1"]).0, "198.51.100.1");
        assert_eq!(resolved(PROXY, &["203.0.113.66", "198.51.100.1, 10.0.0.1"]).0, "198.51.100.1");
    }

    #[test]
    fn plain_http_off_loopback_is_for_the_proxies_alone() {
        // Asks for each kind of address, with proxies and without; any address is not loopback.
        let proxies = Proxies::new(vec![PROXY.parse().expect("an address")]);
        let asked = |local: &str| proxies.must_be_asked(local.parse().ok());
        assert!(["0.0.0.0", "::", "10.0.0.9", "2001:db8::1", "unknown"].map(asked) == [true; 5]);
        assert!(["127.0.0.1", "::1", "::ffff:127.0.0.1"].map(asked) == [false; 3]);
        assert!(!Proxies::new(Vec::new()).must_be_asked("0.0.0.0".parse().ok()));
        let from = |address: &str| Peer { address: address.parse().expect("an address") };
        assert!(proxies.contain(from(PROXY)));
        assert!(!proxies.contain(from("10.0.0.2")));
    }

    #[test]
    fn an_unreadable_hop_ends_the_search() {
        // A proxy that passes nonsense on is itself the last address known.
        assert_eq!(resolved(PROXY, &["198.51.100.1, unknown"]).0, PROXY);
        assert_eq!(resolved(PROXY, &["198.51.100.1, nonsense, 10.0.0.1"]).0, PROXY);
        assert_eq!(resolved(PROXY, &[]).0, PROXY);
        assert_eq!(resolved(PROXY, &["::ffff:198.51.100.1"]).0, "198.51.100.1");
    }

    #[test]
    fn headers_of_proxies_reach_no_handler() {
        // Row H1: looks at what is left, from a proxy and from anybody else.
        for connected in [PROXY, "192.0.2.9"] {
            let (_, headers) = resolved(connected, &["198.51.100.1"]);
            assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["host"]);
        }
    }
}
