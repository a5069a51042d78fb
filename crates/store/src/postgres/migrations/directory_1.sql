-- The directory. Columns exist for searched members only; the rest of a row is a JSON document.
-- Times are microseconds since 1970-01-01 UTC. A text that is a key is compared by its bytes: the
-- order of a language can change with the operating system, and an index would then be wrong.

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    document text NOT NULL
);

CREATE TABLE clients (
    tenant uuid NOT NULL REFERENCES tenants (id),
    id text COLLATE "C" NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- The origins of the single-page redirect URIs of enabled clients.
CREATE TABLE client_origins (
    tenant uuid NOT NULL,
    client text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, origin, client),
    FOREIGN KEY (tenant, client) REFERENCES clients (tenant, id)
);
CREATE INDEX client_origins_by_client ON client_origins (tenant, client);

CREATE TABLE resources (
    tenant uuid NOT NULL REFERENCES tenants (id),
    identifier text COLLATE "C" NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (tenant, identifier)
);

CREATE TABLE users (
    tenant uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    -- The user name in the form in which names are compared.
    username_key text COLLATE "C" NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, username_key)
);

CREATE TABLE passwords (
    tenant uuid NOT NULL,
    user_id uuid NOT NULL,
    hash text NOT NULL,
    set_at bigint NOT NULL,
    -- The preparation of the password before it was hashed: 'raw' or 'nfc'.
    preparation text NOT NULL,
    -- SHA-256 of the hash that was replaced after a successful sign-in.
    rehashed_from bytea,
    PRIMARY KEY (tenant, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id)
);

CREATE TABLE consents (
    tenant uuid NOT NULL,
    user_id uuid NOT NULL,
    client text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    -- A JSON array of strings.
    scopes text NOT NULL,
    given_at bigint NOT NULL,
    -- Grants from before are refused: the consent was withdrawn then.
    grants_not_before bigint NOT NULL,
    PRIMARY KEY (tenant, user_id, client, resource),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id),
    FOREIGN KEY (tenant, client) REFERENCES clients (tenant, id)
);
CREATE INDEX consents_by_client ON consents (tenant, client);
CREATE INDEX consents_by_resource ON consents (tenant, resource);

CREATE TABLE signing_keys (
    tenant uuid NOT NULL REFERENCES tenants (id),
    kid text COLLATE "C" NOT NULL,
    algorithm text NOT NULL,
    sealed_private_key bytea NOT NULL,
    jwk text NOT NULL,
    published_at bigint NOT NULL,
    active_from bigint NOT NULL,
    retired_at bigint NOT NULL,
    PRIMARY KEY (tenant, kid)
);

-- What the directory stores about itself and about its ledger: one row.
CREATE TABLE directory_state (
    singleton integer PRIMARY KEY CHECK (singleton = 1),
    -- The number of transactions that changed the directory. Each locks this row until its end, so
    -- that they become visible in the order of this number.
    generation bigint NOT NULL,
    -- The ledger of the last start; null until the service has started once.
    ledger uuid,
    ledger_created_at bigint,
    ledger_seen_at bigint,
    -- Nothing that was issued before is accepted.
    remembered_since bigint NOT NULL,
    -- 1 in a copy that is not yet the directory of an installation.
    is_backup integer NOT NULL,
    -- A random id of the last transaction that raised the generation, by which a node recognizes
    -- its own after the answer to COMMIT was lost.
    attempt uuid,
    -- The newest generation of which rows of `changes` were deleted.
    changes_deleted bigint NOT NULL DEFAULT 0
);
INSERT INTO directory_state (singleton, generation, remembered_since, is_backup)
VALUES (1, 0, 0, 0);

-- The keys of the rows that other nodes must read again. Passwords and consents are never cached.
CREATE TABLE changes (
    -- That of the transaction.
    generation bigint NOT NULL,
    number integer NOT NULL,
    -- A JSON document.
    row_key text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (generation, number)
);
CREATE INDEX changes_by_time ON changes (at);

-- The processes that share the database, by its clock. A row is updated each second.
CREATE TABLE nodes (
    id uuid PRIMARY KEY,
    address text NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The node that runs a task which one node at a time runs. A row is never deleted: its fence rises
-- with each new holder.
CREATE TABLE leases (
    name text COLLATE "C" PRIMARY KEY,
    holder uuid NOT NULL,
    fence bigint NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
