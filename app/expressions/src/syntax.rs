//! What an expression is, once it was read.
use crate::functions::Function;

/// An expression of ODK's dialect of XPath 1.0.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// Nodes: a question, a repeat, the items of a list.
    Path(Path),
    /// A function with its arguments, as many as it takes.
    Call(Function, Vec<Expr>),
    /// Several with `and` or with `or` between them, asked in turn until it is known.
    Logic(Op, Vec<Expr>),
    /// Two expressions with another operator between them.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// A number with the other sign.
    Negate(Box<Expr>),
}

/// An operator between two expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Div,
    Mod,
}

/// Where to look, from where.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    /// From where.
    pub start: Start,
    /// What its nodes must fulfil.
    pub filters: Vec<Expr>,
    /// And on from there.
    pub steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, PartialEq, Debug)]
pub enum Start {
    /// At the node the expression is asked of; in a filter, at the one that is looked at.
    Here,
    /// At the top of the form.
    Top,
    /// `${name}`: the question of this name that is nearest, in every instance of the repeats that this node is not in.
    Name(String),
    /// `current()`: in a filter, the node that the expression was asked of.
    Current,
    /// `instance('name')`: a list of choices.
    List(String),
    /// What an expression in brackets gives.
    Of(Box<Expr>),
}

/// One step of a path.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Where to.
    pub axis: Axis,
    /// What the nodes there must fulfil; a number is a place, from 1.
    pub filters: Vec<Expr>,
}

/// Where a step leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Axis {
    /// `name`: children of this name.
    Child(String),
    /// `*`: all children.
    Children,
    /// `.`: nowhere.
    Own,
    /// `..`: to the parent.
    Parent,
}

impl Path {
    /// A path that is only its start.
    pub fn of(start: Start) -> Path {
        Path { start, filters: Vec::new(), steps: Vec::new() }
    }
}

impl Expr {
    /// Calls `look` with this expression and everything in it.
    pub fn each<'e>(&'e self, look: &mut dyn FnMut(&'e Expr)) {
        look(self);
        match self {
            Expr::Number(_) | Expr::Text(_) => {}
            Expr::Path(path) => {
                if let Start::Of(of) = &path.start {
                    of.each(look);
                }
                let filters = path.filters.iter().chain(path.steps.iter().flat_map(|step| &step.filters));
                filters.for_each(|filter| filter.each(look));
            }
            Expr::Call(_, parts) | Expr::Logic(_, parts) => parts.iter().for_each(|part| part.each(look)),
            Expr::Binary(_, left, right) => {
                left.each(look);
                right.each(look);
            }
            Expr::Negate(of) => of.each(look),
        }
    }

    /// The names of the questions that it speaks of as `${name}`.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.each(&mut |part| {
            if let Expr::Path(Path { start: Start::Name(name), .. }) = part {
                names.push(name.as_str());
            }
        });
        names
    }
}
