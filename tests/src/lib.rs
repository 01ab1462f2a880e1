//! Villages of real devices and a real server, for tests of the whole and for benches. Programs are real processes, homes
//! are real folders, the window is a real window.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // this crate is test code

pub mod answers;
pub mod browser;
pub mod chaos;
pub mod device;
pub mod keyring;
pub mod link;
pub mod next_year;
pub mod picture;
pub mod plain;
pub mod postgres;
pub mod programs;
pub mod raw;
pub mod s3;
pub mod screen;
pub mod server;
pub mod sim;
pub mod steps;
pub mod window;
