//! The core of the client: an encrypted store on the device, and every question and command the interface may ask.
//! The same core runs behind the window, in the headless client and in a browser: it knows no threads, paths or clocks.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod core;
pub mod device;
pub mod server;
pub mod store;
pub mod trouble;

mod desk;
mod draft;
mod matter;
mod names;
mod person;
mod record;
mod visit;

pub use crate::core::Core;
pub use device::env::Env;
pub use device::vault::Vault;
pub use trouble::{Result, Trouble};
