//! The nodes that share a database: which are alive, and which of them runs a task of all.

use async_trait::async_trait;
use uuid::Uuid;

use crate::{Fault, Seconds, Timestamp};

/// The time for which a node counts as alive after its last heartbeat.
pub const NODE_LIFETIME: Seconds = Seconds::new(5);

/// The description of a node, which others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeIdentity {
    /// The id of the process. A restart has another one.
    pub id: Uuid,
    /// The name by which operators know the machine.
    pub address: String,
    /// The version of the binary.
    pub version: String,
}

/// A node: one process of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its description.
    pub identity: NodeIdentity,
    /// The time of its first heartbeat.
    pub started_at: Timestamp,
    /// The time of its last heartbeat.
    pub seen_at: Timestamp,
}

/// The right to run a task that one node at a time runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// A number that is higher for each new holder. It shows in the log who runs the tasks. No
    /// write depends on it: the tasks may be repeated, and guard what must happen once themselves.
    pub fence: u64,
}

/// The nodes that share a database. All times are those of the database: the clocks of nodes
/// differ.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Records that a node is alive. Returns all nodes whose last heartbeat is at most
    /// [`NODE_LIFETIME`] old, this one among them, the oldest node first.
    async fn heartbeat(&self, node: &NodeIdentity) -> Result<Vec<Node>, Fault>;

    /// Removes a node, and ends its leases. One that stops without it is not alive any more once
    /// its lifetime has passed.
    async fn leave(&self, id: Uuid) -> Result<(), Fault>;

    /// Takes a lease, or renews it. Returns `None` if another node holds it. A lease ends after
    /// `duration` unless it is renewed, and can then be taken by any node.
    async fn lease(
        &self,
        name: &str,
        holder: Uuid,
        duration: Seconds,
    ) -> Result<Option<Lease>, Fault>;
}
