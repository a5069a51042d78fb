-- What a user can sign in with besides the password. The document contains sealed secrets.
CREATE TABLE authenticators (
    tenant BLOB NOT NULL,
    user_id BLOB NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id)
) STRICT, WITHOUT ROWID;
