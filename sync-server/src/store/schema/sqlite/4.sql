-- Version 4: when a visit was, so that devices need not hold those of years ago; and packs.

ALTER TABLE records ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX records_area ON records (area, rank, at);

CREATE TABLE packs (
  id BLOB PRIMARY KEY,             -- SHA-256 of bytes
  area TEXT NOT NULL,
  programmes INTEGER NOT NULL,     -- exactly these
  part INTEGER NOT NULL,           -- see Part
  since INTEGER NOT NULL,          -- of part 1: of kinds that devices hold for some time, nothing older is in it
  seq INTEGER NOT NULL,            -- the county's feed up to here is in it
  records INTEGER NOT NULL,
  size INTEGER NOT NULL,           -- of bytes
  bytes BLOB NOT NULL,             -- zstd, MessagePack: FeedItem::Enter, newest record first
  made INTEGER NOT NULL,
  replaced INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX packs_area ON packs (area, programmes, part);
