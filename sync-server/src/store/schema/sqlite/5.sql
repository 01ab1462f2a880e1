-- Version 5: photos.

CREATE TABLE photos (record BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (record, hash)) STRICT, WITHOUT ROWID;
CREATE INDEX photos_hash ON photos (hash);
CREATE TABLE uploads (
  id BLOB PRIMARY KEY,
  hash BLOB NOT NULL,
  device BLOB NOT NULL,
  size INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  touched INTEGER NOT NULL         -- milliseconds, the server's clock
) STRICT;
CREATE INDEX uploads_device ON uploads (device, hash);
CREATE TABLE upload_parts (upload BLOB NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (upload, start)) STRICT, WITHOUT ROWID;
