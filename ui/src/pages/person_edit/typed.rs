//! What is on file, and what was typed over it.

use std::rc::Rc;

use domain::api::PersonFile;
use domain::fields::Path;
use domain::{Failure, Value};
use text::Text;
use yew::prelude::*;

use super::edits::{Before, Edits, Step};

/// What every input of the page needs.
#[derive(Clone, PartialEq)]
pub struct Form {
    /// What was typed.
    pub work: UseReducerHandle<Edits>,
    /// What is on file.
    pub before: Rc<Before>,
    /// The file, unless it is new.
    pub file: Option<Rc<PersonFile>>,
}

impl Form {
    /// What the field holds now.
    pub fn value(&self, path: &Path) -> Value {
        self.work.typed(path).cloned().unwrap_or_else(|| self.before.value(path))
    }

    /// What the field holds now, as text.
    pub fn text_of(&self, path: &Path) -> String {
        self.value(path).text().unwrap_or_default().to_owned()
    }

    /// A callback that puts a text into a field.
    pub fn typing(&self, path: &Path) -> Callback<String> {
        let (work, path) = (self.work.dispatcher(), path.clone());
        Callback::from(move |words: String| work.dispatch(Step::Type(path.clone(), words.into())))
    }

    /// What is wrong with a field, in words.
    pub fn fault(&self, path: &Path, text: &Text) -> Option<AttrValue> {
        // The field's name stands above it already.
        let said = |failure: &Failure| text.failure(&Failure::from(failure.code));
        self.work.faults.get(path).map(said).map(AttrValue::from)
    }
}
