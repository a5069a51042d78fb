-- Logout tokens that wait to be sent. In a table of their own: earlier binaries cannot read them,
-- and would send no deliveries of tickets any more.
CREATE TABLE logout_deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    tenant BLOB NOT NULL,
    client TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);
CREATE INDEX logout_deliveries_by_client ON logout_deliveries (tenant, client);
