-- Version 7: what SQL counts by: the head of each record's row beside it, and its facts, by which office lists find a file, too.

ALTER TABLE records ADD COLUMN by TEXT COLLATE "C" NOT NULL DEFAULT '';  -- whose work
ALTER TABLE records ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN open BIGINT NOT NULL DEFAULT 0;  -- 1: devices keep it however old it is

ALTER TABLE aside ADD COLUMN by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE aside ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE aside ADD COLUMN open BIGINT NOT NULL DEFAULT 0;
DROP TABLE lookup;

CREATE TABLE facts (
  record BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (record, name, value)
);
CREATE INDEX facts_value ON facts (name, value);
