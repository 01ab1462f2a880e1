//! Writing: new records, and changes of single keys.
use crate::content::DAY;
use crate::error::RecordError;
use crate::record::{Record, SCHEMA, entry_maps, maps, section};
use crate::writer::{Change, Writer};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, ObjId, ObjType, ReadDoc, ScalarValue};
use chrono::NaiveDate;
use domain::api::Edit;
use domain::fields::{self, FieldKind, Path};
use domain::form::{Answers, QuestionKind, WHEN};
use domain::roles::{Kind, Section};
use domain::shape::clean;
use domain::visit::Decision;
use domain::{Code, Failure, Hash, Programme, RecordId, Timestamp, Value};
use forms::Form;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A visit to be recorded. The answers were checked against the form.
#[derive(Clone, PartialEq, Debug)]
pub struct NewVisit {
    /// Whom.
    pub person: RecordId,
    /// By which form.
    pub form: Arc<Form>,
    /// When.
    pub at: Timestamp,
    /// The answers.
    pub answers: Answers,
}

/// A review to be recorded.
#[derive(Clone, PartialEq, Debug)]
pub struct NewReview {
    /// Whose file.
    pub person: RecordId,
    /// The visit.
    pub target: RecordId,
    /// Its exact version.
    pub heads: Vec<Hash>,
    /// Approved or returned.
    pub decision: Decision,
    /// Comment; may be empty.
    pub comment: String,
    /// Comments by question id.
    pub fields: BTreeMap<String, String>,
    /// Programme of the visit.
    pub programme: Programme,
}

impl Record {
    /// Opens a person's file. The edits must give name and village; the status is open unless they say otherwise.
    pub fn new_person(
        id: RecordId,
        programme: Programme,
        opened: NaiveDate,
        edits: &[Edit],
        writer: &Writer,
    ) -> Result<(Record, Change), RecordError> {
        let mut edits = checked(edits)?;
        for (section, key) in [(Section::Identity, "name"), (Section::Area, "code")] {
            let path = Path::new(section, key);
            if !edits.iter().any(|e| e.path == path) {
                return Err(Failure::of(Code::Required, path.to_string()).into());
            }
        }
        let status = Path::new(Section::Status, "state");
        if !edits.iter().any(|e| e.path == status) {
            edits.push(Edit { path: status, value: "open".into() });
        }
        edits.retain(|e| !e.value.is_empty());
        create(id, Kind::Person, id, writer, |tx, meta| {
            tx.put(meta, "programme", programme.code())?;
            tx.put(meta, "opened", opened.to_string())?;
            for spec in Kind::Person.filled() {
                tx.put_object(automerge::ROOT, spec.section.code(), ObjType::Map)?;
            }
            edits.iter().try_for_each(|e| write_field(tx, e))
        })
    }

    /// Records a visit.
    pub fn new_visit(id: RecordId, visit: &NewVisit, writer: &Writer) -> Result<(Record, Change), RecordError> {
        let form = &visit.form;
        create(id, Kind::Visit, visit.person, writer, |tx, meta| {
            tx.put(meta, "programme", form.programme.code())?;
            let head = tx.put_object(automerge::ROOT, Section::Head.code(), ObjType::Map)?;
            tx.put(&head, "form", form.name())?;
            tx.put(&head, "at", visit.at.0)?;
            tx.put(&head, "by", writer.staff.as_str())?;
            let answers = tx.put_object(automerge::ROOT, Section::Answers.code(), ObjType::Map)?;
            visit.answers.iter().filter(|(_, v)| !v.is_empty()).try_for_each(|(q, v)| write_value(tx, &answers, q, v, is_prose(form, q)))
        })
    }

