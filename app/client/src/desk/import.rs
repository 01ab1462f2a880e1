//! A record's document that was exported, edited elsewhere with another Automerge, and comes back.
use crate::person::edit as person_edit;
use crate::store::Tx;
use crate::visit::amend;
use crate::{Result, Trouble};
use data_encoding::BASE64;
use domain::{Code, RecordId};
use records::{Record, RecordDiff};

/// Writes what was changed there as this worker's own edits, under her own rights and checks. Nothing is written when
/// nothing was changed.
///
/// # Errors
/// `BadFile` when it is no document of a record that is here; those of editing a file or correcting a visit.
pub fn document(tx: &mut Tx<'_>, content: &str) -> Result<RecordId> {
    let bad = || Trouble::from(Code::BadFile);
    let bytes = BASE64.decode(content.as_bytes()).map_err(|_| bad())?;
    let foreign = Record::load(&bytes).map_err(|_| bad())?;
    let id = foreign.id();
    match tx.record(id)?.changed_in(&foreign).map_err(|_| bad())? {
        RecordDiff::File(edits) => person_edit::edit(tx, id, &edits)?,
        RecordDiff::Visit(changed) => amend::amend_with(tx, id, &changed)?,
    }
    Ok(id)
}
