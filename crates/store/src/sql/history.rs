//! The statements of the history.

super::statements! {
    TOTALS = "SELECT records, bytes FROM totals";
    ADD_TO_TOTALS = "UPDATE totals SET records = records + $1, bytes = bytes + $2";
    SHARES = "SELECT tenant, unproven, records, bytes FROM record_shares";
    ADD_TO_SHARE = "INSERT INTO record_shares (tenant, unproven, records, bytes)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, unproven)
        DO UPDATE SET records = record_shares.records + excluded.records,
            bytes = record_shares.bytes + excluded.bytes";
    DELETE_EMPTY_SHARE = "DELETE FROM record_shares
        WHERE tenant = $1 AND unproven = $2 AND records <= 0";

    INSERT_BLOCK = "INSERT INTO record_blocks (tenant, failed, unproven, uniform, from_at, until_at,
            records, bytes, filter)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    INSERT_BODY = "INSERT INTO record_block_bodies (block, body) VALUES ($1, $2)";
    UPDATE_BLOCK = "UPDATE record_blocks SET from_at = $1, until_at = $2, records = $3, bytes = $4,
            filter = $5, uniform = $6
        WHERE id = $7";
    UPDATE_BODY = "UPDATE record_block_bodies SET body = $1 WHERE block = $2";
    DELETE_BLOCK = "DELETE FROM record_blocks WHERE id = $1";
    DELETE_BODY = "DELETE FROM record_block_bodies WHERE block = $1";
    BLOCK_IS_UNCHANGED = "SELECT 1 FROM record_blocks
        WHERE id = $1 AND from_at = $2 AND until_at = $3 AND records = $4";
    OLDEST_BLOCK = "SELECT id, tenant, failed, unproven, uniform, from_at, until_at, records, bytes
        FROM record_blocks ORDER BY from_at LIMIT 1";
    OLDEST_BLOCK_OF_SHARE = "SELECT id, tenant, failed, unproven, uniform, from_at, until_at,
            records, bytes
        FROM record_blocks WHERE tenant = $1 AND unproven = $2 ORDER BY from_at LIMIT 1";
    BLOCKS = "SELECT id, until_at, filter FROM record_blocks
        WHERE until_at >= $1 AND from_at < $2 AND failed >= $3 ORDER BY until_at DESC";
    BODY = "SELECT body FROM record_block_bodies WHERE block = $1";

    ADD_COUNT = "INSERT INTO refusal_counts (tenant, bucket, number, count) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, bucket, number)
        DO UPDATE SET count = refusal_counts.count + excluded.count";
    DELETE_ZERO_COUNT = "DELETE FROM refusal_counts
        WHERE tenant = $1 AND bucket = $2 AND number = $3 AND count <= 0";
    DELETE_COUNTS = "DELETE FROM refusal_counts WHERE tenant = $1 AND bucket < $2";
    NEXT_COUNTED_TENANT = "SELECT min(tenant) FROM refusal_counts WHERE tenant > $1";
    COUNTS = "SELECT bucket, number, count FROM refusal_counts
        WHERE tenant = $1 AND bucket >= $2 AND bucket < $3";

    INSERT_EVENT = "INSERT INTO events (at, tenant, document) VALUES ($1, $2, $3)";
    INSERT_FOLDED_EVENT = "INSERT INTO events (at, tenant, document, fold) VALUES ($1, $2, $3, $4)
        ON CONFLICT (fold) WHERE fold IS NOT NULL DO UPDATE SET document = json_set(events.document,
            '$.detail', CAST(CAST(events.document ->> '$.detail' AS INTEGER)
                + CAST(excluded.document ->> '$.detail' AS INTEGER) AS TEXT))";
    EVENTS = "SELECT document FROM events WHERE at >= $1 AND at < $2
        ORDER BY at DESC, id DESC LIMIT $3";
    TENANT_EVENTS = "SELECT document FROM events
        WHERE at >= $1 AND at < $2 AND (tenant = $3 OR length(tenant) = 0)
        ORDER BY at DESC, id DESC LIMIT $4";
    USER_EVENTS = "SELECT document FROM events
        WHERE tenant = $1 AND user_id = $2 AND at >= $3 AND at < $4
        ORDER BY at DESC, id DESC LIMIT $5";
    LAST_EVENT = "SELECT document FROM events WHERE kind = $1 ORDER BY at DESC, id DESC LIMIT 1";
    DELETE_EVENTS = "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < $1
        AND id IS NOT (SELECT id FROM events WHERE kind = $2 ORDER BY at DESC, id DESC LIMIT 1)
        AND id IS NOT (SELECT id FROM events WHERE kind = $3 ORDER BY at DESC, id DESC LIMIT 1)
        ORDER BY at LIMIT $4)";
    COUNT_EVENTS = "SELECT count(*) FROM events";
    TENANT_WITH_MOST_EVENTS = "SELECT tenant FROM events GROUP BY tenant
        ORDER BY count(*) DESC LIMIT 1";
    KIND_WITH_MOST_EVENTS = "SELECT kind FROM events WHERE tenant = $1 GROUP BY kind
        ORDER BY count(*) DESC, kind LIMIT 1";
    DELETE_EVENTS_OF = "DELETE FROM events WHERE id IN (SELECT id FROM events
        WHERE tenant = $1 AND kind IS $2
        AND id IS NOT (SELECT id FROM events WHERE kind = $3 ORDER BY at DESC, id DESC LIMIT 1)
        AND id IS NOT (SELECT id FROM events WHERE kind = $4 ORDER BY at DESC, id DESC LIMIT 1)
        ORDER BY at LIMIT $5)";

    COUNT_OPEN_TICKETS = "SELECT count(*) FROM tickets WHERE tenant = $1 AND state < 2";
    INSERT_TICKET = "INSERT INTO tickets (id, tenant, state, number, trace_id, opened_at, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_TICKET = "UPDATE tickets SET state = $1, document = $2 WHERE id = $3";
    TICKET = "SELECT document FROM tickets WHERE id = $1";
    TICKETS = "SELECT document FROM tickets
        WHERE opened_at < $1 AND ($2 IS NULL OR tenant = $2) AND ($3 IS NULL OR state = $3)
            AND ($4 IS NULL OR number = $4) AND ($5 IS NULL OR trace_id = $5)
            AND ($6 IS NULL OR (opened_at, trace_id) < ($6, $7))
        ORDER BY opened_at DESC, trace_id DESC LIMIT $8";
    CLOSED_TICKETS = "SELECT id FROM tickets
        WHERE state = 2 AND opened_at < $1 ORDER BY opened_at LIMIT $2";
    DELETE_TICKET = "DELETE FROM tickets WHERE id = $1";

    INSERT_DELIVERY = "INSERT INTO deliveries (id, due_at, attempts, document)
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    DUE_DELIVERIES = "SELECT id, attempts, document FROM deliveries
        WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    DELIVERY_QUEUE = "SELECT document ->> 'channel' = 'webhook', count(*),
        min(document ->> 'created_at') FROM deliveries GROUP BY 1";
    RESCHEDULE_DELIVERY = "UPDATE deliveries SET due_at = $1, attempts = $2 WHERE id = $3";
    DELETE_DELIVERY = "DELETE FROM deliveries WHERE id = $1";

    COUNT_LOGOUTS = "SELECT client, count(*) FROM logout_deliveries WHERE tenant = $1
        GROUP BY client";
    INSERT_LOGOUT = "INSERT INTO logout_deliveries
            (id, tenant, client, due_at, attempts, document)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    DUE_LOGOUTS = "SELECT id, attempts, document FROM logout_deliveries
        WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    LOGOUT_QUEUE = "SELECT count(*), min(document ->> 'created_at') FROM logout_deliveries";
    RESCHEDULE_LOGOUT = "UPDATE logout_deliveries SET due_at = $1, attempts = $2 WHERE id = $3";
    DELETE_LOGOUT = "DELETE FROM logout_deliveries WHERE id = $1";
}
