//! The open connections of a listener: a limit for all, and a share for each address.
//!
//! One peer must not keep the others out. When the listener is full, or a peer has used up its
//! share, the longest idle connection is closed, of the network with most connections first.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::PeerNetwork;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::activity::{Activity, Displacement};
use super::metrics::ConnectionMetrics;

/// The share of one address (an IPv4 address or an IPv6 /64), as a divisor of all connections. Many
/// users can have one address, behind NAT.
const ADDRESS_SHARE: usize = 4;
/// The share of an IPv6 /48, in which one holder can have 65,536 addresses.
const SITE_SHARE: usize = 2;
/// The share from which a site loses busy connections before others lose idle ones, as a divisor.
const FLOOD_SHARE: usize = 16;
/// The share of TLS handshakes of one address at a time. The others of that address wait.
const HANDSHAKE_SHARE: usize = 64;
/// Interval of the log entry about a full listener.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The open connections of a listener. Its lock is taken when a connection opens or closes, never
/// for a request.
pub(crate) struct Connections {
    max: usize,
    metrics: ConnectionMetrics,
    table: Mutex<Table>,
}

/// The place of one connection, which its end frees.
pub(crate) struct Slot {
    connections: Arc<Connections>,
    id: u64,
    network: Option<PeerNetwork>,
    activity: Arc<Activity>,
    handshakes: Option<Arc<Semaphore>>,
}

#[derive(Default)]
struct Table {
    next_id: u64,
    open: usize,
    sites: HashMap<IpAddr, Site>,
    logged_at: Option<Instant>,
}

/// The connections of an IPv4 address, or of an IPv6 /48.
#[derive(Default)]
struct Site {
    open: usize,
    addresses: HashMap<IpAddr, Address>,
}

/// The connections of an IPv4 address, or of an IPv6 /64.
struct Address {
    connections: HashMap<u64, Arc<Activity>>,
    handshakes: Arc<Semaphore>,
}

impl Connections {
    pub(crate) fn new(max: usize, metrics: ConnectionMetrics) -> Arc<Self> {
        Arc::new(Self { max, metrics, table: Mutex::default() })
    }

