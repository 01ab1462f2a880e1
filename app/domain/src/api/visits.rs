//! Visits, finished and not, with their photos and reviews.
use super::{Conflict, MatterTypeItem, PersonItem};
use crate::form::{Answers, FormSheet, Label, Screen};
use crate::visit::Decision;
use crate::visit::VisitState;
use crate::{Failure, Hash, RecordId, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A visit in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VisitItem {
    /// The record.
    pub id: RecordId,
    /// Whom.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// `child-visit@1`.
    pub form: String,
    /// The title of its form, where that is not the visit form of its programme.
    #[serde(default)]
    pub title: Option<Label>,
    /// Home, phone, school… (option id) …
    pub kind: String,
    /// … and its label.
    pub kind_label: String,
    /// When; the beginning of its day where only that is known.
    pub at: Timestamp,
    /// Its day.
    #[serde(default)]
    pub day: NaiveDate,
    /// Who: name.
    pub by: String,
    /// Whether the caller is who visited: two may have one name.
    #[serde(default)]
    pub mine: bool,
    /// First words.
    pub note: String,
    /// Saved, uploaded, approved, returned, changed, refused.
    pub state: VisitState,
}

/// One visit as read by its author or a supervisor.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VisitDetail {
    /// The list's view of it.
    pub item: VisitItem,
    /// The person.
    pub person: PersonItem,
    /// The exact version.
    pub heads: Vec<Hash>,
    /// Each question with this visit's and the last one's answer, in words.
    pub lines: Vec<AnswerLine>,
    /// When it was entered, where that was another day than the visit's.
    #[serde(default)]
    pub entered: Option<NaiveDate>,
    /// Day of the visit before.
    pub last_day: Option<NaiveDate>,
    /// Whether the form's version is known here.
    pub form_known: bool,
    /// Reviews, newest first.
    pub reviews: Vec<ReviewNote>,
    /// Answers with more than one value.
    pub conflicts: Vec<Conflict>,
    /// Whether the caller may correct it.
    pub may_correct: bool,
    /// Whether the caller may review it.
    pub may_review: bool,
    /// Why the server did not accept it.
    pub refusal: Option<Failure>,
    /// What its answers call for and nobody wrote down yet: types of matter that the caller may begin.
    #[serde(default)]
    pub proposals: Vec<MatterTypeItem>,
}

/// A photo of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PhotoItem {
    /// Its key in the visit.
    pub id: Uuid,
    /// How an answer names it.
    #[serde(default)]
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bytes.
    pub size: u32,
    /// Its thumbnail, or the whole photo where that is wanted, JPEG in base64; empty when it is not on this device.
    pub jpeg: String,
    /// Whether the server has it.
    pub uploaded: bool,
}

/// A question with two answers beside each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AnswerLine {
    /// The question's id.
    pub question: String,
    /// Its wording, zh-CN.
    pub label: String,
    /// Its wording, en.
    pub label_en: String,
    /// This visit, zh-CN; empty when not asked.
    pub now: String,
    /// This visit, en.
    pub now_en: String,
    /// The visit before.
    pub last: String,
    /// The visit before, en.
    pub last_en: String,
    /// Whether they differ.
    pub differs: bool,
    /// Whether the answer is one a supervisor must see.
    pub alarm: bool,
    /// Names of those who wrote in the answer and are not the visitor.
    pub others: Vec<String>,
}

/// A review as read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReviewNote {
    /// Approved or returned.
    pub decision: Decision,
    /// What was said.
    pub comment: String,
    /// By question id.
    pub fields: BTreeMap<String, String>,
    /// Who: name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was about the version shown.
    pub current: bool,
}

/// What a draft is of.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftOf {
    /// A new visit.
    #[default]
    Visit,
    /// A visit that was made: it is corrected.
    Correction(RecordId),
    /// A new matter.
    Matter,
    /// A matter that is moved to another stage.
    Step {
        /// Which.
        matter: RecordId,
        /// What moving it there is called.
        action: Label,
    },
    /// What was said in a matter is changed.
    Answers(RecordId),
}

impl DraftOf {
    /// The visit that is corrected.
    pub fn corrects(&self) -> Option<RecordId> {
        if let DraftOf::Correction(visit) = self { Some(*visit) } else { None }
    }
    /// Whether it is of a visit, new or corrected.
    pub fn is_visit(&self) -> bool {
        matches!(self, DraftOf::Visit | DraftOf::Correction(_))
    }
}

/// An unfinished visit or matter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// What it is of.
    pub of: DraftOf,
    /// The person; none of a village's matter.
    pub person: Option<PersonItem>,
    /// Her name, or the village's.
    pub name: String,
    /// The words of its form.
    pub form: FormSheet,
    /// Its title, where that is not the visit form of the caller's programme.
    #[serde(default)]
    pub title: Option<Label>,
    /// Languages that the form has beside the program's, and the one that it is shown in.
    #[serde(default)]
    pub languages: Vec<String>,
    /// See there.
    #[serde(default)]
    pub spoken: Option<String>,
    /// What was answered.
    pub answers: Answers,
    /// Last visit's answers that may be taken over.
    pub last: Answers,
    /// Day of the last visit.
    pub last_day: Option<NaiveDate>,
    /// What the last visit says by another version of the form and this one has no place for: question and answer in words.
    #[serde(default)]
    pub unfit: Vec<(Label, Label)>,
    /// The earliest and the latest day that it may have.
    pub days: (NaiveDate, NaiveDate),
    /// What it shows now.
    pub screen: Screen,
    /// The supervisor's comment on the visit that is corrected.
    pub comment: Option<ReviewNote>,
    /// When it was begun.
    pub started: Timestamp,
}

/// An unfinished visit or matter in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DraftItem {
    /// Its id.
    pub id: Uuid,
    /// What it is of.
    pub of: DraftOf,
    /// Whom; none of a village's matter.
    pub person: Option<RecordId>,
    /// Her name, or the village's.
    pub name: String,
    /// When it was begun.
    pub started: Timestamp,
    /// Answers given.
    pub answered: u32,
    /// The title of its form, where that is not the visit form of the caller's programme.
    #[serde(default)]
    pub title: Option<Label>,
}

/// A form that is filled in beside the visit form of the programme: an assessment, or one of the county's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FormItem {
    /// Its name without version: `barthel`.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Whether it judges how somebody is.
    pub assessment: bool,
    /// Whether the caller may fill it in now.
    pub offered: bool,
    /// The newest that was filled in.
    pub last: Option<FilledForm>,
}

/// What one filled in form came to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FilledForm {
    /// The record.
    pub visit: RecordId,
    /// Its day.
    pub day: NaiveDate,
    /// Points, where the form counts them.
    pub score: Option<f64>,
    /// What was decided, in words.
    pub level: Option<Label>,
}

/// Most visits in a list of those that wait for a supervisor.
pub const MOST_WAITING: usize = 300;

/// A visit that waits for review.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReviewItem {
    /// The visit.
    pub visit: VisitItem,
    /// The person.
    pub person: PersonItem,
    /// How many answers differ from the last visit.
    pub changes: u32,
    /// Whether an answer asks for attention.
    pub alarm: bool,
    /// Whether the two were worked out: if not, ask again.
    pub compared: bool,
    /// The exact version, for approving without opening.
    pub heads: Vec<Hash>,
}