    /// Records a supervisor's decision.
    pub fn new_review(id: RecordId, review: &NewReview, writer: &Writer) -> Result<(Record, Change), RecordError> {
        create(id, Kind::Review, review.person, writer, |tx, meta| {
            tx.put(meta, "programme", review.programme.code())?;
            let decision = tx.put_object(automerge::ROOT, Section::Decision.code(), ObjType::Map)?;
            tx.put(&decision, "target", ScalarValue::Bytes(review.target.bytes().to_vec()))?;
            tx.put(&decision, "heads", ScalarValue::Bytes(review.heads.iter().flat_map(|h| h.0).collect()))?;
            tx.put(&decision, "decision", review.decision.code())?;
            tx.put(&decision, "comment", clean(&review.comment).as_ref())?;
            tx.put(&decision, "by", writer.staff.as_str())?;
            tx.put(&decision, "at", writer.at.0)?;
            let fields = tx.put_object(&decision, "fields", ObjType::Map)?;
            review.fields.iter().try_for_each(|(q, c)| Ok(tx.put(&fields, q.as_str(), clean(c).as_ref())?))
        })
    }

    /// Writes those fields of a person's file whose values differ: one change a section.
    pub fn edit(&mut self, edits: &[Edit], writer: &Writer) -> Result<Vec<Change>, RecordError> {
        let mut by_section: BTreeMap<Section, Vec<Edit>> = BTreeMap::new();
        for edit in checked(edits)? {
            // What is not there is empty already.
            if self.value_at(&edit.path) != edit.value {
                by_section.entry(edit.path.section).or_default().push(edit);
            }
        }
        let mut changes = Vec::new();
        for edits in by_section.values() {
            let places: Vec<_> = edits.iter().map(|e| self.places(&e.path.to_string())).collect();
            changes.extend(self.commit(writer, |tx| {
                edits.iter().zip(&places).try_for_each(|(e, places)| match places.as_slice() {
                    [] => write_field(tx, e),
                    // Wherever the field stands.
                    places => places.iter().try_for_each(|(obj, key)| write_value(tx, obj, key, &e.value, field_is_prose(&e.path))),
                })
            })?);
        }
        Ok(changes)
    }

    /// Writes the given answers of a visit; null takes an answer away, and under [`WHEN`] stands the visit's day. None when nothing differs.
    /// `form` is the visit's.
    pub fn amend(&mut self, answers: &Answers, form: &Form, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let now = self.visit().ok_or(RecordError::Malformed("not a visit"))?;
        let day = answers.get(WHEN).and_then(|v| v.text()?.parse().ok()).filter(|day: &NaiveDate| *day != now.at.day());
        let differs = |(q, v): &(&String, &Value)| *q != WHEN && now.answers.get(*q).map_or(!v.is_empty(), |old| old != *v);
        let obj = section(&self.doc, Section::Answers).ok_or(RecordError::Malformed("no answers"))?;
        self.commit(writer, |tx| {
            day.into_iter().try_for_each(|day| write_day(tx, &obj, day))?;
            answers.iter().filter(differs).try_for_each(|(q, v)| write_value(tx, &obj, q, v, is_prose(form, q)))
        })
    }

    /// Settles a field that has several values: the new value stands for all of them. None when it stands there alone already.
    /// `path` is as in [`crate::FieldConflict::path`].
    pub fn settle(&mut self, path: &str, value: &Value, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let places = self.places(path);
        if places.is_empty() {
            return Err(Failure::of(Code::UnknownField, path).into());
        }
        let all = places.iter().flat_map(|(obj, key)| self.doc.get_all(obj, key.as_str()).unwrap_or_default());
        let prose = all.into_iter().any(|(v, _)| matches!(v, automerge::Value::Object(ObjType::Text)));
        self.commit(writer, |tx| {
            places.iter().try_for_each(|(obj, key)| match value {
                Value::Text(day) if path == format!("{}.{WHEN}", Section::Answers) => {
                    write_day(tx, obj, day.parse().map_err(|_| Failure::of(Code::BadDate, path))?)
                }
                Value::Text(s) if prose => {
                    let text = tx.put_object(obj, key.as_str(), ObjType::Text)?;
                    Ok(tx.splice_text(&text, 0, 0, &clean(s))?)
                }
                // Where nothing is shown already, a null would delete the texts beside it, and texts are never deleted.
                Value::Null if prose => Ok(tx.put_object(obj, key.as_str(), ObjType::Text).map(drop)?),
                Value::Many(chosen) => {
                    let map = tx.put_object(obj, key.as_str(), ObjType::Map)?;
                    chosen.iter().try_for_each(|o| Ok(tx.put(&map, o.as_str(), true)?))
                }
                other => Ok(tx.put(obj, key.as_str(), scalar(other))?),
            })
        })
    }

