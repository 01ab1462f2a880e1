//! The way to a server: what is sent, what is taken in, the first download, photos up and down, what goes wrong around it.
pub(crate) mod admin;
pub mod coming;
pub mod http;
pub mod link;
pub(crate) mod missed;
pub(crate) mod newer;
pub mod online;
pub mod pace;
pub mod packs;
pub mod prepared;
pub(crate) mod rebase;
pub(crate) mod restored;
pub(crate) mod slices;
pub mod sync;
pub(crate) mod unheard;
pub(crate) mod upload;
