//! The nodes on PostgreSQL: heartbeats and leases.

use std::sync::Arc;

use model::{Lease, Node, NodeIdentity, Nodes, Seconds};
use store::PostgresStore;
use tokio::task::JoinSet;
use tokio_postgres::Client;
use uuid::Uuid;

use super::SharedDatabase;

const DURATION: Seconds = Seconds::minutes(10);

fn identity(number: u128) -> NodeIdentity {
    NodeIdentity {
        id: Uuid::from_u128(number),
        address: format!("node-{number}"),
        version: "1.2.3".to_owned(),
    }
}

async fn beat(store: &PostgresStore, number: u128) -> Vec<Node> {
    store.heartbeat(&identity(number)).await.unwrap()
}

/// Returns the numbers of the nodes that one sees.
async fn seen(store: &PostgresStore, number: u128) -> Vec<u128> {
    beat(store, number).await.iter().map(|node| node.identity.id.as_u128()).collect()
}

/// Moves the last heartbeat of a node into the past.
async fn silence(client: &Client, number: u128, time: &str) {
    let statement = format!("UPDATE nodes SET seen_at = now() - interval '{time}' WHERE id = $1");
    assert_eq!(client.execute(&statement, &[&Uuid::from_u128(number)]).await.unwrap(), 1);
}

/// Returns the fence of the lease if a node gets it.
async fn fence(store: &PostgresStore, number: u128, duration: Seconds) -> Option<u64> {
    let lease = store.lease("jobs", Uuid::from_u128(number), duration).await.unwrap();
    lease.map(|lease| lease.fence)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_one_database_see_each_other() {
    // Two nodes, one of them without names of statements, send heartbeats. The first sends another
    // one, and the second leaves.
    let database = SharedDatabase::create().await;
    let (one, two) = (database.node().await, database.node_without_names().await);
    let first = beat(&one, 7).await;
    assert_eq!(first.len(), 1);
    assert_eq!(seen(&two, 3).await, [7, 3]);
    let second = beat(&one, 7).await;
    let identities: Vec<_> = second.iter().map(|node| node.identity.clone()).collect();
    assert_eq!(identities, [identity(7), identity(3)]);
    assert_eq!(second[0].started_at, first[0].started_at);
    assert!(second[0].seen_at > first[0].seen_at);
    assert_eq!(second[1].started_at, second[1].seen_at);
    two.leave(identity(3).id).await.unwrap();
    assert_eq!(seen(&one, 7).await, [7]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node_without_heartbeats_is_not_listed_after_its_lifetime() {
    // Moves the last heartbeat of the second node back by one second, by six, and by two hours,
    // after which its row is deleted. The node then begins anew.
    let database = SharedDatabase::create().await;
    let (one, two, client) =
        (database.node().await, database.node().await, database.client().await);
    beat(&one, 1).await;
    let started_at = beat(&two, 2).await[1].started_at;
    for (silent_for, expected) in [("1 second", 2), ("6 seconds", 1), ("2 hours", 1)] {
        silence(&client, 2, silent_for).await;
        assert_eq!(seen(&one, 1).await.len(), expected, "{silent_for}");
    }
    let stored: i64 = client.query_one("SELECT count(*) FROM nodes", &[]).await.unwrap().get(0);
    assert_eq!(stored, 1);
    assert!(beat(&two, 2).await[1].started_at > started_at);
    assert_eq!(seen(&one, 1).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_nodes_takes_a_free_lease() {
    // Twenty nodes at two stores take unused leases at once, and again when each has
    // ended: its holder keeps the fence, another one raises it.
    let database = SharedDatabase::create().await;
    let (stores, client) =
        ([database.node().await, database.node().await], database.client().await);
    for round in 0..10 {
        let (holder, Lease { fence }) = race(&stores, round).await;
        assert_eq!(fence, 1);
        client.execute("UPDATE leases SET ends_at = now()", &[]).await.unwrap();
        let (next, Lease { fence }) = race(&stores, round).await;
        assert_eq!(fence, 1 + u64::from(next != holder));
    }
}

/// Returns the one of twenty nodes that gets a lease, and what it gets.
async fn race(stores: &[Arc<PostgresStore>; 2], round: u32) -> (u128, Lease) {
    let mut racers = JoinSet::new();
    for (number, store) in (0..20).zip(stores.iter().cycle().cloned()) {
        racers.spawn(async move {
            let name = format!("lease {round}");
            let granted = store.lease(&name, Uuid::from_u128(number), DURATION).await.unwrap();
            granted.map(|lease| (number, lease))
        });
    }
    let granted: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
    assert_eq!(granted.len(), 1, "{granted:?}");
    granted.first().copied().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lease_is_kept_by_renewal_and_taken_over_with_a_higher_fence() {
    // The first node renews its lease, while the second one is refused. The last renewal ends at
    // once. The second takes the lease, and the first gets it back when the second leaves.
    let database = SharedDatabase::create().await;
    let (one, two) = (database.node().await, database.node_without_names().await);
    for _ in 0..3 {
        assert_eq!(fence(&one, 1, DURATION).await, Some(1));
        assert_eq!(fence(&two, 2, DURATION).await, None);
    }
    assert_eq!(fence(&one, 1, Seconds::new(0)).await, Some(1));
    assert_eq!(fence(&two, 2, DURATION).await, Some(2));
    assert_eq!(fence(&one, 1, DURATION).await, None);
    let other = one.lease("other", Uuid::from_u128(1), DURATION).await.unwrap();
    assert_eq!(other, Some(Lease { fence: 1 }));
    two.leave(Uuid::from_u128(2)).await.unwrap();
    assert_eq!(fence(&one, 1, DURATION).await, Some(3));
    assert_eq!(fence(&two, 2, DURATION).await, None);
}