    /// The maps and the key of `section.key`, `section.<uuid>.key` or `answers.question`, wherever it stands, the shown one first; where it
    /// stands nowhere yet, the map in which it would.
    fn places(&self, path: &str) -> Vec<(ObjId, String)> {
        let mut parts = path.split('.');
        let Some(of) = parts.next().and_then(|code| code.parse().ok()) else { return Vec::new() };
        let (key, inner) = (parts.next().unwrap_or_default(), parts.next());
        if key.is_empty() || parts.next().is_some() {
            return Vec::new();
        }
        let mut all = maps(&self.doc, of);
        if inner.is_some() {
            all = entry_maps(&self.doc, &all, key);
        }
        let key = inner.unwrap_or(key);
        let has = |map: &ObjId| self.doc.get(map, key).is_ok_and(|value| value.is_some());
        let first = all.first().cloned();
        let mut places: Vec<ObjId> = all.into_iter().filter(has).collect();
        if places.is_empty() {
            places.extend(first);
        }
        places.into_iter().map(|map| (map, key.to_owned())).collect()
    }

    fn value_at(&self, path: &Path) -> Value {
        let shown = self.places(&path.to_string()).into_iter().next();
        let value = shown.and_then(|(obj, key)| self.doc.get(&obj, key.as_str()).ok()?);
        value.map(|(value, id)| crate::content::read(&self.doc, &value, &id)).unwrap_or_default()
    }

    /// One change, or none when nothing was written.
    fn commit(
        &mut self,
        writer: &Writer,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<(), RecordError>,
    ) -> Result<Option<Change>, RecordError> {
        commit(&mut self.doc, writer, write)
    }
}

