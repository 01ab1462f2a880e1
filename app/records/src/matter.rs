//! Matters: what they say, and what is put down of them. Moves and what people said are entries that nobody changes.
use crate::error::RecordError;
use crate::record::{Record, maps, scalar_text, section};
use crate::write::{commit, create, is_prose, write_value};
use crate::writer::{Change, Writer};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use domain::api::Entry;
use domain::form::Answers;
use domain::kinds::Shape;
use domain::matter::{Move, standing};
use domain::roles::{Kind, Section};
use domain::shape::clean;
use domain::{AreaCode, MatterRow, Programme, RecordId, StaffId, Timestamp, Value};
use forms::Form;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// A matter to be begun. The answers were checked against the form.
#[derive(Clone, PartialEq, Debug)]
pub struct NewMatter {
    /// Its kind: whose it is, and who sees it.
    pub kind: Kind,
    /// Whom it is about; of a village's nobody.
    pub person: Option<RecordId>,
    /// The village, where it is nobody's.
    pub area: Option<AreaCode>,
    /// Programme.
    pub programme: Programme,
    /// Its type's form.
    pub form: Arc<Form>,
    /// When it began.
    pub at: Timestamp,
    /// What was said of it.
    pub answers: Answers,
    /// Who is to see to it.
    pub charge: Option<StaffId>,
    /// What it comes from, and whom else it is about.
    pub links: Vec<Link>,
}

/// A matter as written.
#[derive(Clone, PartialEq, Debug)]
pub struct MatterData {
    /// `referral@1`.
    pub form: String,
    /// When it began.
    pub at: Timestamp,
    /// Who opened it.
    pub by: StaffId,
    /// The answers.
    pub answers: Answers,
    /// Who is to see to it.
    pub charge: Option<StaffId>,
    /// Its moves, as they were made.
    pub moves: Vec<Move>,
    /// What people said, as they said it.
    pub thread: Vec<Said>,
    /// What it comes from and leads to; not what was taken away.
    pub links: Vec<Link>,
}

/// Something that somebody said about a matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Its name in the record.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// What.
    pub text: String,
}

/// Another record that a matter names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its name in the record.
    pub id: Uuid,
    /// Which record.
    pub to: RecordId,
    /// As what: `from`, `follows`, `part_of`, `person`.
    pub as_what: String,
}

