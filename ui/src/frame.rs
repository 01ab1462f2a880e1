//! What stands around the pages: which of them are shown, the tabs, a new version.

mod new_version;
pub mod shell;
mod tab_bar;

pub use tab_bar::TabBar;
