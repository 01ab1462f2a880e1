//! Reading the log.
use super::chain::{COLUMNS, StoredEntry, kept};
use crate::office::registry;
use crate::store::db::{Db, DbResult, Sql};
use chrono::{Days, NaiveDate, NaiveTime};
use domain::api::AuditQuery;
use domain::audit::{Act, AuditLine};
use domain::{AreaCode, DeviceId, RecordId, StaffId, Timestamp};
use std::collections::HashMap;

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What is asked for.
    pub query: AuditQuery,
    /// Without what is about case content.
    pub acts_only: bool,
    /// Only of these areas, and of none; no entry: everywhere.
    pub within: Option<Vec<AreaCode>>,
    /// At most so many.
    pub most: usize,
}

/// Entries, newest first.
///
/// # Errors
/// The database's.
pub fn list(db: &Db<'_>, filter: &Filter) -> DbResult<Vec<AuditLine>> {
    let (sql, args) = statement(filter);
    let found = db.rows(&sql, &args, kept)?;
    let mut names: HashMap<String, String> = HashMap::new();
    for id in found.iter().flat_map(|k| [&k.entry.staff, &k.entry.whom]).filter(|id| !id.is_empty()) {
        if !names.contains_key(id) {
            let staff = id.parse::<StaffId>().ok().map(|id| registry::staff(db, &id)).transpose()?.flatten();
            names.insert(id.clone(), staff.map(|s| s.name).unwrap_or_default());
        }
    }
    let name = |id: &str| names.get(id).cloned().unwrap_or_default();
    Ok(found.into_iter().map(|kept| line(kept, &name)).collect())
}

fn statement(filter: &Filter) -> (String, Vec<Sql>) {
    let Filter { query, acts_only, within, most } = filter;
    let (mut wheres, mut values): (Vec<String>, Vec<Sql>) = (Vec::new(), Vec::new());
    let mut value = |v: Sql| {
        values.push(v);
        format!("?{}", values.len())
    };
    let start = |day: NaiveDate| Sql::from(Timestamp::from_local(day, NaiveTime::MIN).0);
    if let Some(day) = query.since {
        wheres.push(format!("at >= {}", value(start(day))));
    }
    if let Some(next) = query.until.and_then(|day| day.checked_add_days(Days::new(1))) {
        wheres.push(format!("at < {}", value(start(next))));
    }
    if let Some(staff) = &query.staff {
        let id = value(staff.as_str().into());
        wheres.push(format!("(staff = {id} OR whom = {id})"));
    }
    if let Some(person) = &query.person {
        wheres.push(format!("person = {}", value(person.bytes().into())));
    }
    if let Some(before) = query.before {
        wheres.push(format!("n < {}", value(i64::try_from(before).unwrap_or(i64::MAX).into())));
    }
    if *acts_only {
        let acts: Vec<String> = Act::ALL.iter().filter(|a| !a.is_reading()).map(|a| value(a.code().into())).collect();
        wheres.push(format!("told = 0 AND what IN ({})", acts.join(", ")));
    }
    if let Some(areas) = within {
        let inside = areas.iter().map(|a| format!("(area >= {} AND area <= {})", value(a.as_str().into()), value(format!("{a}~").into())));
        let inside: Vec<String> = inside.collect();
        // Who works in the whole city or province works here, too.
        let above: Vec<String> = areas.iter().flat_map(above).map(|a| value(a.as_str().into())).collect();
        wheres.push(format!("(area IN ('', {}) OR {})", above.join(", "), inside.join(" OR ")));
    }
    let wheres = if wheres.is_empty() { String::new() } else { format!("WHERE {}", wheres.join(" AND ")) };
    (format!("SELECT {COLUMNS} FROM audit {wheres} ORDER BY n DESC LIMIT {most}"), values)
}

/// The area itself and all above it.
fn above(area: &AreaCode) -> Vec<AreaCode> {
    std::iter::successors(Some(area.clone()), AreaCode::parent).collect()
}

fn line(kept: StoredEntry, name: &impl Fn(&str) -> String) -> AuditLine {
    let StoredEntry { n, at, entry, .. } = kept;
    let device = |bytes: &[u8]| DeviceId::from_slice(bytes);
    AuditLine {
        n: n.unsigned_abs(),
        at: Timestamp(at),
        said: (entry.told > 0).then_some(Timestamp(entry.said)),
        staff: entry.staff.parse().ok(),
        name: name(&entry.staff),
        role: entry.role,
        device: device(&entry.device),
        what: entry.what,
        whom: entry.whom.parse().ok(),
        whom_name: name(&entry.whom),
        other: device(&entry.other).filter(|_| entry.told == 0 || entry.other != entry.device),
        person: RecordId::from_slice(&entry.person),
        person_name: String::new(),
        area: entry.area.parse().ok(),
        number: entry.number.unsigned_abs(),
        reason: entry.reason,
    }
}
