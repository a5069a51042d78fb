//! Equivalence of hosts and of endpoint URLs: spellings that RFC 9110 §4.2.3 and RFC 3986 §6.2 call
//! the same. Issuers, audiences and redirect URIs are never compared this way, but byte for byte.

/// Returns whether a `host[:port]` is the host of an origin. The case of the host and a default
/// port do not matter.
pub fn is_host_of(host: &str, origin: &str) -> bool {
    let Some((scheme, own)) = origin.split_once("://") else { return false };
    without_default_port(scheme, host).eq_ignore_ascii_case(without_default_port(scheme, own))
}

/// Returns whether a `host[:port]` is the host of an origin with a trailing dot: the same name in
/// DNS, but another host for cookies and for web origins.
pub fn is_host_with_trailing_dot(host: &str, origin: &str) -> bool {
    // Nearly no request has the dot, and each is checked.
    if !split_port(host).0.ends_with('.') {
        return false;
    }
    let Some((scheme, own)) = origin.split_once("://") else { return false };
    let (sent_name, sent_port) = split_port(without_default_port(scheme, host));
    let (own_name, own_port) = split_port(without_default_port(scheme, own));
    let without_dot = sent_name.strip_suffix('.');
    without_dot.is_some_and(|name| name.eq_ignore_ascii_case(own_name)) && sent_port == own_port
}

/// Returns the path of a URL with this origin, from its first slash on. `None` if the origin is
/// another one.
pub fn path_at_origin<'a>(url: &'a str, origin: &str) -> Option<&'a str> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let is_same_scheme = origin.split_once("://")?.0.eq_ignore_ascii_case(scheme);
    (is_same_scheme && is_host_of(authority, origin)).then_some(path)
}

/// Returns whether two URLs name the same endpoint. Ignores the query and the fragment (RFC 9449
/// §4.3), and what RFC 3986 §6.2.2 and §6.2.3 call equivalent: the case of scheme and host, a
/// default port, an empty path, dot segments, and escapes of characters that need none.
pub fn is_same_endpoint(claimed: &str, called: &str) -> bool {
    match (endpoint(claimed), endpoint(called)) {
        (Some(claimed), Some(called)) => claimed == called,
        _ => false,
    }
}

fn endpoint(url: &str) -> Option<(String, String, String)> {
    let url = url.split(['?', '#']).next()?;
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = without_default_port(&scheme, authority).to_ascii_lowercase();
    Some((scheme, authority, without_dot_segments(&without_needless_escapes(path))))
}

/// Removes an empty port, or the default port of the scheme (RFC 3986 §6.2.3).
fn without_default_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let default = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    let without = authority.strip_suffix(default).or_else(|| authority.strip_suffix(':'));
    without.unwrap_or(authority)
}

/// Splits `host[:port]`. The colons of an address in brackets belong to the host.
fn split_port(authority: &str) -> (&str, &str) {
    match authority.rfind(':') {
        Some(at) if !authority.ends_with(']') => authority.split_at(at),
        _ => (authority, ""),
    }
}

