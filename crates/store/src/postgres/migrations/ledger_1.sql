-- The ledger: the operational state. Rows are reached by key only, and every row expires.
-- Times are microseconds since 1970-01-01 UTC.
--
-- Grants and sessions lie in a table for each week, used values in one for each day, so that what
-- has expired is removed by dropping a table. Week and day follow from the key alone, never from
-- the clock: two nodes that decide on one key always meet in one row. Statements name the table of
-- the week. A row whose week has no table is in the default partition.
--
-- No index contains a column of a grant that changes, so an update stays in its page (HOT).

CREATE TABLE grants (
    week integer NOT NULL,
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    expires_at bigint NOT NULL,
    generation bigint NOT NULL,
    rotated_at bigint NOT NULL,
    revoked_at bigint,
    revoked_reason text,
    -- Everything else, which never changes and by which no statement selects.
    terms bytea NOT NULL,
    -- A random id of the last write, by which a node recognizes its own.
    attempt uuid NOT NULL,
    PRIMARY KEY (week, tenant, id)
) PARTITION BY LIST (week);
CREATE TABLE grants_default PARTITION OF grants DEFAULT WITH (fillfactor = 80);
CREATE INDEX grants_default_by_expiry ON grants_default (expires_at);

CREATE TABLE sessions (
    week integer NOT NULL,
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    auth_time bigint NOT NULL,
    -- A JSON array of strings.
    amr text NOT NULL,
    expires_at bigint NOT NULL,
    persistent boolean NOT NULL,
    ended_at bigint,
    attempt uuid NOT NULL,
    PRIMARY KEY (week, tenant, id)
) PARTITION BY LIST (week);
CREATE TABLE sessions_default PARTITION OF sessions DEFAULT;
CREATE INDEX sessions_default_by_expiry ON sessions_default (expires_at);

CREATE TABLE used_values (
    -- The day of `expires_at`, which is the same for every use of one value.
    day integer NOT NULL,
    tenant uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    expires_at bigint NOT NULL,
    attempt uuid NOT NULL,
    PRIMARY KEY (day, tenant, kind, digest)
) PARTITION BY LIST (day);
CREATE TABLE used_values_default PARTITION OF used_values DEFAULT;
CREATE INDEX used_values_default_by_expiry ON used_values_default (expires_at);

-- Authorization requests that were pushed before the browser is sent to them (RFC 9126). They live
-- for minutes.
CREATE TABLE pushed_requests (
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    client text NOT NULL,
    -- Form-encoded.
    parameters text NOT NULL,
    expires_at bigint NOT NULL,
    attempt uuid NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

CREATE TABLE failed_sign_ins (
    tenant uuid NOT NULL,
    key bytea NOT NULL,
    count bigint NOT NULL,
    last_failed_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    attempt uuid NOT NULL,
    PRIMARY KEY (tenant, key)
) WITH (fillfactor = 80);
CREATE INDEX failed_sign_ins_by_expiry ON failed_sign_ins (expires_at);

-- What the ledger stores about itself and about the directory: one row.
CREATE TABLE ledger_state (
    singleton integer PRIMARY KEY CHECK (singleton = 1),
    -- The identity; null until the service has started once.
    id uuid,
    created_at bigint,
    -- The latest time at which the service used the ledger.
    high_water bigint NOT NULL,
    -- The newest generation of the directory that the ledger knows.
    directory_generation bigint NOT NULL,
    attempt uuid
);
-- The databases of the ledger. In the first one only.
CREATE TABLE ledger_databases (
    -- The number in the ids of rows.
    number integer PRIMARY KEY,
    -- The id in the `ledger_state` of the database; that of the first one is not repeated here.
    id uuid,
    -- The times from and until which new rows are placed there.
    opens_at bigint NOT NULL,
    closes_at bigint,
    -- Closed, and without rows: nodes need not know it any more.
    is_empty boolean NOT NULL DEFAULT false
);
INSERT INTO ledger_state (singleton, high_water, directory_generation) VALUES (1, 0, 0);
