-- The history: request records, change events, tickets and deliveries. No decision depends on it.
-- Times are microseconds since 1970-01-01 UTC. The nil UUID in a tenant column means no tenant: the
-- column is a part of keys, which cannot be null.
--
-- All tables are plain. Partitions by day would not be dropped: of a full history, the tenant with
-- most of it loses first, and all others keep their oldest days.

-- Rows to lock for what one node does at a time.
CREATE TABLE history_locks (
    name text COLLATE "C" PRIMARY KEY
);
INSERT INTO history_locks (name) VALUES
    -- The deletion of records and events over the limits.
    ('retention'),
    -- The number of open tickets of a tenant.
    ('tickets');

-- Records are stored many to a block. A query reads the Bloom filters and then opens only the blocks
-- that may contain a match. A block is filled by one node, with its own records; any node may delete
-- it or its oldest records.
CREATE TABLE record_blocks (
    id uuid PRIMARY KEY,
    -- The node that wrote it, and to whose totals it belongs.
    node uuid NOT NULL,
    -- The tenant of all its records.
    tenant uuid NOT NULL,
    -- Its records have an error number.
    failed boolean NOT NULL,
    -- Its records are failures of senders who proved nothing.
    unproven boolean NOT NULL,
    -- Its records are successes in one bucket of `refusal_counts`, so that they are subtracted from
    -- the counts without being read.
    uniform boolean NOT NULL,
    -- The times of its oldest and its newest record.
    from_at bigint NOT NULL,
    until_at bigint NOT NULL,
    records bigint NOT NULL,
    bytes bigint NOT NULL,
    filter bytea NOT NULL,
    body bytea NOT NULL
);
-- Filters stay in the row, where a search reads many of a page. Bodies are moved out of the row, and
-- are not compressed: the records share their values already.
ALTER TABLE record_blocks
    ALTER COLUMN filter SET STORAGE MAIN,
    ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX record_blocks_by_end ON record_blocks (until_at, id);
CREATE INDEX record_blocks_by_tenant ON record_blocks (tenant, until_at, id);
CREATE INDEX record_blocks_by_start ON record_blocks (from_at);
CREATE INDEX record_blocks_by_share ON record_blocks (tenant, unproven, from_at);

-- The totals of the blocks, per tenant and node: so that nodes that write at the same time do not
-- wait for each other. They are summed when they are read. A row ends with the last block of its
-- node.
CREATE TABLE record_shares (
    tenant uuid NOT NULL,
    unproven boolean NOT NULL,
    node uuid NOT NULL,
    records bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (tenant, unproven, node)
) WITH (fillfactor = 80);

-- The number of refusals with one error number in a bucket of 15 minutes, among the blocks of a node.
-- `bucket` is the index of the bucket since 1970. No tenant counts the requests of all tenants and
-- of none.
CREATE TABLE refusal_counts (
    tenant uuid NOT NULL,
    bucket bigint NOT NULL,
    number bigint NOT NULL,
    node uuid NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (tenant, bucket, number, node)
) WITH (fillfactor = 80);
CREATE INDEX refusal_counts_by_bucket ON refusal_counts (bucket);

CREATE TABLE events (
    -- Orders events of one time. Numbers of different nodes have no order.
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    tenant uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    -- Events of one kind about one subject within an hour are one row. Null for events that are not
    -- folded. Bytes, because a text cannot contain every character.
    fold bytea,
    -- The number of a folded event, which replaces the detail of the document.
    folded bigint,
    document text NOT NULL
);
CREATE INDEX events_by_time ON events (at, id);
CREATE INDEX events_by_tenant ON events (tenant, at, id);
CREATE INDEX events_by_kind ON events (kind, at, id);
CREATE INDEX events_by_tenant_and_kind ON events (tenant, kind, at);
CREATE UNIQUE INDEX events_by_fold ON events (fold) WHERE fold IS NOT NULL;

CREATE TABLE tickets (
    id bytea PRIMARY KEY,
    tenant uuid NOT NULL,
    -- 0 open, 1 answered, 2 closed.
    state smallint NOT NULL,
    number bigint NOT NULL,
    trace_id uuid NOT NULL,
    opened_at bigint NOT NULL,
    document text NOT NULL
);
CREATE INDEX tickets_by_time ON tickets (opened_at, trace_id);
CREATE INDEX tickets_by_tenant ON tickets (tenant, state);
CREATE INDEX tickets_by_state ON tickets (state, opened_at);

CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL,
    -- A request to a webhook; an e-mail otherwise.
    webhook boolean NOT NULL,
    created_at bigint NOT NULL,
    document text NOT NULL
);
CREATE INDEX deliveries_by_due ON deliveries (due_at);
