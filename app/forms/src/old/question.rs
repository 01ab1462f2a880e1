//! One question of a form.
use super::Expr;
use domain::form::{Choice, Dates, Label, QuestionKind, SheetQuestion};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A question. Its id is the key of its answer and never changes its meaning.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique in the form: lower-case letters, digits and `_`.
    pub id: String,
    /// What an answer looks like.
    pub kind: QuestionKind,
    /// What is asked.
    pub label: Label,
    /// The same in two to six characters, for tables; see [`SheetQuestion::brief`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Label>,
    /// A word of help under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Label>,
    /// What can be chosen, for `choice` and `choices`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Whether it must be answered when it is asked.
    #[serde(default)]
    pub required: Required,
    /// When it is asked; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expr>,
    /// Least number; for `text` and `prose` fewest characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number; for `text` and `prose` most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Whether the answer of the last visit is proposed at the next.
    #[serde(default)]
    pub carry: bool,
    /// Which days are acceptable, for `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// Answers that call for action at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Alarm>,
}

/// Whether an answer must be given: `true`, `false` or a condition.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Required {
    /// Always or never.
    Always(bool),
    /// When the condition holds.
    When(Expr),
}

/// As [`Value`], by hand.
impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Required, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Required;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or a condition")
            }
            fn visit_bool<E: Error>(self, b: bool) -> Result<Required, E> {
                Ok(Required::Always(b))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Required, A::Error> {
                Expr::deserialize(MapAccessDeserializer::new(map)).map(Required::When)
            }
        }
        from.deserialize_any(Either)
    }
}
impl Default for Required {
    fn default() -> Self {
        Required::Always(false)
    }
}

/// Answers of which the worker is warned, and what she is told to do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// When to warn; may ask about the question itself.
    pub when: Expr,
    /// What to say.
    pub say: Label,
}

impl Question {
    /// The option of this id.
    pub fn option(&self, id: &str) -> Option<&Choice> {
        self.options.iter().find(|o| o.id == id)
    }
    /// Its words, for a page to draw.
    pub fn sheet(self) -> SheetQuestion {
        let Question { id, kind, label, short, hint, options, min, max, dates, alarm, .. } = self;
        SheetQuestion {
            id,
            kind,
            label,
            short,
            hint,
            look: None,
            guide: None,
            options,
            min,
            max,
            step: None,
            dates,
            alarm: alarm.map(|alarm| alarm.say),
            call: None,
        }
    }
}
