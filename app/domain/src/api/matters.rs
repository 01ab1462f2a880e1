//! Matters, their types, and what is done with them.
use super::{Conflict, DraftItem};
use crate::form::{Answers, Label};
use crate::matter::Deadline;
use crate::roles::Kind;
use crate::{AreaCode, Failure, RecordId, StaffId, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A type of matter that may be begun.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatterTypeItem {
    /// Its name without version: `referral`.
    #[serde(rename = "type")]
    pub id: String,
    /// The version by which new ones are begun: `referral@1`.
    pub form: String,
    /// For people.
    pub title: Label,
    /// Whether it may be of a person.
    pub of_person: bool,
    /// Whether it may be of a village.
    pub of_area: bool,
    /// Whether supervisors alone see it.
    pub confidential: bool,
    /// Whether it must not wait: it is offered first and sent before all else.
    pub urgent: bool,
    /// Whether the caller may begin one, of the person that was asked about.
    pub may_open: bool,
    /// Its stages in order.
    pub stages: Vec<StageItem>,
}

/// A stage.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StageItem {
    /// Its name.
    pub id: String,
    /// For people.
    pub label: Label,
    /// What moves there is called.
    pub action: Label,
    /// Whether a matter ends there.
    pub end: bool,
    /// The part of the form that is filled in on the way there; empty: none.
    #[serde(default)]
    pub fill: String,
}

/// Which matters are listed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MatterQuery {
    /// Only of this type, by its name without version.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Only of this person.
    pub person: Option<RecordId>,
    /// Only those that did not end.
    pub open: bool,
    /// Only those whose day is near or over.
    pub due: bool,
    /// Only those that the caller opened or is to see to.
    pub mine: bool,
    /// At most so many; 0: as many as a page has.
    pub limit: usize,
}

/// A matter in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatterItem {
    /// The record.
    pub id: RecordId,
    /// Its type's name without version.
    #[serde(rename = "type")]
    pub kind: String,
    /// `referral@1`.
    pub form: String,
    /// What its type is called; the name where that is not known here.
    pub title: Label,
    /// Whether its type is known here. If not, it is only read.
    pub known: bool,
    /// Whom it is about; none of a village's.
    pub person: Option<RecordId>,
    /// Her name, or the village's.
    pub name: String,
    /// The village.
    pub area: AreaCode,
    /// The stage it is in.
    pub stage: String,
    /// Its words.
    pub stage_label: Label,
    /// Whether something is still to be done.
    pub open: bool,
    /// Whether people moved it to different ends while neither knew of the other.
    pub disputed: bool,
    /// Until when it may stay there; of one that ended, when it is due anew.
    pub due: Option<Deadline>,
    /// Whether that is over.
    pub overdue: bool,
    /// Its first words.
    pub line: String,
    /// When it began.
    pub at: Timestamp,
    /// Who opened it: name.
    pub by: String,
    /// Who is to see to it: name.
    pub charge: Option<String>,
    /// Whether the caller opened it or is to see to it.
    pub mine: bool,
    /// Whether the server has all of it.
    pub uploaded: bool,
}

/// One matter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatterDetail {
    /// The list's view of it.
    pub item: MatterItem,
    /// What was answered, part by part of the form, in words.
    pub lines: Vec<MatterLine>,
    /// The answers themselves.
    pub answers: Answers,
    /// What happened to it, in order: its beginning, its moves, what people said.
    pub story: Vec<StoryItem>,
    /// Where the caller may move it.
    pub next: Vec<StageItem>,
    /// Records it comes from, leads to or names.
    pub links: Vec<LinkItem>,
    /// Whether the caller may write in it.
    pub may_edit: bool,
    /// Whether what was said at its beginning may be changed by her.
    pub may_answer: bool,
    /// Whether it ended, is due anew, and the caller may begin the next one.
    pub again: bool,
    /// Who may be given it, where the caller may give it to somebody: name by id.
    pub hands: Vec<(StaffId, String)>,
    /// What is filled in of it and not finished.
    pub drafts: Vec<DraftItem>,
    /// Answers with more than one value.
    pub conflicts: Vec<Conflict>,
    /// Why the server did not take something of it.
    pub refusal: Option<Failure>,
}

/// An answer in words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatterLine {
    /// The part of the form that it stands in.
    pub part: Label,
    /// The question's key.
    pub question: String,
    /// The question.
    pub label: Label,
    /// The answer.
    pub shown: Label,
}

/// Something that happened to a matter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoryItem {
    /// When, by the clock of whoever did it.
    pub at: Timestamp,
    /// Who: name.
    pub by: String,
    /// To which stage it was moved; none where something was said. The first entry is its beginning.
    pub stage: Option<Label>,
    /// Whether it ended there.
    pub end: bool,
    /// What was said.
    pub text: String,
    /// Whether this is what it stands by now.
    pub stands: bool,
    /// Whether this contradicts what it stands by.
    pub against: bool,
}

/// Another record that a matter names, or that names it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LinkItem {
    /// Its name in the matter; none where the other one names this.
    pub id: Option<Uuid>,
    /// The record.
    pub to: RecordId,
    /// As what.
    pub as_what: String,
    /// What kind of record it is; none where it is not here.
    pub kind: Option<Kind>,
    /// Its day; none of a file.
    pub day: Option<NaiveDate>,
    /// What it is, in words.
    pub name: Label,
}

/// A record to be named.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LinkTo {
    /// Which.
    pub to: RecordId,
    /// As what: `from`, `follows`, `part_of`, `person`.
    pub as_what: String,
}
