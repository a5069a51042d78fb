-- The imported hashes of passwords, and those of another cost than the default. A tenant that holds
-- some delays the response to a wrong password. Hashes of the default cost are not in the index.
CREATE INDEX passwords_unusual ON passwords (tenant, hash)
    WHERE substr(hash, 1, 31) <> '$argon2id$v=19$m=19456,t=2,p=1$';
