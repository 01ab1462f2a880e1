-- Version 6: what records are found, filtered and counted by.
--
-- - `facts`: pairs of a fact and one of its values, by the table of kinds. Made from index rows.
-- - `items.open`: see `domain::Row`. Both are filled by `index::renew`, which follows.

CREATE TABLE facts (
  record BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (record, name, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_value ON facts (name, value);
ALTER TABLE items ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
