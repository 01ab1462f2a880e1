-- Version 2: where a file went from, without reading the whole feed; and where somebody worked before.

CREATE INDEX feed_left ON feed (record) WHERE what = 'leave';

CREATE TABLE IF NOT EXISTS staff_past (staff TEXT NOT NULL, area TEXT NOT NULL, PRIMARY KEY (staff, area)) STRICT, WITHOUT ROWID;
