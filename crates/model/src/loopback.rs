//! Hosts and URLs on the loopback interface: they reach only programs of the same machine.

/// The hosts that count as the loopback interface everywhere: in origins and redirect URIs.
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Returns whether the host of a URL, without port, is `localhost`, `127.0.0.1` or `[::1]`.
pub fn is_loopback_host(host: &str) -> bool {
    LOOPBACK_HOSTS.contains(&host)
}

/// Returns whether a URL is `http` or `https` on `localhost`, `127.0.0.1` or `[::1]`, with any port
/// and path. A port must be a number.
pub fn is_loopback_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#', '\\']).next());
    let Some(authority) = authority else { return false };
    LOOPBACK_HOSTS.iter().any(|host| {
        authority.strip_prefix(host).is_some_and(|port| port.is_empty() || is_port(port))
    })
}

/// Returns whether a text is a colon and a port number.
fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_url_has_exactly_a_loopback_host() {
        // Passes URLs on each loopback host, then hosts that only resemble one.
        for url in [
            "http://localhost",
            "https://localhost:8443/any/path?x=1",
            "http://127.0.0.1:1/",
            "http://[::1]:65535/cb",
        ] {
            assert!(is_loopback_url(url), "{url}");
        }
        for url in [
            "http://localhost.evil.test/",
            "http://localhost@evil.test/",
            "http://localhost:80@evil.test/",
            "http://localhost:/",
            "http://localhost:65536/",
            "http://localhost:+80/",
            "http://127.0.0.1.evil.test/",
            "http://127.0.0.2/",
            "http://[::1].evil.test/",
            "http://evil.test/localhost",
            "HTTP://localhost/",
            "ftp://localhost/",
            "localhost:80",
            "",
        ] {
            assert!(!is_loopback_url(url), "{url}");
        }
    }
}
