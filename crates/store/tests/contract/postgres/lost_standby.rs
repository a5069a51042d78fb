//! The store while no standby confirms its commits.

use std::{sync::Arc, time::Duration};

use model::{
    Change, CommitOutcome, Directory, FaultKind, Grant, GrantId, Ledger, NodeIdentity, Nodes,
    Seconds, Timestamp,
};
use postgres_server::{Durability, Server, execute};
use store::{Access, DatabaseSettings, LedgerSettings, PostgresStore};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::rows::grant;

/// The connections of the pool of each component.
const CONNECTIONS_MAX: usize = 6;

async fn set_standby(url: &str, name: &str) {
    let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
    execute(url, &set).await.unwrap();
    execute(url, "SELECT pg_reload_conf()").await.unwrap();
}

async fn open(node: &PostgresStore, number: u32) -> Result<CommitOutcome, model::Fault> {
    let end = Timestamp::from_seconds(4_000_000_000) + Seconds::days(1);
    let mut random = [0; 16];
    random[4..8].copy_from_slice(&number.to_be_bytes());
    let row = Grant { id: GrantId::with_end(random, end, 0), expires_at: end, ..grant(1, 0) };
    node.commit(vec![Change::OpenGrant(row)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_standby_takes_neither_reads_nor_connections_of_the_server() {
    // Opens grants for ten seconds while no standby confirms them, reads, and lets it come back.
    let server = Server::start(Durability::Unsynced).unwrap();
    let url = server.create_database().await.unwrap();
    let mut settings = DatabaseSettings::parse(&url).unwrap();
    settings.connections_max = CONNECTIONS_MAX;
    let ledger = [LedgerSettings::only(settings.clone())];
    let node = Arc::new(PostgresStore::connect(&settings, &ledger, Access::Migrate).await.unwrap());
    assert_eq!(open(&node, 0).await.unwrap(), CommitOutcome::Committed);
    set_standby(&url, "missing").await;
    let mut number = 1;
    // The server takes the setting over soon.
    while open(&node, number).await.is_ok() {
        number += 1;
    }
    let (address, version) = ("node.test".to_owned(), "1".to_owned());
    let identity = NodeIdentity { id: Uuid::from_u128(1), address, version };
    let began_at = Instant::now();
    while began_at.elapsed() < Duration::from_secs(10) {
        number += 1;
        let fault = open(&node, number).await.unwrap_err();
        assert!(
            matches!(fault.kind(), FaultKind::StoreUnavailable | FaultKind::StoreNotAsked),
            "{fault:?}"
        );
        node.ledger_state().await.unwrap();
        assert!(node.heartbeat(&identity).await.is_err());
        assert!(node.tenants().await.is_ok());
        sleep(Duration::from_millis(50)).await;
    }
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'admit'";
    let count: usize = execute(&url, count).await.unwrap().remove(0).parse().unwrap();
    // Those of the pools of directory and ledger, and as many that wait for an answer.
    assert!(count <= 4 * CONNECTIONS_MAX, "{count} connections");
    set_standby(&url, "").await;
    let returned_at = Instant::now();
    while open(&node, 1_000_000).await.is_err() {
        assert!(returned_at.elapsed() < Duration::from_secs(60), "nothing is stored again");
        sleep(Duration::from_millis(50)).await;
    }
}
