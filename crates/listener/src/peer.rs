//! The address of the sender of a request: the peer, or the client that a trusted proxy names.

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderMap, HeaderName};
use model::IpNetwork;

use crate::{
    forwarded::{FORWARDED_FOR, ForwardedHeader, Hop, hops},
    trusted_proxy::TrustedProxy,
};

/// The IP address of the sender of a request. An extension of the request, unless the sender is a
/// process at a UNIX socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The address. IPv4-mapped IPv6 addresses are stored as IPv4.
    pub address: IpAddr,
}

/// The trusted proxies: only they may name the sender of a request.
pub(crate) struct TrustedProxies {
    networks: Vec<IpNetwork>,
    unix: bool,
    header: Option<ForwardedHeader>,
}

/// The sender of a request, and what is wrong with the headers that name it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    /// The sender. `None` if it is a process at a UNIX socket.
    pub(crate) peer: Option<Peer>,
    /// The problem of the headers, if there is one.
    pub(crate) problem: Option<ForwardingProblem>,
}

/// A problem of the headers that name the sender.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ForwardingProblem {
    /// A trusted proxy named a sender that cannot be read.
    Unreadable(String),
    /// A peer that is no trusted proxy named a sender.
    Unlisted(IpAddr),
}

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
    pub(crate) fn new(proxies: &[TrustedProxy], header: Option<ForwardedHeader>) -> Self {
        let networks = proxies.iter().filter_map(|proxy| match proxy {
            TrustedProxy::Network(network) => Some(*network),
            TrustedProxy::Unix => None,
        });
        let unix = proxies.contains(&TrustedProxy::Unix);
        Self { networks: networks.collect(), unix, header }
    }

    /// Returns whether others than the proxies and this machine can reach a plain HTTP listener at
    /// this local address. Returns `false` without proxies: the operator then chose to serve every
    /// client.
    pub(crate) fn is_exposed(&self, local: Option<IpAddr>) -> bool {
        let is_loopback = local.is_some_and(|local| local.to_canonical().is_loopback());
        !self.networks.is_empty() && !is_loopback
    }

    /// Returns whether the peer of a connection is a trusted proxy. A connection over a UNIX socket
    /// has no peer.
    pub(crate) fn contains(&self, connected: Option<Peer>) -> bool {
        connected.map_or(self.unix, |peer| self.contains_address(peer.address))
    }

    fn contains_address(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }

    /// Returns the sender of a request, and removes the headers that proxies set.
    pub(crate) fn resolve(&self, connected: Option<Peer>, headers: &mut HeaderMap) -> Sender {
        // Most requests have none: one look at the names costs less than a look-up of each.
        if !headers.keys().any(is_forwarded_header) {
            return Sender { peer: connected, problem: None };
        }
        let is_forwarded = headers.contains_key(FORWARDED_FOR) || headers.contains_key(FORWARDED);
        let sender = match (is_forwarded, connected) {
            (true, _) if self.contains(connected) => self.forwarded_for(connected, headers),
            (true, Some(peer)) => {
                let problem = Some(ForwardingProblem::Unlisted(peer.address));
                Sender { peer: connected, problem }
            }
            _ => Sender { peer: connected, problem: None },
        };
        for name in &FORWARDED_HEADERS {
            headers.remove(name);
        }
        sender
    }

    /// Returns the last named hop that is not a trusted proxy. The sender can forge every hop
    /// before it.
    fn forwarded_for(&self, connected: Option<Peer>, headers: &HeaderMap) -> Sender {
        let mut peer = connected;
        for hop in hops(headers, self.header) {
            match hop {
                Hop::Address(address) => peer = Some(Peer { address }),
                Hop::Unix if self.unix => continue,
                Hop::Unix => return unreadable(peer, "unix:".to_owned()),
                Hop::Unreadable(text) => return unreadable(peer, text),
            }
            if !self.contains(peer) {
                break;
            }
        }
        Sender { peer, problem: None }
    }
}

fn is_forwarded_header(name: &HeaderName) -> bool {
    (*name == FORWARDED || name.as_str().starts_with("x-")) && FORWARDED_HEADERS.contains(name)
}

fn unreadable(peer: Option<Peer>, text: String) -> Sender {
    Sender { peer, problem: Some(ForwardingProblem::Unreadable(text)) }
}

