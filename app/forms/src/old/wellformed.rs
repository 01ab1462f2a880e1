//! Whether a form can be asked at all: found when it is read, not in the middle of a visit.
use super::{Expr, OldForm, Question, Required};
use domain::Value;
use domain::form::{Label, PHOTOS, QuestionKind, WHEN};
use std::collections::{BTreeMap, BTreeSet};

/// Why a form cannot be used. Names ids of the form, never an answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormError {
    /// Not JSON, or not of a form's shape.
    #[error("not a form: {0}")]
    Json(String),
    /// No section, no question, or version 0.
    #[error("the form {0} has no questions or no version")]
    Empty(String),
    /// An id that is empty or has other characters than lower-case letters, digits, `_` and `-`.
    #[error("the id {0:?} is not one")]
    BadId(String),
    /// An id that is there twice.
    #[error("the id {0} is there twice")]
    Duplicate(String),
    /// A question that is called like something else in a visit.
    #[error("no question may be called {0}")]
    Taken(String),
    /// A label without words in one of the languages.
    #[error("{0} has no words in one of the languages")]
    NoWords(String),
    /// A choice without options, or options where nothing is chosen, or "none of these" outside `choices`.
    #[error("the options of {0} do not fit its kind")]
    Options(String),
    /// Bounds in the wrong order or on a kind that has none.
    #[error("the bounds of {0} do not fit")]
    Bounds(String),
    /// A condition about a question that comes later or not at all: no answer could be relied on.
    #[error("{0} depends on {1}, which is not asked before it")]
    NotBefore(String, String),
    /// A condition that can never hold: no such option, or a comparison that the question's kind does not know.
    #[error("{0} compares {1} with something it cannot be")]
    NeverHolds(String, String),
}

pub(super) fn check(form: &OldForm) -> Result<(), FormError> {
    if form.version == 0 || form.sections.iter().all(|section| section.questions.is_empty()) {
        return Err(FormError::Empty(form.id.clone()));
    }
    id(&form.id)?;
    words(&form.id, &form.title)?;
    let mut sections = BTreeSet::new();
    let mut before: BTreeMap<&str, &Question> = BTreeMap::new();
    for section in &form.sections {
        id(&section.id)?;
        words(&section.id, &section.title)?;
        if !sections.insert(&section.id) {
            return Err(FormError::Duplicate(section.id.clone()));
        }
        condition(&section.id, section.show_if.as_ref(), &before)?;
        for question in &section.questions {
            check_question(question)?;
            if [PHOTOS, WHEN].contains(&question.id.as_str()) {
                return Err(FormError::Taken(question.id.clone()));
            }
            condition(&question.id, question.show_if.as_ref(), &before)?;
            if let Required::When(when) = &question.required {
                condition(&question.id, Some(when), &before)?;
            }
            if before.insert(&question.id, question).is_some() {
                return Err(FormError::Duplicate(question.id.clone()));
            }
            condition(&question.id, question.alarm.as_ref().map(|a| &a.when), &before)?;
        }
    }
    Ok(())
}

fn check_question(question: &Question) -> Result<(), FormError> {
    use QuestionKind::*;
    id(&question.id)?;
    let labels = [Some(&question.label), question.short.as_ref(), question.hint.as_ref(), question.alarm.as_ref().map(|a| &a.say)];
    labels.into_iter().flatten().chain(question.options.iter().map(|o| &o.label)).try_for_each(|l| words(&question.id, l))?;
    let mut options = BTreeSet::new();
    for option in &question.options {
        id(&option.id)?;
        if !options.insert(&option.id) {
            return Err(FormError::Duplicate(option.id.clone()));
        }
    }
    let chosen = matches!(question.kind, Choice | Choices);
    let none = question.options.iter().filter(|o| o.none).count();
    if chosen == options.is_empty() || none > usize::from(question.kind == Choices) {
        return Err(FormError::Options(question.id.clone()));
    }
    let bounded = question.min.is_some() || question.max.is_some();
    let ordered = !matches!((question.min, question.max), (Some(min), Some(max)) if min > max);
    let old = matches!(question.kind, Choice | Choices | YesNo | Number | Date | Text | Prose);
    let fits = old && ordered && (!bounded || matches!(question.kind, Number | Text | Prose)) && (question.dates.is_none() || question.kind == Date);
    if fits { Ok(()) } else { Err(FormError::Bounds(question.id.clone())) }
}

fn id(id: &str) -> Result<(), FormError> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    if !id.is_empty() && id.bytes().all(good) { Ok(()) } else { Err(FormError::BadId(id.to_owned())) }
}

fn words(of: &str, label: &Label) -> Result<(), FormError> {
    if label.zh.trim().is_empty() || label.en.trim().is_empty() { Err(FormError::NoWords(of.to_owned())) } else { Ok(()) }
}

fn condition(of: &str, condition: Option<&Expr>, before: &BTreeMap<&str, &Question>) -> Result<(), FormError> {
    for leaf in condition.map(Expr::leaves).unwrap_or_default() {
        let asked = leaf.asks().unwrap_or_default();
        let question = before.get(asked).ok_or_else(|| FormError::NotBefore(of.to_owned(), asked.to_owned()))?;
        if !can_hold(leaf, question) {
            return Err(FormError::NeverHolds(of.to_owned(), asked.to_owned()));
        }
    }
    Ok(())
}

fn can_hold(leaf: &Expr, question: &Question) -> bool {
    use QuestionKind::*;
    let can_be = |value: &Value| match question.kind {
        Choice => value.text().is_some_and(|id| question.option(id).is_some()),
        YesNo => matches!(value, Value::Bool(_)),
        Number => value.number().is_some(),
        Date | Text | Prose => value.text().is_some(),
        // Choices are asked by `has`; a form of the first kind has no others.
        _ => false,
    };
    match leaf {
        Expr::Is { is, .. } => can_be(is),
        Expr::In { r#in, .. } => !r#in.is_empty() && r#in.iter().all(can_be),
        Expr::Has { has, .. } => question.kind == Choices && question.option(has).is_some(),
        Expr::Gt { .. } | Expr::Lt { .. } => question.kind == Number,
        _ => true,
    }
}
