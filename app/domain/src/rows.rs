//! Index rows: what lists, search and due dates need to know of a record without loading its document.
//! They are derived from documents, on the server when it commits and on a device when it writes, and can be rebuilt. A row has one shape
//! whatever its kind; who works with one kind reads it by that kind's view, such as [`VisitRow::of`].
use crate::form::{Answers, DONE, LEVEL, MET, NOTE, REFUSED_WHY, SCORE, TITLE};
use crate::person::{self, FileStatus};
use crate::roles::Kind;
use crate::shape::MAX_LINE;
use crate::{AreaCode, Category, Hash, Programme, RecordId, Risk, Sex, StaffId, Timestamp, Value};
use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The index row of any record.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Read")]
#[schemars(!try_from)]
pub struct Row {
    /// What kind of record it stands for: `person`, `visit`, `review`; a newer server may have more.
    #[schemars(with = "String")]
    pub kind: Kind,
    /// The record.
    pub id: RecordId,
    /// Whose it is: the person's file. A file's own.
    pub person: RecordId,
    /// The record it speaks of: of a review, the visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<RecordId>,
    /// The programmes it belongs to.
    pub programmes: Vec<Programme>,
    /// The moment it tells of; none of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whose work it is; none of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// How it stands, as its kind says it: `open`, `met`, `approved`…
    pub state: String,
    /// Whether something is still to be done, so that devices keep it however old it is; false of kinds that are not kept for that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// The exact version: the document's heads. Of a record that speaks of another, those of the other at that time. Empty of a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Hash>,
    /// How many fields have more than one value.
    #[serde(skip_serializing_if = "is_zero")]
    pub conflicts: u32,
    /// Its photos by their hashes (BLAKE3): who may read the record may read these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Hash>,
    /// What else its kind says of it, by name; empty values are left out.
    pub facts: BTreeMap<String, Value>,
}

/// Most values of one fact that are found and counted by.
const MOST_VALUES: usize = 200;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Row {
    /// Whether it has what every row of its kind has: it can be read by that kind's view.
    pub fn is_whole(&self) -> bool {
        match self.kind {
            Kind::Person => PersonRow::of(self).is_some(),
            Kind::Visit => VisitRow::of(self).is_some(),
            Kind::Review => ReviewRow::of(self).is_some(),
            Kind::Matter | Kind::AreaMatter | Kind::Confidential | Kind::AreaConfidential => MatterRow::of(self).is_some(),
            #[cfg(feature = "fifth")]
            Kind::MadeUp => self.at.is_some() && self.by.is_some(),
        }
    }
    /// Of what sort of its kind it is: of a visit home, phone…; empty where the kind has none.
    pub fn sort(&self) -> &str {
        self.kind.spec().sort.map_or("", |fact| self.text(fact))
    }
    /// What the table `facts` has of it: pairs of a fact and one of its values, by the table of kinds.
    pub fn indexed(&self) -> BTreeSet<(String, String)> {
        let texts = |value: &Value| match value {
            Value::Text(text) => vec![text.clone()],
            Value::Bool(yes) => vec![yes.to_string()],
            Value::Int(n) => vec![n.to_string()],
            Value::Real(n) => vec![n.to_string()],
            Value::Many(codes) => codes.iter().cloned().collect(),
            Value::Null => Vec::new(),
        };
        let known = self.kind.spec().facts.iter().filter_map(|name| Some((*name, self.facts.get(*name)?)));
        // A database's index takes no more of one value, and no honest record has as many of them.
        let some = |value: &Value| texts(value).into_iter().filter(|text| text.len() <= MAX_LINE).take(MOST_VALUES);
        known.flat_map(|(name, value)| some(value).map(move |text| (name.to_owned(), text))).collect()
    }
    /// A fact's text; empty where there is none.
    pub fn text(&self, fact: &str) -> &str {
        self.facts.get(fact).and_then(Value::text).unwrap_or_default()
    }
    /// What a fact's text says, where it can be read.
    fn read<T: FromStr>(&self, fact: &str) -> Option<T> {
        self.text(fact).parse().ok()
    }
    /// The lines of a fact's text, in their order.
    fn lines(&self, fact: &str) -> impl Iterator<Item = &str> {
        self.text(fact).lines()
    }
    /// The codes of a fact that may have several.
    fn codes(&self, fact: &str) -> impl Iterator<Item = &str> {
        let codes = if let Some(Value::Many(codes)) = self.facts.get(fact) { Some(codes) } else { None };
        codes.into_iter().flatten().map(String::as_str)
    }
}

