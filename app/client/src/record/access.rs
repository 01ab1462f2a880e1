//! Access to files that is put down: whole ID numbers, exports, and files outside of one's own caseload. It goes to the server with the next
//! sync. What the server does not have yet also lies beside the database, as ids and codes: neither a wipe nor a new enrolment destroys it.
use crate::device::vault::ACCESS;
use crate::store::{Durability, Tx, View, id_at};
use crate::{Core, Result};
use chrono::NaiveTime;
use domain::api::Request;
use domain::area::Level;
use domain::audit::{Access, Act, KEEP_DAYS, Reason};
use domain::roles::{Caller, Right};
use domain::{Code, DeviceId, Failure, PersonRow, RecordId, Timestamp};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// Most entries that lie beside the database.
const MOST_ASIDE: usize = 5000;

/// What reading a file asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    /// Her own caseload, or she said today why she opens it.
    Free,
    /// It is put down without asking.
    PutDown(Reason),
    /// She has to say why.
    Ask,
}

/// Whose caseload a file is. Of a worker: her own villages; and where she covers a whole town, what is in her charge, in nobody's who does the same
/// work, or was visited by her. Of a supervisor: her area, in which she looks at others' work every day; one who supervises a county or
/// more reads so much that it is put down, without asking. A file that has left stays on the device until what was written in it is up.
fn standing(view: &View<'_>, person: &PersonRow) -> Result<Standing> {
    let caller = view.book.caller()?;
    let near = |level: Level| caller.areas.iter().any(|area| area.level() >= level && area.contains(&person.area));
    let wanted = if !caller.sees(&person.area, &person.programmes) {
        Standing::PutDown(Reason::Cover)
    } else if caller.role.has(Right::Review) {
        if near(Level::Town) { Standing::Free } else { Standing::PutDown(Reason::Duty) }
    } else if near(Level::Village) || !is_anothers(view, &caller, person)? {
        Standing::Free
    } else {
        Standing::Ask
    };
    if wanted == Standing::Free || is_open_today(view, person.id)? { Ok(Standing::Free) } else { Ok(wanted) }
}

/// In the charge of a colleague who does the same work, and never visited by the caller.
fn is_anothers(view: &View<'_>, caller: &Caller, person: &PersonRow) -> Result<bool> {
    let Some(charge) = person.charge.as_ref().filter(|charge| **charge != caller.staff) else { return Ok(false) };
    let colleagues = view.book.reference().map(|r| r.staff.as_slice()).unwrap_or_default();
    let same_work = |role: domain::Role| role.programmes().iter().any(|p| caller.role.programmes().contains(p));
    if !colleagues.iter().any(|s| s.id == *charge && same_work(s.role)) {
        return Ok(false);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM visits WHERE person = ?1 AND visitor = ?2)";
    let visited: bool = view.db.prepare_cached(sql)?.query_row(params![person.id.bytes(), caller.staff.as_str()], |r| r.get(0))?;
    Ok(!visited)
}

fn is_open_today(view: &View<'_>, person: RecordId) -> Result<bool> {
    let today = Timestamp::from_local(view.today(), NaiveTime::MIN);
    let sql = "SELECT EXISTS (SELECT 1 FROM access_log WHERE record = ?1 AND what = ?2 AND at >= ?3 AND device IS NULL)";
    Ok(view.db.prepare_cached(sql)?.query_row(params![person.bytes(), Act::Opened.code(), today.0], |r| r.get(0))?)
}

fn reason_needed(person: RecordId) -> Failure {
    Failure::of(Code::ReasonNeeded, person.to_string())
}

/// Whether a request may put something down.
pub(crate) fn puts_down(request: &Request) -> bool {
    use Request::*;
    matches!(
        request,
        Person(_)
            | Visit(_)
            | Matter(_)
            | Photos(_)
            | OpenFile(_)
            | RevealIdNumber(_)
            | ExportRecord(_)
            | StartVisit(_)
            | StartMatter(_)
            | StartStep(_)
    )
}

/// Before a file or one of its visits is read.
///
/// # Errors
/// `ReasonNeeded`.
pub(crate) fn look(core: &mut Core, person: RecordId) -> Result<()> {
    let view = core.view()?;
    // What is not here is told by whoever reads it.
    let Ok(row) = view.person(person) else { return Ok(()) };
    match standing(&view, &row)? {
        Standing::Free => Ok(()),
        Standing::Ask => Err(reason_needed(person).into()),
        Standing::PutDown(reason) => core.transact(Durability::Full, |tx| put_down(tx, person, Act::Opened, Some(reason))).map(drop),
    }
}

/// Before more of a file is shown than the page does.
///
/// # Errors
/// `ReasonNeeded`.
pub(crate) fn guard(view: &View<'_>, person: &PersonRow) -> Result<()> {
    if standing(view, person)? == Standing::Ask { Err(reason_needed(person.id).into()) } else { Ok(()) }
}

/// She says why.
pub(crate) fn open(tx: &Tx<'_>, person: RecordId, reason: Reason) -> Result<()> {
    let view = tx.view();
    match standing(&view, &view.person(person)?)? {
        Standing::Free => Ok(()),
        _ => put_down(tx, person, Act::Opened, Some(reason)),
    }
}

/// Whoever begins a visit or a matter need not say why: it is put down as that.
pub(crate) fn visiting(tx: &Tx<'_>, person: &PersonRow) -> Result<()> {
    if standing(&tx.view(), person)? != Standing::Ask {
        return Ok(());
    }
    put_down(tx, person.id, Act::Opened, Some(Reason::Visit))
}

