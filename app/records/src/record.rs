//! One record: load, save, take in others' changes.
use crate::chunk::{DOCUMENT, check_limits};
use crate::error::{RecordError, guarded};
use crate::touch::{History, Incoming, Touch};
use crate::{Change, FieldConflict, RecordDiff};
use automerge::{Automerge, ChangeHash, LoadOptions, ObjId, ReadDoc, VerificationMode};
use domain::kinds::Subject;
use domain::roles::{Kind, Role, Section};
use domain::shape::MAX_PROSE;
use domain::{AreaCode, Code, Hash, Programme, RecordId, Value};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Version of the documents this program writes, kept in `meta.schema`.
pub const SCHEMA: i64 = 1;

/// Most rows a column of another's document may have: no record comes near it.
const MAX_ROWS: u64 = 1 << 20;

/// What a server keeps of it at most: half of what a device takes in, so that no device ever refuses what the server took.
const MAX_KEPT_ROWS: u64 = MAX_ROWS / 2;
/// Largest document that a server keeps, bytes: eighteen years of a file are some hundred thousand.
pub const MAX_DOCUMENT: usize = 1 << 20;

/// Most maps of one section that a server takes: those of several people who first wrote in it at once. So many texts of the greatest length
/// fit into one change.
const MOST_MAPS: usize = 4;

/// One Automerge document with what never changes about it.
#[derive(Clone, Debug)]
pub struct Record {
    pub(crate) doc: Automerge,
    pub(crate) id: RecordId,
    pub(crate) kind: Kind,
    pub(crate) person: RecordId,
}

impl History {
    /// A record's past.
    pub fn of(record: &Record) -> Result<History, RecordError> {
        History::of_document(&record.doc, record.kind.spec().grows)
    }
}

impl Record {
    /// Reads a saved document. Never panics.
    pub fn load(bytes: &[u8]) -> Result<Record, RecordError> {
        guarded("document", || Self::from_doc(Automerge::load_with_options(bytes, LoadOptions::new().verification_mode(VerificationMode::Check))?))
    }

    /// Reads a document this device or server saved itself: as [`Record::load`], without hashing its history again.
    pub fn load_own(bytes: &[u8]) -> Result<Record, RecordError> {
        guarded("document", || {
            Self::from_doc(Automerge::load_with_options(bytes, LoadOptions::new().verification_mode(VerificationMode::DontCheck))?)
        })
    }

    /// Checks the sizes that the bytes of a document say, without reading it: for packs from our own server. Whoever opens the document
    /// later still uses [`Record::received`].
    ///
    /// # Errors
    /// `Malformed` for what is none, or too large.
    pub fn check_limits(bytes: &[u8]) -> Result<(), RecordError> {
        check_limits(bytes, DOCUMENT, MAX_ROWS)
    }

