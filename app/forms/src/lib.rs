//! Forms are data: versioned JSON in `assets/forms`, shipped with the program and readable for ever. This is what they mean: which question is
//! asked, what is wrong with an answer, what a form shows ([`Filling::screen`]). It runs in the core, on device and server; the page has the
//! words of [`domain::form`] alone.
//!
//! A question may be asked only when earlier answers call for it; an answer to a question that is not asked does not count.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]
use domain::form::{Answers, FormSheet, Label, MET, MET_YES, SheetQuestion, SheetSection};
use domain::{Programme, Value};
use serde::{Deserialize, Serialize};

mod answers;
mod book;
mod expr;
mod live;
mod problem;
mod question;
mod screen;
mod wellformed;
mod words;

pub mod sheet;

pub use book::Forms;
pub use expr::Expr;
pub use question::{Alarm, Question, Required};
pub use screen::{Filling, answered};
pub use wellformed::FormError;
pub use words::line;

/// What a form is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A visit; also that of a form which does not say.
    #[default]
    Visit,
    /// Judging how somebody is, by a scale: never the form of a visit, however new it is.
    Assessment,
}

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
    #[serde(default, skip_serializing_if = "Purpose::is_visit")]
    pub purpose: Purpose,
    /// Its title.
    pub title: Label,
    /// Its parts, in order.
    pub sections: Vec<FormSection>,
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
    /// Its words, for a page to draw.
    pub fn sheet(&self) -> FormSheet {
        let section = |section: &FormSection| SheetSection {
            id: section.id.clone(),
            title: section.title.clone(),
            questions: section.questions.iter().map(Question::sheet).collect(),
        };
        FormSheet { name: self.name(), title: self.title.clone(), sections: self.sections.iter().map(section).collect() }
    }
}

impl Question {
    /// Its words, for a page to draw.
    pub fn sheet(&self) -> SheetQuestion {
        SheetQuestion {
            id: self.id.clone(),
            kind: self.kind,
            label: self.label.clone(),
            short: self.short.clone(),
            hint: self.hint.clone(),
            options: self.options.clone(),
            min: self.min,
            max: self.max,
            dates: self.dates,
            alarm: self.alarm.as_ref().map(|alarm| alarm.say.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
