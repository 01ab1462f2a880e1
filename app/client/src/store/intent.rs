//! What a change was meant to do: kept beside its hash, so that it can be repeated on the server's version of the record.
use domain::api::Edit;
use domain::form::{Answers, PHOTOS};
use domain::photo::Photo;
use domain::visit::Decision;
use domain::{Hash, Programme, RecordId, Timestamp, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One change in words of the field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the fields are those of the requests in `domain::api`
pub enum Intent {
    /// A file was opened.
    NewPerson { programme: Programme, edits: Vec<Edit> },
    /// Fields of one section were written.
    Edit { edits: Vec<Edit> },
    /// A visit was recorded.
    NewVisit { person: RecordId, form: String, at: Timestamp, answers: Answers },
    /// Answers were corrected.
    Amend { answers: Answers },
    /// Photos were added to a visit.
    AddPhotos { photos: Vec<Photo> },
    /// A photo was taken away.
    RemovePhoto { photo: Uuid },
    /// One of several values was chosen.
    Settle { path: String, value: Value },
    /// A visit was decided on.
    Review { target: RecordId, heads: Vec<Hash>, decision: Decision, comment: String, fields: BTreeMap<String, String> },
}

impl Intent {
    /// The fields it was about, for people: `contact.phone`, `answers.mood`.
    pub fn fields(&self) -> Vec<String> {
        match self {
            Intent::NewPerson { edits, .. } | Intent::Edit { edits } => edits.iter().map(|e| e.path.to_string()).collect(),
            Intent::NewVisit { answers, .. } | Intent::Amend { answers } => answers.keys().map(|q| format!("answers.{q}")).collect(),
            Intent::AddPhotos { .. } | Intent::RemovePhoto { .. } => vec![format!("answers.{PHOTOS}")],
            Intent::Settle { path, .. } => vec![path.clone()],
            Intent::Review { .. } => vec!["decision".to_owned()],
        }
    }
}
