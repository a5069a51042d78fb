-- Grants by user and session, for signing out. They are in the database of their grant. Rows are
-- inserted once and never updated.
CREATE TABLE session_grants (
    tenant uuid NOT NULL,
    user_id uuid NOT NULL,
    session uuid NOT NULL,
    grant_id uuid NOT NULL,
    client text NOT NULL,
    offline boolean NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant, user_id, session, grant_id)
);
CREATE INDEX session_grants_by_expiry ON session_grants (expires_at);
-- The earlier session of the user in the browser, which this one replaces.
ALTER TABLE sessions ADD COLUMN replaces uuid;
