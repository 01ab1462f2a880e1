-- Version 2: photos.
--
-- - `blobs`: files by their BLAKE3, small JPEG ones. `pending` ones were made here and wait to be uploaded, `uploaded` ones were made here and
--   the server has them, `fetched` ones came from it; `refused` ones it does not want (their visit was refused). `used` says when one was
--   last looked at: what the server has may go when room is short. The file comes last so that the rest is read without it.
-- - `photos`: which visit names which photo. Derived from index rows, like `visits`.
-- - `draft_photos`: those of unfinished visits.

CREATE TABLE blobs (
  n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'uploaded', 'fetched', 'refused')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL,
  used INTEGER NOT NULL,
  thumb BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE INDEX blobs_state ON blobs (state, used, hash, size);

CREATE TABLE photos (
  visit BLOB NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
  hash BLOB NOT NULL,
  PRIMARY KEY (visit, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX photos_hash ON photos (hash);

CREATE TABLE draft_photos (id BLOB NOT NULL PRIMARY KEY, draft BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE INDEX draft_photos_draft ON draft_photos (draft);
