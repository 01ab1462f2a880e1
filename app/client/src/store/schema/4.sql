-- Version 4: `unheard`: visits and reviews that are here and that the download under way has not brought, until the server was asked
-- about them.

CREATE TABLE IF NOT EXISTS unheard (record BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