pub(crate) fn create(
    id: RecordId,
    kind: Kind,
    person: RecordId,
    writer: &Writer,
    write: impl FnOnce(&mut Transaction<'_>, &ObjId) -> Result<(), RecordError>,
) -> Result<(Record, Change), RecordError> {
    let mut doc = Automerge::new();
    let change = commit(&mut doc, writer, |tx| {
        let meta = tx.put_object(automerge::ROOT, Section::Meta.code(), ObjType::Map)?;
        tx.put(&meta, "kind", kind.code())?;
        tx.put(&meta, "schema", SCHEMA)?;
        tx.put(&meta, "id", ScalarValue::Bytes(id.bytes().to_vec()))?;
        if !kind.stands_alone() {
            tx.put(&meta, "person", ScalarValue::Bytes(person.bytes().to_vec()))?;
        }
        write(tx, &meta)
    })?;
    Ok((Record { doc, id, kind, person }, change.ok_or(RecordError::Malformed("empty record"))?))
}

pub(crate) fn commit(
    doc: &mut Automerge,
    writer: &Writer,
    write: impl FnOnce(&mut Transaction<'_>) -> Result<(), RecordError>,
) -> Result<Option<Change>, RecordError> {
    // The author first: setting it anew would draw an actor of Automerge's own.
    doc.set_author(Some(writer.author()));
    doc.set_actor(writer.actor.into());
    let mut tx = doc.transaction();
    if let Err(e) = write(&mut tx) {
        tx.rollback();
        return Err(e);
    }
    // Automerge counts seconds.
    let (hash, _) = tx.commit_with(CommitOptions::default().with_time(writer.at.0 / 1000));
    Ok(hash.and_then(|h| doc.get_change_by_hash(&h)).as_ref().map(Change::from))
}

fn checked(edits: &[Edit]) -> Result<Vec<Edit>, RecordError> {
    edits.iter().map(|e| Ok(Edit { path: e.path.clone(), value: fields::check(&e.path, &e.value)? })).collect()
}

fn write_field(tx: &mut Transaction<'_>, edit: &Edit) -> Result<(), RecordError> {
    let path = &edit.path;
    let mut obj = child_map(tx, &automerge::ROOT, path.section.code())?;
    if let Some(entry) = path.entry {
        obj = child_map(tx, &obj, &entry.to_string())?;
    }
    write_value(tx, &obj, &path.key, &edit.value, field_is_prose(path))
}

fn field_is_prose(path: &Path) -> bool {
    path.field().is_some_and(|f| f.kind == FieldKind::Prose)
}

pub(crate) fn child_map(tx: &mut Transaction<'_>, obj: &ObjId, key: &str) -> Result<ObjId, RecordError> {
    match tx.get(obj, key)? {
        Some((value, id)) if value.is_object() => Ok(id),
        Some(_) => Err(RecordError::Malformed("a section is not a map")),
        None => Ok(tx.put_object(obj, key, ObjType::Map)?),
    }
}

pub(crate) fn is_prose(form: &Form, question: &str) -> bool {
    form.question(question).is_some_and(|q| q.kind == QuestionKind::Prose)
}

/// Writes one key. A choice of several flips single options, so that what two people do at once merges. Prose is written whole:
/// spliced into each other, the letters of two sentences would say what nobody wrote; so both stay until a person chooses.
pub(crate) fn write_value(tx: &mut Transaction<'_>, obj: &ObjId, key: &str, value: &Value, prose: bool) -> Result<(), RecordError> {
    let old = tx.get(obj, key)?;
    match (value, old) {
        (Value::Text(s), old) if prose || matches!(old, Some((automerge::Value::Object(ObjType::Text), _))) => {
            let text = tx.put_object(obj, key, ObjType::Text)?;
            Ok(tx.splice_text(&text, 0, 0, &clean(s))?)
        }
        (Value::Many(_) | Value::Null, Some((automerge::Value::Object(ObjType::Map), id))) => {
            let none = Default::default();
            let chosen = if let Value::Many(m) = value { m } else { &none };
            let keys: Vec<String> = tx.keys(&id).collect();
            for gone in keys.iter().filter(|k| !chosen.contains(*k)) {
                put_if_new(tx, &id, gone, false.into())?;
            }
            chosen.iter().try_for_each(|o| put_if_new(tx, &id, o, true.into()))
        }
        (Value::Many(chosen), _) => {
            let map = tx.put_object(obj, key, ObjType::Map)?;
            chosen.iter().try_for_each(|o| Ok(tx.put(&map, o.as_str(), true)?))
        }
        (other, _) => Ok(tx.put(obj, key, scalar(other))?),
    }
}

/// The day of a visit: a new map each time, see [`Record::corrected_day`].
fn write_day(tx: &mut Transaction<'_>, answers: &ObjId, day: NaiveDate) -> Result<(), RecordError> {
    let map = tx.put_object(answers, WHEN, ObjType::Map)?;
    Ok(tx.put(&map, DAY, day.to_string())?)
}

fn put_if_new(tx: &mut Transaction<'_>, obj: &ObjId, key: &str, value: ScalarValue) -> Result<(), RecordError> {
    let same = tx.get(obj, key)?.is_some_and(|(v, _)| v.as_bool() == value.as_bool());
    if same { Ok(()) } else { Ok(tx.put(obj, key, value)?) }
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Text(s) => clean(s).as_ref().into(),
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Real(n) => (*n).into(),
        Value::Null | Value::Many(_) => ScalarValue::Null,
    }
}
