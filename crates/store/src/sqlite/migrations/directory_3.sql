-- What the directory stores about itself and about its ledger: one row.
CREATE TABLE directory_state (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- The number of transactions that changed the directory.
    generation INTEGER NOT NULL,
    -- The ledger of the last start; null until the service has started once.
    ledger BLOB,
    ledger_created_at INTEGER,
    ledger_seen_at INTEGER,
    -- Nothing that was issued before is accepted.
    remembered_since INTEGER NOT NULL,
    -- 1 in the files of `admit backup`.
    is_backup INTEGER NOT NULL
) STRICT;
INSERT INTO directory_state (singleton, generation, remembered_since, is_backup)
VALUES (1, 0, 0, 0);
