//! A value of one field or answer.
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a field or an answer may hold. In JSON it is the plain thing: `null`, `true`, `3`, `1.5`, `"text"`, `["a","b"]`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
#[serde(untagged)]
pub enum Value {
    /// Nothing was said.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Real(f64),
    /// A code, a date `2026-11-21`, a line, or prose: the field's definition says which.
    Text(String),
    /// Several options of a multiple choice.
    Many(BTreeSet<String>),
}

impl Value {
    /// Whether nothing was said: null, empty text or no option.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(s) => s.trim().is_empty(),
            Value::Many(m) => m.is_empty(),
            _ => false,
        }
    }
    /// The text, when it is text.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(s) = self { Some(s) } else { None }
    }
    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Real(n) => Some(*n),
            _ => None,
        }
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Value::Text(s.to_owned())
    }
}
impl From<String> for Value {
    fn from(s: String) -> Self {
        Value::Text(s)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}
