-- What a user can sign in with besides the password. The document contains sealed secrets.
-- A node of the previous release deletes a user without this table: the row is deleted with it.
CREATE TABLE authenticators (
    tenant uuid NOT NULL,
    user_id uuid NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (tenant, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
);