/// Decodes the escapes of unreserved characters, and writes the others in capitals (RFC 3986
/// §6.2.2.1 and §6.2.2.2).
fn without_needless_escapes(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let escape = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escape.map(char::from) {
            Some(it) if it.is_ascii_alphanumeric() || "-._~".contains(it) => text.push(it),
            Some(_) => {
                text.push('%');
                text.push_str(&after.get(..2).unwrap_or_default().to_ascii_uppercase());
            }
            None => {
                text.push('%');
                rest = after;
                continue;
            }
        }
        rest = after.get(2..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Resolves `.` and `..` (RFC 3986 §5.2.4). An empty path becomes `/`.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                // A directory keeps its slash at the end.
                kept.extend(is_last.then_some(""));
            }
            name => kept.push(name),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_equivalent_in_any_case_and_with_its_default_port() {
        // Compares the host of an origin with and without a port, of both schemes.
        for (origin, same) in [
            ("https://id.example", &["id.example", "ID.Example", "id.example:443"][..]),
            ("https://id.example:8443", &["id.example:8443", "ID.EXAMPLE:8443"]),
            ("http://localhost", &["localhost:80", "LOCALHOST", "localhost:"]),
            ("https://[2001:db8::1]", &["[2001:DB8::1]:443", "[2001:db8::1]"]),
        ] {
            for host in same {
                assert!(is_host_of(host, origin), "{host} {origin}");
            }
        }
        for (origin, other) in [
            ("https://id.example", &["id.example:80", "id.example:8443", "", ":443"][..]),
            ("https://id.example", &["id.example.", "id.example.evil.test", "xid.example"]),
            ("https://id.example:8443", &["id.example", "id.example:443"]),
            ("http://localhost", &["localhost:443"]),
            ("https://[2001:db8::443]", &["[2001:db8:]"]),
        ] {
            for host in other {
                assert!(!is_host_of(host, origin), "{host} {origin}");
            }
        }
    }

    #[test]
    fn a_trailing_dot_is_recognized_on_the_own_host_only() {
        // Compares hosts with a dot, with ports, and other hosts.
        let origin = "https://id.example";
        for host in ["id.example.", "ID.example.", "id.example.:443"] {
            assert!(is_host_with_trailing_dot(host, origin), "{host}");
        }
        for host in ["id.example", "evil.test.", "id.example..", "id.example.:8443", "."] {
            assert!(!is_host_with_trailing_dot(host, origin), "{host}");
        }
        assert!(is_host_with_trailing_dot("id.example.:8443", "https://id.example:8443"));
    }

    #[test]
    fn the_path_at_an_origin_starts_after_an_equivalent_host() {
        // Cuts URLs of one origin in several spellings, and of others.
        let path = |url| path_at_origin(url, "https://id.example");
        for url in ["https://id.example/t/x?y", "HTTPS://ID.example:443/t/x?y"] {
            assert_eq!(path(url), Some("/t/x?y"));
        }
        assert_eq!(path("https://id.example"), Some(""));
        for url in ["http://id.example/t", "https://id.example.evil.test/t", "/t", ""] {
            assert_eq!(path(url), None, "{url}");
        }
    }

    #[test]
    fn an_endpoint_is_the_same_in_every_equivalent_spelling() {
        // Compares one endpoint with other spellings of its URL, and with other URLs.
        let here = "https://id.example/t-1/oauth2/v2.0/token";
        for same in [
            "https://id.example/t-1/oauth2/v2.0/token?x=1",
            "https://id.example/t-1/oauth2/v2.0/token#x",
            "HTTPS://ID.example:443/t-1/oauth2/v2.0/token",
            "https://id.example:/t-1/oauth2/v2.0/token",
            "https://id.example/t%2D1/o%61uth2/v2%2e0/token",
            "https://id.example/t-1/./oauth2/x/../v2.0/token",
        ] {
            assert!(is_same_endpoint(same, here), "{same}");
        }
        for other in [
            "http://id.example/t-1/oauth2/v2.0/token",
            "https://id.example:8443/t-1/oauth2/v2.0/token",
            "https://id.example./t-1/oauth2/v2.0/token",
            "https://id.example/T-1/oauth2/v2.0/token",
            "https://id.example/t-1/oauth2/v2.0/token/",
            "https://id.example/t-1/oauth2/v2.0/token/.",
            "https://id.example/t-1%2Foauth2/v2.0/token",
            "https://id.example/t-1/oauth2/v2.0/%token",
            "id.example/t-1/oauth2/v2.0/token",
            "",
        ] {
            assert!(!is_same_endpoint(other, here), "{other}");
        }
        assert!(is_same_endpoint("https://id.example", "https://id.example/"));
        assert!(is_same_endpoint("https://id.example/a%2fb", "https://id.example/a%2Fb"));
    }
}
