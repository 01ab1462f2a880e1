//! Files as lists and pages show them.
use super::{DraftItem, FormItem, MatterItem, VisitItem};
use crate::due::{Due, DueState};
use crate::fields::Path;
use crate::form::Label;
use crate::person::FileStatus;
use crate::rows::Phone;
use crate::{AreaCode, Category, RecordId, Risk, Sex, Timestamp, Value};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which files to list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct PersonQuery {
    /// Name, part of it, pinyin, initials, ID number, telephone, address; empty for all.
    pub search: String,
    /// Only this category.
    pub category: Option<Category>,
    /// Only this risk.
    pub risk: Option<Risk>,
    /// Only this area and what lies in it.
    pub area: Option<AreaCode>,
    /// Only those due or overdue.
    pub due: bool,
    /// Also closed files.
    pub closed: bool,
    /// Skip so many.
    pub offset: usize,
    /// At most so many; 0 means 50.
    pub limit: usize,
}

/// One page of the list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct PersonList {
    /// How many match in all.
    pub total: usize,
    /// This page.
    pub rows: Vec<PersonItem>,
}

/// A person in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonItem {
    /// The record.
    pub id: RecordId,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Age in whole years, where the birth date is known.
    pub age: Option<u32>,
    /// Village code.
    pub area: AreaCode,
    /// Village name.
    pub area_name: String,
    /// Address in the village.
    pub address: String,
    /// Categories in force.
    pub categories: Vec<Category>,
    /// Risk.
    pub risk: Option<Risk>,
    /// When the next visit is due and why.
    pub due: Option<Due>,
    /// How urgent, today.
    pub due_state: Option<DueState>,
    /// Day, kind and first words of the last visit.
    pub last: Option<LastVisit>,
    /// The number to call first.
    pub phone: Option<Phone>,
    /// Fields with more than one value.
    pub conflicts: u32,
    /// Whether something of the file waits to be uploaded.
    pub pending: bool,
    /// An unfinished visit.
    pub draft: Option<Uuid>,
    /// Open or closed.
    pub status: FileStatus,
}

/// The last visit in a word.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LastVisit {
    /// Day.
    pub day: NaiveDate,
    /// Home, phone, school…
    pub kind: String,
    /// First words of the note.
    pub note: String,
}

/// The first screen.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct TodayReply {
    /// The day in China.
    pub day: NaiveDate,
    /// The places the caller works in.
    pub places: Vec<String>,
    /// Past their day, the longest first.
    pub overdue: Vec<PersonItem>,
    /// Due today and in the next days.
    pub soon: Vec<PersonItem>,
    /// Matters whose day is near or over, the most urgent first.
    #[serde(default)]
    pub matters: Vec<MatterItem>,
    /// Matters that did not end.
    #[serde(default)]
    pub open_matters: u64,
    /// Unfinished visits and matters.
    pub drafts: Vec<DraftItem>,
    /// Visits recorded today.
    pub visited_today: u32,
    /// When nothing is due: the next one.
    pub next: Option<PersonItem>,
    /// Children whose eighteenth birthday is near or past while a category of children is in force, with the day; the earliest first.
    pub grown: Vec<(PersonItem, NaiveDate)>,
}

/// A value to write.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// Where.
    pub path: Path,
    /// What; null empties the field.
    pub value: Value,
}

/// One file as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonFile {
    /// The list's view of it.
    pub item: PersonItem,
    /// Fields outside lists by `section.key`; the ID number is masked.
    pub fields: BTreeMap<String, Value>,
    /// Household members and guardians.
    pub household: Vec<Entry>,
    /// Categories, in force and past.
    pub categories: Vec<Entry>,
    /// Every number to call.
    pub phones: Vec<Phone>,
    /// Fields with more than one value.
    pub conflicts: Vec<Conflict>,
    /// The newest visits.
    pub visits: Vec<VisitItem>,
    /// How many visits there are.
    pub visit_count: usize,
    /// Sections the caller may amend, by code.
    pub may_amend: Vec<String>,
    /// Whether the caller may record a visit here, and with which form.
    pub visit_form: Option<String>,
    /// What else is filled in of this person: what the caller may begin, and what was filled in before.
    #[serde(default)]
    pub forms: Vec<FormItem>,
    /// What is done about her beside visits, the newest first.
    #[serde(default)]
    pub matters: Vec<MatterItem>,
    /// What is filled in of her and not finished, the oldest first.
    #[serde(default)]
    pub drafts: Vec<DraftItem>,
    /// Names of staff that appear in the file.
    pub staff: BTreeMap<String, String>,
    /// Whether there may be older visits on the server.
    #[serde(default)]
    pub older: bool,
    /// Other open files that may be this person's.
    #[serde(default)]
    pub same: Vec<SameFile>,
}

/// Two files that may be of one person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SamePair {
    /// The later one.
    pub file: SameFile,
    /// The earlier one.
    pub other: SameFile,
    /// Whether they have one ID number, not a name alone.
    pub number: bool,
    /// When the later one was opened.
    pub at: Timestamp,
}

/// A file that may be of the same person as another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SameFile {
    /// The record.
    pub id: RecordId,
    /// Name.
    pub name: String,
    /// Village name.
    pub area_name: String,
    /// Day of birth, where known.
    pub birth: Option<NaiveDate>,
    /// When it was opened.
    pub opened: NaiveDate,
    /// Address; empty where none was said.
    pub address: String,
    /// How many visits of it are here: of two alike the one that is worked with.
    pub visits: u64,
}

/// One entry of a list section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its key.
    pub id: Uuid,
    /// Its fields.
    pub fields: BTreeMap<String, Value>,
}

/// A field with more than one value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// Whose file.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// `contact.address`, `answers.mood`.
    pub path: String,
    /// What a visit's question is called, where the path is of an answer and its form is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The values, in an order that is the same on every device; the ID number is masked.
    pub values: Vec<Version>,
    /// Whether the caller may decide.
    pub may_settle: bool,
}

/// One of several values.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Version {
    /// What.
    pub value: Value,
    /// For people: an option's label, a masked number.
    pub shown: String,
    /// An answer in words, where its form is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Label>,
    /// Who wrote it: name, else id.
    pub by: String,
    /// On which device: four characters of its id.
    pub device: String,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Whether it was written on this device.
    pub mine: bool,
}
