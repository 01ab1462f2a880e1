//! The sync server: one binary; its database is one SQLite file, or a PostgreSQL that several share. A visit pushed by a device is admitted (`admit`), committed (`store`)
//! and read by the others (`feed`); `http` carries it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod access;
pub mod admin;
pub mod admit;
pub mod aside;
pub mod at_rest;
pub mod audit;
pub mod backup;
pub mod connections;
pub mod county;
pub mod db;
pub mod device_keys;
pub mod env;
pub mod error;
pub mod exchange;
pub mod facts;
pub mod feed;
pub mod found;
pub mod good_faith;
pub mod http;
pub mod import;
pub mod limits;
pub mod measures;
pub mod message;
pub mod openapi;
pub mod packs;
pub mod photos;
pub mod pool;
pub mod private;
pub mod quarantine;
pub mod registry;
pub mod roster;
pub mod sample;
pub mod schema;
pub mod settings;
pub mod store;
pub mod take_in;
pub mod tls;
pub mod tokens;
pub mod wake;
pub mod web;
