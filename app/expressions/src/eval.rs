//! Asking an expression.
use crate::dates::{self, Moment, moment};
use crate::functions::Function;
use crate::host::Host;
use crate::number::{leading_number, number_text, read_number, round};
use crate::syntax::{Axis, Expr, Op, Path, Start, Step};
use crate::value::Value;
use crate::{places, texts};
use std::cell::Cell;

/// The budget of work is used up: the form is too large for what the expression asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("这个表达式要算的太多 / the expression takes too much work")]
pub struct TooMuch;

type Result<T> = std::result::Result<T, TooMuch>;

/// Longest text that an expression makes, bytes.
const LONGEST: usize = 64 << 10;

/// One asking of an expression, of one node.
pub struct Evaluation<'h, H: Host> {
    host: &'h H,
    node: H::Node,
    budget: &'h Cell<u64>,
}

/// What a filter looks at: a node, its place among those that are looked at, how many these are.
#[derive(Clone, Copy)]
struct Here<N> {
    node: N,
    place: usize,
    of: usize,
}

impl<'h, H: Host> Evaluation<'h, H> {
    /// Of a node, with so much work left.
    pub fn of(host: &'h H, node: H::Node, budget: &'h Cell<u64>) -> Self {
        Evaluation { host, node, budget }
    }

    /// What the expression gives.
    ///
    /// # Errors
    /// When the budget is used up.
    pub fn value(&self, expr: &Expr) -> Result<Value<H::Node>> {
        self.eval(expr, Here { node: self.node, place: 1, of: 1 })
    }
    /// The same as a text.
    ///
    /// # Errors
    /// As there.
    pub fn text(&self, expr: &Expr) -> Result<String> {
        Ok(self.text_of(&self.value(expr)?))
    }
    /// The same as yes or no.
    ///
    /// # Errors
    /// As there.
    pub fn is_true(&self, expr: &Expr) -> Result<bool> {
        Ok(self.truth(&self.value(expr)?))
    }
    /// Whether a filter keeps a node, which is the `place`-th of `of`.
    ///
    /// # Errors
    /// As there.
    pub fn keeps(&self, filter: &Expr, node: H::Node, place: usize, of: usize) -> Result<bool> {
        match self.eval(filter, Here { node, place, of })? {
            Value::Number(wanted) => Ok(wanted == place as f64),
            value => Ok(self.truth(&value)),
        }
    }

    fn spend(&self, work: usize) -> Result<()> {
        let left = self.budget.get().checked_sub(work as u64 + 1).ok_or(TooMuch)?;
        self.budget.set(left);
        Ok(())
    }

    fn eval(&self, expr: &Expr, here: Here<H::Node>) -> Result<Value<H::Node>> {
        self.spend(0)?;
        Ok(match expr {
            Expr::Number(number) => Value::Number(*number),
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Negate(of) => Value::Number(-self.number_of(&self.eval(of, here)?)),
            Expr::Path(path) => Value::Nodes(self.nodes(path, here)?),
            Expr::Logic(op, parts) => {
                let until = *op == Op::Or;
                for part in parts {
                    if self.truth(&self.eval(part, here)?) == until {
                        return Ok(until.into());
                    }
                }
                (!until).into()
            }
            Expr::Binary(op, left, right) => self.binary(*op, left, right, here)?,
            Expr::Call(function, arguments) => self.call(*function, arguments, here)?,
        })
    }

    fn binary(&self, op: Op, left: &Expr, right: &Expr, here: Here<H::Node>) -> Result<Value<H::Node>> {
        let (left, right) = (self.eval(left, here)?, self.eval(right, here)?);
        let number = |of: &dyn Fn(f64, f64) -> f64| Value::Number(of(self.number_of(&left), self.number_of(&right)));
        Ok(match op {
            Op::Or => (self.truth(&left) || self.truth(&right)).into(),
            Op::And => (self.truth(&left) && self.truth(&right)).into(),
            Op::Equal | Op::Unequal | Op::Less | Op::AtMost | Op::More | Op::AtLeast => self.compare(op, &left, &right)?.into(),
            Op::Plus => number(&|a, b| a + b),
            Op::Minus => number(&|a, b| a - b),
            Op::Times => number(&|a, b| a * b),
            Op::Div => number(&|a, b| a / b),
            Op::Mod => number(&|a, b| a % b),
        })
    }

