-- Grants by user and session, for signing out. Most of a row is its key.
CREATE TABLE session_grants (
    tenant BLOB NOT NULL,
    user_id BLOB NOT NULL,
    session BLOB NOT NULL,
    grant_id BLOB NOT NULL,
    client TEXT NOT NULL,
    offline INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, session, grant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_grants_by_expiry ON session_grants (expires_at);
-- The earlier session of the user in the browser, which this one replaces.
ALTER TABLE sessions ADD COLUMN replaces BLOB;
