//! The index row of a record, from its document. The server and every device use this one function.
use crate::conflicts::questions;
use crate::content::FileData;
use crate::error::RecordError;
use crate::record::{Record, maps, scalar_text, section};
use automerge::ReadDoc;
use chrono::NaiveDate;
use domain::api::Entry;
use domain::form::{MET, MET_YES, first_words};
use domain::person::FileStatus;
use domain::roles::{Kind, Section};
use domain::rows::Phone;
use domain::stays::stays;
use domain::{Category, Hash, PersonRow, Programme, RecordId, ReviewRow, Risk, Row, Sex, Timestamp, Value, VisitRow};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

impl Record {
    /// The index row. An error when the document lacks what every record of its kind has.
    pub fn row(&self) -> Result<Row, RecordError> {
        match self.kind {
            Kind::Person => self.person_row().map(Row::from),
            Kind::Visit => self.visit_row().map(Row::from),
            Kind::Review => self.review_row().map(Row::from),
            Kind::Matter | Kind::AreaMatter | Kind::Confidential | Kind::AreaConfidential => self.matter_row().map(Row::from),
            #[cfg(feature = "fifth")]
            Kind::MadeUp => self.made_up_row(),
        }
    }

    fn person_row(&self) -> Result<PersonRow, RecordError> {
        let file = self.file();
        let text = |path: &str| file.text(path).unwrap_or_default();
        let opened = section(&self.doc, Section::Meta).and_then(|m| scalar_text(&self.doc, &m, "opened")).and_then(|d| d.parse().ok());
        let (categories, ending) = categories(&file.categories);
        let all = file.categories.iter().filter_map(|e| Category::read(entry_text(e, "code"))?.programme());
        let programmes: BTreeSet<Programme> = all.chain(self.programme()).collect();
        Ok(PersonRow {
            id: self.id,
            name: text("identity.name").to_owned(),
            sex: parsed(&file, "identity.sex").unwrap_or(Sex::Unknown),
            birth: parsed(&file, "identity.birth"),
            id_number: file.text("identity.id_number").map(str::to_owned),
            phones: phones(&file),
            relatives: relatives(&file),
            address: text("contact.address").to_owned(),
            area: self.area().ok_or(RecordError::Malformed("no area"))?,
            categories,
            ending,
            programmes: programmes.into_iter().collect(),
            risk: file.text("risk.level").and_then(Risk::read),
            risk_since: parsed(&file, "risk.since").or_else(|| self.written_on(Section::Risk, "level")),
            opened: opened.ok_or(RecordError::Malformed("no opening day"))?,
            status: parsed(&file, "status.state").unwrap_or(FileStatus::Open),
            charge: parsed(&file, "charge.staff"),
            conflicts: self.conflict_count(),
        })
    }

    fn visit_row(&self) -> Result<VisitRow, RecordError> {
        let visit = self.visit().ok_or(RecordError::Malformed("no visit"))?;
        let text = |q: &str| visit.answers.get(q).and_then(Value::text).unwrap_or_default().to_owned();
        // A visit that took place says so by how it stands.
        let met = matches!(text(MET).as_str(), MET_YES | "");
        let tells =
            |(id, value): (&String, &Value)| (VisitRow::SAID.contains(&id.as_str()) && !(met && id == MET)).then(|| (id.clone(), brief(value)));
        Ok(VisitRow {
            id: self.id,
            person: self.person,
            kind: text("kind"),
            at: visit.at,
            by: visit.by,
            programme: self.programme().ok_or(RecordError::Malformed("no programme"))?,
            next: NaiveDate::from_str(&text("next_date")).ok(),
            note: String::new(),
            said: visit.answers.iter().filter(|(_, value)| !value.is_empty()).filter_map(tells).collect(),
            met,
            heads: self.heads(),
            conflicts: self.conflict_count(),
            photos: self.photos().iter().map(|photo| photo.hash).collect(),
            form: visit.form,
        })
    }

