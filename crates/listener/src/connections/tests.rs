//! Tests of the table of connections, without sockets.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: ED = the edge of HTTP
//! and of the flow.

use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Opens connections of an address until one is refused or this many are open.
fn fill(connections: &Arc<Connections>, from: &str, number: usize) -> Vec<Slot> {
    (0..number).map_while(|_| connections.open(Some(address(from)))).collect()
}

/// Returns how many of the connections were closed for others.
fn closed(slots: &[Slot]) -> usize {
    slots.iter().filter(|slot| slot.activity().displacement().is_some()).count()
}

fn connections(max: usize) -> Arc<Connections> {
    Connections::new(max, ConnectionMetrics::default())
}

#[tokio::test]
async fn an_address_replaces_its_own_idle_connections_beyond_its_share() {
    // ED9: opens as many connections as the listener has from one address: a quarter stays open,
    // and another address still gets one without closing any.
    let connections = connections(64);
    let flood = fill(&connections, "192.0.2.1", 64);
    assert_eq!((flood.len(), closed(&flood)), (64, 48));
    let other = connections.open(Some(address("192.0.2.2"))).expect("a place");
    assert!(other.activity().displacement().is_none());
    assert_eq!((closed(&flood), connections.metrics.displaced.get()), (48, 48));
}

#[tokio::test]
async fn addresses_of_one_ipv6_48_share_half_of_the_connections() {
    // ED9: opens connections from 64 networks of one /48: half of the listener stays open, and each
    // new one takes the place of another of them.
    let connections = connections(64);
    let open = |number: u16| {
        let from = format!("2001:db8:1:{number:x}::1");
        connections.open(Some(address(&from)))
    };
    let flood: Vec<Slot> = (0..64).filter_map(open).collect();
    assert_eq!((flood.len(), closed(&flood)), (64, 32));
    assert!(connections.open(Some(address("2001:db8:2::1"))).is_some());
}

#[tokio::test]
async fn a_full_listener_closes_the_longest_idle_of_the_largest_network() {
    // ED9: fills the listener from five addresses, one with fewer connections; a newcomer takes the
    // place of the first connection of one with most, and the small one keeps its own.
    let connections = connections(64);
    let small = fill(&connections, "192.0.2.9", 4);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let large = fill(&connections, "192.0.2.1", 16);
    let others: Vec<Slot> =
        (2..5).flat_map(|last| fill(&connections, &format!("192.0.2.{last}"), 15)).collect();
    assert_eq!((closed(&small), closed(&large), closed(&others)), (0, 1, 0));
    assert!(large[0].activity().displacement().is_some());
    let newcomer = connections.open(Some(address("198.51.100.1")));
    assert!(newcomer.is_some());
    assert_eq!((closed(&small), closed(&large) + closed(&others)), (0, 2));
}

#[tokio::test]
async fn busy_connections_are_closed_only_for_a_smaller_network() {
    // ED9: with every connection busy, the network with most connections loses one to a newcomer,
    // and gets none itself.
    let connections = connections(8);
    let busy: Vec<Slot> = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"]
        .into_iter()
        .chain(["192.0.2.3", "192.0.2.4", "192.0.2.4"])
        .filter_map(|from| connections.open(Some(address(from))))
        .collect();
    for slot in &busy {
        slot.activity().request_started();
    }
    assert_eq!((busy.len(), closed(&busy)), (8, 0));
    assert!(connections.open(Some(address("192.0.2.1"))).is_none());
    assert_eq!(connections.metrics.refused.get(), 1);
    let newcomer = connections.open(Some(address("192.0.2.9")));
    assert_eq!((newcomer.is_some(), closed(&busy)), (true, 1));
}

#[tokio::test]
async fn busy_connections_of_a_flood_are_closed_before_idle_ones_of_others() {
    // ED9: four addresses keep all places but one busy. Two newcomers take places of the flood, and
    // the connection of another address, idle for longer, stays open.
    let connections = connections(64);
    let other = connections.open(Some(address("198.51.100.1"))).expect("a place");
    let flood: Vec<Slot> = [16, 16, 16, 15]
        .into_iter()
        .zip(1..)
        .flat_map(|(number, last)| fill(&connections, &format!("192.0.2.{last}"), number))
        .collect();
    for slot in &flood {
        slot.activity().request_started();
    }
    let newcomers: Vec<Slot> = ["198.51.100.2", "198.51.100.3"]
        .into_iter()
        .filter_map(|from| connections.open(Some(address(from))))
        .collect();
    assert_eq!((newcomers.len(), closed(&flood), closed(&newcomers)), (2, 2, 0));
    assert!(other.activity().displacement().is_none());
}

#[tokio::test]
async fn a_proxy_has_no_share_and_is_not_closed_for_others() {
    // ED9: a trusted proxy fills the listener; another peer is refused until a connection ends.
    let connections = connections(4);
    let mut proxied: Vec<Slot> = (0..4).filter_map(|_| connections.open(None)).collect();
    assert!(connections.open(Some(address("192.0.2.1"))).is_none());
    assert_eq!((proxied.len(), closed(&proxied)), (4, 0));
    proxied.pop();
    assert!(connections.open(Some(address("192.0.2.1"))).is_some());
}

#[tokio::test]
async fn the_table_is_empty_after_the_last_connection() {
    // Opens and drops connections of both kinds, one of which was closed for another.
    let connections = connections(4);
    drop((fill(&connections, "192.0.2.1", 9), connections.open(None)));
    let table = connections.table();
    assert_eq!((table.open, table.sites.len()), (0, 0));
}
