-- Version 1. The meaning of a table or column never changes; a later version adds some.

CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- The order of a county's feed. The row stays locked until the transaction that counted commits: a bare sequence
-- hands out numbers that become visible in another order, and a reader's cursor would skip the late ones.
CREATE TABLE counties (code TEXT PRIMARY KEY, seq INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE records (
  id BLOB PRIMARY KEY,
  rank INTEGER NOT NULL,           -- order of the first download: files, visits, reviews
  kind TEXT NOT NULL,
  person BLOB NOT NULL,
  target BLOB,                     -- of a review: the visit
  area TEXT NOT NULL,              -- of the person's file, also for what belongs to it
  programmes INTEGER NOT NULL,     -- bits, see programme_bits
  document BLOB NOT NULL,          -- Automerge, uncompressed
  row BLOB NOT NULL                -- domain::Row, MessagePack
) STRICT;
CREATE INDEX records_first ON records (rank, id DESC);
CREATE INDEX records_person ON records (person);
-- By what an office list finds a file again.
CREATE TABLE lookup (
  person BLOB PRIMARY KEY,
  id_number TEXT NOT NULL DEFAULT '',
  area TEXT NOT NULL,
  name TEXT NOT NULL,
  birth TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX lookup_id_number ON lookup (id_number);
CREATE INDEX lookup_name ON lookup (area, name);
CREATE TABLE changes (
  hash BLOB PRIMARY KEY,
  record BLOB NOT NULL,
  bytes BLOB NOT NULL,
  device BLOB NOT NULL,            -- sixteen zero bytes: made on the server by an import
  staff TEXT NOT NULL,
  received INTEGER NOT NULL        -- milliseconds, the server's clock
) STRICT;
CREATE TABLE feed (
  county TEXT NOT NULL,
  seq INTEGER NOT NULL,
  what TEXT NOT NULL,              -- change, whole (a change that brings its whole record), enter, leave
  record BLOB NOT NULL,            -- of enter and leave: the person
  area TEXT NOT NULL,              -- whom it concerns, at that moment
  programmes INTEGER NOT NULL,
  hash BLOB,
  PRIMARY KEY (county, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_area ON feed (area, seq);
-- An actor belongs to the device that used it first.
CREATE TABLE actors (record BLOB NOT NULL, actor BLOB NOT NULL, device BLOB NOT NULL, PRIMARY KEY (record, actor)) STRICT, WITHOUT ROWID;
-- What was not accepted, byte for byte, with all that builds on it.
CREATE TABLE quarantine (
  hash BLOB PRIMARY KEY,
  record BLOB NOT NULL,
  device BLOB NOT NULL,
  staff TEXT NOT NULL,
  bytes BLOB NOT NULL,
  reason TEXT NOT NULL,            -- domain::Failure, JSON
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_device ON quarantine (device);

CREATE TABLE IF NOT EXISTS areas (
  code       TEXT NOT NULL PRIMARY KEY,     -- 2, 4, 6, 9 or 12 digits
  name       TEXT NOT NULL,                 -- as published: 铜都社区居委会
  plain      TEXT NOT NULL DEFAULT '',      -- the name without its kind (铜都): how office files are matched
  parent     TEXT NOT NULL DEFAULT '',      -- the area one level up; empty for a province
  valid_from TEXT NOT NULL DEFAULT '',      -- first day of the code, 2026-11-21; empty: always was
  valid_to   TEXT NOT NULL DEFAULT ''       -- first day the code is no longer given; old codes stay readable for ever
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS areas_plain ON areas (plain);
CREATE TABLE IF NOT EXISTS staff (
  id     TEXT NOT NULL PRIMARY KEY,         -- as the county's staff list names her
  name   TEXT NOT NULL,
  role   TEXT NOT NULL,                     -- a code of domain::Role
  phone  TEXT NOT NULL DEFAULT '',          -- digits
  active INTEGER NOT NULL DEFAULT 1         -- 0: has left; her name stays readable in old records
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staff_areas (
  staff TEXT NOT NULL,
  area  TEXT NOT NULL,                      -- covers everything below it; need not be in areas
  PRIMARY KEY (staff, area)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codes (
  hash    BLOB NOT NULL PRIMARY KEY,        -- SHA-256 of the code; the code itself is shown once and kept nowhere
  staff   TEXT NOT NULL,
  created INTEGER NOT NULL,                 -- milliseconds since 1970
  expires INTEGER NOT NULL,                 -- milliseconds since 1970
  used_by BLOB NOT NULL DEFAULT x'',        -- the device that redeemed it
  used_at INTEGER NOT NULL DEFAULT 0        -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS devices (
  id         BLOB NOT NULL PRIMARY KEY,     -- 16 bytes, chosen by the device
  staff      TEXT NOT NULL,
  label      TEXT NOT NULL DEFAULT '',      -- what the device calls itself
  token_hash BLOB NOT NULL UNIQUE,          -- SHA-256 of its bearer token
  enrolled   INTEGER NOT NULL,              -- milliseconds since 1970
  seen       INTEGER NOT NULL DEFAULT 0,    -- last contact
  revoked    INTEGER NOT NULL DEFAULT 0     -- when it was stopped
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS imported (
  person BLOB NOT NULL,                     -- 16 bytes of the record id
  path   TEXT NOT NULL,                     -- section.key or section.<uuid>.key
  value  TEXT NOT NULL DEFAULT 'null',      -- JSON, in its stored form
  PRIMARY KEY (person, path)
) STRICT, WITHOUT ROWID;
