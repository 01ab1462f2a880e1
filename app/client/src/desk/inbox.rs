//! What happened to my work, and what asks for me.
use crate::Result;
use crate::matter::list;
use crate::person::same;
use crate::record::{conflicts, person_item, words};
use crate::store::index::end_of;
use crate::store::intent::Intent;
use crate::store::{Tx, View, changes, id_at, index, terms};
use chrono::{Days, NaiveDate};
use domain::api::{About, Message};
use domain::form::Label;
use domain::matter::{Party, Who};
use domain::roles::{Right, Role};
use domain::sync::OwnDevice;
use domain::visit::Decision;
use domain::{Code, DeviceId, Failure, Programme, RecordId, ReviewRow, StaffId, Timestamp};
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// All messages, newest first. Whoever reads them has seen them; they stay until what they are about is done.
pub fn read(tx: &mut Tx<'_>) -> Result<Vec<Message>> {
    let view = tx.view();
    let me = view.book.me()?.id.clone();
    let mut messages = Vec::new();
    for (visit, review) in returned(&view, &me)? {
        let by = view.book.staff_name(&review.by);
        messages.push(message(&view, review.person, review.at, About::Returned { visit, comment: comment(&review), by })?);
    }
    for visit in changed(&view, &me)? {
        let row = view.visit(visit)?;
        messages.push(message(&view, row.person, row.at, About::ChangedAfterApproval { visit })?);
    }
    for conflict in conflicts::all(&view)?.into_iter().filter(|c| c.may_settle) {
        let at = conflict.values.iter().map(|v| v.at).max().unwrap_or_default();
        messages.push(Message {
            matter: matter(&view, conflict.record),
            about: About::Conflict { record: conflict.record, path: conflict.path, label: conflict.label },
            person: conflict.person,
            name: conflict.name,
            at,
        });
    }
    for (person, on) in grown(&view)? {
        messages.push(message(&view, person, Timestamp::of_day(told_from(on)), About::ComesOfAge { on })?);
    }
    for refused in changes::refused(view.db)? {
        let fields = refused.intent.and_then(|i| serde_json::from_str::<Intent>(&i).ok()).map(|i| i.fields()).unwrap_or_default();
        let reason = refused.reason.unwrap_or(Failure::from(Code::BadChange));
        let labels = question_labels(&view, refused.record, &fields);
        let about = About::Refused { reason, record: refused.record, fields, labels };
        messages.push(Message { matter: matter(&view, refused.record), ..message(&view, refused.person, refused.created, about)? });
    }
    for id in disputed(&view)? {
        let item = list::item(&view, id)?;
        let (person, about) = (item.person.unwrap_or(RecordId(uuid::Uuid::nil())), About::Disputed { title: item.title });
        messages.push(Message { about, matter: Some(id), person, name: item.name, at: item.at });
    }
    for (id, ..) in late(&view)? {
        let item = list::item(&view, id)?;
        let Some(due) = item.due else { continue };
        let about = About::Late { title: item.title, stage: item.stage_label, due };
        let (person, at) = (item.person.unwrap_or(RecordId(uuid::Uuid::nil())), due.at.unwrap_or_else(|| end_of(due.day)));
        messages.push(Message { about, matter: Some(item.id), person, name: item.name, at });
    }
    for other in new_devices(&view)? {
        let about = About::NewDevice { device: other.device, label: other.label };
        messages.push(Message { about, matter: None, person: RecordId(uuid::Uuid::nil()), name: String::new(), at: other.enrolled });
    }
    for pair in same::pairs(&view)? {
        messages.push(Message {
            matter: None,
            person: pair.file.id,
            name: pair.file.name.clone(),
            at: pair.at,
            about: About::MaybeSame(Box::new(pair)),
        });
    }
    messages.sort_by_key(|m| std::cmp::Reverse(m.at));
    for key in keys(&view)? {
        let sql = "INSERT INTO seen (message, at) VALUES (?1, ?2) ON CONFLICT (message) DO NOTHING";
        view.db.prepare_cached(sql)?.execute(params![key, view.now.0])?;
    }
    Ok(messages)
}