    /// Whether a server may keep these bytes, a document of its own.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn check_size(bytes: &[u8]) -> Result<(), RecordError> {
        let fits = bytes.len() <= MAX_DOCUMENT && check_limits(bytes, DOCUMENT, MAX_KEPT_ROWS).is_ok();
        if fits { Ok(()) } else { Err(RecordError::Rejected(Code::TooLarge.into())) }
    }

    /// Reads a whole document of another's that should be this record. Never panics, whatever the bytes.
    pub fn received(id: RecordId, bytes: &[u8]) -> Result<Record, RecordError> {
        check_limits(bytes, DOCUMENT, MAX_ROWS)?;
        let record = Record::load(bytes)?;
        // A document may load whose history Automerge cannot tell again, and panics over.
        guarded("history", || {
            record.doc.get_changes(&[]);
            Ok(())
        })?;
        if record.id == id { Ok(record) } else { Err(RecordError::Malformed("another record")) }
    }

    /// A record made by its first change, with what that change touches. Before it is kept, [`Record::reread`] must pass.
    pub fn from_first(change: &Incoming) -> Result<(Record, Touch), RecordError> {
        let touch = History::empty().touch(change)?;
        let record = guarded("change", || {
            let mut doc = Automerge::new();
            take(&mut doc, change)?;
            Self::from_doc(doc)
        })?;
        record.check_written(&touch)?;
        Ok((record, touch))
    }

    pub(crate) fn from_doc(doc: Automerge) -> Result<Record, RecordError> {
        let meta = section(&doc, Section::Meta).ok_or(RecordError::Malformed("no meta section"))?;
        let text = |key: &str| scalar_text(&doc, &meta, key);
        let bytes = |key: &str| doc.get(&meta, key).ok().flatten().and_then(|(v, _)| v.as_bytes().and_then(RecordId::from_slice));
        let id = bytes("id").ok_or(RecordError::Malformed("no record id"))?;
        let kind: Kind = text("kind").ok_or(RecordError::Malformed("no kind"))?.parse().map_err(|_| RecordError::Newer("kind"))?;
        match doc.get(&meta, "schema").ok().flatten().and_then(|(v, _)| v.as_i64()) {
            Some(1..=SCHEMA) => {}
            Some(newer) if newer > SCHEMA => return Err(RecordError::Newer("schema")),
            _ => return Err(RecordError::Malformed("schema")),
        }
        let person = if kind.stands_alone() { id } else { bytes("person").ok_or(RecordError::Malformed("no person"))? };
        Ok(Record { doc, id, kind, person })
    }

    /// The document, uncompressed: transport and packs compress many together.
    pub fn save(&self) -> Vec<u8> {
        self.doc.save_nocompress()
    }

    /// Saves and loads again: a document that could not be read back is an error here, not tomorrow.
    pub fn reread(&self) -> Result<Vec<u8>, RecordError> {
        guarded("document cannot be read back", || {
            let bytes = self.save();
            let again = Automerge::load(&bytes)?;
            if again.get_heads() != self.doc.get_heads() {
                return Err(RecordError::Malformed("heads differ after saving"));
            }
            Ok(bytes)
        })
    }

    /// The exact version, sorted.
    pub fn heads(&self) -> Vec<Hash> {
        let mut heads: Vec<Hash> = self.doc.get_heads().iter().map(|h| Hash(h.0)).collect();
        heads.sort_unstable();
        heads
    }
    /// The record's id.
    pub fn id(&self) -> RecordId {
        self.id
    }
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// The person it concerns; of a record that stands alone its own id.
    pub fn person(&self) -> RecordId {
        self.person
    }
    /// The village of a record that stands alone: a file's as it is now, of what is a village's as it was written; none of other records.
    pub fn area(&self) -> Option<AreaCode> {
        let (section_of, key) = match self.kind.spec().subject {
            Subject::File => (Section::Area, "code"),
            Subject::Area => (Section::Meta, "area"),
            Subject::Person => return None,
        };
        scalar_text(&self.doc, &section(&self.doc, section_of)?, key)?.parse().ok()
    }
    /// The programme written when the record was made.
    pub fn programme(&self) -> Option<Programme> {
        Programme::read(&scalar_text(&self.doc, &section(&self.doc, Section::Meta)?, "programme")?)
    }
    /// Every change, in an order in which they can be applied.
    pub fn changes(&self) -> Vec<Change> {
        self.doc.get_changes(&[]).iter().map(Change::from).collect()
    }
    /// Whether the change is in the document. Asked for the change itself, Automerge would
    /// look through every operation of the document for those of it.
    pub fn has(&self, hash: &Hash) -> bool {
        self.doc.get_change_meta_by_hash(&ChangeHash(hash.0)).is_some()
    }
    /// Changes here that bear the name and number of one of `theirs` and are others: a copy of a device wrote them. One document
    /// cannot have both.
    pub fn rivals(&self, theirs: &[Incoming]) -> Vec<Hash> {
        let numbered: HashMap<(&[u8], u64), ChangeHash> =
            theirs.iter().map(|i| ((i.change.actor_id().to_bytes(), i.change.seq()), i.change.hash())).collect();
        let rival = |c: &automerge::ChangeMetadata<'_>| numbered.get(&(c.actor.to_bytes(), c.seq)).is_some_and(|hash| *hash != c.hash);
        self.doc.get_changes_meta(&[]).iter().filter(|c| rival(c)).map(|c| Hash(c.hash.0)).collect()
    }

    /// What a change of this record builds on.
    pub fn deps_of(&self, hash: &Hash) -> Vec<Hash> {
        self.doc.get_change_meta_by_hash(&ChangeHash(hash.0)).map(|c| c.deps.iter().map(|d| Hash(d.0)).collect()).unwrap_or_default()
    }

    /// The record as it was with these changes and all that they build on.
    pub fn at(&self, heads: &[Hash]) -> Result<Record, RecordError> {
        let heads: Vec<ChangeHash> = heads.iter().map(|h| ChangeHash(h.0)).collect();
        guarded("document", || Self::from_doc(self.doc.fork_at(&heads)?))
    }

    /// The same, without making an older version where this is that one: a fork tells the whole history again.
    pub fn seen_at(&self, heads: &[Hash]) -> Result<Cow<'_, Record>, RecordError> {
        if domain::visit::same_heads(heads, &self.heads()) { Ok(Cow::Borrowed(self)) } else { self.at(heads).map(Cow::Owned) }
    }

    /// The record without these changes and all that builds on them; none when its first change is among them.
    pub fn without(&self, gone: &[Hash]) -> Result<Option<Record>, RecordError> {
        let mut left_out: HashSet<Hash> = gone.iter().copied().collect();
        let mut kept = Vec::new();
        for change in self.doc.get_changes(&[]) {
            let falls = left_out.contains(&Hash(change.hash().0)) || change.deps().iter().any(|d| left_out.contains(&Hash(d.0)));
            if falls {
                left_out.insert(Hash(change.hash().0));
            } else {
                kept.push(change);
            }
        }
        if kept.is_empty() {
            return Ok(None);
        }
        guarded("record without refused changes", || {
            let mut doc = Automerge::new();
            doc.apply_changes(kept)?;
            Self::from_doc(doc).map(Some)
        })
    }

    /// Takes in changes by others: checks each, tries on a copy, and only then keeps them. All or nothing.
    /// Changes that are here already are skipped. Returns the hashes that were new.
    pub fn absorb(&mut self, changes: &[Vec<u8>]) -> Result<Vec<Hash>, RecordError> {
        let mut new = Vec::new();
        for bytes in changes {
            let incoming = Incoming::parse(bytes)?;
            if !self.has(&incoming.hash) {
                new.push(incoming);
            }
        }
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let (mut next, mut history, mut taken) = (self.clone(), History::of(self)?, Vec::new());
        for incoming in new {
            if next.has(&incoming.hash) {
                continue;
            }
            next.check_written(&history.touch(&incoming)?)?;
            next.apply(&incoming)?;
            history.extend(&incoming)?;
            taken.push(incoming.hash);
        }
        *self = next;
        Ok(taken)
    }

    /// Whether anybody at all may write so. Who in particular is the server's business.
    fn check_written(&self, touch: &Touch) -> Result<(), RecordError> {
        let somebody = |section: &Section| Role::ALL.iter().any(|role| role.may(touch.action, self.kind, *section));
        if touch.sections.iter().all(somebody) { Ok(()) } else { Err(RecordError::Malformed("a section that nobody writes")) }
    }

    /// Whether each text that this change of the record wrote in holds as much as a text may, or less: however often it was rewritten, and
    /// also where another one is shown.
    pub fn check_prose(&self, change: &Incoming) -> Result<(), RecordError> {
        for text in change.texts() {
            let (text, _) = self.doc.import(&text)?;
            if self.doc.text(&text)?.len() > MAX_PROSE {
                return Err(RecordError::Rejected(Code::TooLarge.into()));
            }
        }
        Ok(())
    }

    /// Applies one change that was checked already. On an error the record must be thrown away.
    pub fn apply(&mut self, incoming: &Incoming) -> Result<(), RecordError> {
        guarded("change cannot be applied", || take(&mut self.doc, incoming))
    }

    /// These changes and all that they build on, as far as they are here.
    pub fn past(&self, heads: &[Hash]) -> HashSet<Hash> {
        let (mut open, mut past) = (heads.to_vec(), HashSet::new());
        while let Some(hash) = open.pop() {
            if self.has(&hash) && past.insert(hash) {
                open.extend(self.deps_of(&hash));
            }
        }
        past
    }

    /// Whether the file lies in one village: no two people gave it to different ones at once.
    pub fn has_one_area(&self) -> bool {
        let Some(area) = section(&self.doc, Section::Area) else { return false };
        let codes = self.doc.get_all(&area, "code").unwrap_or_default();
        let mut texts = codes.iter().map(|(value, _)| value.as_str());
        let first = texts.next().flatten();
        first.is_some() && texts.all(|text| text == first)
    }

    /// Whether a change of this visit does nothing but choose one of several answers that stood side by side for its writer.
    pub fn only_chooses(&self, change: &Hash) -> Result<bool, RecordError> {
        let (before, after) = (self.at(&self.deps_of(change))?, self.at(&[*change])?);
        let (open, left) = (before.conflicts(), after.conflicts());
        let RecordDiff::Visit(answers) = after.diff_from(Some(&before)) else { return Ok(false) };
        let chosen = |(question, value): (&String, &Value)| {
            let conflict = open.iter().find(|c| c.section == Section::Answers && c.path.strip_prefix("answers.") == Some(question));
            conflict.is_some_and(|c| c.values.iter().any(|w| w.value == *value))
        };
        Ok(left.iter().all(|c| open.contains(c)) && before.photos() == after.photos() && answers.iter().all(chosen))
    }

    /// Whether so few people made each of these sections at once that whatever stands in all of their maps can be written in one change.
    pub fn check_maps(&self, sections: &BTreeSet<Section>) -> Result<(), RecordError> {
        let few = |of: &Section| maps(&self.doc, *of).len() <= MOST_MAPS;
        if sections.iter().all(few) { Ok(()) } else { Err(RecordError::Rejected(Code::TooLarge.into())) }
    }

    /// Sections in which a change of this record, in the eyes of its writer, put something else where a field had several
    /// values: that is settling, also where it is done in steps. `last` is the record without the change.
    pub fn settled_by(&self, change: &Incoming, last: &Record) -> Result<BTreeSet<Section>, RecordError> {
        let before = last.seen_at(&change.deps())?.conflicts();
        let after = self.seen_at(&[change.hash])?.conflicts();
        let only = |a: &[FieldConflict], b: &[FieldConflict]| a.iter().filter(|c| !b.contains(c)).map(|c| c.section).collect::<Vec<_>>();
        Ok([only(&before, &after), only(&after, &before)].concat().into_iter().collect())
    }
}

