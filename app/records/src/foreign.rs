//! What somebody changed in an exported document with another Automerge: read as values, to be written again as edits of
//! ours. The foreign program's changes themselves are not taken, since they name no author of ours.
use crate::Incoming;
use crate::content::FileData;
use crate::error::RecordError;
use crate::record::Record;
use domain::api::{Edit, Entry};
use domain::fields::Path;
use domain::form::{Answers, WHEN};
use domain::roles::{Kind, Section};
use domain::{Hash, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What was changed.
#[derive(Clone, PartialEq, Debug)]
pub enum RecordDiff {
    /// Fields of a file.
    File(Vec<Edit>),
    /// Answers of a visit or a matter; null where one was taken away, and a visit's day under [`WHEN`].
    Visit(Answers),
}

impl Record {
    /// What a change does that is not in the record: the values it writes, beside those it builds on.
    ///
    /// # Errors
    /// `MissingDeps`, `Malformed`.
    pub fn effect(&self, change: &Incoming) -> Result<RecordDiff, RecordError> {
        if !change.deps().iter().all(|d| self.has(d)) {
            return Err(RecordError::MissingDeps);
        }
        let before = self.at(&change.deps())?;
        let mut after = before.clone();
        after.apply(change)?;
        Ok(after.diff_from(Some(&before)))
    }

    /// What the record says beyond another version of itself, or beyond nothing.
    pub fn diff_from(&self, before: Option<&Record>) -> RecordDiff {
        match self.visit() {
            Some(_) => RecordDiff::Visit(differing(&before.map(Record::answers_and_day).unwrap_or_default(), &self.answers_and_day())),
            None if self.kind.is_matter() => RecordDiff::Visit(differing(&before.map(Record::told).unwrap_or_default(), &self.told())),
            None => RecordDiff::File(edits(&before.map(Record::file).unwrap_or_default(), &self.file())),
        }
    }

    /// What `foreign`, a copy of this record edited elsewhere, says differently from the version both have in common.
    ///
    /// # Errors
    /// `Malformed` when it is another record, has nothing in common with this one, or is of a kind that is never amended.
    pub fn changed_in(&self, foreign: &Record) -> Result<RecordDiff, RecordError> {
        if foreign.id != self.id || foreign.kind != self.kind {
            return Err(RecordError::Malformed("another record"));
        }
        let base = foreign.common_with(self)?;
        match self.kind {
            Kind::Person => Ok(RecordDiff::File(edits(&base.file(), &foreign.file()))),
            Kind::Visit => Ok(RecordDiff::Visit(differing(&base.answers_and_day(), &foreign.answers_and_day()))),
            _ => Err(RecordError::Malformed("not a file or a visit")),
        }
    }

    /// What a matter says: its answers, and under the names of their sections what was put down, a line each.
    fn told(&self) -> Answers {
        let Some(matter) = self.matter() else { return Answers::new() };
        let moves = matter.moves.iter().map(|step| format!("{} {}", step.stage, step.note).trim().to_owned());
        let said = matter.thread.iter().map(|said| said.text.clone());
        let mut answers = matter.answers;
        for (section, lines) in [(Section::Moves, moves.collect::<Vec<_>>()), (Section::Thread, said.collect())] {
            if !lines.is_empty() {
                answers.insert(section.to_string(), Value::Text(lines.join("\n")));
            }
        }
        answers.extend(matter.charge.map(|charge| (Section::Assigned.to_string(), charge.as_str().into())));
        answers
    }

    /// The answers of a visit, with its day where that was put right.
    fn answers_and_day(&self) -> Answers {
        let mut answers = self.visit().map(|v| v.answers).unwrap_or_default();
        if let Some(day) = self.corrected_day() {
            answers.insert(WHEN.to_owned(), day.to_string().into());
        }
        answers
    }

    /// This record as it was at the last changes that the other one has, too.
    fn common_with(&self, other: &Record) -> Result<Record, RecordError> {
        let mut heads: HashSet<Hash> = HashSet::new();
        for change in self.changes().iter().filter(|c| other.has(&c.hash)) {
            for dep in self.deps_of(&change.hash) {
                heads.remove(&dep);
            }
            heads.insert(change.hash);
        }
        if heads.is_empty() {
            return Err(RecordError::Malformed("nothing in common"));
        }
        self.at(&heads.into_iter().collect::<Vec<_>>())
    }
}

/// Keys whose values differ, with the later value; null for what is no longer there.
fn differing(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |map: &BTreeMap<String, Value>, key: &str| map.get(key).cloned().unwrap_or_default();
    keys.into_iter().filter(|key| value(before, key) != value(after, key)).map(|key| (key.clone(), value(after, key))).collect()
}

fn edits(before: &FileData, after: &FileData) -> Vec<Edit> {
    let mut edits: Vec<Edit> =
        differing(&before.fields, &after.fields).into_iter().filter_map(|(path, value)| Some(Edit { path: path.parse().ok()?, value })).collect();
    for (section, before, after) in
        [(Section::Household, &before.household, &after.household), (Section::Categories, &before.categories, &after.categories)]
    {
        for entry in after {
            let old = before.iter().find(|e: &&Entry| e.id == entry.id).map(|e| e.fields.clone()).unwrap_or_default();
            let fields = differing(&old, &entry.fields);
            edits.extend(fields.into_iter().map(|(key, value)| Edit { path: Path::of_entry(section, entry.id, &key), value }));
        }
    }
    edits
}