/// What questions of a visit or a matter are called.
fn question_labels(view: &View<'_>, record: RecordId, fields: &[String]) -> BTreeMap<String, Label> {
    let row = view.row(record).ok();
    let form = row.and_then(|row| view.book.forms.find(row.text("form")));
    fields.iter().filter_map(|field| Some((field.clone(), words::question_label(form, field)?))).collect()
}

fn message(view: &View<'_>, person: RecordId, at: Timestamp, about: About) -> Result<Message> {
    Ok(Message { about, matter: None, person, name: name(view, person)?, at })
}

/// A person's name; of what is no file, the matter of a village, the village's.
fn name(view: &View<'_>, id: RecordId) -> Result<String> {
    let person = person_item::name(view, id)?;
    let of_area = person.is_empty().then(|| list::item(view, id).ok()).flatten();
    Ok(of_area.map_or(person, |item| item.name))
}

/// The record, where it is a matter.
fn matter(view: &View<'_>, record: RecordId) -> Option<RecordId> {
    view.row(record).ok().filter(|row| row.kind.is_matter()).map(|row| row.id)
}

/// Open matters that stayed too long and of which the caller hears by their types, each with its stage and how many have heard by now: the village
/// first, then the town, then the county. Asks the index only: it is counted with every status.
fn late(view: &View<'_>) -> Result<Vec<(RecordId, String, usize)>> {
    let (caller, rules) = (view.book.caller()?, &view.book.policy().due);
    let mut found = Vec::new();
    for (id, due) in list::overdue(view)? {
        let Some(row) = terms::row(view.db, id)? else { continue };
        let Some(matter) = view.book.forms.find(&row.form).and_then(|form| form.matter.as_ref()) else { continue };
        let party = Party { role: caller.role, opened: row.by == caller.staff, in_charge: row.charge.as_ref() == Some(&caller.staff) };
        let heard = matter.heard(&row.stage, due, view.now, rules);
        // The county's officer hears when it comes to her: she supervises everybody, and would hear of everything at once.
        let for_others = |who: &Who| *who == Who::Supervisors && caller.role == Role::CountyOfficer;
        if heard.iter().any(|who| party.is(who) && !for_others(who)) {
            found.push((id, row.stage, heard.len()));
        }
    }
    Ok(found)
}

