//! What crosses kinds: today, messages, areas, where this device stands, a copy that was edited elsewhere.
pub(crate) mod areas;
pub(crate) mod import;
pub(crate) mod inbox;
pub(crate) mod status;
pub(crate) mod today;