/// The facts that say something.
fn facts<const N: usize>(all: [(&str, Value); N]) -> BTreeMap<String, Value> {
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text(value: Option<impl ToString>) -> Value {
    value.map_or(Value::Null, |value| Value::Text(value.to_string()))
}

/// Texts in their order, a line each.
fn lines<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Value {
    let lines: Vec<String> = texts.into_iter().map(|t| t.as_ref().replace(['\n', '\r', '\t'], " ")).collect();
    Value::Text(lines.join("\n"))
}

/// A person's file in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonRow {
    /// The record.
    pub id: RecordId,
    /// Name as written.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Day of birth, where known.
    pub birth: Option<NaiveDate>,
    /// Resident ID number, where there is one. Shown masked.
    pub id_number: Option<String>,
    /// Telephone numbers: own, then those of the household.
    pub phones: Vec<Phone>,
    /// Names of household members, guardians first, and of an entrusted carer: people are asked for by them, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relatives: Vec<String>,
    /// Address within the village.
    pub address: String,
    /// The village the file belongs to.
    pub area: AreaCode,
    /// Categories without an end. For those in force see [`PersonRow::in_force`].
    pub categories: Vec<Category>,
    /// Categories that end or have ended, each with the first day on which it is no longer in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ending: Vec<(Category, NaiveDate)>,
    /// Programmes of all categories, past ones too.
    pub programmes: Vec<Programme>,
    /// Risk level; none was decided yet.
    pub risk: Option<Risk>,
    /// Day the risk last changed.
    pub risk_since: Option<NaiveDate>,
    /// Day the file was opened.
    pub opened: NaiveDate,
    /// Open or closed.
    pub status: FileStatus,
    /// Worker in charge.
    pub charge: Option<StaffId>,
    /// How many fields have more than one value.
    pub conflicts: u32,
}