    /// Of nodes it holds when it holds of one of them.
    fn compare(&self, op: Op, left: &Value<H::Node>, right: &Value<H::Node>) -> Result<bool> {
        // Against yes or no, nodes count as one value.
        let whole = matches!(left, Value::Bool(_)) || matches!(right, Value::Bool(_));
        let (lefts, rights) = if whole { (vec![left.clone()], vec![right.clone()]) } else { (self.each(left), self.each(right)) };
        self.spend(lefts.len().saturating_mul(rights.len()))?;
        Ok(lefts.iter().any(|left| rights.iter().any(|right| self.compare_one(op, left, right))))
    }

    /// The texts of nodes, each by itself; another value alone.
    fn each(&self, value: &Value<H::Node>) -> Vec<Value<H::Node>> {
        match value {
            Value::Nodes(nodes) => nodes.iter().map(|node| Value::Text(self.host.text(*node))).collect(),
            other => vec![other.clone()],
        }
    }

    fn compare_one(&self, op: Op, left: &Value<H::Node>, right: &Value<H::Node>) -> bool {
        let numbers = || (self.number_of(left), self.number_of(right));
        let equal = || match (left, right) {
            (Value::Bool(_), _) | (_, Value::Bool(_)) => self.truth(left) == self.truth(right),
            (Value::Number(_) | Value::Moment(_), _) | (_, Value::Number(_) | Value::Moment(_)) => {
                let (left, right) = numbers();
                left == right
            }
            _ => self.text_of(left) == self.text_of(right),
        };
        match op {
            Op::Equal => equal(),
            Op::Unequal => !equal(),
            Op::Less => numbers().0 < numbers().1,
            Op::AtMost => numbers().0 <= numbers().1,
            Op::More => numbers().0 > numbers().1,
            _ => numbers().0 >= numbers().1,
        }
    }

    fn text_of(&self, value: &Value<H::Node>) -> String {
        match value {
            Value::Nodes(nodes) => nodes.first().map(|node| self.host.text(*node)).unwrap_or_default(),
            Value::Number(number) => number_text(*number),
            Value::Text(text) => text.clone(),
            Value::Bool(yes) => yes.to_string(),
            Value::Moment(moment) => moment.text(),
        }
    }

    fn number_of(&self, value: &Value<H::Node>) -> f64 {
        match value {
            Value::Number(number) => *number,
            Value::Bool(yes) => f64::from(u8::from(*yes)),
            Value::Moment(moment) => moment.days(),
            Value::Nodes(_) | Value::Text(_) => self.number_in(&self.text_of(value)),
        }
    }

    fn number_in(&self, text: &str) -> f64 {
        moment(text, *self.host.now().offset()).map_or_else(|| read_number(text), Moment::days)
    }

    fn truth(&self, value: &Value<H::Node>) -> bool {
        match value {
            Value::Bool(yes) => *yes,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Moment(_) => true,
            Value::Nodes(nodes) => !nodes.is_empty(),
            Value::Text(text) => !text.is_empty(),
        }
    }

    fn moment_of(&self, value: &Value<H::Node>) -> Option<Moment> {
        let zone = *self.host.now().offset();
        match value {
            Value::Moment(moment) => Some(*moment),
            Value::Number(days) => Moment::of_days(*days, zone),
            other => {
                let text = self.text_of(other);
                moment(&text, zone).or_else(|| Moment::of_days(Some(read_number(&text)).filter(|n| !n.is_nan())?, zone))
            }
        }
    }

