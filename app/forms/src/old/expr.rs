//! Conditions on answers, as JSON data.
use crate::values::text_of;
use domain::Value;
use serde::{Deserialize, Serialize};

/// A condition. About a question that is not asked or not answered every comparison is false, only `answered: false` is true.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged, try_from = "Flat")]
pub enum Expr {
    /// `{"q":"care_by","is":"none"}`: the answer is this.
    Is {
        /// Question.
        q: String,
        /// The answer.
        is: Value,
    },
    /// `{"q":"kind","in":["home","school"]}`: the answer is one of these.
    In {
        /// Question.
        q: String,
        /// The answers.
        r#in: Vec<Value>,
    },
    /// `{"q":"signs","has":"injuries"}`: the option is among those chosen.
    Has {
        /// Question.
        q: String,
        /// The option.
        has: String,
    },
    /// `{"q":"falls","gt":1}`: the number is greater.
    Gt {
        /// Question.
        q: String,
        /// The number.
        gt: f64,
    },
    /// `{"q":"falls","lt":1}`: the number is less.
    Lt {
        /// Question.
        q: String,
        /// The number.
        lt: f64,
    },
    /// `{"q":"note","answered":true}`: something was said, or nothing.
    Answered {
        /// Question.
        q: String,
        /// Whether.
        answered: bool,
    },
    /// All hold; an empty list holds.
    All {
        /// Conditions.
        all: Vec<Expr>,
    },
    /// At least one holds; an empty list does not.
    Any {
        /// Conditions.
        any: Vec<Expr>,
    },
    /// It does not hold.
    Not {
        /// Condition.
        not: Box<Expr>,
    },
}

/// Every key that a condition may have; read so, since trying one kind after the other costs the interface a copy of each decoder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    q: Option<String>,
    is: Option<Value>,
    r#in: Option<Vec<Value>>,
    has: Option<String>,
    gt: Option<f64>,
    lt: Option<f64>,
    answered: Option<bool>,
    all: Option<Vec<Expr>>,
    any: Option<Vec<Expr>>,
    not: Option<Box<Expr>>,
}

impl TryFrom<Flat> for Expr {
    type Error = &'static str;
    fn try_from(flat: Flat) -> Result<Expr, &'static str> {
        const WRONG: &str = "a condition has one of is, in, has, gt, lt, answered (and then q), all, any, not";
        let Flat { q, is, r#in, has, gt, lt, answered, all, any, not } = flat;
        let asks = q.is_some();
        let q = q.unwrap_or_default();
        let mut found = Vec::new();
        found.extend(is.map(|is| (true, Expr::Is { q: q.clone(), is })));
        found.extend(r#in.map(|r#in| (true, Expr::In { q: q.clone(), r#in })));
        found.extend(has.map(|has| (true, Expr::Has { q: q.clone(), has })));
        found.extend(gt.map(|gt| (true, Expr::Gt { q: q.clone(), gt })));
        found.extend(lt.map(|lt| (true, Expr::Lt { q: q.clone(), lt })));
        found.extend(answered.map(|answered| (true, Expr::Answered { q, answered })));
        found.extend(all.map(|all| (false, Expr::All { all })));
        found.extend(any.map(|any| (false, Expr::Any { any })));
        found.extend(not.map(|not| (false, Expr::Not { not })));
        match (found.pop(), found.pop()) {
            (Some((with_question, expr)), None) if with_question == asks => Ok(expr),
            _ => Err(WRONG),
        }
    }
}

impl Expr {
    /// The same as an expression.
    pub(super) fn expression(&self) -> expressions::Expr {
        use expressions::{Expr as E, Function, Op, Path, Start};
        let answer = |q: &str| E::Path(Path::of(Start::Name(q.to_owned())));
        let plain = |value: &Value| match value.number() {
            Some(number) => E::Number(number),
            None => E::Text(text_of(value)),
        };
        let compared = |op, q: &str, with| E::Binary(op, Box::new(answer(q)), Box::new(with));
        let all_of = |op, list: &[Expr], of_none| match list {
            [] => E::Call(of_none, Vec::new()),
            list => E::Logic(op, list.iter().map(Expr::expression).collect()),
        };
        match self {
            Expr::Is { q, is } => compared(Op::Equal, q, plain(is)),
            Expr::In { q, r#in } => E::Logic(Op::Or, r#in.iter().map(|is| compared(Op::Equal, q, plain(is))).collect()),
            Expr::Has { q, has } => E::Call(Function::Selected, vec![answer(q), E::Text(has.clone())]),
            Expr::Gt { q, gt } => compared(Op::More, q, E::Number(*gt)),
            Expr::Lt { q, lt } => compared(Op::Less, q, E::Number(*lt)),
            Expr::Answered { q, answered } => compared(if *answered { Op::Unequal } else { Op::Equal }, q, E::Text(String::new())),
            Expr::All { all } => all_of(Op::And, all, Function::True),
            Expr::Any { any } => all_of(Op::Or, any, Function::False),
            Expr::Not { not } => E::Call(Function::Not, vec![not.expression()]),
        }
    }

    /// Every plain condition in it.
    pub(super) fn leaves(&self) -> Vec<&Expr> {
        match self {
            Expr::All { all: list } | Expr::Any { any: list } => list.iter().flat_map(Expr::leaves).collect(),
            Expr::Not { not } => not.leaves(),
            leaf => vec![leaf],
        }
    }

    /// The question a plain condition asks about.
    pub(super) fn asks(&self) -> Option<&str> {
        match self {
            Expr::Is { q, .. } | Expr::In { q, .. } | Expr::Has { q, .. } | Expr::Gt { q, .. } | Expr::Lt { q, .. } | Expr::Answered { q, .. } => {
                Some(q)
            }
            Expr::All { .. } | Expr::Any { .. } | Expr::Not { .. } => None,
        }
    }
}
