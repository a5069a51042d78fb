//! The networks that have connections, and what each uses.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::PeerNetwork;

use super::thread_time::NetworkTime;

/// The networks with connections. The lock is taken when a connection opens, and when the sender
/// behind a proxy changes.
#[derive(Debug, Default)]
pub(super) struct Networks(Mutex<HashMap<IpAddr, Weak<Network>>>);

/// A network: an IPv4 address or an IPv6 /48.
#[derive(Debug)]
pub(super) struct Network {
    /// The IPv4 address, or the first address of the /48.
    pub(super) site: IpAddr,
    /// The number of its requests that run.
    pub(super) running: AtomicUsize,
    pub(super) time: NetworkTime,
}

impl Networks {
    /// Returns the network of an address.
    pub(super) fn of(&self, address: IpAddr) -> Arc<Network> {
        let site = PeerNetwork::of(address).site;
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = networks.get(&site).and_then(Weak::upgrade) {
            return found;
        }
        // As many can come before the next time, so each costs little.
        if networks.len() == networks.capacity() {
            networks.retain(|_, network| network.strong_count() > 0);
            let kept = networks.len();
            networks.reserve(kept);
        }
        let network =
            Arc::new(Network { site, running: AtomicUsize::new(0), time: NetworkTime::default() });
        networks.insert(site, Arc::downgrade(&network));
        network
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn networks_without_connections_leave_the_table() {
        // Asks for many networks one after the other, and for one that is kept.
        let networks = Networks::default();
        let kept = networks.of(Ipv4Addr::new(192, 0, 2, 1).into());
        for number in 0..10_000_u32 {
            networks.of(Ipv4Addr::from_bits(number).into());
        }
        let capacity = networks.0.lock().expect("a lock").capacity();
        assert!(capacity < 100, "{capacity}");
        assert!(Arc::ptr_eq(&kept, &networks.of(kept.site)));
    }

    #[test]
    fn addresses_of_an_ipv6_site_are_one_network() {
        // Asks for two addresses of a /48, and for one of another.
        let networks = Networks::default();
        let of = |address: &str| networks.of(address.parse().expect("an address"));
        let network = of("2001:db8:1:2::3");
        assert!(Arc::ptr_eq(&network, &of("2001:db8:1:4::5")));
        assert!(!Arc::ptr_eq(&network, &of("2001:db8:2::1")));
    }
}
