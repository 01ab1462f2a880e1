//! What devices put down themselves: it is taken once however often it is sent, and in bounds.
use super::{DAY, Entry, Who, append};
use crate::office::registry;
use crate::store;
use crate::store::db::{Db, args};
use domain::audit::{Access, Act};
use domain::roles::Caller;
use domain::{DeviceId, Timestamp};

/// Most entries that are taken of one device in a day: far more than a person does. What is beyond waits on the device.
const OF_A_DAY: i64 = 1000;

/// A word of a device's: a short code, and no act that only the server puts down.
fn word(told: &str) -> &str {
    let is_code = (1..=32).contains(&told.len()) && told.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let is_known = told.parse::<Act>().map_or(true, Act::is_told);
    if is_code && is_known { told } else { Act::Unknown.code() }
}

/// Takes in what a device tells, from the first on, and says how many it need not tell again.
///
/// # Errors
/// The database's.
pub fn take_in(db: &Db<'_>, now: Timestamp, caller: &Caller, sender: DeviceId, told: &[Access]) -> anyhow::Result<u64> {
    if told.is_empty() {
        return Ok(0);
    }
    let today = "SELECT count(*) FROM audit WHERE other = ?1 AND told > 0 AND at > ?2";
    let mut room = OF_A_DAY - db.number(today, args![sender.bytes(), now.0 - DAY])?;
    let mut taken = 0;
    for access in told {
        let entry = entry(db, caller, sender, access)?;
        let known = "SELECT 1 FROM audit WHERE device = ?1 AND what = ?2 AND told = ?3 AND said = ?4 AND record = ?5 LIMIT 1";
        let Entry { device, what, told, said, record, .. } = &entry;
        if db.one(known, args![device, what, *told, *said, record], |_| Ok(()))?.is_none() {
            if room <= 0 {
                break;
            }
            room -= 1;
            append(db, now, &entry)?;
        }
        taken += 1;
    }
    Ok(taken)
}

/// The area and person of a file are the server's, where it knows the record.
fn entry(db: &Db<'_>, caller: &Caller, sender: DeviceId, access: &Access) -> anyhow::Result<Entry> {
    let author = access.device.unwrap_or(sender);
    // What lies on the device since it was somebody else's is that person's.
    let owner = if author == sender { None } else { registry::owner(db, &author)? };
    let person = store::person_of(db, &access.record)?;
    let base = Entry::new(Who::Staff(owner.as_ref().unwrap_or(caller), author), Act::Unknown);
    let area = person.as_ref().map_or(base.area.clone(), |(_, area)| area.to_string());
    let base = base.with(&sender).about(person.as_ref().map_or(&access.record, |(person, _)| person), &access.record);
    let reason = if access.reason.is_empty() { "" } else { word(&access.reason) };
    Ok(Entry {
        said: access.at.0,
        told: i64::try_from(access.n.max(1)).unwrap_or(i64::MAX),
        what: word(&access.what).to_owned(),
        area,
        reason: reason.to_owned(),
        ..base
    })
}
