//! A value of one field or answer.
use schemars::JsonSchema;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a field or an answer may hold. In JSON it is the plain thing: `null`, `true`, `3`, `1.5`, `"text"`, `["a","b"]`.
#[derive(Clone, PartialEq, Debug, Serialize, Default, JsonSchema)]
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

/// By hand: derived, it would carry a copy of every type's decoder into the interface, for a tree that is kept only to try each variant on.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
        from.deserialize_any(Plain { or_nothing: false })
    }
}

/// Values by name, of which one of a shape that only a later program knows is left out.
pub(crate) fn known<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Value>, D::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = BTreeMap<String, Value>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("values by name")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = BTreeMap::new();
            while let Some(name) = map.next_key()? {
                let value = map.next_value_seed(Plain { or_nothing: true })?;
                if value != Value::Null {
                    values.insert(name, value);
                }
            }
            Ok(values)
        }
    }
    from.deserialize_map(Names)
}

struct Plain {
    /// What has another shape is nothing, rather than an error.
    or_nothing: bool,
}

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing, yes or no, a number, a text or several codes")
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        if self.or_nothing { Ok(Value::Null) } else { Err(Error::invalid_type(Unexpected::Bytes(bytes), &self)) }
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        if !self.or_nothing {
            return Err(Error::invalid_type(Unexpected::Map, &self));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Int(n))
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        // What no i64 holds was a number with a fraction before, too.
        Ok(i64::try_from(n).map_or(Value::Real(n as f64), Value::Int))
    }
    fn visit_f64<E: Error>(self, n: f64) -> Result<Value, E> {
        Ok(Value::Real(n))
    }
    fn visit_str<E: Error>(self, s: &str) -> Result<Value, E> {
        Ok(Value::Text(s.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let (mut many, mut known) = (BTreeSet::new(), true);
        while let Some(code) = seq.next_element_seed(Plain { or_nothing: self.or_nothing })? {
            match code {
                Value::Text(code) => _ = many.insert(code),
                _ if self.or_nothing => known = false,
                _ => return Err(Error::custom("several codes, each a text")),
            }
        }
        Ok(if known { Value::Many(many) } else { Value::Null })
    }
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
