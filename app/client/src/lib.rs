//! The core of the client: an encrypted store on the device, and every question and command the interface may ask.
//! The same core runs behind the window, in the headless client and in a browser: it knows no threads, paths or clocks.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod core;
pub mod env;
#[cfg(not(target_arch = "wasm32"))]
pub mod home;
pub mod http;
pub mod key;
pub mod online;
pub mod pace;
pub mod sync;

mod access;
mod admin;
pub mod pin;
pub mod store;
pub mod trouble;
pub mod vault;

mod areas;
mod conflicts;
mod drafts;
mod export;
mod identity;
mod import;
mod inbox;
mod large_picture;
mod left;
mod missed;
mod name_search;
mod newer;
pub mod packs;
mod permission;
mod person_edit;
mod person_file;
mod person_item;
mod persons;
mod photos;
mod picture;
mod rebase;
mod restored;
mod reviews;
mod same;
mod seal;
mod slices;
mod spelling;
mod status;
mod today;
mod token;
mod unheard;
mod upload;
mod visit_day;
mod visit_item;
mod visits;
mod words;

pub use crate::core::Core;
pub use env::Env;
pub use trouble::{Result, Trouble};
pub use vault::Vault;
