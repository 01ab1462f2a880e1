-- Version 1.
--
-- - `records`: one row a document. `row` is its index row (`domain::Row`, MessagePack); everything in `persons`, `visits` and
--   `reviews` is derived from it and can be rebuilt. `area` is that of the file. `actor` is what this installation writes
--   under in this document; null: draw one at the next writing. `document` comes last so that the rest is read without it.
-- - `changes`: what was written here. `pending` and `held` wait to be sent, oldest first; the bytes of accepted ones are
--   emptied, since the document has them; refused ones are kept.
-- - `intents`: what a change was meant to do, so that it can be repeated on another version of the document.
-- - `visits.stage`: what the reviews say, as if uploaded. `differs` (answers other than last time) and `alarm` need the documents:
--   null until a review list asks for them, null again when this visit or one before it changes.
-- - `drafts`: unfinished visits, each answer as it was given.

CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE records (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person BLOB NOT NULL,
  area TEXT NOT NULL,
  actor BLOB,
  row BLOB NOT NULL,
  document BLOB NOT NULL
) STRICT;
CREATE INDEX records_person ON records (person, kind);

CREATE TABLE changes (
  n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  record BLOB NOT NULL,
  person BLOB NOT NULL,
  bytes BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'held', 'accepted', 'refused')),
  reason TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX changes_open ON changes (state, n) WHERE state <> 'accepted';
CREATE INDEX changes_record ON changes (record, state);
CREATE INDEX changes_person ON changes (person) WHERE state IN ('pending', 'held');

CREATE TABLE intents (
  n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  record BLOB NOT NULL,
  intent TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'repeated', 'refused')),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX intents_record ON intents (record);

CREATE TABLE drafts (
  id BLOB NOT NULL PRIMARY KEY,
  person BLOB NOT NULL,
  form TEXT NOT NULL,
  corrects BLOB,
  answers TEXT NOT NULL DEFAULT '{}',
  last TEXT NOT NULL DEFAULT '{}',
  last_day TEXT,
  started INTEGER NOT NULL
) STRICT;
CREATE INDEX drafts_person ON drafts (person);

CREATE TABLE persons (
  id BLOB NOT NULL PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  id_number TEXT NOT NULL DEFAULT '',
  phones TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  area TEXT NOT NULL,
  categories TEXT NOT NULL DEFAULT '',
  risk TEXT NOT NULL DEFAULT '',
  open INTEGER NOT NULL,
  conflicts INTEGER NOT NULL DEFAULT 0,
  due TEXT,
  due_info TEXT,
  last TEXT
) STRICT;
CREATE INDEX persons_id_number ON persons (id_number) WHERE id_number <> '';
CREATE INDEX persons_conflicts ON persons (id) WHERE conflicts > 0;

CREATE TABLE visits (
  id BLOB NOT NULL PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
  person BLOB NOT NULL,
  at INTEGER NOT NULL,
  visitor TEXT NOT NULL,
  met INTEGER NOT NULL,
  stage TEXT NOT NULL DEFAULT 'uploaded',
  conflicts INTEGER NOT NULL DEFAULT 0,
  differs INTEGER,
  alarm INTEGER
) STRICT;
CREATE INDEX visits_person ON visits (person, at);
CREATE INDEX visits_at ON visits (at, met, visitor, person);
CREATE INDEX visits_stage ON visits (stage, at, visitor);
CREATE INDEX visits_conflicts ON visits (id) WHERE conflicts > 0;

CREATE TABLE reviews (
  id BLOB NOT NULL PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
  target BLOB NOT NULL,
  at INTEGER NOT NULL,
  reviewer TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_target ON reviews (target, at);
CREATE INDEX reviews_reviewer ON reviews (reviewer, target);

CREATE TABLE seen (message TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE access_log (n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, record BLOB NOT NULL, what TEXT NOT NULL) STRICT;