/// Puts down that somebody looked at something that is not shown by itself.
pub(crate) fn put_down(tx: &Tx<'_>, record: RecordId, act: Act, reason: Option<Reason>) -> Result<()> {
    let sql = "INSERT INTO access_log (at, record, what, reason) VALUES (?1, ?2, ?3, ?4)";
    let reason = reason.map(Reason::code).unwrap_or_default();
    tx.db.prepare_cached(sql)?.execute(params![tx.now().0, record.bytes(), act.code(), reason])?;
    Ok(())
}

/// What the server does not have yet, oldest first.
pub(crate) fn waiting(db: &Connection, most: usize) -> Result<Vec<Access>> {
    let sql = "SELECT n, at, what, record, reason, device FROM access_log WHERE sent = 0 ORDER BY n LIMIT ?1";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |r| {
        let device: Option<[u8; 16]> = r.get(5)?;
        Ok(Access {
            n: r.get::<_, i64>(0)?.unsigned_abs(),
            at: Timestamp(r.get(1)?),
            what: r.get(2)?,
            record: id_at(r, 3)?,
            reason: r.get(4)?,
            device: device.and_then(|bytes| DeviceId::from_slice(&bytes)),
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The server has these. What it has is kept here as long as it keeps it.
pub(crate) fn settle(db: &Connection, taken: &[Access], now: Timestamp) -> Result<()> {
    let mut sent = db.prepare_cached("UPDATE access_log SET sent = 1 WHERE n = ?1 AND at = ?2")?;
    for access in taken {
        sent.execute(params![i64::try_from(access.n).unwrap_or(i64::MAX), access.at.0])?;
    }
    if !taken.is_empty() {
        let oldest = now.0 - i64::from(KEEP_DAYS) * 24 * 3600 * 1000;
        db.prepare_cached("DELETE FROM access_log WHERE sent = 1 AND at < ?1")?.execute([oldest])?;
    }
    Ok(())
}

/// A restored server may have lost some.
pub(crate) fn offer_again(db: &Connection) -> Result<()> {
    db.execute("UPDATE access_log SET sent = 0", [])?;
    Ok(())
}

/// What lies beside the database.
#[derive(Serialize, Deserialize)]
struct Aside {
    device: DeviceId,
    log: Vec<Access>,
}

/// Writes what waits beside the database, where it changed. That there is no room for it is no reason to stop anything: the database has it.
pub(crate) fn keep_aside(core: &mut Core) {
    let Ok(view) = core.view() else { return };
    let Ok(log) = waiting(view.db, MOST_ASIDE) else { return };
    let stands = Some((log.len(), log.last().map_or(0, |access| access.n)));
    if core.aside == stands {
        return;
    }
    let kept = match serde_json::to_vec(&Aside { device: view.book.device, log }) {
        Ok(bytes) if stands != Some((0, 0)) => core.vault().write(ACCESS, &bytes),
        _ => core.vault().remove(ACCESS),
    };
    core.aside = kept.ok().and(stands);
}

/// Takes back what lies beside the database and is not in it: of this home before it was enrolled anew, or of a database that was lost.
pub(crate) fn take_back(core: &mut Core) -> Result<()> {
    let kept = core.vault().read(ACCESS)?.and_then(|bytes| serde_json::from_slice::<Aside>(&bytes).ok());
    if let Some(Aside { device, log }) = kept {
        core.transact(Durability::Full, |tx| {
            let own = tx.book().device;
            let (db, known) = (tx.db, "SELECT 1 FROM access_log WHERE at = ?1 AND what = ?2 AND record = ?3");
            for access in &log {
                let author = access.device.unwrap_or(device);
                let author = (author != own).then_some(*author.bytes());
                let here = db.prepare_cached(known)?.query_row(params![access.at.0, access.what, access.record.bytes()], |_| Ok(())).optional()?;
                if here.is_none() {
                    let sql = "INSERT INTO access_log (at, record, what, reason, device) VALUES (?1, ?2, ?3, ?4, ?5)";
                    db.prepare_cached(sql)?.execute(params![access.at.0, access.record.bytes(), access.what, access.reason, author])?;
                }
            }
            Ok(())
        })?;
    }
    keep_aside(core);
    Ok(())
}

/// Takes over a row of a former device's log (number, moment, record, act; reason, whether it was sent) that no server has, unless it came by the
/// file beside the database already.
pub(crate) fn inherit(db: &Connection, row: &[Cell]) -> Result<()> {
    let [_, at, record, what, rest @ ..] = row else { return Ok(()) };
    let (reason, sent) = (rest.first().cloned().unwrap_or(Cell::Text(String::new())), rest.get(1));
    if sent == Some(&Cell::Integer(1)) {
        return Ok(());
    }
    let sql = "INSERT INTO access_log (at, record, what, reason) SELECT ?1, ?2, ?3, ?4
               WHERE NOT EXISTS (SELECT 1 FROM access_log WHERE at = ?1 AND record = ?2 AND what = ?3)";
    db.prepare_cached(sql)?.execute(params![at, record, what, reason])?;
    Ok(())
}

/// Whether something lies beside the database that a wipe must leave.
pub(crate) fn is_aside(core: &Core) -> bool {
    core.vault().read(ACCESS).is_ok_and(|kept| kept.is_some())
}
