//! What records of every kind have: who may write, fields with several values, the words for it, who looked.
pub(crate) mod access;
pub(crate) mod conflicts;
pub(crate) mod export;
pub(crate) mod permission;
pub(crate) mod person_item;
pub(crate) mod visit_item;
pub(crate) mod words;
