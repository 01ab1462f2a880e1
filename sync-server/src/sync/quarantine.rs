//! What was not taken, for a supervisor: she sees what it says and lets it in as it is, or lays it aside. It is kept either way.
pub use crate::sync::shelf::{Entry, drop_entries, list as entries};

use crate::office::registry;
use crate::store;
use crate::store::db::{Db, DbResult, SqlRow, args};
use crate::store::place::{Subject, place_found};
use crate::sync::admit;
use crate::sync::sender::Sender;
use crate::sync::shelf;
use domain::api::RefusedItem;
use domain::form::PHOTOS;
use domain::roles::{Caller, Right};
use domain::sync::{Cursor, Push};
use domain::{AreaCode, Code, DeviceId, Failure, Hash, Programme, RecordId, StaffId, Timestamp};
use forms::Forms;
use records::{Incoming, Record, RecordDiff};
use std::collections::HashMap;

/// Of each device the oldest so many are shown: a device that sends nothing but what is refused crowds nobody out. Those settled make room.
const OF_A_DEVICE: usize = 50;
/// So many of a device are looked at: some cannot be shown, for what they would change is not known any more.
const LOOKED_AT: i64 = 200;
/// And so many of all.
const MOST_LOOKED_AT: i64 = 1000;

/// An entry that nobody has decided on.
struct QuarantineEntry {
    hash: Hash,
    record: RecordId,
    device: DeviceId,
    staff: StaffId,
    bytes: Vec<u8>,
    reason: Failure,
    received: Timestamp,
}

const OPEN: &str = "SELECT hash, record, device, staff, bytes, reason, received FROM quarantine WHERE settled = ''";

fn kept(line: &mut SqlRow) -> DbResult<QuarantineEntry> {
    Ok(QuarantineEntry {
        hash: Hash(line.bytes(0)?),
        record: store::record_at(line, 1)?,
        device: DeviceId(uuid::Uuid::from_bytes(line.bytes(2)?)),
        staff: line.parse(3)?,
        bytes: line.blob(4)?,
        reason: serde_json::from_str(&line.text(5)?).unwrap_or_else(|_| Code::BadChange.into()),
        received: Timestamp(line.int(6)?),
    })
}

impl QuarantineEntry {
    fn subject(&self, db: &Db<'_>) -> anyhow::Result<Option<Subject>> {
        let Ok(change) = Incoming::parse(&self.bytes) else { return Ok(None) };
        Subject::of(db, &self.record, change)
    }
}

/// Whether the file that a subject belongs to is this supervisor's business.
fn is_hers(db: &Db<'_>, caller: &Caller, record: &Record) -> anyhow::Result<bool> {
    let place = store::scope_of_person(db, &record.person())?.or_else(|| own_place(record));
    let may = caller.role.has(Right::Review) && caller.role.sees(record.kind());
    Ok(may && place.is_some_and(|(area, programmes)| caller.sees(&area, &programmes)))
}

/// Where a record is that is about no file, or makes one.
fn own_place(record: &Record) -> Option<(AreaCode, Vec<Programme>)> {
    Some((record.area()?, record.programme().into_iter().collect()))
}

