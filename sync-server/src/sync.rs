//! What devices and the server tell each other, and what is taken: the rules.
pub mod admit;
pub mod aside;
pub mod county;
pub mod device_keys;
pub mod exchange;
pub mod feed;
pub mod found;
pub mod good_faith;
mod matters;
pub mod message;
pub mod packs;
pub mod quarantine;
pub mod sender;
pub mod shelf;
pub mod tokens;