impl Record {
    /// Begins a matter.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new_matter(id: RecordId, matter: &NewMatter, writer: &Writer) -> Result<(Record, Change), RecordError> {
        let (form, person) = (&matter.form, matter.person.unwrap_or(id));
        create(id, matter.kind, person, writer, |tx, meta| {
            tx.put(meta, "programme", matter.programme.code())?;
            if let Some(area) = &matter.area {
                tx.put(meta, "area", area.as_str())?;
            }
            let opening = tx.put_object(ROOT, Section::Opening.code(), ObjType::Map)?;
            tx.put(&opening, "type", form.name())?;
            tx.put(&opening, "at", matter.at.0)?;
            tx.put(&opening, "by", writer.staff.as_str())?;
            let answers = tx.put_object(ROOT, Section::Answers.code(), ObjType::Map)?;
            let filled = matter.answers.iter().filter(|(_, value)| !value.is_empty());
            filled.clone().try_for_each(|(question, value)| write_value(tx, &answers, question, value, is_prose(form, question)))?;
            // All there will ever be, so that nobody makes one beside it.
            let assigned = tx.put_object(ROOT, Section::Assigned.code(), ObjType::Map)?;
            tx.put_object(ROOT, Section::Moves.code(), ObjType::Map)?;
            tx.put_object(ROOT, Section::Thread.code(), ObjType::Map)?;
            let links = tx.put_object(ROOT, Section::Links.code(), ObjType::Map)?;
            if let Some(charge) = &matter.charge {
                tx.put(&assigned, CHARGE, charge.as_str())?;
            }
            matter.links.iter().try_for_each(|link| write_link(tx, &links, link))
        })
    }

    /// The matter; none for other kinds.
    pub fn matter(&self) -> Option<MatterData> {
        let opening = section(&self.doc, Section::Opening).filter(|_| self.kind.is_matter())?;
        let form = scalar_text(&self.doc, &opening, "type")?;
        let at = Timestamp(self.doc.get(&opening, "at").ok()??.0.as_i64()?);
        let by = scalar_text(&self.doc, &opening, "by")?.parse().ok()?;
        let answers = section(&self.doc, Section::Answers).map(|map| crate::content::map_values(&self.doc, &map)).unwrap_or_default();
        let mut thread: Vec<Said> = self.entries(Section::Thread).iter().filter_map(said).collect();
        thread.sort_by_key(|said| (said.at, said.id));
        let charge = section(&self.doc, Section::Assigned).and_then(|map| scalar_text(&self.doc, &map, CHARGE));
        Some(MatterData { form, at, by, answers, charge: charge.and_then(|c| c.parse().ok()), moves: self.moves(), thread, links: self.links() })
    }

    /// The moves of a matter, as they were made by their clocks.
    pub fn moves(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = self.entries(Section::Moves).iter().filter_map(step).collect();
        moves.sort_by_key(|step| (step.at, step.id));
        moves
    }

    /// What stands under `to` is bytes, which entries do not say.
    fn links(&self) -> Vec<Link> {
        let Some(list) = section(&self.doc, Section::Links) else { return Vec::new() };
        let link = |entry: Entry| {
            let gone = entry.fields.get("gone") == Some(&Value::Bool(true));
            let (_, place) = self.doc.get(&list, entry.id.to_string()).ok()?.filter(|_| !gone)?;
            let to = self.doc.get(&place, "to").ok()??.0.as_bytes().and_then(RecordId::from_slice)?;
            Some(Link { id: entry.id, to, as_what: entry.fields.get("as")?.text()?.to_owned() })
        };
        self.entries(Section::Links).into_iter().filter_map(link).collect()
    }

    /// Moves a matter to a stage, after the moves that are the last ones here.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_move(&mut self, step: &Move, writer: &Writer) -> Result<Option<Change>, RecordError> {
        self.put_down(Section::Moves, (step.id, step.at), writer, |tx, entry| {
            tx.put(entry, "stage", step.stage.as_str())?;
            let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
            if !after.is_empty() {
                tx.put(entry, "after", after.join(" "))?;
            }
            if step.end {
                tx.put(entry, "end", true)?;
            }
            prose(tx, entry, "note", &step.note)
        })
    }

    /// Says something about a matter.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_said(&mut self, id: Uuid, at: Timestamp, text: &str, writer: &Writer) -> Result<Option<Change>, RecordError> {
        self.put_down(Section::Thread, (id, at), writer, |tx, entry| prose(tx, entry, "text", text))
    }

    /// Whether all sections of its kind are there, and nothing was put down in it yet: as a matter begins.
    pub fn begins_as_it_should(&self) -> bool {
        let whole = self.kind.filled().all(|spec| section(&self.doc, spec.section).is_some());
        let mut logs = self.kind.filled().filter(|spec| spec.shape == Shape::Log);
        whole && logs.all(|spec| maps(&self.doc, spec.section).iter().all(|map| self.doc.length(map) == 0))
    }

    /// The one entry that was put down since an older version of this record, by whom; none where nothing was.
    ///
    /// # Errors
    /// `Malformed` where something that was put down reads otherwise now, or more than one entry is new.
    pub fn put_down_since(&self, before: &Record) -> Result<Option<(Uuid, Option<StaffId>)>, RecordError> {
        let mut new = Vec::new();
        for of in self.kind.filled().filter(|spec| spec.shape == Shape::Log).map(|spec| spec.section) {
            let (known, now) = (before.entries(of), self.entries(of));
            if !known.iter().all(|entry| now.contains(entry)) {
                return Err(RecordError::Malformed("what was put down stays as it is"));
            }
            new.extend(now.into_iter().filter(|entry| !known.iter().any(|known| known.id == entry.id)));
        }
        match new.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((one.id, author(&one.fields).map(|(_, by)| by)))),
            _ => Err(RecordError::Malformed("one thing at a time is put down")),
        }
    }

    /// Names another record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_link(&mut self, link: &Link, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let links = section(&self.doc, Section::Links).ok_or(INCOMPLETE)?;
        commit(&mut self.doc, writer, |tx| write_link(tx, &links, link))
    }

    /// Names it no more. None when it is not named.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remove_link(&mut self, id: Uuid, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let links = section(&self.doc, Section::Links).ok_or(INCOMPLETE)?;
        let Some((_, entry)) = self.doc.get(&links, id.to_string())? else { return Ok(None) };
        commit(&mut self.doc, writer, |tx| Ok(tx.put(&entry, "gone", true)?))
    }

    /// Gives it to somebody to see to, or to nobody. None where that is so already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn assign(&mut self, charge: Option<&StaffId>, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let place = section(&self.doc, Section::Assigned).ok_or(INCOMPLETE)?;
        if scalar_text(&self.doc, &place, CHARGE).unwrap_or_default() == charge.map_or("", |staff| staff.as_str()) {
            return Ok(None);
        }
        let charge = charge.map_or(ScalarValue::Null, |staff| staff.as_str().into());
        commit(&mut self.doc, writer, |tx| Ok(tx.put(&place, CHARGE, charge)?))
    }

    /// Writes those answers of a matter that differ; null takes an answer away. None when nothing differs.
    ///
    /// # Errors
    /// `Malformed` when it is no matter.
    pub fn answer(&mut self, answers: &Answers, form: &Form, writer: &Writer) -> Result<Option<Change>, RecordError> {
        let now = self.matter().ok_or(RecordError::Malformed("not a matter"))?.answers;
        let differs = |(q, v): &(&String, &Value)| now.get(*q).map_or(!v.is_empty(), |old| old != *v);
        let place = section(&self.doc, Section::Answers).ok_or(RecordError::Malformed("no answers"))?;
        commit(&mut self.doc, writer, |tx| answers.iter().filter(differs).try_for_each(|(q, v)| write_value(tx, &place, q, v, is_prose(form, q))))
    }

    fn put_down(
        &mut self,
        of: Section,
        (id, at): (Uuid, Timestamp),
        writer: &Writer,
        write: impl FnOnce(&mut Transaction<'_>, &ObjId) -> Result<(), RecordError>,
    ) -> Result<Option<Change>, RecordError> {
        let list = section(&self.doc, of).ok_or(INCOMPLETE)?;
        commit(&mut self.doc, writer, |tx| {
            let entry = tx.put_object(&list, id.to_string(), ObjType::Map)?;
            tx.put(&entry, "at", at.0)?;
            tx.put(&entry, "by", writer.staff.as_str())?;
            write(tx, &entry)
        })
    }

    pub(crate) fn matter_row(&self) -> Result<MatterRow, RecordError> {
        let matter = self.matter().ok_or(RecordError::Malformed("no matter"))?;
        let stands = standing(&matter.moves);
        let said = MatterRow::SAID.iter().filter_map(|q| Some(((*q).to_owned(), crate::row::brief(matter.answers.get(*q)?))));
        Ok(MatterRow {
            id: self.id,
            kind: self.kind,
            person: self.person,
            at: matter.at,
            by: matter.by,
            programme: self.programme().ok_or(RecordError::Malformed("no programme"))?,
            stage: stands.stage().to_owned(),
            since: stands.by.map_or(matter.at, |step| step.at),
            open: !stands.is_over(),
            disputed: !stands.against.is_empty(),
            charge: matter.charge,
            links: matter.links.iter().map(|link| link.to).collect(),
            said: said.collect(),
            heads: self.heads(),
            conflicts: self.conflict_count(),
            photos: self.photos().iter().map(|photo| photo.hash).collect(),
            form: matter.form,
        })
    }
}

