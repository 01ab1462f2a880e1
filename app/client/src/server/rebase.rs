//! What was written here and cannot stay as it is, is written anew: a change was refused, a copy of this device used its number, or a
//! restored server knows the record otherwise. What somebody meant is kept as an intent, and repeated on the record as it is now.
use crate::store::changes::{self, ChangeState};
use crate::store::intent::Intent;
use crate::store::strays;
use crate::store::tx::Tx;
use crate::{Result, Trouble};
use domain::matter::{Move, last_moves};
use domain::{AreaCode, Code, Hash, RecordId, Row};
use records::{Change, Incoming, Link, Record, RecordError};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Takes these changes, and all that builds on them, out of a record, takes `theirs` in, and repeats under a new actor whatever of it
/// was written here and not refused. Others' that fell are given back to the server. False where there is no record without
/// them: then nothing was done.
pub(crate) fn rebase(tx: &mut Tx<'_>, id: RecordId, out: &[Hash], theirs: &[Vec<u8>]) -> Result<bool> {
    let Ok(record) = tx.record(id) else { return Ok(false) };
    let Some(mut rest) = record.without(out)? else { return Ok(false) };
    rest.absorb(theirs)?;
    let area = rest.area().map_or_else(|| tx.area_of(id), Ok)?;
    let own = put_aside(tx, &record, &rest, out)?;
    tx.replace(&rest)?;
    repeat_all(tx, &record, &mut rest, &area, &own)?;
    Ok(true)
}

/// One document cannot have two changes of one name and number: where the server's are among `theirs`, those here make room.
/// False when that was not what kept them apart.
pub(crate) fn make_room(tx: &mut Tx<'_>, id: RecordId, theirs: &[Vec<u8>]) -> Result<bool> {
    let read = theirs.iter().map(|bytes| Incoming::parse(bytes)).collect::<std::result::Result<Vec<_>, _>>()?;
    let out = tx.record(id)?.rivals(&read);
    if out.is_empty() { Ok(false) } else { rebase(tx, id, &out, theirs) }
}

/// The document here and the server's do not go together in any other way. The server's stands; what this device wrote is repeated on it.
pub(crate) fn begin_from(tx: &mut Tx<'_>, mut record: Record, area: &AreaCode, row: &Row) -> Result<()> {
    let id = record.id();
    let area = record.area().unwrap_or_else(|| area.clone());
    let mine = tx.record(id)?;
    let own = put_aside(tx, &mine, &record, &[])?;
    tx.put(id, &area, &record.save(), row)?;
    tx.forget_actor(id)?;
    repeat_all(tx, &mine, &mut record, &area, &own)
}

/// Takes own changes that were not sent out of a record and writes them anew as they are given. False where there is no record without them.
pub(crate) fn again_without(tx: &mut Tx<'_>, old: &Record, out: &[Hash], intents: Vec<(Hash, Intent)>) -> Result<bool> {
    let Some(mut rest) = old.without(out)? else { return Ok(false) };
    let area = rest.area().map_or_else(|| tx.area_of(old.id()), Ok)?;
    put_aside(tx, old, &rest, out)?;
    tx.replace(&rest)?;
    let again = Again { old, made: HashMap::new(), last: None };
    again.all(tx, &mut rest, &area, intents)?;
    Ok(true)
}

/// Of what the old document has and the new one lacks: others' changes are kept to be given back, and own ones are told in the order of
/// their writing, with those `also` that are in no document.
fn put_aside(tx: &Tx<'_>, old: &Record, new: &Record, also: &[Hash]) -> Result<Vec<Hash>> {
    let fallen: Vec<Change> = old.changes().into_iter().filter(|change| !new.has(&change.hash)).collect();
    for change in &fallen {
        if changes::place_of(tx.db, &change.hash)?.is_none() {
            strays::keep(tx.db, old.id(), change)?;
        }
    }
    let fallen: HashSet<Hash> = fallen.iter().map(|change| change.hash).chain(also.iter().copied()).collect();
    Ok(changes::own_of(tx.db, old.id())?.into_iter().filter(|hash| fallen.contains(hash)).collect())
}