impl PersonRow {
    /// The row as one of a person's file; none when it is another's, or lacks what every file has.
    pub fn of(row: &Row) -> Option<PersonRow> {
        let ending = |line: &str| {
            let (category, until) = line.split_once(' ')?;
            Some((Category::read(category)?, until.parse().ok()?))
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut ending: Vec<(Category, NaiveDate)> = row.codes("ending").filter_map(ending).collect();
        ending.sort_unstable();
        Some(PersonRow {
            id: (row.kind == Kind::Person).then_some(row.id)?,
            name: row.text("name").to_owned(),
            sex: row.read("sex").unwrap_or(Sex::Unknown),
            birth: row.read("birth"),
            id_number: some(row.text("id_number")),
            phones: row.lines("phones").filter_map(Phone::of).collect(),
            relatives: row.lines("relatives").map(str::to_owned).collect(),
            address: row.text("address").to_owned(),
            area: row.read("area")?,
            categories: row.codes("categories").filter_map(Category::read).collect::<BTreeSet<_>>().into_iter().collect(),
            ending,
            programmes: row.programmes.clone(),
            risk: Risk::read(row.text("risk")),
            risk_since: row.read("risk_since"),
            opened: row.read("opened")?,
            status: row.state.parse().unwrap_or(FileStatus::Open),
            charge: row.read("charge"),
            conflicts: row.conflicts,
        })
    }

    /// The categories in force on a day: one that ends in the future is in force until then.
    pub fn in_force(&self, today: NaiveDate) -> impl Iterator<Item = Category> {
        self.categories.iter().copied().chain(self.ending.iter().filter(move |(_, until)| *until > today).map(|(category, _)| *category))
    }

    /// When a child comes of age (民法典 art. 17: at eighteen), where a category of children goes on beyond that day and is in force on `today`.
    pub fn comes_of_age(&self, today: NaiveDate) -> Option<NaiveDate> {
        let on = self.birth?.checked_add_months(Months::new(12 * person::ADULT)).filter(|_| self.status == FileStatus::Open)?;
        self.in_force(on.max(today)).any(|c| c.programme() == Some(Programme::Child)).then_some(on)
    }
}

impl From<PersonRow> for Row {
    fn from(p: PersonRow) -> Row {
        Row {
            kind: Kind::Person,
            id: p.id,
            person: p.id,
            about: None,
            programmes: p.programmes,
            at: None,
            by: None,
            state: p.status.to_string(),
            open: false,
            heads: Vec::new(),
            conflicts: p.conflicts,
            photos: Vec::new(),
            facts: facts([
                ("name", p.name.into()),
                ("sex", text((p.sex != Sex::Unknown).then_some(p.sex))),
                ("birth", text(p.birth)),
                ("id_number", text(p.id_number)),
                ("phones", Value::Text(p.phones.iter().map(Phone::line).collect::<Vec<_>>().join("\n"))),
                ("relatives", lines(p.relatives)),
                ("address", p.address.into()),
                ("area", text(Some(p.area))),
                ("categories", Value::Many(p.categories.iter().map(ToString::to_string).collect())),
                ("ending", Value::Many(p.ending.iter().map(|(category, until)| format!("{category} {until}")).collect())),
                ("risk", text(p.risk)),
                ("risk_since", text(p.risk_since)),
                ("opened", text(Some(p.opened))),
                ("charge", text(p.charge)),
            ]),
        }
    }
}

/// A number to call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Phone {
    /// Relation code of the household member (`grandparent`); empty for the person's own number.
    pub relation: String,
    /// The household member's name; empty for the person's own number.
    pub name: String,
    /// Digits.
    pub number: String,
}

impl Phone {
    /// As a line of a row: number, relation, name.
    fn line(&self) -> String {
        [&self.number, &self.relation, &self.name].map(|part| part.replace(['\n', '\r', '\t'], " ")).join("\t")
    }
    fn of(line: &str) -> Option<Phone> {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        let number = parts.next()?;
        Some(Phone { number, relation: parts.next()?, name: parts.next()? })
    }
}

/// A visit in a timeline.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VisitRow {
    /// The record.
    pub id: RecordId,
    /// Whom.
    pub person: RecordId,
    /// `child-visit@1`.
    pub form: String,
    /// Home, phone, school, extra…: the answer to the form's question `kind`.
    pub kind: String,
    /// The moment of the visit; midnight where only its day is known.
    pub at: Timestamp,
    /// Who visited.
    pub by: StaffId,
    /// Programme of the form.
    pub programme: Programme,
    /// The answer to `next_date`, when one was agreed.
    pub next: Option<NaiveDate>,
    /// Its line for a timeline, in Chinese, as rows of before have it; empty where `said` tells it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The answers that a timeline's line is made of ([`VisitRow::SAID`]), prose by its first words. No form is needed to know them.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub said: Answers,
    /// Whether a visit took place; false after a refusal or when nobody was there.
    pub met: bool,
    /// The document's heads: the exact version.
    pub heads: Vec<Hash>,
    /// How many answers have more than one value.
    pub conflicts: u32,
    /// Its photos by their hashes (BLAKE3): who may read the visit may read these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Hash>,
}

/// How a visit stands that took place, and one that did not.
const STATES: (&str, &str) = ("met", "not_met");

