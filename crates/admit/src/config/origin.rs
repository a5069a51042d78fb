//! The public origin, which every issuer begins with.

use std::fmt;

use model::is_loopback_host;
use toml::de::DeValue;

use crate::toml_document::FromValue;

/// A public origin: `scheme://host[:port]` in lower case, without a trailing slash or a default
/// port. Equivalent spellings (RFC 9110 §4.2.3) are read as this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Parses an origin, and writes it in lower case without a default port: issuers begin with it,
    /// and clients compare those byte for byte. The error names what is wrong.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let wrong = |reason: &str| Err(format!("`{written}` {reason}"));
        if !written.is_ascii() {
            let ascii = protocol::redirect_uri::ascii_form(written);
            let ascii = ascii.map(|ascii| format!(": write `{ascii}`")).unwrap_or_default();
            return wrong(&format!("is not in ASCII, as browsers send it{ascii}"));
        }
        let Some((scheme, authority)) = written.split_once("://") else {
            return wrong("has no scheme");
        };
        if authority.ends_with('/') {
            return wrong("ends with a slash");
        }
        if authority.contains(['/', '?', '#', '@', ' ', '\\']) {
            return wrong("is more than scheme, host and port");
        }
        let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
        let Some((host, port)) = split(&authority) else {
            return wrong("has no host or an invalid port");
        };
        if host.ends_with('.') {
            return wrong("has a host that ends with a dot, which browsers treat as another host");
        }
        let default_port = match scheme.as_str() {
            "https" => 443,
            "http" if is_loopback_host(host) => 80,
            "http" => return wrong("is not https: tokens and passwords would be sent unencrypted"),
            _ => return wrong("is neither https nor http"),
        };
        let port = port.filter(|port| *port != default_port);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}{port}")))
    }

    /// Returns the host without its port. An IPv6 address has brackets.
    pub(crate) fn host(&self) -> &str {
        let authority =
            self.0.split_once("://").map_or(self.0.as_str(), |(_, authority)| authority);
        split(authority).map_or(authority, |(host, _)| host)
    }

    /// Returns the text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromValue for Origin {
    fn expected() -> String {
        "an origin, such as \"https://login.example.com\" (http only for localhost)".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        Self::parse(value.as_str().ok_or_else(String::new)?)
    }
}

/// Splits the authority of a URL into host and port.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_host = authority.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match authority.get(after_host..)?.rfind(':') {
        None => (authority, None),
        Some(at) => {
            let (host, port) = authority.split_at_checked(after_host + at)?;
            (host, Some(port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)?))
        }
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    (!host.is_empty() && (bracketed || !host.contains([':', '[', ']']))).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_only_scheme_host_and_port() {
        // Parses valid origins, other spellings of some, then one origin with each kind of error.
        for right in [
            "https://login.example.com",
            "https://login.example.com:8443",
            "https://[2001:db8::1]:8443",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:1",
        ] {
            assert_eq!(Origin::parse(right).map(|origin| origin.to_string()), Ok(right.to_owned()));
        }
        for (written, read) in [
            ("HTTPS://Login.Example.com", "https://login.example.com"),
            ("https://login.example.com:443", "https://login.example.com"),
            ("https://login.example.com:08443", "https://login.example.com:8443"),
            ("http://LOCALHOST:80", "http://localhost"),
            ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
        ] {
            assert_eq!(
                Origin::parse(written).map(|origin| origin.to_string()),
                Ok(read.to_owned())
            );
        }
        for wrong in [
            "login.example.com",
            "https://login.example.com/",
            "https://login.example.com/x",
            "https://user@login.example.com",
            "https://login.example.com.",
            "https://login.example.com.:8443",
            "https://login.example.com:0",
            "https://login.example.com:99999",
            "https://",
            "https://::1",
            "http://login.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "ftp://login.example.com",
            "https://löwe.example",
        ] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
        let named = Origin::parse("https://löwe.example:8443").expect_err("refused");
        assert!(named.ends_with("write `https://xn--lwe-sna.example:8443`"), "{named}");
    }
}
