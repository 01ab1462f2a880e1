//! A record's document that was exported, edited elsewhere with another Automerge, and comes back.
use crate::store::Work;
use crate::{Result, Trouble, drafts, person_edit};
use data_encoding::BASE64;
use domain::{Code, RecordId};
use records::{Foreign, Record};

/// Writes what was changed there as this worker's own edits, under her own rights and checks. Nothing is written when
/// nothing was changed.
///
/// # Errors
/// `BadFile` when it is no document of a record that is here; those of editing a file or correcting a visit.
pub fn document(work: &mut Work<'_>, content: &str) -> Result<RecordId> {
    let bad = || Trouble::from(Code::BadFile);
    let bytes = BASE64.decode(content.as_bytes()).map_err(|_| bad())?;
    let foreign = Record::load(&bytes).map_err(|_| bad())?;
    let id = foreign.id();
    match work.record(id)?.changed_in(&foreign).map_err(|_| bad())? {
        Foreign::File(edits) => person_edit::edit(work, id, &edits)?,
        Foreign::Visit(changed) => drafts::amend_with(work, id, &changed)?,
    }
    Ok(id)
}
