//! Messages, what was refused, and the office's view: areas, codes, devices, lists.
use super::Edit;
use crate::area::{Area, AreaCode};
use crate::form::{Answers, FormSheet, Label, Screen};
use crate::matter::Deadline;
use crate::roles::Role;
use crate::staff::Staff;
use crate::{DeviceId, Failure, Hash, Programme, RecordId, StaffId, Timestamp, Value};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a message is about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A visit of mine came back.
    Returned {
        /// The visit.
        visit: RecordId,
        /// What the supervisor said.
        comment: String,
        /// Who: name.
        by: String,
    },
    /// A visit I had approved was changed afterwards.
    ChangedAfterApproval {
        /// The visit.
        visit: RecordId,
    },
    /// A field of a file, or an answer of a visit, has more than one value.
    Conflict {
        /// The record: the file, or the visit.
        record: RecordId,
        /// Which.
        path: String,
        /// As in [`super::Conflict::label`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
    },
    /// Two files may be of one person. The message is about the later one.
    MaybeSame(Box<super::SamePair>),
    /// A child who comes of age soon, or did, and is still in a category of children.
    ComesOfAge {
        /// Her eighteenth birthday.
        on: NaiveDate,
    },
    /// Work of mine that the server did not accept. It is kept.
    Refused {
        /// Why.
        reason: Failure,
        /// The record.
        record: RecordId,
        /// What it was, in fields: `contact.phone`.
        fields: Vec<String>,
        /// What those of them are called that are questions of a visit, where its form is known.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        labels: BTreeMap<String, Label>,
    },
    /// People brought a matter to different ends while neither knew of the other.
    Disputed {
        /// What its type is called.
        title: Label,
    },
    /// A matter stayed longer than it may, and the caller is told by its type.
    Late {
        /// What its type is called.
        title: Label,
        /// The stage it stays in.
        stage: Label,
        /// Until when it might.
        due: Deadline,
    },
    /// Another device was enrolled for me.
    NewDevice {
        /// Which.
        device: DeviceId,
        /// What it calls itself.
        label: String,
    },
}

/// A message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// What about.
    pub about: About,
    /// The matter that it is about, if it is one.
    #[serde(default)]
    pub matter: Option<RecordId>,
    /// Whose file.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// A change that the server did not take, for a supervisor to decide on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RefusedItem {
    /// The change.
    pub hash: Hash,
    /// The record it is for.
    pub record: RecordId,
    /// Whose file; the record's own id where that is all there is.
    pub person: RecordId,
    /// Her name, where this device has the file.
    #[serde(default)]
    pub name: String,
    /// Who wrote it: name.
    pub by: String,
    /// When the server heard of it.
    pub at: Timestamp,
    /// Why it was not taken.
    pub reason: Failure,
    /// What it writes into a file.
    pub edits: Vec<Edit>,
    /// What it writes into a visit, by question.
    pub answers: Answers,
    /// The form of the visit it makes.
    pub form: Option<String>,
    /// The values in words, by field (`contact.phone`, `answers.note`); this device finds them.
    #[serde(default)]
    pub shown: BTreeMap<String, String>,
    /// What those of them are called that are questions of a visit; this device finds them.
    #[serde(default)]
    pub labels: BTreeMap<String, Label>,
    /// Whether it can be let in as it is.
    pub fits: bool,
}

/// A village in the supervisor's overview.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AreaLine {
    /// The village.
    pub area: Area,
    /// Its town's name.
    pub town: String,
    /// Open files.
    pub files: u32,
    /// Of those, at high risk.
    pub high: u32,
    /// Visits overdue.
    pub overdue: u32,
    /// Persons visited this month …
    pub visited: u32,
    /// … of those to be visited (月探访率).
    pub targets: u32,
    /// Matters that did not end.
    #[serde(default)]
    pub matters: u32,
    /// Workers in charge: names.
    pub workers: Vec<String>,
}

