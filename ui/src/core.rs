//! What every page stands on: asking the core, what the app knows, where it is. Nothing is drawn here.

pub mod api;
pub mod auto_lock;
pub mod growing;
pub mod keep;
pub mod listen;
pub mod nav;
pub mod prefs;
pub mod query;
pub mod sort;
pub mod state;
