//! Parts that know of files and visits: a person as a card, what two people wrote, photos, days in words.

mod call_button;
mod conflict_sheet;
mod person_card;
mod person_chips;
mod photos;
mod sync_chip;
pub mod when;

pub use call_button::{CallButton, whose};
pub use conflict_sheet::{ConflictSheet, version_author, version_words};
pub use person_card::{PersonCard, PersonChips, edge_of, sex_and_age, whose_file};
pub use person_chips::{CategoryChips, DueChip, RiskChip, VisitStateChip};
pub use photos::Photos;
pub use sync_chip::SyncChip;
