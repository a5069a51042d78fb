-- Members of a grant that no statement reads, as a JSON document.
ALTER TABLE grants ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
