//! What the ledger asks and says. A guarded statement that changes no row is a conflict.

super::statements! {
    GRANT = "SELECT client, user_id, session, resource, scopes, openid_scopes, auth_time, amr,
            jkt, single_page, opened_at, expires_at, generation, rotated_at,
            revoked_at, revoked_reason
        FROM grants WHERE tenant = $1 AND id = $2";
    OPEN_GRANT = "INSERT INTO grants (tenant, id, client, user_id, session, resource, scopes,
            openid_scopes, auth_time, amr, jkt, single_page, opened_at, expires_at, generation,
            rotated_at, revoked_at, revoked_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT DO NOTHING";
    ROTATE_GRANT = "UPDATE grants SET generation = $1, rotated_at = $2
        WHERE tenant = $3 AND id = $4 AND generation = $5 AND revoked_at IS NULL";
    REVOKE_GRANT = "UPDATE grants SET revoked_at = $1, revoked_reason = $2
        WHERE tenant = $3 AND id = $4 AND revoked_at IS NULL";

    SESSION = "SELECT user_id, auth_time, amr, expires_at, persistent, ended_at
        FROM sessions WHERE tenant = $1 AND id = $2";
    OPEN_SESSION = "INSERT INTO sessions (tenant, id, user_id, auth_time, amr, expires_at,
            persistent, ended_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    EXTEND_SESSION = "UPDATE sessions SET expires_at = $1, persistent = $2
        WHERE tenant = $3 AND id = $4";
    END_SESSION = "UPDATE sessions SET ended_at = $1
        WHERE tenant = $2 AND id = $3 AND ended_at IS NULL";

    MARK_USED = "INSERT INTO marks (tenant, purpose, digest, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    IS_MARKED = "SELECT 1 FROM marks WHERE tenant = $1 AND purpose = $2 AND digest = $3";

    ATTEMPTS = "SELECT failed, last_at, expires_at FROM attempts WHERE tenant = $1 AND key = $2";
    COUNT_FIRST_ATTEMPTS = "INSERT INTO attempts (tenant, key, failed, last_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, key) DO UPDATE SET failed = excluded.failed,
            last_at = excluded.last_at, expires_at = excluded.expires_at
        WHERE attempts.failed = 0";
    COUNT_MORE_ATTEMPTS = "UPDATE attempts SET failed = $1, last_at = $2, expires_at = $3
        WHERE tenant = $4 AND key = $5 AND failed = $6";
    FORGET_ATTEMPTS = "DELETE FROM attempts WHERE tenant = $1 AND key = $2";

    OVER_GRANTS = "SELECT tenant, id FROM grants
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    REMOVE_GRANT = "DELETE FROM grants WHERE tenant = $1 AND id = $2 AND expires_at <= $3";
    OVER_SESSIONS = "SELECT tenant, id FROM sessions
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    REMOVE_SESSION = "DELETE FROM sessions WHERE tenant = $1 AND id = $2 AND expires_at <= $3";
    OVER_MARKS = "SELECT tenant, purpose, digest FROM marks
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    REMOVE_MARK = "DELETE FROM marks
        WHERE tenant = $1 AND purpose = $2 AND digest = $3 AND expires_at <= $4";
    OVER_ATTEMPTS = "SELECT tenant, key FROM attempts
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    REMOVE_ATTEMPTS = "DELETE FROM attempts WHERE tenant = $1 AND key = $2 AND expires_at <= $3";
}