const INCOMPLETE: RecordError = RecordError::Malformed("incomplete matter");

/// Under which key stands who is to see to a matter.
const CHARGE: &str = "staff";

fn write_link(tx: &mut Transaction<'_>, links: &ObjId, link: &Link) -> Result<(), RecordError> {
    let entry = tx.put_object(links, link.id.to_string(), ObjType::Map)?;
    tx.put(&entry, "to", ScalarValue::Bytes(link.to.bytes().to_vec()))?;
    Ok(tx.put(&entry, "as", link.as_what.as_str())?)
}

fn prose(tx: &mut Transaction<'_>, entry: &ObjId, key: &str, text: &str) -> Result<(), RecordError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let place = tx.put_object(entry, key, ObjType::Text)?;
    Ok(tx.splice_text(&place, 0, 0, &clean(text))?)
}

/// Who put an entry down, and when.
fn author(fields: &BTreeMap<String, Value>) -> Option<(Timestamp, StaffId)> {
    let Some(Value::Int(at)) = fields.get("at") else { return None };
    Some((Timestamp(*at), fields.get("by")?.text()?.parse().ok()?))
}

fn step(entry: &Entry) -> Option<Move> {
    let (at, by) = author(&entry.fields)?;
    let text = |key: &str| entry.fields.get(key).and_then(Value::text).unwrap_or_default();
    let after: BTreeSet<Uuid> = text("after").split(' ').filter_map(|id| id.parse().ok()).collect();
    let end = entry.fields.get("end") == Some(&Value::Bool(true));
    Some(Move { id: entry.id, stage: text("stage").to_owned(), at, by, after, end, note: text("note").to_owned() })
}

fn said(entry: &Entry) -> Option<Said> {
    let (at, by) = author(&entry.fields)?;
    Some(Said { id: entry.id, at, by, text: entry.fields.get("text").and_then(Value::text)?.to_owned() })
}
