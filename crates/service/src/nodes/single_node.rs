//! The only node of a store that no other process serves.

use async_trait::async_trait;
use model::{Fault, Lease, Node, NodeIdentity, Nodes, Seconds};
use uuid::Uuid;

use crate::system::now;

/// The nodes of a store in files or in memory: one, which holds every lease.
pub(super) struct SingleNode;

#[async_trait]
impl Nodes for SingleNode {
    async fn heartbeat(&self, node: &NodeIdentity) -> Result<Vec<Node>, Fault> {
        let now = now();
        Ok(vec![Node { identity: node.clone(), started_at: now, seen_at: now }])
    }

    async fn leave(&self, _id: Uuid) -> Result<(), Fault> {
        Ok(())
    }

    async fn lease(
        &self,
        _name: &str,
        _holder: Uuid,
        _duration: Seconds,
    ) -> Result<Option<Lease>, Fault> {
        Ok(Some(Lease { fence: 1 }))
    }
}
