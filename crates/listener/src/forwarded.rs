//! Reads `X-Forwarded-For` and `Forwarded` (RFC 7239): the addresses of the hops of a request, the
//! last hop first. The parameters `host`, `proto` and `by` of `Forwarded` are never read.

use std::net::{IpAddr, SocketAddr};

use http::header::{FORWARDED, HeaderMap, HeaderName};

pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Splits the value of a header into its elements.
type Elements = fn(&str) -> Vec<&str>;

/// Maximum number of hops that are read, starting at the last one.
const HOPS_MAX: usize = 32;
/// The longest part of a hop that is logged, in characters.
const LOGGED_MAX: usize = 64;

/// The header that names the sender of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies set.
    ForwardedFor,
    /// `Forwarded`, the header of RFC 7239.
    Forwarded,
}

/// A hop as a proxy named it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// An address. The port, if there is one, is left out.
    Address(IpAddr),
    /// A process that connected over a UNIX socket, as nginx writes it.
    Unix,
    /// A hop whose address cannot be read, such as `unknown`.
    Unreadable(String),
}

/// Returns the hops that the headers name, the last one first. Without a selected header, reads
/// `X-Forwarded-For`, and `Forwarded` only if the other is missing: a proxy that sets one of them
/// may pass on the other as the client sent it.
pub(crate) fn hops(headers: &HeaderMap, selected: Option<ForwardedHeader>) -> Vec<Hop> {
    let has_forwarded_for = headers.contains_key(FORWARDED_FOR);
    let fallback =
        if has_forwarded_for { ForwardedHeader::ForwardedFor } else { ForwardedHeader::Forwarded };
    let (name, elements, read): (_, Elements, fn(&str) -> Option<Hop>) =
        match selected.unwrap_or(fallback) {
            // This header has no quoted strings. A quote of the client must not hide the comma that
            // a proxy writes after it.
            ForwardedHeader::ForwardedFor => {
                (FORWARDED_FOR, |text| text.split(',').collect(), forwarded_for)
            }
            ForwardedHeader::Forwarded => (FORWARDED, |text| split(text, ','), forwarded),
        };
    let values: Vec<_> = headers.get_all(name).iter().collect();
    let mut hops = Vec::new();
    for value in values.into_iter().rev() {
        let text = String::from_utf8_lossy(value.as_bytes());
        hops.extend(elements(&text).into_iter().rev().filter_map(read).take(HOPS_MAX - hops.len()));
    }
    hops
}

/// Reads an element of `X-Forwarded-For`. Empty elements are skipped (RFC 9110 §5.6.1).
fn forwarded_for(element: &str) -> Option<Hop> {
    let element = element.trim();
    (!element.is_empty()).then(|| node(element))
}

/// Reads the parameter `for` of an element of `Forwarded`.
fn forwarded(element: &str) -> Option<Hop> {
    if element.trim().is_empty() {
        return None;
    }
    let pairs = split(element, ';');
    let mut pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    let sender = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    Some(sender.map_or_else(|| unreadable(element), |(_, value)| node(value.trim())))
}

/// Reads `192.0.2.1`, `192.0.2.1:51432`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:51432`,
/// in quotes or not.
fn node(text: &str) -> Hop {
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let node = quoted.unwrap_or(text);
    // nginx names the sender so if it listens on a UNIX socket itself.
    if node == "unix:" {
        return Hop::Unix;
    }
    let in_brackets = node.strip_prefix('[').and_then(|node| node.strip_suffix(']'));
    let address = match in_brackets {
        Some(address) => address.parse().ok().filter(IpAddr::is_ipv6),
        None => node.parse().ok(),
    };
    // A port may be one that the proxy obfuscates, such as `_1` (RFC 7239 §6.3).
    let without_port = || node.rsplit_once(":_").map(|(node, _)| format!("{node}:0"));
    let address = address
        .or_else(|| node.parse().ok().map(|node: SocketAddr| node.ip()))
        .or_else(|| without_port()?.parse().ok().map(|node: SocketAddr| node.ip()));
    address.map_or_else(|| unreadable(text), |address| Hop::Address(address.to_canonical()))
}

fn unreadable(text: &str) -> Hop {
    Hop::Unreadable(text.trim().chars().take(LOGGED_MAX).collect())
}

