//! Reviews: which visits wait for this supervisor, and her decision on one exact version.
use crate::Result;
use crate::device::env::new_id;
use crate::record::{permission, person_item, visit_item};
use crate::store::intent::Intent;
use crate::store::{Tx, View, changes, id_at, index};
use crate::visit::visits;
use domain::api::{self, MOST_WAITING, ReviewItem};
use domain::form::Answers;
use domain::roles::Right;
use domain::visit::{Decision, same_heads};
use domain::{Code, Failure, RecordId, StaffId, VisitRow};
use records::{NewReview, Record};
use rusqlite::{OptionalExtension, params};

/// Most visits of which one asking works out what differs from last time: each is two documents read, and taps wait meanwhile.
const COMPARED_AT_ONCE: usize = 12;
const DAY: i64 = 24 * 3600 * 1000;

/// Visits that wait: sent by others, not decided on in this version, not older than the county's policy says. One that was entered
/// days later counts from then: its id tells when that was.
const WAITING: &str = "FROM visits v WHERE v.stage IN ('uploaded', 'changed') AND v.at >= ?1 AND v.visitor <> ?2 AND (v.at >= ?3 OR v.id >= ?4)";

/// What [`WAITING`] asks for.
fn waiting(view: &View<'_>, me: &StaffId) -> [rusqlite::types::Value; 4] {
    let policy = view.book.policy();
    let since = view.now.0 - i64::from(policy.review_days) * DAY;
    let id = RecordId::new(since, [0; 10]).bytes().to_vec();
    [(since - i64::from(policy.visit_days_back) * DAY).into(), me.as_str().to_owned().into(), since.into(), id.into()]
}

/// How many visits wait for the caller; 0 for those who do not review.
pub fn count(view: &View<'_>) -> Result<u64> {
    let caller = view.book.caller()?;
    if !caller.role.has(Right::Review) {
        return Ok(0);
    }
    let n: i64 = view.db.prepare_cached(&format!("SELECT count(*) {WAITING}"))?.query_row(waiting(view, &caller.staff), |r| r.get(0))?;
    Ok(n.unsigned_abs())
}

/// The visits that wait, those of high risk first, then the newest: [`MOST_WAITING`] of them, and the next when these are decided on. What
/// differs from the last visit is worked out once and kept; of some a time, so that whoever gets a list with visits that were not compared
/// asks again.
pub fn queue(tx: &Tx<'_>) -> Result<Vec<ReviewItem>> {
    let view = tx.view();
    let caller = view.book.caller()?;
    if !caller.role.has(Right::Review) {
        return Ok(Vec::new());
    }
    // A grade of a newer program is nothing to put off.
    let risk =
        "CASE coalesce((SELECT risk FROM persons p WHERE p.id = v.person), '') WHEN '' THEN 2 WHEN 'low' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END";
    let mut statement = view.db.prepare_cached(&format!("SELECT v.id {WAITING} ORDER BY {risk}, v.at DESC, v.id"))?;
    let ids = statement.query_map(waiting(&view, &caller.staff), |r| id_at(r, 0))?;
    let (mut items, mut left) = (Vec::new(), COMPARED_AT_ONCE);
    for id in ids.collect::<rusqlite::Result<Vec<_>>>()? {
        let row = view.visit(id)?;
        if !permission::reviews(&caller, &row) {
            continue;
        }
        let mut found = known(&view, &row)?;
        if found.is_none() && left > 0 {
            left -= 1;
            found = Some(compare(&view, &row)?);
        }
        let (compared, (changes, alarm)) = (found.is_some(), found.unwrap_or_default());
        let (person, heads) = (person_item::item(&view, row.person)?, row.heads.clone());
        items.push(ReviewItem { visit: visit_item::of_row(&view, row)?, person, changes, alarm, compared, heads });
        if items.len() == MOST_WAITING {
            break;
        }
    }
    Ok(items)
}

/// How many answers differ from last time, and whether one asks for attention, if that was worked out.
fn known(view: &View<'_>, row: &VisitRow) -> Result<Option<(u32, bool)>> {
    let sql = "SELECT differs, alarm FROM visits WHERE id = ?1 AND differs IS NOT NULL";
    Ok(view.db.prepare_cached(sql)?.query_row([row.id.bytes()], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
}

fn compare(view: &View<'_>, row: &VisitRow) -> Result<(u32, bool)> {
    let (now, day) = (visits::data(view, row.id)?.answers, row.at.day());
    let (last_day, last) = visits::before(view, row)?.map_or_else(|| (day, Answers::new()), |(before, answers)| (before.at.day(), answers));
    let found = match view.book.forms.find(&row.form) {
        Some(form) => (form.changes((&last, last_day), (&now, day)).len(), !form.filled(&now, day).alarms().is_empty()),
        // It is compared when its form has come.
        None => return Ok((u32::try_from(now.len()).unwrap_or(u32::MAX), false)),
    };
    let found = (u32::try_from(found.0).unwrap_or(u32::MAX), found.1);
    view.db.prepare_cached("UPDATE items SET differs = ?2, alarm = ?3 WHERE id = ?1")?.execute(params![row.id.bytes(), found.0, found.1])?;
    Ok(found)
}

/// Decides on one exact version.
///
/// # Errors
/// `Changed` when the visit is another version by now, `HasConflict` when an answer has several values and it should be
/// approved, `Required` when it is returned without a word.
pub fn review(tx: &mut Tx<'_>, call: &api::Review) -> Result<RecordId> {
    let view = tx.view();
    let row = view.visit(call.visit)?;
    let caller = permission::caller_for(&view, &view.person(row.person)?)?;
    if !permission::reviews(&caller, &row) {
        return Err(Code::NotAllowed.into());
    }
    if !same_heads(&row.heads, &call.heads) {
        return Err(Code::Changed.into());
    }
    if changes::standing(view.db, call.visit)?.1 {
        return Err(Code::NotAllowed.into());
    }
    if call.decision == Decision::Approved && row.conflicts > 0 {
        return Err(Code::HasConflict.into());
    }
    let comment = call.comment.trim();
    if call.decision == Decision::Returned && comment.is_empty() && call.fields.is_empty() {
        return Err(Failure::of(Code::Required, "comment").into());
    }
    // The same decision on the same version once more, as by a double tap, says nothing new.
    let said = index::reviews_of(view.db, call.visit)?.into_iter().next();
    if let Some(last) = said.filter(|last| last.decision == call.decision && last.comment == comment && same_heads(&last.heads, &call.heads)) {
        return Ok(last.id);
    }
    let area = tx.area_of(call.visit)?;
    let id = new_id(tx.env);
    let writer = tx.writer(id)?;
    let review = NewReview {
        person: row.person,
        target: row.id,
        heads: row.heads,
        decision: call.decision,
        comment: comment.to_owned(),
        fields: call.fields.clone(),
        programme: row.programme,
    };
    let (record, change) = Record::new_review(id, &review, &writer)?;
    let intent =
        Intent::Review { target: review.target, heads: review.heads, decision: review.decision, comment: review.comment, fields: review.fields };
    tx.keep(&record, &area, &[(change, intent)], &writer)?;
    tx.mark_changed(call.visit);
    Ok(id)
}
