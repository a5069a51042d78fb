//! The networks of an address.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the network of an address: the address itself for IPv4, the /64 for IPv6. One subscriber
/// has every address of a /64.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    prefix(address, 64)
}

/// Returns the site of an address: the address itself for IPv4, the /48 for IPv6. One customer may
/// have every network of a /48.
pub(crate) fn site_of(address: IpAddr) -> IpAddr {
    prefix(address, 48)
}

fn prefix(address: IpAddr, length: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let rest = 128 - length;
            Ipv6Addr::from_bits(address.to_bits() >> rest << rest).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_addresses_share_a_network_and_a_site_and_ipv4_addresses_do_not() {
        // Compares adjacent networks of each kind, and an IPv4 address in its IPv6 form.
        let address = |text: &str| -> IpAddr { text.parse().expect("an address") };
        let [here, close, far] =
            ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:1::1"].map(address);
        assert_ne!(network_of(here), network_of(close));
        assert_eq!(network_of(here), network_of(address("2001:db8:0:1:9::")));
        assert_eq!(site_of(here), site_of(close));
        assert_ne!(site_of(here), site_of(far));
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(address);
        assert_eq!((network_of(one), site_of(one)), (one, one));
        assert_ne!(site_of(one), site_of(other));
        assert_eq!(site_of(address("::ffff:192.0.2.1")), one);
    }
}
