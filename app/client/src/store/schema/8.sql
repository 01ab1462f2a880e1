-- Version 8: matters.
--
-- - `items.due`: of a matter the last day on which its stage is in time; of one that ended and has no successor, by when it is done anew.
--   `items.due_at`: the moment, milliseconds, where hours are counted.

ALTER TABLE items ADD COLUMN due TEXT;
ALTER TABLE items ADD COLUMN due_at INTEGER;
CREATE INDEX items_due ON items (due) WHERE due IS NOT NULL;
CREATE INDEX items_sort ON items (sort, person, at) WHERE sort <> '';
