-- Events by their kind, for the newest one of a kind, and for the kind with most events of a tenant.

-- The kind of the document. Null in a document that is damaged.
ALTER TABLE events ADD COLUMN kind TEXT
    AS (CASE WHEN json_valid(document) THEN document ->> '$.kind' END) VIRTUAL;
CREATE INDEX events_by_kind ON events (kind, at);
CREATE INDEX events_by_tenant_and_kind ON events (tenant, kind, at);
