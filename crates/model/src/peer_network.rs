//! The networks of a peer, by which connections, requests and failed sign-ins are counted.

use std::net::{IpAddr, Ipv6Addr};

/// The length of the network that one subscriber has, in bits.
const ADDRESS_BITS: u32 = 64;
/// The length of the network that one customer may have, in bits.
const SITE_BITS: u32 = 48;

/// The networks of a peer. One holder has all addresses of an IPv6 /64, and often of a /48, so
/// counting single addresses would count nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeerNetwork {
    /// The IPv4 address, or the first address of the IPv6 /64.
    pub address: IpAddr,
    /// The IPv4 address, or the first address of the IPv6 /48.
    pub site: IpAddr,
}

impl PeerNetwork {
    /// Returns the networks of an address. An IPv4 address in its IPv6 form is an IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address @ IpAddr::V4(_) => Self { address, site: address },
            IpAddr::V6(address) => {
                let first = |bits| first_address(address, bits);
                Self { address: first(ADDRESS_BITS), site: first(SITE_BITS) }
            }
        }
    }
}

fn first_address(address: Ipv6Addr, bits: u32) -> IpAddr {
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
    Ipv6Addr::from_bits(address.to_bits() & mask).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_of_ipv6_is_its_64_and_48_and_of_ipv4_the_address() {
        // Compares the networks of addresses that differ before and after each boundary.
        let network = |text: &str| PeerNetwork::of(text.parse().expect("an address"));
        let first = network("2001:db8:1:2::1");
        assert_eq!(first, network("2001:db8:1:2:ffff::9"));
        let second = network("2001:db8:1:3::1");
        assert_eq!(first.site, second.site);
        assert_ne!(first.address, second.address);
        assert_ne!(first.site, network("2001:db8:2:2::1").site);
        let ipv4 = network("192.0.2.1");
        assert_eq!((ipv4.address, ipv4.site), (ipv4.site, ipv4.address));
        assert_ne!(ipv4.site, network("192.0.2.2").site);
        assert_eq!(ipv4, network("::ffff:192.0.2.1"));
    }
}
