//! Persons' files: the list, one file, writing in it, who may be the same.
pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod identity;
pub(crate) mod list;
pub(crate) mod same;