impl VisitRow {
    /// The questions of which a timeline's line is made, and what an assessment comes to; the kind stands beside them.
    pub const SAID: [&str; 6] = [MET, REFUSED_WHY, NOTE, DONE, SCORE, LEVEL];
    /// The fact that says an answer of [`VisitRow::SAID`]. What rows of before called `note` is the whole line.
    fn fact(question: &str) -> &str {
        if question == NOTE { "said" } else { question }
    }
    /// The row as one of a visit; none when it is another's, or lacks what every visit has.
    pub fn of(row: &Row) -> Option<VisitRow> {
        Some(VisitRow {
            id: (row.kind == Kind::Visit).then_some(row.id)?,
            person: row.person,
            form: row.text("form").to_owned(),
            kind: row.text("kind").to_owned(),
            at: row.at?,
            by: row.by.clone()?,
            programme: *row.programmes.first()?,
            next: row.read("next"),
            note: row.text("note").to_owned(),
            said: Self::SAID.iter().filter_map(|q| Some(((*q).to_owned(), row.facts.get(Self::fact(q))?.clone()))).collect(),
            met: row.state == STATES.0,
            heads: row.heads.clone(),
            conflicts: row.conflicts,
            photos: row.photos.clone(),
        })
    }
}

impl From<VisitRow> for Row {
    fn from(v: VisitRow) -> Row {
        let mut facts = facts([("form", v.form.into()), ("kind", v.kind.into()), ("next", text(v.next)), ("note", v.note.into())]);
        facts.extend(v.said.into_iter().map(|(question, said)| (VisitRow::fact(&question).to_owned(), said)));
        Row {
            kind: Kind::Visit,
            id: v.id,
            person: v.person,
            about: None,
            programmes: vec![v.programme],
            at: Some(v.at),
            by: Some(v.by),
            state: if v.met { STATES.0 } else { STATES.1 }.to_owned(),
            open: false,
            heads: v.heads,
            conflicts: v.conflicts,
            photos: v.photos,
            facts,
        }
    }
}

/// A review of one exact version.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReviewRow {
    /// The record.
    pub id: RecordId,
    /// Whose file.
    pub person: RecordId,
    /// The visit reviewed.
    pub target: RecordId,
    /// Its heads at that time.
    pub heads: Vec<Hash>,
    /// Approved or returned.
    pub decision: crate::visit::Decision,
    /// What the supervisor says; empty when nothing.
    pub comment: String,
    /// Comments by question id.
    pub fields: BTreeMap<String, String>,
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// Programme of the visit.
    pub programme: Programme,
}

/// Before the question's id, among the facts of a review, where the question was commented on.
const ON: &str = "on.";

impl ReviewRow {
    /// The row as one of a review; none when it is another's, or lacks what every review has.
    pub fn of(row: &Row) -> Option<ReviewRow> {
        let comments = row.facts.iter().filter_map(|(name, value)| Some((name.strip_prefix(ON)?.to_owned(), value.text()?.to_owned())));
        Some(ReviewRow {
            id: (row.kind == Kind::Review).then_some(row.id)?,
            person: row.person,
            target: row.about?,
            heads: row.heads.clone(),
            decision: row.state.parse().ok()?,
            comment: row.text("comment").to_owned(),
            fields: comments.collect(),
            by: row.by.clone()?,
            at: row.at?,
            programme: *row.programmes.first()?,
        })
    }
}

impl From<ReviewRow> for Row {
    fn from(r: ReviewRow) -> Row {
        let mut facts = facts([("comment", r.comment.into())]);
        facts.extend(r.fields.into_iter().map(|(question, said)| (format!("{ON}{question}"), said.into())));
        Row {
            kind: Kind::Review,
            id: r.id,
            person: r.person,
            about: Some(r.target),
            programmes: vec![r.programme],
            at: Some(r.at),
            by: Some(r.by),
            state: r.decision.to_string(),
            open: false,
            heads: r.heads,
            conflicts: 0,
            photos: Vec::new(),
            facts,
        }
    }
}

