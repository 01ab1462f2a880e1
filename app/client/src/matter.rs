//! Matters: what is done about people and villages beside visits.
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod write;