/// Splits at a separator outside of quoted strings (RFC 9110 §5.6.4). Splits at every separator if
/// the last quoted string does not end: a client that sends an open quote would otherwise hide the
/// elements that proxies append.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = text.split(|character| {
        if is_escaped {
            is_escaped = false;
            return false;
        }
        match character {
            '"' => is_quoted = !is_quoted,
            '\\' => is_escaped = is_quoted,
            _ => {}
        }
        character == separator && !is_quoted
    });
    let parts: Vec<&str> = parts.collect();
    if is_quoted { text.split(separator).collect() } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, value: &str) -> Vec<Hop> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().expect("a value"));
        hops(&headers, None)
    }

    fn address(text: &str) -> Hop {
        Hop::Address(text.parse().expect("an address"))
    }

    #[test]
    fn an_address_is_read_with_ports_and_brackets() {
        // Reads one address in every spelling that proxies send, in both headers.
        for (value, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7:51432", "198.51.100.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:51432", "2001:db8::7"),
            ("\"[2001:db8::7]:51432\"", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("198.51.100.7:_port", "198.51.100.7"),
        ] {
            assert_eq!(read("x-forwarded-for", value), [address(expected)], "{value}");
            let forwarded = format!("by=203.0.113.43;FOR={value};host=evil.test;proto=http");
            assert_eq!(read("forwarded", &forwarded), [address(expected)], "{value}");
        }
        assert_eq!(read("x-forwarded-for", "unix:"), [Hop::Unix]);
    }

    #[test]
    fn hops_come_last_first_and_empty_elements_are_skipped() {
        // Reads lists of several elements in both headers, one with commas inside of quotes.
        let expected = [address("198.51.100.2"), address("198.51.100.1")];
        assert_eq!(read("x-forwarded-for", "198.51.100.1,, 198.51.100.2 ,"), expected);
        let forwarded = r#"for=198.51.100.1;ext="a,\";for=9", for="198.51.100.2:80""#;
        assert_eq!(read("forwarded", forwarded), expected);
        assert_eq!(read("x-forwarded-for", &"192.0.2.1,".repeat(100)).len(), HOPS_MAX);
    }

    #[test]
    fn an_open_quote_does_not_hide_the_hop_after_it() {
        // A client sends a quote that does not end, and a proxy appends the client's address.
        let sender = address("198.51.100.7");
        for sent in ["\"", "1.2.3.4, \"", "\"1.2.3.4", "\\\""] {
            let value = format!("{sent}, 198.51.100.7");
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", value.parse().expect("a value"));
            assert_eq!(hops(&headers, None).first(), Some(&sender), "{value}");
        }
        for sent in ["for=1.2.3.4;x=\"", "for=1.2.3.4;x=\"\\\"", "for=1.2.3.4;x=\"\\", "\""] {
            for appended in ["for=198.51.100.7", "for=\"198.51.100.7:80\""] {
                let value = format!("{sent}, {appended}");
                let mut headers = HeaderMap::new();
                headers.insert("forwarded", value.parse().expect("a value"));
                assert_eq!(hops(&headers, None).first(), Some(&sender), "{value}");
            }
        }
    }

    #[test]
    fn a_hop_without_an_address_is_unreadable() {
        // Reads names, obfuscated identifiers, and broken spellings of addresses.
        for value in ["unknown", "_hidden", "300.1.1.1", "[192.0.2.1]", "[2001:db8::7", "a:b"] {
            assert_eq!(read("x-forwarded-for", value), [Hop::Unreadable(value.to_owned())]);
        }
        assert!(matches!(read("forwarded", "proto=https")[..], [Hop::Unreadable(_)]));
        let long = "x".repeat(1_000);
        assert_eq!(read("x-forwarded-for", &long), [Hop::Unreadable("x".repeat(LOGGED_MAX))]);
    }

    #[test]
    fn forwarded_counts_only_without_the_other_header() {
        // Sends both headers, with and without a selected one.
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.1".parse().expect("a value"));
        headers.insert("forwarded", "for=198.51.100.2".parse().expect("a value"));
        assert_eq!(hops(&headers, None), [address("198.51.100.1")]);
        let selected = Some(ForwardedHeader::Forwarded);
        assert_eq!(hops(&headers, selected), [address("198.51.100.2")]);
        headers.remove("forwarded");
        assert_eq!(hops(&headers, selected), []);
    }

    #[test]
    fn fuzzed_forwarded_header_never_panics() {
        // Reads mutated values of both headers, alone and together.
        let words =
            ["for=", "\"", "[", "]", "::1", "unix:", ";proto=", ",", "_hidden", "unknown", ":80"];
        fuzz::run("forwarded", &words, |input| {
            let Ok(value) = http::HeaderValue::from_bytes(input) else { return };
            let mut headers = HeaderMap::new();
            for name in [FORWARDED, FORWARDED_FOR] {
                headers.append(name, value.clone());
                assert!(hops(&headers, None).len() <= HOPS_MAX);
                assert!(hops(&headers, Some(ForwardedHeader::Forwarded)).len() <= HOPS_MAX);
            }
        });
    }
}