    fn nodes(&self, path: &Path, here: Here<H::Node>) -> Result<Vec<H::Node>> {
        let start = match &path.start {
            Start::Here => vec![here.node],
            Start::Top => vec![self.host.top()],
            Start::Current => vec![self.node],
            Start::Name(name) => self.host.named(name, self.node),
            Start::List(list) => self.host.list(list).into_iter().collect(),
            Start::Of(of) => match self.eval(of, here)? {
                Value::Nodes(nodes) => nodes,
                _ => Vec::new(),
            },
        };
        let mut nodes = self.filtered(start, &path.filters)?;
        for Step { axis, filters } in &path.steps {
            let mut next: Vec<H::Node> = Vec::new();
            for node in nodes {
                let there = match axis {
                    Axis::Own => vec![node],
                    Axis::Parent => self.host.parent(node).into_iter().filter(|parent| !next.contains(parent)).collect(),
                    Axis::Child(name) => self.host.children(node, Some(name)),
                    Axis::Children => self.host.children(node, None),
                };
                next.extend(self.filtered(there, filters)?);
            }
            nodes = next;
        }
        Ok(nodes)
    }

    fn filtered(&self, mut nodes: Vec<H::Node>, filters: &[Expr]) -> Result<Vec<H::Node>> {
        self.spend(nodes.len())?;
        for filter in filters {
            let (of, mut kept) = (nodes.len(), Vec::new());
            for (node, place) in nodes.into_iter().zip(1..) {
                if self.keeps(filter, node, place, of)? {
                    kept.push(node);
                }
            }
            nodes = kept;
        }
        Ok(nodes)
    }

