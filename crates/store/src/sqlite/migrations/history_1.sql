-- The journal: what happened, for a while. Nothing is decided by what stands here.
-- Times are microseconds since 1970-01-01 UTC. No tenant is an empty blob.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

-- How much all blocks hold together: one row, so that nobody has to count.
CREATE TABLE totals (
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO totals (records, bytes) VALUES (0, 0);

-- Records lie many to a block: those of requests that failed, and all others. A search reads the
-- filters, which say what is not in a block, and opens the few blocks that are left.
CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    -- 1 if its records have a number.
    failed INTEGER NOT NULL,
    -- Of the oldest and the newest record in it.
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    filter BLOB NOT NULL
) STRICT;
CREATE INDEX blocks_by_end ON blocks (until_at, failed);
CREATE INDEX blocks_by_beginning ON blocks (from_at);

-- Apart from the filters, so that many of those share a page.
CREATE TABLE bodies (
    block INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- How often each number was given in a quarter of an hour, in a tenant, and (with an empty
-- tenant) in all of them and in none.
CREATE TABLE tallies (
    tenant BLOB NOT NULL,
    quarter INTEGER NOT NULL,
    number INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (tenant, quarter, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    tenant BLOB NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);

CREATE TABLE tickets (
    id BLOB NOT NULL PRIMARY KEY,
    tenant BLOB NOT NULL,
    -- 0 open, 1 answered, 2 closed.
    state INTEGER NOT NULL,
    number INTEGER NOT NULL,
    trace_id BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX tickets_by_time ON tickets (opened_at);
CREATE INDEX tickets_by_tenant ON tickets (tenant, state);
CREATE INDEX tickets_by_state ON tickets (state, opened_at);

CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_by_due ON deliveries (due_at);
