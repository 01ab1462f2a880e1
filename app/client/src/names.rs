//! Finding people by name: sounds, spellings, search.
pub(crate) mod search;
pub(crate) mod spelling;
