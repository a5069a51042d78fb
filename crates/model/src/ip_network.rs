//! A network of IP addresses in CIDR notation.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A network in CIDR notation (RFC 4632); an address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IpNetwork {
    address: IpAddr,
    prefix: u8,
}

/// The reason why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpNetworkError(String);

impl IpNetwork {
    /// Returns whether an address is in the network. An IPv4 address in its IPv6 form is an IPv4
    /// address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && masked(address, self.prefix) == masked(self.address, self.prefix)
    }

    /// Returns whether every address of another network is in this one.
    pub fn covers(&self, other: &Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    /// Returns whether the network is every address of its family.
    pub const fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Returns whether a sender can have an address of the network: it is not one of those that no
    /// host has (RFC 6890), such as multicast addresses.
    pub fn has_senders(&self) -> bool {
        UNUSABLE.iter().all(|(address, prefix)| {
            let unusable = Self { address: *address, prefix: *prefix };
            !unusable.covers(self)
        })
    }
}

/// The networks of "this host", of multicast and of the reserved addresses.
const UNUSABLE: [(IpAddr, u8); 4] = [
    (IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 8),
    (IpAddr::V4(std::net::Ipv4Addr::new(224, 0, 0, 0)), 3),
    (IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED), 128),
    (IpAddr::V6(std::net::Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0)), 8),
];

impl From<IpAddr> for IpNetwork {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, prefix: bits(address) }
    }
}

impl FromStr for IpNetwork {
    type Err = IpNetworkError;

    fn from_str(text: &str) -> Result<Self, IpNetworkError> {
        let wrong = |reason: &str| IpNetworkError(format!("`{text}` {reason}"));
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
        if address.to_canonical() != address {
            return Err(wrong("is an IPv4 network; write it as one"));
        }
        let network = masked(address, prefix);
        if network != address {
            return Err(wrong(&format!(
                "has bits after the prefix; the network is {network}/{prefix}"
            )));
        }
        Ok(Self { address, prefix })
    }
}

impl TryFrom<String> for IpNetwork {
    type Error = IpNetworkError;

    fn try_from(text: String) -> Result<Self, IpNetworkError> {
        text.parse()
    }
}

impl From<IpNetwork> for String {
    fn from(network: IpNetwork) -> Self {
        network.to_string()
    }
}

impl fmt::Display for IpNetwork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == bits(self.address) {
            return self.address.fmt(formatter);
        }
        write!(formatter, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Display for IpNetworkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for IpNetworkError {}

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

    fn network(text: &str) -> IpNetwork {
        text.parse().expect(text)
    }

    #[test]
    fn a_network_contains_its_addresses_only() {
        // Checks the first and last address of networks, those beside them, and the other family.
        for (text, inside, outside) in [
            ("10.0.0.0/8", &["10.0.0.0", "10.255.255.255"][..], &["11.0.0.0", "9.255.255.255"][..]),
            ("192.0.2.128/25", &["192.0.2.128"], &["192.0.2.127", "::"]),
            ("192.0.2.1", &["192.0.2.1", "::ffff:192.0.2.1"], &["192.0.2.2", "2001:db8::1"]),
            ("2001:db8::/32", &["2001:db8::", "2001:db8:ffff::1"], &["2001:db9::", "10.0.0.1"]),
            ("::ffff:192.0.2.1", &["192.0.2.1"], &["192.0.2.2"]),
            ("0.0.0.0/0", &["0.0.0.0", "255.255.255.255"], &["::1"]),
            ("::/0", &["::", "2001:db8::1"], &["10.0.0.1", "::ffff:10.0.0.1"]),
        ] {
            let contains =
                |address: &&str| network(text).contains(address.parse().expect("an address"));
            assert!(inside.iter().all(contains), "{text}");
            assert!(!outside.iter().any(contains), "{text}");
        }
    }

    #[test]
    fn a_network_covers_smaller_ones_of_its_family() {
        // Compares a network with itself, a part of it, a larger one and another family.
        let ten = network("10.0.0.0/8");
        assert!(ten.covers(&ten) && ten.covers(&network("10.1.0.0/16")));
        assert!(!ten.covers(&network("0.0.0.0/0")) && !ten.covers(&network("::/0")));
    }

    #[test]
    fn networks_without_hosts_have_no_senders() {
        // Asks for networks of no host, and for larger ones that have hosts too.
        for text in ["0.0.0.0", "0.1.0.0/16", "239.0.0.0/8", "255.255.255.255", "::", "ff02::1"] {
            assert!(!network(text).has_senders(), "{text}");
        }
        for text in ["0.0.0.0/0", "127.0.0.1", "192.0.2.0/24", "::/0", "::1", "fe80::/10"] {
            assert!(network(text).has_senders(), "{text}");
        }
    }

    #[test]
    fn a_malformed_network_is_refused_with_the_reason() {
        // Parses every kind of mistake, then the spellings that are kept, also in a stored row.
        for (text, reason) in [
            ("10.0.0.1/8", "the network is 10.0.0.0/8"),
            ("2001:db8::1/32", "the network is 2001:db8::/32"),
            ("10.0.0.0/33", "longer than the address"),
            ("::ffff:10.0.0.0/104", "is an IPv4 network"),
            ("10.0.0.0/", "is neither"),
            ("10.0.0.0/+8", "is neither"),
            ("office.example.com", "is neither"),
            ("", "is neither"),
        ] {
            let error = text.parse::<IpNetwork>().expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
        }
        for text in ["10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "2001:db8::1", "0.0.0.0/0"] {
            assert_eq!(network(text).to_string(), text);
            let stored = serde_json::to_string(&network(text)).expect("JSON");
            let read: IpNetwork = serde_json::from_str(&stored).expect("a network");
            assert_eq!((stored, read), (format!("\"{text}\""), network(text)));
        }
    }
}
