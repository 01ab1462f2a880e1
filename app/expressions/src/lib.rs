//! Expressions of forms: ODK's dialect of XPath 1.0, read once and asked often. What a form's tree looks like, what time it is and what is
//! random is the [`Host`]'s to say. Asking is bounded by a budget of work, whatever the expression.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod dates;
mod eval;
mod functions;
mod host;
mod lex;
mod meant;
mod number;
mod parse;
mod places;
mod syntax;
mod texts;
mod value;

pub use dates::{Moment, day_text, moment};
pub use eval::{Evaluation, TooMuch};
pub use functions::Function;
pub use host::Host;
pub use lex::{begins_name, is_in_name};
pub use number::{number_text, read_number};
pub use parse::{SyntaxError, parse};
pub use syntax::{Axis, Expr, Op, Path, Start, Step};
pub use value::Value;
