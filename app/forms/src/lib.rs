//! Forms are data: versioned JSON in `assets/forms`, shipped with the program and readable for ever. This is what they mean: which question is
//! asked, what is wrong with an answer, what a form shows ([`Filling::screen`]). It runs in the core, on device and server; the page has the
//! words of [`domain::form`] alone.
//!
//! A question may be asked only when earlier answers call for it; an answer to a question that is not asked does not count.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod book;
mod filled;
mod form;
mod old;
mod problem;
mod screen;
mod values;
mod words;
mod written;

pub mod sheet;

pub use book::{Forms, form_id};
pub use filled::{Change, Filled};
pub use form::{Form, Purpose};
pub use old::FormError;
pub use screen::{Filling, answered};
pub use sheet::file::Unreadable;
pub use words::line;

#[cfg(test)]
mod tests;
