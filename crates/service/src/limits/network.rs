//! The networks of an address.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the network of an address: the address itself for IPv4, the /64 for IPv6. One subscriber
/// has every address of a /64.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}
