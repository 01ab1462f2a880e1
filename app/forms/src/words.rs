//! Answers in words, for people to read.
use super::{Form, Question};
use domain::form::{Answers, DONE, KIND, Label, MET, MET_YES, NOTE, REFUSED_WHY, first_words, show};
use domain::{Value, VisitRow};

impl Form {
    /// An answer in words, by [`domain::form::show`].
    pub fn show(&self, question: &Question, value: &Value, lang: &str) -> String {
        show(question.kind, &question.options, value, lang)
    }

    /// The same in every language.
    pub fn words(&self, question: &Question, value: &Value) -> Label {
        Label { zh: self.show(question, value, "zh-CN"), en: self.show(question, value, "en") }
    }

    /// One line for a timeline: why there was no visit, else the first words noted, else what was done or the kind of visit.
    pub fn summary(&self, answers: &Answers, lang: &str) -> String {
        self.line(&self.prune(answers), lang)
    }

    /// The same of answers that count.
    fn line(&self, counted: &Answers, lang: &str) -> String {
        let words = |id: &str| Some(self.show(self.question(id)?, counted.get(id)?, lang)).filter(|s| !s.trim().is_empty());
        let line = if self.took_place(counted) {
            words(NOTE).or_else(|| words(DONE)).or_else(|| words(KIND))
        } else {
            let colon = if lang.starts_with("en") { ": " } else { "：" };
            let parts: Vec<String> = [words(MET), words(REFUSED_WHY).or_else(|| words(NOTE))].into_iter().flatten().collect();
            Some(parts.join(colon))
        };
        first_words(&line.unwrap_or_default())
    }
}

/// The line of a visit, from its row: by its form, and where that is not known by what was noted. Rows of before have the line itself.
pub fn line(form: Option<&Form>, visit: &VisitRow, lang: &str) -> String {
    if !visit.note.is_empty() {
        return visit.note.clone();
    }
    let Some(form) = form else { return visit.said.get(NOTE).and_then(Value::text).map(first_words).unwrap_or_default() };
    let mut said = visit.said.clone();
    said.insert(KIND.to_owned(), visit.kind.as_str().into());
    if visit.met {
        said.insert(MET.to_owned(), MET_YES.into());
    }
    form.line(&said, lang)
}
