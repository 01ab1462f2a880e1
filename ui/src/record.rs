//! Parts that know of files and visits: a person as a card, what two people wrote, photos, days in words.

pub mod begin;
mod begin_sheet;
mod call_button;
mod conflict_sheet;
mod matter_card;
mod person_card;
mod person_chips;
pub mod photo;
mod photos;
mod proposals;
mod sync_chip;
pub mod when;

use domain::api::VisitItem;
use text::Text;

pub use begin_sheet::BeginSheet;
pub use call_button::{CallButton, whose};
pub use conflict_sheet::{ConflictSheet, version_author, version_words};
pub use matter_card::{MatterCard, MatterDue, until};
pub use person_card::{PersonCard, PersonChips, edge_of, sex_and_age, whose_file};
pub use person_chips::{CategoryChips, DueChip, RiskChip, VisitStateChip};
pub use photos::Photos;
pub use proposals::Proposals;
pub use sync_chip::SyncChip;

/// What a visit was: the form that it was filled in by beside visits, else how it was made, in the worker's language.
pub fn kind(visit: &VisitItem, text: &Text) -> String {
    let form = visit.title.as_ref().map(|title| title.get(text.lang().code()).to_owned());
    form.or_else(|| text.code("visit-kind", &visit.kind)).unwrap_or_else(|| visit.kind_label.clone())
}
