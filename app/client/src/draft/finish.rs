//! The end of a draft: it becomes what it is of, or is thrown away.
use super::row::{DraftRow, Of, find, touch};
use crate::store::Tx;
use crate::visit::visits::{self, When};
use crate::visit::{amend, photos};
use crate::{Result, matter};
use domain::RecordId;
use uuid::Uuid;

/// Makes the visit, the correction, the matter or its step, and forgets the draft. The record.
///
/// # Errors
/// As what is made.
pub(crate) fn finish(tx: &mut Tx<'_>, draft: Uuid, sure: bool) -> Result<RecordId> {
    let draft = find(&tx.view(), draft)?;
    let id = match &draft.of {
        Of::Correction(visit) => {
            let form = tx.book().form(&draft.form)?;
            amend::amend(tx, *visit, &form, &draft.answers, draft.day)?
        }
        Of::Visit => {
            let when = When { began: draft.started, day: draft.day, sure };
            visits::record_at(tx, draft.person, &draft.form, when, &draft.answers)?
        }
        _ => matter::write::finish(tx, &draft)?,
    };
    if draft.of.corrects().is_none() {
        photos::hand_over(tx, draft.id, id)?;
    }
    forget(tx, &draft)?;
    Ok(id)
}

/// Throws it away.
pub(crate) fn discard(tx: &mut Tx<'_>, draft: Uuid) -> Result<()> {
    let draft = find(&tx.view(), draft)?;
    forget(tx, &draft)
}

fn forget(tx: &mut Tx<'_>, draft: &DraftRow) -> Result<()> {
    photos::forget_draft(tx, draft.id)?;
    tx.db.prepare_cached("DELETE FROM drafts WHERE id = ?1")?.execute([draft.id.as_bytes()])?;
    touch(tx, draft);
    Ok(())
}
