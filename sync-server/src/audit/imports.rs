//! What an office list did: the list itself, and everybody whose rights it changed.
use super::{Entry, Who, append};
use crate::office::registry::{self, StaffEntry};
use crate::store::db::Db;
use domain::api::{ImportKind, ImportReport};
use domain::audit::Act;
use domain::{StaffId, Timestamp};
use std::collections::BTreeMap;

/// Takes a list in and puts it down, with each role, area or standing that it changed.
///
/// # Errors
/// The list's own, and the database's.
pub fn imported(
    db: &Db<'_>,
    who: Who<'_>,
    now: Timestamp,
    kind: ImportKind,
    take_in: impl FnOnce() -> anyhow::Result<ImportReport>,
) -> anyhow::Result<ImportReport> {
    let before = if kind == ImportKind::Staff { registry::all_staff(db)? } else { Vec::new() };
    let report = take_in()?;
    let what = match kind {
        ImportKind::Areas => "areas",
        ImportKind::Staff => "staff",
        ImportKind::Roster => "roster",
    };
    append(db, now, &Entry::new(who, Act::Import).because(what).number(report.added + report.updated))?;
    if kind == ImportKind::Staff {
        let before: BTreeMap<StaffId, StaffEntry> = before.into_iter().map(|e| (e.staff.id.clone(), e)).collect();
        for now_is in registry::all_staff(db)? {
            if let Some(change) = changed(before.get(&now_is.staff.id), &now_is) {
                append(db, now, &Entry::new(who, Act::Rights).to(&now_is.staff.id).because(change))?;
            }
        }
    }
    Ok(report)
}

/// What changed of somebody's rights, in codes: `joined child_director`, `role child_director county_officer`, `moved`, `left`, `back`.
fn changed(before: Option<&StaffEntry>, after: &StaffEntry) -> Option<String> {
    let role = after.staff.role.code();
    let Some(before) = before else { return Some(format!("joined {role}")) };
    let was = before.staff.role.code();
    match (before.active, after.active) {
        (true, false) => Some("left".to_owned()),
        (false, true) => Some(format!("back {role}")),
        _ if was != role => Some(format!("role {was} {role}")),
        _ if before.staff.areas != after.staff.areas => Some("moved".to_owned()),
        _ => None,
    }
}
