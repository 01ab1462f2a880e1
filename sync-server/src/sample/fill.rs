//! The sample county goes into an empty store.
use super::{SampleItem, generate};
use crate::office::registry;
use crate::store;
use crate::store::db::Db;
use domain::Timestamp;

/// Fills the store and says how many records there are now. The staff file every record as if it had been pushed.
pub fn fill(db: &Db<'_>, seed: u64, now: Timestamp, persons: usize, visits: usize) -> anyhow::Result<u64> {
    let mut count = 0;
    generate(seed, now.day(), persons, visits, &mut |item| {
        match item {
            SampleItem::Area(area) => _ = registry::upsert_area(db, &area)?,
            SampleItem::Staff(entry) => _ = registry::upsert_staff(db, &entry, now)?,
            SampleItem::Record { record, area, author } => {
                store::insert_without_feed(db, &record, &area, author.as_str(), now)?;
                count += 1;
            }
        }
        Ok(())
    })?;
    Ok(count)
}
