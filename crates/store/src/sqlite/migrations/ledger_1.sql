-- The ledger: rows that are reached by key alone and that all end. A row lies in its key's own
-- tree, so that opening one writes one page and changing one writes the same page again.
-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

CREATE TABLE grants (
    tenant BLOB NOT NULL,
    id BLOB NOT NULL,
    client TEXT NOT NULL,
    user_id BLOB NOT NULL,
    session BLOB NOT NULL,
    resource TEXT NOT NULL,
    -- JSON arrays of texts.
    scopes TEXT NOT NULL,
    openid_scopes TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    amr TEXT NOT NULL,
    -- The thumbprint of the DPoP key that tokens are bound to.
    jkt BLOB,
    single_page INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- From here on, what changes in place.
    generation INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    tenant BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    auth_time INTEGER NOT NULL,
    amr TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    persistent INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
    tenant BLOB NOT NULL,
    purpose TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, purpose, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    tenant BLOB NOT NULL,
    key BLOB NOT NULL,
    failed INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
