//! Devices with real folders and real files, and no network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod access;
mod categories;
mod command_line;
mod damage;
mod drafts;
mod due;
mod files;
mod lists;
mod matters;
mod merge;
mod photos;
mod pins;
mod replies;
mod reviews;
mod roles;
mod same;
mod search;
mod village;
mod visit_days;
