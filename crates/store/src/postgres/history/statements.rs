//! The statements of the history that only PostgreSQL has.
//!
//! Transactions wait for each other in one direction only, so that none of them is deadlocked: a
//! row of `history_locks` is locked first; blocks, events and deliveries that another transaction
//! has locked are skipped; folded events are changed in the order of their keys, and so are totals,
//! shares before counts.

crate::sql::statements! {
    /// Waits until no other transaction has the lock.
    LOCK = "SELECT name FROM history_locks WHERE name = $1 FOR UPDATE";
    /// Finds no row if another transaction has the lock.
    TRY_LOCK = "SELECT name FROM history_locks WHERE name = $1 FOR UPDATE SKIP LOCKED";

    WRITE_BLOCKS = "INSERT INTO record_blocks (id, node, tenant, failed, unproven, uniform, from_at,
            until_at, records, bytes, filter, body)
        SELECT id, $1, tenant, failed, unproven, uniform, from_at, until_at, records, bytes, filter,
            body
        FROM unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::boolean[], $6::boolean[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bytea[])
            AS written (id, tenant, failed, unproven, uniform, from_at, until_at, records, bytes,
            filter, body)
        ON CONFLICT (id) DO UPDATE SET uniform = excluded.uniform, from_at = excluded.from_at,
            until_at = excluded.until_at, records = excluded.records, bytes = excluded.bytes,
            filter = excluded.filter, body = excluded.body";
    LOCK_BLOCKS = "SELECT id, from_at, until_at, records FROM record_blocks
        WHERE id = ANY ($1) FOR UPDATE SKIP LOCKED";
    OLD_BLOCKS = "SELECT id, node, tenant, failed, unproven, uniform, from_at, until_at, records,
            bytes
        FROM record_blocks WHERE from_at < $1 ORDER BY from_at LIMIT $2 FOR UPDATE SKIP LOCKED";
    OLDEST_BLOCKS_OF_SHARE = "SELECT id, node, tenant, failed, unproven, uniform, from_at, until_at,
            records, bytes
        FROM record_blocks WHERE tenant = $1 AND unproven = $2 ORDER BY from_at LIMIT $3
        FOR UPDATE SKIP LOCKED";
    DELETE_BLOCK = "DELETE FROM record_blocks WHERE id = $1";
    BLOCKS = "SELECT id, until_at, filter FROM record_blocks
        WHERE until_at >= $1 AND from_at < $2 AND failed >= $3 AND (until_at, id) < ($4, $5)
        ORDER BY until_at DESC, id DESC LIMIT $6";
    TENANT_BLOCKS = "SELECT id, until_at, filter FROM record_blocks
        WHERE until_at >= $1 AND from_at < $2 AND failed >= $3 AND (until_at, id) < ($4, $5)
            AND tenant = $7
        ORDER BY until_at DESC, id DESC LIMIT $6";
    BODIES = "SELECT body FROM record_blocks WHERE id = ANY ($1)";

    SHARES = "SELECT tenant, unproven, sum(records)::bigint, sum(bytes)::bigint FROM record_shares
        GROUP BY tenant, unproven";
    ADD_TO_SHARES = "INSERT INTO record_shares (tenant, unproven, node, records, bytes)
        SELECT * FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::bigint[], $5::bigint[])
        ON CONFLICT (tenant, unproven, node)
        DO UPDATE SET records = record_shares.records + excluded.records,
            bytes = record_shares.bytes + excluded.bytes";
    DELETE_EMPTY_SHARES = "DELETE FROM record_shares
        USING unnest($1::uuid[], $2::boolean[], $3::uuid[]) AS changed (tenant, unproven, node)
        WHERE record_shares.tenant = changed.tenant AND record_shares.unproven = changed.unproven
            AND record_shares.node = changed.node AND record_shares.records <= 0";
    ADD_TO_COUNTS = "INSERT INTO refusal_counts (tenant, bucket, number, node, count)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[])
        ON CONFLICT (tenant, bucket, number, node)
        DO UPDATE SET count = refusal_counts.count + excluded.count";
    DELETE_ZERO_COUNTS = "DELETE FROM refusal_counts
        USING unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[])
            AS changed (tenant, bucket, number, node)
        WHERE refusal_counts.tenant = changed.tenant AND refusal_counts.bucket = changed.bucket
            AND refusal_counts.number = changed.number AND refusal_counts.node = changed.node
            AND refusal_counts.count <= 0";
    DELETE_OLD_COUNTS = "WITH old AS MATERIALIZED (SELECT tenant, bucket, number, node
            FROM refusal_counts WHERE bucket < $1 ORDER BY bucket LIMIT $2 FOR UPDATE SKIP LOCKED)
        DELETE FROM refusal_counts USING old
        WHERE refusal_counts.tenant = old.tenant AND refusal_counts.bucket = old.bucket
            AND refusal_counts.number = old.number AND refusal_counts.node = old.node";
    COUNTS = "SELECT bucket, number, sum(count)::bigint FROM refusal_counts
        WHERE tenant = $1 AND bucket >= $2 AND bucket < $3 GROUP BY bucket, number";

    INSERT_EVENTS = "INSERT INTO events (at, tenant, kind, fold, folded, document, user_id)
        SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], $5::bigint[],
            $6::text[], $7::uuid[])
        ON CONFLICT (fold) WHERE fold IS NOT NULL
        DO UPDATE SET folded = events.folded + excluded.folded";
    EVENTS = "SELECT document, folded FROM events WHERE at >= $1 AND at < $2
        ORDER BY at DESC, id DESC LIMIT $3";
    /// Of the tenant, and of the whole installation.
    TENANT_EVENTS = "SELECT document, folded FROM (
            (SELECT at, id, document, folded FROM events WHERE tenant = $3 AND at >= $1 AND at < $2
            ORDER BY at DESC, id DESC LIMIT $5)
            UNION ALL
            (SELECT at, id, document, folded FROM events WHERE tenant = $4 AND at >= $1 AND at < $2
            ORDER BY at DESC, id DESC LIMIT $5)
        ) AS found ORDER BY at DESC, id DESC LIMIT $5";
    USER_EVENTS = "SELECT document, folded FROM events
        WHERE tenant = $1 AND user_id = $2 AND at >= $3 AND at < $4
        ORDER BY at DESC, id DESC LIMIT $5";
    LAST_EVENT = "SELECT document, folded FROM events WHERE kind = $1
        ORDER BY at DESC, id DESC LIMIT 1";
    /// The newest event of each kind.
    NEWEST_EVENTS = "SELECT DISTINCT ON (kind) id FROM events WHERE kind = ANY ($1)
        ORDER BY kind, at DESC, id DESC";
    DELETE_OLD_EVENTS = "WITH old AS MATERIALIZED (SELECT id FROM events
            WHERE at < $1 AND id <> ALL ($2) ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED)
        DELETE FROM events USING old WHERE events.id = old.id";
    DELETE_EVENTS_OF = "WITH old AS MATERIALIZED (SELECT id FROM events
            WHERE tenant = $1 AND kind = $2 AND id <> ALL ($3) ORDER BY at LIMIT $4
            FOR UPDATE SKIP LOCKED)
        DELETE FROM events USING old WHERE events.id = old.id";

    LOCK_TICKET = "SELECT document FROM tickets WHERE id = $1 FOR UPDATE";
    SWEEP_TICKETS = "WITH closed AS MATERIALIZED (SELECT id FROM tickets
            WHERE state = 2 AND opened_at < $1 ORDER BY opened_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        DELETE FROM tickets USING closed WHERE tickets.id = closed.id";
    INSERT_DELIVERIES = "INSERT INTO deliveries
            (id, due_at, attempts, webhook, created_at, document)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[], $5::bigint[],
            $6::text[])
        ON CONFLICT DO NOTHING";
    /// A delivery that another node leases at this moment is skipped.
    LEASE_DELIVERIES = "WITH due AS MATERIALIZED (SELECT id, due_at FROM deliveries
            WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        UPDATE deliveries SET due_at = $3, attempts = attempts + 1 FROM due
        WHERE deliveries.id = due.id
        RETURNING due.due_at, deliveries.attempts, deliveries.document";
    INSERT_LOGOUTS = "INSERT INTO logout_deliveries
            (id, tenant, client, due_at, attempts, created_at, document)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[],
            $6::bigint[], $7::text[])
        ON CONFLICT DO NOTHING";
    /// A delivery that another node leases at this moment is skipped.
    LEASE_LOGOUTS = "WITH due AS MATERIALIZED (SELECT id, due_at FROM logout_deliveries
            WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        UPDATE logout_deliveries SET due_at = $3, attempts = attempts + 1 FROM due
        WHERE logout_deliveries.id = due.id
        RETURNING due.due_at, logout_deliveries.attempts, logout_deliveries.document";
    LOGOUT_QUEUE = "SELECT count(*), min(created_at) FROM logout_deliveries";
    DELIVERY_QUEUE = "SELECT webhook, count(*), min(created_at) FROM deliveries GROUP BY webhook";
}

