-- Version 4: when a visit was, so that devices need not hold those of years ago; and packs.

ALTER TABLE records ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX records_area ON records (area, rank, at);

CREATE TABLE packs (
  id BYTEA PRIMARY KEY,  -- SHA-256 of bytes
  area TEXT COLLATE "C" NOT NULL,
  programmes BIGINT NOT NULL,  -- exactly these
  part BIGINT NOT NULL,  -- see Part
  since BIGINT NOT NULL,  -- of part 1: of kinds that devices hold for some time, nothing older is in it
  seq BIGINT NOT NULL,  -- the county's feed up to here is in it
  records BIGINT NOT NULL,
  size BIGINT NOT NULL,  -- of bytes
  bytes BYTEA NOT NULL,  -- zstd, MessagePack: FeedItem::Enter, newest record first
  made BIGINT NOT NULL,
  replaced BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX packs_area ON packs (area, programmes, part);
