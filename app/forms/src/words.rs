//! Answers in words, for people to read.
use super::Form;
use chrono::NaiveDate;
use domain::form::{Answers, DONE, KIND, LEVEL, MET, MET_YES, NOTE, REFUSED_WHY, first_words};
use domain::{Value, VisitRow};

impl Form {
    /// One line for a timeline: why there was no visit, else what an assessment came to, the first words noted, what was done or the kind of visit.
    pub fn summary(&self, answers: &Answers, day: NaiveDate, lang: &str) -> String {
        self.line(&self.filled(answers, day).prune(), lang)
    }

    /// The same of answers that count.
    fn line(&self, counted: &Answers, lang: &str) -> String {
        let words = |id: &str| Some(self.question(id)?.show(counted.get(id)?, lang)).filter(|s| !s.trim().is_empty());
        let line = if self.took_place(counted) {
            words(LEVEL).or_else(|| words(NOTE)).or_else(|| words(DONE)).or_else(|| words(KIND))
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
