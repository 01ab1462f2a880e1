-- Version 8: forms that a county writes for itself.

CREATE TABLE forms (
  name TEXT COLLATE "C" PRIMARY KEY,               -- id@version
  n BIGINT NOT NULL,                  -- in the order in which they came
  title TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL,                  -- SHA-256 of the body
  body TEXT COLLATE "C" NOT NULL,                  -- JSON: forms::sheet::file
  imported BIGINT NOT NULL,           -- when, milliseconds
  by TEXT COLLATE "C" NOT NULL                     -- who took it in; empty: the operator
);
CREATE INDEX forms_hash ON forms (hash);

CREATE TABLE forms_published (
  name TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,                  -- where; empty: everywhere
  at BIGINT NOT NULL,                 -- when, milliseconds
  by TEXT COLLATE "C" NOT NULL,
  withdrawn BIGINT NOT NULL DEFAULT 0, -- since when nothing new is filled in by it; 0: it is
  PRIMARY KEY (name, area)
);
