//! The nodes that share a database on PostgreSQL, by its clock.

use async_trait::async_trait;
use model::{Fault, Lease, NODE_LIFETIME, Node, NodeIdentity, Nodes, Seconds};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{PostgresStore, column};

/// Adds or renews the row of a node, and returns it with those of all others that are alive.
/// Deletes the rows of nodes that stopped long ago.
const HEARTBEAT: &str = "
    WITH old AS (
        DELETE FROM nodes WHERE id <> $1 AND seen_at < now() - interval '1 hour'
    ), own AS (
        INSERT INTO nodes (id, address, version, started_at, seen_at)
        VALUES ($1, $2, $3, now(), now())
        ON CONFLICT (id) DO UPDATE
        SET address = excluded.address, version = excluded.version, seen_at = excluded.seen_at
        RETURNING id, address, version, started_at, seen_at
    ), alive AS (
        SELECT id, address, version, started_at, seen_at FROM own
        UNION ALL
        SELECT id, address, version, started_at, seen_at FROM nodes
        WHERE id <> $1 AND seen_at >= now() - $4 * interval '1 second'
    )
    SELECT id, address, version, (extract(epoch FROM started_at) * 1000000)::bigint,
        (extract(epoch FROM seen_at) * 1000000)::bigint
    FROM alive ORDER BY started_at, id";

const LEAVE: &str = "
    WITH ended AS (
        UPDATE leases SET ends_at = now() WHERE holder = $1 AND ends_at > now()
    )
    DELETE FROM nodes WHERE id = $1";

/// Takes a lease that is free, has ended or is held by this node already. The condition is checked
/// on the row as the last transaction left it, so of many nodes one takes the lease.
const LEASE: &str = "
    INSERT INTO leases (name, holder, fence, ends_at)
    VALUES ($1, $2, 1, now() + $3 * interval '1 second')
    ON CONFLICT (name) DO UPDATE
    SET holder = excluded.holder, ends_at = excluded.ends_at,
        fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
    WHERE leases.holder = excluded.holder OR leases.ends_at <= now()
    RETURNING fence";

#[async_trait]
impl Nodes for PostgresStore {
    async fn heartbeat(&self, node: &NodeIdentity) -> Result<Vec<Node>, Fault> {
        let lifetime = NODE_LIFETIME.get();
        let parameters = [
            (&node.id as _, Type::UUID),
            (&node.address as _, Type::TEXT),
            (&node.version as _, Type::TEXT),
            (&lifetime as _, Type::INT8),
        ];
        let alive = self.directory.query_for_write(HEARTBEAT, &parameters).await?;
        alive.iter().map(node_of_row).collect()
    }

    async fn leave(&self, id: Uuid) -> Result<(), Fault> {
        self.directory.execute(LEAVE, &[(&id, Type::UUID)]).await.map(drop)
    }

    async fn lease(
        &self,
        name: &str,
        holder: Uuid,
        duration: Seconds,
    ) -> Result<Option<Lease>, Fault> {
        let seconds = duration.get();
        let parameters =
            [(&name as _, Type::TEXT), (&holder as _, Type::UUID), (&seconds as _, Type::INT8)];
        let taken = self.directory.query_for_write(LEASE, &parameters).await?;
        taken.first().map(|row| Ok(Lease { fence: column::unsigned(row, 0)? })).transpose()
    }
}

fn node_of_row(row: &Row) -> Result<Node, Fault> {
    let identity = NodeIdentity {
        id: column::get(row, 0)?,
        address: column::get(row, 1)?,
        version: column::get(row, 2)?,
    };
    Ok(Node { identity, started_at: column::time(row, 3)?, seen_at: column::time(row, 4)? })
}
