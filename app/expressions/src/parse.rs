//! Reading: text to [`Expr`], by XPath 1.0's grammar as far as forms use it.
use crate::functions::Function;
use crate::lex::{Token, tokens};
use crate::syntax::{Axis, Expr, Op, Path, Start, Step};

/// Deepest nesting of brackets, and tallest tree that an expression may be: whoever walks it has so much room on any stack.
const DEEPEST: usize = 64;
const TALLEST: usize = 200;
/// Longest text of one, bytes.
const LONGEST: usize = 16 << 10;

/// Why a text is no expression.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SyntaxError {
    /// Something stands where it makes no sense.
    #[error("{0:?} 放在这里不对 / {0:?} does not fit here")]
    Unexpected(String),
    /// Signs and words of another notation, each with what to write for it.
    #[error("{told}", told = crate::meant::told(.0))]
    Foreign(Vec<(String, String)>),
    /// It ends too early.
    #[error("没有写完：可能少了一半括号，或者运算符后面没有内容 / it ends too early: a bracket is open, or an operator has nothing after it")]
    End,
    /// A text without its second quote.
    #[error("引号没有成对 / a quote is open")]
    Quote,
    /// `${…}` without a name in it.
    #[error("${{…}} 里应当只有题目的名称 / between ${{ and }} stands the name of a question and nothing else")]
    Reference,
    /// No such function.
    #[error("没有 {0} 这个函数{instead} / there is no function {0}", instead = crate::meant::instead(.0))]
    Function(String),
    /// `${` without its end.
    #[error("“${{”后面少了 }} / a ${{ does not end")]
    Unended,
    /// A function with too many arguments or too few.
    #[error("{function} 应当有 {wanted} 个参数，这里有 {given} 个 / {function} takes {wanted} arguments, here are {given}")]
    Arguments {
        /// Which.
        function: &'static str,
        /// How many it takes: `2`, `1–3`, `1…`.
        wanted: String,
        /// How many there are.
        given: usize,
    },
    /// A function of questions, with something else.
    #[error("{0} 的第一个参数应当是题目或分组，如 ${{name}} / the first argument of {0} is a question or a repeat, such as ${{name}}")]
    Nodes(&'static str),
    /// It is too long or too deep for a form.
    #[error("太长或嵌套太深 / too long, or nested too deep")]
    TooMuch,
}

