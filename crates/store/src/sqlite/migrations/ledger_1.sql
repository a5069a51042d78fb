-- The ledger: rows that are reached by key alone and that all end.
-- Times are microseconds since 1970-01-01 UTC.
--
-- Each table has an index by expiry, for the sweep. Rows are opened about in the order in which
-- they end, so that what one commit adds to the index shares a page; and what changes often has
-- no part in it.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

-- Wide rows with random keys: they lie in the order in which they were opened, many to a page,
-- and only the narrow index of keys is written all over the place. In the tree of their own key
-- (WITHOUT ROWID) opening one wrote half as much again.
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
    -- From here on, what changes in place: about as long after as before, so that the row stays
    -- where it is and one page is written.
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

-- Rows that are hardly more than their keys lie in the trees of those.
CREATE TABLE marks (
    tenant BLOB NOT NULL,
    purpose TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, purpose, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_by_expiry ON marks (expires_at);

CREATE TABLE attempts (
    tenant BLOB NOT NULL,
    key BLOB NOT NULL,
    failed INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_expiry ON attempts (expires_at);
