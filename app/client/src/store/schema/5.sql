-- Version 5: one line a record that belongs to a file, whatever its kind, in the place of a table for each kind. `visits` and `reviews` show
-- those of one kind.
--
-- - `items`: made from index rows. `at`, `by`, `about`, `state`, `conflicts`: see `domain::Row`; `sort`: of a visit home, phone… `stage`,
--   `differs`, `alarm`: as `visits` had them. What is not taken over here is written by `index::renew`, which follows.
-- - `photos.record`: what was `visit`.

CREATE TABLE items (
  id BLOB NOT NULL PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  person BLOB NOT NULL,
  about BLOB,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  state TEXT NOT NULL,
  sort TEXT NOT NULL DEFAULT '',
  conflicts INTEGER NOT NULL DEFAULT 0,
  stage TEXT NOT NULL DEFAULT 'uploaded',
  differs INTEGER,
  alarm INTEGER
) STRICT;
INSERT INTO items (id, kind, person, at, by, state, sort, conflicts, stage, differs, alarm)
  SELECT id, 'visit', person, at, visitor, CASE met WHEN 1 THEN 'met' ELSE 'not_met' END, kind, conflicts, stage, differs, alarm FROM visits;
INSERT INTO items (id, kind, person, about, at, by, state)
  SELECT v.id, 'review', r.person, v.target, v.at, v.reviewer, '' FROM reviews v JOIN records r ON r.id = v.id;
CREATE INDEX items_person ON items (person, kind, at);
CREATE INDEX items_at ON items (at, kind, state, by, person);
CREATE INDEX items_stage ON items (stage, at, by) WHERE kind = 'visit';
CREATE INDEX items_about ON items (about, at) WHERE about IS NOT NULL;
CREATE INDEX items_conflicts ON items (id) WHERE conflicts > 0;

CREATE TABLE photos_of (
  record BLOB NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  hash BLOB NOT NULL,
  PRIMARY KEY (record, hash)
) STRICT, WITHOUT ROWID;
INSERT INTO photos_of SELECT visit, hash FROM photos;
DROP TABLE photos;
DROP TABLE visits;
DROP TABLE reviews;
ALTER TABLE photos_of RENAME TO photos;
CREATE INDEX photos_hash ON photos (hash);

CREATE VIEW visits AS SELECT id, person, at, by AS visitor, state = 'met' AS met, sort AS kind, stage, conflicts, differs, alarm
  FROM items WHERE kind = 'visit';
CREATE VIEW reviews AS SELECT id, about AS target, at, by AS reviewer FROM items WHERE kind = 'review';
