//! Who may open this device, and with what: its files, its key, what a stopped device leaves.
pub mod env;
#[cfg(not(target_arch = "wasm32"))]
pub mod home;
pub mod key;
pub(crate) mod left;
pub mod pin;
pub(crate) mod renewal;
pub(crate) mod seal;
pub(crate) mod token;
pub mod vault;
