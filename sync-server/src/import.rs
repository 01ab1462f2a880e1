//! Office files: areas, staff and the roster of persons, as offices really keep them. What is not taken is reported with sheet, row,
//! column and reason; the rest goes in; the same file again changes nothing.
//!
//! An error costs the row: who a person is, where she lives and why she is on file must be understood. A side field that cannot be read costs
//! the field, and a note says so. Reasons say what to do and never repeat the cell.
use crate::office::registry::Outcome;
use domain::api::ImportReport;
use domain::{Code, Failure};

mod areas;
mod cell;
mod day;
mod files;
pub mod form;
mod names;
mod places;
mod plan;
mod remarks;
mod roster;
mod row;
mod staff;
mod table;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use areas::{areas, areas_of, is_tree};
pub use files::FileStore;
pub use places::Places;
pub use plan::{Plan, plan};
pub use remarks::remarks;
pub use roster::{read_roster, roster, roster_of};
pub use row::{RosterRow, Sign};
pub use staff::{staff, staff_of};
pub use workbook::{Sheet, open};

fn count(report: &mut ImportReport, outcome: Outcome) {
    match outcome {
        Outcome::Added => report.added += 1,
        Outcome::Updated => report.updated += 1,
        Outcome::Unchanged => report.unchanged += 1,
    }
}

fn trouble(_: crate::store::db::DbError) -> Failure {
    Code::ServerTrouble.into()
}
