-- Version 3: what makes the device trustworthy.
--
-- - `access_log`: `reason` is a code; `sent`: the server has it; `device`: who put it down, when that was what this device was called before.
-- - `photo_sent`: for which persons the server has been offered a photo; it asks for its bytes for each.
--   `taken`: it has them.
-- - `doubtful`: records that a restored server may know otherwise. `asks`: how often it was asked about them, `asked`: when last.
-- - `strays`: others' changes that the restored server lost, on their way back to it. `given`: when it took them, 0: not yet.
-- - `anew`: changes of this device that it wrote anew under other names, until the server was told.
-- - `changes.bytes` of an accepted change are there again once its record was dropped.
-- - `persons.birth`: the day, or nothing; tells people of one name apart. `persons.relatives`: names, a line each.
-- - `two_persons`: pairs of files, the lesser id first, that somebody here said are of two persons.
-- - `persons.turns`: the first day on which due day and categories have to be worked out anew, such as the end of a category; null when
--   no day by itself changes anything. `grown`: when a child comes of age. `persons.categories` are those in force on `meta.dues_day`.
-- - `visits.kind`: home, phone…: some rules count some kinds only.
-- - `drafts.day`: the day of the visit, once it was said. `same`: "as last time" was said.

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
