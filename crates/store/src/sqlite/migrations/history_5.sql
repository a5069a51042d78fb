-- Events by the user whom they are about, for the account pages.

-- The id of the user in the document. Null in a document without one, and in one that is damaged.
ALTER TABLE events ADD COLUMN user_id TEXT
    AS (CASE WHEN json_valid(document) THEN document ->> '$.user' END) VIRTUAL;
CREATE INDEX events_by_user ON events (tenant, user_id, at) WHERE user_id IS NOT NULL;
