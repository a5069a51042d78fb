-- Shares of the history: each tenant has its own blocks, and when the history is full, the tenant
-- with most of it loses first.

-- The tenant of all records of the block. Empty: no tenant, or a block of an earlier release, whose
-- records may be of many.
ALTER TABLE record_blocks ADD COLUMN tenant BLOB NOT NULL DEFAULT x'';
-- 1 if its records are failures of senders who proved nothing.
ALTER TABLE record_blocks ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0;
-- 1 if its records are successes of the tenant in one bucket of `refusal_counts`, so that they are
-- subtracted from the counts without being read.
ALTER TABLE record_blocks ADD COLUMN uniform INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_blocks_by_share ON record_blocks (tenant, unproven, from_at);

-- The totals per tenant.
CREATE TABLE record_shares (
    tenant BLOB NOT NULL,
    unproven INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (tenant, unproven)
) STRICT, WITHOUT ROWID;
INSERT INTO record_shares (tenant, unproven, records, bytes)
    SELECT x'', 0, records, bytes FROM totals;

-- Events of one kind about one subject within an hour are one row. The key is their digest; null
-- for events that are not folded.
ALTER TABLE events ADD COLUMN fold TEXT;
CREATE UNIQUE INDEX events_by_fold ON events (fold) WHERE fold IS NOT NULL;
CREATE INDEX events_by_tenant ON events (tenant, at);
