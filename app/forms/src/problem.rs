//! What is wrong with answers.
use chrono::NaiveDate;
use domain::Value;
use domain::form::{Dates, ProblemKind, QuestionKind, SheetQuestion, date_of};
use domain::shape::{MAX_LINE, MAX_PROSE};

/// Longest line, characters, where the form says nothing else.
const TEXT_CHARS: f64 = 200.0;
/// Longest prose, characters, where the form says nothing else.
const PROSE_CHARS: f64 = 5000.0;

/// What is wrong with one answer that was given. Without `day`, dates are not held against the bounds of their question.
pub(crate) fn problem_of(question: &SheetQuestion, value: &Value, day: Option<NaiveDate>) -> Option<ProblemKind> {
    use QuestionKind::*;
    // What is chosen among answers the engine knows.
    let unknown = |id: &String| !question.options.is_empty() && question.option(id).is_none();
    match (question.kind, value) {
        (Choice, Value::Text(id)) => unknown(id).then_some(ProblemKind::NotAnOption),
        (Choices, Value::Many(ids)) => {
            let unknown = ids.iter().any(unknown);
            let none = ids.iter().any(|id| question.option(id).is_some_and(|o| o.none));
            if unknown { Some(ProblemKind::NotAnOption) } else { (none && ids.len() > 1).then_some(ProblemKind::NoneAndOthers) }
        }
        (YesNo, Value::Bool(_)) => None,
        (Number, Value::Int(_) | Value::Real(_)) => match value.number().filter(|n| n.is_finite()) {
            Some(n) => out_of(question, n).then_some(ProblemKind::OutOfRange),
            None => Some(ProblemKind::WrongType),
        },
        (Date, Value::Text(_)) => match date_of(value) {
            Some(said) if day.is_none_or(|day| fits(question.dates, said, day)) => None,
            _ => Some(ProblemKind::BadDate),
        },
        (Note, _) | (Acknowledge, Value::Bool(_)) => None,
        (Time | Moment | Rank | Point | Trace | Area | Photo | Signature | File, Value::Text(s)) => {
            (s.len() > MAX_PROSE).then_some(ProblemKind::TooLong)
        }
        (Text, Value::Text(s)) if s.contains('\n') => Some(ProblemKind::WrongType),
        (Text, Value::Text(s)) if s.len() <= MAX_LINE => length(question, s, TEXT_CHARS),
        (Prose, Value::Text(s)) if s.len() <= MAX_PROSE => length(question, s, PROSE_CHARS),
        (Text | Prose, Value::Text(_)) => Some(ProblemKind::TooLong),
        _ => Some(ProblemKind::WrongType),
    }
}

fn out_of(question: &SheetQuestion, n: f64) -> bool {
    question.min.is_some_and(|min| n < min) || question.max.is_some_and(|max| n > max)
}

fn length(question: &SheetQuestion, text: &str, most: f64) -> Option<ProblemKind> {
    let chars = text.chars().count() as f64;
    if chars > question.max.unwrap_or(most) {
        return Some(ProblemKind::TooLong);
    }
    question.min.is_some_and(|min| chars < min).then_some(ProblemKind::OutOfRange)
}

fn fits(bound: Option<Dates>, said: NaiveDate, day: NaiveDate) -> bool {
    match bound {
        Some(Dates::NotFuture) => said <= day,
        Some(Dates::NotPast) => said >= day,
        None => true,
    }
}
