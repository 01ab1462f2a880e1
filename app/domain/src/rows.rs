//! Index rows: what lists, search and due dates need to know of a record without loading its document.
//! They are derived from documents, on the server when it commits and on a device when it writes, and can be rebuilt.
use crate::person::{self, FileStatus};
use crate::roles::Kind;
use crate::{AreaCode, Category, Hash, Programme, RecordId, Risk, Sex, StaffId, Timestamp};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

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
    /// The first words of what was noted.
    pub note: String,
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
    pub fields: std::collections::BTreeMap<String, String>,
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// Programme of the visit.
    pub programme: Programme,
}

/// The index row of any record.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// A person's file.
    Person(Box<PersonRow>),
    /// A visit.
    Visit(VisitRow),
    /// A review.
    Review(ReviewRow),
}

impl Row {
    /// The kind of record it stands for.
    pub fn kind(&self) -> Kind {
        match self {
            Row::Person(_) => Kind::Person,
            Row::Visit(_) => Kind::Visit,
            Row::Review(_) => Kind::Review,
        }
    }
    /// The record it stands for.
    pub fn id(&self) -> RecordId {
        match self {
            Row::Person(p) => p.id,
            Row::Visit(v) => v.id,
            Row::Review(r) => r.id,
        }
    }
    /// The person it concerns.
    pub fn person(&self) -> RecordId {
        match self {
            Row::Person(p) => p.id,
            Row::Visit(v) => v.person,
            Row::Review(r) => r.person,
        }
    }
    /// The programmes it belongs to.
    pub fn programmes(&self) -> Vec<Programme> {
        match self {
            Row::Person(p) => p.programmes.clone(),
            Row::Visit(v) => vec![v.programme],
            Row::Review(r) => vec![r.programme],
        }
    }
}
