//! Forms are data: versioned JSON in `assets/forms`, shipped with the program and readable for ever.
//!
//! A question may be asked only when earlier answers call for it; an answer to a question that is not asked does not count.
use crate::{Programme, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

mod answers;
mod expr;
mod problem;
mod question;
mod wellformed;
mod words;

pub use expr::Expr;
pub use problem::{Problem, ProblemKind};
pub use question::{Alarm, Choice, Dates, Question, QuestionKind, Required};
pub use wellformed::FormError;
pub use words::first_words;

/// Answers by question id.
pub type Answers = BTreeMap<String, Value>;

/// The key beside the answers under which a visit keeps its photos; no question is called so.
pub const PHOTOS: &str = "photos";
/// The key under which answers may say the day of their visit, `2026-11-27`, and beside which a visit keeps its corrected day; no
/// question is called so.
pub const WHEN: &str = "when";
/// Every visit form asks its kind under this id: `home`, `phone`…
pub const KIND: &str = "kind";
/// Every visit form asks under this id whether the person was met; [`MET_YES`] says so.
pub const MET: &str = "met";
/// The answer to [`MET`] when a visit took place; others are `refused` and `nobody`.
pub const MET_YES: &str = "met";
/// Why a visit was refused.
pub const REFUSED_WHY: &str = "refused_why";
/// Free notes.
pub const NOTE: &str = "note";
/// What was done at the visit.
pub const DONE: &str = "done";
/// The day agreed for the next visit.
pub const NEXT_DATE: &str = "next_date";

crate::codes::codes!(
    /// What a form is for.
    Purpose {
        /// A visit; also that of a form which does not say.
        Visit = "visit",
        /// Judging how somebody is, by a scale: never the form of a visit, however new it is.
        Assessment = "assessment",
    }
);

/// One version of a form. A change of questions or options is a new version; wording may be corrected in place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its name without version, for example `child-visit`.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// The programme whose persons it is about.
    pub programme: Programme,
    /// What it is for.
    #[serde(default = "Purpose::visit", skip_serializing_if = "Purpose::is_visit")]
    pub purpose: Purpose,
    /// Its title.
    pub title: Label,
    /// Its parts, in order.
    pub sections: Vec<FormSection>,
}

/// Words in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The words in a language by its tag: English for `en…`, Chinese for every other.
    pub fn get(&self, lang: &str) -> &str {
        if is_english(lang) { &self.en } else { &self.zh }
    }
}

fn is_english(lang: &str) -> bool {
    lang.starts_with("en")
}

/// Questions under one heading.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSection {
    /// Its name within the form.
    pub id: String,
    /// Its heading.
    pub title: Label,
    /// When its questions are asked at all; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expr>,
    /// Its questions, in order.
    pub questions: Vec<Question>,
}

impl Purpose {
    fn visit() -> Purpose {
        Purpose::Visit
    }
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    fn is_visit(&self) -> bool {
        *self == Purpose::Visit
    }
}

impl Form {
    /// Reads a form and checks that it is well-formed: ids unique, conditions about earlier questions and real options.
    pub fn from_json(json: &str) -> Result<Form, FormError> {
        let form: Form = serde_json::from_str(json).map_err(|e| FormError::Json(e.to_string()))?;
        wellformed::check(&form)?;
        Ok(form)
    }
    /// `child-visit@1`: how a record names its form.
    pub fn name(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
    /// All questions in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|s| &s.questions)
    }
    /// The question of this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|q| q.id == id)
    }
    /// Whether the visit took place: the person was met, or the form does not ask.
    pub fn took_place(&self, answers: &Answers) -> bool {
        self.question(MET).is_none() || answers.get(MET).and_then(Value::text) == Some(MET_YES)
    }
}

/// Every form this program knows, all versions. A damaged asset is left out here and found by a test.
pub fn shipped() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    FORMS.get_or_init(|| ASSETS.iter().filter_map(|json| Form::from_json(json).ok()).collect())
}

const ASSETS: [&str; 3] = [
    include_str!("../../../assets/forms/child-visit@1.json"),
    include_str!("../../../assets/forms/elder-visit@1.json"),
    include_str!("../../../assets/forms/social-visit@1.json"),
];

/// The form of this name, for example `child-visit@1`.
pub fn find(name: &str) -> Option<&'static Form> {
    shipped().iter().find(|f| f.name() == name)
}

/// The form of this name, or the newest version where the name says none: `elder-visit`.
pub fn named(name: &str) -> Option<&'static Form> {
    find(name).or_else(|| shipped().iter().filter(|f| f.id == name).max_by_key(|f| f.version))
}

/// The newest form of a programme for a purpose.
pub fn current_for(programme: Programme, purpose: Purpose) -> Option<&'static Form> {
    newest(shipped(), programme, purpose)
}

fn newest(forms: &[Form], programme: Programme, purpose: Purpose) -> Option<&Form> {
    forms.iter().filter(|f| f.programme == programme && f.purpose == purpose).max_by_key(|f| f.version)
}

#[cfg(test)]
mod tests;
