//! A record as it is, for those who want to keep or read it elsewhere.
use crate::Result;
use crate::record::{access, permission};
use crate::store::Tx;
use data_encoding::BASE64;
use domain::RecordId;
use domain::audit::Act;

/// The Automerge document, base64. It is put down that it was taken.
pub fn document(tx: &mut Tx<'_>, id: RecordId) -> Result<String> {
    let record = tx.record(id)?;
    let view = tx.view();
    permission::caller_of(&view, &record)?;
    // A village's has no file that somebody else has charge of.
    if !(record.kind().is_matter() && record.kind().stands_alone()) {
        access::guard(&view, &view.person(record.person())?)?;
    }
    access::put_down(tx, id, Act::Export, None)?;
    Ok(BASE64.encode(&record.save()))
}
