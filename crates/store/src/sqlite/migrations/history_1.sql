-- The history: request records, change events, tickets and deliveries. No decision depends on it.
-- Times are microseconds since 1970-01-01 UTC. An empty blob in a tenant column means no tenant.

CREATE TABLE schema (
    -- The oldest schema number whose binary can still work with this file.
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema (oldest) VALUES (1);

-- The totals of all record blocks: one row, so that no query has to sum them up.
CREATE TABLE totals (
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO totals (records, bytes) VALUES (0, 0);

-- Records are stored many to a block. Failed requests and all others have blocks of their own. A
-- query reads the Bloom filters and then opens only the blocks that may contain a match.
CREATE TABLE record_blocks (
    id INTEGER PRIMARY KEY,
    -- 1 if its records have an error number.
    failed INTEGER NOT NULL,
    -- The times of its oldest and its newest record.
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    filter BLOB NOT NULL
) STRICT;
CREATE INDEX record_blocks_by_end ON record_blocks (until_at, failed);
CREATE INDEX record_blocks_by_start ON record_blocks (from_at);

-- In a table of their own, so that many filters share a page.
CREATE TABLE record_block_bodies (
    block INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- The number of refusals with one error number in a bucket of 15 minutes. `bucket` is the index of
-- the bucket since 1970. An empty tenant counts the requests of all tenants and of none.
CREATE TABLE refusal_counts (
    tenant BLOB NOT NULL,
    bucket INTEGER NOT NULL,
    number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tenant, bucket, number)
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
    attempts INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_by_due ON deliveries (due_at);
