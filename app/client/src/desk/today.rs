//! The first screen: who is due, and why.
use crate::desk::inbox;
use crate::draft::fill;
use crate::record::person_item::item;
use crate::store::View;
use crate::store::index::end_of;
use crate::store::person_cache::CachedPerson;
use crate::{Result, matter};
use chrono::{Days, NaiveDate};
use domain::Timestamp;
use domain::api::{MatterQuery, PersonItem, TodayReply};
use domain::roles::Right;

/// Most persons in one part of the screen; the list of files has them all.
const MOST: usize = 300;

/// Overdue ones, the longest first; then those due soon; or the next one when there are none.
pub fn today(view: &View<'_>) -> Result<TodayReply> {
    let day = view.today();
    let soon = day.checked_add_days(Days::new(view.book.policy().due.soon_days.into())).unwrap_or(day);
    let mut due: Vec<(chrono::NaiveDate, &CachedPerson)> =
        view.person_cache.lines().iter().filter(|l| l.open).filter_map(|l| Some((l.due?, l))).collect();
    due.sort_by_key(|(date, _)| *date);
    let items = |lines: &[(chrono::NaiveDate, &CachedPerson)], most: usize| {
        lines.iter().take(most).map(|(_, l)| item(view, l.id)).collect::<Result<Vec<PersonItem>>>()
    };
    let (late, rest) = due.split_at(due.partition_point(|(date, _)| *date < day));
    let (near, later) = rest.split_at(rest.partition_point(|(date, _)| *date <= soon));
    let none = late.is_empty() && near.is_empty();
    Ok(TodayReply {
        day,
        places: view.book.me().map(|me| me.areas.iter().map(|a| view.book.area_name(a)).collect()).unwrap_or_default(),
        overdue: items(late, MOST)?,
        soon: items(near, MOST)?,
        matters: matter::list::list(view, &MatterQuery { due: true, limit: MOST, ..MatterQuery::default() })?,
        open_matters: matter::list::count_open(view)?,
        drafts: fill::list(view, None)?,
        visited_today: visited_on(view, day)?,
        next: if none { items(later, 1)?.pop() } else { None },
        grown: inbox::grown(view)?.into_iter().take(MOST).map(|(id, on)| Ok((item(view, id)?, on))).collect::<Result<_>>()?,
    })
}

/// How much is due today or was before: visits and matters.
pub fn count(view: &View<'_>) -> Result<u64> {
    if !view.book.me()?.role.has(Right::Visit) {
        return Ok(0);
    }
    let (day, lines) = (view.today(), view.person_cache.lines());
    let visits = lines.iter().filter(|line| line.open && line.due.is_some_and(|due| due <= day)).count();
    Ok(matter::list::count_due(view)? + u64::try_from(visits).unwrap_or(u64::MAX))
}

fn visited_on(view: &View<'_>, day: NaiveDate) -> Result<u32> {
    let Ok(me) = view.book.me() else { return Ok(0) };
    let sql = "SELECT count(*) FROM visits WHERE at >= ?1 AND at < ?2 AND visitor = ?3 AND coalesce(kind, '') <> ''";
    let moments = (Timestamp::of_day(day).0, end_of(day).0);
    Ok(view.db.prepare_cached(sql)?.query_row(rusqlite::params![moments.0, moments.1, me.id.as_str()], |r| r.get(0))?)
}
