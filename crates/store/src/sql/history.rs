//! What the history asks and says.

super::statements! {
    TOTALS = "SELECT records, bytes FROM totals";
    COUNT_IN = "UPDATE totals SET records = records + $1, bytes = bytes + $2";

    ADD_BLOCK = "INSERT INTO blocks (failed, from_at, until_at, records, bytes, filter)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    ADD_BODY = "INSERT INTO bodies (block, body) VALUES ($1, $2)";
    UPDATE_BLOCK = "UPDATE blocks SET from_at = $1, until_at = $2, records = $3, bytes = $4,
            filter = $5
        WHERE id = $6";
    UPDATE_BODY = "UPDATE bodies SET body = $1 WHERE block = $2";
    REMOVE_BLOCK = "DELETE FROM blocks WHERE id = $1";
    REMOVE_BODY = "DELETE FROM bodies WHERE block = $1";
    IS_AS_LEFT = "SELECT 1 FROM blocks
        WHERE id = $1 AND from_at = $2 AND until_at = $3 AND records = $4";
    OLDEST_BLOCK = "SELECT id, failed, from_at, until_at, records, bytes FROM blocks
        ORDER BY from_at LIMIT 1";
    BLOCKS = "SELECT id, until_at, filter FROM blocks
        WHERE until_at >= $1 AND from_at < $2 AND failed >= $3 ORDER BY until_at DESC";
    BODY = "SELECT body FROM bodies WHERE block = $1";

    TALLY = "INSERT INTO tallies (tenant, quarter, number, requests) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, quarter, number)
        DO UPDATE SET requests = tallies.requests + excluded.requests";
    FORGET_TALLY = "DELETE FROM tallies
        WHERE tenant = $1 AND quarter = $2 AND number = $3 AND requests <= 0";
    REMOVE_TALLIES = "DELETE FROM tallies WHERE tenant = $1 AND quarter < $2";
    NEXT_TALLIED = "SELECT min(tenant) FROM tallies WHERE tenant > $1";
    TALLIES = "SELECT quarter, number, requests FROM tallies
        WHERE tenant = $1 AND quarter >= $2 AND quarter < $3";

    ADD_EVENT = "INSERT INTO events (at, tenant, document) VALUES ($1, $2, $3)";
    EVENTS = "SELECT document FROM events WHERE at >= $1 AND at < $2
        ORDER BY at DESC, id DESC LIMIT $3";
    EVENTS_OF = "SELECT document FROM events
        WHERE at >= $1 AND at < $2 AND (tenant = $3 OR length(tenant) = 0)
        ORDER BY at DESC, id DESC LIMIT $4";
    LAST_EVENT = "SELECT document FROM events
        WHERE at > -9000000000000000000 AND json_extract(document, '$.kind') = $1
        ORDER BY at DESC, id DESC LIMIT 1";
    REMOVE_EVENTS = "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < $1
        AND id IS NOT (SELECT id FROM events WHERE at > -9000000000000000000
            AND json_extract(document, '$.kind') = $2
            ORDER BY at DESC, id DESC LIMIT 1) ORDER BY at LIMIT $3)";

    OPEN_TICKETS = "SELECT count(*) FROM tickets WHERE tenant = $1 AND state < 2";
    ADD_TICKET = "INSERT INTO tickets (id, tenant, state, number, trace_id, opened_at, document)
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
    REMOVE_TICKET = "DELETE FROM tickets WHERE id = $1";

    ADD_DELIVERY = "INSERT INTO deliveries (id, due_at, tries, document) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    DUE = "SELECT id, tries, document FROM deliveries
        WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    TRIED = "UPDATE deliveries SET due_at = $1, tries = $2 WHERE id = $3";
    POSTPONE = "UPDATE deliveries SET due_at = $1 WHERE id = $2";
    SETTLE = "DELETE FROM deliveries WHERE id = $1";
}
