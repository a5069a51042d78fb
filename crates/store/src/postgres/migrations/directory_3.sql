-- The imported hashes of passwords, and those of another cost than the default. A tenant that holds
-- some delays the response to a wrong password. All hashes of earlier releases have the default
-- cost, so none of them is in the index, and creating it only reads the table once.
CREATE INDEX passwords_unusual ON passwords (tenant, hash COLLATE "C")
    WHERE substr(hash, 1, 31) <> '$argon2id$v=19$m=19456,t=2,p=1$';