/// What waits for this supervisor's decision. Not what builds on something else in quarantine: its author's device wrote that anew.
pub fn waiting(db: &Db<'_>, forms: &Forms, caller: &Caller, now: Timestamp) -> anyhow::Result<Vec<RefusedItem>> {
    let mut items = Vec::new();
    let mut shown: HashMap<DeviceId, usize> = HashMap::new();
    for (hash, device) in shelf::waiting(db, caller, now, LOOKED_AT, MOST_LOOKED_AT)? {
        let shown = shown.entry(device).or_default();
        if *shown == OF_A_DEVICE {
            continue;
        }
        let Some(entry) = db.one(&format!("{OPEN} AND hash = ?1"), args![&hash.0], kept)? else { continue };
        let Some(subject) = entry.subject(db)? else { continue };
        if !is_hers(db, caller, &subject.record)? {
            continue;
        }
        let effect = if subject.is_new { Ok(subject.record.diff_from(None)) } else { subject.record.effect(&subject.change) };
        let Ok(effect) = effect else { continue };
        let (edits, mut answers) = match effect {
            RecordDiff::File(edits) => (edits, Default::default()),
            RecordDiff::Visit(answers) => (Vec::new(), answers),
        };
        // Photos are no answers, and all that such a change says.
        if let Some(count) = new_photos(&subject.record, &entry.bytes).filter(|_| edits.is_empty() && answers.is_empty()) {
            answers.insert(PHOTOS.to_owned(), count.into());
        }
        *shown += 1;
        items.push(RefusedItem {
            hash: entry.hash,
            record: entry.record,
            person: subject.record.person(),
            name: String::new(),
            shown: Default::default(),
            labels: Default::default(),
            by: registry::staff(db, &entry.staff)?.map(|s| s.name).unwrap_or_default(),
            at: entry.received,
            fits: entry.may_be_let_in(db, forms, caller, now)?,
            reason: entry.reason,
            edits,
            answers,
            form: subject.record.form_name().filter(|_| subject.is_new),
        });
    }
    Ok(items)
}

/// How many photos a change adds; none where it adds none.
fn new_photos(before: &Record, change: &[u8]) -> Option<i64> {
    let mut after = before.clone();
    after.absorb(&[change.to_vec()]).ok()?;
    let new = after.photos().len().checked_sub(before.photos().len())?;
    i64::try_from(new).ok().filter(|new| *new > 0)
}

impl QuarantineEntry {
    fn sender(&self, db: &Db<'_>, forms: &Forms, supervisor: &Caller, now: Timestamp) -> anyhow::Result<Option<Sender>> {
        let author = registry::staff(db, &self.staff)?.map(|s| Caller { staff: s.id, role: s.role, areas: s.areas });
        let (cursor, forms, vouches) = (Cursor::default(), forms.clone(), Some(supervisor.clone()));
        Ok(author.map(|caller| Sender { caller, device: self.device, cursor, now, forms, daily: u64::MAX, vouches }))
    }

    fn push(&self) -> Push {
        Push { record: self.record, bytes: self.bytes.clone() }
    }

    fn may_be_let_in(&self, db: &Db<'_>, forms: &Forms, supervisor: &Caller, now: Timestamp) -> anyhow::Result<bool> {
        let Some(sender) = self.sender(db, forms, supervisor, now)? else { return Ok(false) };
        Ok(admit::could_be_let_in(db, &sender, &self.push())?.is_ok())
    }
}

/// Lets an entry in, or lays it aside.
///
/// # Errors
/// `NotFound` when there is none that waits for this supervisor, and why it cannot be let in.
pub fn settle(db: &Db<'_>, forms: &Forms, caller: &Caller, now: Timestamp, hash: &Hash, let_in: bool) -> anyhow::Result<()> {
    let missing = || Failure::from(Code::NotFound);
    let entry = db.one(&format!("{OPEN} AND hash = ?1{}", db.for_update()), args![&hash.0], kept)?.ok_or_else(missing)?;
    let subject = entry.subject(db)?.ok_or_else(missing)?;
    if !is_hers(db, caller, &subject.record)? {
        return Err(missing().into());
    }
    if let_in {
        let sender = entry.sender(db, forms, caller, now)?.ok_or_else(missing)?;
        admit::let_in(db, &sender, &entry.push())??;
        place_found(db, &entry.record)?;
        // What builds on it its author's device writes anew, unless the file left her: then it is for a supervisor, too.
        let place = store::scope_of_person(db, &subject.record.person())?.or_else(|| own_place(&subject.record));
        if !place.is_some_and(|(area, programmes)| sender.caller.sees(&area, &programmes)) {
            shelf::unblock(db, &entry.record, &entry.device, hash)?;
        }
    }
    let sql = "UPDATE quarantine SET settled = ?2, settled_by = ?3, settled_at = ?4 WHERE hash = ?1";
    db.run(sql, args![&hash.0, if let_in { "accepted" } else { "dismissed" }, caller.staff.as_str(), now.0])?;
    Ok(shelf::forget_count(db, entry.device.bytes())?)
}
