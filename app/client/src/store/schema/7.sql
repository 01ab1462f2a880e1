-- Version 7: forms that the county wrote.
--
-- - `forms`: as the server sent them; kept as long as they are published here or a visit names them.

CREATE TABLE forms (
  hash BLOB PRIMARY KEY,             -- SHA-256 of the body
  name TEXT NOT NULL,                -- id@version
  body TEXT NOT NULL                 -- JSON: forms::sheet::file
) STRICT, WITHOUT ROWID;
