//! The proxies that may name the sender of a request.

use std::{fmt, net::IpAddr, str::FromStr};

/// A proxy that terminates connections in front of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedProxy {
    /// Every address of a network.
    Network(Network),
    /// Every process that connects over a UNIX socket.
    Unix,
}

/// A network in CIDR notation (RFC 4632); an address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The reason why a text is no trusted proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TrustedProxyError(String);

impl Network {
    /// Returns whether an address is in the network.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4()
            && masked(address, self.prefix) == masked(self.address, self.prefix)
    }
}

impl TrustedProxy {
    /// Returns whether an address is one of a trusted proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(address.to_canonical()))
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, prefix: bits(address) }
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
        let wrong = |reason: &str| TrustedProxyError(format!("`{text}` {reason}"));
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let neither = || wrong("is neither an IP address nor a network");
        let address: IpAddr = address.parse().map_err(|_| neither())?;
        let Some(prefix) = prefix else { return Ok(address.into()) };
        let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u8 = prefix.parse().ok().filter(|_| is_number).ok_or_else(neither)?;
        if prefix > bits(address) {
            return Err(wrong("has a prefix that is longer than the address"));
        }
        if prefix == 0 {
            return Err(wrong("is every address: each client could name any sender"));
        }
        if address.to_canonical() != address {
            return Err(wrong("is an IPv4 network; write it as one"));
        }
        let network = masked(address, prefix);
        if network != address {
            return Err(wrong(&format!(
                "has bits after the prefix; the network is {network}/{prefix}"
            )));
        }
        Ok(Self::Network(Network { address, prefix }))
    }
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix => formatter.write_str("unix"),
            Self::Network(Network { address, prefix }) if *prefix == bits(*address) => {
                address.fmt(formatter)
            }
            Self::Network(Network { address, prefix }) => write!(formatter, "{address}/{prefix}"),
        }
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns the address with the bits after the prefix set to zero.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let zeros = u32::from(bits(address).saturating_sub(prefix));
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(zeros).unwrap_or_default();
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(zeros).unwrap_or_default();
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses_only() {
        // Checks the first and last address of networks, those beside them, and the other family.
        for (network, inside, outside) in [
            ("10.0.0.0/8", &["10.0.0.0", "10.255.255.255"][..], &["11.0.0.0", "9.255.255.255"][..]),
            ("192.0.2.128/25", &["192.0.2.128"], &["192.0.2.127", "::"]),
            ("192.0.2.1", &["192.0.2.1"], &["192.0.2.2", "2001:db8::1"]),
            ("2001:db8::/32", &["2001:db8::", "2001:db8:ffff::1"], &["2001:db9::", "10.0.0.1"]),
            ("::ffff:192.0.2.1", &["192.0.2.1"], &["192.0.2.2"]),
        ] {
            let Ok(TrustedProxy::Network(parsed)) = network.parse() else { panic!("{network}") };
            let contains = |address: &&str| parsed.contains(address.parse().expect("an address"));
            assert!(inside.iter().all(contains), "{network}");
            assert!(!outside.iter().any(contains), "{network}");
        }
    }

    #[test]
    fn a_malformed_network_is_refused_with_the_reason() {
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
