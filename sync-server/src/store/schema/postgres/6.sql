-- Version 6: what makes the server trustworthy.

ALTER TABLE codes ADD COLUMN made_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE codes ADD COLUMN confirmed_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE codes ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;

CREATE TABLE photo_owners (person BYTEA NOT NULL, hash BYTEA NOT NULL, PRIMARY KEY (person, hash));
CREATE INDEX photo_owners_hash ON photo_owners (hash);
ALTER TABLE uploads ADD COLUMN person BYTEA NOT NULL DEFAULT ''::bytea;

CREATE TABLE audit (
  n BIGINT PRIMARY KEY,  -- 1, 2, 3 without a gap
  at BIGINT NOT NULL,  -- milliseconds, the server's clock
  said BIGINT NOT NULL,  -- milliseconds by the device's clock; 0: the server saw it itself
  staff TEXT COLLATE "C" NOT NULL,  -- who; empty: the operator at the server, or a stranger
  role TEXT COLLATE "C" NOT NULL,  -- hers at that time, 'operator', or empty for a stranger
  device BYTEA NOT NULL,  -- by which device; empty: none
  told BIGINT NOT NULL,  -- the entry's number on that device; 0: the server saw it itself
  what TEXT COLLATE "C" NOT NULL,  -- domain::audit::Act
  whom TEXT COLLATE "C" NOT NULL,  -- the member of staff concerned
  other BYTEA NOT NULL,  -- the device concerned; of what is told, the one that sent it
  person BYTEA NOT NULL,
  record BYTEA NOT NULL,
  area TEXT COLLATE "C" NOT NULL,  -- of the file, else the first of the member of staff
  number BIGINT NOT NULL,  -- how many
  reason TEXT COLLATE "C" NOT NULL,  -- a code
  hash BYTEA NOT NULL  -- SHA-256 of the hash before and of all columns above
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_staff ON audit (staff, n);
CREATE INDEX audit_whom ON audit (whom, n) WHERE whom <> '';
CREATE INDEX audit_person ON audit (person, n) WHERE person <> ''::bytea;
CREATE INDEX audit_device ON audit (device, what, at);
CREATE INDEX audit_other ON audit (other, at) WHERE told > 0;
CREATE TABLE audit_head (one BIGINT PRIMARY KEY, n BIGINT NOT NULL, hash BYTEA NOT NULL, oldest BIGINT NOT NULL, before_oldest BYTEA NOT NULL);
INSERT INTO audit_head (one, n, hash, oldest, before_oldest) VALUES (1, 0, ''::bytea, 1, ''::bytea);

ALTER TABLE quarantine ADD COLUMN found BYTEA;

CREATE TABLE device_keys (
  device BYTEA NOT NULL PRIMARY KEY,
  key BYTEA NOT NULL,  -- 32 random bytes
  released BIGINT NOT NULL DEFAULT 0,  -- when the office let its owner's next device have it, milliseconds
  heir BYTEA NOT NULL DEFAULT ''::bytea  -- the device that took its place
);

ALTER TABLE quarantine ADD COLUMN person BYTEA NOT NULL DEFAULT ''::bytea;
ALTER TABLE quarantine ADD COLUMN area TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN programmes BIGINT NOT NULL DEFAULT 0;
-- A state of version 5 that was never released had another of this name.
DROP INDEX IF EXISTS quarantine_open;
CREATE INDEX quarantine_open ON quarantine (device, received, hash) WHERE settled = '';
CREATE TABLE quarantine_held (
  device BYTEA PRIMARY KEY,
  entries BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  junk BIGINT NOT NULL,  -- of the entries, those that are no change at all
  junk_bytes BIGINT NOT NULL
);

CREATE TABLE photos_going (hash BYTEA PRIMARY KEY);

CREATE TABLE IF NOT EXISTS reference_changes (one BIGINT PRIMARY KEY, n BIGINT NOT NULL);

CREATE TABLE IF NOT EXISTS staff_terms (
  staff TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL,  -- milliseconds, the server's clock
  PRIMARY KEY (staff, area, role, until)
);

CREATE INDEX changes_record ON changes (record);
ALTER TABLE feed ADD COLUMN at BIGINT NOT NULL DEFAULT 0;  -- when, by the server's clock
UPDATE feed SET at = (SELECT coalesce(max(received), 0) FROM changes WHERE changes.record = feed.record) WHERE what = 'leave';
ALTER TABLE devices ADD COLUMN heard BIGINT NOT NULL DEFAULT 0;  -- when it last showed a cursor of its owner's role and areas
-- The furthest that a device ever showed to have read.
CREATE TABLE device_reads (
  device BYTEA NOT NULL,
  county TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (device, county)
);

CREATE TABLE aside (  -- as records
  id BYTEA PRIMARY KEY,
  rank BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  person BYTEA NOT NULL,
  target BYTEA,
  area TEXT COLLATE "C" NOT NULL,
  programmes BIGINT NOT NULL,
  document BYTEA NOT NULL,
  row BYTEA NOT NULL,
  at BIGINT NOT NULL,
  laid BIGINT NOT NULL  -- when it was laid aside
);

ALTER TABLE devices ADD COLUMN token_made BIGINT NOT NULL DEFAULT 0; -- since when it has its token, milliseconds; 0: since it joined
CREATE TABLE next_tokens (
  device BYTEA NOT NULL PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE,  -- SHA-256 of the token that takes the place of its present one when it is used
  asked BIGINT NOT NULL  -- when it was proposed, milliseconds
);