/// A code that enrols one device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneTimeCode {
    /// As to be typed: `K7QF-M2XD`.
    #[schemars(regex(pattern = "^[A-Z0-9]{4}-[A-Z0-9]{4}$"))]
    pub code: String,
    /// Whom it enrols.
    pub staff: Staff,
    /// Until when.
    pub expires: Timestamp,
    /// It is good only after another administrator or the county officer has confirmed it.
    #[serde(default)]
    pub pending: bool,
}

/// Which part of the log.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default, JsonSchema)]
pub struct AuditQuery {
    /// From this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Up to this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Only of this member of staff, or about her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Only of this person's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RecordId>,
    /// Only entries before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 9007199254740991_u64))]
    pub before: Option<u64>,
}

/// A device in the administrator's list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceLine {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub staff: Staff,
    /// What it calls itself.
    pub label: String,
    /// When it joined.
    pub enrolled: Timestamp,
    /// Last contact.
    pub seen: Option<Timestamp>,
    /// When it was stopped.
    pub revoked: Option<Timestamp>,
}

/// What an office's list holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Areas.
    Areas,
    /// Staff.
    Staff,
    /// Persons.
    Roster,
}

/// What came of an import.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default, JsonSchema)]
pub struct ImportReport {
    /// New.
    pub added: u64,
    /// Changed.
    pub updated: u64,
    /// As before.
    pub unchanged: u64,
    /// Rows and cells that were not taken.
    pub errors: Vec<RowError>,
    /// What somebody should look at: what was left out, guessed or found otherwise.
    #[serde(default)]
    pub notes: Vec<RowError>,
    /// Of the errors, changes of known staff (areas, role, name) that wait for a yes.
    #[serde(default)]
    pub asked: u64,
    /// The list with a column of remarks, xlsx in base64, where it was asked for and there are any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
}

/// What is said of a row or a cell of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RowError {
    /// Sheet name.
    pub sheet: String,
    /// Row as the office program counts, from 1.
    pub row: u32,
    /// The column's header, or its letter.
    pub column: String,
    /// What is wrong and what to do, without the cell's content.
    pub reason: String,
}

/// A form that the county took in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FormLine {
    /// `id@version`, as records name it.
    pub form: String,
    /// Its title.
    pub title: String,
    /// Whether it is a type of matter.
    #[serde(default)]
    pub matter: bool,
    /// SHA-256 of its rows.
    pub hash: Hash,
    /// When it was taken in.
    pub imported: Timestamp,
    /// By whom; empty: the operator of the server.
    pub by: String,
    /// Where it was published.
    pub published: Vec<Publication>,
}

/// Where a form is in use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Publication {
    /// In this area and all below it; none: everywhere.
    pub area: Option<AreaCode>,
    /// Since when.
    pub at: Timestamp,
    /// Who published it; empty: the operator of the server.
    pub by: String,
    /// Since when nothing new is filled in by it.
    pub withdrawn: Option<Timestamp>,
}

/// What a workbook is as a form.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FormCheck {
    /// `id@version`; without version where it gets the next number.
    pub form: String,
    /// Its title.
    pub title: String,
    /// How many questions it asks.
    pub questions: usize,
    /// What keeps it from being used.
    pub errors: Vec<RowError>,
    /// What is good to know.
    pub notes: Vec<String>,
    /// Its rows as JSON, to try it; empty where something is wrong.
    pub rows: String,
}

/// A form that is tried: nothing of it is kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// Its words.
    pub form: FormSheet,
    /// What was answered.
    pub answers: Answers,
    /// What it shows now.
    pub screen: Screen,
}

/// What is done to a form that is tried.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// A question is answered.
    Answer(String, Value),
    /// One instance more of a repeat, or one less.
    Instance(String, bool),
}

/// Programme a new file of this role belongs to.
pub fn own_programme(role: Role) -> Option<Programme> {
    match role.programmes() {
        [one] => Some(*one),
        _ => None,
    }
}
