//! What a document says, in plain values.
use crate::record::{Record, entry_maps, maps, scalar_text, section};
use automerge::{Automerge, ObjId, ObjType, ReadDoc, ScalarValue};
use chrono::NaiveDate;
use domain::api::Entry;
use domain::form::{Answers, WHEN};
use domain::kinds::Shape;
use domain::roles::{Kind, Section};
use domain::{StaffId, Timestamp, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A person's file as written; nothing masked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FileData {
    /// Fields by `section.key`, empty ones left out.
    pub fields: BTreeMap<String, Value>,
    /// Household members, those marked gone too.
    pub household: Vec<Entry>,
    /// Categories, in force and past.
    pub categories: Vec<Entry>,
}

impl FileData {
    /// A field's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.fields.get(path).and_then(Value::text)
    }
}

/// A visit as written.
#[derive(Clone, PartialEq, Debug)]
pub struct VisitData {
    /// `child-visit@1`.
    pub form: String,
    /// When it was: as it was recorded, or the beginning of the day that somebody put right.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// The answers.
    pub answers: Answers,
}

/// Under which key of [`WHEN`] the corrected day of a visit stands.
pub(crate) const DAY: &str = "day";

impl Record {
    /// The person's file. Empty for other kinds.
    pub fn file(&self) -> FileData {
        let mut fields = BTreeMap::new();
        for s in Kind::Person.filled().filter(|spec| spec.shape == Shape::Fields).map(|spec| spec.section) {
            fields.extend(values(&self.doc, &maps(&self.doc, s)).into_iter().map(|(key, value)| (format!("{s}.{key}"), value)));
        }
        FileData { fields, household: self.entries(Section::Household), categories: self.entries(Section::Categories) }
    }

    pub(crate) fn entries(&self, list: Section) -> Vec<Entry> {
        let lists = maps(&self.doc, list);
        let keys: BTreeSet<String> = lists.iter().flat_map(|map| self.doc.keys(map)).collect();
        let entry = |key: &String| Some(Entry { id: Uuid::parse_str(key).ok()?, fields: values(&self.doc, &entry_maps(&self.doc, &lists, key)) });
        keys.iter().filter_map(entry).collect()
    }

    /// The visit; none for other kinds.
    pub fn visit(&self) -> Option<VisitData> {
        let head = section(&self.doc, Section::Head)?;
        let at = self.doc.get(&head, "at").ok()??.0.as_i64()?;
        let answers = section(&self.doc, Section::Answers).map(|obj| map_values(&self.doc, &obj)).unwrap_or_default();
        Some(VisitData {
            form: scalar_text(&self.doc, &head, "form")?,
            at: self.corrected_day().filter(|day| *day != Timestamp(at).day()).map_or(Timestamp(at), Timestamp::of_day),
            by: scalar_text(&self.doc, &head, "by")?.parse().ok()?,
            answers,
        })
    }
}

impl Record {
    /// The day of a visit as it was put right, if it was. It stands under the answers, as photos do, and in a map of its own, so that
    /// programs that do not know of it see nothing; each correction is a new map, so that two at once are two values of one key.
    pub(crate) fn corrected_day(&self) -> Option<NaiveDate> {
        let (_, map) = self.doc.get(&section(&self.doc, Section::Answers)?, WHEN).ok()??;
        scalar_text(&self.doc, &map, DAY)?.parse().ok()
    }

    /// The form by which the record was filled in, a visit's or a matter's: `child-visit@1`.
    pub fn form_name(&self) -> Option<String> {
        let (of, key) = if self.kind.is_matter() { (Section::Opening, "type") } else { (Section::Head, "form") };
        scalar_text(&self.doc, &section(&self.doc, of)?, key)
    }

    /// When the record was made, by its maker's clock.
    pub fn begun(&self) -> Timestamp {
        let first = self.doc.get_changes_meta(&[]).first().map(|c| c.timestamp);
        Timestamp(first.unwrap_or(0).saturating_mul(1000))
    }
}

/// The non-empty values of a map.
pub(crate) fn map_values(doc: &Automerge, obj: &ObjId) -> BTreeMap<String, Value> {
    values(doc, std::slice::from_ref(obj))
}

/// The non-empty values of these maps, each from the first that has its key.
fn values(doc: &Automerge, maps: &[ObjId]) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for map in maps {
        for key in doc.keys(map) {
            let Ok(Some((value, id))) = doc.get(map, key.as_str()) else { continue };
            values.entry(key).or_insert_with(|| read(doc, &value, &id));
        }
    }
    values.retain(|_, value| !value.is_empty());
    values
}

/// One value: a scalar, prose, or the chosen options of a map.
pub(crate) fn read(doc: &Automerge, value: &automerge::Value<'_>, id: &ObjId) -> Value {
    match value {
        automerge::Value::Object(ObjType::Text) => doc.text(id).map(Value::Text).unwrap_or_default(),
        automerge::Value::Object(_) => {
            let chosen = |k: &String| doc.get(id, k.as_str()).ok().flatten().is_some_and(|(v, _)| v.as_bool() == Some(true));
            let keys: Vec<String> = doc.keys(id).collect();
            Value::Many(keys.into_iter().filter(chosen).collect())
        }
        automerge::Value::Scalar(s) => match s.as_ref() {
            ScalarValue::Str(s) => Value::Text(s.to_string()),
            ScalarValue::Boolean(b) => Value::Bool(*b),
            ScalarValue::Int(n) => Value::Int(*n),
            ScalarValue::Uint(n) => i64::try_from(*n).map(Value::Int).unwrap_or_default(),
            ScalarValue::F64(n) => Value::Real(*n),
            _ => Value::Null,
        },
    }
}
