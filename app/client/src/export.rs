//! A record as it is, for those who want to keep or read it elsewhere.
use crate::store::Work;
use crate::{Result, permission};
use data_encoding::BASE64;
use domain::RecordId;
use rusqlite::params;

/// The Automerge document, base64. It is put down that it was taken.
pub fn document(work: &mut Work<'_>, id: RecordId) -> Result<String> {
    let record = work.record(id)?;
    let view = work.view();
    permission::caller_for(&view, &view.person(record.person())?)?;
    log(work, id, "export")?;
    Ok(BASE64.encode(&record.save()))
}

/// Puts down that somebody looked at something that is not shown by itself.
pub fn log(work: &Work<'_>, record: RecordId, what: &str) -> Result<()> {
    let sql = "INSERT INTO access_log (at, record, what) VALUES (?1, ?2, ?3)";
    work.db.prepare_cached(sql)?.execute(params![work.now().0, record.bytes(), what])?;
    Ok(())
}
