//! The public origin: what every issuer begins with.

use std::fmt;

use toml::de::DeValue;

use crate::document::FromValue;

/// `scheme://host[:port]`, in lower case, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Reads an origin, or says what is wrong with it.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("`{written}` {why}"));
        let Some((scheme, authority)) = written.split_once("://") else {
            return wrong("has no scheme");
        };
        if authority.ends_with('/') {
            return wrong("ends with a slash");
        }
        if authority.contains(['/', '?', '#', '@', ' ', '\\']) || !authority.is_ascii() {
            return wrong("is more than scheme, host and port");
        }
        if written.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return wrong("has capital letters: clients compare issuers byte for byte");
        }
        let Some((host, port)) = split(authority) else {
            return wrong("has no host, or a port that is none");
        };
        match scheme {
            "https" if port == Some(443) => wrong("names the port that https has anyway"),
            "http" if port == Some(80) => wrong("names the port that http has anyway"),
            "https" => Ok(Self(written.to_owned())),
            "http" if is_loopback(host) => Ok(Self(written.to_owned())),
            "http" => wrong("is not https: tokens and passwords would travel in the clear"),
            _ => wrong("is neither https nor http"),
        }
    }

    /// The text.
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

/// Host and port of an authority.
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

/// Whether a host is this machine and no other.
pub(crate) fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_more() {
        // Every form that is one, then one of each that is not.
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
        for wrong in [
            "login.example.com",
            "https://login.example.com/",
            "https://login.example.com/x",
            "https://user@login.example.com",
            "https://Login.example.com",
            "https://login.example.com:443",
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
    }
}