#[cfg(test)]
mod tests {
    use postgres_server::Server;
    use tokio_postgres::{NoTls, SimpleQueryMessage};
    use uuid::Uuid;

    use super::ALL;
    use crate::{Access, DatabaseSettings, PostgresHistory, sql::history as shared};

    /// The types of parameters that PostgreSQL cannot infer.
    const TICKETS_TYPES: &str = "(bigint, uuid, smallint, bigint, uuid, bigint, uuid, bigint)";

    /// The statements with a condition that are not PostgreSQL's own.
    const SHARED: [(&str, &str); 10] = [
        ("KIND_WITH_MOST_EVENTS", shared::KIND_WITH_MOST_EVENTS),
        ("COUNT_OPEN_TICKETS", shared::COUNT_OPEN_TICKETS),
        ("UPDATE_TICKET", shared::UPDATE_TICKET),
        ("TICKET", shared::TICKET),
        ("TICKETS", shared::TICKETS),
        ("RESCHEDULE_DELIVERY", shared::RESCHEDULE_DELIVERY),
        ("DELETE_DELIVERY", shared::DELETE_DELIVERY),
        ("COUNT_LOGOUTS", shared::COUNT_LOGOUTS),
        ("RESCHEDULE_LOGOUT", shared::RESCHEDULE_LOGOUT),
        ("DELETE_LOGOUT", shared::DELETE_LOGOUT),
    ];

