//! Forms as workbooks say them (XLSForm), run as ODK runs them: a blank form that is checked once ([`model`]), the order in which everything in it
//! is worked out ([`order`]), and a form that is being filled in ([`play`]).
pub mod answer;
pub mod file;
pub mod heads;
pub mod instance;
pub mod model;
pub mod order;
pub mod parameters;
pub mod pattern;
pub mod play;
pub mod rows;
pub mod shuffle;
