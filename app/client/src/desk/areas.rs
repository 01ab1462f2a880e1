//! Areas: the villages to choose from, and the supervisor's overview of them.
use crate::Result;
use crate::matter::list;
use crate::store::index::end_of;
use crate::store::{View, id_at};
use chrono::Datelike;
use domain::api::AreaLine;
use domain::area::{Area, Level};
use domain::roles::Right;
use domain::{RecordId, Risk, Timestamp};
use std::collections::{BTreeMap, HashSet};

/// All areas around the caller, as the server told them.
pub fn all<'a>(view: &View<'a>) -> &'a [Area] {
    view.book.reference().map(|r| r.areas.as_slice()).unwrap_or_default()
}

/// The caller's villages, in the order of their codes.
pub fn mine(view: &View<'_>) -> Result<Vec<Area>> {
    let caller = view.book.caller()?;
    let mut villages: Vec<Area> = all(view).iter().filter(|a| a.code.level() == Level::Village && caller.covers(&a.code)).cloned().collect();
    villages.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(villages)
}

/// Each village with its files, what is overdue, and whom somebody visited this month (月探访率): of the open files that a rule
/// of the county asks visits for, those where a visit took place.
pub fn summary(view: &View<'_>) -> Result<Vec<AreaLine>> {
    let mut lines: BTreeMap<_, AreaLine> = BTreeMap::new();
    for area in mine(view)? {
        lines.insert(area.code.clone(), empty_line(view, area));
    }
    let (today, visited) = (view.today(), visited_this_month(view)?);
    for person in view.person_cache.lines().iter().filter(|l| l.open) {
        let Some(line) = lines.get_mut(&person.area) else { continue };
        line.files += 1;
        line.high += u32::from(person.risk == Some(Risk::High));
        let Some(due) = person.due else { continue };
        line.overdue += u32::from(due < today);
        line.targets += 1;
        line.visited += u32::from(visited.contains(&person.id));
    }
    for (area, count) in list::open_by_area(view)? {
        if let Some(line) = lines.get_mut(&area) {
            line.matters = count;
        }
    }
    Ok(lines.into_values().collect())
}

fn empty_line(view: &View<'_>, area: Area) -> AreaLine {
    let staff = view.book.reference().map(|r| r.staff.as_slice()).unwrap_or_default();
    // Who covers a whole town does not have charge of each of its villages.
    let mine = view.book.caller().map(|c| c.role.programmes()).unwrap_or_default();
    let ours = |s: &domain::staff::Staff| s.role.programmes().iter().any(|p| mine.contains(p));
    let in_charge = |s: &&domain::staff::Staff| s.role.has(Right::Visit) && s.areas.contains(&area.code) && ours(s);
    AreaLine {
        town: area.code.parent().map(|t| view.book.area_name(&t)).unwrap_or_default(),
        workers: staff.iter().filter(in_charge).map(|s| s.name.clone()).collect(),
        files: 0,
        high: 0,
        overdue: 0,
        visited: 0,
        targets: 0,
        matters: 0,
        area,
    }
}

fn visited_this_month(view: &View<'_>) -> Result<HashSet<RecordId>> {
    let today = view.today();
    let start = Timestamp::of_day(today.with_day(1).unwrap_or(today));
    let mut statement =
        view.db.prepare_cached("SELECT DISTINCT person FROM visits WHERE at >= ?1 AND at < ?2 AND met AND coalesce(kind, '') <> ''")?;
    let found = statement.query_map([start.0, end_of(today).0], |r| id_at(r, 0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
