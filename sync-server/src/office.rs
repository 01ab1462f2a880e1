//! The office's side: areas, staff, codes and devices; its lists and their way into files.
pub mod forms;
pub mod registry;
pub mod roster;
pub mod take_in;