    /// Returns a place for a new connection. `None` if no other connection can be closed for it.
    ///
    /// `peer` is `None` at a UNIX socket and for a trusted proxy: their connections are those of
    /// many users, so they have no share and are not closed for others.
    pub(crate) fn open(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Slot> {
        let network = peer.map(PeerNetwork::of);
        let mut table = self.table();
        if !self.make_room(&mut table, network) {
            self.metrics.refused.inc();
            return None;
        }
        table.next_id += 1;
        table.open += 1;
        let (id, activity) = (table.next_id, Arc::new(Activity::new()));
        let handshakes = network.map(|network| {
            let site = table.sites.entry(network.site).or_default();
            site.open += 1;
            let address = site.addresses.entry(network.address).or_insert_with(|| Address {
                connections: HashMap::new(),
                handshakes: Arc::new(Semaphore::new(share(self.max, HANDSHAKE_SHARE))),
            });
            address.connections.insert(id, Arc::clone(&activity));
            Arc::clone(&address.handshakes)
        });
        let connections = Arc::clone(self);
        Some(Slot { connections, id, network, activity, handshakes })
    }

    /// Makes room in the share of the new connection, and in the listener.
    fn make_room(&self, table: &mut Table, newcomer: Option<PeerNetwork>) -> bool {
        if let Some(exceeded) = newcomer.and_then(|network| self.exceeded_share(table, network))
            && !self.displace(table, table.longest_idle_of(exceeded), Displacement::Idle)
        {
            return false;
        }
        if table.open < self.max {
            return true;
        }
        self.log_full(table);
        let of_newcomer = newcomer.map_or(0, |network| table.open_of(network).0);
        // A flood can keep its connections busy: those of others are not closed for it.
        let flood = share(self.max, FLOOD_SHARE).max(of_newcomer + 1);
        let larger = of_newcomer + 1;
        self.displace(table, table.longest_idle_of_largest(), Displacement::Idle)
            || self.displace(table, table.longest_open_of_larger_than(flood), Displacement::Flood)
            || self.displace(table, table.longest_idle(), Displacement::Idle)
            || self.displace(table, table.longest_open_of_larger_than(larger), Displacement::Flood)
    }

    /// Returns the address that gives up a connection because a new one would exceed the share of
    /// its address or site.
    fn exceeded_share(&self, table: &Table, newcomer: PeerNetwork) -> Option<PeerNetwork> {
        let (of_site, of_address) = table.open_of(newcomer);
        if of_address >= share(self.max, ADDRESS_SHARE) {
            return Some(newcomer);
        }
        let is_exceeded = of_site >= share(self.max, SITE_SHARE);
        is_exceeded.then(|| table.largest_address(newcomer.site)).flatten()
    }

    /// Asks a connection to close, and frees its place at once. Returns whether there was one.
    fn displace(
        &self,
        table: &mut Table,
        chosen: Option<(PeerNetwork, u64)>,
        displacement: Displacement,
    ) -> bool {
        let removed = chosen.and_then(|(network, id)| table.remove(network, id));
        let Some(activity) = removed else { return false };
        activity.displace(displacement);
        self.metrics.displaced.inc();
        true
    }

    fn log_full(&self, table: &mut Table) {
        let now = Instant::now();
        if table.logged_at.is_some_and(|logged_at| now < logged_at + LOG_INTERVAL) {
            return;
        }
        table.logged_at = Some(now);
        let largest = table.largest().map(|(site, connections)| (site.to_string(), connections));
        let (site, of_site) = largest.unwrap_or_default();
        tracing::warn!(
            connections_max = self.max,
            most_from = site,
            connections = of_site,
            "all connections are in use; the longest idle ones are closed for new ones"
        );
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Returns the activity of the connection.
    pub(crate) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Returns the permits for TLS handshakes of the address. `None` if it has no share.
    pub(crate) fn handshakes(&self) -> Option<Arc<Semaphore>> {
        self.handshakes.clone()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut table = self.connections.table();
        match self.network {
            // It may have been removed when it was closed for another connection.
            Some(network) => drop(table.remove(network, self.id)),
            None => table.open = table.open.saturating_sub(1),
        }
    }
}

impl Table {
    /// Returns the numbers of connections of a site and of an address.
    fn open_of(&self, network: PeerNetwork) -> (usize, usize) {
        let site = self.sites.get(&network.site);
        let address = site.and_then(|site| site.addresses.get(&network.address));
        (site.map_or(0, |site| site.open), address.map_or(0, |address| address.connections.len()))
    }

    fn remove(&mut self, network: PeerNetwork, id: u64) -> Option<Arc<Activity>> {
        let site = self.sites.get_mut(&network.site)?;
        let address = site.addresses.get_mut(&network.address)?;
        let activity = address.connections.remove(&id)?;
        site.open = site.open.saturating_sub(1);
        self.open = self.open.saturating_sub(1);
        if address.connections.is_empty() {
            site.addresses.remove(&network.address);
        }
        if site.open == 0 {
            self.sites.remove(&network.site);
        }
        Some(activity)
    }

    /// Returns the site with most connections, and their number.
    fn largest(&self) -> Option<(IpAddr, usize)> {
        let largest = self.sites.iter().max_by_key(|(_, site)| site.open);
        largest.map(|(site, found)| (*site, found.open))
    }

    /// Returns the longest idle connection of the site with most connections, of its address with
    /// most first.
    fn longest_idle_of_largest(&self) -> Option<(PeerNetwork, u64)> {
        let (site, _) = self.largest()?;
        self.longest_idle_of(self.largest_address(site)?)
    }

    /// Returns the address of a site with most connections.
    fn largest_address(&self, site: IpAddr) -> Option<PeerNetwork> {
        let addresses = self.sites.get(&site)?.addresses.iter();
        let (address, _) = addresses.max_by_key(|(_, found)| found.connections.len())?;
        Some(PeerNetwork { site, address: *address })
    }

    fn longest_idle_of(&self, network: PeerNetwork) -> Option<(PeerNetwork, u64)> {
        self.longest(Some(network), Activity::idle_for)
    }

    fn longest_idle(&self) -> Option<(PeerNetwork, u64)> {
        self.longest(None, Activity::idle_for)
    }

    /// Returns the longest open connection of the site with most connections, if it has more than
    /// this number: no connection is idle.
    fn longest_open_of_larger_than(&self, number: usize) -> Option<(PeerNetwork, u64)> {
        let (site, _) = self.largest().filter(|(_, connections)| *connections > number)?;
        let address = self.largest_address(site)?;
        self.longest(Some(address), |connection| Some(connection.open_for()))
    }

    /// Returns the connection with the longest time, of one address or of all.
    fn longest(
        &self,
        of: Option<PeerNetwork>,
        time: impl Fn(&Activity) -> Option<Duration>,
    ) -> Option<(PeerNetwork, u64)> {
        let is_asked = |network: &PeerNetwork| of.is_none_or(|asked| asked == *network);
        let addresses = self.sites.iter().flat_map(|(site, found)| {
            let network = |address: &IpAddr| PeerNetwork { site: *site, address: *address };
            found.addresses.iter().map(move |(address, found)| (network(address), found))
        });
        let connections =
            addresses.filter(|(network, _)| is_asked(network)).flat_map(|(network, address)| {
                address.connections.iter().map(move |(id, activity)| (network, *id, activity))
            });
        let timed =
            connections.filter_map(|(network, id, activity)| Some((time(activity)?, network, id)));
        let longest = timed.max_by_key(|(time, _, id)| (*time, Reverse(*id)));
        longest.map(|(_, network, id)| (network, id))
    }
}

/// Returns a share of all connections, at least one.
fn share(max: usize, divisor: usize) -> usize {
    (max / divisor).max(1)
}

#[cfg(test)]
mod tests;
