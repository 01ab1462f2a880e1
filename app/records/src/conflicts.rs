//! Fields with more than one value: two people wrote them while neither knew of the other.
use crate::content::{DAY, read};
use crate::record::{Record, entry_maps, maps, scalar_text, section};
use crate::writer::read_author;
use automerge::legacy::{ObjectId, OpId};
use automerge::{ActorId, ObjId, ReadDoc};
use domain::fields::Path;
use domain::form::WHEN;
use domain::lists::{self, List};
use domain::roles::Section;
use domain::{Hash, StaffId, Timestamp, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A field with several values.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldConflict {
    /// `contact.address`, `household.<uuid>.phone`, `answers.mood`.
    pub path: String,
    /// The section, for the role table.
    pub section: Section,
    /// The values in an order that is the same everywhere.
    pub values: Vec<Written>,
}

/// A value with its writer.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    /// What.
    pub value: Value,
    /// Who.
    pub by: Option<StaffId>,
    /// Four characters of the device.
    pub device: String,
    /// When, by that device's clock.
    pub at: Timestamp,
}

/// What a person is asked about a field with several values.
pub struct Question<'c> {
    /// The field.
    pub conflict: &'c FieldConflict,
    /// Where it is a grade, and the county's words beside it are in question as well: those, and which of them goes with each value.
    pub words: Option<(&'c FieldConflict, Vec<&'c Written>)>,
}

/// The questions that conflicts are. A grade and the county's words for it are one, unless one of the words goes with no value: then it
/// must be seen.
pub fn questions(conflicts: &[FieldConflict]) -> Vec<Question<'_>> {
    let words = |grade| words_of(conflicts, grade);
    let joined: Vec<&FieldConflict> = conflicts.iter().filter_map(words).map(|(words, _)| words).collect();
    let asked = conflicts.iter().filter(|c| !joined.contains(c));
    asked.map(|conflict| Question { conflict, words: words(conflict) }).collect()
}

fn words_of<'c>(conflicts: &'c [FieldConflict], grade: &FieldConflict) -> Option<(&'c FieldConflict, Vec<&'c Written>)> {
    let path: Path = grade.path.parse().ok()?;
    let (_, words) = List::of_grade(&path)?.paths();
    let conflict = conflicts.iter().find(|c| path != words && c.path == words.to_string())?;
    let of = |value: &Written| {
        let hers = conflict.values.iter().find(|w| (&w.by, &w.device, w.at) == (&value.by, &value.device, value.at));
        hers.or_else(|| conflict.values.iter().find(|w| lists::words(value.value.text().unwrap_or_default(), Some(&w.value)).is_some()))
    };
    let each: Vec<&Written> = grade.values.iter().map(of).collect::<Option<_>>()?;
    conflict.values.iter().all(|w| each.contains(&w)).then_some((conflict, each))
}

impl Record {
    /// All fields with more than one value. Equal values written twice are no conflict.
    pub fn conflicts(&self) -> Vec<FieldConflict> {
        let mut found = Vec::new();
        // What is put down once has one value, whoever else uses its name.
        for s in Section::ALL.iter().filter(|s| !s.is_log()) {
            let maps = maps(&self.doc, *s);
            let keys: BTreeSet<String> = maps.iter().flat_map(|map| self.doc.keys(map)).collect();
            for key in keys {
                if s.has_entries() {
                    let entry = entry_maps(&self.doc, &maps, &key);
                    let inner: BTreeSet<String> = entry.iter().flat_map(|map| self.doc.keys(map)).collect();
                    found.extend(inner.iter().filter_map(|k| self.conflict_at(*s, &entry, k, format!("{s}.{key}.{k}"))));
                } else {
                    found.extend(self.conflict_at(*s, &maps, &key, format!("{s}.{key}")));
                }
            }
        }
        found
    }

    fn conflict_at(&self, section: Section, maps: &[ObjId], key: &str, path: String) -> Option<FieldConflict> {
        let all: Vec<_> = maps.iter().filter_map(|map| self.doc.get_all(map, key).ok()).flatten().collect();
        if all.len() < 2 {
            return None;
        }
        let mut values: Vec<Written> = Vec::new();
        for (value, id) in &all {
            // The day of a visit stands in a map of its own.
            let day = (section == Section::Answers && key == WHEN).then(|| scalar_text(&self.doc, id, DAY).map(Value::Text));
            let value = day.flatten().unwrap_or_else(|| read(&self.doc, value, id));
            if !values.iter().any(|w| w.value == value) {
                values.push(self.written(value, id));
            }
        }
        (values.len() > 1).then_some(FieldConflict { path, section, values })
    }

    /// Who wrote what now stands in each answer of a visit: in a text or a multiple choice everybody who wrote in it.
    pub fn writers(&self) -> BTreeMap<String, BTreeSet<StaffId>> {
        let Some(answers) = section(&self.doc, Section::Answers) else { return BTreeMap::new() };
        let mut inside: HashMap<OpId, BTreeSet<StaffId>> = HashMap::new();
        for change in self.doc.get_changes(&[]) {
            let Some((by, _)) = self.author(change.actor_id()) else { continue };
            for op in change.decode().operations {
                if let ObjectId::Id(obj) = op.obj {
                    inside.entry(obj).or_default().insert(by.clone());
                }
            }
        }
        let of = |key: &str| {
            let mut writers = BTreeSet::new();
            for (value, id) in self.doc.get_all(&answers, key).unwrap_or_default() {
                let ObjId::Id(n, actor, _) = &id else { continue };
                match self.chosen_from(key, &read(&self.doc, &value, &id), &id) {
                    Some(by) => writers.extend(by),
                    None => writers.extend(self.author(actor).map(|(by, _)| by)),
                }
                if value.is_object() {
                    writers.extend(inside.get(&OpId::new(*n, actor)).into_iter().flatten().cloned());
                }
            }
            writers
        };
        self.doc.keys(&answers).map(|key| (key.clone(), of(&key))).collect()
    }

    /// Whose value this is, where whoever put it there only chose it among several.
    fn chosen_from(&self, key: &str, value: &Value, id: &ObjId) -> Option<BTreeSet<StaffId>> {
        let change = Hash(self.doc.hash_for_opid(id)?.0);
        let deps = self.deps_of(&change);
        if deps.is_empty() || !self.only_chooses(&change).unwrap_or(false) {
            return None;
        }
        let before = self.at(&deps).ok()?;
        let answers = section(&before.doc, Section::Answers)?;
        let all = before.doc.get_all(&answers, key).ok()?;
        let same = all.iter().filter(|(said, id)| read(&before.doc, said, id) == *value);
        Some(same.filter_map(|(_, id)| if let ObjId::Id(_, actor, _) = id { before.author(actor).map(|(by, _)| by) } else { None }).collect())
    }

    fn author(&self, actor: &ActorId) -> Option<(StaffId, String)> {
        self.doc.get_author_for_actor(actor).and_then(|a| read_author(a.as_bytes()))
    }

    fn written(&self, value: Value, id: &ObjId) -> Written {
        let author = match id {
            ObjId::Id(_, actor, _) => self.author(actor),
            ObjId::Root => None,
        };
        let seconds = self.doc.hash_for_opid(id).and_then(|h| self.doc.get_change_meta_by_hash(&h).map(|c| c.timestamp)).unwrap_or(0);
        let (by, device) = author.map_or((None, String::new()), |(s, d)| (Some(s), d));
        Written { value, by, device, at: Timestamp(seconds.saturating_mul(1000)) }
    }
}
