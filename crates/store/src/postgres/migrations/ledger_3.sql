-- The browser and the address of a sign-in: a JSON document. Null in sessions of earlier builds.
ALTER TABLE sessions ADD COLUMN origin text;
-- The sessions of a user, for their account page. No session of before is in the index, so creating it
-- only reads the table once. No column of it changes.
CREATE INDEX sessions_by_user ON sessions (tenant, user_id, auth_time) WHERE origin IS NOT NULL;