/// Repeats on `record` what these changes of `old` were meant to do, each on what its writer saw: whatever others wrote meanwhile
/// stays beside it, as it would have. What has lost its ground, such as the choice between values of which one was not taken, is
/// told as not accepted.
fn repeat_all(tx: &mut Tx<'_>, old: &Record, record: &mut Record, area: &AreaCode, hashes: &[Hash]) -> Result<()> {
    let again = Again { old, made: HashMap::new(), last: None };
    again.all(tx, record, area, changes::intents_of(tx.db, hashes)?)
}

/// Changes on their way from one version of a record to another.
pub(crate) struct Again<'a> {
    pub(crate) old: &'a Record,
    /// What stands in the place of a change.
    pub(crate) made: HashMap<Hash, Hash>,
    /// The newest of them: one actor's changes build on each other.
    pub(crate) last: Option<Hash>,
}

impl Again<'_> {
    pub(crate) fn all(
        mut self,
        tx: &mut Tx<'_>,
        record: &mut Record,
        area: &AreaCode,
        intents: impl IntoIterator<Item = (Hash, Intent)>,
    ) -> Result<()> {
        for (hash, intent) in intents {
            match self.write(tx, record, area, &hash, intent) {
                Ok(()) => changes::forget(tx.db, &hash)?,
                Err(Trouble::Record(e)) => _ = changes::receipt(tx.db, &hash, ChangeState::Refused, Some(&e.into()))?,
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// What the writer of a change had before her, as far as it is in the record.
    fn seen(&self, record: &Record, hash: &Hash) -> Vec<Hash> {
        let (mut open, mut passed, mut found) = (self.old.deps_of(hash), BTreeSet::new(), BTreeSet::from_iter(self.last));
        while let Some(dep) = open.pop() {
            if !passed.insert(dep) {
                continue;
            }
            match self.made.get(&dep).or_else(|| record.has(&dep).then_some(&dep)) {
                Some(here) => _ = found.insert(*here),
                None => open.extend(self.old.deps_of(&dep)),
            }
        }
        found.into_iter().collect()
    }

    fn write(&mut self, tx: &mut Tx<'_>, record: &mut Record, area: &AreaCode, hash: &Hash, intent: Intent) -> Result<()> {
        let seen = self.seen(record, hash);
        let mut then = if seen.is_empty() { record.clone() } else { record.at(&seen)? };
        let writer = tx.writer(record.id())?;
        let written: Vec<Change> = match &intent {
            Intent::Edit { edits } => then.edit(edits, &writer)?,
            Intent::Amend { answers } => {
                let form = tx.book().form_of(record).cloned().ok_or(RecordError::Rejected(Code::UnknownForm.into()))?;
                let written = if record.kind().is_matter() { then.answer(answers, &form, &writer)? } else { then.amend(answers, &form, &writer)? };
                written.into_iter().collect()
            }
            Intent::Move { step } => {
                // After the moves that are the last ones in what its mover saw, as far as that is there.
                let after = last_moves(&then.moves()).into_iter().map(|last| last.id).collect();
                then.add_move(&Move { after, ..step.clone() }, &writer)?.into_iter().collect()
            }
            Intent::Say { id, at, text } => then.add_said(*id, *at, text, &writer)?.into_iter().collect(),
            Intent::Assign { staff } => then.assign(staff.as_ref(), &writer)?.into_iter().collect(),
            Intent::Link { id, to, as_what } => then.add_link(&Link { id: *id, to: *to, as_what: as_what.clone() }, &writer)?.into_iter().collect(),
            Intent::Unlink { id } => then.remove_link(*id, &writer)?.into_iter().collect(),
            Intent::AddPhotos { photos } => then.add_photos(photos, &writer)?.into_iter().collect(),
            Intent::RemovePhoto { photo } => then.remove_photo(*photo, &writer)?.into_iter().collect(),
            Intent::Settle { path, value } => then.settle(path, value, &writer)?.into_iter().collect(),
            // A record is made once.
            Intent::NewPerson { .. } | Intent::NewVisit { .. } | Intent::NewMatter { .. } | Intent::Review { .. } => Vec::new(),
        };
        let Some(last) = written.last() else { return Ok(()) };
        self.made.insert(*hash, last.hash);
        self.last = Some(last.hash);
        let bytes: Vec<Vec<u8>> = written.iter().map(|c| c.bytes.clone()).collect();
        record.absorb(&bytes)?;
        let written: Vec<_> = written.into_iter().map(|c| (c, intent.clone())).collect();
        tx.keep(record, area, &written, &writer)
    }
}