/// Matters that people brought to different ends.
fn disputed(view: &View<'_>) -> Result<Vec<RecordId>> {
    let mut statement = view.db.prepare_cached("SELECT i.id FROM items i JOIN facts f ON f.record = i.id AND f.name = 'disputed' ORDER BY i.id")?;
    let ids = statement.query_map([], |r| id_at(r, 0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The comment, or those on single questions when there is no other.
fn comment(review: &ReviewRow) -> String {
    if !review.comment.is_empty() {
        return review.comment.clone();
    }
    review.fields.values().map(String::as_str).collect::<Vec<_>>().join("；")
}

/// How many messages were not seen yet. Asks the index only.
pub fn count_new(view: &View<'_>) -> Result<u64> {
    let mut statement = view.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM seen WHERE message = ?1)")?;
    let mut new = 0;
    for key in keys(view)? {
        new += u64::from(!statement.query_row([key], |r| r.get::<_, bool>(0))?);
    }
    Ok(new)
}

/// One key a message; fields of one record in conflict count together.
fn keys(view: &View<'_>) -> Result<BTreeSet<String>> {
    let me = &view.book.me()?.id;
    let mut keys: BTreeSet<String> = returned(view, me)?.into_iter().map(|(visit, review)| format!("returned:{visit}:{}", review.id)).collect();
    for visit in changed(view, me)? {
        let heads: Vec<String> = view.visit(visit)?.heads.iter().map(ToString::to_string).collect();
        keys.insert(format!("changed:{visit}:{}", heads.join("+")));
    }
    let sql = "SELECT id, conflicts FROM persons WHERE conflicts > 0 UNION ALL SELECT id, conflicts FROM items WHERE conflicts > 0";
    let mut statement = view.db.prepare_cached(sql)?;
    let found = statement.query_map([], |r| Ok(format!("conflict:{}:{}", id_at(r, 0)?, r.get::<_, u32>(1)?)))?;
    for key in found {
        keys.insert(key?);
    }
    keys.extend(late(view)?.iter().map(|(id, stage, heard)| format!("late:{id}:{stage}:{heard}")));
    keys.extend(disputed(view)?.iter().map(|id| format!("disputed:{id}")));
    keys.extend(new_devices(view)?.iter().map(|d| format!("device:{}", d.device)));
    keys.extend(same::ids(view)?.iter().map(|(one, other)| format!("same:{one}:{other}")));
    keys.extend(grown(view)?.into_iter().map(|(person, on)| format!("of_age:{person}:{on}")));
    keys.extend(changes::refused(view.db)?.iter().map(|r| format!("refused:{}", r.hash)));
    Ok(keys)
}

/// Devices that were enrolled for me after this one, and of which I have not said that they are mine.
fn new_devices(view: &View<'_>) -> Result<Vec<OwnDevice>> {
    let all = view.book.reference().map(|r| r.devices.as_slice()).unwrap_or_default();
    let since = all.iter().find(|d| d.device == view.book.device).map_or(Timestamp(0), |d| d.enrolled);
    let mut known = view.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM seen WHERE message = ?1)")?;
    let mut new = Vec::new();
    for other in all.iter().filter(|d| d.device != view.book.device && d.enrolled >= since) {
        if !known.query_row([known_key(other.device)], |r| r.get::<_, bool>(0))? {
            new.push(other.clone());
        }
    }
    Ok(new)
}

fn known_key(device: DeviceId) -> String {
    format!("known-device:{device}")
}

/// She says that a device that was enrolled for her is hers.
pub fn know(tx: &Tx<'_>, device: DeviceId) -> Result<()> {
    let sql = "INSERT INTO seen (message, at) VALUES (?1, ?2) ON CONFLICT (message) DO NOTHING";
    tx.db.prepare_cached(sql)?.execute(params![known_key(device), tx.now().0])?;
    Ok(())
}

/// My visits that came back and were not corrected since, with the review.
fn returned(view: &View<'_>, me: &StaffId) -> Result<Vec<(RecordId, ReviewRow)>> {
    let mut statement = view.db.prepare_cached("SELECT id FROM visits WHERE stage = 'returned' AND visitor = ?1")?;
    let ids = statement.query_map([me.as_str()], |r| id_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut found = Vec::new();
    for id in ids {
        let last = index::reviews_of(view.db, id)?.into_iter().next();
        found.extend(last.filter(|r| r.decision == Decision::Returned).map(|r| (id, r)));
    }
    Ok(found)
}

/// From so many days before a birthday it is told.
const AHEAD: Days = Days::new(30);

fn told_from(on: NaiveDate) -> NaiveDate {
    on.checked_sub_days(AHEAD).unwrap_or(on)
}

/// Children whose eighteenth birthday is near or past, for those who visit them.
pub(crate) fn grown(view: &View<'_>) -> Result<Vec<(RecordId, NaiveDate)>> {
    let caller = view.book.caller()?;
    if !caller.role.has(Right::Visit) || !caller.role.programmes().contains(&Programme::Child) {
        return Ok(Vec::new());
    }
    let until = view.today().checked_add_days(AHEAD).unwrap_or(view.today());
    let mut statement = view.db.prepare_cached("SELECT id, grown FROM persons WHERE grown <= ?1 ORDER BY grown, id")?;
    let found = statement.query_map([until.to_string()], |r| Ok((id_at(r, 0)?, r.get::<_, String>(1)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().filter_map(|(id, on)| Some((id, on.parse().ok()?))).collect())
}

/// Visits I approved that are another version now.
fn changed(view: &View<'_>, me: &StaffId) -> Result<Vec<RecordId>> {
    let sql = "SELECT v.id FROM visits v WHERE v.stage = 'changed' AND EXISTS (SELECT 1 FROM reviews r WHERE r.target = v.id AND r.reviewer = ?1)";
    let mut statement = view.db.prepare_cached(sql)?;
    let ids = statement.query_map([me.as_str()], |r| id_at(r, 0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
