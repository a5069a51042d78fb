//! The nodes that share the database: the others know this one, and one of them runs the tasks of
//! all.

mod node_count;
mod single_node;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{Fault, Node, NodeIdentity, Nodes, Seconds, Timestamp};
use tokio::time::{Duration, Instant};
use uuid::Uuid;

pub(crate) use node_count::NodeCount;
use single_node::SingleNode;

use crate::system;

/// The name of the lease of the tasks that one node at a time runs.
const LEASE_NAME: &str = "jobs";
/// The time after which another node takes the lease, if this one does not renew it.
const LEASE_DURATION: Duration = Duration::from_secs(15);
/// Interval of taking or renewing the lease.
const LEASE_INTERVAL: Duration = Duration::from_secs(5);

/// The time by which the clock of a node may be ahead of that of the database.
const CLOCK_AHEAD_MAX: Seconds = Seconds::minutes(1);

/// This process among the nodes that share its database.
#[derive(Clone)]
pub struct ThisNode {
    /// Its description for the others.
    pub identity: NodeIdentity,
    nodes: Arc<dyn Nodes>,
}

/// The others as this node knows them, and the lease of the tasks of all.
pub(crate) struct NodeMembership {
    node: ThisNode,
    live: NodeCount,
    seen: Mutex<Arc<[Node]>>,
    lease: Mutex<HeldLease>,
    /// Whether the clock of this machine is ahead of that of the database.
    is_clock_ahead: AtomicBool,
    /// Held during every heartbeat, so that none follows the end.
    has_left: tokio::sync::Mutex<bool>,
}

/// The lease as far as this node knows.
#[derive(Default)]
struct HeldLease {
    asked_at: Option<Instant>,
    /// Before its end in the database, whose time begins later.
    ends_at: Option<Instant>,
    /// The fence of the last time that this node held it.
    fence: Option<u64>,
}

impl ThisNode {
    /// Creates a node of this release. The address is for operators: the name of the machine.
    pub fn new(id: Uuid, address: String, nodes: Arc<dyn Nodes>) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { identity: NodeIdentity { id, address, version }, nodes }
    }

    /// Creates the only node of a store that no other process serves.
    pub fn single() -> Self {
        Self::new(Uuid::nil(), String::new(), Arc::new(SingleNode))
    }
}

impl fmt::Debug for ThisNode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.identity.fmt(formatter)
    }
}

impl NodeMembership {
    /// Creates the membership of a node that no other one has seen yet.
    pub(crate) fn new(node: ThisNode) -> Self {
        Self {
            node,
            live: NodeCount::default(),
            seen: Mutex::new(Arc::new([])),
            lease: Mutex::default(),
            is_clock_ahead: AtomicBool::new(false),
            has_left: tokio::sync::Mutex::default(),
        }
    }

    /// Returns the number of live nodes, which changes with each heartbeat. It is the last known
    /// one while the database is away.
    pub(crate) const fn live(&self) -> &NodeCount {
        &self.live
    }

