//! The statements of the ledger that SQLite does not share: `{table}` is the name of a partition,
//! or of its parent.
//!
//! Statements that write take arrays with one element for each change, so that the changes of many
//! decisions are one statement. Those that are guarded return the attempts that changed a row.

/// Finds a grant by week, tenant and id.
pub(super) const GRANT: &str = "SELECT expires_at, generation, rotated_at, revoked_at,
        revoked_reason, terms
    FROM {table} WHERE week = $1 AND tenant = $2 AND id = $3";

pub(super) const OPEN_GRANTS: &str =
    "INSERT INTO {table} (week, tenant, id, expires_at, generation,
        rotated_at, revoked_at, revoked_reason, terms, attempt)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT DO NOTHING RETURNING attempt";

pub(super) const ROTATE_GRANTS: &str = "UPDATE {table} AS stored
    SET generation = new.generation + 1, rotated_at = new.at, attempt = new.attempt
    FROM unnest($1, $2, $3, $4, $5, $6) AS new (week, tenant, id, generation, at, attempt)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.generation = new.generation AND stored.revoked_at IS NULL
    RETURNING new.attempt";

pub(super) const REVOKE_GRANTS: &str = "UPDATE {table} AS stored
    SET revoked_at = new.at, revoked_reason = new.reason
    FROM unnest($1, $2, $3, $4, $5) AS new (week, tenant, id, at, reason)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.revoked_at IS NULL";

/// Finds a session by week, tenant and id.
pub(super) const SESSION: &str = "SELECT user_id, auth_time, amr, expires_at, persistent, ended_at,
        replaces, origin
    FROM {table} WHERE week = $1 AND tenant = $2 AND id = $3";

pub(super) const OPEN_SESSIONS: &str = "INSERT INTO {table} (week, tenant, id, user_id, auth_time,
        amr, expires_at, persistent, ended_at, replaces, origin, attempt)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING RETURNING attempt";

pub(super) const EXTEND_SESSIONS: &str = "UPDATE {table} AS stored
    SET expires_at = new.expires_at, persistent = new.persistent
    FROM unnest($1, $2, $3, $4, $5) AS new (week, tenant, id, expires_at, persistent)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id";

pub(super) const END_SESSIONS: &str = "UPDATE {table} AS stored SET ended_at = new.at
    FROM unnest($1, $2, $3, $4) AS new (week, tenant, id, at)
    WHERE stored.week = new.week AND stored.tenant = new.tenant AND stored.id = new.id
        AND stored.ended_at IS NULL";

pub(super) const ADD_SESSION_GRANTS: &str = "INSERT INTO session_grants (tenant, user_id, session,
        grant_id, client, offline, expires_at)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";

pub(super) const PUSH_REQUESTS: &str =
    "INSERT INTO pushed_requests (tenant, id, client, parameters,
        expires_at, attempt)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING attempt";

/// Finds a used value by day, tenant, kind and digest.
pub(super) const IS_USED: &str = "SELECT 1 FROM {table}
    WHERE day = $1 AND tenant = $2 AND kind = $3 AND digest = $4";

pub(super) const MARK_USED: &str = "INSERT INTO {table} (day, tenant, kind, digest, expires_at,
        attempt)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING attempt";

pub(super) const COUNT_FIRST: &str = "INSERT INTO failed_sign_ins (tenant, key, count,
        last_failed_at, expires_at, attempt)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant, key) DO UPDATE SET count = excluded.count,
        last_failed_at = excluded.last_failed_at, expires_at = excluded.expires_at,
        attempt = excluded.attempt
    WHERE failed_sign_ins.count = 0
    RETURNING attempt";

pub(super) const COUNT_MORE: &str = "UPDATE failed_sign_ins AS stored
    SET count = new.count, last_failed_at = new.last_failed_at, expires_at = new.expires_at,
        attempt = new.attempt
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        AS new (tenant, key, count, last_failed_at, expires_at, attempt, count_before,
            failed_before)
    WHERE stored.tenant = new.tenant AND stored.key = new.key
        AND stored.count = new.count_before AND stored.last_failed_at = new.failed_before
    RETURNING new.attempt";

pub(super) const CLEAR_COUNTS: &str = "DELETE FROM failed_sign_ins AS stored
    USING unnest($1, $2) AS old (tenant, key)
    WHERE stored.tenant = old.tenant AND stored.key = old.key";

pub(super) const IDENTIFY: &str = "UPDATE ledger_state AS stored
    SET id = new.id, created_at = new.created_at, directory_generation = 0, attempt = new.attempt
    FROM unnest($1, $2, $3, $4) AS new (before, id, created_at, attempt)
    WHERE stored.singleton = 1 AND stored.id IS NOT DISTINCT FROM new.before
    RETURNING new.attempt";

pub(super) const RAISE_STATE: &str = "UPDATE ledger_state AS stored
    SET high_water = greatest(stored.high_water, new.high_water),
        directory_generation = greatest(stored.directory_generation, new.generation)
    FROM (SELECT max(high_water) AS high_water, max(generation) AS generation
        FROM unnest($1, $2) AS sent (high_water, generation)) AS new
    WHERE stored.singleton = 1";

/// Finds the last attempt to write a grant or a session.
pub(super) const ATTEMPT_BY_WEEK: &str =
    "SELECT attempt FROM {table} WHERE week = $1 AND tenant = $2 AND id = $3";
/// Finds the last attempt to write a used value.
pub(super) const USED_VALUE_ATTEMPT: &str = "SELECT attempt FROM {table}
    WHERE day = $1 AND tenant = $2 AND kind = $3 AND digest = $4";
/// Finds the last attempt to write a pushed request.
pub(super) const PUSHED_REQUEST_ATTEMPT: &str =
    "SELECT attempt FROM pushed_requests WHERE tenant = $1 AND id = $2";
/// Finds the last attempt to write a counter.
pub(super) const COUNT_ATTEMPT: &str =
    "SELECT attempt FROM failed_sign_ins WHERE tenant = $1 AND key = $2";
/// Finds the last attempt to write the row of the ledger itself.
pub(super) const STATE_ATTEMPT: &str = "SELECT attempt FROM ledger_state WHERE singleton = 1";

/// Deletes expired rows of a table. `{table}` has no partitions.
pub(super) const DELETE_EXPIRED: &str =
    "DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table}
    WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)";
