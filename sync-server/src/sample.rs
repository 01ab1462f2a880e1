//! The sample county: made-up people in a county whose code 990101 is not assigned, the same for the same seed. Its state is what
//! a county looks like on an ordinary morning: most visits in time, a few late, some due this week, part of the older ones reviewed.
use crate::office::registry::{AreaEntry, StaffEntry};
use chrono::NaiveDate;
use domain::{AreaCode, StaffId};
use records::Record;

mod answers;
mod calendar;
mod chance;
pub mod county;
mod fill;
mod notes;
mod people;
mod write;

#[cfg(test)]
mod tests;

pub use fill::fill;

/// One thing of the sample county, in an order in which each builds on what came before.
pub enum SampleItem {
    /// An area.
    Area(AreaEntry),
    /// A member of staff.
    Staff(StaffEntry),
    /// A record with all its changes.
    Record {
        /// The record; a person's file comes before its visits, a visit before its reviews.
        record: Box<Record>,
        /// The village of its file.
        area: AreaCode,
        /// Who made it.
        author: StaffId,
    },
}

/// Makes areas, staff, and so many persons and visits, with reviews besides. `today` is the morning on which the county is seen;
/// no visit lies after it.
pub fn generate(
    seed: u64,
    today: NaiveDate,
    persons: usize,
    visits: usize,
    sink: &mut dyn FnMut(SampleItem) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for area in county::areas() {
        sink(SampleItem::Area(area))?;
    }
    for entry in county::staff() {
        sink(SampleItem::Staff(entry))?;
    }
    let mut chance = chance::Chance::new(seed);
    let people = people::people(&mut chance, persons, today);
    let calendar = calendar::calendar(&mut chance, &people, visits, today);
    let devices = write::Devices::new(&mut chance);
    for (person, days) in people.iter().zip(&calendar) {
        write::person(&mut chance, &devices, person, days, today, sink)?;
    }
    Ok(())
}
