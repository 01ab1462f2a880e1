-- Version 1. The meaning of a table or column never changes; a later version adds some.

CREATE TABLE IF NOT EXISTS meta (key TEXT COLLATE "C" PRIMARY KEY, value TEXT COLLATE "C" NOT NULL);
-- The order of a county's feed. The row stays locked until the transaction that counted commits: a bare sequence
-- hands out numbers that become visible in another order, and a reader's cursor would skip the late ones.
CREATE TABLE counties (code TEXT COLLATE "C" PRIMARY KEY, seq BIGINT NOT NULL DEFAULT 0);
CREATE TABLE records (
  id BYTEA PRIMARY KEY,
  rank BIGINT NOT NULL,  -- order of the first download: files, visits, reviews
  kind TEXT COLLATE "C" NOT NULL,
  person BYTEA NOT NULL,
  target BYTEA,  -- of a review: the visit
  area TEXT COLLATE "C" NOT NULL,  -- of the person's file, also for what belongs to it
  programmes BIGINT NOT NULL,  -- bits, see programme_bits
  document BYTEA NOT NULL,  -- Automerge, uncompressed
  row BYTEA NOT NULL  -- domain::Row, MessagePack
);
CREATE INDEX records_first ON records (rank, id DESC);
CREATE INDEX records_person ON records (person);
-- By what an office list finds a file again.
CREATE TABLE lookup (
  person BYTEA PRIMARY KEY,
  id_number TEXT COLLATE "C" NOT NULL DEFAULT '',
  area TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  birth TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX lookup_id_number ON lookup (id_number);
CREATE INDEX lookup_name ON lookup (area, name);
CREATE TABLE changes (
  hash BYTEA PRIMARY KEY,
  record BYTEA NOT NULL,
  bytes BYTEA NOT NULL,
  device BYTEA NOT NULL,  -- sixteen zero bytes: made on the server by an import
  staff TEXT COLLATE "C" NOT NULL,
  received BIGINT NOT NULL  -- milliseconds, the server's clock
);
CREATE TABLE feed (
  county TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  what TEXT COLLATE "C" NOT NULL,  -- change, whole (a change that brings its whole record), enter, leave
  record BYTEA NOT NULL,  -- of enter and leave: the person
  area TEXT COLLATE "C" NOT NULL,  -- whom it concerns, at that moment
  programmes BIGINT NOT NULL,
  hash BYTEA,
  PRIMARY KEY (county, seq)
);
CREATE INDEX feed_area ON feed (area, seq);
-- An actor belongs to the device that used it first.
CREATE TABLE actors (record BYTEA NOT NULL, actor BYTEA NOT NULL, device BYTEA NOT NULL, PRIMARY KEY (record, actor));
-- What was not accepted, byte for byte, with all that builds on it.
CREATE TABLE quarantine (
  hash BYTEA PRIMARY KEY,
  record BYTEA NOT NULL,
  device BYTEA NOT NULL,
  staff TEXT COLLATE "C" NOT NULL,
  bytes BYTEA NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,  -- domain::Failure, JSON
  received BIGINT NOT NULL
);
CREATE INDEX quarantine_device ON quarantine (device);

CREATE TABLE IF NOT EXISTS areas (
  code       TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- 2, 4, 6, 9 or 12 digits
  name       TEXT COLLATE "C" NOT NULL,  -- as published: 铜都社区居委会
  plain      TEXT COLLATE "C" NOT NULL DEFAULT '',  -- the name without its kind (铜都): how office files are matched
  parent     TEXT COLLATE "C" NOT NULL DEFAULT '',  -- the area one level up; empty for a province
  valid_from TEXT COLLATE "C" NOT NULL DEFAULT '',  -- first day of the code, 2026-11-21; empty: always was
  valid_to   TEXT COLLATE "C" NOT NULL DEFAULT ''  -- first day the code is no longer given; old codes stay readable for ever
);
CREATE INDEX IF NOT EXISTS areas_plain ON areas (plain);
CREATE TABLE IF NOT EXISTS staff (
  id     TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- as the county's staff list names her
  name   TEXT COLLATE "C" NOT NULL,
  role   TEXT COLLATE "C" NOT NULL,  -- a code of domain::Role
  phone  TEXT COLLATE "C" NOT NULL DEFAULT '',  -- digits
  active BIGINT NOT NULL DEFAULT 1  -- 0: has left; her name stays readable in old records
);
CREATE TABLE IF NOT EXISTS staff_areas (
  staff TEXT COLLATE "C" NOT NULL,
  area  TEXT COLLATE "C" NOT NULL,  -- covers everything below it; need not be in areas
  PRIMARY KEY (staff, area)
);
CREATE TABLE IF NOT EXISTS codes (
  hash    BYTEA NOT NULL PRIMARY KEY,  -- SHA-256 of the code; the code itself is shown once and kept nowhere
  staff   TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL,  -- milliseconds since 1970
  expires BIGINT NOT NULL,  -- milliseconds since 1970
  used_by BYTEA NOT NULL DEFAULT ''::bytea,  -- the device that redeemed it
  used_at BIGINT NOT NULL DEFAULT 0  -- milliseconds since 1970
);
CREATE TABLE IF NOT EXISTS devices (
  id         BYTEA NOT NULL PRIMARY KEY,  -- 16 bytes, chosen by the device
  staff      TEXT COLLATE "C" NOT NULL,
  label      TEXT COLLATE "C" NOT NULL DEFAULT '',  -- what the device calls itself
  token_hash BYTEA NOT NULL UNIQUE,  -- SHA-256 of its bearer token
  enrolled   BIGINT NOT NULL,  -- milliseconds since 1970
  seen       BIGINT NOT NULL DEFAULT 0,  -- last contact
  revoked    BIGINT NOT NULL DEFAULT 0  -- when it was stopped
);

CREATE TABLE IF NOT EXISTS imported (
  person BYTEA NOT NULL,  -- 16 bytes of the record id
  path   TEXT COLLATE "C" NOT NULL,  -- section.key or section.<uuid>.key
  value  TEXT COLLATE "C" NOT NULL DEFAULT 'null',  -- JSON, in its stored form
  PRIMARY KEY (person, path)
);
