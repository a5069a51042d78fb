//! The statements of the ledger. A guarded statement that changes no row is a conflict.

super::statements! {
    STATE = "SELECT id, created_at, high_water, directory_generation
        FROM ledger_state WHERE singleton = 1";
    IDENTIFY = "UPDATE ledger_state SET id = $1, created_at = $2, directory_generation = 0
        WHERE singleton = 1 AND id IS NOT DISTINCT FROM $3";
    RAISE_STATE = "UPDATE ledger_state
        SET high_water = CASE WHEN high_water < $1 THEN $1 ELSE high_water END,
            directory_generation = CASE WHEN directory_generation < $2 THEN $2
                ELSE directory_generation END
        WHERE singleton = 1";

    GRANT = "SELECT expires_at, generation, rotated_at, revoked_at, revoked_reason, terms
        FROM grants WHERE key = $1 AND tenant = $2 AND id_end = $3";
    OPEN_GRANT = "INSERT INTO grants (key, tenant, id_end, expires_at, generation, rotated_at,
            revoked_at, revoked_reason, terms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    ROTATE_GRANT = "UPDATE grants SET generation = $1, rotated_at = $2
        WHERE key = $3 AND tenant = $4 AND id_end = $5 AND generation = $6
            AND revoked_at IS NULL";
    REVOKE_GRANT = "UPDATE grants SET revoked_at = $1, revoked_reason = $2
        WHERE key = $3 AND tenant = $4 AND id_end = $5 AND revoked_at IS NULL";

    SESSION = "SELECT user_id, auth_time, amr, expires_at, persistent, ended_at,
            replaces, origin
        FROM sessions WHERE tenant = $1 AND id = $2";
    USER_SESSIONS = "SELECT user_id, auth_time, amr, expires_at, persistent, ended_at,
            replaces, origin, id
        FROM sessions WHERE tenant = $1 AND user_id = $2 AND origin IS NOT NULL
            AND ended_at IS NULL AND expires_at > $3
        ORDER BY auth_time DESC, id DESC LIMIT $4";
    OPEN_SESSION = "INSERT INTO sessions (tenant, id, user_id, auth_time, amr, expires_at,
            persistent, ended_at, replaces, origin)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    EXTEND_SESSION = "UPDATE sessions SET expires_at = $1, persistent = $2
        WHERE tenant = $3 AND id = $4";
    END_SESSION = "UPDATE sessions SET ended_at = $1
        WHERE tenant = $2 AND id = $3 AND ended_at IS NULL";

    SESSION_GRANTS = "SELECT session, grant_id, client, offline, expires_at FROM session_grants
        WHERE tenant = $1 AND user_id = $2 AND session = $3 AND grant_id > $4
        ORDER BY grant_id LIMIT $5";
    USER_GRANTS = "SELECT session, grant_id, client, offline, expires_at FROM session_grants
        WHERE tenant = $1 AND user_id = $2 AND (session, grant_id) > ($3, $4)
        ORDER BY session, grant_id LIMIT $5";
    ADD_SESSION_GRANT = "INSERT INTO session_grants (tenant, user_id, session, grant_id, client,
            offline, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";

    PUSHED_REQUEST = "SELECT client, parameters, expires_at
        FROM pushed_requests WHERE tenant = $1 AND id = $2";
    PUSH_REQUEST = "INSERT INTO pushed_requests (tenant, id, client, parameters, expires_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    MARK_USED = "INSERT INTO used_values (tenant, kind, digest, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    IS_USED = "SELECT 1 FROM used_values WHERE tenant = $1 AND kind = $2 AND digest = $3";

    FAILED_SIGN_INS = "SELECT count, last_failed_at, expires_at FROM failed_sign_ins
        WHERE tenant = $1 AND key = $2";
    COUNT_FIRST_FAILED_SIGN_INS = "INSERT INTO failed_sign_ins
            (tenant, key, count, last_failed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, key) DO UPDATE SET count = excluded.count,
            last_failed_at = excluded.last_failed_at, expires_at = excluded.expires_at
        WHERE failed_sign_ins.count = 0";
    COUNT_MORE_FAILED_SIGN_INS = "UPDATE failed_sign_ins
        SET count = $1, last_failed_at = $2, expires_at = $3
        WHERE tenant = $4 AND key = $5 AND count = $6 AND last_failed_at = $7";
    CLEAR_FAILED_SIGN_INS = "DELETE FROM failed_sign_ins WHERE tenant = $1 AND key = $2";

    EXPIRED_GRANTS = "SELECT key FROM grants
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_GRANT = "DELETE FROM grants
        WHERE key = $1 AND expires_at <= $2";
    EXPIRED_SESSIONS = "SELECT tenant, id FROM sessions
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_SESSION = "DELETE FROM sessions
        WHERE tenant = $1 AND id = $2 AND expires_at <= $3";
    EXPIRED_SESSION_GRANTS = "SELECT tenant, user_id, session, grant_id FROM session_grants
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_SESSION_GRANT = "DELETE FROM session_grants
        WHERE tenant = $1 AND user_id = $2 AND session = $3 AND grant_id = $4
            AND expires_at <= $5";
    EXPIRED_PUSHED_REQUESTS = "SELECT tenant, id FROM pushed_requests
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_PUSHED_REQUEST = "DELETE FROM pushed_requests
        WHERE tenant = $1 AND id = $2 AND expires_at <= $3";
    EXPIRED_USED_VALUES = "SELECT tenant, kind, digest FROM used_values
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_USED_VALUE = "DELETE FROM used_values
        WHERE tenant = $1 AND kind = $2 AND digest = $3 AND expires_at <= $4";
    EXPIRED_FAILED_SIGN_INS = "SELECT tenant, key FROM failed_sign_ins
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    DELETE_EXPIRED_FAILED_SIGN_INS = "DELETE FROM failed_sign_ins
        WHERE tenant = $1 AND key = $2 AND expires_at <= $3";
}
