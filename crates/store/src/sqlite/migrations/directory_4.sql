
-- Grants from before are refused: the consent was withdrawn then.
ALTER TABLE consents ADD COLUMN grants_not_before INTEGER NOT NULL DEFAULT 0;
