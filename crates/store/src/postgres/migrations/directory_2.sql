-- What a user can sign in with besides the password. The document contains sealed secrets.
CREATE TABLE authenticators (
    tenant uuid NOT NULL,
    user_id uuid NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (tenant, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id)
);