    #[tokio::test]
    async fn every_condition_uses_an_index() {
        // Reads PostgreSQL's plan of each statement with a condition, for parameters that it does
        // not know. It scans a table only if it has no index for the condition.
        let url = Server::shared().create_database().await.unwrap();
        let settings = DatabaseSettings::parse(&url).unwrap();
        PostgresHistory::connect(&settings, Uuid::nil(), Access::Migrate).await.unwrap();
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let set = "SET enable_seqscan = off; SET enable_bitmapscan = off;
            SET plan_cache_mode = force_generic_plan";
        client.batch_execute(set).await.unwrap();
        for (name, text) in ALL.iter().chain(&SHARED).filter(|(_, text)| text.contains("WHERE")) {
            let types = if *name == "TICKETS" { TICKETS_TYPES } else { "" };
            let is_used = |number: &usize| text.contains(&format!("${number}"));
            let nulls = vec!["NULL"; (1..20).take_while(is_used).count()].join(", ");
            let explain =
                format!("PREPARE {name} {types} AS {text}; EXPLAIN EXECUTE {name} ({nulls})");
            for message in client.simple_query(&explain).await.unwrap() {
                let SimpleQueryMessage::Row(row) = message else { continue };
                let step = row.get(0).unwrap();
                assert!(!step.contains("Seq Scan"), "{name}: {step}");
            }
        }
    }
}
