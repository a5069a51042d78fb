//! The statements of the directory.

super::statements! {
    STATE = "SELECT generation, ledger, ledger_created_at, ledger_seen_at, remembered_since,
            is_backup
        FROM directory_state WHERE singleton = 1";
    RAISE_GENERATION = "UPDATE directory_state SET generation = generation + 1
        WHERE singleton = 1";
    RECORD_LEDGER = "UPDATE directory_state
        SET generation = CASE WHEN generation < $1 THEN $1 ELSE generation END,
            ledger = $2, ledger_created_at = $3, ledger_seen_at = $4,
            remembered_since = CASE WHEN remembered_since < $5 THEN $5 ELSE remembered_since END,
            is_backup = 0
        WHERE singleton = 1 AND ledger IS NOT DISTINCT FROM $6";
    MARK_AS_BACKUP = "UPDATE directory_state SET is_backup = 1 WHERE singleton = 1";

    TENANTS = "SELECT document FROM tenants ORDER BY name";
    TENANT_NAMES = "SELECT id, name FROM tenants ORDER BY name";
    TENANT_BY_ID = "SELECT document FROM tenants WHERE id = $1";
    TENANT_BY_NAME = "SELECT document FROM tenants WHERE name = $1";
    PUT_TENANT = "INSERT INTO tenants (id, name, document) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document";

    CLIENTS = "SELECT document FROM clients WHERE tenant = $1 ORDER BY id";
    CLIENT_IDS = "SELECT id FROM clients WHERE tenant = $1 ORDER BY id";
    CLIENT = "SELECT document FROM clients WHERE tenant = $1 AND id = $2";
    PUT_CLIENT = "INSERT INTO clients (tenant, id, document) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document";

    DELETE_CLIENT = "DELETE FROM clients WHERE tenant = $1 AND id = $2";

    HAS_ORIGIN = "SELECT 1 FROM client_origins WHERE tenant = $1 AND origin = $2 LIMIT 1";
    DELETE_ORIGINS = "DELETE FROM client_origins WHERE tenant = $1 AND client = $2";
    INSERT_ORIGIN = "INSERT INTO client_origins (tenant, client, origin) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";

    RESOURCES = "SELECT document FROM resources WHERE tenant = $1 ORDER BY identifier";
    PUT_RESOURCE = "INSERT INTO resources (tenant, identifier, document) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, identifier) DO UPDATE SET document = excluded.document";

    DELETE_RESOURCE = "DELETE FROM resources WHERE tenant = $1 AND identifier = $2";

    USERS = "SELECT document FROM users WHERE tenant = $1 ORDER BY username_key LIMIT $2";
    USER = "SELECT document FROM users WHERE tenant = $1 AND id = $2";
    USER_NAMED = "SELECT document FROM users WHERE tenant = $1 AND username_key = $2";
    PUT_USER = "INSERT INTO users (tenant, id, username_key, document) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, id)
        DO UPDATE SET username_key = excluded.username_key, document = excluded.document";

    DELETE_USER = "DELETE FROM users WHERE tenant = $1 AND id = $2";

    USER_KEY = "SELECT username_key FROM users WHERE tenant = $1 AND id = $2";
    NAMED_BY_ANOTHER = "SELECT 1 FROM users
        WHERE tenant = $1 AND username_key = $2 AND id <> $3";

    PASSWORD = "SELECT hash, set_at, preparation, rehashed_from FROM passwords
        WHERE tenant = $1 AND user_id = $2";
    /// Has the condition of the index `passwords_unusual`, so that no other row is read.
    UNUSUAL_HASH_AFTER = "SELECT hash FROM passwords
        WHERE tenant = $1 AND hash > $2 AND substr(hash, 1, 31) <> '$argon2id$v=19$m=19456,t=2,p=1$'
        ORDER BY hash LIMIT 1";
    PUT_PASSWORD = "INSERT INTO passwords
            (tenant, user_id, hash, set_at, preparation, rehashed_from)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant, user_id) DO UPDATE SET hash = excluded.hash,
            set_at = excluded.set_at, preparation = excluded.preparation,
            rehashed_from = excluded.rehashed_from";
    REHASH_PASSWORD = "UPDATE passwords
        SET hash = $1, set_at = $2, preparation = $3, rehashed_from = $4
        WHERE tenant = $5 AND user_id = $6 AND hash = $7";

    DELETE_PASSWORD = "DELETE FROM passwords WHERE tenant = $1 AND user_id = $2";

    AUTHENTICATORS = "SELECT document FROM authenticators WHERE tenant = $1 AND user_id = $2";
    AUTHENTICATORS_AFTER = "SELECT document FROM authenticators
        WHERE tenant = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";
    PUT_AUTHENTICATORS = "INSERT INTO authenticators (tenant, user_id, document)
        VALUES ($1, $2, $3)
        ON CONFLICT (tenant, user_id) DO UPDATE SET document = excluded.document";

    DELETE_AUTHENTICATORS = "DELETE FROM authenticators WHERE tenant = $1 AND user_id = $2";

    CONSENTS = "SELECT resource, scopes, given_at, grants_not_before FROM consents
        WHERE tenant = $1 AND user_id = $2 AND client = $3 ORDER BY resource";
    CONSENTS_OF_USER = "SELECT client, resource, scopes, given_at, grants_not_before FROM consents
        WHERE tenant = $1 AND user_id = $2 ORDER BY client, resource LIMIT $3";
    PUT_CONSENT = "INSERT INTO consents
            (tenant, user_id, client, resource, scopes, given_at, grants_not_before)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant, user_id, client, resource)
        DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at,
            grants_not_before = CASE
                WHEN consents.grants_not_before < excluded.grants_not_before
                    THEN excluded.grants_not_before
                ELSE consents.grants_not_before END";

    DELETE_CONSENTS_OF_USER = "DELETE FROM consents WHERE tenant = $1 AND user_id = $2";
    DELETE_CONSENTS_OF_CLIENT = "DELETE FROM consents WHERE tenant = $1 AND client = $2";
    DELETE_CONSENTS_OF_RESOURCE = "DELETE FROM consents WHERE tenant = $1 AND resource = $2";

    SIGNING_KEYS = "SELECT kid, algorithm, sealed_private_key, jwk,
            published_at, active_from, retired_at
        FROM signing_keys WHERE tenant = $1 ORDER BY published_at, kid";
    PUT_SIGNING_KEY = "INSERT INTO signing_keys (tenant, kid, algorithm, sealed_private_key, jwk,
            published_at, active_from, retired_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant, kid) DO UPDATE SET algorithm = excluded.algorithm,
            sealed_private_key = excluded.sealed_private_key, jwk = excluded.jwk,
            published_at = excluded.published_at, active_from = excluded.active_from,
            retired_at = excluded.retired_at";
    DELETE_SIGNING_KEY = "DELETE FROM signing_keys WHERE tenant = $1 AND kid = $2";
}
