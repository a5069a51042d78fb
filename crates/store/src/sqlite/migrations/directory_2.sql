-- The preparation of a password before it was hashed: 'raw' or 'nfc'.
ALTER TABLE passwords ADD COLUMN preparation TEXT NOT NULL DEFAULT 'raw';
-- SHA-256 of the hash that was replaced after a successful sign-in.
ALTER TABLE passwords ADD COLUMN rehashed_from BLOB;
-- The keys of user names are mapped by `sqlite/username_keys.rs`.
