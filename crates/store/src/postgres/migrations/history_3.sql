-- The user whom an event is about. No event of before has one, so the index is empty, and creating it
-- only reads the table once.
ALTER TABLE events ADD COLUMN user_id uuid;
CREATE INDEX events_by_user ON events (tenant, user_id, at, id) WHERE user_id IS NOT NULL;