#[cfg(test)]
mod tests {
    use http::header::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn proxies(texts: &[&str]) -> TrustedProxies {
        let proxies: Vec<TrustedProxy> =
            texts.iter().map(|text| text.parse().expect("a proxy")).collect();
        TrustedProxies::new(&proxies, None)
    }

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse().expect("an address") }
    }

    fn headers(forwarded: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        headers.insert("x-forwarded-host", HeaderValue::from_static("evil.test"));
        headers.insert("host", HeaderValue::from_static("login.test"));
        headers
    }

    fn resolve(connected: &str, forwarded: &[&str]) -> String {
        let mut headers = headers(forwarded);
        let sender = proxies(&[PROXY]).resolve(Some(peer(connected)), &mut headers);
        sender.peer.expect("a peer").address.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_can_name_another_sender() {
        // Row S17: a client forges the header, on a direct connection and through the proxy.
        assert_eq!(resolve("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(resolve(PROXY, &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(resolve(PROXY, &["203.0.113.66, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(resolve(PROXY, &["203.0.113.66", "198.51.100.1, 10.0.0.1"]), "198.51.100.1");
    }

    #[test]
    fn a_sender_with_a_port_is_named_without_it() {
        // The spellings of Azure Application Gateway and of proxies that write brackets.
        assert_eq!(resolve(PROXY, &["203.0.113.66, 198.51.100.7:51432"]), "198.51.100.7");
        assert_eq!(resolve(PROXY, &["[2001:db8::7]:51432, 10.0.0.1:80"]), "2001:db8::7");
    }

    #[test]
    fn a_chain_of_proxies_in_trusted_networks_is_followed() {
        // Three proxies of two networks and a UNIX socket, then a forged address before the sender.
        let proxies = proxies(&["10.0.0.0/8", "2001:db8:1::/48", "unix"]);
        let mut chain =
            headers(&["203.0.113.66, 198.51.100.1, 10.9.9.9:80", "[2001:db8:1::5]", "unix:"]);
        let sender = proxies.resolve(None, &mut chain);
        assert_eq!(sender, Sender { peer: Some(peer("198.51.100.1")), problem: None });
        let sender = proxies.resolve(None, &mut headers(&[]));
        assert_eq!(sender, Sender { peer: None, problem: None });
    }

    #[test]
    fn a_unix_socket_is_trusted_only_if_listed() {
        // A process at the UNIX socket names a sender, and a proxy names one at a UNIX socket.
        let listed = proxies(&["unix"]).resolve(None, &mut headers(&["198.51.100.1"]));
        assert_eq!(listed.peer, Some(peer("198.51.100.1")));
        let unlisted = proxies(&[PROXY]).resolve(None, &mut headers(&["198.51.100.1"]));
        assert_eq!(unlisted, Sender { peer: None, problem: None });
        let hop =
            proxies(&[PROXY]).resolve(Some(peer(PROXY)), &mut headers(&["198.51.100.1, unix:"]));
        let problem = Some(ForwardingProblem::Unreadable("unix:".to_owned()));
        assert_eq!(hop, Sender { peer: Some(peer(PROXY)), problem });
    }

    #[test]
    fn plain_http_beyond_loopback_is_exposed_if_there_are_proxies() {
        // Checks each kind of local address, with proxies and without; `0.0.0.0` is not loopback.
        let with_proxy = proxies(&[PROXY]);
        let exposed = |local: &str| with_proxy.is_exposed(local.parse().ok());
        assert!(["0.0.0.0", "::", "10.0.0.9", "2001:db8::1", "unknown"].map(exposed) == [true; 5]);
        assert!(["127.0.0.1", "::1", "::ffff:127.0.0.1"].map(exposed) == [false; 3]);
        assert!(!proxies(&[]).is_exposed("0.0.0.0".parse().ok()));
        assert!(with_proxy.contains(Some(peer(PROXY))));
        assert!(!with_proxy.contains(Some(peer("10.0.0.2"))));
    }

    #[test]
    fn an_unreadable_hop_ends_the_search_and_is_reported() {
        // An unreadable hop before the proxy: the proxy is the last known address.
        for (forwarded, value) in
            [("198.51.100.1, unknown", "unknown"), ("198.51.100.1, nonsense, 10.0.0.1", "nonsense")]
        {
            let sender = proxies(&[PROXY]).resolve(Some(peer(PROXY)), &mut headers(&[forwarded]));
            let problem = Some(ForwardingProblem::Unreadable(value.to_owned()));
            assert_eq!(sender, Sender { peer: Some(peer(PROXY)), problem });
        }
        assert_eq!(resolve(PROXY, &[]), PROXY);
        assert_eq!(resolve(PROXY, &["::ffff:198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn an_unlisted_peer_that_names_a_sender_is_reported() {
        // A peer outside of the list sends each header; without them there is nothing to report.
        let problem = Some(ForwardingProblem::Unlisted("192.0.2.9".parse().expect("an address")));
        let mut sent = headers(&["198.51.100.1"]);
        assert_eq!(proxies(&[PROXY]).resolve(Some(peer("192.0.2.9")), &mut sent).problem, problem);
        let mut sent = headers(&[]);
        sent.insert("forwarded", HeaderValue::from_static("for=198.51.100.1"));
        assert_eq!(proxies(&[]).resolve(Some(peer("192.0.2.9")), &mut sent).problem, problem);
        assert_eq!(proxies(&[]).resolve(Some(peer("192.0.2.9")), &mut headers(&[])).problem, None);
    }

    #[test]
    fn forwarded_headers_are_removed_from_every_request() {
        // Row H1: compares the remaining headers of a proxy and of another peer.
        for connected in [PROXY, "192.0.2.9"] {
            let mut headers = headers(&["198.51.100.1"]);
            headers.insert("forwarded", HeaderValue::from_static("for=1.1.1.1;host=evil.test"));
            proxies(&[PROXY]).resolve(Some(peer(connected)), &mut headers);
            assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["host"]);
        }
    }
}
