//! The host that a request names: exactly one (RFC 9112 §3.2, RFC 9113 §8.3.1).

use std::net::Ipv6Addr;

use axum::http::{Version, header::HOST, request::Parts, uri::Authority};
use catalogue::{Comparison, Difference, Refusal, refusal};

use crate::{http::header_values::single_header, state::Service};

impl Service {
    /// Returns whether a request names the host of this service in the usual way: one header
    /// `Host` that is, byte for byte, the host and port of the origin. No other check is needed
    /// then.
    pub(super) fn is_named_in(&self, head: &Parts) -> bool {
        let mut hosts = head.headers.get_all(HOST).iter();
        let is_own = hosts.next().is_some_and(|host| host.as_bytes() == self.host.as_bytes());
        is_own && hosts.next().is_none() && head.uri.authority().is_none()
    }
}

/// Refuses a request that names no host, several, or a malformed one. A cache or proxy in front of
/// the service might choose another of them.
pub(super) fn check(head: &Parts) -> Result<(), Refusal> {
    let lines = head.headers.get_all(HOST);
    let mut hosts = lines.iter().map(|host| host.to_str().unwrap_or_default());
    let authority = head.uri.authority().filter(|_| head.version == Version::HTTP_2);
    let problem = match (authority, hosts.next(), hosts.next()) {
        // HTTP/2 names the host by `:authority`, and `Host` may repeat it.
        (Some(_), None, _) => return Ok(()),
        (Some(authority), Some(host), None) if host.eq_ignore_ascii_case(authority.as_str()) => {
            return Ok(());
        }
        (None, Some(host), None) if is_host(host) => return Ok(()),
        (None, None, _) => Difference::new("missing"),
        (None, Some(_), None) => Difference::new("host_malformed"),
        (Some(_), Some(_), None) | (_, Some(_), Some(_)) => Difference::new("twice_differently"),
    };
    let named = authority.map(Authority::as_str).into_iter();
    let named = named.chain(lines.iter().map(|host| host.to_str().unwrap_or_default()));
    let named = named.collect::<Vec<_>>().join(", ");
    let comparison = Comparison::new("Host").received(named).with_difference(problem);
    Err(refusal::host_not_named().with(comparison))
}

/// Returns the host that a request names, in its URL or its header. Empty if it names none, or
/// several.
pub(super) fn named_host(head: &Parts) -> &str {
    let authority = head.uri.authority().map(Authority::as_str);
    authority.or_else(|| single_header(&head.headers, &HOST)).unwrap_or_default()
}

/// Returns whether a text is `uri-host [ ":" port ]` (RFC 9110 §7.2), and not empty. It allocates
/// nothing, unlike a parsed [`Authority`]: every request is checked.
fn is_host(text: &str) -> bool {
    let (is_host, rest) = match text.strip_prefix('[').map(|text| text.split_once(']')) {
        Some(None) => return false,
        Some(Some((literal, rest))) => (literal.parse::<Ipv6Addr>().is_ok(), rest),
        None => {
            let end = text.find(':').unwrap_or(text.len());
            let (name, rest) = text.split_at_checked(end).unwrap_or_default();
            (!name.is_empty() && name.bytes().all(is_name_byte), rest)
        }
    };
    is_host && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

/// Returns whether a text is a port, which may be empty (RFC 3986 §3.2.3).
fn is_port(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok();
    text.is_empty() || is_number
}

/// Returns whether a byte may stand in a `reg-name` (RFC 3986 §3.2.2). A percent-encoded byte may
/// not: no name in the DNS needs one.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&'..=b',' | b';' | b'=')
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn check_of(version: Version, url: &str, hosts: &[&str]) -> Option<u32> {
        let mut request = Request::builder().version(version).uri(url);
        for host in hosts {
            request = request.header("host", *host);
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        check(&head).err().map(|refusal| refusal.number())
    }

    #[test]
    fn request_names_exactly_one_host() {
        // ED5: the header and `:authority`, each missing, once, twice, different and malformed.
        let (one, two) = (Version::HTTP_11, Version::HTTP_2);
        for (version, url, hosts) in [
            (one, "/", &["id.test"][..]),
            (one, "/", &["[2001:db8::1]:8443"]),
            (one, "/", &["[::1]"]),
            (one, "/", &["127.0.0.1:80"]),
            (one, "/", &["id_1.test:"]),
            (one, "http://id.test/", &["other.test"]),
            (two, "https://id.test/", &[]),
            (two, "https://id.test/", &["ID.test"]),
            (two, "/", &["id.test"]),
        ] {
            assert_eq!(check_of(version, url, hosts), None, "{url} {hosts:?}");
        }
        for (version, url, hosts) in [
            (one, "/", &[][..]),
            (one, "http://id.test/", &[]),
            (one, "/", &["id.test", "id.test"]),
            (one, "/", &["id.test", "evil.test"]),
            (one, "/", &[""]),
            (one, "/", &["a b"]),
            (one, "/", &["user@id.test"]),
            (one, "/", &["id.test, evil.test"]),
            (one, "/", &["id.test/x"]),
            (one, "/", &["id.test:8443:1"]),
            (one, "/", &["id.test:x"]),
            (one, "/", &["id.test:65536"]),
            (one, "/", &[":443"]),
            (one, "/", &["[::1"]),
            (one, "/", &["[id.test]"]),
            (one, "/", &["[::1]x"]),
            (one, "/", &["2001:db8::1"]),
            (one, "/", &["id%2etest"]),
            (one, "/", &["id.test\\x"]),
            (two, "/", &[]),
            (two, "https://id.test/", &["evil.test"]),
            (two, "https://id.test/", &["id.test", "id.test"]),
        ] {
            assert_eq!(check_of(version, url, hosts), Some(88_000_311), "{url} {hosts:?}");
        }
    }
}
