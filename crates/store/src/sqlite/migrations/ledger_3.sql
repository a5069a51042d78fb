-- Authorization requests that were pushed before the browser is sent to them (RFC 9126). They live
-- for minutes, and are written once and read by key.
CREATE TABLE pushed_requests (
    tenant BLOB NOT NULL,
    id BLOB NOT NULL,
    client TEXT NOT NULL,
    -- Form-encoded.
    parameters TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
