//! Describes in which part two URLs differ.

use catalogue::Difference;
use model::is_loopback_host;

use super::{decoded, spelling};

/// Returns the part in which two URLs differ. Returns `None` if they differ in several parts.
pub(crate) fn url(sent: &str, expected: &str) -> Option<Difference> {
    if let Some(difference) = spelling(sent, expected) {
        return Some(difference);
    }
    let is_same = |left: &str, right: &str| {
        decoded(left).unwrap_or_else(|| left.to_owned())
            == decoded(right).unwrap_or_else(|| right.to_owned())
    };
    if is_same(sent, expected) {
        return Some(Difference::new("percent_encoding"));
    }
    let (expected, received) = (Parts::parse(expected)?, Parts::parse(sent)?);
    let pairs = [
        ("scheme", expected.scheme, received.scheme),
        ("host", expected.host, received.host),
        ("port", expected.port, received.port),
        ("path", expected.path, received.path),
        ("query", expected.query, received.query),
        ("fragment", expected.fragment, received.fragment),
    ];
    let mut different = pairs.into_iter().filter(|(_, expected, received)| expected != received);
    let (part, expected, received) = different.next()?;
    // These hosts are the same machine, but different hosts to a browser.
    let part = match part {
        "host" if is_loopback_host(expected) && is_loopback_host(received) => "loopback_host",
        part => part,
    };
    let text = |value: &str| if value.is_empty() { "-".to_owned() } else { value.to_owned() };
    different.next().is_none().then(|| {
        Difference::new(part).with("expected", text(expected)).with("received", text(received))
    })
}

#[derive(Default)]
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn parse(url: &'a str) -> Option<Self> {
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let (scheme, rest) = url.split_once(':')?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let path_at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        let bracket = authority.rfind(']').map_or(0, |at| at + 1);
        let colon = authority.get(bracket..)?.find(':').map(|at| at + bracket);
        let (host, port) = match colon.and_then(|at| authority.split_at_checked(at)) {
            Some((host, port)) => (host, port.get(1..).unwrap_or_default()),
            None => (authority, ""),
        };
        Some(Self { scheme, host, port, path, query, fragment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_difference_names_the_part_that_differs() {
        // Changes one part of a URL at a time, then two at once.
        let expected = "https://app.test:8443/Cb";
        for (sent, kind) in [
            ("http://app.test:8443/Cb", Some("scheme")),
            ("https://www.app.test:8443/Cb", Some("host")),
            ("https://app.test/Cb", Some("port")),
            ("https://app.test:8443/callback", Some("path")),
            ("https://app.test:8443/Cb?x=1", Some("query")),
            ("https://app.test:8443/Cb#x", Some("fragment")),
            ("https://app.test:8443/Cb/", Some("trailing_slash")),
            ("https://app.test:8443/cb", Some("letter_case")),
            ("https%3A%2F%2Fapp.test%3A8443%2FCb", Some("encoded_twice")),
            ("\"https://app.test:8443/Cb\"", Some("quoted")),
            ("https://app.test:8443/Cb\n", Some("white_space_around")),
            ("http://other.test:8443/Cb", None),
            ("Cb", None),
        ] {
            assert_eq!(url(sent, expected).map(|it| it.kind), kind, "{sent}");
        }
    }

    #[test]
    fn loopback_hosts_and_percent_encoding_have_their_own_kinds() {
        // Compares two names of the local host, and two encodings of one path.
        let difference = url("http://127.0.0.1:3000/a", "http://localhost:3000/a").expect("one");
        assert_eq!(difference.kind, "loopback_host");
        let values: Vec<_> = difference.arguments.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["localhost", "127.0.0.1"]);
        let difference = url("https://a.test/x%2Dy%20z", "https://a.test/x-y%20z");
        assert_eq!(difference.map(|it| it.kind), Some("percent_encoding"));
    }
}
