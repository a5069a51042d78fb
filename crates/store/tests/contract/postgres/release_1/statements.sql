-- The statements of release 1 that nodes execute most, with values in the place of parameters. The
-- number above each is that of the rows that it changes or finds. This file never changes: a newer
-- schema must still accept these statements as long as nodes of release 1 are supported.

-- rows: 1
INSERT INTO tenants (id, name, document) VALUES ('01010101-0101-0101-0101-010101010101'::uuid, 'one', '{}')
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document

-- rows: 1
SELECT document FROM tenants WHERE name = 'one'

-- rows: 1
SELECT id, name FROM tenants ORDER BY name

-- rows: 1
INSERT INTO clients (tenant, id, document) VALUES ('01010101-0101-0101-0101-010101010101'::uuid, 'app', '{}')
        ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document

-- rows: 1
SELECT document FROM clients WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND id = 'app'

-- rows: 1
INSERT INTO client_origins (tenant, client, origin) VALUES ('01010101-0101-0101-0101-010101010101'::uuid, 'app', 'https://spa.test')
        ON CONFLICT DO NOTHING

-- rows: 1
SELECT 1 FROM client_origins WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND origin = 'https://spa.test' LIMIT 1

-- rows: 1
INSERT INTO resources (tenant, identifier, document) VALUES ('01010101-0101-0101-0101-010101010101'::uuid, 'api://a', '{}')
        ON CONFLICT (tenant, identifier) DO UPDATE SET document = excluded.document

-- rows: 1
SELECT document FROM resources WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid ORDER BY identifier

-- rows: 1
INSERT INTO users (tenant, id, username_key, document) VALUES ('01010101-0101-0101-0101-010101010101'::uuid, '02020202-0202-0202-0202-020202020202'::uuid, 'ana', '{}')
        ON CONFLICT (tenant, id)
        DO UPDATE SET username_key = excluded.username_key, document = excluded.document

-- rows: 1
SELECT document FROM users WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND username_key = 'ana'

-- rows: 1
INSERT INTO passwords
            (tenant, user_id, hash, set_at, preparation, rehashed_from)
        VALUES ('01010101-0101-0101-0101-010101010101'::uuid, '02020202-0202-0202-0202-020202020202'::uuid, 'hash', 5, 'raw', NULL)
        ON CONFLICT (tenant, user_id) DO UPDATE SET hash = excluded.hash,
            set_at = excluded.set_at, preparation = excluded.preparation,
            rehashed_from = excluded.rehashed_from

-- rows: 1
SELECT hash, set_at, preparation, rehashed_from FROM passwords
        WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND user_id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
INSERT INTO consents
            (tenant, user_id, client, resource, scopes, given_at, grants_not_before)
        VALUES ('01010101-0101-0101-0101-010101010101'::uuid, '02020202-0202-0202-0202-020202020202'::uuid, 'app', 'api://a', '[]', 5, 0)
        ON CONFLICT (tenant, user_id, client, resource)
        DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at,
            grants_not_before = CASE
                WHEN consents.grants_not_before < excluded.grants_not_before
                    THEN excluded.grants_not_before
                ELSE consents.grants_not_before END

-- rows: 1
SELECT resource, scopes, given_at, grants_not_before FROM consents
        WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND user_id = '02020202-0202-0202-0202-020202020202'::uuid AND client = 'app' ORDER BY resource

-- rows: 1
INSERT INTO signing_keys (tenant, kid, algorithm, sealed_private_key, jwk,
            published_at, active_from, retired_at)
        VALUES ('01010101-0101-0101-0101-010101010101'::uuid, 'key', 'ES256', '\x01'::bytea, '{}', 1, 2, 3)
        ON CONFLICT (tenant, kid) DO UPDATE SET algorithm = excluded.algorithm,
            sealed_private_key = excluded.sealed_private_key, jwk = excluded.jwk,
            published_at = excluded.published_at, active_from = excluded.active_from,
            retired_at = excluded.retired_at

-- rows: 1
SELECT kid, algorithm, sealed_private_key, jwk,
            published_at, active_from, retired_at
        FROM signing_keys WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid ORDER BY published_at, kid

-- rows: 1
UPDATE directory_state
    SET generation = generation + 1, attempt = '03030303-0303-0303-0303-030303030303'::uuid WHERE singleton = 1 RETURNING generation

-- rows: 1
INSERT INTO changes (generation, number, row_key)
    SELECT 1, row.number, row.key FROM unnest(ARRAY['{}']::text[]) WITH ORDINALITY AS row (key, number)

-- rows: 1
SELECT state.generation, state.changes_deleted, changes.row_key
    FROM directory_state AS state LEFT JOIN changes ON changes.generation > 0
    WHERE state.singleton = 1 LIMIT 9