    /// Returns the nodes that were alive at the last heartbeat.
    pub(crate) fn seen(&self) -> Arc<[Node]> {
        Arc::clone(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether this is the id of this node.
    pub(crate) fn is_this(&self, id: Uuid) -> bool {
        self.node.identity.id == id
    }

    /// Returns whether this node runs the tasks that one node at a time runs.
    pub(crate) fn holds_lease(&self) -> bool {
        self.lease().ends_at.is_some_and(|end| Instant::now() < end)
    }

    /// Sends a heartbeat, and takes or renews the lease if it is time to. Call it each second.
    ///
    /// # Errors
    /// The database failed. What was known stays, and the lease ends by itself.
    pub(crate) async fn keep_alive(&self) -> Result<(), Fault> {
        let has_left = self.has_left.lock().await;
        if *has_left {
            return Ok(());
        }
        let heartbeat = self.beat().await;
        if self.is_clock_ahead() {
            // Its tasks would delete what the other nodes still need.
            self.lease().ends_at = None;
            return heartbeat;
        }
        let renewal = self.renew_lease().await;
        heartbeat.and(renewal)
    }

    async fn beat(&self) -> Result<(), Fault> {
        let seen = self.node.nodes.heartbeat(&self.node.identity).await?;
        self.live.set(seen.len());
        let own = seen.iter().find(|node| self.is_this(node.identity.id));
        self.compare_clocks(own.map(|node| node.seen_at));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen.into();
        Ok(())
    }

    /// Returns whether the clock of this machine is ahead of that of the database. Such a node
    /// neither runs the tasks of all nor stores its time.
    pub(crate) fn is_clock_ahead(&self) -> bool {
        self.is_clock_ahead.load(Ordering::Relaxed)
    }

    /// Compares the clock of this machine with the time that the database has just shown.
    fn compare_clocks(&self, database: Option<Timestamp>) {
        let ahead = database.map(|database| system::now() - database);
        let is_ahead = ahead.is_some_and(|ahead| ahead > CLOCK_AHEAD_MAX);
        if self.is_clock_ahead.swap(is_ahead, Ordering::Relaxed) != is_ahead {
            let seconds = ahead.map(Seconds::get);
            if is_ahead {
                tracing::error!(
                    seconds,
                    "the clock is ahead of that of the database; this node runs no tasks"
                );
            } else {
                tracing::info!("the clock agrees with that of the database again");
            }
        }
    }

    async fn renew_lease(&self) -> Result<(), Fault> {
        let now = Instant::now();
        let is_early = |asked_at| now < asked_at + LEASE_INTERVAL;
        if self.lease().asked_at.is_some_and(is_early) {
            return Ok(());
        }
        self.lease().asked_at = Some(now);
        let (id, duration) = (self.node.identity.id, seconds(LEASE_DURATION));
        let granted = self.node.nodes.lease(LEASE_NAME, id, duration).await?;
        let mut lease = self.lease();
        lease.ends_at = granted.map(|_| now + LEASE_DURATION);
        let fence = granted.map(|granted| granted.fence);
        if fence.is_some_and(|fence| fence > 1) && fence != lease.fence {
            tracing::info!(fence, "took over the periodic tasks from another node");
        }
        lease.fence = fence.or(lease.fence);
        Ok(())
    }

    /// Ends the membership and the lease at once, before the process stops. Without it, the others
    /// notice the end of this node after some seconds.
    pub(crate) async fn leave(&self) {
        let mut has_left = self.has_left.lock().await;
        *has_left = true;
        self.lease().ends_at = None;
        if let Err(fault) = self.node.nodes.leave(self.node.identity.id).await {
            tracing::warn!(cause = fault.cause(), "the other nodes do not know of the stop");
        }
    }

    fn lease(&self) -> MutexGuard<'_, HeldLease> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds(duration: Duration) -> Seconds {
    Seconds::new(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use model::{FaultKind, Lease};

    use super::*;

    /// A database with three nodes, of which this one may get the lease.
    #[derive(Default)]
    struct Database {
        is_away: Mutex<bool>,
        /// The time by which its clock is behind.
        behind: Mutex<Seconds>,
        fence: Mutex<Option<u64>>,
        calls: Mutex<Vec<&'static str>>,
    }

    impl Database {
        fn call(&self, name: &'static str) -> Result<(), Fault> {
            self.calls.lock().expect("a lock").push(name);
            if *self.is_away.lock().expect("a lock") {
                return Err(Fault::from_message(FaultKind::StoreUnavailable, "away"));
            }
            Ok(())
        }

        fn calls(&self, name: &str) -> usize {
            self.calls.lock().expect("a lock").iter().filter(|it| **it == name).count()
        }
    }

    #[async_trait]
    impl Nodes for Database {
        async fn heartbeat(&self, node: &NodeIdentity) -> Result<Vec<Node>, Fault> {
            self.call("heartbeat")?;
            let at = system::now() - *self.behind.lock().expect("a lock");
            let node = Node { identity: node.clone(), started_at: at, seen_at: at };
            Ok(vec![node; 3])
        }

        async fn leave(&self, _id: Uuid) -> Result<(), Fault> {
            self.call("leave")
        }

        async fn lease(
            &self,
            name: &str,
            _holder: Uuid,
            duration: Seconds,
        ) -> Result<Option<Lease>, Fault> {
            assert_eq!((name, duration), ("jobs", Seconds::new(15)));
            self.call("lease")?;
            Ok(self.fence.lock().expect("a lock").map(|fence| Lease { fence }))
        }
    }

    fn member(database: &Arc<Database>) -> NodeMembership {
        let database: Arc<dyn Nodes> = Arc::<Database>::clone(database);
        NodeMembership::new(ThisNode::new(Uuid::from_u128(1), "id-1".to_owned(), database))
    }

    /// Keeps the node alive for some seconds, and returns the number of failures.
    async fn live_on(member: &NodeMembership, seconds: u32) -> usize {
        let mut failures = 0;
        for _ in 0..seconds {
            tokio::time::sleep(Duration::from_secs(1)).await;
            failures += usize::from(member.keep_alive().await.is_err());
        }
        failures
    }

    #[tokio::test(start_paused = true)]
    async fn lease_is_renewed_every_five_seconds_until_it_is_lost() {
        // The node has the lease for 20 seconds, then another one has it.
        let database = Arc::new(Database::default());
        let member = member(&database);
        assert!(!member.holds_lease() && member.live().get() == 1);
        *database.fence.lock().expect("a lock") = Some(4);
        assert_eq!(live_on(&member, 20).await, 0);
        assert!(member.holds_lease());
        assert_eq!((database.calls("heartbeat"), database.calls("lease")), (20, 4));
        assert_eq!((member.live().get(), member.seen().len()), (3, 3));
        *database.fence.lock().expect("a lock") = None;
        assert_eq!(live_on(&member, 5).await, 0);
        assert!(!member.holds_lease());
    }

    #[tokio::test(start_paused = true)]
    async fn lease_ends_by_itself_while_the_database_is_away() {
        // The last renewal is four seconds old when the database goes away. The number of nodes
        // stays.
        let database = Arc::new(Database::default());
        *database.fence.lock().expect("a lock") = Some(1);
        let member = member(&database);
        live_on(&member, 5).await;
        *database.is_away.lock().expect("a lock") = true;
        assert_eq!(live_on(&member, 10).await, 10);
        assert!(member.holds_lease());
        live_on(&member, 1).await;
        assert!(!member.holds_lease());
        assert_eq!((member.live().get(), member.seen().len()), (3, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn node_that_left_sends_no_heartbeat() {
        // The node leaves with the lease, and its task goes on.
        let database = Arc::new(Database::default());
        *database.fence.lock().expect("a lock") = Some(1);
        let member = member(&database);
        live_on(&member, 1).await;
        assert!(member.holds_lease());
        member.leave().await;
        live_on(&member, 10).await;
        assert!(!member.holds_lease());
        assert_eq!(*database.calls.lock().expect("a lock"), ["heartbeat", "lease", "leave"]);
    }

    #[tokio::test(start_paused = true)]
    async fn node_with_a_clock_ahead_gives_up_the_tasks() {
        // The clock of the database is 59, then 62 seconds behind, then as this one.
        let database = Arc::new(Database::default());
        *database.fence.lock().expect("a lock") = Some(1);
        let member = member(&database);
        let set_behind = |seconds| {
            *database.behind.lock().expect("a lock") = Seconds::new(seconds);
        };
        set_behind(59);
        live_on(&member, 6).await;
        assert!(member.holds_lease() && !member.is_clock_ahead());
        set_behind(62);
        live_on(&member, 1).await;
        assert!(!member.holds_lease() && member.is_clock_ahead());
        let asked = database.calls("lease");
        live_on(&member, 10).await;
        assert_eq!(database.calls("lease"), asked);
        set_behind(0);
        live_on(&member, 6).await;
        assert!(member.holds_lease() && !member.is_clock_ahead());
    }
}
