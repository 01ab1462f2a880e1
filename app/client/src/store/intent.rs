//! What a change was meant to do: kept beside its hash, so that it can be repeated on the server's version of the record.
use domain::api::Edit;
use domain::form::{Answers, PHOTOS};
use domain::matter::Move;
use domain::photo::Photo;
use domain::roles::Section;
use domain::visit::Decision;
use domain::{AreaCode, Hash, Programme, RecordId, StaffId, Timestamp, Value};
use records::NewMatter;
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
    /// A matter was begun.
    NewMatter {
        form: String,
        at: Timestamp,
        person: Option<RecordId>,
        area: Option<AreaCode>,
        programme: Programme,
        answers: Answers,
        charge: Option<StaffId>,
        links: Vec<(Uuid, RecordId, String)>,
    },
    /// It was moved to a stage.
    Move { step: Move },
    /// Something was said about it.
    Say { id: Uuid, at: Timestamp, text: String },
    /// It was given to somebody to see to.
    Assign { staff: Option<StaffId> },
    /// Another record was named in it.
    Link { id: Uuid, to: RecordId, as_what: String },
    /// And is named no more.
    Unlink { id: Uuid },
    /// A visit was decided on.
    Review { target: RecordId, heads: Vec<Hash>, decision: Decision, comment: String, fields: BTreeMap<String, String> },
}

impl Intent {
    /// That a matter was begun.
    pub fn of_matter(new: NewMatter) -> Intent {
        Intent::NewMatter {
            form: new.form.name(),
            at: new.at,
            person: new.person,
            area: new.area,
            programme: new.programme,
            answers: new.answers,
            charge: new.charge,
            links: new.links.into_iter().map(|link| (link.id, link.to, link.as_what)).collect(),
        }
    }
    /// The same with what it says of when it was put right.
    pub fn dated(self, right: &dyn Fn(Timestamp) -> Timestamp) -> Intent {
        match self {
            Intent::Move { step } => Intent::Move { step: Move { at: right(step.at), ..step } },
            Intent::Say { id, at, text } => Intent::Say { id, at: right(at), text },
            other => other,
        }
    }
    /// The fields it was about, for people: `contact.phone`, `answers.mood`.
    pub fn fields(&self) -> Vec<String> {
        match self {
            Intent::NewPerson { edits, .. } | Intent::Edit { edits } => edits.iter().map(|e| e.path.to_string()).collect(),
            Intent::NewVisit { answers, .. } | Intent::Amend { answers } => answers.keys().map(|q| format!("answers.{q}")).collect(),
            Intent::AddPhotos { .. } | Intent::RemovePhoto { .. } => vec![format!("answers.{PHOTOS}")],
            Intent::Settle { path, .. } => vec![path.clone()],
            Intent::Review { .. } => vec!["decision".to_owned()],
            Intent::NewMatter { answers, .. } => answers.keys().map(|q| format!("answers.{q}")).collect(),
            Intent::Move { .. } => vec![Section::Moves.to_string()],
            Intent::Say { .. } => vec![Section::Thread.to_string()],
            Intent::Assign { .. } => vec![Section::Assigned.to_string()],
            Intent::Link { .. } | Intent::Unlink { .. } => vec![Section::Links.to_string()],
        }
    }
}
