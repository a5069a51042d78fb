//! Several nodes on one store: the tasks that one of them runs.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use model::{
    Change, CommitOutcome, Fault, Lease, Node, NodeIdentity, Nodes, Seconds, TenantId, Timestamp,
    UsedValue, UsedValueKind,
};
use service::{Settings, ThisNode};
use store::MemoryStore;
use uuid::Uuid;

use crate::test_service::{ORIGIN, TENANT, TestService};

/// The id of the node under test.
pub const THIS: Uuid = Uuid::from_u128(0x0f4a_91c2_0000_4000_8000_0000_0000_0001);

/// The nodes of a test: the one of the service, and others.
#[derive(Default)]
pub struct TestNodes {
    others: Vec<Node>,
    /// Whether this node gets the lease.
    grants: Mutex<bool>,
    /// The nodes that left.
    left: Mutex<Vec<Uuid>>,
}

impl TestNodes {
    /// Creates the nodes.
    pub fn new(others: Vec<Node>) -> Arc<Self> {
        Arc::new(Self { others, ..Self::default() })
    }

    fn grant(&self, grants: bool) {
        *self.grants.lock().expect("a lock") = grants;
    }
}

#[async_trait]
impl Nodes for TestNodes {
    async fn heartbeat(&self, node: &NodeIdentity) -> Result<Vec<Node>, Fault> {
        let now = service::now();
        let own = Node { identity: node.clone(), started_at: now, seen_at: now };
        Ok(self.others.iter().cloned().chain([own]).collect())
    }

    async fn leave(&self, id: Uuid) -> Result<(), Fault> {
        self.left.lock().expect("a lock").push(id);
        Ok(())
    }

    async fn lease(&self, _: &str, holder: Uuid, _: Seconds) -> Result<Option<Lease>, Fault> {
        assert_eq!(holder, THIS);
        Ok(self.grants.lock().expect("a lock").then_some(Lease { fence: 7 }))
    }
}

/// Returns a service that is one of these nodes.
pub async fn service_among(nodes: &Arc<TestNodes>) -> TestService {
    let nodes: Arc<dyn Nodes> = Arc::<TestNodes>::clone(nodes);
    let node = ThisNode::new(THIS, "id-1".to_owned(), nodes);
    let settings = Settings { node, ..Settings::new(ORIGIN.to_owned()) };
    TestService::with_settings(Arc::new(MemoryStore::new()), settings).await
}

fn expired_value(number: u8) -> UsedValue {
    UsedValue {
        tenant: TenantId::new(TENANT),
        kind: UsedValueKind::DpopProof,
        digest: [number; 32],
        expires_at: Timestamp::from_seconds(1),
    }
}

async fn mark_used(service: &TestService, number: u8) {
    let change = Change::MarkUsed(expired_value(number));
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, CommitOutcome::Committed);
}

async fn is_used(service: &TestService, number: u8) -> bool {
    service.state.store.is_used(&expired_value(number)).await.expect("a store")
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn expired_rows_are_deleted_by_the_node_with_the_lease_only() {
    // An expired value stays while another node has the lease, and is deleted when this node gets
    // it. Another value stays once the lease is lost again, or given back.
    let nodes = TestNodes::new(Vec::new());
    let service = service_among(&nodes).await;
    service::jobs::start(&service.state);
    mark_used(&service, 1).await;
    pass(20).await;
    assert!(is_used(&service, 1).await);
    nodes.grant(true);
    pass(10).await;
    assert!(!is_used(&service, 1).await);
    nodes.grant(false);
    pass(10).await;
    mark_used(&service, 2).await;
    pass(20).await;
    assert!(is_used(&service, 2).await);
    nodes.grant(true);
    pass(10).await;
    assert!(!is_used(&service, 2).await);
    service.state.leave().await;
    mark_used(&service, 3).await;
    pass(20).await;
    assert!(is_used(&service, 3).await);
    assert_eq!(*nodes.left.lock().expect("a lock"), [THIS]);
}

#[tokio::test(start_paused = true)]
async fn signing_keys_are_rotated_by_the_node_with_the_lease_only() {
    // A rotation is due. It is not made by the periodic task of a node without the lease.
    let nodes = TestNodes::new(Vec::new());
    let service = service_among(&nodes).await;
    let tenant = TenantId::new(TENANT);
    let keys = async || service.state.store.signing_keys(tenant).await.expect("a store").len();
    let before = keys().await;
    service.change_tenant(|it| it.signing_key_lifetime = Seconds::hours(1)).await;
    service::jobs::start(&service.state);
    pass(1_300).await;
    assert_eq!(keys().await, before);
    nodes.grant(true);
    pass(700).await;
    assert!(keys().await > before);
}

#[tokio::test(start_paused = true)]
async fn only_node_of_a_store_runs_every_task() {
    // A service with the default settings deletes an expired value within some seconds.
    let service = TestService::new().await;
    service::jobs::start(&service.state);
    mark_used(&service, 1).await;
    pass(4).await;
    assert!(!is_used(&service, 1).await);
}
