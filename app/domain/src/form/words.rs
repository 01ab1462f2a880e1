//! Answers in words, for people to read.
use super::problem::date_of;
use super::{Answers, DONE, Form, KIND, MET, NOTE, Question, QuestionKind, REFUSED_WHY, is_english};
use crate::Value;
use chrono::Datelike;

/// How much of a note a timeline shows, characters.
const SUMMARY_CHARS: usize = 60;

impl Form {
    /// An answer in words: options by their labels, 是 and 否, `2026年11月28日`. What the form does not know is shown as it is;
    /// no answer is an empty string.
    pub fn show(&self, question: &Question, value: &Value, lang: &str) -> String {
        let label = |id: &str| question.option(id).map_or(id, |o| o.label.get(lang)).to_owned();
        match value {
            Value::Null => String::new(),
            Value::Bool(yes) => yes_no(*yes, lang).to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
            Value::Text(text) if question.kind == QuestionKind::Choice => label(text),
            Value::Text(text) if question.kind == QuestionKind::Date => show_date(value, lang).unwrap_or_else(|| text.clone()),
            Value::Text(text) => text.clone(),
            Value::Many(ids) => {
                // In the order of the form; options it does not know come last.
                let known = question.options.iter().map(|o| o.id.as_str()).filter(|id| ids.contains(*id));
                let unknown = ids.iter().map(String::as_str).filter(|id| question.option(id).is_none());
                known.chain(unknown).map(label).collect::<Vec<_>>().join(if is_english(lang) { ", " } else { "、" })
            }
        }
    }

    /// One line for a timeline: why there was no visit, else the first words noted, else what was done or the kind of visit.
    pub fn summary(&self, answers: &Answers, lang: &str) -> String {
        let counted = self.prune(answers);
        let words = |id: &str| Some(self.show(self.question(id)?, counted.get(id)?, lang)).filter(|s| !s.trim().is_empty());
        let line = if self.took_place(&counted) {
            words(NOTE).or_else(|| words(DONE)).or_else(|| words(KIND))
        } else {
            let colon = if is_english(lang) { ": " } else { "：" };
            let parts: Vec<String> = [words(MET), words(REFUSED_WHY).or_else(|| words(NOTE))].into_iter().flatten().collect();
            Some(parts.join(colon))
        };
        first_words(&line.unwrap_or_default())
    }
}

fn yes_no(yes: bool, lang: &str) -> &'static str {
    match (yes, is_english(lang)) {
        (true, true) => "Yes",
        (false, true) => "No",
        (true, false) => "是",
        (false, false) => "否",
    }
}

/// With the year, since an answer is read years later too.
fn show_date(value: &Value, lang: &str) -> Option<String> {
    let day = date_of(value)?;
    if is_english(lang) {
        return Some(day.format("%-d %b %Y").to_string());
    }
    Some(format!("{}年{}月{}日", day.year(), day.month(), day.day()))
}

/// The first words of a text on one line, with an ellipsis where it goes on.
pub fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}
