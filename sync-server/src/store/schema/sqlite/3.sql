-- Version 3: what became of a change in quarantine: `accepted` or `dismissed`, by which supervisor and when; or `blocked`; since version 6
-- also `junk` and `unkept`.

ALTER TABLE quarantine ADD COLUMN settled TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN settled_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX quarantine_record ON quarantine (record);
