//! Records: one small Automerge document each. Read, write, merge, conflicts, and what a change touches.
//!
//! A document's root holds sections; a section is a map of fields. Free text is `Text`, a multiple choice is a map
//! option → true, a list is a map keyed by UUID. Only keys that changed are written. Nothing is deleted.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod chunk;
mod conflicts;
mod content;
mod error;
mod foreign;
#[cfg(feature = "fifth")]
mod made_up;
mod matter;
mod photos;
mod record;
mod row;
mod touch;
mod write;
mod writer;

pub use chunk::operations;
pub use conflicts::{FieldConflict, Question, Written, questions};
pub use content::{FileData, VisitData};
pub use error::RecordError;
pub use foreign::RecordDiff;
pub use matter::{Link, MatterData, NewMatter, Said};
pub use record::{MAX_DOCUMENT, Record};
pub use touch::{History, Incoming, Touch};
pub use write::{NewReview, NewVisit};
pub use writer::{Actor, Change, Writer};
