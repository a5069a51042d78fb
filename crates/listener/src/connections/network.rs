//! The networks of a peer, by which connections and requests are counted.

use std::net::{IpAddr, Ipv6Addr};

/// The networks of a peer. One holder has all addresses of an IPv6 /64, and often of a /48, so
/// counting single addresses would count nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    /// The IPv4 address, or the IPv6 /48.
    pub(crate) site: IpAddr,
    /// The IPv4 address, or the IPv6 /64.
    pub(crate) address: IpAddr,
}

impl Network {
    /// Returns the networks of an address.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self { site: address.into(), address: address.into() },
            IpAddr::V6(address) => Self { site: prefix(address, 48), address: prefix(address, 64) },
        }
    }
}

fn prefix(address: Ipv6Addr, bits: u32) -> IpAddr {
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
    Ipv6Addr::from_bits(address.to_bits() & mask).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_of_ipv6_is_its_64_and_48_and_of_ipv4_the_address() {
        // Compares the networks of addresses that differ before and after each boundary.
        let network = |text: &str| Network::of(text.parse().expect("an address"));
        let first = network("2001:db8:1:2::1");
        assert_eq!(first, network("2001:db8:1:2:ffff::9"));
        let second = network("2001:db8:1:3::1");
        assert_eq!(first.site, second.site);
        assert_ne!(first.address, second.address);
        assert_ne!(first.site, network("2001:db8:2:2::1").site);
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
    }
}
