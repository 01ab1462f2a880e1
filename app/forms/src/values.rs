//! Answers as records hold them, and as the engine has them: texts as ODK writes them.
use crate::sheet::model::{Answer, Choice};
use domain::Value;
use expressions::number_text;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A value as a text, whatever it answers.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Real(n) => number_text(*n),
        Value::Text(text) => text.clone(),
        Value::Many(chosen) => chosen.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
    }
}

/// The key of a choice in a record: its name where that may be one, else one that is made of it.
pub(crate) fn option_key(name: &str) -> String {
    if domain::shape::is_name(name) { name.to_owned() } else { made_key(name, 12) }
}

/// A key of letters and digits for a name that may be none.
pub(crate) fn made_key(name: &str, letters: usize) -> String {
    let hash = data_encoding::BASE32_NOPAD.encode(&Sha256::digest(name)).to_ascii_lowercase();
    format!("x{}", hash.get(..letters - 1).unwrap_or_default())
}

/// A record's value as the text of an answer. `list` are the choices of a select.
pub(crate) fn to_text(answer: &Answer, value: &Value, list: &[Choice]) -> String {
    let name = |key: &str| list.iter().map(|choice| choice.name.as_str()).find(|name| option_key(name) == key).unwrap_or(key).to_owned();
    match (answer, value) {
        (Answer::SelectOne, Value::Text(key)) => name(key),
        (Answer::Rank, Value::Text(keys)) => keys.split_whitespace().map(name).collect::<Vec<_>>().join(" "),
        (Answer::SelectMultiple, Value::Many(keys)) => {
            let chosen = list.iter().map(|choice| choice.name.as_str()).filter(|name| keys.contains(&option_key(name)));
            chosen.collect::<Vec<_>>().join(" ")
        }
        (Answer::SelectOne | Answer::SelectMultiple | Answer::Rank, _) => String::new(),
        (Answer::Acknowledge, Value::Bool(true)) => "OK".to_owned(),
        (Answer::Acknowledge, _) => String::new(),
        _ => text_of(value),
    }
}

/// The text of an answer as a record's value; of a calculation's there is no `answer`.
pub(crate) fn to_value(answer: Option<&Answer>, text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let number = || match expressions::read_number(text) {
        n if n.is_nan() => Value::Null,
        n if n.fract() == 0.0 && n.abs() < 9e15 => Value::Int(n as i64),
        n => Value::Real(n),
    };
    match answer {
        Some(Answer::Integer | Answer::Decimal | Answer::Range(..)) => number(),
        Some(Answer::SelectOne) => Value::Text(option_key(text)),
        Some(Answer::SelectMultiple) => Value::Many(text.split_whitespace().map(option_key).collect::<BTreeSet<_>>()),
        Some(Answer::Rank) => Value::Text(text.split_whitespace().map(option_key).collect::<Vec<_>>().join(" ")),
        Some(Answer::Acknowledge) => Value::Bool(text == "OK"),
        Some(Answer::YesNo) => Value::Bool(text == "yes"),
        _ => Value::Text(text.to_owned()),
    }
}