fn take(doc: &mut Automerge, incoming: &Incoming) -> Result<(), RecordError> {
    doc.apply_changes([incoming.change.clone()])?;
    if doc.get_change_meta_by_hash(&incoming.change.hash()).is_some() { Ok(()) } else { Err(RecordError::MissingDeps) }
}

/// The map of a section: where there are several, the one that Automerge shows.
pub(crate) fn section(doc: &Automerge, section: Section) -> Option<ObjId> {
    let (value, id) = doc.get(automerge::ROOT, section.code()).ok()??;
    value.is_object().then_some(id)
}

/// All maps of a section, that one first, then those before it: a newer one changes nothing in their order. Two people who first write in a
/// section that the record lacked make two, and both are read.
pub(crate) fn maps(doc: &Automerge, of: Section) -> Vec<ObjId> {
    maps_at(doc, &automerge::ROOT, of.code())
}

/// All maps under one key, in that order. An entry of a list may have several, too: an office's list names entries as it named them before.
pub(crate) fn maps_at(doc: &Automerge, obj: &ObjId, key: &str) -> Vec<ObjId> {
    let all = doc.get_all(obj, key).unwrap_or_default().into_iter().rev();
    all.filter(|(value, _)| value.is_object()).map(|(_, id)| id).collect()
}

/// All maps of an entry of a list, wherever the list stands.
pub(crate) fn entry_maps(doc: &Automerge, lists: &[ObjId], key: &str) -> Vec<ObjId> {
    lists.iter().flat_map(|list| maps_at(doc, list, key)).collect()
}

/// A text scalar.
pub(crate) fn scalar_text(doc: &Automerge, obj: &ObjId, key: &str) -> Option<String> {
    doc.get(obj, key).ok()??.0.as_str().map(str::to_owned)
}
