-- Version 5: photos.

CREATE TABLE photos (record BYTEA NOT NULL, hash BYTEA NOT NULL, PRIMARY KEY (record, hash));
CREATE INDEX photos_hash ON photos (hash);
CREATE TABLE uploads (
  id BYTEA PRIMARY KEY,
  hash BYTEA NOT NULL,
  device BYTEA NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL DEFAULT 0,
  touched BIGINT NOT NULL  -- milliseconds, the server's clock
);
CREATE INDEX uploads_device ON uploads (device, hash);
CREATE TABLE upload_parts (upload BYTEA NOT NULL, start BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (upload, start));
