//! The answers that conditions look at.
use domain::Value;
use std::collections::BTreeMap;

/// The answers that count: given, and to questions that are asked.
#[derive(Default)]
pub(super) struct Live<'a>(BTreeMap<&'a str, &'a Value>);

impl<'a> FromIterator<(&'a str, &'a Value)> for Live<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a Value)>>(answers: I) -> Live<'a> {
        Live(answers.into_iter().collect())
    }
}

impl<'a> Live<'a> {
    pub(super) fn get(&self, question: &str) -> Option<&'a Value> {
        self.0.get(question).copied()
    }
    pub(super) fn put(&mut self, question: &'a str, answer: &'a Value) {
        self.0.insert(question, answer);
    }
}
