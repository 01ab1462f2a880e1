//! The sync server: one binary; its database is one SQLite file, or a PostgreSQL that several share. A visit
//! pushed by a device is admitted (`sync::admit`), committed (`store`) and read by the others (`sync::feed`); `http` carries it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod app;
pub mod audit;
pub mod env;
pub mod error;
pub mod http;
pub mod import;
pub mod limits;
pub mod measures;
pub mod office;
pub mod photos;
pub mod sample;
pub mod settings;
pub mod store;
pub mod sync;
mod upkeep;
pub mod wake;
