-- The ledger: the operational state. Rows are reached by key only, and every row expires.
-- Times are microseconds since 1970-01-01 UTC.
--
-- Each table has an index by expiry, for the sweep. Rows are inserted about in the order in which
-- they expire, so that the index entries of one commit share a page. Columns that change often are
-- not in the index.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

-- Wide rows with random keys. As a table with row ids, rows lie in the order of insertion, many to
-- a page, and only the narrow key index has random writes. As a tree by key (WITHOUT ROWID), an
-- insertion wrote half as much again.
CREATE TABLE grants (
    tenant BLOB NOT NULL,
    id BLOB NOT NULL,
    client TEXT NOT NULL,
    user_id BLOB NOT NULL,
    session BLOB NOT NULL,
    resource TEXT NOT NULL,
    -- JSON arrays of strings.
    scopes TEXT NOT NULL,
    openid_scopes TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    amr TEXT NOT NULL,
    -- The thumbprint of the DPoP key to which tokens are bound.
    jkt BLOB,
    single_page INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The following columns are updated. Their size hardly changes, so that the row stays in its
    -- page and one page is written.
    generation INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX grants_by_expiry ON grants (expires_at);

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
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Rows that hardly contain more than their key lie in the tree of the key (WITHOUT ROWID).
CREATE TABLE used_values (
    tenant BLOB NOT NULL,
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_values_by_expiry ON used_values (expires_at);

CREATE TABLE failed_sign_ins (
    tenant BLOB NOT NULL,
    key BLOB NOT NULL,
    count INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX failed_sign_ins_by_expiry ON failed_sign_ins (expires_at);