-- rows: 1
SELECT generation, ledger, ledger_created_at, ledger_seen_at, remembered_since,
            is_backup
        FROM directory_state WHERE singleton = 1

-- rows: 1
WITH old AS (
        DELETE FROM nodes WHERE id <> '02020202-0202-0202-0202-020202020202'::uuid AND seen_at < now() - interval '1 hour'
    ), own AS (
        INSERT INTO nodes (id, address, version, started_at, seen_at)
        VALUES ('02020202-0202-0202-0202-020202020202'::uuid, 'node', '1', now(), now())
        ON CONFLICT (id) DO UPDATE
        SET address = excluded.address, version = excluded.version, seen_at = excluded.seen_at
        RETURNING id, address, version, started_at, seen_at
    ), alive AS (
        SELECT id, address, version, started_at, seen_at FROM own
        UNION ALL
        SELECT id, address, version, started_at, seen_at FROM nodes
        WHERE id <> '02020202-0202-0202-0202-020202020202'::uuid AND seen_at >= now() - 5::bigint * interval '1 second'
    )
    SELECT id, address, version, (extract(epoch FROM started_at) * 1000000)::bigint,
        (extract(epoch FROM seen_at) * 1000000)::bigint
    FROM alive ORDER BY started_at, id

-- rows: 1
INSERT INTO leases (name, holder, fence, ends_at)
    VALUES ('tasks', '02020202-0202-0202-0202-020202020202'::uuid, 1, now() + 5 * interval '1 second')
    ON CONFLICT (name) DO UPDATE
    SET holder = excluded.holder, ends_at = excluded.ends_at,
        fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
    WHERE leases.holder = excluded.holder OR leases.ends_at <= now()
    RETURNING fence

-- rows: 1
WITH ended AS (
        UPDATE leases SET ends_at = now() WHERE holder = '02020202-0202-0202-0202-020202020202'::uuid AND ends_at > now()
    )
    DELETE FROM nodes WHERE id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
INSERT INTO grants (week, tenant, id, expires_at, generation,
        rotated_at, revoked_at, revoked_reason, terms, attempt)
    SELECT * FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[9]::bigint[], ARRAY[0]::bigint[], ARRAY[1]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::text[], ARRAY['\x00']::bytea[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid])
    ON CONFLICT DO NOTHING RETURNING attempt

-- rows: 1
SELECT expires_at, generation, rotated_at, revoked_at,
        revoked_reason, terms
    FROM grants WHERE week = 7 AND tenant = '01010101-0101-0101-0101-010101010101'::uuid AND id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
UPDATE grants AS stored
    SET generation = new.generation + 1, rotated_at = new.at, attempt = new.attempt
    FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[0]::bigint[], ARRAY[2]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]) AS new (week, tenant, id, generation, at, attempt)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.generation = new.generation AND stored.revoked_at IS NULL
    RETURNING new.attempt

-- rows: 1
UPDATE grants AS stored
    SET revoked_at = new.at, revoked_reason = new.reason
    FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[3]::bigint[], ARRAY['code_replayed']::text[]) AS new (week, tenant, id, at, reason)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.revoked_at IS NULL

-- rows: 1
SELECT attempt FROM grants WHERE week = 7 AND tenant = '01010101-0101-0101-0101-010101010101'::uuid AND id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
INSERT INTO sessions (week, tenant, id, user_id, auth_time,
        amr, expires_at, persistent, ended_at, attempt)
    SELECT * FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[1]::bigint[], ARRAY['[]']::text[], ARRAY[9]::bigint[], ARRAY[false], ARRAY[NULL]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid])
    ON CONFLICT DO NOTHING RETURNING attempt

-- rows: 1
SELECT user_id, auth_time, amr, expires_at, persistent, ended_at
    FROM sessions WHERE week = 7 AND tenant = '01010101-0101-0101-0101-010101010101'::uuid AND id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
UPDATE sessions AS stored
    SET expires_at = new.expires_at, persistent = new.persistent
    FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[10]::bigint[], ARRAY[true]) AS new (week, tenant, id, expires_at, persistent)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id

-- rows: 1
UPDATE sessions AS stored SET ended_at = new.at
    FROM unnest(ARRAY[7]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[4]::bigint[]) AS new (week, tenant, id, at)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.ended_at IS NULL

-- rows: 1
INSERT INTO used_values (day, tenant, kind, digest, expires_at,
        attempt)
    SELECT * FROM unnest(ARRAY[0]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['dpop_proof']::text[], ARRAY['\x07']::bytea[], ARRAY[9]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]) ON CONFLICT DO NOTHING RETURNING attempt

