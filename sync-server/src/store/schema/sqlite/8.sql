-- Version 8: forms that a county writes for itself.

CREATE TABLE forms (
  name TEXT PRIMARY KEY,               -- id@version
  n INTEGER NOT NULL,                  -- in the order in which they came
  title TEXT NOT NULL,
  hash BLOB NOT NULL,                  -- SHA-256 of the body
  body TEXT NOT NULL,                  -- JSON: forms::sheet::file
  imported INTEGER NOT NULL,           -- when, milliseconds
  by TEXT NOT NULL                     -- who took it in; empty: the operator
) STRICT, WITHOUT ROWID;
CREATE INDEX forms_hash ON forms (hash);

CREATE TABLE forms_published (
  name TEXT NOT NULL,
  area TEXT NOT NULL,                  -- where; empty: everywhere
  at INTEGER NOT NULL,                 -- when, milliseconds
  by TEXT NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0, -- since when nothing new is filled in by it; 0: it is
  PRIMARY KEY (name, area)
) STRICT, WITHOUT ROWID;