/// Reads an expression.
///
/// # Errors
/// The first thing that is wrong.
pub fn parse(text: &str) -> Result<Expr, SyntaxError> {
    if text.len() > LONGEST {
        return Err(SyntaxError::TooMuch);
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, height: 0 };
    let whole = parser.expression(0)?;
    match parser.next() {
        None => Ok(whole),
        Some(token) => Err(SyntaxError::Unexpected(token.to_string())),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// How tall what was read last is.
    height: usize,
}

/// Operators by how strongly they bind.
fn binding(token: &Token) -> Option<(u8, Op)> {
    let Token::Operator(op) = token else { return None };
    let strength = match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Equal | Op::Unequal => 3,
        Op::Less | Op::AtMost | Op::More | Op::AtLeast => 4,
        Op::Plus | Op::Minus => 5,
        Op::Times | Op::Div | Op::Mod => 6,
    };
    Some((strength, *op))
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }
    fn is_next(&mut self, wanted: &Token) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }
    fn wants(&mut self, wanted: &Token) -> Result<(), SyntaxError> {
        match self.next() {
            Some(token) if token == *wanted => Ok(()),
            Some(token) => Err(SyntaxError::Unexpected(token.to_string())),
            None => Err(SyntaxError::End),
        }
    }

    fn expression(&mut self, least: u8) -> Result<Expr, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SyntaxError::TooMuch);
        }
        let mut left = self.signed()?;
        let mut height = self.height;
        while let Some((strength, op)) = self.peek().and_then(binding).filter(|(strength, _)| *strength > least) {
            let mut parts = vec![left];
            while self.is_next(&Token::Operator(op)) {
                parts.push(self.expression(strength)?);
                height = height.max(self.height);
                // Of a long list of these each stands beside the others.
                if !matches!(op, Op::And | Op::Or) {
                    break;
                }
            }
            left = match (op, <[Expr; 2]>::try_from(parts)) {
                (Op::And | Op::Or, Ok(parts)) => Expr::Logic(op, parts.into()),
                (_, Err(parts)) => Expr::Logic(op, parts),
                (_, Ok([left, right])) => Expr::Binary(op, Box::new(left), Box::new(right)),
            };
            height = self.taller(height)?;
        }
        self.height = height;
        self.depth -= 1;
        Ok(left)
    }

    /// One more than this height, if a tree may be so tall.
    fn taller(&mut self, height: usize) -> Result<usize, SyntaxError> {
        self.height = height + 1;
        if self.height > TALLEST { Err(SyntaxError::TooMuch) } else { Ok(self.height) }
    }

    fn signed(&mut self) -> Result<Expr, SyntaxError> {
        let mut negative = false;
        while self.is_next(&Token::Operator(Op::Minus)) {
            negative = !negative;
        }
        self.height = 1;
        let of = self.primary()?;
        self.taller(self.height)?;
        Ok(if negative { Expr::Negate(Box::new(of)) } else { of })
    }

    fn primary(&mut self) -> Result<Expr, SyntaxError> {
        let start = match self.next().ok_or(SyntaxError::End)? {
            Token::Number(number) => return Ok(Expr::Number(number)),
            Token::Text(text) => return Ok(Expr::Text(text)),
            Token::Reference(name) => Start::Name(name),
            Token::Slash => {
                let mut path = Path::of(Start::Top);
                path.steps.push(self.step()?);
                return self.further(path);
            }
            Token::Open => {
                let inner = self.expression(0)?;
                let height = self.height;
                self.wants(&Token::Close)?;
                self.taller(height)?;
                match self.peek() {
                    Some(Token::Slash | Token::OpenFilter) => Start::Of(Box::new(inner)),
                    _ => return Ok(inner),
                }
            }
            Token::Name(name) if self.peek() == Some(&Token::Open) => match self.call(&name)? {
                Expr::Path(path) => return self.rest(path),
                call => match self.peek() {
                    Some(Token::Slash | Token::OpenFilter) => Start::Of(Box::new(call)),
                    _ => return Ok(call),
                },
            },
            Token::Name(_) | Token::Dot | Token::Dots | Token::Star => {
                self.at -= 1;
                let mut path = Path::of(Start::Here);
                path.steps.push(self.step()?);
                return self.further(path);
            }
            token => return Err(SyntaxError::Unexpected(token.to_string())),
        };
        self.rest(Path::of(start))
    }

    /// Filters of a path's start, and its steps.
    fn rest(&mut self, mut path: Path) -> Result<Expr, SyntaxError> {
        path.filters = self.filters()?;
        self.further(path)
    }

    fn further(&mut self, mut path: Path) -> Result<Expr, SyntaxError> {
        while self.is_next(&Token::Slash) {
            path.steps.push(self.step()?);
        }
        Ok(Expr::Path(path))
    }

    fn step(&mut self) -> Result<Step, SyntaxError> {
        let axis = match self.next().ok_or(SyntaxError::End)? {
            Token::Name(name) => Axis::Child(name),
            Token::Star => Axis::Children,
            Token::Dot => Axis::Own,
            Token::Dots => Axis::Parent,
            token => return Err(SyntaxError::Unexpected(token.to_string())),
        };
        Ok(Step { axis, filters: self.filters()? })
    }

    fn filters(&mut self) -> Result<Vec<Expr>, SyntaxError> {
        let (mut filters, mut height) = (Vec::new(), self.height);
        while self.is_next(&Token::OpenFilter) {
            filters.push(self.expression(0)?);
            height = self.taller(height.max(self.height))?;
            self.wants(&Token::CloseFilter)?;
        }
        self.height = height;
        Ok(filters)
    }

    fn call(&mut self, name: &str) -> Result<Expr, SyntaxError> {
        self.wants(&Token::Open)?;
        let (mut arguments, mut height) = (Vec::new(), self.height);
        if !self.is_next(&Token::Close) {
            loop {
                arguments.push(self.expression(0)?);
                height = height.max(self.height);
                match self.next().ok_or(SyntaxError::End)? {
                    Token::Comma => {}
                    Token::Close => break,
                    token => return Err(SyntaxError::Unexpected(token.to_string())),
                }
            }
        }
        self.taller(height)?;
        match (name, arguments.as_slice()) {
            ("current", []) => return Ok(Expr::Path(Path::of(Start::Current))),
            ("instance", [Expr::Text(list)]) => return Ok(Expr::Path(Path::of(Start::List(list.clone())))),
            // What a table has in one column where another says this: as pyxform writes it.
            ("pulldata", [Expr::Text(table), Expr::Text(column), Expr::Text(key), value]) => {
                let of_key = Path { steps: vec![child(key, Vec::new())], ..Path::of(Start::Here) };
                let filter = Expr::Binary(Op::Equal, Box::new(Expr::Path(of_key)), Box::new(asked_outside(value.clone())));
                let steps = vec![child("root", Vec::new()), child("item", vec![filter]), child(column, Vec::new())];
                return Ok(Expr::Path(Path { steps, ..Path::of(Start::List(table.clone())) }));
            }
            _ => {}
        }
        let function = Function::named(name).ok_or_else(|| SyntaxError::Function(name.to_owned()))?;
        let (least, most) = function.arguments();
        if arguments.len() < least || most.is_some_and(|most| arguments.len() > most) {
            let wanted = match most {
                Some(most) if most == least => least.to_string(),
                Some(most) => format!("{least}–{most}"),
                None => format!("{least}…"),
            };
            return Err(SyntaxError::Arguments { function: function.name(), wanted, given: arguments.len() });
        }
        if function.is_of_nodes() && arguments.first().is_some_and(|first| !matches!(first, Expr::Path(_))) {
            return Err(SyntaxError::Nodes(function.name()));
        }
        Ok(Expr::Call(function, arguments))
    }
}

fn child(name: &str, filters: Vec<Expr>) -> Step {
    Step { axis: Axis::Child(name.to_owned()), filters }
}

/// An expression that is put into a filter: what it says of its own node is said of the one outside.
fn asked_outside(of: Expr) -> Expr {
    let all = |parts: Vec<Expr>| parts.into_iter().map(asked_outside).collect();
    match of {
        Expr::Path(Path { start: Start::Here, filters, steps }) => Expr::Path(Path { start: Start::Current, filters, steps }),
        Expr::Call(function, parts) => Expr::Call(function, all(parts)),
        Expr::Logic(op, parts) => Expr::Logic(op, all(parts)),
        Expr::Binary(op, left, right) => Expr::Binary(op, Box::new(asked_outside(*left)), Box::new(asked_outside(*right))),
        Expr::Negate(of) => Expr::Negate(Box::new(asked_outside(*of))),
        other => other,
    }
}
