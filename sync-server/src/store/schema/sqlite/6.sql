-- Version 6: what makes the server trustworthy.

ALTER TABLE codes ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE codes ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE codes ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;

CREATE TABLE photo_owners (person BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (person, hash)) STRICT, WITHOUT ROWID;
CREATE INDEX photo_owners_hash ON photo_owners (hash);
ALTER TABLE uploads ADD COLUMN person BLOB NOT NULL DEFAULT x'';

CREATE TABLE audit (
  n INTEGER PRIMARY KEY,              -- 1, 2, 3 without a gap
  at INTEGER NOT NULL,                -- milliseconds, the server's clock
  said INTEGER NOT NULL,              -- milliseconds by the device's clock; 0: the server saw it itself
  staff TEXT NOT NULL,                -- who; empty: the operator at the server, or a stranger
  role TEXT NOT NULL,                 -- hers at that time, 'operator', or empty for a stranger
  device BLOB NOT NULL,               -- by which device; empty: none
  told INTEGER NOT NULL,              -- the entry's number on that device; 0: the server saw it itself
  what TEXT NOT NULL,                 -- domain::audit::Act
  whom TEXT NOT NULL,                 -- the member of staff concerned
  other BLOB NOT NULL,                -- the device concerned; of what is told, the one that sent it
  person BLOB NOT NULL,
  record BLOB NOT NULL,
  area TEXT NOT NULL,                 -- of the file, else the first of the member of staff
  number INTEGER NOT NULL,            -- how many
  reason TEXT NOT NULL,               -- a code
  hash BLOB NOT NULL                  -- SHA-256 of the hash before and of all columns above
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_staff ON audit (staff, n);
CREATE INDEX audit_whom ON audit (whom, n) WHERE whom <> '';
CREATE INDEX audit_person ON audit (person, n) WHERE person <> x'';
CREATE INDEX audit_device ON audit (device, what, at);
CREATE INDEX audit_other ON audit (other, at) WHERE told > 0;
CREATE TABLE audit_head (one INTEGER PRIMARY KEY, n INTEGER NOT NULL, hash BLOB NOT NULL, oldest INTEGER NOT NULL, before_oldest BLOB NOT NULL) STRICT;
INSERT INTO audit_head (one, n, hash, oldest, before_oldest) VALUES (1, 0, x'', 1, x'');

ALTER TABLE quarantine ADD COLUMN found BLOB;

CREATE TABLE device_keys (
  device BLOB NOT NULL PRIMARY KEY,
  key BLOB NOT NULL,                       -- 32 random bytes
  released INTEGER NOT NULL DEFAULT 0,     -- when the office let its owner's next device have it, milliseconds
  heir BLOB NOT NULL DEFAULT x''           -- the device that took its place
) STRICT, WITHOUT ROWID;

ALTER TABLE quarantine ADD COLUMN person BLOB NOT NULL DEFAULT x'';
ALTER TABLE quarantine ADD COLUMN area TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN programmes INTEGER NOT NULL DEFAULT 0;
-- A state of version 5 that was never released had another of this name.
DROP INDEX IF EXISTS quarantine_open;
CREATE INDEX quarantine_open ON quarantine (device, received, hash) WHERE settled = '';
CREATE TABLE quarantine_held (
  device BLOB PRIMARY KEY,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  junk INTEGER NOT NULL,           -- of the entries, those that are no change at all
  junk_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE photos_going (hash BLOB PRIMARY KEY) STRICT;

CREATE TABLE IF NOT EXISTS reference_changes (one INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS staff_terms (
  staff TEXT NOT NULL,
  area TEXT NOT NULL,
  role TEXT NOT NULL,
  until INTEGER NOT NULL,          -- milliseconds, the server's clock
  PRIMARY KEY (staff, area, role, until)
) STRICT, WITHOUT ROWID;

CREATE INDEX changes_record ON changes (record);
ALTER TABLE feed ADD COLUMN at INTEGER NOT NULL DEFAULT 0;      -- when, by the server's clock
UPDATE feed SET at = (SELECT coalesce(max(received), 0) FROM changes WHERE changes.record = feed.record) WHERE what = 'leave';
ALTER TABLE devices ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;  -- when it last showed a cursor of its owner's role and areas
-- The furthest that a device ever showed to have read.
CREATE TABLE device_reads (
  device BLOB NOT NULL,
  county TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (device, county)
) STRICT, WITHOUT ROWID;

CREATE TABLE aside (               -- as records
  id BLOB PRIMARY KEY,
  rank INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person BLOB NOT NULL,
  target BLOB,
  area TEXT NOT NULL,
  programmes INTEGER NOT NULL,
  document BLOB NOT NULL,
  row BLOB NOT NULL,
  at INTEGER NOT NULL,
  laid INTEGER NOT NULL            -- when it was laid aside
) STRICT;

ALTER TABLE devices ADD COLUMN token_made INTEGER NOT NULL DEFAULT 0; -- since when it has its token, milliseconds; 0: since it joined
CREATE TABLE next_tokens (
  device BLOB NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,               -- SHA-256 of the token that takes the place of its present one when it is used
  asked INTEGER NOT NULL                   -- when it was proposed, milliseconds
) STRICT, WITHOUT ROWID;