    /// The texts of arguments, those of all nodes among them.
    fn all_texts(&self, values: &[Value<H::Node>]) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for value in values {
            match value {
                Value::Nodes(nodes) => all.extend(nodes.iter().map(|node| self.host.text(*node))),
                other => all.push(self.text_of(other)),
            }
        }
        self.spend(all.iter().map(|text| text.len() + 1).sum())?;
        Ok(all)
    }

    fn call(&self, function: Function, arguments: &[Expr], here: Here<H::Node>) -> Result<Value<H::Node>> {
        use Function as F;
        match (function, arguments) {
            (F::If, [when, then, otherwise]) => {
                let when = self.eval(when, here)?;
                return self.eval(if self.truth(&when) { then } else { otherwise }, here);
            }
            (F::Once, [first]) => {
                let kept = self.host.kept(self.node);
                return if kept.is_empty() { self.eval(first, here) } else { Ok(kept.into()) };
            }
            (F::IndexedRepeat, [Expr::Path(Path { start: Start::Name(name), .. }), places @ ..]) => return self.indexed(name, places, here),
            (F::ChoiceName, [choice, question]) => {
                let (choice, question) = (self.text_of(&self.eval(choice, here)?), self.question(question));
                return Ok(question.map(|question| self.host.choice_label(&choice, question, self.node)).unwrap_or_default().into());
            }
            _ => {}
        }
        let values = arguments.iter().map(|argument| self.eval(argument, here)).collect::<Result<Vec<_>>>()?;
        self.computed(function, &values, here)
    }

    /// `'${name}'` or `'/data/name'`, a text that names a question.
    fn question<'e>(&self, expr: &'e Expr) -> Option<&'e str> {
        match expr {
            Expr::Text(text) => {
                let name = text.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
                name.trim().rsplit('/').next()
            }
            Expr::Path(Path { start: Start::Name(name), .. }) => Some(name),
            _ => None,
        }
    }

    fn indexed(&self, name: &str, places: &[Expr], here: Here<H::Node>) -> Result<Value<H::Node>> {
        let mut wanted: Vec<(&str, f64)> = Vec::new();
        for pair in places.chunks(2) {
            let [Expr::Path(Path { start: Start::Name(repeat), .. }), place] = pair else { return Ok(Value::Nodes(Vec::new())) };
            wanted.push((repeat, self.number_of(&self.eval(place, here)?)));
        }
        Ok(Value::Nodes(self.host.named_at(name, self.node, &wanted)))
    }

    #[allow(clippy::too_many_lines, reason = "a table of functions, a line each")]
    fn computed(&self, function: Function, values: &[Value<H::Node>], here: Here<H::Node>) -> Result<Value<H::Node>> {
        use Function as F;
        let own = Value::Nodes(vec![here.node]);
        let value = |n: usize| values.get(n).unwrap_or(&own);
        let number = |n: usize| self.number_of(value(n));
        let text = |n: usize| self.text_of(value(n));
        let nodes = |n: usize| if let Value::Nodes(nodes) = value(n) { nodes.as_slice() } else { &[] };
        let given = |n: usize| values.get(n).is_some();
        let numbers = || Ok(self.all_texts(values)?.iter().map(|text| self.number_in(text)).collect::<Vec<f64>>());
        let fold = |of: fn(f64, f64) -> f64| -> Result<f64> {
            let all: Vec<f64> = numbers()?;
            Ok(if all.iter().any(|n| n.is_nan()) { f64::NAN } else { all.into_iter().reduce(of).unwrap_or(f64::NAN) })
        };
        let stamp = |moment: Option<Moment>| moment.map_or(Value::Text(String::new()), Value::Moment);
        Ok(match function {
            F::True => true.into(),
            F::False => false.into(),
            F::Not => (!self.truth(value(0))).into(),
            F::Boolean => self.truth(value(0)).into(),
            F::BooleanFromString => matches!(text(0).as_str(), "1" | "true").into(),
            F::Number => number(0).into(),
            F::String => text(0).into(),
            F::Int => number(0).trunc().into(),
            F::Abs => number(0).abs().into(),
            F::Floor => number(0).floor().into(),
            F::Ceiling => number(0).ceil().into(),
            F::Round => round(number(0), if given(1) { number(1) } else { 0.0 }).into(),
            F::Pow => number(0).powf(number(1)).into(),
            F::Sqrt => number(0).sqrt().into(),
            F::Exp => number(0).exp().into(),
            F::Exp10 => 10_f64.powf(number(0)).into(),
            F::Log => number(0).ln().into(),
            F::Log10 => number(0).log10().into(),
            F::Sin => number(0).sin().into(),
            F::Cos => number(0).cos().into(),
            F::Tan => number(0).tan().into(),
            F::Asin => number(0).asin().into(),
            F::Acos => number(0).acos().into(),
            F::Atan => number(0).atan().into(),
            F::Atan2 => number(0).atan2(number(1)).into(),
            F::Pi => std::f64::consts::PI.into(),
            F::Random => self.host.random().into(),
            F::Sum => numbers()?.into_iter().reduce(|a, b| a + b).unwrap_or(f64::NAN).into(),
            F::Min => fold(f64::min)?.into(),
            F::Max => fold(f64::max)?.into(),
            F::Count => (nodes(0).len() as f64).into(),
            F::CountNonEmpty => (self.all_texts(values)?.iter().filter(|text| !text.is_empty()).count() as f64).into(),
            F::Position if given(0) => nodes(0).first().map_or(f64::NAN, |node| self.host.place(*node) as f64).into(),
            F::Position => (here.place as f64).into(),
            F::Last => (here.of as f64).into(),
            F::Checklist => {
                let yes = values.iter().skip(2).flat_map(|value| self.each(value)).filter(|each| self.truth(each)).map(|_| 1.0);
                within(number(0), number(1), yes).into()
            }
            F::WeightedChecklist => {
                let pairs = values.get(2..).unwrap_or_default().chunks_exact(2).flat_map(|pair| match pair {
                    [yes, weight] => self.each(yes).into_iter().zip(self.each(weight)).collect(),
                    _ => Vec::new(),
                });
                let weights = pairs.filter(|(yes, _)| self.truth(yes)).map(|(_, weight)| self.number_of(&weight));
                within(number(0), number(1), weights).into()
            }
            F::Selected => {
                let (chosen, wanted) = (text(0), text(1));
                // Nothing is chosen where nothing is.
                let is_nothing = chosen.trim().is_empty() && wanted.trim().is_empty();
                (is_nothing || chosen.split_whitespace().any(|code| code == wanted.trim())).into()
            }
            F::CountSelected => (text(0).split_whitespace().count() as f64).into(),
            F::SelectedAt => {
                let place = leading_number(&text(1));
                let code = if place >= 0.0 { text(0).split_whitespace().nth(place as usize).map(str::to_owned) } else { None };
                code.unwrap_or_default().into()
            }
            F::Coalesce => values.iter().map(|value| self.text_of(value)).find(|text| !text.is_empty()).unwrap_or_default().into(),
            F::Concat => self.bounded(self.all_texts(values)?.concat())?,
            F::Join => {
                let (glue, parts) = values.split_first().map_or((String::new(), values), |(glue, parts)| (self.text_of(glue), parts));
                self.bounded(self.all_texts(parts)?.join(&glue))?
            }
            F::Contains => text(0).contains(&text(1)).into(),
            F::StartsWith => text(0).starts_with(&text(1)).into(),
            F::EndsWith => text(0).ends_with(&text(1)).into(),
            F::SubstringBefore => text(0).split_once(&text(1)).map(|(before, _)| before.to_owned()).unwrap_or_default().into(),
            F::SubstringAfter => text(0).split_once(&text(1)).map(|(_, after)| after.to_owned()).unwrap_or_default().into(),
            F::Substr => texts::substr(&text(0), leading_number(&text(1)), given(2).then(|| leading_number(&text(2)))).into(),
            F::Substring => texts::substring(&text(0), number(1), given(2).then(|| number(2))).into(),
            F::StringLength => (text(0).encode_utf16().count() as f64).into(),
            F::NormalizeSpace => text(0).split_whitespace().collect::<Vec<_>>().join(" ").into(),
            F::Translate => {
                let (of, from, to) = (text(0), text(1), text(2));
                self.spend(of.len().saturating_mul(from.len()))?;
                texts::translate(&of, &from, &to).into()
            }
            F::Regex => {
                let (of, pattern) = (text(0), text(1));
                // Each place of the text is looked at by each place of the pattern.
                self.spend(of.len().saturating_mul(pattern.len().max(256)))?;
                self.host.matches(&pattern, &of).into()
            }
            F::Digest => match self.host.digest(&text(0), &text(1)) {
                Some(bytes) if given(2) && text(2) == "hex" => data_encoding::HEXLOWER.encode(&bytes).into(),
                Some(bytes) => data_encoding::BASE64.encode(&bytes).into(),
                None => "".into(),
            },
            F::Uuid if given(0) => {
                let length = number(0).clamp(0.0, 64.0) as usize;
                self.host.uuid().chars().filter(|c| *c != '-').cycle().take(length).collect::<String>().into()
            }
            F::Uuid => self.host.uuid().into(),
            F::Today => Value::Moment(Moment::day(self.host.now())),
            F::Now => Value::Moment(Moment { at: self.host.now(), is_day: false }),
            F::Date => stamp(self.moment_of(value(0)).map(|moment| Moment::day(moment.at))),
            F::DateTime => stamp(self.moment_of(value(0)).map(|moment| Moment { is_day: false, ..moment })),
            F::DecimalDateTime => self.moment_of(value(0)).map_or(f64::NAN, Moment::days).into(),
            F::DecimalTime => dates::part_of_day(&text(0), *self.host.now().offset()).into(),
            F::FormatDate | F::FormatDateTime => {
                let said = moment(&text(0), *self.host.now().offset());
                said.map(|moment| dates::formatted(moment, &text(1))).unwrap_or_default().into()
            }
            F::Area => places::area(&self.all_texts(values)?.join(";")).into(),
            F::Geofence => places::within(&text(0), &text(1)).into(),
            F::Base64Decode => {
                let plain: String = text(0).chars().filter(|c| !c.is_ascii_whitespace()).collect();
                let bytes = data_encoding::BASE64_NOPAD.decode(plain.trim_end_matches('=').as_bytes()).unwrap_or_default();
                String::from_utf8_lossy(&bytes).as_ref().into()
            }
            F::Distance => places::distance(&self.all_texts(values)?.join(";")).into(),
            // Answered before their arguments are.
            F::If | F::Once | F::IndexedRepeat | F::ChoiceName => "".into(),
        })
    }

    fn bounded(&self, text: String) -> Result<Value<H::Node>> {
        if text.len() > LONGEST { Err(TooMuch) } else { Ok(text.into()) }
    }
}

/// Whether a sum reaches the least and never goes past the most; -1 is no most.
fn within(least: f64, most: f64, each: impl Iterator<Item = f64>) -> bool {
    if most == -1.0 && least < 1.0 {
        return true;
    }
    let most = if most == -1.0 { f64::INFINITY } else { most };
    let mut sum = 0.0;
    for one in each {
        sum += one;
        if sum > most {
            return false;
        }
    }
    sum >= least
}
