//! Answers as records hold them, and as the engine has them: texts as ODK writes them.
use crate::sheet::answer::normal;
use crate::sheet::model::{Answer, Item, Kind};
use chrono::{FixedOffset, Offset, Utc};
use domain::Value;
use domain::form::{Choice, Label};
use expressions::number_text;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// China's clock, seconds east.
const EAST: i32 = 8 * 3600;

/// China's clock.
pub(crate) fn east() -> FixedOffset {
    FixedOffset::east_opt(EAST).unwrap_or_else(|| Utc.fix())
}

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

/// A record's value as the text of an answer. `names` are those of the choices of a select.
pub(crate) fn to_text(answer: &Answer, value: &Value, names: &[Cow<'_, str>]) -> String {
    let name = |key: &str| names.iter().find(|name| option_key(name) == key).map_or(key, Cow::as_ref).to_owned();
    match (answer, value) {
        (Answer::SelectOne, Value::Text(key)) => name(key),
        (Answer::Rank, Value::Text(keys)) => keys.split_whitespace().map(name).collect::<Vec<_>>().join(" "),
        (Answer::SelectMultiple, Value::Many(keys)) => {
            let chosen = names.iter().filter(|name| keys.contains(&option_key(name)) || keys.contains(name.as_ref())).map(Cow::as_ref);
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

/// A record's value as what the engine holds; `names` are those of the choices of a select. Which of them are offered is known later.
pub(crate) fn held_text(item: &Item, value: &Value, names: &[Cow<'_, str>]) -> String {
    match &item.kind {
        Kind::Ask(answer) if item.choices.is_some() => to_text(answer, value, names),
        Kind::Ask(answer) => normal(answer, &to_text(answer, value, names), &[], east()),
        _ => text_of(value),
    }
}

/// Answers as choices, each once; what is empty is none.
pub(crate) fn options<'n>(names: impl IntoIterator<Item = Cow<'n, str>>) -> Vec<Choice> {
    let mut seen = BTreeSet::new();
    let new = names.into_iter().filter(|name| !name.is_empty() && seen.insert(name.to_string()));
    new.map(|name| Choice { id: option_key(&name), label: Label::same(name), none: false }).collect()
}
