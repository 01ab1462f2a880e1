-- Version 7: what SQL counts by: the head of each record's row beside it, and its facts, by which office lists find a file, too.

ALTER TABLE records ADD COLUMN by TEXT NOT NULL DEFAULT '';          -- whose work
ALTER TABLE records ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN open INTEGER NOT NULL DEFAULT 0;      -- 1: devices keep it however old it is

ALTER TABLE aside ADD COLUMN by TEXT NOT NULL DEFAULT '';
ALTER TABLE aside ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE aside ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
DROP TABLE lookup;

CREATE TABLE facts (
  record BLOB NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (record, name, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_value ON facts (name, value);
