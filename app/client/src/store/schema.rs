//! The tables. The meaning of a column never changes; a new need is a new column and a new `user_version`.
use crate::Result;
use domain::Code;
use rusqlite::Connection;

/// The newest version this program knows.
pub const VERSION: i64 = 6;

/// Version 1.
///
/// - `records`: one row a document. `row` is its index row (`domain::Row`, MessagePack); everything in `persons`, `visits` and
///   `reviews` is derived from it and can be rebuilt. `area` is that of the file. `actor` is what this installation writes
///   under in this document; null: draw one at the next writing. `document` comes last so that the rest is read without it.
/// - `changes`: what was written here. `pending` and `held` wait to be sent, oldest first; the bytes of accepted ones are
///   emptied, since the document has them; refused ones are kept.
/// - `intents`: what a change was meant to do, so that it can be repeated on another version of the document.
/// - `visits.stage`: what the reviews say, as if uploaded. `differs` (answers other than last time) and `alarm` need the documents:
///   null until a review list asks for them, null again when this visit or one before it changes.
/// - `drafts`: unfinished visits, each answer as it was given.
const V1: &str = "
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
";

/// Version 2: photos.
///
/// - `blobs`: files by their BLAKE3, small JPEG ones. `pending` ones were made here and wait to be uploaded, `uploaded` ones were made here and
///   the server has them, `fetched` ones came from it; `refused` ones it does not want (their visit was refused). `used` says when one was
///   last looked at: what the server has may go when room is short. The file comes last so that the rest is read without it.
/// - `photos`: which visit names which photo. Derived from index rows, like `visits`.
/// - `draft_photos`: those of unfinished visits.
const V2: &str = "
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
";

/// Version 3: what makes the device trustworthy.
///
/// - `access_log`: `reason` is a code; `sent`: the server has it; `device`: who put it down, when that was what this device was called before.
/// - `photo_sent`: for which persons the server has been offered a photo; it asks for its bytes for each.
///   `taken`: it has them.
/// - `doubtful`: records that a restored server may know otherwise. `asks`: how often it was asked about them, `asked`: when last.
/// - `strays`: others' changes that the restored server lost, on their way back to it. `given`: when it took them, 0: not yet.
/// - `anew`: changes of this device that it wrote anew under other names, until the server was told.
/// - `changes.bytes` of an accepted change are there again once its record was dropped.
/// - `persons.birth`: the day, or nothing; tells people of one name apart. `persons.relatives`: names, a line each.
/// - `two_persons`: pairs of files, the lesser id first, that somebody here said are of two persons.
/// - `persons.turns`: the first day on which due day and categories have to be worked out anew, such as the end of a category; null when
///   no day by itself changes anything. `grown`: when a child comes of age. `persons.categories` are those in force on `meta.dues_day`.
/// - `visits.kind`: home, phone…: some rules count some kinds only.
/// - `drafts.day`: the day of the visit, once it was said. `same`: "as last time" was said.
const V3: &str = "
ALTER TABLE access_log ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE access_log ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_log ADD COLUMN device BLOB;
CREATE INDEX access_log_waiting ON access_log (n) WHERE sent = 0;
CREATE INDEX access_log_record ON access_log (record, what, at);
CREATE TABLE photo_sent (person BLOB NOT NULL, hash BLOB NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY (person, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE doubtful (
  record BLOB NOT NULL PRIMARY KEY,
  asks INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE strays (hash BLOB NOT NULL PRIMARY KEY, record BLOB NOT NULL, bytes BLOB NOT NULL, given INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE anew (hash BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
ALTER TABLE persons ADD COLUMN birth TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN relatives TEXT NOT NULL DEFAULT '';
CREATE TABLE two_persons (a BLOB NOT NULL, b BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
ALTER TABLE persons ADD COLUMN turns TEXT;
ALTER TABLE persons ADD COLUMN grown TEXT;
CREATE INDEX persons_turns ON persons (turns) WHERE turns IS NOT NULL;
CREATE INDEX persons_grown ON persons (grown) WHERE grown IS NOT NULL;
ALTER TABLE visits ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN day TEXT;
ALTER TABLE drafts ADD COLUMN same INTEGER NOT NULL DEFAULT 0;
";

/// Version 4: `unheard`: visits and reviews that are here and that the download under way has not brought, until the server was asked
/// about them.
const V4: &str = "CREATE TABLE IF NOT EXISTS unheard (record BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;";

/// Version 5: one line a record that belongs to a file, whatever its kind, in the place of a table for each kind. `visits` and `reviews` show
/// those of one kind.
///
/// - `items`: made from index rows. `at`, `by`, `about`, `state`, `conflicts`: see `domain::Row`; `sort`: of a visit home, phone… `stage`,
///   `differs`, `alarm`: as `visits` had them. What is not taken over here is written by `index::renew`, which follows.
/// - `photos.record`: what was `visit`.
const V5: &str = "
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
";

/// Version 6: what records are found, filtered and counted by.
///
/// - `facts`: pairs of a fact and one of its values, by the table of kinds. Made from index rows.
/// - `items.open`: see `domain::Row`. Both are filled by `index::renew`, which follows.
const V6: &str = "
CREATE TABLE facts (
  record BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (record, name, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_value ON facts (name, value);
ALTER TABLE items ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
";

/// Brings the tables to the newest version, each step in a transaction of its own. A database of a newer program is left as it is.
pub fn migrate(db: &mut Connection) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version > VERSION {
        return Err(Code::DatabaseNewer.into());
    }
    for (step, tables) in [(1, V1), (2, V2), (3, V3), (4, V4), (5, V5), (6, V6)] {
        if version < step {
            let tx = db.transaction()?;
            tx.execute_batch(tables)?;
            tx.pragma_update(None, "user_version", step)?;
            tx.commit()?;
        }
    }
    Ok(())
}
