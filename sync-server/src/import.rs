//! Office files: areas, staff and the roster of persons, as offices really keep them. Bad rows are reported with sheet, row,
//! column and reason; good ones go in; the same file again changes nothing.
//!
//! A row with any cell that is not understood is left out whole: half a person's data taken in silently helps nobody. Reasons
//! say what to do and never repeat the cell.
use crate::registry::Outcome;
use domain::api::ImportReport;
use domain::{Code, Failure};

mod areas;
mod cell;
mod places;
mod plan;
mod roster;
mod staff;
mod table;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use areas::areas;
pub use places::Places;
pub use plan::{IMPORTED_SQL, Plan, plan};
pub use roster::{Roster, RosterRow, read_roster, roster};
pub use staff::staff;

fn count(report: &mut ImportReport, outcome: Outcome) {
    match outcome {
        Outcome::Added => report.added += 1,
        Outcome::Updated => report.updated += 1,
        Outcome::Unchanged => report.unchanged += 1,
    }
}

fn trouble(_: crate::db::DbError) -> Failure {
    Code::ServerTrouble.into()
}