    fn review_row(&self) -> Result<ReviewRow, RecordError> {
        let missing = || RecordError::Malformed("incomplete review");
        let obj = section(&self.doc, Section::Decision).ok_or_else(missing)?;
        let text = |key: &str| scalar_text(&self.doc, &obj, key).ok_or_else(missing);
        let bytes = |key: &str| self.doc.get(&obj, key).ok().flatten().and_then(|(v, _)| v.as_bytes().map(<[u8]>::to_vec));
        let fields = match self.doc.get(&obj, "fields")? {
            Some((v, id)) if v.is_object() => crate::content::map_values(&self.doc, &id),
            _ => Default::default(),
        };
        Ok(ReviewRow {
            id: self.id,
            person: self.person,
            target: bytes("target").and_then(|b| RecordId::from_slice(&b)).ok_or_else(missing)?,
            heads: bytes("heads").unwrap_or_default().chunks(32).filter_map(Hash::from_slice).collect(),
            decision: text("decision")?.parse().map_err(|_| missing())?,
            comment: text("comment")?,
            fields: fields.into_iter().filter_map(|(k, v)| Some((k, v.text()?.to_owned()))).collect(),
            by: text("by")?.parse().map_err(|_| missing())?,
            at: Timestamp(self.doc.get(&obj, "at")?.and_then(|(v, _)| v.as_i64()).ok_or_else(missing)?),
            programme: self.programme().ok_or_else(missing)?,
        })
    }

    /// The day on which the value that a field shows was written, by its writer's clock.
    fn written_on(&self, of: Section, key: &str) -> Option<NaiveDate> {
        let (_, id) = maps(&self.doc, of).iter().find_map(|map| self.doc.get(map, key).ok()?)?;
        let change = self.doc.hash_for_opid(&id).and_then(|hash| self.doc.get_change_meta_by_hash(&hash))?;
        Some(Timestamp(change.timestamp.saturating_mul(1000)).day())
    }

    pub(crate) fn conflict_count(&self) -> u32 {
        u32::try_from(questions(&self.conflicts()).len()).unwrap_or(u32::MAX)
    }
}

/// Most options of one answer in a row: no form has as many, and what a document says costs no list more.
const MOST_OPTIONS: usize = 40;

/// An answer as a list has it.
pub(crate) fn brief(value: &Value) -> Value {
    match value {
        Value::Text(text) => first_words(text).into(),
        Value::Many(options) => Value::Many(options.iter().take(MOST_OPTIONS).cloned().collect()),
        other => other.clone(),
    }
}

fn parsed<T: FromStr>(file: &FileData, path: &str) -> Option<T> {
    file.text(path)?.parse().ok()
}

fn entry_text<'a>(entry: &'a Entry, key: &str) -> &'a str {
    entry.fields.get(key).and_then(Value::text).unwrap_or_default()
}

/// Categories without an end, and those that have one, with it. One that came back has none.
fn categories(entries: &[Entry]) -> (Vec<Category>, Vec<(Category, NaiveDate)>) {
    let (mut open, mut ending) = (BTreeSet::new(), BTreeMap::new());
    for stay in stays(entries) {
        let Some(category) = Category::read(&stay.code) else { continue };
        match stay.until() {
            None => _ = open.insert(category),
            Some(until) => {
                let last = ending.entry(category).or_insert(until);
                *last = until.max(*last);
            }
        }
    }
    ending.retain(|category, _| !open.contains(category));
    (open.into_iter().collect(), ending.into_iter().collect())
}

/// Names of those who belong to the household, guardians first, and the carer's.
fn relatives(file: &FileData) -> Vec<String> {
    let is = |e: &Entry, key: &str| e.fields.get(key) == Some(&Value::Bool(true));
    let mut members: Vec<&Entry> = file.household.iter().filter(|e| !is(e, "gone")).collect();
    members.sort_by_key(|e| !is(e, "guardian"));
    let names = members.into_iter().map(|e| entry_text(e, "name")).chain(file.text("guardianship.carer"));
    let mut found: Vec<String> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !found.iter().any(|n| n == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The person's own number, then guardians', then others' of the household.
fn phones(file: &FileData) -> Vec<Phone> {
    let own = file.text("contact.phone").map(|n| Phone { relation: String::new(), name: String::new(), number: n.to_owned() });
    let is = |e: &Entry, key: &str| e.fields.get(key) == Some(&Value::Bool(true));
    let mut members: Vec<&Entry> = file.household.iter().filter(|e| !is(e, "gone") && !entry_text(e, "phone").is_empty()).collect();
    members.sort_by_key(|e| !is(e, "guardian"));
    let theirs = members.into_iter().map(|e| Phone {
        relation: entry_text(e, "relation").to_owned(),
        name: entry_text(e, "name").to_owned(),
        number: entry_text(e, "phone").to_owned(),
    });
    own.into_iter().chain(theirs).collect()
}