-- rows: 0
INSERT INTO used_values (day, tenant, kind, digest, expires_at,
        attempt)
    SELECT * FROM unnest(ARRAY[0]::integer[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['dpop_proof']::text[], ARRAY['\x07']::bytea[], ARRAY[9]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]) ON CONFLICT DO NOTHING RETURNING attempt

-- rows: 1
SELECT 1 FROM used_values
    WHERE day = 0 AND tenant = '01010101-0101-0101-0101-010101010101'::uuid AND kind = 'dpop_proof' AND digest = '\x07'::bytea

-- rows: 1
INSERT INTO pushed_requests (tenant, id, client, parameters,
        expires_at, attempt)
    SELECT * FROM unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY['app']::text[], ARRAY['a=b']::text[], ARRAY[9]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]) ON CONFLICT DO NOTHING RETURNING attempt

-- rows: 1
SELECT client, parameters, expires_at
        FROM pushed_requests WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND id = '02020202-0202-0202-0202-020202020202'::uuid

-- rows: 1
INSERT INTO failed_sign_ins (tenant, key, count,
        last_failed_at, expires_at, attempt)
    SELECT * FROM unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['\x08']::bytea[], ARRAY[1]::bigint[], ARRAY[1]::bigint[], ARRAY[9]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid])
    ON CONFLICT (tenant, key) DO UPDATE SET count = excluded.count,
        last_failed_at = excluded.last_failed_at, expires_at = excluded.expires_at,
        attempt = excluded.attempt
    WHERE failed_sign_ins.count = 0
    RETURNING attempt

-- rows: 1
UPDATE failed_sign_ins AS stored
    SET count = new.count, last_failed_at = new.last_failed_at, expires_at = new.expires_at,
        attempt = new.attempt
    FROM unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['\x08']::bytea[], ARRAY[2]::bigint[], ARRAY[2]::bigint[], ARRAY[9]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid], ARRAY[1]::bigint[], ARRAY[1]::bigint[])
        AS new (tenant, key, count, last_failed_at, expires_at, attempt, count_before,
            failed_before)
    WHERE stored.tenant = new.tenant AND stored.key = new.key
        AND stored.count = new.count_before AND stored.last_failed_at = new.failed_before
    RETURNING new.attempt

-- rows: 1
SELECT count, last_failed_at, expires_at FROM failed_sign_ins
        WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND key = '\x08'::bytea

-- rows: 1
DELETE FROM failed_sign_ins AS stored
    USING unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid], ARRAY['\x08']::bytea[]) AS old (tenant, key)
    WHERE stored.tenant = old.tenant AND stored.key = old.key

-- rows: 1
UPDATE ledger_state AS stored
    SET id = new.id, created_at = new.created_at, directory_generation = 0, attempt = new.attempt
    FROM unnest(ARRAY[NULL]::uuid[], ARRAY['02020202-0202-0202-0202-020202020202'::uuid], ARRAY[1]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]) AS new (before, id, created_at, attempt)
    WHERE stored.singleton = 1 AND stored.id IS NOT DISTINCT FROM new.before
    RETURNING new.attempt

-- rows: 1
UPDATE ledger_state AS stored
    SET high_water = greatest(stored.high_water, new.high_water),
        directory_generation = greatest(stored.directory_generation, new.generation)
    FROM (SELECT max(high_water) AS high_water, max(generation) AS generation
        FROM unnest(ARRAY[5]::bigint[], ARRAY[6]::bigint[]) AS sent (high_water, generation)) AS new
    WHERE stored.singleton = 1

-- rows: 1
SELECT id, created_at, high_water, directory_generation
        FROM ledger_state WHERE singleton = 1

-- rows: 1
INSERT INTO record_blocks (id, node, tenant, failed, unproven, uniform, from_at,
            until_at, records, bytes, filter, body)
        SELECT id, '03030303-0303-0303-0303-030303030303'::uuid, tenant, failed, unproven, uniform, from_at, until_at, records, bytes, filter,
            body
        FROM unnest(ARRAY['02020202-0202-0202-0202-020202020202'::uuid]::uuid[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid]::uuid[], ARRAY[false]::boolean[], ARRAY[false]::boolean[], ARRAY[true]::boolean[],
            ARRAY[1]::bigint[]::bigint[], ARRAY[2]::bigint[]::bigint[], ARRAY[1]::bigint[]::bigint[], ARRAY[9]::bigint[]::bigint[], ARRAY['\x00']::bytea[]::bytea[], ARRAY['\x00']::bytea[]::bytea[])
            AS written (id, tenant, failed, unproven, uniform, from_at, until_at, records, bytes,
            filter, body)
        ON CONFLICT (id) DO UPDATE SET uniform = excluded.uniform, from_at = excluded.from_at,
            until_at = excluded.until_at, records = excluded.records, bytes = excluded.bytes,
            filter = excluded.filter, body = excluded.body

