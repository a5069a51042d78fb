-- What the ledger stores about itself and about the directory: one row.
CREATE TABLE ledger_state (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- The identity; null until the service has started once.
    id BLOB,
    created_at INTEGER,
    -- The latest time at which the service used the ledger.
    high_water INTEGER NOT NULL,
    -- The newest generation of the directory that the ledger knows.
    directory_generation INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_state (singleton, high_water, directory_generation) VALUES (1, 0, 0);
