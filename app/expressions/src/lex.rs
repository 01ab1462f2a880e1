//! The words of an expression.
use crate::meant;
use crate::parse::SyntaxError;
use crate::syntax::Op;
use std::fmt;

/// A word.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Token {
    Number(f64),
    Text(String),
    /// `${name}`
    Reference(String),
    /// Of a question, a function, a column.
    Name(String),
    Operator(Op),
    Open,
    Close,
    OpenFilter,
    CloseFilter,
    Comma,
    Slash,
    Dot,
    Dots,
    /// Every child.
    Star,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Number(number) => write!(f, "{number}"),
            Token::Text(text) => f.write_str(text),
            Token::Reference(name) => write!(f, "${{{name}}}"),
            Token::Name(name) => f.write_str(name),
            Token::Operator(op) => f.write_str(sign(*op)),
            Token::Open => f.write_str("("),
            Token::Close => f.write_str(")"),
            Token::OpenFilter => f.write_str("["),
            Token::CloseFilter => f.write_str("]"),
            Token::Comma => f.write_str(","),
            Token::Slash => f.write_str("/"),
            Token::Dot => f.write_str("."),
            Token::Dots => f.write_str(".."),
            Token::Star => f.write_str("*"),
        }
    }
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Equal => "=",
        Op::Unequal => "!=",
        Op::Less => "<",
        Op::AtMost => "<=",
        Op::More => ">",
        Op::AtLeast => ">=",
        Op::Plus => "+",
        Op::Minus => "-",
        Op::Times => "*",
        Op::Div => "div",
        Op::Mod => "mod",
    }
}

/// Whether a name may begin with this character.
pub fn begins_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether it may go on with it.
pub fn is_in_name(c: char) -> bool {
    begins_name(c) || c.is_ascii_digit() || c == '-' || c == '.' || c == '·' || ('\u{300}'..='\u{36f}').contains(&c) || c.is_numeric()
}

/// Whether after this word an operator is to be expected, so that `*` multiplies and `div` is no name (XPath 1.0 §3.7).
fn is_operand(last: Option<&Token>) -> bool {
    match last {
        Some(Token::Operator(_) | Token::Open | Token::OpenFilter | Token::Comma | Token::Slash) | None => false,
        Some(_) => true,
    }
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let second = rest.chars().nth(1);
        if let Some(wrong) = meant::operator(rest) {
            return Err(wrong);
        }
        let one = |token| Ok((token, first.len_utf8()));
        let two = |token| Ok((token, 2));
        let (token, length) = match (first, second) {
            (c, _) if c.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            ('\'' | '"', _) => {
                let end = rest.get(1..).and_then(|inner| inner.find(first)).ok_or(SyntaxError::Quote)?;
                Ok((Token::Text(rest.get(1..=end).unwrap_or_default().to_owned()), end + 2))
            }
            ('$', Some('{')) => reference(rest),
            ('$', _) => Err(meant::foreign(rest).unwrap_or(SyntaxError::Reference)),
            ('0'..='9', _) | ('.', Some('0'..='9')) => Ok(number(rest)),
            ('.', Some('.')) => two(Token::Dots),
            ('.', _) => one(Token::Dot),
            ('!', Some('=')) => two(Token::Operator(Op::Unequal)),
            ('<', Some('=')) => two(Token::Operator(Op::AtMost)),
            ('>', Some('=')) => two(Token::Operator(Op::AtLeast)),
            ('<', _) => one(Token::Operator(Op::Less)),
            ('>', _) => one(Token::Operator(Op::More)),
            ('=', _) => one(Token::Operator(Op::Equal)),
            ('+', _) => one(Token::Operator(Op::Plus)),
            ('-', _) => one(Token::Operator(Op::Minus)),
            ('*', _) if is_operand(found.last()) => one(Token::Operator(Op::Times)),
            ('*', _) => one(Token::Star),
            ('(', _) => one(Token::Open),
            (')', _) => one(Token::Close),
            ('[', _) => one(Token::OpenFilter),
            (']', _) => one(Token::CloseFilter),
            (',', _) => one(Token::Comma),
            ('/', Some('/')) => Err(SyntaxError::Unexpected("//".to_owned())),
            ('/', _) => one(Token::Slash),
            (c, _) if begins_name(c) => word(rest, is_operand(found.last())),
            (c, _) => Err(meant::foreign(rest).unwrap_or_else(|| SyntaxError::Unexpected(c.to_string()))),
        }?;
        found.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(found)
}

/// `${name}`, perhaps with spaces inside the brackets' edges.
fn reference(text: &str) -> Result<(Token, usize), SyntaxError> {
    let end = text.find(['}', '｝']).ok_or(SyntaxError::Unended)?;
    if text.get(end..).is_some_and(|rest| rest.starts_with('｝')) {
        return Err(meant::foreign(text).unwrap_or(SyntaxError::Reference));
    }
    let inner = text.get(2..end).unwrap_or_default();
    let fits = inner.chars().next().is_some_and(begins_name) && inner.chars().all(|c| is_in_name(c) || c == ':' || c == '#');
    if fits { Ok((Token::Reference(inner.to_owned()), end + 1)) } else { Err(SyntaxError::Reference) }
}

fn number(text: &str) -> (Token, usize) {
    let digits = |from: usize| text.get(from..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(0);
    let length = if text.get(whole..).is_some_and(|rest| rest.starts_with('.')) { whole + 1 + digits(whole + 1) } else { whole };
    // Digits with at most one point are always a number.
    (Token::Number(text.get(..length).unwrap_or_default().parse().unwrap_or(f64::NAN)), length)
}

fn word(text: &str, after_operand: bool) -> Result<(Token, usize), SyntaxError> {
    let plain = |text: &str| text.chars().take_while(|c| is_in_name(*c)).map(char::len_utf8).sum::<usize>();
    let mut length = plain(text);
    // `jr:choice-name`; two colons would be an axis, which forms do not use.
    let after = text.get(length..).unwrap_or_default();
    if after.starts_with(':') && after.get(1..).is_some_and(|name| name.chars().next().is_some_and(begins_name)) {
        length += 1 + plain(after.get(1..).unwrap_or_default());
    }
    let name = text.get(..length).unwrap_or_default();
    let operator = match name {
        "or" => Some(Op::Or),
        "and" => Some(Op::And),
        "div" => Some(Op::Div),
        "mod" => Some(Op::Mod),
        _ => None,
    };
    match operator.filter(|_| after_operand) {
        Some(op) => Ok((Token::Operator(op), length)),
        // No name stands after an operand.
        None => meant::word(name).filter(|_| after_operand).map_or_else(|| Ok((Token::Name(name.to_owned()), length)), Err),
    }
}