-- rows: 1
SELECT id, until_at, filter FROM record_blocks
        WHERE until_at >= 0 AND from_at < 9 AND failed >= false AND (until_at, id) < (9, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            AND tenant = '01010101-0101-0101-0101-010101010101'::uuid
        ORDER BY until_at DESC, id DESC LIMIT 5

-- rows: 1
INSERT INTO record_shares (tenant, unproven, node, records, bytes)
        SELECT * FROM unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid]::uuid[], ARRAY[false]::boolean[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]::uuid[], ARRAY[1]::bigint[]::bigint[], ARRAY[9]::bigint[]::bigint[])
        ON CONFLICT (tenant, unproven, node)
        DO UPDATE SET records = record_shares.records + excluded.records,
            bytes = record_shares.bytes + excluded.bytes

-- rows: 1
INSERT INTO refusal_counts (tenant, bucket, number, node, count)
        SELECT * FROM unnest(ARRAY['01010101-0101-0101-0101-010101010101'::uuid]::uuid[], ARRAY[1]::bigint[]::bigint[], ARRAY[50011]::bigint[]::bigint[], ARRAY['03030303-0303-0303-0303-030303030303'::uuid]::uuid[], ARRAY[2]::bigint[]::bigint[])
        ON CONFLICT (tenant, bucket, number, node)
        DO UPDATE SET count = refusal_counts.count + excluded.count

-- rows: 1
SELECT tenant, unproven, sum(records)::bigint, sum(bytes)::bigint FROM record_shares
        GROUP BY tenant, unproven

-- rows: 1
SELECT bucket, number, sum(count)::bigint FROM refusal_counts
        WHERE tenant = '01010101-0101-0101-0101-010101010101'::uuid AND bucket >= 0 AND bucket < 9 GROUP BY bucket, number

-- rows: 1
INSERT INTO events (at, tenant, kind, fold, folded, document)
        SELECT * FROM unnest(ARRAY[1]::bigint[]::bigint[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid]::uuid[], ARRAY['code_replayed']::text[]::text[], ARRAY['\x01']::bytea[]::bytea[], ARRAY[2]::bigint[]::bigint[],
            ARRAY['{}']::text[]::text[])
        ON CONFLICT (fold) WHERE fold IS NOT NULL
        DO UPDATE SET folded = events.folded + excluded.folded

-- rows: 1
INSERT INTO events (at, tenant, kind, fold, folded, document)
        SELECT * FROM unnest(ARRAY[1]::bigint[]::bigint[], ARRAY['01010101-0101-0101-0101-010101010101'::uuid]::uuid[], ARRAY['code_replayed']::text[]::text[], ARRAY['\x01']::bytea[]::bytea[], ARRAY[2]::bigint[]::bigint[],
            ARRAY['{}']::text[]::text[])
        ON CONFLICT (fold) WHERE fold IS NOT NULL
        DO UPDATE SET folded = events.folded + excluded.folded

-- rows: 1
SELECT document, folded FROM events WHERE at >= 0 AND at < 9
        ORDER BY at DESC, id DESC LIMIT 5

-- rows: 1
INSERT INTO tickets (id, tenant, state, number, trace_id, opened_at, document)
        VALUES ('\x01'::bytea, '01010101-0101-0101-0101-010101010101'::uuid, 0, 1, '02020202-0202-0202-0202-020202020202'::uuid, 1, '{}')

-- rows: 1
UPDATE tickets SET state = 1, document = '{}' WHERE id = '\x01'::bytea

-- rows: 1
INSERT INTO deliveries
            (id, due_at, attempts, webhook, created_at, document)
        SELECT * FROM unnest(ARRAY['02020202-0202-0202-0202-020202020202'::uuid]::uuid[], ARRAY[1]::bigint[]::bigint[], ARRAY[0]::bigint[]::bigint[], ARRAY[false]::boolean[], ARRAY[1]::bigint[]::bigint[],
            ARRAY['{}']::text[]::text[])
        ON CONFLICT DO NOTHING

-- rows: 1
WITH due AS MATERIALIZED (SELECT id, due_at FROM deliveries
            WHERE due_at <= 5 ORDER BY due_at LIMIT 5 FOR UPDATE SKIP LOCKED)
        UPDATE deliveries SET due_at = 9, attempts = attempts + 1 FROM due
        WHERE deliveries.id = due.id
        RETURNING due.due_at, deliveries.attempts, deliveries.document

-- rows: 1
DELETE FROM deliveries WHERE id = '02020202-0202-0202-0202-020202020202'::uuid
