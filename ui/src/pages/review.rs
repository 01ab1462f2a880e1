//! A supervisor's reviews: the visits that wait, and one of them beside the last.

mod answers;
mod bulk;
mod decision;
mod earlier;
mod list;
mod notes;
mod order;
mod page;
mod reading;
mod refused;
mod returning;

pub use list::ReviewList;
pub use page::ReviewPage;
