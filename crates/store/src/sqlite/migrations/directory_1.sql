-- The directory. Columns exist for searched members only; the rest of a row is a JSON document.
-- Times are microseconds since 1970-01-01 UTC; ids are the sixteen bytes of a UUID.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

CREATE TABLE tenants (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE clients (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

-- The origins of the single-page redirect URIs of enabled clients.
CREATE TABLE client_origins (
    tenant BLOB NOT NULL,
    client TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (tenant, client, origin),
    FOREIGN KEY (tenant, client) REFERENCES clients (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_origins_by_origin ON client_origins (tenant, origin);

CREATE TABLE resources (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    identifier TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, identifier)
) STRICT;

CREATE TABLE users (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    -- The user name in lower case.
    username_key TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, username_key)
) STRICT;

CREATE TABLE passwords (
    tenant BLOB NOT NULL,
    user_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
    tenant BLOB NOT NULL,
    user_id BLOB NOT NULL,
    client TEXT NOT NULL,
    resource TEXT NOT NULL,
    -- A JSON array of strings.
    scopes TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, client, resource),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id),
    FOREIGN KEY (tenant, client) REFERENCES clients (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sealed_private_key BLOB NOT NULL,
    jwk TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    active_from INTEGER NOT NULL,
    retired_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, kid)
) STRICT;
