-- Grants in one tree, by a number that is computed from the tenant and the id (`GrantKey`). A
-- look-up descends one tree, where a table with an index of its own key has two. Inner pages hold
-- numbers only, hundreds of them. In a tree by tenant and id (WITHOUT ROWID), inner pages hold
-- whole rows: it is deeper, and an insertion writes 1.3 times as many pages.
--
-- `move_grants` copies the rows of the table before, and creates the index by expiry.
DROP INDEX grants_by_expiry;
ALTER TABLE grants RENAME TO grants_4;
CREATE TABLE grants (
    key INTEGER NOT NULL PRIMARY KEY,
    tenant BLOB NOT NULL,
    -- The second half of the id. The first half is in the key.
    id_end INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The following columns are updated. Their size hardly changes, so that the row stays in its
    -- page and one page is written.
    generation INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT,
    -- Everything else, which never changes and which no statement reads, in postcard (`Terms`).
    terms BLOB NOT NULL
) STRICT;
-- An earlier binary does not know this table.
UPDATE schema SET oldest = 5;
