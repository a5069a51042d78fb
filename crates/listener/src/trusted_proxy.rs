//! The proxies that may name the sender of a request.

use std::{fmt, net::IpAddr, str::FromStr};

use model::{IpNetwork, IpNetworkError};

/// A proxy that terminates connections in front of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedProxy {
    /// Every address of a network.
    Network(IpNetwork),
    /// Every process that connects over a UNIX socket.
    Unix,
}

/// The reason why a text is no trusted proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TrustedProxyError(String);

impl TrustedProxy {
    /// Returns whether an address is one of a trusted proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(address))
    }
}

impl From<IpAddr> for TrustedProxy {
    fn from(address: IpAddr) -> Self {
        Self::Network(address.into())
    }
}

impl FromStr for TrustedProxy {
    type Err = TrustedProxyError;

    fn from_str(text: &str) -> Result<Self, TrustedProxyError> {
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let network: IpNetwork =
            text.parse().map_err(|error: IpNetworkError| TrustedProxyError(error.to_string()))?;
        if network.is_everything() {
            let reason = "is every address: each client could name any sender";
            return Err(TrustedProxyError(format!("`{text}` {reason}")));
        }
        Ok(Self::Network(network))
    }
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix => formatter.write_str("unix"),
            Self::Network(network) => network.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_proxy_is_refused_with_the_reason() {
        // Parses every kind of mistake, then the spellings that are kept.
        for (text, reason) in [
            ("10.0.0.1/8", "the network is 10.0.0.0/8"),
            ("2001:db8::1/32", "the network is 2001:db8::/32"),
            ("10.0.0.0/33", "longer than the address"),
            ("0.0.0.0/0", "is every address"),
            ("::/0", "is every address"),
            ("::ffff:10.0.0.0/104", "is an IPv4 network"),
            ("10.0.0.0/", "is neither"),
            ("10.0.0.0/+8", "is neither"),
            ("proxy.example.com", "is neither"),
            ("Unix", "is neither"),
            ("", "is neither"),
        ] {
            let error = text.parse::<TrustedProxy>().expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
        }
        for text in ["unix", "10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "2001:db8::1"] {
            assert_eq!(text.parse::<TrustedProxy>().expect(text).to_string(), text);
        }
    }
}