/// A matter, of a person or a village.
#[derive(Clone, PartialEq, Debug)]
pub struct MatterRow {
    /// The record.
    pub id: RecordId,
    /// Its kind: whose it is, and who sees it.
    pub kind: Kind,
    /// Whose file; of a village's its own id.
    pub person: RecordId,
    /// By which version of its type: `referral@1`.
    pub form: String,
    /// When it began.
    pub at: Timestamp,
    /// Who opened it.
    pub by: StaffId,
    /// Programme.
    pub programme: Programme,
    /// The stage it is in; empty: the first of its type.
    pub stage: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether something is still to be done.
    pub open: bool,
    /// Whether people who knew nothing of each other moved it to different stages, one of them an end.
    pub disputed: bool,
    /// Who is to see to it.
    pub charge: Option<StaffId>,
    /// Records it comes from, leads to, or speaks of.
    pub links: BTreeSet<RecordId>,
    /// The answers by which it is told apart and that lists show ([`MatterRow::SAID`]), prose by its first words.
    pub said: Answers,
    /// The document's heads: the exact version.
    pub heads: Vec<Hash>,
    /// How many fields have more than one value.
    pub conflicts: u32,
    /// Its photos by their hashes (BLAKE3).
    pub photos: Vec<Hash>,
}

impl MatterRow {
    /// The questions of which its line is made: what it is about, what was done, what it came to.
    pub const SAID: [&str; 5] = [TITLE, NOTE, DONE, SCORE, LEVEL];
    /// The row as one of a matter; none when it is another's, or lacks what every matter has.
    pub fn of(row: &Row) -> Option<MatterRow> {
        let form = row.text("form").to_owned();
        Some(MatterRow {
            id: (row.kind.is_matter() && !form.is_empty()).then_some(row.id)?,
            kind: row.kind,
            person: row.person,
            form,
            at: row.at?,
            by: row.by.clone()?,
            programme: *row.programmes.first()?,
            stage: row.state.clone(),
            since: if let Some(Value::Int(since)) = row.facts.get("since") { Timestamp(*since) } else { row.at? },
            open: row.open,
            disputed: row.facts.contains_key("disputed"),
            charge: row.read("charge"),
            links: row.codes("links").filter_map(|id| id.parse().ok()).collect(),
            said: Self::SAID.iter().filter_map(|q| Some(((*q).to_owned(), row.facts.get(*q)?.clone()))).collect(),
            heads: row.heads.clone(),
            conflicts: row.conflicts,
            photos: row.photos.clone(),
        })
    }
}

impl From<MatterRow> for Row {
    fn from(m: MatterRow) -> Row {
        let id = m.form.split('@').next().unwrap_or_default().to_owned();
        let mut facts = facts([
            ("type", id.into()),
            ("form", m.form.into()),
            ("stage", m.stage.as_str().into()),
            ("since", Value::Int(m.since.0)),
            ("charge", text(m.charge)),
            ("links", Value::Many(m.links.iter().map(ToString::to_string).collect())),
            ("disputed", if m.disputed { Value::Bool(true) } else { Value::Null }),
        ]);
        facts.extend(m.said);
        Row {
            kind: m.kind,
            id: m.id,
            person: m.person,
            about: None,
            programmes: vec![m.programme],
            at: Some(m.at),
            by: Some(m.by),
            state: m.stage,
            open: m.open,
            heads: m.heads,
            conflicts: m.conflicts,
            photos: m.photos,
            facts,
        }
    }
}

/// A row as it is read: of one shape, or of that of its kind, as rows were before. Databases, packs and servers of then have those.
#[derive(Deserialize)]
struct Read {
    kind: Option<Kind>,
    id: Option<RecordId>,
    person: Option<Whose>,
    about: Option<RecordId>,
    #[serde(default)]
    programmes: Vec<Programme>,
    at: Option<Timestamp>,
    by: Option<StaffId>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    heads: Vec<Hash>,
    #[serde(default)]
    conflicts: u32,
    #[serde(default)]
    photos: Vec<Hash>,
    #[serde(default, deserialize_with = "crate::value::known")]
    facts: BTreeMap<String, Value>,
    visit: Option<VisitRow>,
    review: Option<ReviewRow>,
}

