//! Counties: the parts of a feed, one of which is written in at a time.
use crate::store::db::{Db, args};
use domain::AreaCode;
use domain::roles::Caller;
use std::collections::BTreeSet;

/// The counties of a caller's scope in the order of their codes: hers, and those in her city or province that have records.
pub fn counties(db: &Db<'_>, caller: &Caller) -> anyhow::Result<BTreeSet<AreaCode>> {
    let mut found = BTreeSet::new();
    for area in &caller.areas {
        match area.county() {
            Some(county) => _ = found.insert(county),
            None => {
                let (low, high) = range(area);
                found.extend(db.rows("SELECT code FROM counties WHERE code >= ?1 AND code <= ?2", args![low, high], |r| r.parse(0))?);
            }
        }
    }
    Ok(found)
}

/// First and last code of an area and what lies in it, as text.
pub(crate) fn range(area: &AreaCode) -> (String, String) {
    (area.as_str().to_owned(), format!("{}~", area.as_str()))
}
