//! A form while it is filled in, whatever it is of: its questions as cards, answers on their way to the core, the part that is shown.

mod call;
pub mod cards;
pub mod filling;
pub mod foot;
pub mod journal;
pub mod paper;
pub mod parts_sheet;
mod pictured;
mod place;
pub mod question;
mod scroll;
pub mod top;
mod unasked;
