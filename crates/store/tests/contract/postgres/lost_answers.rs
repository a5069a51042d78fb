//! Connections that are lost while a change of the directory is committed.

use std::sync::Arc;

use model::{ChangedRow, ChangedRows, Directory, DirectoryChange, FaultKind};
use postgres_server::Server;
use store::PostgresStore;

use super::{
    SharedDatabase,
    commit_proxy::{CommitProxy, Loss},
};
use crate::rows::{tenant, tenant_id};

/// A node whose connections go through a proxy, and one whose connections do not.
async fn nodes() -> (CommitProxy, Arc<PostgresStore>, Arc<PostgresStore>) {
    let database = SharedDatabase::create().await;
    let proxy = CommitProxy::start(Server::shared().port()).await;
    let node = database.node_behind(proxy.port()).await;
    (proxy, node, database.node().await)
}

fn put_tenant() -> Vec<DirectoryChange> {
    vec![DirectoryChange::PutTenant(tenant(1, "one"))]
}

#[tokio::test(flavor = "multi_thread")]
async fn change_is_applied_if_only_the_answer_to_its_commit_is_lost() {
    // Loses the answer, twenty times: the node reads on another connection that it was stored.
    let (proxy, node, direct) = nodes().await;
    for round in 1..=20 {
        proxy.lose_next(Loss::Answer);
        node.apply(put_tenant()).await.unwrap();
        assert!(proxy.has_lost());
        assert_eq!(direct.directory_state().await.unwrap().generation, round);
    }
    let changed = direct.external_changes(19).await.unwrap().changed;
    assert_eq!(changed, ChangedRows::Rows(vec![ChangedRow::Tenant(tenant_id(1))]));
}

#[tokio::test(flavor = "multi_thread")]
async fn change_is_a_fault_and_not_stored_if_its_commit_is_lost() {
    // Loses the commit itself, and then tries again.
    let (proxy, node, direct) = nodes().await;
    proxy.lose_next(Loss::Request);
    let fault = node.apply(put_tenant()).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreUnavailable, "{fault}");
    assert_eq!(direct.tenants().await.unwrap(), []);
    assert_eq!(direct.directory_state().await.unwrap().generation, 0);
    node.apply(put_tenant()).await.unwrap();
    assert_eq!(direct.tenants().await.unwrap(), [tenant(1, "one")]);
}