/// What stands under `person`: whose the record is, or, before, all of a file's row.
enum Whose {
    Id(RecordId),
    File(Box<PersonRow>),
}

impl<'de> Deserialize<'de> for Whose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Whose, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Whose;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record's id, or a file's row")
            }
            fn visit_str<E: Error>(self, id: &str) -> Result<Whose, E> {
                id.parse().map(Whose::Id).map_err(E::custom)
            }
            fn visit_bytes<E: Error>(self, id: &[u8]) -> Result<Whose, E> {
                RecordId::from_slice(id).map(Whose::Id).ok_or_else(|| E::invalid_length(id.len(), &self))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Whose, A::Error> {
                Ok(Whose::File(Deserialize::deserialize(MapAccessDeserializer::new(map))?))
            }
        }
        from.deserialize_any(Either)
    }
}

impl TryFrom<Read> for Row {
    type Error = &'static str;
    fn try_from(read: Read) -> Result<Row, &'static str> {
        Ok(match read {
            Read { person: Some(Whose::File(row)), .. } => (*row).into(),
            Read { visit: Some(row), .. } => row.into(),
            Read { review: Some(row), .. } => row.into(),
            Read { kind: Some(kind), id: Some(id), person: Some(Whose::Id(person)), .. } => Row {
                kind,
                id,
                person,
                about: read.about,
                programmes: read.programmes,
                at: read.at,
                by: read.by,
                state: read.state,
                open: read.open,
                heads: read.heads,
                conflicts: read.conflicts,
                photos: read.photos,
                facts: read.facts,
            },
            _ => return Err("a row says its kind, itself and whose it is"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::Decision;
    use crate::{Category, Programme};

    fn id(n: u8) -> RecordId {
        RecordId::from_slice(&[n; 16]).unwrap()
    }
    fn person() -> PersonRow {
        PersonRow {
            id: id(1),
            name: "王小雨".into(),
            sex: Sex::Female,
            birth: "2016-03-09".parse().ok(),
            id_number: Some("990101201603090028".into()),
            phones: vec![
                Phone { relation: String::new(), name: String::new(), number: "13800000001".into() },
                Phone { relation: "grandparent".into(), name: "王 桂兰".into(), number: "13800000002".into() },
            ],
            relatives: vec!["王桂兰".into(), "王建国".into()],
            address: "3组8号".into(),
            area: "990101001201".parse().unwrap(),
            categories: vec![Category::LeftBehindChild, Category::read("young_carer").unwrap()],
            ending: vec![(Category::FamilyDifficulty, "2026-12-01".parse().unwrap())],
            programmes: vec![Programme::Child, Programme::Social],
            risk: Some(Risk::High),
            risk_since: "2026-11-01".parse().ok(),
            opened: "2026-01-05".parse().unwrap(),
            status: FileStatus::Closed,
            charge: "S001".parse().ok(),
            conflicts: 2,
        }
    }
    fn visit() -> VisitRow {
        VisitRow {
            id: id(2),
            person: id(1),
            form: "child-visit@1".into(),
            kind: "home".into(),
            at: Timestamp(1_700_000_000_000),
            by: "S001".parse().unwrap(),
            programme: Programme::Child,
            next: "2026-12-30".parse().ok(),
            note: String::new(),
            said: [(NOTE.to_owned(), "都好".into()), (DONE.to_owned(), Value::Many(["talk".to_owned()].into()))].into(),
            met: true,
            heads: vec![Hash([9; 32]), Hash([3; 32])],
            conflicts: 1,
            photos: vec![Hash([4; 32])],
        }
    }
    fn review() -> ReviewRow {
        ReviewRow {
            id: id(3),
            person: id(1),
            target: id(2),
            heads: vec![Hash([9; 32]), Hash([3; 32])],
            decision: Decision::Returned,
            comment: "第2条\n再问".into(),
            fields: [("note".to_owned(), "写细些".to_owned())].into(),
            by: "S003".parse().unwrap(),
            at: Timestamp(1_700_000_100_000),
            programme: Programme::Child,
        }
    }

    #[test]
    fn what_a_view_says_is_in_the_row_and_comes_back() {
        let bare = PersonRow {
            sex: Sex::Unknown,
            birth: None,
            id_number: None,
            phones: Vec::new(),
            relatives: Vec::new(),
            address: String::new(),
            categories: Vec::new(),
            ending: Vec::new(),
            risk: None,
            risk_since: None,
            status: FileStatus::Open,
            charge: None,
            conflicts: 0,
            ..person()
        };
        for view in [person(), bare] {
            assert_eq!(PersonRow::of(&view.clone().into()), Some(view));
        }
        let said = [(MET.to_owned(), "refused".into()), (REFUSED_WHY.to_owned(), "正在吃饭".into())].into();
        let missed = VisitRow { met: false, next: None, said, photos: Vec::new(), ..visit() };
        let of_before = VisitRow { note: "都好".into(), said: Answers::new(), ..visit() };
        for view in [visit(), missed, of_before] {
            assert_eq!(VisitRow::of(&view.clone().into()), Some(view));
        }
        assert_eq!(ReviewRow::of(&review().into()), Some(review()));
    }

    #[test]
    fn a_row_is_no_view_of_another_kind_and_none_without_what_it_needs() {
        let row = Row::from(visit());
        assert!(PersonRow::of(&row).is_none() && ReviewRow::of(&row).is_none());
        let mut person = Row::from(person());
        person.facts.remove("opened");
        assert!(PersonRow::of(&person).is_none());
        assert!(VisitRow::of(&Row { by: None, ..row }).is_none());
        assert!(ReviewRow::of(&Row { about: None, ..review().into() }).is_none());
    }

    #[test]
    fn a_file_is_found_by_its_facts_and_by_nothing_it_does_not_say() {
        let indexed: Vec<(String, String)> = Row::from(person()).indexed().into_iter().collect();
        let wanted = [
            ("birth", "2016-03-09"),
            ("categories", "left_behind_child"),
            ("categories", "young_carer"),
            ("charge", "S001"),
            ("id_number", "990101201603090028"),
            ("name", "王小雨"),
            ("opened", "2026-01-05"),
            ("risk", "high"),
            ("sex", "2"),
        ];
        assert_eq!(indexed, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let missed = Row::from(VisitRow { next: None, ..visit() }).indexed();
        assert_eq!(missed.into_iter().collect::<Vec<_>>(), [("form".to_owned(), "child-visit@1".to_owned())]);
        assert!(Row::from(review()).indexed().is_empty());
    }

    #[test]
    fn a_fact_of_a_shape_that_nobody_knows_yet_is_left_out() {
        let mut row = serde_json::to_value(Row::from(visit())).unwrap();
        row["facts"]["mood"] = serde_json::json!({ "today": ["sunny", { "wind": 3 }] });
        row["facts"]["rooms"] = serde_json::json!([3, "a", [4]]);
        row["weight"] = 3.into();
        assert_eq!(serde_json::from_value::<Row>(row).unwrap(), visit().into());
    }

    #[test]
    fn rows_of_before_had_a_shape_for_each_kind_and_are_read() {
        let read = |row: serde_json::Value| serde_json::from_value::<Row>(row).unwrap();
        assert_eq!(read(serde_json::json!({ "person": person() })), person().into());
        assert_eq!(read(serde_json::json!({ "visit": visit() })), visit().into());
        assert_eq!(read(serde_json::json!({ "review": review() })), review().into());
        for nothing in [serde_json::json!({}), serde_json::json!({ "matter": { "stage": "open" } }), serde_json::json!({ "kind": "visit" })] {
            assert!(serde_json::from_value::<Row>(nothing).is_err());
        }
    }
}
