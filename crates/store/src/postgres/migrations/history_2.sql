-- Logout tokens that wait to be sent.
CREATE TABLE logout_deliveries (
    id uuid PRIMARY KEY,
    tenant uuid NOT NULL,
    client text NOT NULL,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL,
    created_at bigint NOT NULL,
    document text NOT NULL
);
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);
CREATE INDEX logout_deliveries_by_client ON logout_deliveries (tenant, client);
