-- Version 9: what is filled in of matters, beside visits.
--
-- - `drafts.of`: 'visit'; 'matter', one that is begun; 'step', one that is moved; 'answers', what was said in one is changed.
--   `matter`: the matter that is moved or changed. `stage`: to which stage. `area`: of one that is begun of a village, its code; `person` is all
--   zeroes then. `source`: the visit or matter that a new one comes from. `last` of a step or of answers: what the matter said when it was begun.

ALTER TABLE drafts ADD COLUMN of TEXT NOT NULL DEFAULT 'visit' CHECK (of IN ('visit', 'matter', 'step', 'answers'));
ALTER TABLE drafts ADD COLUMN matter BLOB;
ALTER TABLE drafts ADD COLUMN stage TEXT;
ALTER TABLE drafts ADD COLUMN area TEXT;
ALTER TABLE drafts ADD COLUMN source BLOB;
