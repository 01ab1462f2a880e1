//! What an expression gives.
use crate::dates::Moment;

/// What an expression gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<N> {
    /// Nodes, in the order of the form.
    Nodes(Vec<N>),
    /// A number; one that is none stands for "nothing was said".
    Number(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A day or a moment.
    Moment(Moment),
}

impl<N> From<&str> for Value<N> {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}
impl<N> From<String> for Value<N> {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}
impl<N> From<f64> for Value<N> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}
impl<N> From<bool> for Value<N> {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}
