//! `nuanfang`: the client without a window. Everything the app can do, for scripts, support and tests.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod args;
mod commands;
mod device;
mod from_file;
mod matters;
mod show;

use args::Arguments;
use clap::Parser;
use domain::Failure;
use std::process::ExitCode;
use text::Text;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let text = Text::new(arguments.lang);
    let json = arguments.json;
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure, &text, json);
            ExitCode::from(1)
        }
    }
}

fn report(failure: &Failure, text: &Text, json: bool) {
    let message = text.failure(failure);
    if json {
        eprintln!("{}", serde_json::json!({ "code": failure.code, "field": failure.field, "message": message }));
    } else {
        eprintln!("{message} [{failure}]");
    }
}

/// Prints a line, in which no name tells the terminal anything. Whoever closed the other end has seen enough; a full disk is told.
pub(crate) fn say(line: std::fmt::Arguments<'_>) {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{}", domain::shape::escaped(&line.to_string())) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => {
            _ = writeln!(std::io::stderr(), "{e}");
            std::process::exit(1)
        }
    }
}

/// As `println!`, without its panic.
macro_rules! out {
    ($($words:tt)*) => { crate::say(format_args!($($words)*)) };
}
pub(crate) use out;
